//! What people say: quoted paragraphs, alone or with the person behind them.
//!
//! Invariant: a review's text is the quote as it stands, with its marks, without the person.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::roles::{Layout, Role};
use super::shape;

/// A quote: the block and the part of it that is said.
#[derive(Debug, Clone)]
pub(super) struct Quote {
    pub(super) block: usize,
    pub(super) range: Range<usize>,
}

static PERSON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:[—–-]\s*\S+|@\w+$|.*\b(?:ceo|cto|coo|cfo|founder|co-founder|engineer|developer|designer|manager|director|lead|head of|vp|president|consultant|architect|scientist|researcher|analyst|student|professor|editor|author|maintainer|freelancer|marketer|owner)\b.*)$",
    )
    .expect("the person pattern is a constant that a test compiles")
});

/// Quotes with a person behind each, one after the other in one block.
static SEVERAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?P<quote>[“"][^“”"]{8,}[”"]{1,2})\s*(?:[—–-]{1,2}\s*[^“”"]{2,60})?"#)
        .expect("the quotes pattern is a constant that a test compiles")
});

static ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:[—–-]{1,2}\s*\S|\p{Lu}|@|by |naming)")
        .expect("the attribution pattern is a constant that a test compiles")
});

/// A line that says who speaks: "— Ada", "Ada Moor, CTO at Acme".
pub(super) fn is_person(text: &str) -> bool {
    shape::word_count(text) <= 12 && !shape::ends_sentence(text) && PERSON.is_match(text)
}

/// All quotes of the page in page order.
pub(super) fn quotes(layout: &Layout) -> Vec<Quote> {
    let mut quotes = Vec::new();
    for index in 0..layout.blocks.len() {
        let text = layout.text(index);
        match layout.roles[index] {
            Role::Quote => {
                let several: Vec<Range<usize>> = SEVERAL
                    .captures_iter(text)
                    .filter_map(|found| Some(found.name("quote")?.range()))
                    .collect();
                let said: usize = SEVERAL.find_iter(text).map(|found| found.len()).sum();
                if several.len() > 1 && said * 10 >= text.len() * 8 {
                    quotes.extend(several.into_iter().map(|range| Quote { block: index, range }));
                } else if let Some(end) = quote_end(text) {
                    quotes.push(Quote { block: index, range: 0..end });
                }
            }
            // Unmarked praise over a line with a person: a testimonial card.
            Role::Text
                if layout.blocks[index].words() >= 8
                    && !shape::opens_quote(text)
                    && sits_over_person(layout, index) =>
            {
                quotes.push(Quote { block: index, range: 0..text.len() });
            }
            _ => {}
        }
    }
    quotes
}

/// Where the said part ends: at the last closing mark if only a person follows.
fn quote_end(text: &str) -> Option<usize> {
    let end = shape::closing_quote(text)?;
    let rest = text[end..].trim();
    if rest.is_empty() || ATTRIBUTION.is_match(rest) && shape::word_count(rest) <= 14 {
        return Some(end);
    }
    None
}

fn sits_over_person(layout: &Layout, index: usize) -> bool {
    let text = layout.text(index);
    let personal = text.split_whitespace().any(|word| {
        let bare = word.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase();
        matches!(
            bare.as_str(),
            "i" | "i'm"
                | "i’ve"
                | "i've"
                | "my"
                | "we"
                | "our"
                | "us"
                | "me"
                | "it's"
                | "love"
                | "amazing"
                | "best"
        )
    });
    personal
        && layout.below(index).is_some_and(|(below, distance)| {
            let under = &layout.blocks[below];
            let person = is_person(&under.text)
                || under.words() <= 4
                    && layout
                        .below(below)
                        .is_some_and(|(next, gap)| gap < 1.0 && is_person(layout.text(next)));
            distance < 3.0 && person
        })
}
