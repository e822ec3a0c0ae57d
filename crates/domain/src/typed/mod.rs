//! Values inside the words of a statement: quantities with unit and bound, licences, platforms, benchmark results, dates.
//!
//! Invariant: pure functions of the raw text, which stays what is stored; every value names the words it was read from,
//! and a word without a number never becomes one ("competitive benchmark performance" has no value).

mod benchmark;
mod date;
mod license;
mod platform;
mod quantity;

use serde::{Deserialize, Serialize};

pub use license::LicenseClass;
pub use quantity::Bound;

/// A value that stands in a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TypedValue {
    /// `unit` is `parameters`, `bytes`, `percent`, `times`, a unit of time or rate, or the noun that is counted.
    Quantity {
        text: String,
        amount: f64,
        /// The other end of a range such as "10-30 minutes".
        upper: Option<f64>,
        unit: String,
        bound: Bound,
    },
    /// `expression` is SPDX; without one the text says only of what sort the licence is.
    License {
        text: String,
        expression: Option<String>,
        class: LicenseClass,
    },
    Platform {
        text: String,
        name: String,
    },
    Benchmark {
        text: String,
        dataset: String,
        metric: Option<String>,
        value: f64,
        setting: Option<String>,
    },
    /// ISO 8601, as precise as the text: `2025`, `2025-03`, `2025-03-12`.
    Date {
        text: String,
        date: String,
    },
}

/// All values of a text, quantities first, each sort in the order of the text.
pub fn typed_values(text: &str) -> Vec<TypedValue> {
    let mut found = quantity::find(text);
    found.extend(benchmark::find(text));
    found.extend(license::find(text));
    found.extend(platform::find(text));
    found.extend(date::find(text));
    found
}

/// A word of a text without the marks around it, and where it stands.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    /// A full stop, comma or bracket parts it from the next word.
    ends_phrase: bool,
}

/// Words cut at blanks and at dashes, without marks around them.
fn words(text: &str) -> Vec<Word<'_>> {
    let cuts = |mark: char| mark.is_whitespace() || matches!(mark, '–' | '—' | '·' | '|' | '~');
    let outside = |mark: char| {
        matches!(mark, '.' | ',' | ';' | ':' | '(' | ')' | '[' | ']' | '"' | '“' | '”' | '!' | '?' | '*')
    };
    let mut found = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive(cuts) {
        let bare = part.trim_end_matches(cuts);
        let word = bare.trim_matches(outside);
        if let Some(offset) = bare.find(word).filter(|_| !word.is_empty()) {
            let from = start + offset;
            let behind = &bare[offset + word.len()..];
            found.push(Word {
                text: word,
                start: from,
                end: from + word.len(),
                ends_phrase: !behind.is_empty(),
            });
        }
        start += part.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Bound, LicenseClass, TypedValue, typed_values};

    fn quantities(text: &str) -> Vec<(f64, Option<f64>, String, Bound)> {
        typed_values(text)
            .into_iter()
            .filter_map(|value| match value {
                TypedValue::Quantity { amount, upper, unit, bound, .. } => Some((amount, upper, unit, bound)),
                _ => None,
            })
            .collect()
    }

    fn one(text: &str) -> (f64, String, Bound) {
        let found = quantities(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        (found[0].0, found[0].2.clone(), found[0].3)
    }

    #[test]
    fn parameters_are_not_bytes() {
        assert_eq!(one("A 3-billion parameter model"), (3e9, "parameters".to_owned(), Bound::Exact));
        assert_eq!(one("an open 7B model"), (7e9, "parameters".to_owned(), Bound::Exact));
        assert_eq!(one("Sub-2B models"), (2e9, "parameters".to_owned(), Bound::LessThan));
        assert_eq!(one("under 2B parameters"), (2e9, "parameters".to_owned(), Bound::LessThan));
        assert_eq!(one("fits in under 2GB"), (2e9, "bytes".to_owned(), Bound::LessThan));
        assert_eq!(
            one("at least 4 GiB of memory"),
            (4.0 * 1_073_741_824.0, "bytes".to_owned(), Bound::AtLeast)
        );
    }

    #[test]
    fn bounds_and_ranges_are_kept() {
        assert_eq!(quantities("takes 10-30 minutes")[0], (10.0, Some(30.0), "min".to_owned(), Bound::Range));
        assert_eq!(
            one("Used by more than 50,000 developers"),
            (50_000.0, "developers".to_owned(), Bound::MoreThan)
        );
        assert_eq!(one("10k+ teams"), (10_000.0, "teams".to_owned(), Bound::AtLeast));
        assert_eq!(one("Up to 8x faster"), (8.0, "times".to_owned(), Bound::AtMost));
        assert_eq!(one("99.9% uptime"), (99.9, "percent".to_owned(), Bound::Exact));
        assert_eq!(one("about 120 ms"), (120.0, "ms".to_owned(), Bound::About));
        assert_eq!(one("1.5 million requests per second"), (1.5e6, "requests/s".to_owned(), Bound::Exact));
    }

    #[test]
    fn words_without_a_measure_have_no_value() {
        assert_eq!(typed_values("competitive benchmark performance"), Vec::new());
        assert_eq!(typed_values("Blazing fast and lightweight"), Vec::new());
        assert_eq!(typed_values("Version 2.4.1 of v3"), Vec::new());
    }

    #[test]
    fn licences_are_told_apart_by_strength() {
        let license = |text: &str| match typed_values(text).as_slice() {
            [TypedValue::License { expression, class, .. }] => (expression.clone(), *class),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(license("Apache 2.0"), (Some("Apache-2.0".to_owned()), LicenseClass::Permissive));
        assert_eq!(license("released under an open license"), (None, LicenseClass::OpenUnspecified));
        assert_eq!(license("an open-weight model"), (None, LicenseClass::OpenWeights));
        assert_eq!(license("licensed under MIT or Apache-2.0").0.as_deref(), Some("MIT OR Apache-2.0"));
        assert_eq!(license("GPLv3 or later").0.as_deref(), Some("GPL-3.0-or-later"));
        assert_eq!(
            license("AGPL-3.0 license"),
            (Some("AGPL-3.0-only".to_owned()), LicenseClass::StrongCopyleft)
        );
        assert_eq!(license("source-available"), (None, LicenseClass::SourceAvailable));
        // A committee or a limit is no licence.
        assert_eq!(typed_values("We will commit more with the team"), Vec::new());
    }

    #[test]
    fn results_dates_and_platforms() {
        let found = typed_values("Scores 84.4 on DocVQA (zero-shot)");
        assert!(found.iter().any(|value| matches!(value, TypedValue::Benchmark { dataset, value, setting, .. }
            if dataset == "DocVQA" && (*value - 84.4).abs() < 1e-9 && setting.as_deref() == Some("zero-shot"))), "{found:?}");
        let found = typed_values("DOCREAD accuracy: 71.5%");
        assert!(
            found.iter().any(|value| matches!(value, TypedValue::Benchmark { dataset, metric, .. }
            if dataset == "DOCREAD" && metric.as_deref() == Some("accuracy"))),
            "{found:?}"
        );
        let dates = |text: &str| match typed_values(text).as_slice() {
            [TypedValue::Date { date, .. }] => date.clone(),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(dates("Released 12 March 2025"), "2025-03-12");
        assert_eq!(dates("since March 5, 2024"), "2024-03-05");
        assert_eq!(dates("planned for October 2026"), "2026-10");
        assert_eq!(dates("updated 2025-11-02"), "2025-11-02");
        let platforms: Vec<String> = typed_values("Runs on Windows, macOS and Linux")
            .into_iter()
            .filter_map(|value| match value {
                TypedValue::Platform { name, .. } => Some(name),
                _ => None,
            })
            .collect();
        assert_eq!(platforms, ["Windows", "macOS", "Linux"]);
    }
}
