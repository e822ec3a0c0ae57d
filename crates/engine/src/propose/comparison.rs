//! Pages that set tools side by side: cards or table columns with a panel share, votes, an entry price and quotes.
//!
//! Invariant: a value goes to the tool in whose column (or, on narrow pages, under whose name) it stands; what spans the
//! columns goes to a tool only when it names that tool alone.

use std::ops::Range;
use std::sync::LazyLock;

use domain::text::name_key;
use domain::{PageKind, ProposedTool, Speaker, Value};
use regex::Regex;

use super::blocks::Block;
use super::claims::{self, Subject};
use super::draft;
use super::kinds;
use super::page::overlap_x;
use super::roles::{Layout, Role};
use super::{money, sentences, shape};

static VERSUS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s+(?:vs\.?|versus)\s+").expect("the title pattern is a constant that a test compiles")
});
static TITLE_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\s*(?::|\?|\||\s[-–—]\s|,\s|\bcompar(?:ed|ison)\b|\bwhich\b|\bin 20\d\d\b|\bside by side\b).*$",
    )
    .expect("the title pattern is a constant that a test compiles")
});
static PERCENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<value>\d{1,3}(?:[.,]\d+)?)\s?%")
        .expect("the percent pattern is a constant that a test compiles")
});
static PANEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\W*(?:panel(?:'s)?\s*(?:ships?|verdict|share|score)?|ship\s?(?:rate|share|%)|panel\s?%)\W*$",
    )
    .expect("the label pattern is a constant that a test compiles")
});
static COMMUNITY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:community(?:\s+(?:votes?|score|rating|vote))?|votes?)\W*$")
        .expect("the label pattern is a constant that a test compiles")
});
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:entry(?:\s+(?:price|point|plan|cost))?|(?:starting\s+)?price|pricing|starts\s+at|cost)\W*$").expect("the label pattern is a constant that a test compiles")
});
static CATEGORY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:category|type)\W*$")
        .expect("the label pattern is a constant that a test compiles")
});

/// A tool's place on the page.
#[derive(Debug)]
struct Side {
    name: (usize, Range<usize>),
    key: String,
    /// The heading of the card or column, when it can be seen.
    anchor: Option<usize>,
}

#[derive(Debug)]
enum Arrangement {
    /// Columns in order of the sides, with the limits between them.
    Columns(Vec<f32>),
    /// One under the other, with the top of each.
    Stacked(Vec<f32>),
}

pub(super) fn tools(layout: &Layout) -> Option<(PageKind, Vec<ProposedTool>)> {
    let mut sides = titled(layout);
    let labels = (0..layout.blocks.len())
        .filter(|&index| PANEL.is_match(layout.text(index)) || panel_in_line(layout.text(index)))
        .collect::<Vec<_>>();
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
                layout.blocks[index].bounds.right() as f32 <= first && is_label(layout.text(index))
            })
            .collect(),
        Arrangement::Stacked(_) => Vec::new(),
    };
    let mut tools: Vec<ProposedTool> = Vec::new();
    let mut taken = vec![false; layout.blocks.len()];
    for (side_index, side) in sides.iter().enumerate() {
        let own: Vec<usize> =
            (0..layout.blocks.len()).filter(|&index| owner[index] == Some(side_index)).collect();
        tools.push(card(layout, side, &own, &shared, &mut taken));
    }
    for (index, range, side) in quotes(layout, &sides, &arrangement, &owner, &mut taken) {
        if let Some(tool) = tools.get_mut(side) {
            let parts: Vec<(usize, Range<usize>)> = index.into_iter().zip(range).collect();
            tool.claims.push(draft::text_claim(layout, "review", &parts, Speaker::Reviewer, 0.9));
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
    let Some(title) = title else { return Vec::new() };
    let text = layout.text(title);
    let mut sides = Vec::new();
    let mut start = 0;
    let mut cuts: Vec<(usize, usize)> =
        VERSUS.find_iter(text).map(|found| (found.start(), found.end())).collect();
    cuts.push((text.len(), text.len()));
    for (end, next) in cuts {
        let mut range = start..end;
        start = next;
        if range.end == text.len() {
            if let Some(tail) = TITLE_END.find(&text[range.clone()]) {
                range.end = range.start + tail.start();
            }
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
        let key = name_key(name);
        let anchor = anchor(layout, title, &key);
        let name = anchor.map_or((title, range), |block| (block, 0..layout.text(block).len()));
        sides.push(Side { name, key, anchor });
    }
    sides
}

/// The block that is the name alone, the largest of them.
fn anchor(layout: &Layout, title: usize, key: &str) -> Option<usize> {
    (0..layout.blocks.len())
        .filter(|&index| {
            let own = name_key(layout.text(index));
            let limit = if key.chars().count() >= 8 { 2 } else { usize::from(key.chars().count() >= 5) };
            index != title
                && !own.is_empty()
                && own.len() <= key.len() + 2
                && shape::edits(&own, key, limit) <= limit
        })
        .max_by(|&left, &right| {
            let (one, other) = (&layout.blocks[left], &layout.blocks[right]);
            if (one.size / other.size - 1.0).abs() < 0.12 {
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
                    && !PERCENT.is_match(&above.text)
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

fn is_label(text: &str) -> bool {
    [&PANEL, &COMMUNITY, &ENTRY, &CATEGORY].iter().any(|label| label.is_match(text))
}

fn panel_in_line(text: &str) -> bool {
    let lower = text.to_lowercase();
    shape::word_count(text) <= 5 && lower.contains("panel") && PERCENT.is_match(text)
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
                    category(layout, index).map_or(block.top(), |above| layout.blocks[above].top()) - 2.0
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
            best.map_or((from + to) / 2.0, |(_, start, end)| (start + end) / 2.0)
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

/// The small line right over the name.
fn category(layout: &Layout, anchor: usize) -> Option<usize> {
    let block = &layout.blocks[anchor];
    (0..layout.blocks.len())
        .filter(|&index| {
            let above = &layout.blocks[index];
            let gap = block.top() - above.bottom();
            gap > -0.3 * above.size
                && gap < 2.2 * layout.body
                && above.size < 0.85 * block.size
                && (overlap_x(&above.bounds, &block.bounds) > 0.0)
                && (1..=4).contains(&above.words())
                && !shape::ends_sentence(&above.text)
        })
        .max_by(|&left, &right| layout.blocks[left].bottom().total_cmp(&layout.blocks[right].bottom()))
}

/// The facts of one card.
fn card(layout: &Layout, side: &Side, own: &[usize], shared: &[usize], taken: &mut [bool]) -> ProposedTool {
    let mut tool = ProposedTool::default();
    let text_of = |index: usize| (index, 0..layout.text(index).len());
    let mut push = |property: &str, index: usize, certainty: f32, taken: &mut [bool]| {
        taken[index] = true;
        tool.claims.push(draft::text_claim(layout, property, &[text_of(index)], Speaker::Site, certainty));
    };
    let name_parts = [(side.name.0, side.name.1.clone())];
    taken[side.name.0] = true;
    let labelled_category = shared
        .iter()
        .chain(own)
        .copied()
        .find(|&index| CATEGORY.is_match(layout.text(index)))
        .and_then(|label| value(layout, own, label, &|text| shape::word_count(text) <= 5));
    if let Some(index) = side.anchor.and_then(|anchor| category(layout, anchor)).or(labelled_category) {
        push("category", index, 0.85, taken);
    }
    let tagline = side.anchor.and_then(|anchor| tagline(layout, own, anchor));
    if let Some(index) = tagline {
        push("tagline", index, 0.85, taken);
    }
    tool.claims.insert(0, draft::text_claim(layout, "name", &name_parts, Speaker::Site, 0.95));

    let mut stats = Vec::new();
    for index in shared.iter().chain(own).copied() {
        let text = layout.text(index);
        if PANEL.is_match(text) {
            if let Some(at) =
                value(layout, own, index, &|text| PERCENT.is_match(text) && shape::word_count(text) <= 4)
            {
                stats.push(("panel_ship", index, at));
            }
        } else if panel_in_line(text) {
            stats.push(("panel_ship", index, index));
        } else if COMMUNITY.is_match(text) {
            if let Some(at) = value(layout, own, index, &is_votes) {
                stats.push(("community_votes", index, at));
            }
        } else if ENTRY.is_match(text) {
            if let Some(at) = value(layout, own, index, &|text| price_of(text).is_some()) {
                stats.push(("price", index, at));
            }
        }
    }
    // The label without any value: the reader may have left out the dash, the page states nothing either way.
    if let Some(label) = shared
        .is_empty()
        .then(|| own.iter().copied().find(|&index| COMMUNITY.is_match(layout.text(index))))
        .flatten()
    {
        if stats.iter().all(|(property, _, _)| *property != "community_votes") {
            taken[label] = true;
            tool.claims.push(draft::claim(
                layout,
                "community_votes",
                Value::NotStated,
                &[text_of(label)],
                Speaker::Site,
                0.5,
            ));
        }
    }
    for (property, label, at) in stats {
        if taken[at] || tool.first(property).is_some() {
            continue;
        }
        taken[label] = true;
        taken[at] = true;
        let text = layout.text(at);
        let value = match property {
            "panel_ship" => PERCENT
                .captures(text)
                .and_then(|found| found.name("value")?.as_str().replace(',', ".").parse().ok())
                .map(|percent| Value::Percent { percent }),
            "price" => price_of(text).map(Value::Money),
            _ if text.chars().any(char::is_alphanumeric) => Some(Value::text(text)),
            _ => Some(Value::NotStated),
        };
        if let Some(value) = value {
            tool.claims.push(draft::claim(layout, property, value, &[text_of(at)], Speaker::Site, 0.9));
        }
    }
    describe(layout, side, own, tagline, taken, &mut tool);
    tool
}

fn tagline(layout: &Layout, own: &[usize], anchor: usize) -> Option<usize> {
    let block = &layout.blocks[anchor];
    own.iter()
        .copied()
        .filter(|&index| {
            let under = &layout.blocks[index];
            let fall = under.top() - block.bottom();
            index != anchor
                && fall > -0.3 * block.size
                && fall < 4.0 * layout.body
                && overlap_x(&under.bounds, &block.bounds) > 0.0
                && (3..=24).contains(&under.words())
                && !PERCENT.is_match(&under.text)
                && !shape::opens_quote(&under.text)
        })
        .min_by(|&left, &right| layout.blocks[left].top().total_cmp(&layout.blocks[right].top()))
}

/// The value of a label: right above or below it in its column, or next to it in its row.
fn value(layout: &Layout, own: &[usize], label: usize, fits: &dyn Fn(&str) -> bool) -> Option<usize> {
    let block = &layout.blocks[label];
    own.iter()
        .copied()
        .filter(|&index| index != label && fits(layout.text(index)))
        .filter_map(|index| {
            let other = &layout.blocks[index];
            let gap = (other.top() - block.bottom()).max(block.top() - other.bottom());
            let column = overlap_x(&other.bounds, &block.bounds) > 0.0
                || (other.left() - block.left()).abs() < layout.body;
            let row =
                (other.bounds.center().1 - block.bounds.center().1).abs() < 0.7 * other.size.max(block.size);
            let distance = if column && gap < 3.0 * layout.body {
                gap.max(0.0)
            } else if row && other.left() > block.left() {
                0.2 * (other.left() - block.bounds.right() as f32).max(0.0)
            } else {
                return None;
            };
            Some((index, distance))
        })
        .min_by(|left, right| left.1.total_cmp(&right.1))
        .map(|(index, _)| index)
}

fn is_votes(text: &str) -> bool {
    let text = text.trim();
    let dash =
        !text.is_empty() && text.chars().all(|mark| matches!(mark, '—' | '–' | '-' | '−' | '_' | '―' | '.'));
    dash || shape::word_count(text) <= 3 && text.chars().any(|character| character.is_ascii_digit())
        || text.eq_ignore_ascii_case("n/a")
        || text.to_lowercase().starts_with("no votes")
}

fn price_of(text: &str) -> Option<domain::Money> {
    if shape::word_count(text) > 6 {
        return None;
    }
    if let Some(found) = money::find(text).into_iter().next() {
        return Some(found.money);
    }
    if text.trim().eq_ignore_ascii_case("paid") {
        return Some(domain::Money {
            amount: None,
            currency: None,
            period: None,
            plan: None,
            per_seat: false,
            qualifier: Some(text.trim().to_owned()),
        });
    }
    money::words(text)
}

/// Tagline and description sentences are claims of the site about the tool.
fn describe(
    layout: &Layout,
    side: &Side,
    own: &[usize],
    tagline: Option<usize>,
    taken: &mut [bool],
    tool: &mut ProposedTool,
) {
    if let Some(index) = tagline {
        let (property, _) = kinds::kind(layout.text(index));
        tool.claims.push(draft::text_claim(
            layout,
            property,
            &[(index, 0..layout.text(index).len())],
            Speaker::Site,
            0.75,
        ));
    }
    let Some(anchor) = side.anchor else { return };
    let top = layout.blocks[anchor].top();
    let names = [layout.text(anchor).to_lowercase()];
    let mut described = false;
    let mut last: Option<usize> = None;
    for &index in own {
        let block = &layout.blocks[index];
        let prose = matches!(layout.roles[index], Role::Text | Role::Heading)
            && block.words() >= 8
            && !taken[index]
            && block.top() > top;
        if !prose || starts_or_ends_quote(&block.text) {
            continue;
        }
        // The description stands in the card: close under what was found before, before the next section.
        let reach = last.map_or(26.0, |_| 3.0) * layout.body;
        let from = last.map_or(layout.blocks[anchor].bottom(), |before| layout.blocks[before].bottom());
        let between = (0..layout.blocks.len()).any(|other| {
            layout.roles[other] == Role::Heading
                && layout.blocks[other].top() > from
                && layout.blocks[other].bottom() < block.top()
                && layout.blocks[other].size > 1.4 * layout.body
                && !taken[other]
                && !PERCENT.is_match(layout.text(other))
                && !is_votes(layout.text(other))
                && price_of(layout.text(other)).is_none()
        });
        if block.top() - from > reach || between {
            continue;
        }
        taken[index] = true;
        last = Some(index);
        if !described {
            described = true;
            tool.claims.push(draft::text_claim(
                layout,
                "description",
                &[(index, 0..block.text.len())],
                Speaker::Site,
                0.9,
            ));
        }
        for range in sentences::sentences(&block.text, &names) {
            let sentence = &block.text[range.clone()];
            let cut = !shape::ends_sentence(sentence) && block.bottom() > layout.height - 2.2 * block.size;
            if shape::word_count(sentence) >= 4 && !cut {
                let (property, _) = kinds::kind(sentence);
                tool.claims.push(draft::text_claim(layout, property, &[(index, range)], Speaker::Site, 0.8));
            }
        }
    }
}

fn starts_or_ends_quote(text: &str) -> bool {
    shape::opens_quote(text) || text.trim_end().ends_with(['”', '"', '“'])
}

type QuoteParts = (Vec<usize>, Vec<Range<usize>>, usize);

/// Reviewer quotes, each with its side.
fn quotes(
    layout: &Layout,
    sides: &[Side],
    arrangement: &Arrangement,
    owner: &[Option<usize>],
    taken: &mut [bool],
) -> Vec<QuoteParts> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for index in 0..layout.blocks.len() {
        let block = &layout.blocks[index];
        if taken[index]
            || block.words() < 3
            || matches!(layout.roles[index], Role::Code | Role::Legal | Role::Navigation)
        {
            continue;
        }
        let open = groups.iter_mut().find(|group| {
            group.last().is_some_and(|&last| {
                let before = &layout.blocks[last];
                let unfinished = !before.text.trim_end().ends_with(['”', '"']);
                unfinished
                    && !shape::opens_quote(&block.text)
                    && (before.left() - block.left()).abs() < layout.body
                    && (before.size / block.size - 1.0).abs() < 0.2
                    && block.top() - before.bottom() < 2.2 * block.size
                    && block.top() > before.top()
            })
        });
        if let Some(group) = open {
            group.push(index);
            taken[index] = true;
        } else if shape::opens_quote(&block.text)
            || block.words() >= 10 && block.text.trim_end().ends_with(['”', '"'])
        {
            groups.push(vec![index]);
            taken[index] = true;
        }
    }
    let count = groups.len();
    // Quotes that all stand in the first column stand under each other, whatever the cards do.
    let stacked = matches!(arrangement, Arrangement::Stacked(_))
        || count >= sides.len()
            && groups
                .iter()
                .all(|group| group.first().is_some_and(|&first| owner[first].is_none_or(|side| side == 0)));
    let grouped = stacked && stacked_in_groups(layout, sides, &groups);
    groups
        .into_iter()
        .enumerate()
        .filter_map(|(position, group)| {
            let first = *group.first()?;
            let side = match labelled_side(layout, sides, first) {
                Some(side) => side,
                None if !stacked => owner[first]?,
                None if grouped => position * sides.len() / count.max(1),
                None => position % sides.len().max(1),
            };
            let ranges: Vec<Range<usize>> = group.iter().map(|&index| said(layout.text(index))).collect();
            Some((group, ranges, side))
        })
        .collect()
}

/// Without a person or verdict behind the closing mark.
fn said(text: &str) -> Range<usize> {
    match shape::closing_quote(text) {
        Some(end) if shape::word_count(&text[end..]) <= 8 => 0..end,
        _ => 0..text.len(),
    }
}

/// A label with the tool's name right over the quote says whose it is.
fn labelled_side(layout: &Layout, sides: &[Side], quote: usize) -> Option<usize> {
    let block = &layout.blocks[quote];
    sides.iter().position(|side| {
        layout.blocks.iter().any(|label| {
            let gap = block.top() - label.bottom();
            gap > -0.3 * label.size
                && gap < 3.0 * layout.body
                && overlap_x(&label.bounds, &block.bounds) > 0.0
                && label.words() <= 8
                && name_key(&label.text).contains(&side.key)
        })
    })
}

/// On a narrow page quotes alternate between the tools, or stand tool by tool: the names in them tell.
fn stacked_in_groups(layout: &Layout, sides: &[Side], groups: &[Vec<usize>]) -> bool {
    let mut alternating = 0_i32;
    let mut blocked = 0_i32;
    let count = groups.len();
    for (position, group) in groups.iter().enumerate() {
        let text = name_key(&group.iter().map(|&index| layout.text(index)).collect::<Vec<_>>().join(" "));
        for (side_index, side) in sides.iter().enumerate() {
            if side.key.is_empty() || !text.contains(&side.key) {
                continue;
            }
            alternating += if position % sides.len() == side_index { 1 } else { -1 };
            blocked += if position * sides.len() / count.max(1) == side_index { 1 } else { -1 };
        }
    }
    blocked > alternating
}

/// Prose that spans the columns: a sentence that names one tool alone is about that tool.
fn named_sentences(layout: &Layout, sides: &[Side], taken: &[bool], tools: &mut [ProposedTool]) {
    for (side, tool) in sides.iter().zip(tools.iter_mut()) {
        let name = layout.text(side.name.0)[side.name.1.clone()].to_lowercase();
        let names = [name.clone()];
        let subject =
            Subject { names: &names, tagline: None, taken, threshold: 2.4, prices: &[], lead: None };
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
            if text.starts_with(&name) && !rivals {
                tool.claims.push(draft::text_claim(
                    layout,
                    statement.property,
                    &statement.parts,
                    Speaker::Site,
                    0.6,
                ));
            }
        }
    }
}
