//! Resizing of 8-bit RGB pictures, equal to Pillow's to the bit.
//!
//! Source: Pillow, `src/libImaging/Resample.c` (`precompute_coeffs`, `normalize_coeffs_8bpc`, the two 8-bit passes):
//! coefficients in f64, rounded to 22 bits behind the point, each pass rounded to 8 bits. A pass whose size does not
//! change is left out. The order of the passes is that of Pillow 13, found by comparing its results with those of single
//! passes. Invariant: no number depends on threads. Must not: decide about sizes.

use rayon::prelude::*;

/// Bits behind the point of a coefficient.
const PRECISION: u32 = 32 - 8 - 2;

/// Pillow's filters that checkpoints name; the numbers are Pillow's `Resampling`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    Lanczos = 1,
    Bilinear = 2,
    Bicubic = 3,
}

impl Filter {
    pub(super) fn of_number(number: u64) -> Option<Self> {
        [Self::Lanczos, Self::Bilinear, Self::Bicubic].into_iter().find(|filter| *filter as u64 == number)
    }

    fn support(self) -> f64 {
        match self {
            Self::Bilinear => 1.0,
            Self::Bicubic => 2.0,
            Self::Lanczos => 3.0,
        }
    }

    fn weight(self, x: f64) -> f64 {
        let distance = x.abs();
        match self {
            Self::Bilinear if distance < 1.0 => 1.0 - distance,
            // Keys' cubic with a = -0.5.
            Self::Bicubic if distance < 1.0 => (1.5 * distance - 2.5) * distance * distance + 1.0,
            Self::Bicubic if distance < 2.0 => (((distance - 5.0) * distance + 8.0) * distance - 4.0) * -0.5,
            Self::Lanczos if (-3.0..3.0).contains(&x) => sinc(x) * sinc(x / 3.0),
            _ => 0.0,
        }
    }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let x = x * std::f64::consts::PI;
    x.sin() / x
}

/// The source pixels of one target pixel: `start..start + count`, with their weights.
struct Window {
    start: usize,
    count: usize,
}

/// Windows and weights (`stride` for each window) of one pass.
struct Coefficients {
    windows: Vec<Window>,
    weights: Vec<i32>,
    stride: usize,
}

fn coefficients(source: usize, target: usize, filter: Filter) -> Coefficients {
    let scale = source as f64 / target as f64;
    let filter_scale = scale.max(1.0);
    let support = filter.support() * filter_scale;
    let stride = support.ceil() as usize * 2 + 1;
    let mut windows = Vec::with_capacity(target);
    let mut weights = vec![0i32; target * stride];
    let mut raw = Vec::with_capacity(stride);
    for (index, weights) in weights.chunks_exact_mut(stride).enumerate() {
        let center = (index as f64 + 0.5) * scale;
        let start = (center - support + 0.5).max(0.0) as usize;
        let end = ((center + support + 0.5) as usize).min(source);
        raw.clear();
        raw.extend((start..end).map(|x| filter.weight((x as f64 - center + 0.5) * (1.0 / filter_scale))));
        let sum: f64 = raw.iter().sum();
        for (weight, raw) in weights.iter_mut().zip(&raw) {
            let share = if sum == 0.0 { *raw } else { raw / sum };
            let scaled = share * f64::from(1u32 << PRECISION);
            *weight = (if share < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i32;
        }
        windows.push(Window { start, count: end - start });
    }
    Coefficients { windows, weights, stride }
}

fn rounded(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}

/// An 8-bit RGB picture, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pixels {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bytes: Vec<u8>,
}

impl Pixels {
    /// The picture at another size.
    pub(super) fn resized(&self, width: usize, height: usize, filter: Filter) -> Pixels {
        let wide = |pixels: &Pixels| {
            if width == pixels.width { pixels.clone() } else { pixels.rows_resized(width, filter) }
        };
        let high = |pixels: &Pixels| {
            if height == pixels.height { pixels.clone() } else { pixels.columns_resized(height, filter) }
        };
        // Columns first where the height shrinks by more than twice what the width shrinks by.
        let columns_first = height < self.height && self.height + 2 * width > height + 2 * self.width;
        if columns_first { wide(&high(self)) } else { high(&wide(self)) }
    }

    fn rows_resized(&self, width: usize, filter: Filter) -> Pixels {
        let plan = coefficients(self.width, width, filter);
        let mut bytes = vec![0u8; width * self.height * 3];
        bytes.par_chunks_mut(width * 3).zip(self.bytes.par_chunks(self.width * 3)).for_each(
            |(target, source)| {
                let steps =
                    target.chunks_exact_mut(3).zip(&plan.windows).zip(plan.weights.chunks_exact(plan.stride));
                for ((pixel, window), weights) in steps {
                    let mut sums = [1i32 << (PRECISION - 1); 3];
                    let pixels = source[window.start * 3..].chunks_exact(3).take(window.count);
                    for (other, weight) in pixels.zip(weights) {
                        for (sum, value) in sums.iter_mut().zip(other) {
                            *sum += i32::from(*value) * weight;
                        }
                    }
                    for (value, sum) in pixel.iter_mut().zip(sums) {
                        *value = rounded(sum);
                    }
                }
            },
        );
        Pixels { width, height: self.height, bytes }
    }

    fn columns_resized(&self, height: usize, filter: Filter) -> Pixels {
        let plan = coefficients(self.height, height, filter);
        let pitch = self.width * 3;
        let mut bytes = vec![0u8; pitch * height];
        bytes.par_chunks_mut(pitch).enumerate().for_each_init(
            || vec![0i32; pitch],
            |sums, (index, target)| {
                let window = &plan.windows[index];
                let weights = &plan.weights[index * plan.stride..];
                sums.fill(1i32 << (PRECISION - 1));
                let rows = self.bytes[window.start * pitch..].chunks_exact(pitch).take(window.count);
                for (row, weight) in rows.zip(weights) {
                    for (sum, value) in sums.iter_mut().zip(row) {
                        *sum += i32::from(*value) * weight;
                    }
                }
                for (value, sum) in target.iter_mut().zip(sums.iter()) {
                    *value = rounded(*sum);
                }
            },
        );
        Pixels { width: self.width, height, bytes }
    }

    /// The part of `width` × `height` pixels from (`left`, `top`) on; it must lie inside the picture.
    pub(super) fn cropped(&self, left: usize, top: usize, width: usize, height: usize) -> Pixels {
        let rows = self.bytes.chunks_exact(self.width * 3).skip(top).take(height);
        let bytes = rows.flat_map(|row| &row[left * 3..(left + width) * 3]).copied().collect();
        Pixels { width, height, bytes }
    }
}
