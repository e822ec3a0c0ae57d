//! Multi-head attention on rows, without a score matrix in main memory.
//!
//! A head of a row is `width` neighbouring values; several query heads may share one key and value head (grouped
//! queries). A block of query rows is worked on at a time: its scores stay in the second-level cache, and the division
//! of the softmax is done on the result. Invariant: the block size follows from nothing but this file, so a result does
//! not depend on threads. Must not: turn positions or keep a cache.

use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::exponential::softmax_numerators;
use super::strided::{Matrix, multiply_into};

/// Query rows of one block: 128 rows of scores over 1024 keys are 512 kB.
const BLOCK: usize = 128;

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
struct Rows<'a> {
    values: &'a [f32],
    pitch: usize,
    count: usize,
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
    fn head(&self, row: usize, head: usize, width: usize) -> Matrix<'a> {
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
