//! Heights and stroke width of a line's letters, measured on its crop.
//!
//! Invariant: only letters that stand alone between blank columns are measured, and the median of them counts.
//! Must not: guess where nothing was measured.

use domain::Lettering;

use super::crop::Crop;
use super::lines::Glyph;
use super::shapes::alone;

/// Weaker ink lies outside a stroke.
const EDGE: f32 = 0.12;
/// Letters with more upright strokes than others at half their height.
const UPRIGHT: &str = "bdhklmnpqrtuiBDEFHIKLMNPRTU1";

/// The lettering of a line in picture pixels.
pub(super) fn measure(glyphs: &[Glyph], crop: &Crop, ink: &[f32]) -> Lettering {
    let (mut small, mut capital, mut strokes) = (Vec::new(), Vec::new(), Vec::new());
    for (index, glyph) in glyphs.iter().enumerate() {
        let character = glyph.character;
        let Some((columns, rows)) = alone(glyphs, index, crop, ink) else { continue };
        let height = rows.len() as f32 * crop.pixel_height;
        if matches!(character, 'a' | 'c' | 'e' | 'm'..='o' | 'r' | 's' | 'u'..='x' | 'z') {
            small.push(height);
        } else if character.is_ascii_uppercase() && !matches!(character, 'J' | 'Q')
            || character.is_ascii_digit()
        {
            capital.push(height);
        }
        if UPRIGHT.contains(character) {
            let middle = rows.start + rows.len() / 3..rows.end - rows.len() / 3;
            for row in middle {
                stroke_widths(&crop.values[row * crop.width..][columns.clone()], &mut strokes);
            }
        }
    }
    Lettering {
        x_height: median(small),
        cap_height: median(capital),
        stroke_width: median(strokes).map(|width| width * crop.pixel_width),
    }
}

/// The widths of the runs of ink in one row; half-covered pixels at a stroke's edges count by their share.
fn stroke_widths(row: &[f32], widths: &mut Vec<f32>) {
    for run in row.split(|ink| *ink < EDGE).filter(|run| !run.is_empty()) {
        widths.push(run.iter().map(|ink| ink.min(1.0)).sum());
    }
}

fn median(mut values: Vec<f32>) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}
