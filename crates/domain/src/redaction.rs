//! What stands under the parts of a page that are to be removed for good.
//!
//! Invariant: a word that a region touches visibly is removed whole, from the text and from the pixels, so that what is
//! left on the picture never says more than what is left of the reading. Pure; nothing is decided about claims here.

use crate::geometry::PixelBox;
use crate::reading::{Line, Reading, Word};

/// Part of a box's height that a region has to cover.
const LEAST_HEIGHT: f32 = 0.2;
/// Width that a region has to cover, in heights of the box: less than one letter.
const LEAST_WIDTH: f32 = 0.3;

/// What is left of a reading, and what is not.
#[derive(Debug, Clone, PartialEq)]
pub struct Stripped {
    pub reading: Reading,
    /// The regions, and the boxes of all words that they touch.
    pub regions: Vec<PixelBox>,
    /// Runs of words that are gone, as they stood on the page.
    pub removed: Vec<String>,
    /// Lines that lost some or all of their words.
    pub lines: u32,
}

/// Whether a region hides enough of a text's box to make it part of what is to be removed.
pub fn is_covered(bounds: &PixelBox, regions: &[PixelBox]) -> bool {
    let (width, height) = (bounds.width as f32, bounds.height as f32);
    let least_width = (height * LEAST_WIDTH).min(width * 0.5);
    regions.iter().any(|region| {
        let shared = bounds.intersection(region);
        !shared.is_empty()
            && shared.height as f32 >= height * LEAST_HEIGHT
            && shared.width as f32 >= least_width
    })
}

/// Takes the words under the regions out of a reading.
pub fn strip(reading: &Reading, regions: &[PixelBox]) -> Stripped {
    let mut stripped = Stripped {
        reading: Reading { lines: Vec::new(), ..reading.clone() },
        regions: regions.to_vec(),
        removed: Vec::new(),
        lines: 0,
    };
    for line in &reading.lines {
        if !is_covered(&line.bounds, regions) {
            stripped.reading.lines.push(line.clone());
            continue;
        }
        let covered = covered_words(line, regions);
        if covered.iter().all(|covered| !covered) && !covered.is_empty() {
            stripped.reading.lines.push(line.clone());
            continue;
        }
        stripped.lines += 1;
        if covered.iter().all(|covered| *covered) {
            stripped.regions.push(line.bounds);
            stripped.removed.push(line.text.clone());
            continue;
        }
        for run in runs(line, &covered, true) {
            stripped.regions.extend(PixelBox::hull(run.iter().map(|word| &word.bounds)));
            stripped.removed.push(joined(run));
        }
        // What is left on both sides of a gap no longer stands together.
        for run in runs(line, &covered, false) {
            stripped.reading.lines.push(part(line, run));
        }
    }
    stripped
}

/// For each word whether it is covered; empty where the line does not know its words.
fn covered_words(line: &Line, regions: &[PixelBox]) -> Vec<bool> {
    let words = line.words.iter().map(|word| word.text.as_str());
    if !line.text.split_whitespace().eq(words) {
        return Vec::new();
    }
    line.words.iter().map(|word| is_covered(&word.bounds, regions)).collect()
}

/// Neighbouring words that are covered, or that are not.
fn runs<'a>(line: &'a Line, covered: &[bool], wanted: bool) -> Vec<&'a [Word]> {
    let mut runs = Vec::new();
    let mut start = None;
    for place in 0..=covered.len() {
        match (start, covered.get(place) == Some(&wanted)) {
            (None, true) => start = Some(place),
            (Some(first), false) => {
                runs.push(&line.words[first..place]);
                start = None;
            }
            _ => {}
        }
    }
    runs
}

fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn part(line: &Line, words: &[Word]) -> Line {
    let text = joined(words);
    let mut characters = Vec::with_capacity(text.len());
    for word in words {
        if !characters.is_empty() {
            characters.push(1.0);
        }
        characters.extend(word.text.chars().map(|_| word.confidence));
    }
    Line {
        text,
        bounds: PixelBox::hull(words.iter().map(|word| &word.bounds)).unwrap_or(line.bounds),
        characters,
        words: words.to_vec(),
        ..line.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(y: u32, words: &[&str]) -> Line {
        let word = |(place, text): (usize, &&str)| Word {
            text: (*text).to_owned(),
            bounds: PixelBox::new(place as u32 * 100, y, 80, 20),
            confidence: 0.9,
        };
        let words: Vec<Word> = words.iter().enumerate().map(word).collect();
        Line {
            text: joined(&words),
            bounds: PixelBox::hull(words.iter().map(|word| &word.bounds)).unwrap(),
            confidence: 0.9,
            characters: Vec::new(),
            words,
            font_height: 16.0,
            foreground: [0; 3],
            background: [255; 3],
            lettering: None,
        }
    }

    fn page() -> Reading {
        let lines = vec![line(0, &["Signed", "in", "as", "ada@example.org"]), line(30, &["Pro", "$20"])];
        Reading { reader: "made up".to_owned(), width: 500, height: 100, lines }
    }

    fn texts(stripped: &Stripped) -> Vec<&str> {
        stripped.reading.lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn a_word_that_is_half_covered_goes_whole() {
        let stripped = strip(&page(), &[PixelBox::new(340, 5, 30, 30)]);
        assert_eq!(texts(&stripped), ["Signed in as", "Pro $20"]);
        assert_eq!(stripped.removed, ["ada@example.org"]);
        assert!(stripped.regions.contains(&PixelBox::new(300, 0, 80, 20)), "its pixels go whole, too");
        let left = &stripped.reading.lines[0];
        assert_eq!(left.bounds, PixelBox::new(0, 0, 280, 20));
        assert_eq!(left.characters.len(), left.text.chars().count());
    }

    #[test]
    fn what_stood_around_a_gap_no_longer_stands_together() {
        let stripped = strip(&page(), &[PixelBox::new(100, 0, 80, 20)]);
        assert_eq!(texts(&stripped), ["Signed", "as ada@example.org", "Pro $20"]);
        assert_eq!((stripped.removed.as_slice(), stripped.lines), (["in".to_owned()].as_slice(), 1));
    }

    #[test]
    fn a_line_that_is_only_brushed_or_lies_in_a_gap_stays() {
        let brushed = [PixelBox::new(0, 18, 500, 14), PixelBox::new(182, 0, 16, 20)];
        let stripped = strip(&page(), &brushed);
        assert_eq!(stripped.reading, page());
        assert!(stripped.removed.is_empty());
    }

    #[test]
    fn a_line_without_words_goes_whole() {
        let mut page = page();
        page.lines[0].words.clear();
        let stripped = strip(&page, &[PixelBox::new(0, 0, 40, 20)]);
        assert_eq!(texts(&stripped), ["Pro $20"]);
        assert_eq!(stripped.removed, ["Signed in as ada@example.org"]);
    }
}
