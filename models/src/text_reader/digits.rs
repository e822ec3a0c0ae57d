//! Width check on numbers: a digit that was dropped leaves its room behind.
//!
//! The dangerous slip of this kind of reader is a repeated digit read once (`$99` as `$9`). Digits of one line are set
//! at a nearly constant distance, so room for one more digit shows. Invariant: digits are marked as doubtful, never
//! changed. Must not: know prices or any other meaning.

use super::crop::Crop;
use super::lines::Glyph;

/// Digit distance in rows of the text height, where the line itself does not show one: 0.6 em.
const USUAL_DISTANCE: f32 = 0.63;
/// Blank columns, in text heights, that end a word; digits of one number stand closer.
const WORD_SPACE: f32 = 0.22;
/// Columns with weaker ink are blank.
const BLANK: f32 = 0.35;

/// Marks digits beside which a digit of the same size would fit onto ink.
pub(super) fn mark_doubtful(glyphs: &mut [Glyph], crop: &Crop, text_height: f32) {
    if !glyphs.iter().any(|glyph| glyph.character.is_ascii_digit()) {
        return;
    }
    let ink = crop.column_ink();
    let advance = digit_distance(glyphs).unwrap_or(USUAL_DISTANCE * text_height);
    for index in 0..glyphs.len() {
        if !glyphs[index].character.is_ascii_digit() {
            continue;
        }
        let here = glyphs[index].column;
        let before = index.checked_sub(1).map(|other| &glyphs[other]);
        let after = glyphs.get(index + 1);
        let room = |other: Option<&Glyph>, away: f32| match other {
            Some(other) if other.character.is_ascii_digit() => (other.column - here).abs() > 1.6 * advance,
            // A character of unknown width: what it covers is taken to be at most a digit and a half.
            Some(other) if other.character != ' ' => {
                (other.column - here).abs() > 1.9 * advance && inked(&ink, here + away * advance)
            }
            _ => ink_reach(&ink, here, away, text_height) > 1.1 * advance,
        };
        if room(before, -1.0) || room(after, 1.0) {
            glyphs[index].doubtful = true;
        }
    }
}

/// The median distance of neighbouring digits, from at least two pairs.
fn digit_distance(glyphs: &[Glyph]) -> Option<f32> {
    let mut distances: Vec<f32> = glyphs
        .windows(2)
        .filter(|pair| pair.iter().all(|glyph| glyph.character.is_ascii_digit()))
        .map(|pair| pair[1].column - pair[0].column)
        .collect();
    distances.sort_by(f32::total_cmp);
    (distances.len() >= 2).then(|| distances[(distances.len() - 1) / 2])
}

/// How far the ink goes on from a column until a word space begins.
fn ink_reach(ink: &[f32], column: f32, away: f32, text_height: f32) -> f32 {
    let mut reach = 0.0f32;
    let mut distance = 0.0f32;
    while distance - reach < WORD_SPACE * text_height {
        let Ok(at) = usize::try_from((column + away * distance).round() as isize) else { break };
        let Some(ink) = ink.get(at) else { break };
        if *ink > BLANK {
            reach = distance;
        }
        distance += 1.0;
    }
    reach
}

/// Whether there is ink at a column or right beside it.
fn inked(ink: &[f32], column: f32) -> bool {
    let middle = column as isize;
    (middle - 1..=middle + 1).any(|column| {
        usize::try_from(column).ok().and_then(|column| ink.get(column)).is_some_and(|ink| *ink > BLANK)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text_reader::samples::{TEXT_HEIGHT, glyphs, strokes};

    fn doubted(text: &str, columns: &[f32], crop: &Crop) -> bool {
        let mut glyphs = glyphs(text, columns, 0.99);
        mark_doubtful(&mut glyphs, crop, TEXT_HEIGHT);
        glyphs.iter().any(|glyph| glyph.doubtful)
    }

    #[test]
    fn a_number_that_fills_its_room_is_trusted() {
        let crop = strokes(&[4, 20, 36, 80, 96], 12..13, 128);
        assert!(!doubted("$99 ab", &[9.0, 25.0, 41.0, 60.0, 85.0, 101.0], &crop));
    }

    #[test]
    fn a_repeated_digit_that_was_read_once_is_doubted() {
        let crop = strokes(&[4, 20, 36], 12..13, 96);
        assert!(doubted("$9", &[9.0, 25.0], &crop));
        assert!(doubted("$9", &[9.0, 41.0], &crop));
        let crop = strokes(&[4, 20, 36, 52, 68], 12..13, 112);
        assert!(doubted("1200", &[9.0, 25.0, 41.0, 73.0], &crop));
    }
}
