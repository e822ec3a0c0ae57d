//! Made-up characters and crops for the tests of the rules that look at them.
//!
//! Invariant: compiled for tests only. Must not: imitate the recogniser.

use std::ops::Range;

use super::crop::Crop;
use super::lines::Glyph;
use super::recogniser::HEIGHT;

pub(super) const TEXT_HEIGHT: f32 = 26.0;

/// A crop with full ink in 13 columns from each of the given columns on, over some rows.
pub(super) fn strokes(starts: &[usize], rows: Range<usize>, width: usize) -> Crop {
    let mut crop = Crop {
        values: vec![0.0; HEIGHT * width],
        width,
        left: 0.0,
        top: 0.0,
        pixel_width: 1.0,
        pixel_height: 1.0,
    };
    for start in starts {
        fill(&mut crop, *start..start + 13, rows.clone());
    }
    crop
}

pub(super) fn fill(crop: &mut Crop, columns: Range<usize>, rows: Range<usize>) {
    for row in rows {
        crop.values[row * crop.width + columns.start..row * crop.width + columns.end].fill(1.0);
    }
}

/// Characters at the given columns.
pub(super) fn glyphs(text: &str, columns: &[f32], confidence: f32) -> Vec<Glyph> {
    let glyph = |(character, column): (char, &f32)| Glyph {
        character,
        column: *column,
        extent: *column..*column,
        confidence,
        doubtful: false,
        alternatives: Vec::new(),
    };
    text.chars().zip(columns).map(glyph).collect()
}
