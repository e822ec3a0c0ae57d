//! PNG files row by row straight to RGB, so that a tall page is in memory once and not twice.
//!
//! Invariant: gives the pixels that the `image` crate gives. Must not: take files whose rows do not come in order or
//! whose samples have 16 bits; those are left to the general way.

use std::io::Cursor;

use domain::Picture;
use image::error::{DecodingError, ImageFormatHint, LimitError, LimitErrorKind};
use image::{ImageError, ImageFormat};
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::MAX_DECODER_MEMORY;
use super::alpha::{Seen, over};

/// The picture, or `None` for a file that has to be decoded the general way.
pub(super) fn decode(bytes: &[u8]) -> Option<Result<Picture, ImageError>> {
    pixels(bytes, None).map_err(failure).transpose()
}

/// `ground` is the brightness below transparent pixels where it is known already.
fn pixels(bytes: &[u8], ground: Option<u8>) -> Result<Option<Picture>, png::DecodingError> {
    let limits = Limits { bytes: usize::try_from(MAX_DECODER_MEMORY).unwrap_or(usize::MAX) };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info()?;
    let info = reader.info();
    let (width, height, interlaced) = (info.width, info.height, info.interlaced);
    let (color, depth) = reader.output_color_type();
    if interlaced || depth != BitDepth::Eight || color == ColorType::Indexed {
        return Ok(None);
    }
    let mut pixels = Vec::new();
    let size = width as usize * height as usize * 3;
    pixels.try_reserve_exact(size).map_err(|_| png::DecodingError::LimitsExceeded)?;
    let mut seen = Seen::default();
    while let Some(row) = reader.next_row()? {
        let (row, start) = (row.data(), pixels.len());
        if start + width as usize * 3 > size {
            return Ok(None);
        }
        pixels.resize(start + width as usize * 3, 0);
        let out = pixels[start..].as_chunks_mut::<3>().0;
        match color {
            ColorType::Rgb => pixels[start..].copy_from_slice(row),
            ColorType::Grayscale => {
                for (pixel, grey) in out.iter_mut().zip(row) {
                    *pixel = [*grey; 3];
                }
            }
            ColorType::GrayscaleAlpha => {
                for (pixel, &[grey, alpha]) in out.iter_mut().zip(row.as_chunks().0) {
                    *pixel = laid([grey, grey, grey, alpha], ground, &mut seen);
                }
            }
            ColorType::Rgba | ColorType::Indexed => {
                for (pixel, rgba) in out.iter_mut().zip(row.as_chunks().0) {
                    *pixel = laid(*rgba, ground, &mut seen);
                }
            }
        }
    }
    if pixels.len() != size {
        return Ok(None);
    }
    if ground.is_none() && seen.needs_black() {
        // Rare, so the file is decoded again instead of keeping the alpha channel of every picture.
        drop(pixels);
        return self::pixels(bytes, Some(0));
    }
    Ok(Some(Picture { width, height, pixels }))
}

fn laid(rgba: [u8; 4], ground: Option<u8>, seen: &mut Seen) -> [u8; 3] {
    let [red, green, blue, alpha] = rgba;
    match ground {
        Some(ground) => over([red, green, blue], alpha, ground),
        None => seen.on_white(rgba),
    }
}

/// As the `image` crate reports it, so that both ways are told apart by nothing.
fn failure(error: png::DecodingError) -> ImageError {
    match error {
        png::DecodingError::IoError(error) => ImageError::IoError(error),
        png::DecodingError::LimitsExceeded => {
            ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory))
        }
        other => ImageError::Decoding(DecodingError::new(ImageFormatHint::Exact(ImageFormat::Png), other)),
    }
}
