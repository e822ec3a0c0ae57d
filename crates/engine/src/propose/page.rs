//! Lines of a reading as runs of tokens: wide lines cut, broken lines joined, bullets taken off, sizes made comparable.
//!
//! Invariant: token texts are page text, in page order; left out are leading bullets, empty tokens and what the reader
//! itself hardly believes (noise in pictures and icons). The reading keeps those lines; they only propose nothing.
//! Nothing here knows what the text means.

use domain::{Line, PixelBox, Reading};

use super::shape;

/// A word with its place.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) bounds: PixelBox,
}

/// Words that stand side by side on one visual line and belong together.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) tokens: Vec<Token>,
    pub(super) bounds: PixelBox,
    /// Estimated font size in picture pixels.
    pub(super) size: f32,
    pub(super) confidence: f32,
    pub(super) foreground: [u8; 3],
    pub(super) background: [u8; 3],
    /// A bullet or check mark stood before the first word.
    pub(super) bullet: bool,
    /// The reader gave word boxes; otherwise they are cut in proportion.
    measured: bool,
    /// The characters stand at one pitch, as in code.
    pub(super) monospaced: bool,
}

impl Run {
    pub(super) fn left(&self) -> f32 {
        self.bounds.x as f32
    }

    pub(super) fn right(&self) -> f32 {
        self.bounds.right() as f32
    }

    pub(super) fn middle(&self) -> f32 {
        self.bounds.center().1
    }

    pub(super) fn center(&self) -> f32 {
        self.bounds.center().0
    }

    pub(super) fn text(&self) -> String {
        let words: Vec<&str> = self.tokens.iter().map(|token| token.text.as_str()).collect();
        words.join(" ")
    }

    /// Shares a row with the other: their middles are closer than half a line.
    pub(super) fn same_row(&self, other: &Self) -> bool {
        (self.middle() - other.middle()).abs() < 0.5 * self.size.max(other.size)
    }
}

/// The largest difference of a colour channel.
pub(super) fn colour_distance(left: [u8; 3], right: [u8; 3]) -> u8 {
    left.iter().zip(right).map(|(one, other)| one.abs_diff(other)).max().unwrap_or(0)
}

/// Horizontal overlap of two boxes in pixels; negative when they are apart.
pub(super) fn overlap_x(left: &PixelBox, right: &PixelBox) -> f32 {
    left.right().min(right.right()) as f32 - left.x.max(right.x) as f32
}

/// All runs of a reading, from top to bottom and left to right.
pub(super) fn runs(reading: &Reading) -> Vec<Run> {
    let mut runs: Vec<Run> = reading.lines.iter().filter(|line| believed(line)).flat_map(split).collect();
    runs.sort_by_key(|run| (run.bounds.y.saturating_add(run.bounds.height / 2), run.bounds.x));
    let mut runs = join(runs);
    for run in &mut runs {
        take_bullet(run);
        run.monospaced = run.measured && monospaced(&run.tokens);
    }
    take_marks(&mut runs);
    runs.retain(|run| !run.tokens.is_empty());
    runs.sort_by_key(|run| (run.bounds.y.saturating_add(run.bounds.height / 2), run.bounds.x));
    runs
}

/// A bullet or check mark that was read as a line of its own belongs to the text right of it.
fn take_marks(runs: &mut [Run]) {
    for index in 0..runs.len() {
        let mark = &runs[index];
        let lone = mark.tokens.len() == 1
            && mark.tokens[0]
                .text
                .chars()
                .all(|character| shape::is_bullet(character, true) && character != 'v');
        if !lone {
            continue;
        }
        let (mark, next) = (mark.clone(), |run: &Run, mark: &Run| {
            let gap = run.left() - mark.right();
            run.same_row(mark) && gap > 0.0 && gap < 3.5 * run.size
        });
        if let Some(run) = runs.iter_mut().find(|run| next(run, &mark)) {
            run.bullet = true;
            runs[index].tokens.clear();
        }
    }
}

/// Worth a proposal: read with some confidence, and more letters than signs.
fn believed(line: &Line) -> bool {
    let signs = line.text.chars().filter(|mark| !mark.is_alphanumeric() && !mark.is_whitespace()).count();
    let letters = line.text.chars().filter(|mark| mark.is_alphanumeric()).count();
    let mostly_signs = letters > 0 && signs > letters && signs > 3;
    // An amount can be sure beside a unit in tiny letters that is not.
    let amount = line.words.len() <= 4
        && line.words.iter().any(|word| {
            let mut marks = word.text.chars();
            word.confidence >= 0.8
                && marks.next().is_some_and(|mark| "$€£₹".contains(mark))
                && marks.next().is_some_and(|mark| mark.is_ascii_digit())
        });
    amount || line.confidence.is_nan() || line.confidence >= 0.42 && !(mostly_signs && line.confidence < 0.8)
}

/// The words of a line: the reader's own where they agree with its text, otherwise cut in proportion to characters.
fn tokens(line: &Line) -> (Vec<Token>, bool) {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let joined: String = line.words.iter().map(|word| squeezed(&word.text)).collect();
    if !line.words.is_empty() && joined == squeezed(&line.text) {
        return (line.words.iter().flat_map(|word| cut(&word.text, word.bounds)).collect(), true);
    }
    (cut(&line.text, line.bounds), false)
}

fn cut(text: &str, bounds: PixelBox) -> Vec<Token> {
    let total = text.chars().count().max(1) as f32;
    let mut tokens = Vec::new();
    let mut start = 0;
    for part in text.split(char::is_whitespace) {
        let length = part.chars().count();
        if length > 0 {
            let left = bounds.width as f32 * start as f32 / total;
            let width = bounds.width as f32 * length as f32 / total;
            tokens.push(Token {
                text: part.to_owned(),
                bounds: PixelBox::new(
                    bounds.x.saturating_add(left as u32),
                    bounds.y,
                    (width.ceil() as u32).max(1),
                    bounds.height,
                ),
            });
        }
        start += length + 1;
    }
    tokens
}

/// Cuts a line where the blank is too wide for a word gap (menu entries, table cells, neighbouring cards).
fn split(line: &Line) -> Vec<Run> {
    let size = if line.font_height.is_finite() && line.font_height >= 1.0 {
        line.font_height.min(10_000.0)
    } else {
        (line.bounds.height as f32).clamp(1.0, 10_000.0)
    };
    let mut parts: Vec<Vec<Token>> = Vec::new();
    let (tokens, measured) = tokens(line);
    for token in tokens {
        let wide = parts
            .last()
            .and_then(|part| part.last())
            .is_none_or(|before: &Token| token.bounds.x as f32 - before.bounds.right() as f32 > 1.7 * size);
        if wide {
            parts.push(vec![token]);
        } else if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    parts
        .into_iter()
        .filter_map(|tokens| {
            Some(Run {
                bounds: PixelBox::hull(tokens.iter().map(|token| &token.bounds))?,
                tokens,
                size,
                confidence: line.confidence,
                foreground: line.foreground,
                background: line.background,
                bullet: false,
                measured,
                monospaced: false,
            })
        })
        .collect()
}

/// Joins neighbours on one row that are a word gap apart: the reader broke one line in two.
fn join(runs: Vec<Run>) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::with_capacity(runs.len());
    for run in runs {
        let near = joined.iter_mut().rev().take(12).find(|before| {
            let ratio = before.size.max(run.size) / before.size.min(run.size).max(1.0);
            let gap_after = run.left() - before.right();
            let gap_before = before.left() - run.right();
            let gap = if gap_after >= gap_before { gap_after } else { gap_before };
            ratio < 1.35
                && before.same_row(&run)
                && gap > -0.3 * run.size
                && gap < 0.72 * before.size.min(run.size)
                && colour_distance(before.background, run.background) < 40
        });
        match near {
            Some(before) => {
                before.bounds = before.bounds.union(&run.bounds);
                before.confidence = before.confidence.min(run.confidence);
                before.measured &= run.measured;
                before.tokens.extend(run.tokens);
                before.tokens.sort_by_key(|token| token.bounds.x);
            }
            None => joined.push(run),
        }
    }
    joined
}

fn take_bullet(run: &mut Run) {
    let next = run.tokens.get(1).map(|token| token.text.clone());
    let Some(first) = run.tokens.first_mut() else { return };
    let lone = first.text.chars().count() == 1;
    let Some(mark) = first.text.chars().next() else { return };
    // An icon before a menu entry or title is read as one odd sign or letter.
    let icon = lone
        && !mark.is_ascii_digit()
        && !matches!(mark, 'A' | 'a' | 'I' | 'i' | '#' | '>' | '—' | '–' | '$' | '€' | '£' | '"' | '“' | '&');
    let icon = icon && next.is_some_and(|next| shape::starts_upper(&next) && next.chars().count() > 1);
    if icon && !shape::is_bullet(mark, lone) {
        run.tokens.remove(0);
        if let Some(bounds) = PixelBox::hull(run.tokens.iter().map(|token| &token.bounds)) {
            run.bounds = bounds;
        }
        return;
    }
    if !shape::is_bullet(mark, lone) {
        return;
    }
    let rest: String = first.text.chars().skip(1).collect();
    if rest.is_empty() {
        if run.tokens.len() == 1 {
            return;
        }
        run.tokens.remove(0);
    } else {
        let count = rest.chars().count() as f32 + 1.0;
        let inset = (first.bounds.width as f32 / count) as u32;
        first.bounds = PixelBox::new(
            first.bounds.x.saturating_add(inset),
            first.bounds.y,
            first.bounds.width.saturating_sub(inset).max(1),
            first.bounds.height,
        );
        first.text = rest;
    }
    run.bullet = true;
    if let Some(bounds) = PixelBox::hull(run.tokens.iter().map(|token| &token.bounds)) {
        run.bounds = bounds;
    }
}

/// In a fixed-pitch font the distance between word starts is the count of characters times one width.
fn monospaced(tokens: &[Token]) -> bool {
    let steps: Vec<f32> = tokens
        .windows(2)
        .map(|pair| {
            let characters = pair[0].text.chars().count() as f32 + 1.0;
            (pair[1].bounds.x as f32 - pair[0].bounds.x as f32) / characters
        })
        .collect();
    let count = steps.len() as f32;
    if count < 3.0 {
        return false;
    }
    let mean = steps.iter().sum::<f32>() / count;
    let variance = steps.iter().map(|step| (step - mean).powi(2)).sum::<f32>() / count;
    mean > 0.0 && variance.sqrt() / mean < 0.03
}
