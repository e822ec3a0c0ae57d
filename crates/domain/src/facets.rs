//! What a tool can be filtered by, worked out from its current claims.
//!
//! Invariant: a facet without a claim is unknown, never "no"; every facet can be traced to the claims it came from.

use serde::{Deserialize, Serialize};

use crate::claim::{Claim, Period, Status, Value};
use crate::text::fold;

/// What a licence allows, as far as its text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LicenceClass {
    /// Use, change and sell, with notice (MIT, Apache-2.0, BSD).
    Permissive,
    /// Changes have to be passed on under the same licence (GPL, AGPL, MPL).
    Copyleft,
    /// The source can be seen, but its use is restricted (BUSL, SSPL, Elastic).
    SourceAvailable,
    Noncommercial,
    Proprietary,
    /// "Open source", "open weights" and the like, without a licence named.
    OpenUnspecified,
}

/// What a tool can be filtered and sorted by.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Facets {
    /// Lowest stated price for a month in `currency`; a year's price is divided by twelve, "free" is 0.
    pub monthly: Option<f64>,
    pub currency: Option<String>,
    pub licence: Option<LicenceClass>,
    /// Whether it is said to run without a network.
    pub offline: Option<bool>,
    /// Every current claim is verified or entered by hand.
    pub verified: bool,
}

impl Facets {
    /// `claims` are the current claims of one tool.
    pub fn of(claims: &[Claim]) -> Self {
        let mut facets = Self {
            verified: !claims.is_empty()
                && claims.iter().all(|claim| matches!(claim.status, Status::Verified | Status::Entered)),
            ..Self::default()
        };
        for claim in claims {
            match (&claim.value, claim.property.as_str()) {
                (Value::Money(money), "price") => {
                    let Some(month) = money.amount.and_then(|amount| monthly(amount, money.period)) else {
                        continue;
                    };
                    if facets.monthly.is_none_or(|least| month < least) {
                        facets.monthly = Some(month);
                        facets.currency.clone_from(&money.currency);
                    }
                }
                (Value::Text { text }, "license") => {
                    let class = licence_class(text);
                    // A named licence says more than "open source".
                    if facets.licence.is_none_or(|held| held == LicenceClass::OpenUnspecified) {
                        facets.licence = class.or(facets.licence);
                    }
                }
                (Value::Text { text }, _) if claim.property != "name" => {
                    if let Some(offline) = says_offline(text) {
                        // A denial anywhere outweighs a promise elsewhere.
                        facets.offline = Some(facets.offline.unwrap_or(true) && offline);
                    }
                }
                _ => {}
            }
        }
        facets
    }
}

/// What one month costs; `None` where the period cannot be turned into months.
fn monthly(amount: f64, period: Option<Period>) -> Option<f64> {
    match period {
        _ if amount == 0.0 => Some(0.0),
        None | Some(Period::Month) => Some(amount),
        Some(Period::Year) => Some(amount / 12.0),
        Some(Period::Week) => Some(amount * 52.0 / 12.0),
        Some(Period::Day | Period::Hour | Period::Once) => None,
    }
}

/// The class of a licence by its SPDX identifier or usual name; `None` where the text names none.
pub fn licence_class(text: &str) -> Option<LicenceClass> {
    let folded = fold(text);
    let words: Vec<&str> = folded
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let word = |wanted: &[&str]| words.iter().any(|held| wanted.contains(held));
    let begins =
        |wanted: &[&str]| words.iter().any(|held| wanted.iter().any(|start| held.starts_with(start)));
    let says = |phrase: &str| folded.contains(phrase);
    if says("noncommercial")
        || says("non-commercial")
        || says("non commercial")
        || (word(&["cc"]) && word(&["nc"]))
    {
        return Some(LicenceClass::Noncommercial);
    }
    if word(&["busl", "bsl", "sspl", "elastic"])
        || says("source available")
        || says("source-available")
        || says("fair source")
    {
        return Some(LicenceClass::SourceAvailable);
    }
    if begins(&["agpl", "gpl", "lgpl", "mpl", "epl", "eupl"])
        || says("mozilla public")
        || says("general public licen")
    {
        return Some(LicenceClass::Copyleft);
    }
    if word(&["mit", "apache", "bsd", "isc", "unlicense", "zlib", "0bsd", "wtfpl"])
        || (word(&["cc0"]) || (word(&["cc"]) && word(&["by"]) && !word(&["sa"])))
    {
        return Some(LicenceClass::Permissive);
    }
    if says("proprietary") || says("closed source") || says("closed-source") || says("commercial licen") {
        return Some(LicenceClass::Proprietary);
    }
    let open = says("open source")
        || says("open-source")
        || says("open licen")
        || says("open weight")
        || says("open-weight");
    open.then_some(LicenceClass::OpenUnspecified)
}

/// Whether a text says that a tool works without a network; `None` where it does not speak of it.
fn says_offline(text: &str) -> Option<bool> {
    let folded = fold(text);
    let phrases = [
        "offline",
        "without internet",
        "without an internet",
        "without a network",
        "no internet",
        "air-gapped",
        "runs locally",
        "local-first",
        "fully local",
        "on-device",
        "on device",
        "on your device",
    ];
    let place = phrases.iter().filter_map(|phrase| folded.find(phrase)).min()?;
    let before: Vec<&str> = folded[..place].split(' ').filter(|word| !word.is_empty()).collect();
    let denied = before[before.len().saturating_sub(4)..].iter().any(|word| {
        matches!(*word, "no" | "not" | "never" | "without" | "cannot" | "lacks") || word.ends_with("n't")
    });
    Some(!denied)
}

/// Days after which a claim of that property should be looked at again.
pub fn days_fresh(property: &str) -> u32 {
    match property {
        "price" | "pricing" => 90,
        "panel_ship" | "community_votes" | "adoption" => 120,
        "benchmark" | "performance" | "availability" => 180,
        _ => 365,
    }
}
