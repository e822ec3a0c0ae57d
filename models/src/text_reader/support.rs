//! Holds a given text against the pixels of a line.
//!
//! Invariant: looks at the same crop and the same probabilities as the reading did. Must not: judge what score is
//! enough.

use domain::{PixelBox, TextSupport};

use super::alignment::place;
use super::boxes::TextBox;
use super::crop::crop;
use super::lines::{probabilities, whole_pixels};
use super::pixels::Pixels;
use super::recogniser::{Logits, Recogniser, STEP_COLUMNS};
use super::settings::RecogniserSettings;
use crate::ModelError;

/// `None` for a text that cannot be written or placed.
pub(super) fn support(
    picture: &Pixels<'_>,
    line: PixelBox,
    text: &str,
    recogniser: &Recogniser,
    settings: &RecogniserSettings,
) -> Result<Option<TextSupport>, ModelError> {
    let item = TextBox {
        left: line.x as f32,
        top: line.y as f32,
        right: line.right() as f32,
        bottom: line.bottom() as f32,
        confidence: 1.0,
    };
    let crop = crop(picture, &item, settings);
    let mut logits = Logits { values: Vec::new(), classes: settings.charset.len() };
    for (_, piece) in probabilities(&crop, recogniser, settings)? {
        logits.values.extend(piece.values);
    }
    let Some(placement) = place(&logits, &settings.charset, text) else { return Ok(None) };
    let column = |step: usize| crop.picture_column((step * STEP_COLUMNS) as f32);
    let steps = placement.steps();
    let found = TextBox {
        left: column(steps.start).max(item.left),
        right: column(steps.end).min(item.right),
        ..item
    };
    let bounds = whole_pixels(picture, &found);
    Ok(bounds.map(|bounds| TextSupport { characters: placement.characters, bounds }))
}
