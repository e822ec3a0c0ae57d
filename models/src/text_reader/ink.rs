//! Colours of a line: what lies behind the text, and the text itself.
//!
//! Invariant: looks at a bounded number of pixels, whatever the size of the box. Must not: judge what is readable.

use domain::PixelBox;

use super::pixels::Pixels;

/// At most about this many pixels are looked at.
const SAMPLES: usize = 6000;

/// Ink colour and background colour of a box, RGB.
pub(super) fn colours(picture: &Pixels<'_>, bounds: &PixelBox) -> ([u8; 3], [u8; 3]) {
    let (width, height) = (bounds.width as usize, bounds.height as usize);
    // Rows matter more than columns: thin strokes are met again in every row.
    let row_step = (height / 48).max(1);
    let column_step = (width * height / row_step / SAMPLES).max(1);
    let mut pixels: Vec<[u8; 3]> = Vec::new();
    let left = bounds.x as usize;
    let mut row = vec![0u8; width * 3];
    for y in (0..height).step_by(row_step) {
        picture.row(bounds.y as usize + y, left..left + width, &mut row);
        pixels.extend(row.chunks_exact(3).step_by(column_step).map(|pixel| [pixel[0], pixel[1], pixel[2]]));
    }
    if pixels.is_empty() {
        return ([0; 3], [255; 3]);
    }
    let background = median(&pixels);
    let distance = |pixel: &[u8; 3]| -> u32 {
        pixel.iter().zip(&background).map(|(value, other)| u32::from(value.abs_diff(*other)).pow(2)).sum()
    };
    let mut distances: Vec<u32> = pixels.iter().map(distance).collect();
    let rank = distances.len() * 98 / 100;
    let (_, far, _) = distances.select_nth_unstable(rank.min(pixels.len() - 1));
    // Pixels on the edges of strokes are mixtures; the far ones are ink alone. 0.7 of the distance, squared.
    let limit = *far / 2;
    let (mut sums, mut count) = ([0u32; 3], 0u32);
    for pixel in pixels.iter().filter(|pixel| distance(pixel) >= limit) {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += u32::from(*value);
        }
        count += 1;
    }
    (sums.map(|sum| (sum / count.max(1)) as u8), background)
}

/// The median of each channel.
fn median(pixels: &[[u8; 3]]) -> [u8; 3] {
    std::array::from_fn(|channel| {
        let mut histogram = [0usize; 256];
        for pixel in pixels {
            histogram[usize::from(pixel[channel])] += 1;
        }
        let mut seen = 0;
        let level = histogram.iter().position(|count| {
            seen += count;
            seen * 2 >= pixels.len()
        });
        level.unwrap_or(255) as u8
    })
}
