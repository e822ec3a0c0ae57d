//! Runs the detector over a picture of any size in tiles, at the two scales that its text needs.
//!
//! Every row of the map comes from exactly one tile; tiles see a margin around the part that they answer for.
//! Invariant: tiles depend on the picture's size only. Must not: hold more than one tile's planes at a time.

use std::borrow::Cow;

use candle_core::Tensor;

use super::boxes::{TextBox, clean, merge_passes};
use super::components::Components;
use super::detector::{ALIGNMENT, CELL_COLUMNS, CELL_ROWS, Detector, Interrupted, MAP_CHANNELS, input_plane};
use super::settings::DetectorSettings;

/// What a tile sees on each side beyond the part it answers for. A multiple of the alignment.
const MARGIN: usize = 96;
/// Widest part that one tile answers for.
const TILE_COLUMNS: usize = 2048;
/// Pixels of one tile, margins included: about 120 MB of planes.
const TILE_AREA: usize = 2_000_000;

/// RGB pixels of one scale.
pub(super) struct Pixels<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bytes: Cow<'a, [u8]>,
}

/// A picture and its reductions, each half as wide and high as the one before.
pub(super) struct Levels<'a> {
    levels: Vec<Pixels<'a>>,
}

impl<'a> Levels<'a> {
    const COUNT: usize = 4;
    /// Lines higher than this are read from a reduced picture, which still has more rows than the recogniser takes.
    const LARGEST_HEIGHT: f32 = 64.0;

    pub(super) fn new(picture: Pixels<'a>) -> Self {
        let mut levels = vec![picture];
        for index in 1..Self::COUNT {
            levels.push(reduced_by_two(&levels[index - 1]));
        }
        Self { levels }
    }

    pub(super) fn full(&self) -> &Pixels<'a> {
        &self.levels[0]
    }

    /// The level for a line of that height, and how many original pixels one of its pixels is wide.
    pub(super) fn for_height(&self, mut height: f32) -> (&Pixels<'a>, f32) {
        let (mut index, mut factor) = (0, 1.0);
        while height > Self::LARGEST_HEIGHT && index + 1 < self.levels.len() {
            index += 1;
            factor *= 2.0;
            height /= 2.0;
        }
        (&self.levels[index], factor)
    }
}

/// What the scan reports: tiles done and to do at the present scale. `false` stops the work.
pub(super) type Proceed<'a> = dyn FnMut(usize, usize) -> bool + 'a;

/// The line boxes of a picture, in its pixels.
pub(super) fn detect_lines(
    detector: &Detector,
    settings: &DetectorSettings,
    picture: &Levels<'_>,
    proceed: &mut Proceed<'_>,
) -> Result<Vec<TextBox>, Interrupted> {
    let [full, half, quarter, ..] = picture.levels.as_slice() else { return Ok(Vec::new()) };
    let half_boxes = one_scale(detector, settings, half, proceed)?;
    let scaled = |boxes: Vec<TextBox>, factor: f32| -> Vec<TextBox> {
        boxes.into_iter().map(|item| item.scaled(factor)).collect()
    };
    let mut heights: Vec<f32> = half_boxes.iter().map(|item| 2.0 * item.height()).collect();
    heights.sort_by(f32::total_cmp);
    let dense = heights.len() >= settings.skip_full_minimum_lines
        && heights.get(heights.len() / 5).is_some_and(|height| *height >= settings.skip_full_height);
    let boxes = if dense {
        let quarter = one_scale(detector, settings, quarter, proceed)?;
        scaled(merge_passes(half_boxes, scaled(quarter, 2.0), settings), 2.0)
    } else {
        let full = one_scale(detector, settings, full, proceed)?;
        merge_passes(full, scaled(half_boxes, 2.0), settings)
    };
    Ok(boxes)
}

/// The mean of each 2×2 pixels, rounded half up; an odd last row or column is repeated.
fn reduced_by_two(picture: &Pixels<'_>) -> Pixels<'static> {
    let (width, height) = (picture.width.div_ceil(2), picture.height.div_ceil(2));
    let mut bytes = vec![0u8; width * height * 3];
    let pitch = picture.width * 3;
    for (y, out) in bytes.chunks_exact_mut(width * 3).enumerate() {
        let upper = &picture.bytes[2 * y * pitch..][..pitch];
        let lower = &picture.bytes[(2 * y + 1).min(picture.height - 1) * pitch..][..pitch];
        let sum =
            |a: u8, b: u8, c: u8, d: u8| (u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) / 4;
        for ((pixel, upper), lower) in out.chunks_exact_mut(3).zip(upper.chunks(6)).zip(lower.chunks(6)) {
            let next = if upper.len() == 6 { 3 } else { 0 };
            for channel in 0..3 {
                pixel[channel] =
                    sum(upper[channel], upper[channel + next], lower[channel], lower[channel + next]) as u8;
            }
        }
    }
    Pixels { width, height, bytes: Cow::Owned(bytes) }
}

/// The maps of a picture that fits one tile, without border.
pub(super) fn maps(detector: &Detector, picture: &Pixels<'_>) -> Result<Vec<f32>, Interrupted> {
    let rows = picture.height.next_multiple_of(ALIGNMENT);
    let columns = picture.width.next_multiple_of(ALIGNMENT);
    let planes = detector.run(&tile_input(picture, &(0..rows), &(0..columns))?, &mut || true)?;
    let inner = planes.narrow(0, 1, rows / CELL_ROWS)?.narrow(1, 1, columns / CELL_COLUMNS)?;
    Ok(inner.contiguous()?.flatten_all()?.to_vec1()?)
}

/// The boxes of given maps.
pub(super) fn boxes_of_maps(settings: &DetectorSettings, maps: &[f32], columns: usize) -> Vec<TextBox> {
    let mut components = Components::new(settings);
    for (row, cells) in maps.chunks_exact((columns * MAP_CHANNELS).max(1)).enumerate() {
        components.push_row(row as u32, cells);
        // As often as can be, so that parts are carried over between strips.
        components.settle();
    }
    clean(components.into_boxes(), settings)
}

/// Boxes at one scale, in pixels of that scale.
fn one_scale(
    detector: &Detector,
    settings: &DetectorSettings,
    picture: &Pixels<'_>,
    proceed: &mut Proceed<'_>,
) -> Result<Vec<TextBox>, Interrupted> {
    let rows = picture.height.next_multiple_of(ALIGNMENT);
    let columns = picture.width.next_multiple_of(ALIGNMENT);
    let plan = Plan::new(rows, columns);
    let map_columns = columns / CELL_COLUMNS;
    let mut components = Components::new(settings);
    let (total, mut done) = (plan.strips.len() * plan.column_parts.len(), 0);
    for strip in &plan.strips {
        let map_rows = (strip.end - strip.start) / CELL_ROWS;
        let mut map = vec![0.0f32; map_rows * map_columns * MAP_CHANNELS];
        for part in &plan.column_parts {
            let (seen_rows, seen_columns) = (with_margin(strip, rows), with_margin(part, columns));
            let input = tile_input(picture, &seen_rows, &seen_columns)?;
            let result = detector.run(&input, &mut || proceed(done, total))?;
            let values = result.flatten_all()?.to_vec1::<f32>()?;
            let pitch = (seen_columns.len() / CELL_COLUMNS + 2) * MAP_CHANNELS;
            let first_row = (strip.start - seen_rows.start) / CELL_ROWS + 1;
            let first_column = (part.start - seen_columns.start) / CELL_COLUMNS + 1;
            let count = part.len() / CELL_COLUMNS * MAP_CHANNELS;
            for (row, out) in map.chunks_exact_mut(map_columns * MAP_CHANNELS).enumerate() {
                let from = (first_row + row) * pitch + first_column * MAP_CHANNELS;
                let to = part.start / CELL_COLUMNS * MAP_CHANNELS;
                out[to..to + count].copy_from_slice(&values[from..from + count]);
            }
            done += 1;
            if !proceed(done, total) {
                return Err(Interrupted::Stopped);
            }
        }
        for (row, cells) in map.chunks_exact(map_columns * MAP_CHANNELS).enumerate() {
            components.push_row((strip.start / CELL_ROWS + row) as u32, cells);
        }
        components.settle();
    }
    let boxes = clean(components.into_boxes(), settings);
    let (width, height) = (picture.width as f32, picture.height as f32);
    Ok(boxes
        .into_iter()
        .map(|item| item.clipped(width, height))
        .filter(|item| item.width() >= 2.0 && item.height() >= 2.0)
        .collect())
}

type Span = std::ops::Range<usize>;

/// The parts of a padded picture that the tiles answer for.
struct Plan {
    strips: Vec<Span>,
    column_parts: Vec<Span>,
}

impl Plan {
    fn new(rows: usize, columns: usize) -> Self {
        let column_parts = parts(columns, TILE_COLUMNS);
        let widest =
            column_parts.iter().map(|part| with_margin(part, columns).len()).max().unwrap_or(columns);
        let tall = (TILE_AREA / widest.max(1)).max(4 * MARGIN);
        let strips = parts(rows, if rows <= tall { rows } else { tall - 2 * MARGIN });
        Self { strips, column_parts }
    }
}

/// Cuts a length into nearly equal parts of at most `largest`, at multiples of the alignment.
fn parts(length: usize, largest: usize) -> Vec<Span> {
    let largest = (largest / ALIGNMENT * ALIGNMENT).max(ALIGNMENT);
    let count = length.div_ceil(largest).max(1);
    let size = length.div_ceil(count).next_multiple_of(ALIGNMENT);
    (0..length).step_by(size.max(1)).map(|start| start..(start + size).min(length)).collect()
}

fn with_margin(part: &Span, length: usize) -> Span {
    part.start.saturating_sub(MARGIN)..(part.end + MARGIN).min(length)
}

/// The network's input for a tile; beyond the picture its last row and column are repeated.
fn tile_input(picture: &Pixels<'_>, rows: &Span, columns: &Span) -> candle_core::Result<Tensor> {
    let inside = columns.start.min(picture.width)..columns.end.min(picture.width);
    input_plane(rows.len(), columns.len(), |y, line| {
        let y = (rows.start + y).min(picture.height - 1);
        let row = &picture.bytes[y * picture.width * 3..][..picture.width * 3];
        let (known, beyond) = line.split_at_mut(inside.len() * 3);
        known.copy_from_slice(&row[inside.start * 3..inside.end * 3]);
        let last = &row[(picture.width - 1) * 3..];
        for pixel in beyond.chunks_exact_mut(3) {
            pixel.copy_from_slice(last);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_and_column_belongs_to_exactly_one_part() {
        for length in [32, 64, 800, 2048, 2080, 30_016, 100_000] {
            for largest in [192, 768, 2048] {
                let cut = parts(length, largest);
                assert_eq!(cut.first().map(|part| part.start), Some(0));
                assert_eq!(cut.last().map(|part| part.end), Some(length));
                assert!(cut.windows(2).all(|pair| pair[0].end == pair[1].start));
                assert!(cut.iter().all(|part| part.start.is_multiple_of(ALIGNMENT) && part.len() <= largest));
            }
        }
    }
}
