//! One tool's card or column on a comparison page: category, tagline, panel share, votes, entry price, description.
//!
//! Invariant: a value is taken only with its label above, below or beside it; a label without a value is "not stated".

use std::ops::Range;
use std::sync::LazyLock;

use domain::{ProposedTool, Speaker, Value};
use regex::Regex;

use super::claims::Statement;
use super::comparison::Side;
use super::page::overlap_x;
use super::roles::{Layout, Role};
use super::{draft, money, sentences, shape};

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

static TAGLINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:tagline|one[- ]liner|in one line|pitch|slogan|headline)\W*$")
        .expect("the label pattern is a constant that a test compiles")
});

static LABELS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:(?P<panel>panel(?:\s+(?:ships?|verdict|share|score))?)|(?P<community>community(?:\s+(?:votes?|score))?)|(?P<entry>entry(?:\s+(?:price|plan))?))\b")
        .expect("the labels pattern is a constant that a test compiles")
});

/// A label that a table gives once for all columns.
pub(super) fn is_label(text: &str) -> bool {
    [&PANEL, &COMMUNITY, &ENTRY, &CATEGORY, &TAGLINE].iter().any(|label| label.is_match(text))
}

/// Labels and values in one line: "Panel ship 75% · Community — · Entry Free", or each value before its label.
fn in_line(text: &str) -> Vec<(&'static str, Range<usize>)> {
    if shape::word_count(text) > 14 {
        return Vec::new();
    }
    let labels: Vec<(&'static str, Range<usize>)> = LABELS
        .captures_iter(text)
        .filter_map(|found| {
            let property = if found.name("panel").is_some() {
                "panel_ship"
            } else if found.name("community").is_some() {
                "community_votes"
            } else {
                "price"
            };
            Some((property, found.get(0)?.range()))
        })
        .collect();
    let label_first =
        labels.first().is_some_and(|(_, range)| !text[..range.start].chars().any(char::is_alphanumeric));
    let mut found = Vec::new();
    for (index, (property, label)) in labels.iter().enumerate() {
        let part = if label_first {
            label.end..labels.get(index + 1).map_or(text.len(), |(_, next)| next.start)
        } else {
            index.checked_sub(1).map_or(0, |before| labels[before].1.end)..label.start
        };
        let trimmed = text[part.clone()]
            .trim_matches(|mark: char| mark.is_whitespace() || matches!(mark, '·' | '•' | '|' | ':' | ','));
        let start = part.start + text[part.clone()].find(trimmed).unwrap_or(0);
        let fits = match *property {
            "panel_ship" => PERCENT.is_match(trimmed) && shape::word_count(trimmed) <= 2,
            "community_votes" => is_votes(trimmed),
            _ => price_of(trimmed).is_some(),
        };
        if fits {
            found.push((*property, start..start + trimmed.len()));
        }
    }
    found
}

fn panel_in_line(text: &str) -> bool {
    let lower = text.to_lowercase();
    shape::word_count(text) <= 5 && lower.contains("panel") && PERCENT.is_match(text)
}

/// A label of a panel's share, with or without the share.
pub(super) fn is_panel(text: &str) -> bool {
    PANEL.is_match(text) || panel_in_line(text)
}

pub(super) fn has_percent(text: &str) -> bool {
    PERCENT.is_match(text)
}

/// The small line right over the name.
pub(super) fn category(layout: &Layout, anchor: usize) -> Option<usize> {
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
pub(super) fn card(
    layout: &Layout,
    side: &Side,
    own: &[usize],
    shared: &[usize],
    taken: &mut [bool],
) -> ProposedTool {
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
    let labelled_tagline = shared
        .iter()
        .chain(own)
        .copied()
        .find(|&index| TAGLINE.is_match(layout.text(index)))
        .and_then(|label| value(layout, own, label, &|text| (3..=24).contains(&shape::word_count(text))));
    let tagline = labelled_tagline.or_else(|| side.anchor.and_then(|anchor| tagline(layout, own, anchor)));
    if let Some(index) = tagline {
        push("tagline", index, 0.85, taken);
    }
    tool.claims.insert(0, draft::text_claim(layout, "name", &name_parts, Speaker::Site, 0.95));

    let mut stats = Vec::new();
    let mut facts: Vec<(&str, usize, Range<usize>)> = Vec::new();
    for index in shared.iter().chain(own).copied() {
        let text = layout.text(index);
        let inline = in_line(text);
        if inline.len() > 1 || inline.len() == 1 && shape::word_count(text) <= 5 {
            facts.extend(inline.into_iter().map(|(property, range)| (property, index, range)));
            taken[index] = true;
        } else if PANEL.is_match(text) {
            if let Some(at) =
                value(layout, own, index, &|text| PERCENT.is_match(text) && shape::word_count(text) <= 4)
            {
                stats.push(("panel_ship", index, at));
            }
        } else if COMMUNITY.is_match(text) {
            if let Some(at) = value(layout, own, index, &is_votes) {
                stats.push(("community_votes", index, at));
            }
        } else if ENTRY.is_match(text)
            && let Some(at) = value(layout, own, index, &|text| price_of(text).is_some())
        {
            stats.push(("price", index, at));
        }
    }
    // The label without any value: the reader may have left out the dash, the page states nothing either way.
    if let Some(label) = shared
        .is_empty()
        .then(|| own.iter().copied().find(|&index| COMMUNITY.is_match(layout.text(index))))
        .flatten()
    {
        let known = facts.iter().any(|(property, _, _)| *property == "community_votes")
            || stats.iter().any(|(property, _, _)| *property == "community_votes");
        if !known {
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
        if !taken[at] && facts.iter().all(|(known, _, _)| *known != property) {
            taken[label] = true;
            taken[at] = true;
            facts.push((property, at, 0..layout.text(at).len()));
        }
    }
    for (property, index, range) in facts {
        if tool.first(property).is_some() {
            continue;
        }
        let text = &layout.text(index)[range.clone()];
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
            tool.claims.push(draft::claim(layout, property, value, &[(index, range)], Speaker::Site, 0.9));
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
                // Two words alone are a category, unless they read as a phrase.
                && ((3..=24).contains(&under.words()) || under.words() == 2 && under.text.contains(", "))
                && !PERCENT.is_match(&under.text)
                && !is_votes(&under.text)
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
            let size = other.size.max(block.size);
            let row = (other.bounds.center().1 - block.bounds.center().1).abs() < 0.7 * size
                || (other.top() - block.top()).abs() < 0.5 * size;
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
        let whole = vec![(index, 0..layout.text(index).len())];
        tool.claims.push(draft::statement(layout, &Statement::placed(layout, whole, 0.92), Speaker::Site));
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
                let said = Statement::placed(layout, vec![(index, range)], 0.93);
                tool.claims.push(draft::statement(layout, &said, Speaker::Site));
            }
        }
    }
}

fn starts_or_ends_quote(text: &str) -> bool {
    shape::opens_quote(text) || text.trim_end().ends_with(['”', '"', '“'])
}
