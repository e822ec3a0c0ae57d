//! Icons and list marks beside a line that were read as characters.
//!
//! Invariant: only a short first or last word that stands apart from the text is dropped.
//! Must not: drop marks that mean something by themselves (ticks, crosses, currency signs, digits).

use super::lines::{Glyph, blank_between};

/// A word whose every character is less certain than this is no word.
const UNCERTAIN: f32 = 0.75;
/// Characters that one icon is read as, at most.
const LONGEST: usize = 3;
/// Gap beside an uncertain mark, in text heights: a wide word space.
const SPACE: f32 = 0.3;
/// Gap behind any mark, in text heights: more than a word space.
const WIDE_SPACE: f32 = 0.48;

/// How many characters to drop at the start, the blank included.
pub(super) fn leading(glyphs: &[Glyph], ink: &[f32], text_height: f32) -> Option<usize> {
    let blank = glyphs.iter().position(|glyph| glyph.character == ' ')?;
    let (word, next) = (&glyphs[..blank], glyphs.get(blank + 1)?);
    if word.iter().all(|glyph| glyph.character == '/') {
        // The "/" of "/ month" begins a line wherever the amount before it stands on its own.
        return None;
    }
    let gap = gap_between(ink, word.last()?, next, text_height);
    let sure = certainty(word) >= UNCERTAIN;
    let apart = word.len() == 1 && gap >= WIDE_SPACE && !matches!(word[0].character, 'A' | 'I' | 'a');
    let drop = if sure { apart && !means_something(word) } else { word.len() <= LONGEST && gap >= SPACE };
    drop.then_some(blank + 1)
}

/// How many characters to drop at the end, the blank included.
pub(super) fn trailing(glyphs: &[Glyph], ink: &[f32], text_height: f32) -> Option<usize> {
    let blank = glyphs.iter().rposition(|glyph| glyph.character == ' ')?;
    let (word, before) = (&glyphs[blank + 1..], glyphs.get(blank.checked_sub(1)?)?);
    let gap = gap_between(ink, before, word.first()?, text_height);
    let drop = word.len() <= LONGEST && gap >= SPACE && certainty(word) < UNCERTAIN && !means_something(word);
    drop.then_some(glyphs.len() - blank)
}

fn gap_between(ink: &[f32], left: &Glyph, right: &Glyph, text_height: f32) -> f32 {
    let gap = blank_between(ink, left.extent.end, right.extent.start);
    (gap.end - gap.start) / text_height
}

/// That of the most certain character: an icon has none that is certain.
fn certainty(word: &[Glyph]) -> f32 {
    word.iter().map(Glyph::certainty).fold(0.0, f32::max)
}

fn means_something(word: &[Glyph]) -> bool {
    word.iter().any(|glyph| {
        let character = glyph.character;
        character.is_ascii_digit() || "$€£¥₹✓✕→•←–—-+#>/*\"'“‘(".contains(character)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text_reader::samples::{TEXT_HEIGHT, glyphs, strokes};

    const COLUMNS: [f32; 5] = [10.0, 30.0, 50.0, 66.0, 82.0];

    fn dropped(text: &str, first: f32) -> Option<usize> {
        // The first mark, a gap of more than a word space, and three letters.
        let crop = strokes(&[4, 44, 60, 76], 8..20, 96);
        let mut line = glyphs(text, &COLUMNS, 0.99);
        line[0].confidence = first;
        leading(&line, &crop.column_ink(), TEXT_HEIGHT)
    }

    #[test]
    fn a_doubtful_mark_before_the_text_is_dropped_and_a_meaningful_one_kept() {
        assert_eq!(dropped("Q abc", 0.5), Some(2));
        assert_eq!(dropped("Q abc", 0.99), Some(2));
        assert_eq!(dropped("✓ abc", 0.95), None);
        assert_eq!(dropped("5 abc", 0.95), None);
        assert_eq!(dropped("A abc", 0.95), None);
    }
}
