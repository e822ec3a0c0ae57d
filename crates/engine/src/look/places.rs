//! Where words stand on a page: runs of whole words of one line, with the pixels they cover.
//!
//! Invariant: pure; a place quotes the line as it was read. Must not: guess a place for words that are not there.

use domain::text::fold;
use domain::{EvidenceLine, Line, PixelBox, Reading};

/// One occurrence of some words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) evidence: EvidenceLine,
    /// The mean over the quoted characters.
    pub(super) confidence: f32,
    pub(super) font_height: f32,
}

/// Every place where the words stand in one line: as written, or else with case, quotes and dashes folded.
pub(super) fn places(reading: &Reading, words: &str) -> Vec<Place> {
    let wanted: Vec<&str> = words.split_whitespace().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let exact = occurrences(reading, &wanted, |line, wanted| line == wanted);
    if !exact.is_empty() {
        return exact;
    }
    let folded: Vec<String> = wanted.iter().map(|word| fold(word)).collect();
    let folded: Vec<&str> = folded.iter().map(String::as_str).collect();
    occurrences(reading, &folded, |line, wanted| fold(line) == wanted)
}

fn occurrences(reading: &Reading, wanted: &[&str], same: impl Fn(&str, &str) -> bool) -> Vec<Place> {
    let mut found = Vec::new();
    for line in &reading.lines {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        for start in 0..(words.len() + 1).saturating_sub(wanted.len()) {
            let run = &words[start..start + wanted.len()];
            if run.iter().zip(wanted).all(|(line, wanted)| same(line, wanted)) {
                found.push(place(line, &words, start, wanted.len()));
            }
        }
    }
    found
}

fn place(line: &Line, words: &[&str], start: usize, count: usize) -> Place {
    let (before, length) = (characters(&words[..start]), words[start..start + count].join(" "));
    let from = before + usize::from(start > 0);
    let to = from + length.chars().count();
    let bounds = if line.words.len() == words.len() {
        PixelBox::hull(line.words[start..start + count].iter().map(|word| &word.bounds))
    } else {
        None
    };
    let confidences = line.characters.get(from..to).filter(|part| !part.is_empty());
    let confidence = confidences.map_or(line.confidence, |part| part.iter().sum::<f32>() / part.len() as f32);
    Place {
        evidence: EvidenceLine {
            text: length,
            bounds: bounds.unwrap_or_else(|| share(line, from, to, characters(words))),
        },
        confidence,
        font_height: line.font_height,
    }
}

/// Characters of words with one blank between them.
fn characters(words: &[&str]) -> usize {
    words.iter().map(|word| word.chars().count()).sum::<usize>() + words.len().saturating_sub(1)
}

/// The part of a line's box in proportion to its characters.
fn share(line: &Line, from: usize, to: usize, all: usize) -> PixelBox {
    let width = line.bounds.width as usize;
    let at = |place: usize| (width * place / all.max(1)) as u32;
    let PixelBox { x, y, height, .. } = line.bounds;
    PixelBox::new(x + at(from), y, (at(to) - at(from)).max(1), height)
}

/// The place nearest to an anchor, in pixels from middle to middle; without an anchor, the one in the largest letters.
pub(super) fn best(found: Vec<Place>, anchor: Option<&PixelBox>) -> Option<Place> {
    let distance = |place: &Place| {
        let (x, y) = place.evidence.bounds.center();
        anchor.map_or(-place.font_height, |anchor| {
            let (to_x, to_y) = anchor.center();
            (x - to_x).hypot(y - to_y)
        })
    };
    found.into_iter().min_by(|left, right| distance(left).total_cmp(&distance(right)))
}
