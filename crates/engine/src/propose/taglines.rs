//! The one line that says what the tool is: the code host's About text, the headline, or the line under the name.
//!
//! Invariant: a tagline is one block, or one block without the name in front of it.

use std::ops::Range;
use std::sync::LazyLock;

use domain::text::name_key;
use regex::Regex;

use super::lexicon::{is_filler_text, is_menu_word, is_section_title};
use super::page::overlap_x;
use super::roles::{Layout, Role};
use super::shape;

/// A run of a block's text.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    pub(super) block: usize,
    pub(super) range: Range<usize>,
    /// How sure the rule is, 0 to 1.
    pub(super) certainty: f32,
}

/// The height of what a visitor sees first, judged from the width in letters.
pub(super) fn first_screen(layout: &Layout) -> f32 {
    let narrow = layout.width / layout.body < 34.0;
    (layout.width * if narrow { 2.1 } else { 0.7 }).min(layout.height)
}

pub(super) fn find(layout: &Layout, name: Option<&str>) -> Option<Passage> {
    let found = about(layout).or_else(|| hero(layout, name)).or_else(|| opening_phrase(layout, name));
    found.filter(|passage| !super::money::mentions_amount(&layout.text(passage.block)[passage.range.clone()]))
}

/// The text under "About" on a code host's page.
fn about(layout: &Layout) -> Option<Passage> {
    let host = (0..layout.blocks.len()).any(|index| {
        let lower = layout.text(index).to_lowercase();
        matches!(lower.as_str(), "readme" | "readme.md") || lower.starts_with("pull requests")
    });
    if !host {
        return None;
    }
    let Some(label) =
        (0..layout.blocks.len()).find(|&index| layout.text(index).eq_ignore_ascii_case("about"))
    else {
        return unlabelled_about(layout);
    };
    let (below, distance) = layout.below(label)?;
    let block = &layout.blocks[below];
    let fits = distance < 3.0
        && block.words() >= 3
        && matches!(layout.roles[below], Role::Text | Role::Heading | Role::Quote);
    fits.then_some(Passage { block: below, range: 0..block.text.len(), certainty: 0.9 })
}

/// A tab of a code host with the number of its entries.
static HOST_TAB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:code|issues|pull requests|merge requests|actions|projects|packages|security|insights|wiki|discussions|files|releases)\b.{0,8}$")
        .expect("the tab pattern is a constant that a test compiles")
});

/// On narrow screens a code host sets the About text without its label, between its menu and the counts of stars.
fn unlabelled_about(layout: &Layout) -> Option<Passage> {
    let counts = (0..layout.blocks.len()).find(|&index| {
        let text = layout.text(index);
        super::claims::COUNTS.is_match(text) || super::claims::HOST_COUNTS.is_match(text)
    })?;
    let limit = layout.blocks[counts].top();
    let above = (0..layout.blocks.len()).filter(|&index| {
        let block = &layout.blocks[index];
        block.bottom() < limit && limit - block.bottom() < 14.0 * layout.body
    });
    let said = above.filter(|&index| {
        let block = &layout.blocks[index];
        matches!(layout.roles[index], Role::Text | Role::Heading)
            && (3..=40).contains(&block.words())
            && !block.text.contains('/')
            && !HOST_TAB.is_match(&block.text)
            && layout.row(index).len() == 1
    });
    let block =
        said.min_by(|&left, &right| layout.blocks[left].top().total_cmp(&layout.blocks[right].top()))?;
    Some(Passage { block, range: 0..layout.text(block).len(), certainty: 0.7 })
}

pub(super) fn hero(layout: &Layout, name: Option<&str>) -> Option<Passage> {
    let screen = first_screen(layout);
    let keys = name.map(name_key);
    let heading = (0..layout.blocks.len())
        .filter(|&index| layout.roles[index] == Role::Heading && layout.blocks[index].top() < screen)
        .filter(|&index| {
            let text = layout.text(index);
            !super::money::mentions_amount(text)
                && !is_filler_text(text)
                && super::money::words(text).is_none()
                && shape::is_wordy(text)
                && (shape::word_count(text) > 1
                    || layout.blocks[index].confidence() > 0.8
                    || keys.as_ref().is_some_and(|key| is_name(text, key)))
        })
        .max_by(|&left, &right| {
            let (one, other) = (&layout.blocks[left], &layout.blocks[right]);
            let close = (one.size / other.size - 1.0).abs() < 0.06;
            if close { right.cmp(&left) } else { one.size.total_cmp(&other.size) }
        })?;
    let block = &layout.blocks[heading];
    let text = block.text.as_str();
    if let Some(key) = &keys {
        for mark in [" - ", " – ", " — ", ": ", " | ", " · ", ", "] {
            if let Some(at) = text.find(mark) {
                let start = at + mark.len();
                if is_name(&text[..at], key) && shape::word_count(&text[start..]) >= 3 {
                    return Some(Passage { block: heading, range: start..text.len(), certainty: 0.85 });
                }
            }
        }
    }
    let short = shape::word_count(text) <= 2;
    let greets = ["Welcome", "Hello", "Hi ", "Good morning"].iter().any(|word| text.starts_with(word));
    if is_section_title(text) {
        return None;
    }
    let is_title = match &keys {
        Some(key) => is_name(text, key) || greets || titled_after(text, key),
        None => short,
    };
    if !is_title {
        if is_menu_word(text) || short {
            return opening_phrase(layout, name);
        }
        return Some(Passage { block: heading, range: 0..text.len(), certainty: 0.75 });
    }
    // The line under the name: skip badges, links and buttons.
    let mut under: Vec<(usize, f32)> = (0..layout.blocks.len())
        .filter(|&index| {
            let text = layout.text(index);
            index != heading && shape::is_wordy(text) && !is_filler_text(text) && !is_section_title(text)
        })
        .filter_map(|index| {
            let other = &layout.blocks[index];
            let fall = other.top() - block.bottom();
            let column = overlap_x(&other.bounds, &block.bounds) > 0.0;
            (column && fall > -0.4 * block.size && fall < 9.0 * layout.body).then_some((index, fall))
        })
        .collect();
    under.sort_by(|left, right| left.1.total_cmp(&right.1));
    under.into_iter().take(4).map(|(index, _)| index).find_map(|index| {
        let said = matches!(layout.roles[index], Role::Text | Role::Heading | Role::Quote);
        let other = &layout.blocks[index];
        let links = [" | ", " · ", " • "].iter().any(|mark| other.text.contains(mark));
        // A line about the price stands under many names and is no slogan.
        let (kind, weight) = super::kinds::kind(&other.text);
        let priced = kind == "pricing" && weight >= 2.0;
        let phrase = other.words() == 2 && (other.size > 1.3 * layout.body || other.text.contains(", "));
        let long = other.words() >= 3 || phrase && layout.row(index).len() == 1;
        (said && long && !links && !priced).then(|| first_part(layout, index))
    })
}

/// A long lead counts by its first sentence.
fn first_part(layout: &Layout, block: usize) -> Passage {
    let text = layout.text(block);
    let sentences = super::sentences::sentences(text, &[]);
    let range = match sentences.first() {
        Some(first) if shape::word_count(text) > 22 => first.clone(),
        _ => 0..text.len(),
    };
    Passage { block, range, certainty: 0.75 }
}

/// A short phrase near the top that opens like a definition.
fn opening_phrase(layout: &Layout, name: Option<&str>) -> Option<Passage> {
    let screen = first_screen(layout);
    let phrase = (0..layout.blocks.len()).find(|&index| {
        let block = &layout.blocks[index];
        let lower = block.text.to_lowercase();
        matches!(layout.roles[index], Role::Text | Role::Heading)
            && block.top() < screen
            && (3..=14).contains(&block.words())
            && ["a ", "an ", "the "].iter().any(|article| lower.starts_with(article))
            && !lower.contains(" is ")
            && !is_section_title(&block.text)
            && !is_filler_text(&block.text)
    });
    if let Some(block) = phrase {
        return Some(Passage { block, range: 0..layout.text(block).len(), certainty: 0.6 });
    }
    let name = name?.to_lowercase();
    for index in 0..layout.blocks.len() {
        if layout.roles[index] != Role::Text || layout.blocks[index].top() > screen {
            continue;
        }
        for range in super::sentences::sentences(layout.text(index), &[]) {
            let lower = layout.text(index)[range.clone()].to_lowercase();
            let defines = lower
                .strip_prefix(&name)
                .is_some_and(|rest| rest.starts_with(" is a") || rest.starts_with(" is the"));
            if defines {
                return Some(Passage { block: index, range, certainty: 0.6 });
            }
        }
    }
    None
}

/// "Acme review", "Meet Acme", "What is Acme?": the name with a word or two about the page.
fn titled_after(text: &str, key: &str) -> bool {
    let whole = name_key(text);
    let rest = whole.strip_prefix(key).or_else(|| whole.strip_suffix(key));
    let name_words = |count: usize| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (head, tail) =
            (words.get(..count), words.len().checked_sub(count).and_then(|at| words.get(at..)));
        [head, tail].into_iter().flatten().any(|part| name_key(&part.concat()) == key)
    };
    rest.is_some() && (1..=3).any(|count| name_words(count) && shape::word_count(text) <= count + 2)
}

fn is_name(text: &str, key: &str) -> bool {
    let own = name_key(text);
    !own.is_empty()
        && (own == *key
            || own.len() >= 3 && key.starts_with(own.as_str())
            || own.starts_with(key) && own.len() <= key.len() + 8
            || own.ends_with(key) && own.len() <= key.len() + 3)
}
