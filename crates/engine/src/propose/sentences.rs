//! Sentences of a block.
//!
//! Invariant: the ranges are trimmed, ordered and do not overlap; together they hold every word of the text.

use std::ops::Range;

use super::shape;

const ABBREVIATIONS: &[&str] = &[
    "e.g.", "i.e.", "etc.", "vs.", "inc.", "ltd.", "co.", "corp.", "dr.", "mr.", "mrs.", "st.", "approx.",
    "fig.", "cf.", "al.", "ca.", "jr.", "sr.", "u.s.", "est.", "incl.",
];

/// Byte ranges of the sentences. `names` are lower-case words that may open a sentence in lower case.
pub(super) fn sentences(text: &str, names: &[String]) -> Vec<Range<usize>> {
    let words: Vec<Range<usize>> = word_ranges(text);
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for (index, word) in words.iter().enumerate() {
        let Some(next) = words.get(index + 1) else { break };
        if ends(&text[word.clone()], &text[next.clone()], names) {
            ranges.push(words[start].start..word.end);
            start = index + 1;
        }
    }
    if let (Some(first), Some(last)) = (words.get(start), words.last()) {
        ranges.push(first.start..last.end);
    }
    join_fragments(text, ranges)
}

fn word_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        match (character.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                ranges.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        ranges.push(from..text.len());
    }
    ranges
}

fn ends(word: &str, next: &str, names: &[String]) -> bool {
    if !shape::ends_sentence(word) {
        return false;
    }
    let lower = word.to_lowercase();
    if ABBREVIATIONS.contains(&lower.trim_start_matches(['(', '"', '“'])) {
        return false;
    }
    let core = word.trim_end_matches('.');
    if word.ends_with('.')
        && core.chars().count() == 1
        && core.chars().all(char::is_alphabetic)
        && core != "I"
    {
        return false;
    }
    if word.ends_with("...") || word.ends_with('…') {
        return shape::starts_upper(next) && next.chars().next().is_some_and(char::is_uppercase);
    }
    let opening = next.trim_start_matches(['"', '“', '(', '[', '\'', '‘', '*']);
    if shape::starts_upper(opening) || opening.starts_with(['<', '-', '.']) {
        return true;
    }
    // "v4.0 is …" opens a sentence.
    if opening.starts_with('v') && opening[1..].starts_with(|character: char| character.is_ascii_digit()) {
        return true;
    }
    let bare: String = opening.chars().filter(|character| character.is_alphanumeric()).collect();
    names.contains(&bare.to_lowercase())
}

/// A fragment such as "No credit card required." belongs to the short sentence before it.
fn join_fragments(text: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        let words = shape::word_count(&text[range.clone()]);
        match joined.last_mut() {
            Some(before)
                if words <= 4
                    && verbless(&text[range.clone()])
                    && shape::word_count(&text[before.start..range.end]) <= 14 =>
            {
                before.end = range.end;
            }
            _ => joined.push(range),
        }
    }
    joined
}

fn verbless(fragment: &str) -> bool {
    let lower = fragment.to_lowercase();
    lower.starts_with("no ")
        || lower.starts_with("not ")
        || lower.starts_with("just ")
        || lower.starts_with("forever")
        || shape::word_count(fragment) <= 2
}
