//! Attention of many rows with AVX-512: keys and values of a head are laid out once, then a few query rows at a time go
//! through scores, softmax and values without leaving the first-level cache.
//!
//! Numbers are f32, or bf16 pairs with f32 sums where the processor multiplies those. Both have the same form: a line of
//! 16 columns with 32 bits each against 32 bits of a row, so one kernel serves both. Invariant: the result of a row
//! depends on that row and the keys and values it sees. Must not: start threads.

#![cfg(target_arch = "x86_64")]

use super::attention::Rows;
use super::exponential::softmax_numerators;

/// Query rows worked on together.
pub(super) const ROWS: usize = 6;
/// Columns of a line.
const COLUMNS: usize = 16;

/// What is multiplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Single,
    Half,
}

impl Number {
    /// The numbers to use on this processor, bf16 only where `half` allows it; `None` without AVX-512.
    pub(super) fn of_processor(half: bool) -> Option<Self> {
        let half = half && is_x86_feature_detected!("avx512bf16");
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")).then_some(if half {
            Self::Half
        } else {
            Self::Single
        })
    }

    /// Inputs that one step takes.
    fn together(self) -> usize {
        match self {
            Self::Single => 1,
            Self::Half => 2,
        }
    }

    /// Steps over this many inputs.
    fn steps(self, inputs: usize) -> usize {
        inputs.div_ceil(self.together())
    }

    /// The 32 bits of a step with these inputs; with one input, both are it.
    fn pair(self, low: f32, high: f32) -> u32 {
        match self {
            Self::Single => low.to_bits(),
            Self::Half => half(low) | half(high) << 16,
        }
    }

    /// The 32 bits of the steps of a row.
    fn steps_of(self, row: &[f32]) -> impl Iterator<Item = u32> {
        let together = self.together();
        row.chunks(together).map(move |step| {
            self.pair(step[0], if step.len() == together { step[together - 1] } else { 0.0 })
        })
    }
}

/// The nearest bf16, ties to even.
fn half(value: f32) -> u32 {
    let bits = value.to_bits();
    bits.wrapping_add(0x7fff).wrapping_add((bits >> 16) & 1) >> 16
}

/// Sixteen columns of one step.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([u32; COLUMNS]);

/// Keys and values of one head.
pub(super) struct Head {
    number: Number,
    width: usize,
    positions: usize,
    /// `[group of keys][step over the width]`
    keys: Vec<Line>,
    /// `[group of the width][step over the positions]`
    values: Vec<Line>,
}

impl Head {
    pub(super) fn new(keys: &Rows<'_>, values: &Rows<'_>, head: usize, width: usize, number: Number) -> Self {
        let positions = keys.count;
        let (steps, groups) = (number.steps(width), positions.div_ceil(COLUMNS));
        let mut packed_keys = vec![Line([0; COLUMNS]); steps * groups];
        for (group, lines) in packed_keys.chunks_exact_mut(steps).enumerate() {
            for (column, position) in (group * COLUMNS..positions.min((group + 1) * COLUMNS)).enumerate() {
                let row = &keys.head(position, head, width).values[..width];
                for (line, bits) in lines.iter_mut().zip(number.steps_of(row)) {
                    line.0[column] = bits;
                }
            }
        }
        let (steps, groups) = (number.steps(positions), width.div_ceil(COLUMNS));
        let mut packed_values = vec![Line([0; COLUMNS]); steps * groups];
        let blank = vec![0.0f32; width];
        let row = |position: usize| {
            if position < positions {
                &values.head(position, head, width).values[..width]
            } else {
                &blank[..]
            }
        };
        for step in 0..steps {
            let first = step * number.together();
            let (low, high) = (row(first), row(first + number.together() - 1));
            for (group, (low, high)) in low.chunks(COLUMNS).zip(high.chunks(COLUMNS)).enumerate() {
                let line = &mut packed_values[group * steps + step].0;
                for ((bits, low), high) in line.iter_mut().zip(low).zip(high) {
                    *bits = number.pair(*low, *high);
                }
            }
        }
        Self { number, width, positions, keys: packed_keys, values: packed_values }
    }

    /// Attention of the query rows of a head from `first_row` on into `output`, whose rows are `pitch` apart; with
    /// `causal`, row `i` sees the positions up to number `causal + i`.
    #[expect(clippy::too_many_arguments, reason = "an inner function of one kernel")]
    pub(super) fn attend(
        &self,
        queries: &Rows<'_>,
        (first_row, rows): (usize, usize),
        head: usize,
        causal: Option<usize>,
        output: &mut [f32],
        pitch: usize,
        space: &mut Space,
    ) {
        let (number, width) = (self.number, self.width);
        let scale = 1.0 / (width as f32).sqrt();
        let query_steps = number.steps(width);
        for start in (0..rows).step_by(ROWS) {
            let count = ROWS.min(rows - start);
            let seen =
                |row: usize| causal.map_or(self.positions, |first| first + first_row + start + row + 1);
            let groups = seen(count - 1).div_ceil(COLUMNS);
            let visible = groups * COLUMNS;
            space.queries.clear();
            space.queries.resize(ROWS * query_steps, 0);
            for (row, bits) in space.queries.chunks_exact_mut(query_steps).take(count).enumerate() {
                let values = &queries.head(first_row + start + row, head, width).values[..width];
                for (bits, step) in bits.iter_mut().zip(number.steps_of(values)) {
                    *bits = step;
                }
            }
            space.scores.resize(ROWS * visible, 0.0);
            vector::multiply(
                number,
                &space.queries,
                (query_steps, query_steps),
                (&self.keys, query_steps, groups),
                (&mut space.scores, visible),
            );
            let mut shares = [0.0f32; ROWS];
            for (row, (scores, share)) in
                space.scores.chunks_exact_mut(visible).zip(&mut shares).take(count).enumerate()
            {
                let (seen, hidden) = scores.split_at_mut(seen(row).min(visible));
                *share = 1.0 / vector::softmax(seen, scale);
                hidden.fill(0.0);
            }
            let steps = number.steps(visible);
            space.numerators.clear();
            space.numerators.resize(ROWS * steps, 0);
            vector::bits(number, &space.scores[..count * visible], &mut space.numerators);
            // Positions that were laid out; the groups may reach a little further.
            let used = steps.min(number.steps(self.positions));
            let groups = width.div_ceil(COLUMNS);
            space.products.resize(ROWS * groups * COLUMNS, 0.0);
            vector::multiply(
                number,
                &space.numerators,
                (steps, used),
                (&self.values, number.steps(self.positions), groups),
                (&mut space.products, groups * COLUMNS),
            );
            for (row, share) in shares.into_iter().enumerate().take(count) {
                let out = &mut output[(start + row) * pitch..][..width];
                for (out, product) in out.iter_mut().zip(&space.products[row * groups * COLUMNS..]) {
                    *out = product * share;
                }
            }
        }
    }
}

/// Memory that is used again from row to row.
#[derive(Default)]
pub(super) struct Space {
    queries: Vec<u32>,
    scores: Vec<f32>,
    numerators: Vec<u32>,
    products: Vec<f32>,
}

#[expect(unsafe_code, reason = "vector instructions read through pointers and exist on some processors only")]
mod vector {
    #[allow(
        clippy::wildcard_imports,
        reason = "names of instructions; the lint is silent in test builds"
    )]
    use std::arch::x86_64::*;

    use super::{COLUMNS, Line, Number, ROWS, softmax_numerators};

    /// Six rows of `left` (`left_pitch` steps apart, `steps` of them used) times `groups` groups of 16 columns (each
    /// `right_pitch` lines), into rows `out_pitch` apart. A [`super::Number`] exists only where AVX-512 was found.
    ///
    /// # Panics
    /// When a slice is too short for the shape: a mistake of the calling kernel, never of the data.
    pub(super) fn multiply(
        number: Number,
        left: &[u32],
        (left_pitch, steps): (usize, usize),
        (right, right_pitch, groups): (&[Line], usize, usize),
        (out, out_pitch): (&mut [f32], usize),
    ) {
        assert!(left.len() >= (ROWS - 1) * left_pitch + steps, "left side of a product is too short");
        assert!(steps <= right_pitch && right.len() >= groups * right_pitch, "right side is too short");
        assert!(out_pitch >= groups * COLUMNS && out.len() >= ROWS * out_pitch, "output is too short");
        let mut group = 0;
        while group < groups {
            let some = [4, 2, 1].into_iter().find(|some| *some <= groups - group).unwrap_or(1);
            // Four groups of sums fill the registers; more than two only pay where there are many steps.
            let some = if steps < 64 { some.min(2) } else { some };
            let (left, right) = (left.as_ptr(), right[group * right_pitch..].as_ptr());
            let out = out[group * COLUMNS..].as_mut_ptr();
            let sizes = Sizes { left_pitch, steps, right_pitch, out_pitch };
            // SAFETY: the asserts cover six rows and `some` groups, and the number says what the processor has.
            unsafe {
                match (number, some) {
                    (Number::Single, 4) => tile::<4>(left, right, out, sizes),
                    (Number::Single, 2) => tile::<2>(left, right, out, sizes),
                    (Number::Single, _) => tile::<1>(left, right, out, sizes),
                    (Number::Half, 4) => tile_of_halves::<4>(left, right, out, sizes),
                    (Number::Half, 2) => tile_of_halves::<2>(left, right, out, sizes),
                    (Number::Half, _) => tile_of_halves::<1>(left, right, out, sizes),
                }
            }
            group += some;
        }
    }

    #[derive(Clone, Copy)]
    struct Sizes {
        left_pitch: usize,
        steps: usize,
        right_pitch: usize,
        out_pitch: usize,
    }

    macro_rules! tile {
        ($name:ident, $features:literal, $add:expr) => {
            /// # Safety
            /// The processor has the named features, and the pointers cover six rows and `G` groups of these sizes.
            #[target_feature(enable = $features)]
            unsafe fn $name<const G: usize>(
                left: *const u32,
                right: *const Line,
                out: *mut f32,
                sizes: Sizes,
            ) {
                let mut sums = [[_mm512_setzero_ps(); G]; ROWS];
                // SAFETY: as the function's, for all pointers made here.
                let rows: [*const u32; ROWS] =
                    std::array::from_fn(|row| unsafe { left.add(row * sizes.left_pitch) });
                // SAFETY: as above.
                let groups: [*const Line; G] =
                    std::array::from_fn(|group| unsafe { right.add(group * sizes.right_pitch) });
                for step in 0..sizes.steps {
                    let mut columns = [_mm512_setzero_ps(); G];
                    for group in 0..G {
                        // SAFETY: as the function's; lines are aligned to 64 bytes.
                        columns[group] = unsafe { _mm512_load_ps(groups[group].add(step).cast()) };
                    }
                    for row in 0..ROWS {
                        // SAFETY: as the function's.
                        let bits = unsafe { *rows[row].add(step) };
                        let value = _mm512_castsi512_ps(_mm512_set1_epi32(bits as i32));
                        for group in 0..G {
                            sums[row][group] = $add(sums[row][group], columns[group], value);
                        }
                    }
                }
                for row in 0..ROWS {
                    for group in 0..G {
                        // SAFETY: as the function's.
                        unsafe {
                            _mm512_storeu_ps(
                                out.add(row * sizes.out_pitch + group * COLUMNS),
                                sums[row][group],
                            )
                        };
                    }
                }
            }
        };
    }

    tile!(tile, "avx512f", |sum, columns, value| _mm512_fmadd_ps(columns, value, sum));
    tile!(tile_of_halves, "avx512f,avx512bf16", |sum, columns, value| {
        // SAFETY: both types are 64 bytes of any content.
        let halves = |bits: __m512| unsafe { std::mem::transmute::<__m512, __m512bh>(bits) };
        _mm512_dpbf16_ps(sum, halves(columns), halves(value))
    });

    /// As [`softmax_numerators`], in wide registers.
    pub(super) fn softmax(values: &mut [f32], scale: f32) -> f32 {
        // SAFETY: a `Number` exists only where AVX-512 was found, and only its holders call this.
        unsafe { wide_softmax(values, scale) }
    }

    #[target_feature(enable = "avx512f,avx512bw,fma")]
    fn wide_softmax(values: &mut [f32], scale: f32) -> f32 {
        softmax_numerators(values, scale)
    }

    /// Numbers as the 32 bits of steps.
    pub(super) fn bits(number: Number, values: &[f32], bits: &mut [u32]) {
        match number {
            Number::Single => {
                for (bits, value) in bits.iter_mut().zip(values) {
                    *bits = value.to_bits();
                }
            }
            // SAFETY: as in `softmax`.
            Number::Half => unsafe { pairs(values, bits) },
        }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn pairs(values: &[f32], bits: &mut [u32]) {
        for (bits, pair) in bits.iter_mut().zip(values.as_chunks::<2>().0) {
            *bits = super::half(pair[0]) | super::half(pair[1]) << 16;
        }
    }
}
