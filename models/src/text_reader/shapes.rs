//! Characters that look alike: the same shape in two cases, and strokes that several characters share.
//!
//! The recogniser sees about eight letters at a time and hesitates between `s` and `S` in letter-spaced capitals, or
//! between `l` and `I` in fonts that draw them alike. Height decides the first, the neighbours' case the second.
//! Invariant: a character is only exchanged for one of the same shape, which the recogniser held possible or whose
//! height was measured beyond doubt.
//! Must not: know words.

use std::ops::Range;

use super::crop::Crop;
use super::lines::Glyph;
use super::recogniser::HEIGHT;

/// The recogniser's own probability from which on an alternative may be taken.
const POSSIBLE: f32 = 0.01;
/// Ink from this strength on belongs to a letter.
const INK: f32 = 0.35;
/// Crop columns from one character to the next: less than any but the narrowest letters take.
const DOUBLED_COLUMNS: f32 = 5.0;
/// Columns with weaker ink separate letters.
const GAP: f32 = 0.25;
/// Small letters reach up to about 0.72 of the capitals; the limit lies halfway.
const CAPITAL_SHARE: f32 = 0.86;
/// The same limit as a share of the small letters.
const SMALL_SHARE: f32 = 1.19;
/// Columns that one letter covers; an `I` is too narrow to be told from its neighbour's edge.
const LETTER_COLUMNS: Range<usize> = 6..HEIGHT;
/// Rows below which a letter is too low to be compared.
const LEAST_ROWS: usize = 8;

/// Settles cases by height and lookalikes by their neighbours.
pub(super) fn settle(glyphs: &mut Vec<Glyph>, crop: &Crop) {
    merge_doubled(glyphs);
    settle_cases(glyphs, crop);
    settle_lookalikes(glyphs);
}

/// One letter read twice: the same character again, with less room than it needs and a doubt in either reading.
fn merge_doubled(glyphs: &mut Vec<Glyph>) {
    let mut index = 1;
    while index < glyphs.len() {
        let (left, right) = (&glyphs[index - 1], &glyphs[index]);
        let narrow = "fijlrtI.,:;!|'`\"“”‘’()[]{}_-".contains(right.character);
        let least = if narrow { 0.85 } else { 0.97 };
        let same = left.character == right.character && right.column - left.column <= DOUBLED_COLUMNS;
        if same && left.confidence.min(right.confidence) < least {
            let dropped = if left.confidence < right.confidence { index - 1 } else { index };
            glyphs.remove(dropped);
        } else {
            index += 1;
        }
    }
}

fn settle_cases(glyphs: &mut [Glyph], crop: &Crop) {
    if !glyphs.iter().any(|glyph| other_case(glyph.character).is_some_and(|other| glyph.allows(other))) {
        return;
    }
    let ink = crop.column_ink();
    let spans: Vec<Option<(usize, usize)>> =
        (0..glyphs.len()).map(|index| ink_rows(glyphs, index, crop, &ink)).collect();
    let whole = 0..glyphs.len();
    let mut word = 0..0;
    for index in 0..glyphs.len() {
        if !word.contains(&index) {
            let end = glyphs[index..].iter().position(|glyph| glyph.character == ' ');
            word = index..end.map_or(glyphs.len(), |length| index + length.max(1));
        }
        let (Some((start, _)), Some(other)) = (spans[index], other_case(glyphs[index].character)) else {
            continue;
        };
        // Letters of the same word tell most: a line may hold a chip or a suffix in a smaller font.
        let own = capital_limit(glyphs, &spans, &word);
        let Some((bottom, limit)) = own.or_else(|| capital_limit(glyphs, &spans, &whole)) else { continue };
        let share = (bottom as f32 - start as f32) / limit;
        let capital = share > 1.0;
        // A height well away from the limit, measured against the same word, needs no second opinion.
        let decisive = own.is_some() && ((1.08..1.3).contains(&share) || (0.7..0.9).contains(&share));
        if capital != glyphs[index].character.is_uppercase() && (decisive || glyphs[index].allows(other)) {
            glyphs[index].exchange(other);
        }
    }
}

/// The row on which letters stand, and the height above which a letter is a capital.
fn capital_limit(
    glyphs: &[Glyph],
    spans: &[Option<(usize, usize)>],
    range: &Range<usize>,
) -> Option<(usize, f32)> {
    // The median forgives a wrong letter.
    let median = |kind: fn(char) -> bool| {
        let mut rows: Vec<(usize, usize)> = glyphs[range.clone()]
            .iter()
            .zip(&spans[range.clone()])
            .filter(|(glyph, _)| kind(glyph.character))
            .filter_map(|(_, span)| *span)
            .filter(|(top, bottom)| bottom - top >= LEAST_ROWS)
            .collect();
        rows.sort_unstable();
        rows.get(rows.len() / 2).copied()
    };
    // Capitals and digits that stand on the line and reach one height, whatever the font.
    let capital = |character| matches!(character, 'A' | 'B' | 'D'..='I' | 'K'..='N' | 'P' | 'R' | 'T' | 'Y' | '0'..='9');
    let small = |character| matches!(character, 'a' | 'e' | 'm' | 'n' | 'r');
    let of_capitals = median(capital).map(|(top, bottom)| (bottom, CAPITAL_SHARE * (bottom - top) as f32));
    of_capitals.or_else(|| median(small).map(|(top, bottom)| (bottom, SMALL_SHARE * (bottom - top) as f32)))
}

/// The other case of letters that look the same in both.
fn other_case(character: char) -> Option<char> {
    match character {
        'c' | 'o' | 's' | 'u' | 'v' | 'w' | 'x' | 'z' => Some(character.to_ascii_uppercase()),
        'C' | 'O' | 'S' | 'U' | 'V' | 'W' | 'X' | 'Z' => Some(character.to_ascii_lowercase()),
        _ => None,
    }
}

/// First and one past the last row of a character that stands alone.
fn ink_rows(glyphs: &[Glyph], index: usize, crop: &Crop, column_ink: &[f32]) -> Option<(usize, usize)> {
    alone(glyphs, index, crop, column_ink).map(|(_, rows)| (rows.start, rows.end))
}

/// Columns and rows of a character that stands alone between blank columns; touching characters have no size of their
/// own that could be measured.
pub(super) fn alone(
    glyphs: &[Glyph],
    index: usize,
    crop: &Crop,
    column_ink: &[f32],
) -> Option<(Range<usize>, Range<usize>)> {
    let here = glyphs[index].column as usize;
    let inked = |column: usize| column_ink.get(column).is_some_and(|ink| *ink > GAP);
    // The most certain column may lie beside the stroke.
    let nearby = [here, here + 1, here.wrapping_sub(1), here + 2, here.wrapping_sub(2)];
    let seed = nearby.into_iter().find(|column| inked(*column))?;
    let first = (0..seed).rev().find(|column| !inked(*column)).map_or(0, |blank| blank + 1);
    let last = (seed..crop.width).find(|column| !inked(*column)).unwrap_or(crop.width);
    let alone = |other: Option<&Glyph>| {
        other.is_none_or(|other| other.column + 2.0 < first as f32 || other.column >= (last + 2) as f32)
    };
    let neighbours = (index.checked_sub(1).and_then(|before| glyphs.get(before)), glyphs.get(index + 1));
    if !LETTER_COLUMNS.contains(&(last - first)) || !alone(neighbours.0) || !alone(neighbours.1) {
        return None;
    }
    let inked = |row: &usize| (first..last).any(|column| crop.values[row * crop.width + column] > INK);
    let top = (1..HEIGHT - 1).find(inked)?;
    let bottom = (1..HEIGHT - 1).rfind(inked)? + 1;
    Some((first..last, top..bottom))
}

fn settle_lookalikes(glyphs: &mut [Glyph]) {
    for index in 0..glyphs.len() {
        let before = index.checked_sub(1).map(|other| glyphs[other].character);
        let after = glyphs.get(index + 1).map(|glyph| glyph.character);
        let any = |test: fn(char) -> bool| before.is_some_and(test) || after.is_some_and(test);
        let is_digit = |character: char| character.is_ascii_digit();
        let other = match glyphs[index].character {
            'l' if any(char::is_uppercase) && !any(char::is_lowercase) => 'I',
            'I' if before.is_some_and(char::is_lowercase) => {
                // A capital inside a word is unusual, but names have them.
                let least = if any(char::is_uppercase) { 0.2 } else { POSSIBLE };
                if glyphs[index].likelihood('l') < least {
                    continue;
                }
                'l'
            }
            '0' if before.is_some_and(char::is_lowercase) && !after.is_some_and(is_digit) => 'o',
            '0' if any(char::is_alphabetic) && !any(is_digit) => 'O',
            'O' if (any(is_digit) || before == Some('$')) && !any(char::is_alphabetic) => '0',
            _ => continue,
        };
        if glyphs[index].allows(other) {
            glyphs[index].exchange(other);
        }
    }
}

impl Glyph {
    fn likelihood(&self, other: char) -> f32 {
        let found = self.alternatives.iter().find(|(character, _)| *character == other);
        found.map_or(0.0, |(_, probability)| *probability)
    }

    fn allows(&self, other: char) -> bool {
        self.likelihood(other) >= POSSIBLE
    }

    /// Takes another character of the same shape; the certainty is that of the shape, which both share.
    fn exchange(&mut self, other: char) {
        let before = std::mem::replace(&mut self.character, other);
        match self.alternatives.iter_mut().find(|(character, _)| *character == other) {
            Some(place) => {
                let alone = (self.confidence - place.1).max(0.0);
                self.confidence = (self.confidence + place.1).min(1.0);
                *place = (before, alone);
            }
            None => self.alternatives.push((before, self.confidence)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text_reader::samples::{fill, glyphs, strokes};

    fn text(glyphs: &[Glyph]) -> String {
        glyphs.iter().map(|glyph| glyph.character).collect()
    }

    #[test]
    fn a_letter_read_twice_in_the_room_of_one_is_one_letter() {
        let crop = strokes(&[], 0..0, 80);
        let mut doubted = glyphs("kkiss", &[8.0, 12.0, 20.0, 30.0, 42.0], 0.9);
        settle(&mut doubted, &crop);
        assert_eq!(text(&doubted), "kiss");
        let mut certain = glyphs("all", &[8.0, 20.0, 24.0], 1.0);
        settle(&mut certain, &crop);
        assert_eq!(text(&certain), "all");
    }

    #[test]
    fn height_decides_the_case_of_letters_that_look_alike_in_both() {
        // A capital, a letter as high as it, and a lower one.
        let mut crop = strokes(&[4, 24], 4..24, 64);
        fill(&mut crop, 44..57, 10..24);
        let mut letters = glyphs("Rsc", &[10.0, 30.0, 50.0], 0.9);
        letters[1].alternatives.push(('S', 0.05));
        letters[2].alternatives.push(('C', 0.05));
        settle(&mut letters, &crop);
        assert_eq!(text(&letters), "RSc");
    }

    #[test]
    fn a_height_between_two_cases_changes_nothing_that_the_recogniser_ruled_out() {
        let mut crop = strokes(&[4], 4..24, 64);
        fill(&mut crop, 24..37, 6..24);
        let mut letters = glyphs("Rs", &[10.0, 30.0], 0.9);
        settle(&mut letters, &crop);
        assert_eq!(text(&letters), "Rs");
    }

    #[test]
    fn strokes_between_capitals_are_capitals_and_zeros_between_letters_are_letters() {
        let crop = strokes(&[], 0..0, 80);
        let mut letters = glyphs("Al 0S", &[8.0, 20.0, 30.0, 40.0, 52.0], 0.9);
        letters[1].alternatives.push(('I', 0.1));
        letters[3].alternatives.push(('O', 0.1));
        settle(&mut letters, &crop);
        assert_eq!(text(&letters), "AI OS");
        let mut number = glyphs("v10", &[8.0, 20.0, 32.0], 0.9);
        number[2].alternatives.push(('O', 0.1));
        settle(&mut number, &crop);
        assert_eq!(text(&number), "v10");
    }
}
