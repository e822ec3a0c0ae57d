//! Icons and list marks in front of a line that were read as a character.
//!
//! Invariant: only a first word of one or two characters that stands apart from the text is dropped.
//! Must not: drop marks that mean something by themselves (ticks, crosses, currency signs, digits).

use super::lines::{Glyph, blank_between};

/// A first word that is less certain than this is no word.
const UNCERTAIN: f32 = 0.75;
/// Gap behind an uncertain mark, in text heights: a wide word space.
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
    let gap = blank_between(ink, word.last()?.extent.end, next.extent.start);
    let gap = (gap.end - gap.start) / text_height;
    let certainty = word.iter().map(|glyph| glyph.confidence).fold(0.0, f32::max);
    let means_something = word.iter().any(|glyph| {
        let character = glyph.character;
        character.is_ascii_digit() || "$€£¥₹✓✕•→←–—-+#>/*\"'“‘(".contains(character)
    });
    let uncertain = word.len() <= 2 && certainty < UNCERTAIN && gap >= SPACE;
    let apart = word.len() == 1 && gap >= WIDE_SPACE && !matches!(word[0].character, 'A' | 'I' | 'a');
    ((uncertain || apart) && !(means_something && certainty >= UNCERTAIN)).then_some(blank + 1)
}
