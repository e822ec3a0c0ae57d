//! Multi-head attention on rows, without a score matrix in main memory.
//!
//! A head of a row is `width` neighbouring values; several query heads may share one key and value head (grouped
//! queries). A block of query rows is worked on at a time: its scores stay in the second-level cache, and the division
//! of the softmax is done on the result. Many rows go through `attention_wide` instead where the processor has AVX-512,
//! a few through `attention_few`.
//! Invariant: block sizes follow from nothing but shapes, so a result does not depend on threads. Must not: turn
//! positions or keep a cache.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::attention_few::attend_few;
#[cfg(target_arch = "x86_64")]
use super::attention_wide::{Head, Number, Space};
use super::exponential::softmax_numerators;
use super::few_rows::FEW;
use super::strided::{Matrix, multiply_into};

/// Query rows of one block: 128 rows of scores over 1024 keys are 512 kB.
const BLOCK: usize = 128;
/// From this many query rows on, laying out keys and values for wide registers pays.
#[cfg(target_arch = "x86_64")]
const MANY_ROWS: usize = 24;
/// Query rows of one task there.
#[cfg(target_arch = "x86_64")]
const TASK_ROWS: usize = 96;

/// Shapes of one attention.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heads {
    pub(crate) queries: usize,
    /// Key and value heads; they divide `queries`.
    pub(crate) keys: usize,
    /// Values of one head.
    pub(crate) width: usize,
    /// With a number: query row `i` sees the keys up to number `first + i` (causal). Without: all keys.
    pub(crate) first: Option<usize>,
    /// Whether many rows may be multiplied as bf16, with sums in f32, where the processor is faster at that.
    pub(crate) coarse: bool,
}

/// Attention of `queries` `[rows, heads · width]` over `keys` and `values` `[positions, key heads · width]`, scores
/// scaled by width^-½; the result is `[rows, heads · width]`. f32 on the CPU; rows may lie apart in memory.
pub(crate) fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor, heads: Heads) -> Result<Tensor> {
    queries.apply_op3_no_bwd(keys, values, &Attention { heads })
}

struct Attention {
    heads: Heads,
}

/// Rows of f32 values, `pitch` apart.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    values: &'a [f32],
    pitch: usize,
    pub(super) count: usize,
}

impl<'a> Rows<'a> {
    fn new(storage: &'a CpuStorage, layout: &Layout, width: usize) -> Result<Self> {
        let (count, columns) = layout.shape().dims2()?;
        let &[pitch, step] = layout.stride() else { bail!("attention needs two dimensions") };
        if columns != width || (step != 1 && width > 1) {
            bail!(
                "attention was given {columns} values a row, {step} apart, where {width} neighbours are needed"
            )
        }
        let values = storage.as_slice::<f32>()?.get(layout.start_offset()..).unwrap_or_default();
        if count > 0 && values.len() < (count - 1) * pitch + width {
            bail!("attention was given a tensor larger than its storage")
        }
        Ok(Self { values, pitch, count })
    }

    /// The part of a head, from row `row` on.
    pub(super) fn head(&self, row: usize, head: usize, width: usize) -> Matrix<'a> {
        Matrix {
            values: &self.values[row * self.pitch + head * width..],
            row_stride: self.pitch,
            column_stride: 1,
        }
    }
}

impl CustomOp3 for Attention {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(
        &self,
        queries: &CpuStorage,
        query_layout: &Layout,
        keys: &CpuStorage,
        key_layout: &Layout,
        values: &CpuStorage,
        value_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let heads = self.heads;
        if heads.keys == 0 || !heads.queries.is_multiple_of(heads.keys) || heads.width == 0 {
            bail!("attention was given {heads:?}")
        }
        let query_rows = Rows::new(queries, query_layout, heads.queries * heads.width)?;
        let key_rows = Rows::new(keys, key_layout, heads.keys * heads.width)?;
        let value_rows = Rows::new(values, value_layout, heads.keys * heads.width)?;
        let seen = heads.first.map_or(key_rows.count, |first| first + query_rows.count);
        if key_rows.count != value_rows.count || key_rows.count == 0 || seen > key_rows.count {
            bail!("attention was given {} keys and {} values for {seen}", key_rows.count, value_rows.count)
        }
        let width = heads.queries * heads.width;
        let mut output = vec![0.0f32; query_rows.count * width];
        #[cfg(target_arch = "x86_64")]
        if let (Some(number), MANY_ROWS..) = (Number::of_processor(heads.coarse), query_rows.count) {
            self.wide(number, &query_rows, &key_rows, &value_rows, &mut output);
            return Ok((CpuStorage::F32(output), Shape::from((query_rows.count, width))));
        }
        if query_rows.count <= FEW {
            attend_few(&query_rows, &key_rows, &value_rows, heads, &mut output);
            return Ok((CpuStorage::F32(output), Shape::from((query_rows.count, width))));
        }
        let block = |(index, rows): (usize, &mut [f32])| {
            let mut scores = Vec::new();
            for head in 0..heads.queries {
                self.block(&query_rows, &key_rows, &value_rows, index * BLOCK, head, rows, &mut scores);
            }
        };
        if query_rows.count > BLOCK {
            output.par_chunks_mut(BLOCK * width).enumerate().for_each(block);
        } else {
            output.chunks_mut(BLOCK * width).enumerate().for_each(block);
        }
        Ok((CpuStorage::F32(output), Shape::from((query_rows.count, width))))
    }
}

impl Attention {
    #[cfg(target_arch = "x86_64")]
    fn wide(
        &self,
        number: Number,
        queries: &Rows<'_>,
        keys: &Rows<'_>,
        values: &Rows<'_>,
        output: &mut [f32],
    ) {
        let Heads { width, first, .. } = self.heads;
        let pitch = self.heads.queries * width;
        let heads: Vec<Head> = (0..self.heads.keys)
            .into_par_iter()
            .map(|head| Head::new(keys, values, head, width, number))
            .collect();
        output.par_chunks_mut(TASK_ROWS * pitch).enumerate().for_each_init(
            Space::default,
            |space, (task, rows)| {
                let count = rows.len() / pitch;
                for head in 0..self.heads.queries {
                    let shared = &heads[head / (self.heads.queries / self.heads.keys)];
                    let from = (task * TASK_ROWS, count);
                    shared.attend(queries, from, head, first, &mut rows[head * width..], pitch, space);
                }
            },
        );
    }

    /// One head of the query rows from `first_row` on, as many as `output` has.
    #[expect(clippy::too_many_arguments, reason = "an inner function of one kernel")]
    fn block(
        &self,
        queries: &Rows<'_>,
        keys: &Rows<'_>,
        values: &Rows<'_>,
        first_row: usize,
        head: usize,
        output: &mut [f32],
        scores: &mut Vec<f32>,
    ) {
        let Heads { width, first, .. } = self.heads;
        let pitch = self.heads.queries * width;
        let key_head = head / (self.heads.queries / self.heads.keys);
        let rows = output.len() / pitch;
        let visible = first.map_or(keys.count, |first| first + first_row + rows);
        scores.resize(rows * visible, 0.0);
        let transposed = {
            let head = keys.head(0, key_head, width);
            Matrix { values: head.values, row_stride: 1, column_stride: head.row_stride }
        };
        multiply_into(
            scores,
            visible,
            (rows, width, visible),
            queries.head(first_row, head, width),
            transposed,
        );
        let scale = 1.0 / (width as f32).sqrt();
        let mut sums = [0.0f32; BLOCK];
        for ((row, scores), sum) in scores.chunks_exact_mut(visible).enumerate().zip(&mut sums) {
            let (seen, hidden) =
                scores.split_at_mut(first.map_or(visible, |first| first + first_row + row + 1));
            *sum = softmax_numerators(seen, scale);
            hidden.fill(0.0);
        }
        let left = Matrix { values: scores.as_slice(), row_stride: visible, column_stride: 1 };
        let out = &mut output[head * width..];
        multiply_into(out, pitch, (rows, visible, width), left, values.head(0, key_head, width));
        for (row, sum) in out.chunks_mut(pitch).zip(sums) {
            let share = 1.0 / sum;
            for value in &mut row[..width] {
                *value *= share;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::{Heads, attend};

    /// Values between -1 and 1 that look random.
    fn numbers(rows: usize, columns: usize, seed: u32) -> Tensor {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from((state >> 16) as u16) / 16_384.0 - 2.0
        };
        let values: Vec<f32> = (0..rows * columns).map(|_| next()).collect();
        Tensor::from_vec(values, (rows, columns), &Device::Cpu).expect("a tensor")
    }

    /// ‖Δ‖/‖reference‖ beside the definition in f64.
    fn error(rows: usize, positions: usize, heads: Heads) -> f64 {
        let width = heads.width;
        let tensors = [
            numbers(rows, heads.queries * width, 1),
            numbers(positions, heads.keys * width, 2),
            numbers(positions, heads.keys * width, 3),
        ];
        let [queries, keys, values] = tensors.each_ref().map(|tensor| tensor.to_vec2::<f32>().expect("rows"));
        let result = attend(&tensors[0], &tensors[1], &tensors[2], heads).expect("attention");
        let result = result.to_vec2::<f32>().expect("rows");
        let (mut difference, mut size) = (0.0, 0.0);
        for (row, result) in result.iter().enumerate() {
            let seen = heads.first.map_or(positions, |first| first + row + 1);
            for head in 0..heads.queries {
                let shared = head / (heads.queries / heads.keys) * width;
                let weights: Vec<f64> = (0..seen)
                    .map(|key| {
                        let dot: f64 = (0..width)
                            .map(|at| {
                                f64::from(queries[row][head * width + at]) * f64::from(keys[key][shared + at])
                            })
                            .sum();
                        (dot / (width as f64).sqrt()).exp()
                    })
                    .collect();
                let sum: f64 = weights.iter().sum();
                for at in 0..width {
                    let exact: f64 =
                        weights.iter().zip(&values).map(|(w, v)| w / sum * f64::from(v[shared + at])).sum();
                    difference += (f64::from(result[head * width + at]) - exact).powi(2);
                    size += exact.powi(2);
                }
            }
        }
        (difference / size).sqrt()
    }

    #[test]
    fn attention_follows_its_definition_whatever_the_shape() {
        for (rows, positions, queries, keys, width) in [
            (1, 1, 1, 1, 2),
            (3, 40, 2, 1, 8),
            (24, 24, 1, 1, 1),
            (25, 33, 3, 1, 7),
            (64, 64, 2, 2, 64),
            (100, 131, 4, 2, 16),
            (200, 301, 1, 1, 72),
        ] {
            for first in [None, Some(positions - rows)] {
                let heads = Heads { queries, keys, width, first, coarse: false };
                let exact = error(rows, positions, heads);
                assert!(exact < 1e-5, "{rows} of {positions}, {heads:?}: {exact}");
                let coarse = error(rows, positions, Heads { coarse: true, ..heads });
                assert!(coarse < 0.02, "{rows} of {positions}, {heads:?}: {coarse}");
            }
        }
    }

    /// A row alone goes another way than a row among many.
    #[test]
    fn rows_read_together_and_one_by_one_agree() {
        let (positions, width) = (90, 24);
        let (queries, keys, values) =
            (numbers(positions, width, 4), numbers(positions, width, 5), numbers(positions, width, 6));
        let heads = Heads { queries: 1, keys: 1, width, first: Some(0), coarse: false };
        let together =
            attend(&queries, &keys, &values, heads).expect("attention").to_vec2::<f32>().expect("rows");
        for (row, expected) in together.iter().enumerate() {
            let query = queries.narrow(0, row, 1).expect("a row");
            let alone =
                attend(&query, &keys, &values, Heads { first: Some(row), ..heads }).expect("attention");
            for (left, right) in alone.to_vec2::<f32>().expect("rows")[0].iter().zip(expected) {
                assert!((left - right).abs() < 1e-5, "row {row}: {left} and {right}");
            }
        }
    }
}
