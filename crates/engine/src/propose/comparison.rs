//! Pages that set tools side by side: cards or table columns with a panel share, votes, an entry price and quotes.
//!
//! Invariant: a value goes to the tool in whose column (or, on narrow pages, under whose name) it stands; what spans the
//! columns goes to a tool only when it names that tool alone.

use std::ops::Range;
use std::sync::LazyLock;

use domain::text::name_key;
use domain::{PageKind, ProposedTool, Speaker};
use regex::Regex;

use super::blocks::Block;
use super::claims::{self, Subject};
use super::page::overlap_x;
use super::roles::{Layout, Role};
use super::{cards, draft, money, panel, shape};

static VERSUS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s+(?:vs\.?|versus)\s+").expect("the title pattern is a constant that a test compiles")
});
static TITLE_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\s*(?::|\?|\||\s[-–—]\s|,\s|\bcompar(?:ed|ison)\b|\bwhich\b|\bin 20\d\d\b|\bside by side\b).*$",
    )
    .expect("the title pattern is a constant that a test compiles")
});
/// A tool's place on the page.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) name: (usize, Range<usize>),
    pub(super) key: String,
    /// The heading of the card or column, when it can be seen.
    pub(super) anchor: Option<usize>,
}

#[derive(Debug)]
pub(super) enum Arrangement {
    /// Columns in order of the sides, with the limits between them.
    Columns(Vec<f32>),
    /// One under the other, with the top of each.
    Stacked(Vec<f32>),
}

pub(super) fn tools(layout: &Layout) -> Option<(PageKind, Vec<ProposedTool>)> {
    let mut sides = titled(layout);
    let labels =
        (0..layout.blocks.len()).filter(|&index| cards::is_panel(layout.text(index))).collect::<Vec<_>>();
    if sides.len() < 2 {
        if labels.is_empty() {
            return None;
        }
        sides = labelled(layout, &labels);
        if sides.is_empty() {
            return None;
        }
    }
    let arrangement = arrange(layout, &sides);
    // Without a seen card or table the title alone could be a headline of one tool's own page.
    let seen = sides.iter().filter(|side| side.anchor.is_some()).count();
    if seen == 0 && labels.is_empty() {
        return None;
    }
    let owner: Vec<Option<usize>> =
        (0..layout.blocks.len()).map(|index| owner(layout, &sides, &arrangement, index)).collect();
    // In a table the labels stand once, left of all columns.
    let first = sides
        .iter()
        .filter_map(|side| side.anchor)
        .map(|anchor| layout.blocks[anchor].left())
        .fold(f32::INFINITY, f32::min);
    let shared: Vec<usize> = match arrangement {
        Arrangement::Columns(_) => (0..layout.blocks.len())
            .filter(|&index| {
                layout.blocks[index].bounds.right() as f32 <= first && cards::is_label(layout.text(index))
            })
            .collect(),
        Arrangement::Stacked(_) => Vec::new(),
    };
    let mut tools: Vec<ProposedTool> = Vec::new();
    let mut taken = vec![false; layout.blocks.len()];
    for (side_index, side) in sides.iter().enumerate() {
        let own: Vec<usize> =
            (0..layout.blocks.len()).filter(|&index| owner[index] == Some(side_index)).collect();
        tools.push(cards::card(layout, side, &own, &shared, &mut taken));
    }
    for (index, range, side) in panel::quotes(layout, &sides, &arrangement, &owner, &mut taken) {
        if let Some(tool) = tools.get_mut(side) {
            let parts: Vec<(usize, Range<usize>)> = index.into_iter().zip(range).collect();
            // A quote that opens with a mark and never closes was cut by the edge.
            let last = parts.last().map_or("", |(block, range)| &layout.text(*block)[range.clone()]);
            let first = parts.first().map_or("", |(block, range)| &layout.text(*block)[range.clone()]);
            let cut = shape::opens_quote(first) && !last.trim_end().ends_with(['”', '"']);
            let certainty = if cut { 0.4 } else { 0.9 };
            tool.claims.push(draft::text_claim(layout, "review", &parts, Speaker::Reviewer, certainty));
        }
    }
    named_sentences(layout, &sides, &taken, &mut tools);
    Some((PageKind::Comparison, tools))
}

/// The tools of a title "A vs B", with the headings of their cards.
fn titled(layout: &Layout) -> Vec<Side> {
    let title = (0..layout.blocks.len())
        .filter(|&index| {
            let block = &layout.blocks[index];
            block.size > 1.25 * layout.body
                && block.words() <= 18
                && VERSUS.is_match(&block.text)
                && layout.roles[index] != Role::Code
        })
        .max_by(|&left, &right| {
            layout.blocks[left].size.total_cmp(&layout.blocks[right].size).then(right.cmp(&left))
        });
    let Some(title) = title else { return facing(layout) };
    let text = layout.text(title);
    let mut sides = Vec::new();
    let mut start = 0;
    let mut cuts: Vec<(usize, usize)> =
        VERSUS.find_iter(text).map(|found| (found.start(), found.end())).collect();
    cuts.push((text.len(), text.len()));
    for (end, next) in cuts {
        let mut range = start..end;
        start = next;
        if range.end == text.len()
            && let Some(tail) = TITLE_END.find(&text[range.clone()])
        {
            range.end = range.start + tail.start();
        }
        if let Some(lead) = text[range.clone()].rfind(": ") {
            range.start += lead + 2;
        }
        let name = text[range.clone()].trim();
        if name.is_empty() || shape::word_count(name) > 7 {
            return Vec::new();
        }
        let offset = text[range.clone()].find(name).unwrap_or(0);
        let range = range.start + offset..range.start + offset + name.len();
        sides.push(named_side(layout, &[title], (title, range)));
    }
    sides
}

/// Two names with a "vs" of its own between them.
fn facing(layout: &Layout) -> Vec<Side> {
    let name_like = |index: usize, least: f32| {
        let block = &layout.blocks[index];
        block.words() <= 6
            && block.words() > 0
            && block.size > least * layout.body
            && !shape::ends_sentence(&block.text)
            && !matches!(layout.roles[index], Role::Code | Role::Legal | Role::Picture | Role::Button)
    };
    for index in 0..layout.blocks.len() {
        let versus = &layout.blocks[index];
        let bare = versus.text.trim_matches(|mark: char| !mark.is_alphanumeric()).to_lowercase();
        if bare != "vs" && bare != "versus" {
            if let Some(sides) = broken_title(layout, index, &bare) {
                return sides;
            }
            continue;
        }
        let row = layout.row(index);
        let left = row
            .iter()
            .copied()
            .filter(|&other| layout.blocks[other].bounds.right() <= versus.bounds.x && name_like(other, 1.1))
            .max_by_key(|&other| layout.blocks[other].bounds.right());
        let right = row
            .iter()
            .copied()
            .filter(|&other| layout.blocks[other].bounds.x >= versus.bounds.right() && name_like(other, 1.1))
            .min_by_key(|&other| layout.blocks[other].bounds.x);
        let column = |other: &usize| {
            let center = layout.blocks[*other].bounds.center().0;
            *other != index
                && ((center - versus.bounds.center().0).abs() < 4.0 * layout.body
                    || (layout.blocks[*other].left() - versus.left()).abs() < layout.body)
        };
        let above = (0..layout.blocks.len())
            .filter(|other| {
                column(other)
                    && name_like(*other, 1.3)
                    && layout.blocks[*other].bottom() <= versus.top() + 0.4 * versus.size
            })
            .max_by(|&one, &other| layout.blocks[one].bottom().total_cmp(&layout.blocks[other].bottom()));
        let below = (0..layout.blocks.len())
            .filter(|other| {
                column(other)
                    && name_like(*other, 1.3)
                    && layout.blocks[*other].top() >= versus.bottom() - 0.4 * versus.size
            })
            .min_by(|&one, &other| layout.blocks[one].top().total_cmp(&layout.blocks[other].top()));
        let (Some(first), Some(second)) = (left.or(above), right.or(below)) else { continue };
        let titles = [first, second];
        return titles
            .iter()
            .map(|&title| {
                let key = name_key(layout.text(title));
                let anchor = anchor(layout, &titles, &key).unwrap_or(title);
                Side { name: (anchor, 0..layout.text(anchor).len()), key, anchor: Some(anchor) }
            })
            .collect();
    }
    Vec::new()
}

/// A title of several blocks: "A vs" over "B", or "A" over "vs B".
fn broken_title(layout: &Layout, index: usize, bare: &str) -> Option<Vec<Side>> {
    let block = &layout.blocks[index];
    if block.size < 1.25 * layout.body || block.words() > 8 {
        return None;
    }
    let ends = bare.ends_with(" vs") || bare.ends_with(" versus");
    let starts = bare.starts_with("vs ") || bare.starts_with("vs. ") || bare.starts_with("versus ");
    if ends == starts {
        return None;
    }
    let partner = (0..layout.blocks.len())
        .filter(|&other| {
            let candidate = &layout.blocks[other];
            let gap = if ends { candidate.top() - block.bottom() } else { block.top() - candidate.bottom() };
            other != index
                && gap > -0.5 * block.size
                && gap < 1.5 * block.size
                && (candidate.size / block.size - 1.0).abs() < 0.3
                && overlap_x(&candidate.bounds, &block.bounds) > 0.0
                && candidate.words() <= 7
        })
        .min_by(|&left, &right| {
            let far = |other: usize| (layout.blocks[other].top() - block.top()).abs();
            far(left).total_cmp(&far(right))
        })?;
    let text = layout.text(index);
    let own = if ends {
        0..text.trim_end().rfind(char::is_whitespace)?
    } else {
        text.len() - text.trim_start().split_once(char::is_whitespace)?.1.len()..text.len()
    };
    let whole = 0..layout.text(partner).len();
    let mut names = vec![(index, own), (partner, whole)];
    if starts {
        names.reverse();
    }
    let titles = [index, partner];
    Some(names.into_iter().map(|name| named_side(layout, &titles, name)).collect())
}

/// A side with the card that bears its name; of two spellings the page's more frequent one.
fn named_side(layout: &Layout, titles: &[usize], title: (usize, Range<usize>)) -> Side {
    let key = name_key(&layout.text(title.0)[title.1.clone()]);
    let anchor = anchor(layout, titles, &key);
    let Some(card) = anchor else { return Side { name: title, key, anchor } };
    let own = name_key(layout.text(card));
    let count = |key: &str| layout.blocks.iter().filter(|block| name_key(&block.text).contains(key)).count();
    if count(&key) > count(&own) {
        return Side { name: title, key, anchor };
    }
    Side { name: (card, 0..layout.text(card).len()), key: own, anchor }
}

/// How far below a block the next panel label of its column stands; infinite without one.
fn panel_distance(layout: &Layout, index: usize) -> f32 {
    let block = &layout.blocks[index];
    (0..layout.blocks.len())
        .filter(|&other| {
            let label = &layout.blocks[other];
            let inset = label.left() - block.left();
            let column = overlap_x(&label.bounds, &block.bounds) > 0.0
                || (-2.0 * layout.body..16.0 * layout.body).contains(&inset);
            column && label.top() > block.top() && cards::is_panel(&label.text)
        })
        .map(|other| layout.blocks[other].top() - block.bottom())
        .filter(|distance| *distance < 20.0 * layout.body)
        .fold(f32::INFINITY, f32::min)
}

/// The block that is the name alone: right over a panel's share if there is one, otherwise the largest.
fn anchor(layout: &Layout, title: &[usize], key: &str) -> Option<usize> {
    (0..layout.blocks.len())
        .filter(|&index| {
            let own = name_key(layout.text(index));
            let limit = if key.chars().count() >= 8 { 2 } else { usize::from(key.chars().count() >= 5) };
            !title.contains(&index)
                && !own.is_empty()
                && own.len() <= key.len() + 2
                && shape::edits(&own, key, limit) <= limit
        })
        .max_by(|&left, &right| {
            let (one, other) = (&layout.blocks[left], &layout.blocks[right]);
            let (near, far) = (panel_distance(layout, left), panel_distance(layout, right));
            if near.is_finite() || far.is_finite() {
                far.total_cmp(&near).then(right.cmp(&left))
            } else if (one.size / other.size - 1.0).abs() < 0.12 {
                right.cmp(&left)
            } else {
                one.size.total_cmp(&other.size)
            }
        })
}

/// Tools of cards that show a panel share under a heading, when no title can be seen.
fn labelled(layout: &Layout, labels: &[usize]) -> Vec<Side> {
    let mut sides: Vec<Side> = Vec::new();
    for &label in labels {
        let block = &layout.blocks[label];
        let heading = (0..layout.blocks.len())
            .filter(|&index| {
                let above = &layout.blocks[index];
                let inset = block.left() - above.left();
                layout.roles[index] == Role::Heading
                    && above.bottom() < block.top()
                    && block.top() - above.bottom() < 16.0 * layout.body
                    && (overlap_x(&above.bounds, &block.bounds) > 0.0
                        || (0.0..24.0 * layout.body).contains(&inset))
                    && above.words() <= 6
                    && !cards::has_percent(&above.text)
                    && money::words(&above.text).is_none()
            })
            .max_by(|&left, &right| layout.blocks[left].size.total_cmp(&layout.blocks[right].size));
        let Some(heading) = heading else { continue };
        let key = name_key(layout.text(heading));
        if !key.is_empty() && sides.iter().all(|side| side.key != key) {
            sides.push(Side { name: (heading, 0..layout.text(heading).len()), key, anchor: Some(heading) });
        }
    }
    sides
}

fn arrange(layout: &Layout, sides: &[Side]) -> Arrangement {
    let anchors: Vec<&Block> =
        sides.iter().filter_map(|side| side.anchor.map(|index| &layout.blocks[index])).collect();
    let level = anchors.len() == sides.len()
        && anchors.windows(2).all(|pair| {
            (pair[0].bounds.center().1 - pair[1].bounds.center().1).abs() < 4.0 * layout.body
                && pair[1].left() > pair[0].left() + pair[0].size
        });
    if !level {
        let mut tops: Vec<f32> = Vec::new();
        for side in sides {
            let top = match side.anchor {
                Some(index) => {
                    let block = &layout.blocks[index];
                    cards::category(layout, index).map_or(block.top(), |above| layout.blocks[above].top())
                        - 2.0
                }
                None if tops.is_empty() => 0.0,
                None => f32::INFINITY,
            };
            tops.push(top);
        }
        return Arrangement::Stacked(tops);
    }
    let top = anchors.iter().map(|block| block.top()).fold(f32::INFINITY, f32::min);
    let limits = anchors
        .windows(2)
        .map(|pair| {
            // The line between two columns is where the fewest texts are cut, in the widest such gap.
            let from = pair[0].bounds.right() as f32;
            let to = pair[1].bounds.right() as f32;
            let cuts = |x: f32| {
                layout
                    .blocks
                    .iter()
                    .filter(|block| {
                        block.top() >= top - layout.body
                            && block.left() < x
                            && block.bounds.right() as f32 > x
                    })
                    .count()
            };
            let mut best: Option<(usize, f32, f32)> = None;
            let mut x = from + 1.0;
            while x < to {
                let count = cuts(x);
                match &mut best {
                    Some((least, _, end)) if *least == count && (x - *end).abs() < 3.5 => *end = x,
                    Some((least, start, end))
                        if count < *least
                            || count == *least
                                && (x - pair[1].left()).abs() < (*start - pair[1].left()).abs()
                                && x <= pair[1].left() =>
                    {
                        (*least, *start, *end) = (count, x, x);
                    }
                    None => best = Some((count, x, x)),
                    _ => {}
                }
                x += 3.0;
            }
            best.map_or(f32::midpoint(from, to), |(_, start, end)| f32::midpoint(start, end))
        })
        .collect();
    Arrangement::Columns(limits)
}

/// Which side a block belongs to.
fn owner(layout: &Layout, sides: &[Side], arrangement: &Arrangement, index: usize) -> Option<usize> {
    let block = &layout.blocks[index];
    match arrangement {
        Arrangement::Columns(limits) => {
            let top = sides
                .iter()
                .filter_map(|side| side.anchor)
                .map(|anchor| layout.blocks[anchor].top())
                .fold(f32::INFINITY, f32::min);
            if block.top() < top - 5.0 * layout.body {
                return None;
            }
            let slack = 0.8 * layout.body;
            let column = limits.iter().filter(|&&limit| block.left() > limit - slack).count();
            let right = limits.get(column).copied().unwrap_or(f32::INFINITY);
            (block.bounds.right() as f32 <= right + slack).then_some(column)
        }
        Arrangement::Stacked(tops) => tops.iter().rposition(|&top| block.top() >= top),
    }
}

/// Prose that spans the columns: a sentence that names one tool alone is about that tool.
fn named_sentences(layout: &Layout, sides: &[Side], taken: &[bool], tools: &mut [ProposedTool]) {
    for (side, tool) in sides.iter().zip(tools.iter_mut()) {
        let name = layout.text(side.name.0)[side.name.1.clone()].to_lowercase();
        let names = [name.clone()];
        let subject = Subject {
            names: &names,
            tagline: None,
            taken,
            threshold: 2.4,
            prices: &[],
            lead: None,
            manual_from: None,
        };
        for statement in claims::statements(layout, &subject) {
            let text: String = statement
                .parts
                .iter()
                .map(|(block, range)| layout.text(*block)[range.clone()].to_lowercase())
                .collect();
            let rivals = sides
                .iter()
                .filter(|other| other.key != side.key)
                .any(|other| name_key(&text).contains(&other.key));
            if text.starts_with(&name) && !rivals && shape::ends_sentence(&text) {
                let said = claims::Statement { certainty: 0.6, ..statement };
                tool.claims.push(draft::statement(layout, &said, Speaker::Site));
            }
        }
    }
}
