//! Pictures with transparency on a white ground, as the processor's `convert_to_rgb` puts them there.
//!
//! Source: Pillow, `src/libImaging/AlphaComposite.c`, for an opaque white destination. Must not: decode files.

use domain::Picture;

/// Bits of precision of a coefficient.
const PRECISION: u32 = 7;

fn over_255(value: u32) -> u32 {
    ((value >> 8) + value) >> 8
}

/// 8-bit RGBA pixels, row by row, composited on white; `None` where the bytes do not fit the size.
pub fn on_white(width: u32, height: u32, rgba: &[u8]) -> Option<Picture> {
    let count = (width as usize).checked_mul(height as usize)?;
    if rgba.len() != count.checked_mul(4)? {
        return None;
    }
    let mut pixels = Vec::with_capacity(count * 3);
    for pixel in rgba.chunks_exact(4) {
        let alpha = u32::from(pixel[3]);
        if alpha == 0 {
            pixels.extend([255; 3]);
            continue;
        }
        let whole = 255 * 255;
        let share = alpha * 255 * 255 * (1 << PRECISION) / whole;
        let rest = 255 * (1 << PRECISION) - share;
        pixels.extend(pixel[..3].iter().map(|value| {
            let sum = u32::from(*value) * share + 255 * rest;
            (over_255(sum + (0x80 << PRECISION)) >> PRECISION) as u8
        }));
    }
    Some(Picture { width, height, pixels })
}
