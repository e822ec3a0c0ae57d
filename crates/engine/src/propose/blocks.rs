//! Paragraphs and list items: wrapped lines put together again, with a way back from text to pixels.
//!
//! Invariant: a block's text is its runs' tokens in order, joined by one space, or by nothing after a hyphen or dash.
//! `Block::evidence` covers exactly the words that a range touches.

use std::ops::Range;

use domain::{EvidenceLine, PixelBox};

use super::lexicon::is_menu_word;
use super::page::{Run, Token, colour_distance, overlap_x};
use super::shape;

/// Where a token stands in a block's text.
#[derive(Debug, Clone)]
struct Place {
    range: Range<usize>,
    run: usize,
    token: usize,
}

/// Runs that read as one text.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) runs: Vec<Run>,
    pub(super) text: String,
    pub(super) bounds: PixelBox,
    pub(super) size: f32,
    places: Vec<Place>,
}

impl Block {
    pub(super) fn new(runs: Vec<Run>) -> Self {
        let mut text = String::new();
        let mut places = Vec::new();
        for (run_index, run) in runs.iter().enumerate() {
            for (token_index, token) in run.tokens.iter().enumerate() {
                let glued = token_index == 0 && wraps_inside_word(&text);
                if !text.is_empty() && !glued {
                    text.push(' ');
                }
                let start = text.len();
                text.push_str(&token.text);
                places.push(Place { range: start..text.len(), run: run_index, token: token_index });
            }
        }
        let bounds = PixelBox::hull(runs.iter().map(|run| &run.bounds)).unwrap_or(PixelBox::new(0, 0, 0, 0));
        let characters: f32 = runs.iter().map(weight).sum();
        let size = runs.iter().map(|run| run.size * weight(run)).sum::<f32>() / characters.max(1.0);
        Self { runs, text, bounds, size, places }
    }

    pub(super) fn bullet(&self) -> bool {
        self.runs.first().is_some_and(|run| run.bullet)
    }

    pub(super) fn words(&self) -> usize {
        shape::word_count(&self.text)
    }

    pub(super) fn top(&self) -> f32 {
        self.bounds.y as f32
    }

    pub(super) fn bottom(&self) -> f32 {
        self.bounds.bottom() as f32
    }

    pub(super) fn left(&self) -> f32 {
        self.bounds.x as f32
    }

    pub(super) fn confidence(&self) -> f32 {
        self.runs.iter().map(|run| run.confidence).fold(1.0, f32::min)
    }

    pub(super) fn background(&self) -> [u8; 3] {
        self.runs.first().map_or([255; 3], |run| run.background)
    }

    /// All runs, or all but a few short ones, are set in a fixed pitch.
    pub(super) fn monospaced(&self) -> bool {
        let fixed: usize = self.runs.iter().filter(|run| run.monospaced).map(|run| run.tokens.len()).sum();
        let all: usize = self.runs.iter().map(|run| run.tokens.len()).sum();
        fixed * 10 >= all * 7 && fixed > 0
    }

    /// The parts of visual lines that a byte range of the text stands on.
    pub(super) fn evidence(&self, range: &Range<usize>) -> Vec<EvidenceLine> {
        let mut lines: Vec<(usize, EvidenceLine)> = Vec::new();
        for place in &self.places {
            let start = place.range.start.max(range.start);
            let end = place.range.end.min(range.end);
            if start >= end {
                continue;
            }
            let token: &Token = &self.runs[place.run].tokens[place.token];
            let Some(part) = self.text.get(start..end) else { continue };
            let bounds = clip(token, start - place.range.start..end - place.range.start);
            match lines.last_mut() {
                Some((run, line)) if *run == place.run => {
                    line.text.push(' ');
                    line.text.push_str(part);
                    line.bounds = line.bounds.union(&bounds);
                }
                _ => lines.push((place.run, EvidenceLine { text: part.to_owned(), bounds })),
            }
        }
        lines.into_iter().map(|(_, line)| line).collect()
    }
}

fn weight(run: &Run) -> f32 {
    run.tokens.iter().map(|token| token.text.chars().count()).sum::<usize>() as f32
}

/// The text so far ends in a hyphen or dash that is tied to a word: the next line goes on without a space.
fn wraps_inside_word(text: &str) -> bool {
    let mut last = text.chars().rev();
    matches!(last.next(), Some('-' | '—' | '–' | '‐' | '‑')) && last.next().is_some_and(char::is_alphanumeric)
}

/// The box of a part of a token, cut in proportion to characters.
fn clip(token: &Token, range: Range<usize>) -> PixelBox {
    if range.start == 0 && range.end >= token.text.len() {
        return token.bounds;
    }
    let before = token.text.get(..range.start).map_or(0, |text| text.chars().count()) as f32;
    let inside = token.text.get(range.clone()).map_or(1, |text| text.chars().count()) as f32;
    let step = token.bounds.width as f32 / token.text.chars().count().max(1) as f32;
    PixelBox::new(
        token.bounds.x.saturating_add((step * before) as u32),
        token.bounds.y,
        ((step * inside).ceil() as u32).max(1),
        token.bounds.height,
    )
}

/// The size of running text: the size that half of the page's characters are smaller than. Words in pictures are small
/// and badly read, so text in lines of several words that was read well counts first.
pub(super) fn body_size(runs: &[Run]) -> f32 {
    let running = |run: &&Run| run.tokens.len() >= 4 && run.confidence >= 0.6;
    let chosen: Vec<&Run> = runs.iter().filter(running).collect();
    // A page of cells and menus has few running lines; its headline is not their measure.
    let characters = |runs: &[&Run]| runs.iter().map(|run| weight(run)).sum::<f32>();
    let all: Vec<&Run> = runs.iter().collect();
    let enough = chosen.len() >= 3 && 3.0 * characters(&chosen) >= characters(&all);
    if !enough {
        return median_size(&all);
    }
    let body = median_size(&chosen);
    // One headline among a few running lines is no measure either.
    let alone = chosen.iter().filter(|run| (run.size / body - 1.0).abs() < 0.1).count() == 1;
    let usual = median_size(&all);
    if alone && body > 1.5 * usual { usual } else { body }
}

/// By length on the page: many tiny words in a picture are less text than a few lines to be read, and a headline is not
/// more than the paragraphs under it.
fn median_size(runs: &[&Run]) -> f32 {
    let mut sizes: Vec<(f32, f32)> =
        runs.iter().map(|run| (run.size, weight(run) * run.size * run.confidence.clamp(0.1, 1.0))).collect();
    sizes.sort_by(|left, right| left.0.total_cmp(&right.0));
    let half = sizes.iter().map(|(_, count)| count).sum::<f32>() / 2.0;
    let mut seen = 0.0;
    for (size, count) in &sizes {
        seen += count;
        if seen >= half {
            return *size;
        }
    }
    16.0
}

/// Puts runs together to blocks, in page order.
pub(super) fn blocks(runs: Vec<Run>, body: f32) -> Vec<Block> {
    let page = Columns {
        lines: runs.iter().map(|run| (run.bounds, run.size)).collect(),
        marked: runs.iter().any(|run| run.bullet),
    };
    let mut stacks: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        // The nearest run above decides: only if the two are alike does the text go on.
        let above = stacks
            .iter()
            .enumerate()
            .filter_map(|(index, stack)| {
                let last = stack.last()?;
                let pitch = run.middle() - last.middle();
                let reach =
                    overlap_x(&last.bounds, &run.bounds) > 0.0 || (last.left() - run.left()).abs() < run.size;
                (reach && pitch > 0.45 * run.size.min(last.size)).then_some((index, pitch))
            })
            .min_by(|left, right| left.1.total_cmp(&right.1));
        match above {
            Some((index, _)) if stacks[index].last().is_some_and(|last| alike(last, &run, body)) => {
                stacks[index].push(run);
            }
            _ => stacks.push(vec![run]),
        }
    }
    let wraps = Wraps::of(&stacks);
    let mut blocks: Vec<Block> =
        stacks.into_iter().flat_map(|stack| segment(stack, body, &wraps, &page)).map(Block::new).collect();
    blocks.sort_by_key(|block| (block.bounds.y, block.bounds.x));
    blocks
}

fn alike(last: &Run, run: &Run, body: f32) -> bool {
    let size = last.size.max(run.size);
    let pitch = run.middle() - last.middle();
    let reach = if size > 1.6 * body { 1.9 } else { 2.35 };
    // A tick or bullet before the first line of an item sets the lines under it further left.
    let under_mark = (shape::starts_lower(&run.text()) || shape::hangs(&last.text()))
        && (0.0..2.4 * size).contains(&(last.left() - run.left()));
    let aligned = (last.left() - run.left()).abs() < 0.6 * size
        || under_mark
        || (last.center() - run.center()).abs() < 0.6 * size
        || (last.right() - run.right()).abs() < 0.3 * size && last.tokens.len() > 3 && run.tokens.len() > 3;
    let ratio = size / last.size.min(run.size).max(1.0);
    aligned
        && pitch < reach * size
        && ratio < 1.3
        && colour_distance(last.background, run.background) < 48
        && colour_distance(last.foreground, run.foreground) < 110
}

/// How far apart the lines of one paragraph stand on this page, learnt from lines that surely go on: the next one
/// begins in lower case.
struct Wraps(Vec<(f32, f32)>);

impl Wraps {
    fn of(stacks: &[Vec<Run>]) -> Self {
        let sure = |pair: &[Run]| {
            let wrapped = pair[0].tokens.len() >= 4 && shape::starts_lower(&pair[1].text());
            (wrapped && !pair[1].bullet).then(|| (pair[0].size, pair[1].middle() - pair[0].middle()))
        };
        Self(stacks.iter().flat_map(|stack| stack.windows(2).filter_map(sure)).collect())
    }

    /// The usual distance in pixels for lines of a size; `None` when the page does not show it.
    fn usual(&self, size: f32) -> Option<f32> {
        let mut pitches: Vec<f32> = self
            .0
            .iter()
            .filter(|(other, _)| (other / size - 1.0).abs() < 0.1)
            .map(|(_, pitch)| *pitch)
            .collect();
        pitches.sort_by(f32::total_cmp);
        if pitches.len() >= 2 {
            return Some(pitches[pitches.len() / 2]);
        }
        // Too few of this size: the other sizes of running text have the same ratio on most pages.
        let mut ratios: Vec<f32> = self
            .0
            .iter()
            .filter(|(other, _)| (other / size - 1.0).abs() < 0.4)
            .map(|(other, pitch)| pitch / other)
            .collect();
        ratios.sort_by(f32::total_cmp);
        (ratios.len() >= 2).then(|| size * ratios[ratios.len() / 2])
    }
}

/// Where all lines of the page stand: how far a line could have gone, and what stands beside it.
struct Columns {
    lines: Vec<(PixelBox, f32)>,
    /// Bullets were read: a line without one goes on with its item.
    marked: bool,
}

impl Columns {
    /// The right edge that lines of this size in this column reach near here. What stands beside it bounds the column.
    fn edge(&self, run: &Run) -> Option<f32> {
        let (top, bottom) = (run.middle() - 3.0 * run.size, run.middle() + 3.0 * run.size);
        let beside = self.lines.iter().filter(|(bounds, _)| {
            let middle = bounds.center().1;
            bounds.x as f32 > run.right() && middle > top && middle < bottom
        });
        let limit = beside.map(|(bounds, _)| bounds.x as f32).fold(f32::INFINITY, f32::min);
        let column = self.lines.iter().filter(|(bounds, size)| {
            (bounds.x as f32 - run.left()).abs() < 1.4 * run.size
                && (size / run.size - 1.0).abs() < 0.1
                && (bounds.center().1 - run.middle()).abs() < 30.0 * run.size
                && (bounds.right() as f32) < limit
        });
        column.map(|(bounds, _)| bounds.right() as f32).reduce(f32::max)
    }

    /// The line is set in from what stands right over it, as the items of a list are whose marks were not read.
    fn inset(&self, run: &Run) -> bool {
        let above = self.lines.iter().filter(|(bounds, _)| {
            let fall = run.middle() - bounds.center().1;
            fall > 0.6 * run.size
                && fall < 7.0 * run.size
                && bounds.x as f32 <= run.right()
                && bounds.right() as f32 > run.left() - 4.5 * run.size
        });
        let nearest = above.max_by(|left, right| left.0.center().1.total_cmp(&right.0.center().1));
        nearest.is_some_and(|(bounds, _)| (0.9..4.5).contains(&((run.left() - bounds.x as f32) / run.size)))
    }

    /// Further short texts follow on the run's row: it is the first of several labels.
    fn followed(&self, run: &Run) -> bool {
        self.lines.iter().any(|(bounds, size)| {
            let gap = bounds.x as f32 - run.right();
            gap > 0.3 * run.size
                && gap < 4.0 * run.size
                && (bounds.width as f32) < 10.0 * run.size
                && (bounds.center().1 - run.middle()).abs() < 0.3 * run.size
                && (size / run.size - 1.0).abs() < 0.1
        })
    }
}

/// Cuts a stack of like lines into paragraphs and items.
fn segment(stack: Vec<Run>, body: f32, wraps: &Wraps, page: &Columns) -> Vec<Vec<Run>> {
    if stack.len() < 2 {
        return vec![stack];
    }
    let pitches: Vec<f32> = stack.windows(2).map(|pair| pair[1].middle() - pair[0].middle()).collect();
    let tightest = pitches.iter().copied().fold(f32::INFINITY, f32::min);
    let left = stack.iter().map(Run::left).fold(f32::INFINITY, f32::min);
    let size = stack[0].size;
    let aligned_left = stack.iter().all(|run| (run.left() - left).abs() < 0.7 * size);
    // The room a line had: the widest of the lines of its size or larger. A title is not measured by the text under it.
    let rooms: Vec<(f32, f32)> = stack
        .iter()
        .map(|run| {
            let like =
                || stack.iter().filter(|other| other.size > 0.86 * run.size && other.size < 1.3 * run.size);
            (
                like().map(Run::right).fold(0.0, f32::max),
                like().map(|other| other.right() - other.left()).fold(0.0, f32::max),
            )
        })
        .collect();
    let inset = !page.marked && aligned_left && stack[0].size < 1.3 * body && page.inset(&stack[0]);
    let lists: Vec<bool> = (0..stack.len())
        .map(|index| {
            let item = inset && shape::starts_upper(&stack[index].text());
            item || stack[index].size < 1.3 * body && in_list(&stack, index, tightest)
        })
        .collect();
    // A title over its text is a little larger; one line's estimate is too rough, so it is held against all the rest.
    let mut rest: Vec<f32> = stack[1..].iter().map(|run| run.size).collect();
    rest.sort_by(f32::total_cmp);
    let titled = stack[0].size > if rest.len() > 1 { 1.1 } else { 1.15 } * rest[rest.len() / 2];
    let recoloured = stack.len() > 1 && colour_distance(stack[0].foreground, stack[1].foreground) > 36;

    // Where the items open with labels, a line without one goes on with its item, whatever letter it begins with.
    let labelled = stack.iter().filter(|run| shape::opens_with_label(&run.text())).count() >= 2;
    let mut segments: Vec<Vec<Run>> = Vec::new();
    let mut previous: Option<Run> = None;
    for (index, run) in stack.into_iter().enumerate() {
        let split = previous.as_ref().is_some_and(|before| {
            let pitch = pitches[index - 1];
            let text = before.text();
            let next = run.text();
            let first = run.tokens.first().map_or(0.0, |token| token.bounds.width as f32);
            let (rightmost, widest) = rooms[index - 1];
            let room = if aligned_left {
                rightmost - before.right()
            } else {
                widest - (before.right() - before.left())
            };
            let fits = room > first + 0.75 * size;
            let opening = shape::opens_quote(&next);
            // A title's own room is not known.
            let title = index == 1 && titled && !shape::hangs(&text);
            // Lines of the same column that reach further show the room of a line that no line of its own stack does.
            let more = !fits
                && !title
                && aligned_left
                && before.size < 1.3 * body
                && shape::starts_upper(&next)
                && page.edge(before).is_some_and(|edge| edge - before.right() > first + 2.0 * size);
            let mut score = match (fits, title) {
                (true, _) => 2.0,
                (false, true) => 0.0,
                (false, false) if more => 1.4,
                (false, false) => -1.5,
            };
            score += if shape::ends_sentence(&text) { 1.0 } else { -0.5 };
            score += if shape::starts_lower(&next) { -3.0 } else { 0.7 };
            if shape::hangs(&text) {
                score -= 3.0;
            }
            // Line heights may differ within a stack: only the neighbours say what a gap is.
            let around = pitches[index.saturating_sub(3)..pitches.len().min(index + 2)]
                .iter()
                .copied()
                .fold(pitch, f32::min);
            let gap = ((pitch - around) / size * 3.0 - 0.3).clamp(0.0, 3.0);
            // The page's own line distance tells a gap between two paragraphs even where no third line stands near.
            let excess = wraps.usual(before.size).map_or(0.0, |usual| (pitch - usual) / size);
            score += if excess > 0.18 { gap.max((7.0 * excess).min(3.5)) } else { gap };
            if lists[index] && (!labelled || shape::opens_with_label(&next)) {
                score += 3.0;
            }
            if shape::opens_with_label(&text) && shape::opens_with_label(&next) {
                score += 3.0;
            }
            if run.tokens.len() <= 3 && page.followed(&run) && !page.followed(before) && !shape::hangs(&text)
            {
                score += 6.0;
            }
            if pitch > 1.85 * size && shape::ends_sentence(&text) && !shape::starts_lower(&next) {
                score += 1.5;
            }
            if pitch > 1.9 * size
                && before.tokens.len() <= 3
                && shape::starts_upper(&next)
                && !shape::hangs(&text)
            {
                score += 1.5;
            }
            if opening {
                // A new quote after one that was closed is another person's.
                score += if text.contains(['”', '"']) { 3.0 } else { 1.0 };
            }
            if (run.tokens.len() <= 3 && is_menu_word(&next))
                || (before.tokens.len() <= 3 && is_menu_word(&text))
            {
                score += 2.0;
            }
            if run.size > 1.5 * body {
                score -= 1.5;
            }
            let ratio = run.size.max(before.size) / run.size.min(before.size).max(1.0);
            if ratio > 1.15 {
                score += 0.8;
            }
            if title {
                score += if shape::starts_lower(&next) { 5.0 } else { 1.6 };
            }
            if index == 1 && recoloured && !shape::hangs(&text) && !shape::starts_lower(&next) {
                score += 1.2;
            }
            if before.monospaced != run.monospaced && before.tokens.len() > 3 && run.tokens.len() > 3 {
                score += 1.0;
            }
            // A fact's label over its value ("Price" over "$5 /mo") is two texts.
            let value_under_label = before.tokens.len() <= 3
                && run.tokens.len() <= 4
                && (shape::is_value(&next)
                    || super::money::mentions_amount(&next)
                    || next.ends_with(" votes"))
                && !shape::hangs(&text);
            value_under_label || run.bullet || shape::is_value(&text) && shape::is_value(&next) || score > 1.5
        });
        previous = Some(run.clone());
        match segments.last_mut() {
            Some(segment) if !split => segment.push(run),
            _ => segments.push(vec![run]),
        }
    }
    segments
}

/// The lines of this size around a line are short, begin in upper case and end without a full stop.
fn in_list(stack: &[Run], index: usize, tightest: f32) -> bool {
    let size = stack[index].size;
    let near = &stack[index.saturating_sub(4)..stack.len().min(index + 5)];
    let like: Vec<&Run> = near.iter().filter(|run| (run.size / size - 1.0).abs() < 0.15).collect();
    let count = like.len();
    let words: usize = like.iter().map(|run| run.tokens.len()).sum();
    let capital = like.iter().filter(|run| shape::starts_upper(&run.text())).count();
    let finished = like.iter().filter(|run| shape::ends_sentence(&run.text())).count();
    let short =
        count >= 3 && words <= count * 6 || count >= 2 && tightest > 1.7 * size && words * 2 <= count * 7;
    // Of four wrapped lines in a row, one begins in lower case.
    capital == count && count >= 4 || short && capital * 5 >= count * 4 && finished * 4 <= count
}
