//! Dates with at least a month.
//!
//! Invariant: as precise as the text; a year alone is no date here (it may count something).

use super::{TypedValue, Word, words};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

pub(super) fn find(text: &str) -> Vec<TypedValue> {
    let words = words(text);
    (0..words.len())
        .filter_map(|index| {
            let (date, first, last) = written(&words, index).or_else(|| numeric(&words, index))?;
            Some(TypedValue::Date { text: text[words[first].start..words[last].end].to_owned(), date })
        })
        .collect()
}

fn month(word: &str) -> Option<usize> {
    let lower = word.trim_end_matches('.').to_lowercase();
    let known = |name: &&str| {
        **name == lower
            || lower.len() == 3 && name.starts_with(&lower)
            || lower == "sept" && name.starts_with("sept")
    };
    MONTHS
        .iter()
        .position(known)
        .map(|position| position + 1)
        .filter(|_| word.starts_with(char::is_uppercase))
}

fn year(word: &str) -> Option<u32> {
    word.parse().ok().filter(|year| (1970..=2100).contains(year) && word.len() == 4)
}

fn day(word: &str) -> Option<u32> {
    let bare = word.trim_end_matches(|mark: char| mark.is_ascii_lowercase());
    bare.parse().ok().filter(|day| (1..=31).contains(day))
}

/// "12 March 2025", "March 12, 2025", "March 2025", seen from the month.
fn written(words: &[Word<'_>], index: usize) -> Option<(String, usize, usize)> {
    let month = month(words[index].text)?;
    let word = |at: usize| words.get(at).map(|word| word.text);
    if let Some(year) = word(index + 1).and_then(year) {
        let before = index.checked_sub(1).and_then(word).and_then(day);
        return Some(match before {
            Some(day) => (format!("{year}-{month:02}-{day:02}"), index - 1, index + 1),
            None => (format!("{year}-{month:02}"), index, index + 1),
        });
    }
    let (day, year) = (word(index + 1).and_then(day)?, word(index + 2).and_then(year)?);
    Some((format!("{year}-{month:02}-{day:02}"), index, index + 2))
}

/// "2025-03-12".
fn numeric(words: &[Word<'_>], index: usize) -> Option<(String, usize, usize)> {
    let parts: Vec<&str> = words[index].text.split('-').collect();
    let [years, months, days] = parts.as_slice() else { return None };
    let month: u32 = months.parse().ok().filter(|month| (1..=12).contains(month))?;
    let exact = months.len() == 2 && days.len() == 2;
    exact.then_some(())?;
    Some((format!("{}-{month:02}-{:02}", year(years)?, day(days)?), index, index))
}
