//! Conditions on tools, as they are typed into the search field: `price<20 licence:permissive offline:yes notes`.
//!
//! Invariant: every text is understood; what is no condition is a word to look for. A tool of which a fact is unknown
//! does not fit a condition on it.

use crate::facets::{Facets, LicenceClass};
use crate::text::fold;

/// What a search asks of tools.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolFilter {
    /// The words to look for, as typed.
    pub words: String,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq)]
enum Condition {
    Price { less: bool, or_equal: bool, amount: f64 },
    Currency(String),
    Licence(LicenceClass),
    Offline(bool),
    Verified,
    Contradicted,
    Stale,
    Tag(String),
    Category(String),
    Vendor(String),
}

/// What conditions look at.
#[derive(Debug, Clone, Copy)]
pub struct FilteredTool<'a> {
    pub facets: &'a Facets,
    pub tags: &'a [String],
    pub category: Option<&'a str>,
    pub vendor: Option<&'a str>,
    /// Two of its claims stand against each other.
    pub contradicted: bool,
    /// A claim was not seen for longer than [`crate::facets::days_fresh`].
    pub stale: bool,
}

impl ToolFilter {
    pub fn parse(query: &str) -> Self {
        let mut filter = Self::default();
        let mut words: Vec<&str> = Vec::new();
        for part in parts(query) {
            match condition(part) {
                Some(condition) => filter.conditions.push(condition),
                None => words.push(part),
            }
        }
        filter.words = words.join(" ");
        filter
    }

    /// Whether there is anything but words.
    pub const fn has_conditions(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// Whether a tool fits every condition; the words are not looked at.
    pub fn fits(&self, tool: FilteredTool<'_>) -> bool {
        let FilteredTool { facets, tags, category, vendor, contradicted, stale } = tool;
        let equal = |held: Option<&str>, wanted: &str| held.is_some_and(|held| fold(held) == wanted);
        self.conditions.iter().all(|condition| match condition {
            Condition::Price { less, or_equal, amount } => facets.monthly.is_some_and(|monthly| {
                (*less && monthly < *amount)
                    || (!*less && monthly > *amount)
                    || (*or_equal && (monthly - amount).abs() < 1e-9)
            }),
            Condition::Currency(wanted) => {
                // Free is free in every currency.
                facets.monthly == Some(0.0) || equal(facets.currency.as_deref(), wanted)
            }
            Condition::Licence(wanted) => facets.licence == Some(*wanted),
            Condition::Offline(wanted) => facets.offline == Some(*wanted),
            Condition::Verified => facets.verified,
            Condition::Contradicted => contradicted,
            Condition::Stale => stale,
            Condition::Tag(wanted) => tags.iter().any(|tag| fold(tag) == *wanted),
            Condition::Category(wanted) => equal(category, wanted),
            Condition::Vendor(wanted) => equal(vendor, wanted),
        })
    }
}

/// Splits at blanks outside quotes: `tag:"code editors"` is one part.
fn parts(query: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (place, character) in query.char_indices() {
        match character {
            '"' => quoted = !quoted,
            _ if character.is_whitespace() && !quoted => {
                parts.push(&query[start..place]);
                start = place + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&query[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

fn condition(part: &str) -> Option<Condition> {
    let folded = fold(part);
    if let Some(rest) = folded.strip_prefix("price") {
        return price(rest);
    }
    let (key, value) = folded.split_once(':')?;
    let value = value.trim_matches('"').trim();
    let text = || (!value.is_empty()).then(|| value.to_owned());
    match key {
        "licence" | "license" => Some(Condition::Licence(match value {
            "permissive" => LicenceClass::Permissive,
            "copyleft" => LicenceClass::Copyleft,
            "source-available" | "source_available" => LicenceClass::SourceAvailable,
            "noncommercial" | "non-commercial" => LicenceClass::Noncommercial,
            "proprietary" => LicenceClass::Proprietary,
            "open" | "open-unspecified" => LicenceClass::OpenUnspecified,
            _ => return None,
        })),
        "offline" | "local" => match value {
            "yes" | "true" => Some(Condition::Offline(true)),
            "no" | "false" => Some(Condition::Offline(false)),
            _ => None,
        },
        "is" => match value {
            "verified" => Some(Condition::Verified),
            "free" => Some(Condition::Price { less: true, or_equal: true, amount: 0.0 }),
            "contradicted" => Some(Condition::Contradicted),
            "stale" => Some(Condition::Stale),
            _ => None,
        },
        "tag" => text().map(Condition::Tag),
        "category" => text().map(Condition::Category),
        "vendor" | "by" => text().map(Condition::Vendor),
        "currency" => text().map(Condition::Currency),
        _ => None,
    }
}

/// `<20`, `<=20/month`, `>100/year`.
fn price(rest: &str) -> Option<Condition> {
    let (less, rest) = match rest.chars().next()? {
        '<' => (true, &rest[1..]),
        '>' => (false, &rest[1..]),
        _ => return None,
    };
    let (or_equal, rest) = rest.strip_prefix('=').map_or((false, rest), |rest| (true, rest));
    let (number, period) = rest.split_once('/').unwrap_or((rest, "month"));
    let amount: f64 = number.trim_start_matches(['$', '€', '£']).parse().ok()?;
    let monthly = match period {
        "month" | "mo" => amount,
        "year" | "yr" => amount / 12.0,
        _ => return None,
    };
    (monthly.is_finite() && monthly >= 0.0).then_some(Condition::Price { less, or_equal, amount: monthly })
}
