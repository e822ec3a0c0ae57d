//! Maximum over small windows of a plane.
//!
//! Invariant: the border of the result is zero; rows or columns that do not fill a window are left out.
//! Must not: be used on windows that overlap.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::values;

/// The maximum over windows of `rows` by `columns` pixels, which do not overlap.
pub(crate) fn max_pool(plane: &Tensor, rows: usize, columns: usize, parallel: bool) -> Result<Tensor> {
    plane.apply_op1_no_bwd(&MaxPool { rows, columns, parallel })
}

struct MaxPool {
    rows: usize,
    columns: usize,
    parallel: bool,
}

impl CustomOp1 for MaxPool {
    fn name(&self) -> &'static str {
        "plane-max-pool"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (bordered_rows, bordered_columns, channels) = layout.shape().dims3()?;
        if bordered_rows < 2 + self.rows || bordered_columns < 2 + self.columns || channels == 0 {
            bail!("a plane of {bordered_rows} by {bordered_columns} is too small to pool")
        }
        let input = values(storage, layout)?;
        let input_row = bordered_columns * channels;
        let (rows, columns) = ((bordered_rows - 2) / self.rows, (bordered_columns - 2) / self.columns);
        let row_values = (columns + 2) * channels;
        let mut output = vec![0.0f32; (rows + 2) * row_values];
        let pool_row = |(row, out): (usize, &mut [f32])| {
            let inner = &mut out[channels..row_values - channels];
            for window_row in 0..self.rows {
                let start = (row * self.rows + window_row + 1) * input_row + channels;
                let source = &input[start..start + columns * self.columns * channels];
                for (pixel, window) in
                    inner.chunks_exact_mut(channels).zip(source.chunks_exact(self.columns * channels))
                {
                    for (index, candidate) in window.chunks_exact(channels).enumerate() {
                        if window_row == 0 && index == 0 {
                            pixel.copy_from_slice(candidate);
                        } else {
                            for (value, other) in pixel.iter_mut().zip(candidate) {
                                *value = value.max(*other);
                            }
                        }
                    }
                }
            }
        };
        let inner = &mut output[row_values..(rows + 1) * row_values];
        if self.parallel {
            inner.par_chunks_mut(row_values).with_min_len(8).enumerate().for_each(pool_row);
        } else {
            inner.chunks_mut(row_values).enumerate().for_each(pool_row);
        }
        Ok((CpuStorage::F32(output), Shape::from((rows + 2, columns + 2, channels))))
    }
}
