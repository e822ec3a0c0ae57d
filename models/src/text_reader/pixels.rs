//! The picture as the reader sees it: at full size, and reduced by two, four and eight.
//!
//! Invariant: a reduced pixel is the mean of 2×2 pixels of the size above, rounded half up; an odd last row or column
//! is repeated. Reduced rows are worked out when they are asked for. Must not: hold a copy of the picture.

use std::ops::Range;

/// RGB pixels of one scale.
#[derive(Clone, Copy)]
pub(super) struct Pixels<'a> {
    /// Of the full size, row by row without padding.
    bytes: &'a [u8],
    full_width: usize,
    full_height: usize,
    /// How often the picture was halved.
    level: u32,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl<'a> Pixels<'a> {
    /// Lines higher than this are read from a reduced picture, which still has more rows than the recogniser takes.
    const LARGEST_HEIGHT: f32 = 64.0;
    const SMALLEST_LEVEL: u32 = 3;

    /// `bytes` holds `width * height * 3` values, and at least one pixel.
    pub(super) const fn new(width: usize, height: usize, bytes: &'a [u8]) -> Self {
        Self { bytes, full_width: width, full_height: height, level: 0, width, height }
    }

    /// The full size halved `level` times.
    pub(super) const fn halved(&self, level: u32) -> Self {
        let (width, height) = (self.full_width, self.full_height);
        Self { level, width: side(width, level), height: side(height, level), ..*self }
    }

    /// The scale for a line of that height, and how many original pixels one of its pixels is wide.
    pub(super) fn for_height(&self, mut height: f32) -> (Self, f32) {
        let (mut level, mut factor) = (0, 1.0);
        while height > Self::LARGEST_HEIGHT && level < Self::SMALLEST_LEVEL {
            level += 1;
            factor *= 2.0;
            height /= 2.0;
        }
        (self.halved(level), factor)
    }

    /// Writes the RGB values of some columns of one row; `out` is three times as long as `columns`.
    pub(super) fn row(&self, y: usize, columns: Range<usize>, out: &mut [u8]) {
        self.row_of(self.level, y, columns, out);
    }

    fn row_of(&self, level: u32, y: usize, columns: Range<usize>, out: &mut [u8]) {
        if level == 0 {
            out.copy_from_slice(self.full_row(y, columns));
            return;
        }
        let (width, height) = (side(self.full_width, level - 1), side(self.full_height, level - 1));
        let above = 2 * columns.start..(2 * columns.end).min(width);
        let (upper, lower) = (2 * y, (2 * y + 1).min(height - 1));
        if level == 1 {
            halve(self.full_row(upper, above.clone()), self.full_row(lower, above), out);
        } else {
            let mut rows = vec![0u8; above.len() * 6];
            let (first, second) = rows.split_at_mut(above.len() * 3);
            self.row_of(level - 1, upper, above.clone(), first);
            self.row_of(level - 1, lower, above, second);
            halve(first, second, out);
        }
    }

    fn full_row(&self, y: usize, columns: Range<usize>) -> &'a [u8] {
        let start = y * self.full_width;
        &self.bytes[(start + columns.start) * 3..(start + columns.end) * 3]
    }
}

const fn side(full: usize, level: u32) -> usize {
    full.div_ceil(1 << level)
}

fn halve(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let mean = |a: u8, b: u8, c: u8, d: u8| {
        ((u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d) + 2) / 4) as u8
    };
    for ((pixel, upper), lower) in out.chunks_exact_mut(3).zip(upper.chunks(6)).zip(lower.chunks(6)) {
        let next = if upper.len() == 6 { 3 } else { 0 };
        for channel in 0..3 {
            pixel[channel] =
                mean(upper[channel], upper[channel + next], lower[channel], lower[channel + next]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole picture halved once, pixel by pixel.
    fn halved(width: usize, height: usize, bytes: &[u8]) -> (usize, usize, Vec<u8>) {
        let (columns, rows) = (width.div_ceil(2), height.div_ceil(2));
        let mut out = Vec::new();
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            for channel in 0..3 {
                let at = |y: usize, x: usize| {
                    u16::from(bytes[(y.min(height - 1) * width + x.min(width - 1)) * 3 + channel])
                };
                let (y, x) = (2 * row, 2 * column);
                out.push(((at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1) + 2) / 4) as u8);
            }
        }
        (columns, rows, out)
    }

    #[test]
    fn rows_worked_out_on_demand_are_those_of_the_halved_picture() {
        for (width, height) in [(1, 1), (2, 3), (9, 7), (37, 21)] {
            let bytes: Vec<u8> = (0..width * height * 3).map(|index| (index * 37 % 251) as u8).collect();
            let picture = Pixels::new(width, height, &bytes);
            let mut expected = (width, height, bytes.clone());
            for level in 0..4 {
                let view = picture.halved(level);
                assert_eq!((view.width, view.height), (expected.0, expected.1));
                for y in 0..view.height {
                    let columns = view.width / 3..view.width;
                    let mut row = vec![0; columns.len() * 3];
                    view.row(y, columns.clone(), &mut row);
                    assert_eq!(
                        row,
                        expected.2[(y * view.width + columns.start) * 3..(y + 1) * view.width * 3]
                    );
                }
                expected = halved(expected.0, expected.1, &expected.2);
            }
        }
    }
}
