//! The pages of a PDF document, drawn.
//!
//! Invariant: a page is drawn at the size of a screenshot with two pixels a point, or smaller where that would be too
//! large; pages on which nothing is drawn are left out. Links, scripts and attachments are never looked at.

use std::path::Path;

use domain::{Control, Picture};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

use super::{MOST_PARTS, Parts, write};
use crate::{Failure, picture};

/// Pixels to a point of 1/72 inch.
const SCALE: f32 = 2.0;
const LONGEST_SIDE: f32 = 12_000.0;
const MOST_PIXELS: f32 = 40_000_000.0;

pub(super) fn take_apart(
    bytes: &[u8],
    folder: &Path,
    on_part: &mut dyn FnMut(usize, usize) -> Control,
) -> Result<Parts, Failure> {
    let document = Pdf::new(bytes.to_vec()).map_err(not_opened)?;
    let pages = document.pages();
    let cache = RenderCache::new();
    let mut parts = Parts { found: pages.len() as u32, ..Parts::default() };
    for (place, page) in pages.iter().enumerate() {
        if place >= MOST_PARTS {
            parts.left_out += 1;
            continue;
        }
        if on_part(place + 1, pages.len()) == Control::Stop {
            return Err(Failure::new("cancelled", "Drawing the document was cancelled. Nothing was added."));
        }
        let (width, height) = page.render_dimensions();
        let Some(scale) = scale(width, height) else {
            parts.left_out += 1;
            continue;
        };
        let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let drawn =
            render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
        let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
        let pixels: Vec<u8> = drawn
            .data_as_u8_slice()
            .chunks_exact(4)
            .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect();
        if pixels.iter().all(|shade| *shade == u8::MAX) {
            continue;
        }
        let page = Picture { width, height, pixels };
        parts.parts.push(write(folder, place + 1, &picture::file(&page)?)?);
    }
    if parts.parts.is_empty() {
        return Err(Failure::new(
            "empty_file",
            "No page of this document shows anything. Nothing was added; check that it opens elsewhere.",
        ));
    }
    Ok(parts)
}

/// `None` for a page without a size.
fn scale(width: f32, height: f32) -> Option<f32> {
    let is_size = |side: f32| side.is_finite() && side > 0.0;
    if !is_size(width) || !is_size(height) {
        return None;
    }
    let scale = SCALE.min(LONGEST_SIDE / width.max(height)).min((MOST_PIXELS / (width * height)).sqrt());
    (width.min(height) * scale >= 1.0).then_some(scale)
}

fn not_opened(error: LoadPdfError) -> Failure {
    let message = match error {
        LoadPdfError::Decryption(_) => {
            "This PDF document is protected by a password. Nothing was added; save it without one and add that file."
        }
        LoadPdfError::Invalid => {
            "This PDF document is damaged. Nothing was added; copy or download it again, or take a screenshot of it."
        }
    };
    Failure::new("unreadable", message)
}
