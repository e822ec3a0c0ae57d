//! A claim is a statement: property, typed value, raw text, speaker, status, evidence, valid and recorded time.
//!
//! Invariant: `raw_text` is what stands on the page and never changes; `value` can be reproduced from it by the
//! property's parser, or the claim is `entered`. History is never overwritten: a changed value is a new claim.

use serde::{Deserialize, Serialize};

use crate::geometry::PixelBox;

/// A typed value. A new shape is one variant here and one arm in `Value::display`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Value {
    Text {
        text: String,
    },
    Money(Money),
    /// 0 to 100.
    Percent {
        percent: f64,
    },
    Count {
        count: u32,
    },
    /// The page shows the field and leaves it blank ("—"). Never zero.
    NotStated,
}

/// A price as it stands on a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Money {
    /// `None` for "contact us" and the like; 0 for free.
    pub amount: Option<f64>,
    /// ISO 4217; `None` when the page shows none ("Free").
    pub currency: Option<String>,
    pub period: Option<Period>,
    /// Name of the plan the price belongs to, as written.
    pub plan: Option<String>,
    pub per_seat: bool,
    /// "from", "up to", "starting at", "billed annually": kept as written.
    pub qualifier: Option<String>,
}

/// What one payment covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Period {
    Hour,
    Day,
    Week,
    Month,
    Year,
    Once,
}

/// Who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Speaker {
    Vendor,
    Site,
    Reviewer,
    User,
    Analyst,
    Machine,
}

/// How far a claim is supported by the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Status {
    Verified,
    NeedsReview,
    NotFound,
    Entered,
    Disputed,
    Superseded,
}

/// How the quote and the page's text agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum MatchLevel {
    Exact,
    Normalised,
    Fuzzy,
    None,
}

/// The part of one visual line that supports a claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EvidenceLine {
    pub text: String,
    pub bounds: PixelBox,
}

/// Where a claim was read: a capture, the pixel boxes on it, and the exact quote.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Evidence {
    /// Id of the capture (not its hash).
    pub capture: String,
    pub quote: String,
    pub lines: Vec<EvidenceLine>,
    pub matched: MatchLevel,
}

/// An accepted claim as the library holds it. Times are RFC 3339 in UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Claim {
    pub id: String,
    pub tool: String,
    /// Id of a property of [`crate::property::PROPERTIES`].
    pub property: String,
    pub value: Value,
    pub raw_text: String,
    pub speaker: Speaker,
    pub status: Status,
    /// 0 to 1, as the machine proposed it; `None` when a person entered it.
    pub confidence: Option<f32>,
    pub evidence: Vec<Evidence>,
    /// When it stood on the page.
    pub valid_from: String,
    /// When the library learned it, and when it stopped being current.
    pub recorded_from: String,
    pub recorded_to: Option<String>,
    pub supersedes: Option<String>,
    /// Edited by hand: machines may not change it.
    pub locked: bool,
    /// Which reader and rules proposed it.
    pub proposed_by: String,
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    /// The value in plain words, for lists, comparison cells and the terminal.
    pub fn display(&self) -> String {
        match self {
            Self::Text { text } => text.clone(),
            Self::Money(money) => money.display(),
            Self::Percent { percent } => format!("{percent}%"),
            Self::Count { count } => count.to_string(),
            Self::NotStated => "not stated".to_owned(),
        }
    }
}

impl Period {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
            Self::Once => "once",
        }
    }
}

impl Money {
    /// For example "US$20 per seat per month", "Free", "Contact sales".
    pub fn display(&self) -> String {
        let mut text = match (self.amount, self.currency.as_deref()) {
            (None, _) => "Contact sales".to_owned(),
            (Some(0.0), _) => "Free".to_owned(),
            (Some(amount), currency) => {
                let number =
                    if amount.fract() == 0.0 { format!("{amount:.0}") } else { format!("{amount:.2}") };
                match currency {
                    Some("USD") => format!("${number}"),
                    Some("EUR") => format!("€{number}"),
                    Some("GBP") => format!("£{number}"),
                    Some("JPY") => format!("¥{number}"),
                    Some("INR") => format!("₹{number}"),
                    Some(code) => format!("{number} {code}"),
                    None => number,
                }
            }
        };
        if self.amount.is_some_and(|amount| amount > 0.0) {
            if self.per_seat {
                text.push_str(" per seat");
            }
            match self.period {
                Some(Period::Once) => text.push_str(" once"),
                Some(period) => {
                    text.push_str(" per ");
                    text.push_str(period.label());
                }
                None => {}
            }
        }
        if let Some(qualifier) = &self.qualifier {
            text = format!("{text} ({qualifier})");
        }
        text
    }
}
