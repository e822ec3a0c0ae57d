//! Cuts a line out of the full-resolution picture and makes it look like every other line: grey, 32 rows, ink positive.
//!
//! Invariant: the numbers are those of `recogniser_input` in `models/training/postprocess.py`. Outside the picture its
//! edge pixels are repeated. Must not: read more of the picture than the crop needs.

use super::boxes::TextBox;
use super::pixels::Pixels;
use super::recogniser::{HEIGHT, STEP_COLUMNS};
use super::settings::RecogniserSettings;

/// One line, ready for the recogniser, and where its columns lie in the picture.
pub(super) struct Crop {
    /// [`HEIGHT`] rows of `width` values, background 0, ink up to about 1.
    pub(super) values: Vec<f32>,
    pub(super) width: usize,
    /// Picture position of the crop's left upper corner.
    pub(super) left: f32,
    pub(super) top: f32,
    /// Picture columns per crop column, and rows per crop row.
    pub(super) pixel_width: f32,
    pub(super) pixel_height: f32,
}

impl Crop {
    /// Picture column of a crop column.
    pub(super) fn picture_column(&self, column: f32) -> f32 {
        self.left + column * self.pixel_width
    }

    /// Picture row of a crop row.
    pub(super) fn picture_row(&self, row: f32) -> f32 {
        self.top + row * self.pixel_height
    }

    /// The strongest ink of each column.
    pub(super) fn column_ink(&self) -> Vec<f32> {
        let mut ink = vec![0.0f32; self.width];
        for row in self.values.chunks_exact(self.width) {
            for (most, value) in ink.iter_mut().zip(row) {
                *most = most.max(*value);
            }
        }
        ink
    }

    /// Column ranges of at most `maximum` columns, cut in the middle of the widest blank gap of the later half of
    /// each range. All starts and widths are multiples of four.
    pub(super) fn pieces(&self, maximum: usize) -> Vec<std::ops::Range<usize>> {
        let ink = if self.width > maximum { self.column_ink() } else { Vec::new() };
        let (mut pieces, mut start) = (Vec::new(), 0);
        while self.width - start > maximum {
            let window = start + maximum / 2..start + maximum;
            let cut = widest_gap(&ink, window).next_multiple_of(4).min(start + maximum);
            pieces.push(start..cut);
            start = cut;
        }
        // The network wants at least eight columns.
        match pieces.last_mut() {
            Some(last) if self.width - start < 8 => last.end = self.width,
            _ => pieces.push(start..self.width),
        }
        pieces
    }

    /// The values of some columns.
    pub(super) fn columns(&self, columns: &std::ops::Range<usize>) -> Vec<f32> {
        self.values.chunks_exact(self.width).flat_map(|row| &row[columns.clone()]).copied().collect()
    }
}

/// The middle of the longest run of the weakest columns within the window.
fn widest_gap(ink: &[f32], window: std::ops::Range<usize>) -> usize {
    const BLANK: f32 = 0.2;
    let (mut best, mut middle) = (0, window.end);
    let mut open = None;
    for column in window.clone().chain([window.end]) {
        let blank = column < window.end && ink.get(column).is_some_and(|ink| *ink < BLANK);
        match (open, blank) {
            (None, true) => open = Some(column),
            (Some(start), false) => {
                if column - start > best {
                    best = column - start;
                    middle = usize::midpoint(start, column);
                }
                open = None;
            }
            _ => {}
        }
    }
    middle
}

/// The crop of one line box, taken from the smallest scale of the picture that is sharp enough.
pub(super) fn crop(picture: &Pixels<'_>, item: &TextBox, settings: &RecogniserSettings) -> Crop {
    let (level, factor) = picture.for_height(item.height());
    crop_of(&level, &item.scaled(1.0 / factor), factor, settings)
}

/// The crop of a box in pixels of `picture`, one of which is `factor` pixels of the original.
pub(super) fn crop_of(
    picture: &Pixels<'_>,
    item: &TextBox,
    factor: f32,
    settings: &RecogniserSettings,
) -> Crop {
    // In f64 like the reference, so that grey levels are rounded alike.
    let [left, top, right, bottom] = [item.left, item.top, item.right, item.bottom].map(f64::from);
    let text_height = f64::from(settings.text_height);
    let height = (bottom - top).max(1.0);
    let scale = text_height / height;
    let margin = (HEIGHT as f64 - text_height) / 2.0 / scale;
    let side = f64::from(settings.side_margin) * height;
    let (left, right) = (left - side, right + side);
    let (top, bottom) = (top - margin, bottom + margin);
    let width = ((((right - left) * scale / 4.0).round_ties_even() as usize) * 4).max(8);
    let bytes = resampled(picture, (left, top, right, bottom), width);
    let values = normalised(&bytes, settings);
    Crop {
        values,
        width,
        left: left as f32 * factor,
        top: top as f32 * factor,
        pixel_width: ((right - left) / width as f64) as f32 * factor,
        pixel_height: ((bottom - top) / HEIGHT as f64) as f32 * factor,
    }
}

/// Weights of neighbouring samples for one output sample.
struct Taps {
    first: isize,
    weights: Vec<f64>,
}

/// A triangle filter, widened by the factor of reduction: what resamples `start..end` to `count` samples.
fn triangle_taps(start: f64, end: f64, count: usize) -> Vec<Taps> {
    let scale = (end - start) / count as f64;
    let support = scale.max(1.0);
    (0..count)
        .map(|index| {
            let centre = start + (index as f64 + 0.5) * scale;
            let first = (centre - support - 0.5).floor() as isize;
            let last = (centre + support + 0.5).ceil() as isize;
            let weight = |sample: isize| (1.0 - (sample as f64 + 0.5 - centre).abs() / support).max(0.0);
            let low = (first..=last).find(|sample| weight(*sample) > 0.0).unwrap_or(first);
            let weights: Vec<f64> = (low..=last).map(weight).take_while(|weight| *weight > 0.0).collect();
            let sum: f64 = weights.iter().sum();
            Taps { first: low, weights: weights.iter().map(|weight| weight / sum).collect() }
        })
        .collect()
}

fn resampled(
    picture: &Pixels<'_>,
    (left, top, right, bottom): (f64, f64, f64, f64),
    width: usize,
) -> Vec<u8> {
    let vertical = triangle_taps(top, bottom, HEIGHT);
    let horizontal = triangle_taps(left, right, width);
    let span = |taps: &[Taps]| {
        let first = taps.first().map_or(0, |taps| taps.first);
        let last = taps.last().map_or(0, |taps| taps.first + taps.weights.len() as isize);
        first..last.max(first + 1)
    };
    let (rows, columns) = (span(&vertical), span(&horizontal));
    let count = (columns.end - columns.start) as usize;
    let clamped = |value: isize, limit: usize| value.clamp(0, limit as isize - 1) as usize;
    // Samples beyond the picture are few; a table keeps the inner loop free of comparisons.
    let inside = clamped(columns.start, picture.width)..clamped(columns.end - 1, picture.width) + 1;
    let source = |column: isize| (clamped(column, picture.width) - inside.start) * 3;
    let sources: Vec<usize> = columns.clone().map(source).collect();
    let mut line = vec![0u8; inside.len() * 3];
    let mut reduced = vec![0.0f64; HEIGHT * count];
    let mut grey = vec![0.0f64; count];
    for row in rows {
        picture.row(clamped(row, picture.height), inside.clone(), &mut line);
        for (value, source) in grey.iter_mut().zip(&sources) {
            let pixel = &line[*source..source + 3];
            *value = f64::from(luminance(pixel[0], pixel[1], pixel[2]));
        }
        for (taps, out) in vertical.iter().zip(reduced.chunks_exact_mut(count)) {
            let weight = usize::try_from(row - taps.first).ok().and_then(|index| taps.weights.get(index));
            if let Some(weight) = weight {
                for (sum, value) in out.iter_mut().zip(&grey) {
                    *sum += weight * value;
                }
            }
        }
    }
    let mut bytes = vec![0u8; HEIGHT * width];
    for (line, out) in reduced.chunks_exact(count).zip(bytes.chunks_exact_mut(width)) {
        for (taps, byte) in horizontal.iter().zip(out) {
            let from = (taps.first - columns.start) as usize;
            let sum: f64 = taps.weights.iter().zip(&line[from..]).map(|(weight, value)| weight * value).sum();
            *byte = (sum + 0.5).floor().clamp(0.0, 255.0) as u8;
        }
    }
    bytes
}

fn luminance(red: u8, green: u8, blue: u8) -> u8 {
    ((299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue) + 500) / 1000) as u8
}

/// Background (the median) 0, ink positive and about 1.
fn normalised(bytes: &[u8], settings: &RecogniserSettings) -> Vec<f32> {
    let mut histogram = [0usize; 256];
    for byte in bytes {
        histogram[usize::from(*byte)] += 1;
    }
    let ordered = |index: usize| {
        let mut seen = 0;
        let level = histogram.iter().position(|count| {
            seen += count;
            seen > index
        });
        level.unwrap_or(255) as f32
    };
    let last = bytes.len().saturating_sub(1);
    let background = ordered(last / 2);
    let offset = (f64::from(settings.low_percentile) / 100.0 * last as f64) as usize;
    let (darker, lighter) = (background - ordered(offset), ordered(last - offset) - background);
    let sign = if lighter > darker { 1.0 } else { -1.0 };
    let factor = sign / darker.max(lighter).max(settings.minimum_span);
    bytes.iter().map(|byte| ((f32::from(*byte) - background) * factor).clamp(-1.0, 1.5)).collect()
}

/// The crop column at the middle of an output step.
pub(super) fn step_column(step: usize) -> f32 {
    (step * STEP_COLUMNS) as f32 + STEP_COLUMNS as f32 / 2.0
}
