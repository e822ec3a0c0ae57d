//! Export formats: a comparison as text for other programs and people.
//!
//! Invariants: page text is data in every format, never markup, link or formula; an export shows whether its values
//! were reviewed. A new format is one file here and one line in [`FORMATS`].

mod csv;
mod json;
mod markdown;

use domain::claim::{MatchLevel, Speaker, Status};
use domain::compare::Comparison;

/// One way to write a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    pub id: &'static str,
    /// For lists and dialogs.
    pub label: &'static str,
    /// Of the file, without the dot.
    pub extension: &'static str,
    pub write: fn(&Comparison) -> String,
}

/// Every format, in the order in which they are offered.
pub const FORMATS: &[Format] = &[markdown::FORMAT, csv::FORMAT, json::FORMAT];

const fn speaker(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Vendor => "vendor",
        Speaker::Site => "site",
        Speaker::Reviewer => "reviewer",
        Speaker::User => "user",
        Speaker::Analyst => "analyst",
        Speaker::Machine => "machine",
    }
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Verified => "verified",
        Status::NeedsReview => "needs review",
        Status::NotFound => "not found in image",
        Status::Entered => "entered by hand",
        Status::Disputed => "disputed",
        Status::Superseded => "superseded",
    }
}

const fn matched(level: MatchLevel) -> &'static str {
    match level {
        MatchLevel::Exact => "exact",
        MatchLevel::Normalised => "normalised",
        MatchLevel::Fuzzy => "fuzzy",
        MatchLevel::None => "none",
    }
}
