//! Pictures for the screen: a capture or a part of it, decoded, cut, reduced and encoded as PNG.
//!
//! Invariant: a crop that is not reduced holds the original's pixels unchanged. Only captures that the worker has
//! decoded without incident come here, so this is the one place that decodes outside the worker process.

use domain::{Picture, PixelBox};
use image::imageops::{self, FilterType};
use image::{ExtendedColorType, ImageEncoder, RgbImage, RgbaImage};

use crate::Failure;

/// Largest side of what is handed to the page: larger pictures outgrow the texture of a graphics card.
pub const MAX_SHOWN_SIDE: u32 = 8192;

/// The part `crop` of the picture (all of it for `None`), at most `width` pixels wide, as PNG.
pub fn part(picture: &Picture, crop: Option<PixelBox>, width: Option<u32>) -> Result<Vec<u8>, Failure> {
    let whole = PixelBox::new(0, 0, picture.width, picture.height);
    let crop = crop.map_or(whole, |crop| crop.intersection(&whole));
    if crop.is_empty() {
        return Err(Failure::new("outside", "That part lies outside the picture. Nothing was changed."));
    }
    let mut pixels = Vec::with_capacity(crop.area() as usize * 3);
    for y in crop.y..crop.bottom() {
        let start = (y as usize * picture.width as usize + crop.x as usize) * 3;
        pixels.extend_from_slice(&picture.pixels[start..start + crop.width as usize * 3]);
    }
    let mut shown = RgbImage::from_raw(crop.width, crop.height, pixels).ok_or_else(not_encoded)?;
    let wanted = width.unwrap_or(crop.width).clamp(1, MAX_SHOWN_SIDE);
    let scale = (f64::from(wanted) / f64::from(crop.width))
        .min(f64::from(MAX_SHOWN_SIDE) / f64::from(crop.height))
        .min(1.0);
    if scale < 1.0 {
        let reduced = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        // Triangle filters cover the whole footprint when reducing, so thin strokes do not vanish.
        shown = imageops::resize(&shown, reduced(crop.width), reduced(crop.height), FilterType::Triangle);
    }
    encode(&shown, shown.width(), shown.height(), ExtendedColorType::Rgb8)
}

/// The picture as a PNG file.
pub fn file(picture: &Picture) -> Result<Vec<u8>, Failure> {
    encode(&picture.pixels, picture.width, picture.height, ExtendedColorType::Rgb8)
}

/// The picture as a PNG file with these regions black, and a little around them: the edges of letters are soft.
pub fn redacted(picture: &Picture, regions: &[PixelBox]) -> Result<Vec<u8>, Failure> {
    let mut pixels = picture.pixels.clone();
    for region in regions {
        let covered = region.padded((region.height / 10).clamp(1, 4), picture.width, picture.height);
        for y in covered.y..covered.bottom() {
            let start = (y as usize * picture.width as usize + covered.x as usize) * 3;
            pixels[start..start + covered.width as usize * 3].fill(0);
        }
    }
    encode(&pixels, picture.width, picture.height, ExtendedColorType::Rgb8)
}

/// A pasted picture as a PNG file. `rgba` holds `width * height * 4` bytes.
pub fn pasted(width: u32, height: u32, rgba: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let picture = RgbaImage::from_raw(width, height, rgba).ok_or_else(not_encoded)?;
    encode(&picture, width, height, ExtendedColorType::Rgba8)
}

fn encode(pixels: &[u8], width: u32, height: u32, color: ExtendedColorType) -> Result<Vec<u8>, Failure> {
    use image::codecs::png::{CompressionType, FilterType as RowFilter, PngEncoder};
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Fast, RowFilter::Adaptive)
        .write_image(pixels, width, height, color)
        .map_err(|_| not_encoded())?;
    Ok(png)
}

fn not_encoded() -> Failure {
    Failure::new(
        "not_encoded",
        "The picture could not be prepared for the screen. The capture itself is unchanged.",
    )
}
