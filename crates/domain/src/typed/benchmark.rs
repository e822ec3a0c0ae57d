//! Results of benchmarks: data set, metric, value, setting.
//!
//! Invariant: a result needs a number and the name of a data set: a word with two capitals or with digits in letters.

use super::{TypedValue, Word, words};

const METRICS: &[&str] = &[
    "word error rate",
    "accuracy",
    "wer",
    "cer",
    "f1",
    "bleu",
    "rouge",
    "recall",
    "precision",
    "pass@1",
    "pass rate",
    "exact match",
    "score",
    "points",
    "map",
    "elo",
];
const SETTINGS: &[&str] =
    &["zero-shot", "few-shot", "one-shot", "5-shot", "3-shot", "fine-tuned", "test", "validation", "dev"];

pub(super) fn find(text: &str) -> Vec<TypedValue> {
    let words = words(text);
    let lower = text.to_lowercase();
    let Some(number) = words.iter().position(|word| result(word.text).is_some()) else { return Vec::new() };
    let Some(value) = result(words[number].text) else { return Vec::new() };
    // "84.4 on DocVQA", "DocVQA: 84.4", "DocVQA accuracy of 84.4".
    let behind = (number + 1..words.len().min(number + 6)).find(|&at| {
        dataset(&words, at) && words[number + 1..at].iter().any(|word| word.text.eq_ignore_ascii_case("on"))
    });
    let before = || (number.saturating_sub(4)..number).rev().find(|&at| dataset(&words, at));
    let Some(at) = behind.or_else(before) else { return Vec::new() };
    let metric = METRICS.iter().find(|metric| contains_word(&lower, metric));
    let setting = SETTINGS.iter().find(|setting| contains_word(&lower, setting));
    let said = behind.is_some() || metric.is_some() || words[at].ends_phrase;
    if !said {
        return Vec::new();
    }
    let (first, last) = (at.min(number), at.max(number));
    vec![TypedValue::Benchmark {
        text: text[words[first].start..words[last].end].to_owned(),
        dataset: words[at].text.to_owned(),
        metric: metric.map(|metric| (*metric).to_owned()),
        value,
        setting: setting.map(|setting| (*setting).to_owned()),
    }]
}

/// A bare number or a share; not an amount, a version or a multiple.
fn result(word: &str) -> Option<f64> {
    let bare = word.strip_suffix('%').unwrap_or(word);
    let digits = bare.chars().all(|mark| mark.is_ascii_digit() || mark == '.');
    (digits && bare.starts_with(|mark: char| mark.is_ascii_digit())).then(|| bare.parse().ok()).flatten()
}

/// The name of a data set: capitals inside a word.
fn dataset(words: &[Word<'_>], at: usize) -> bool {
    let text = words[at].text;
    let capitals = text.chars().filter(char::is_ascii_uppercase).count();
    let unit = matches!(
        text,
        "GB" | "MB"
            | "KB"
            | "TB"
            | "CPU"
            | "GPU"
            | "RAM"
            | "API"
            | "MB/s"
            | "GB/s"
            | "AI"
            | "OS"
            | "USD"
            | "US"
            | "EU"
    );
    capitals >= 2
        && text.chars().count() >= 3
        && !unit
        && text.starts_with(|mark: char| mark.is_ascii_alphabetic())
}

fn contains_word(lower: &str, word: &str) -> bool {
    let boundary = |mark: Option<char>| mark.is_none_or(|mark| !mark.is_alphanumeric());
    lower.match_indices(word).any(|(at, found)| {
        boundary(lower[..at].chars().next_back()) && boundary(lower[at + found.len()..].chars().next())
    })
}
