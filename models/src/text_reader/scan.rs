//! Runs the detector over a picture of any size in tiles, at the two scales that its text needs.
//!
//! Every row of the map comes from exactly one tile; tiles see a margin around the part that they answer for, and one
//! ends above the next where the page is blank, as far as there is a blank nearby.
//! Invariant: tiles depend on the picture only. Must not: hold more than one tile's planes at a time.

use candle_core::Tensor;

use super::boxes::{TextBox, clean, merge_passes};
use super::components::Components;
use super::detector::{ALIGNMENT, CELL_COLUMNS, CELL_ROWS, Detector, Interrupted, MAP_CHANNELS, input_plane};
use super::pixels::Pixels;
use super::settings::DetectorSettings;

/// What a tile sees on each side beyond the part it answers for. A multiple of the alignment.
const MARGIN: usize = 96;
/// Widest part that one tile answers for.
const TILE_COLUMNS: usize = 2048;
/// Pixels of one tile, margins included: 40 bytes each at the detector's widest point. A whole 1920×1080 screen fits.
const TILE_AREA: usize = 2_100_000;
/// The same for pictures that take much memory themselves.
const SMALL_TILE_AREA: usize = 1_450_000;
/// From this many pixels on a picture counts as such.
const LARGE_PICTURE: usize = 16_000_000;
/// How far a strip's end may move to a blank, in rows to either side.
const CUT_WINDOW: usize = 64;

/// What the scan reports: tiles done and to do at the present scale. `false` stops the work.
pub(super) type Proceed<'a> = dyn FnMut(usize, usize) -> bool + 'a;

/// The line boxes of a picture, in its pixels.
pub(super) fn detect_lines(
    detector: &Detector,
    settings: &DetectorSettings,
    picture: &Pixels<'_>,
    proceed: &mut Proceed<'_>,
) -> Result<Vec<TextBox>, Interrupted> {
    let half_boxes = one_scale(detector, settings, &picture.halved(1), proceed)?;
    let scaled = |boxes: Vec<TextBox>, factor: f32| -> Vec<TextBox> {
        boxes.into_iter().map(|item| item.scaled(factor)).collect()
    };
    let mut heights: Vec<f32> = half_boxes.iter().map(|item| 2.0 * item.height()).collect();
    heights.sort_by(f32::total_cmp);
    let dense = heights.len() >= settings.skip_full_minimum_lines
        && heights.get(heights.len() / 5).is_some_and(|height| *height >= settings.skip_full_height);
    let boxes = if dense {
        let quarter = one_scale(detector, settings, &picture.halved(2), proceed)?;
        scaled(merge_passes(half_boxes, scaled(quarter, 2.0), settings), 2.0)
    } else {
        let full = one_scale(detector, settings, picture, proceed)?;
        merge_passes(full, scaled(half_boxes, 2.0), settings)
    };
    Ok(boxes)
}

/// The maps of a picture that fits one tile, without border.
pub(super) fn maps(detector: &Detector, picture: &Pixels<'_>) -> Result<Vec<f32>, Interrupted> {
    let rows = picture.height.next_multiple_of(ALIGNMENT);
    let columns = picture.width.next_multiple_of(ALIGNMENT);
    let planes = detector.run(tile_input(picture, &(0..rows), &(0..columns))?, &mut || true)?;
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
    let plan = Plan::new(picture, rows, columns);
    let map_columns = columns / CELL_COLUMNS;
    let mut components = Components::new(settings);
    let (total, mut done) = (plan.strips.len() * plan.column_parts.len(), 0);
    for strip in &plan.strips {
        let map_rows = (strip.end - strip.start) / CELL_ROWS;
        let mut map = vec![0.0f32; map_rows * map_columns * MAP_CHANNELS];
        for part in &plan.column_parts {
            let (seen_rows, seen_columns) = (with_margin(strip, rows), with_margin(part, columns));
            let input = tile_input(picture, &seen_rows, &seen_columns)?;
            let values =
                detector.run(input, &mut || proceed(done, total))?.flatten_all()?.to_vec1::<f32>()?;
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
    /// For a picture padded to these sides.
    fn new(picture: &Pixels<'_>, rows: usize, columns: usize) -> Self {
        let column_parts = parts(columns, TILE_COLUMNS);
        let widest =
            column_parts.iter().map(|part| with_margin(part, columns).len()).max().unwrap_or(columns);
        let area = if rows * columns < LARGE_PICTURE { TILE_AREA } else { SMALL_TILE_AREA };
        let tall = (area / widest.max(1)).max(4 * (MARGIN + CUT_WINDOW));
        let largest = if rows <= tall { rows } else { tall - 2 * (MARGIN + CUT_WINDOW) };
        let mut strips = parts(rows, largest);
        for index in 1..strips.len() {
            let cut = blank_row(picture, strips[index].start);
            strips[index - 1].end = cut;
            strips[index].start = cut;
        }
        Self { strips, column_parts }
    }
}

/// An even row near the given one at which no line of text stands: the middle of the tallest run of rows whose pixels
/// are all those of the row above, or the given row itself where there is none.
fn blank_row(picture: &Pixels<'_>, row: usize) -> usize {
    let window = row.saturating_sub(CUT_WINDOW)..(row + CUT_WINDOW).min(picture.height);
    let mut above = vec![0; picture.width * 3];
    let mut here = above.clone();
    let (mut best, mut run) = (0..0, window.start..window.start);
    for y in window {
        picture.row(y, 0..picture.width, &mut here);
        if here == above {
            run.end = y + 1;
        } else {
            run = y..y + 1;
            std::mem::swap(&mut above, &mut here);
        }
        if run.len() > best.len() {
            best = run.clone();
        }
    }
    if best.len() < 2 { row } else { usize::midpoint(best.start, best.end) / CELL_ROWS * CELL_ROWS }
}

/// Cuts a length into nearly equal parts of at most `largest`, at multiples of the alignment.
fn parts(length: usize, largest: usize) -> Vec<Span> {
    let largest = (largest / ALIGNMENT * ALIGNMENT).max(ALIGNMENT);
    let count = length.div_ceil(largest).max(1);
    let size = length.div_ceil(count).next_multiple_of(ALIGNMENT);
    (0..length).step_by(size.max(1)).map(|start| start..(start + size).min(length)).collect()
}

/// The part and what lies around it, at multiples of the alignment.
fn with_margin(part: &Span, length: usize) -> Span {
    let start = part.start.saturating_sub(MARGIN) / ALIGNMENT * ALIGNMENT;
    start..(part.end + MARGIN).next_multiple_of(ALIGNMENT).min(length)
}

/// The network's input for a tile; beyond the picture its last row and column are repeated.
fn tile_input(picture: &Pixels<'_>, rows: &Span, columns: &Span) -> candle_core::Result<Tensor> {
    let inside = columns.start.min(picture.width)..columns.end.min(picture.width);
    input_plane(rows.len(), columns.len(), |y, line| {
        let y = (rows.start + y).min(picture.height - 1);
        let (known, beyond) = line.split_at_mut(inside.len() * 3);
        picture.row(y, inside.clone(), known);
        let Some(last) = known.last_chunk::<3>() else { return };
        for pixel in beyond.chunks_exact_mut(3) {
            pixel.copy_from_slice(last);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_meet_at_blanks_near_where_they_would_end() {
        // Black and white pages with bars of text every 20 rows, and one without a blank.
        for (paper, pitch) in [(0u8, 20), (255, 20), (0, 1)] {
            let (width, height) = (64, 65_536);
            let ink = |index: usize| {
                let (y, x) = (index / 3 / width, index / 3 % width);
                if y % pitch < 8 && (x + y).is_multiple_of(5) { 128 } else { paper }
            };
            let bytes: Vec<u8> = (0..width * height * 3).map(ink).collect();
            let picture = Pixels::new(width, height, &bytes);
            let plan = Plan::new(&picture, height, width);
            assert!(plan.strips.len() > 1, "the page is one strip");
            assert_eq!((plan.strips[0].start, plan.strips[plan.strips.len() - 1].end), (0, height));
            for pair in plan.strips.windows(2) {
                assert_eq!(pair[0].end, pair[1].start);
                assert!(pair[0].start < pair[0].end && pair[0].end.is_multiple_of(CELL_ROWS));
                assert!(pitch == 1 || pair[0].end % pitch > 8, "a line is cut at {}", pair[0].end);
            }
        }
    }

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
