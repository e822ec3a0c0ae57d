//! Products of a few rows with full-precision weights, as one token of an answer needs them: every weight is read once
//! and nothing is computed from it twice, so that memory is all there is to wait for.
//!
//! Invariant: a result is a sum in an order that follows from the shape alone. Must not: be used for many rows, where a
//! blocked product reads less.

use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::values;

/// Rows up to which this is the faster way.
pub(crate) const FEW: usize = 4;
/// Weights of one task: a stretch of memory long enough for the processor to run ahead in it.
const WEIGHTS_PER_TASK: usize = 1 << 16;
/// Sums kept side by side: a few registers of any width, so that one need not wait for the one before.
const LANES: usize = 32;

/// Rows f32 `[rows, inputs]` times weights f32 `[outputs, inputs]`: `[rows, outputs]`.
pub(crate) fn multiply_few(rows: &Tensor, weights: &Tensor) -> Result<Tensor> {
    rows.apply_op2_no_bwd(weights, &FewRows)
}

struct FewRows;

impl CustomOp2 for FewRows {
    fn name(&self) -> &'static str {
        "product-of-few-rows"
    }

    fn cpu_fwd(
        &self,
        rows: &CpuStorage,
        row_layout: &Layout,
        weights: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (count, inputs) = row_layout.shape().dims2()?;
        let (outputs, columns) = weight_layout.shape().dims2()?;
        if inputs != columns || inputs == 0 {
            bail!("rows of {inputs} values do not fit weights for {columns}")
        }
        let (rows, weights) = (values(rows, row_layout)?, values(weights, weight_layout)?);
        // Outputs lie together while they are made, because a task owns a stretch of them.
        let mut sums = vec![0.0f32; outputs * count];
        let together = WEIGHTS_PER_TASK.div_ceil(inputs);
        sums.par_chunks_mut(together * count).zip(weights.par_chunks(together * inputs)).for_each(
            |(sums, weights)| {
                for (sums, weights) in sums.chunks_exact_mut(count).zip(weights.chunks_exact(inputs)) {
                    for (sum, row) in sums.iter_mut().zip(rows.chunks_exact(inputs)) {
                        *sum = product(row, weights);
                    }
                }
            },
        );
        if count > 1 {
            let mut turned = vec![0.0f32; sums.len()];
            for (output, sums) in sums.chunks_exact(count).enumerate() {
                for (row, sum) in sums.iter().enumerate() {
                    turned[row * outputs + output] = *sum;
                }
            }
            sums = turned;
        }
        Ok((CpuStorage::F32(sums), Shape::from((count, outputs))))
    }
}

/// The sum of the products of two slices of one length.
// Arrays of a known length are what compilers make vector instructions of here; inlined into a task they did not.
#[inline(never)]
pub(super) fn product(left: &[f32], right: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
    for (left, right) in left.iter().zip(right) {
        for lane in 0..LANES {
            sums[lane] = left[lane].mul_add(right[lane], sums[lane]);
        }
    }
    for ((sum, left), right) in sums.iter_mut().zip(left_rest).zip(right_rest) {
        *sum = left.mul_add(*right, *sum);
    }
    // Half onto half: one after the other would wait for each addition.
    for half in [LANES / 2, LANES / 4, LANES / 8, LANES / 16, LANES / 32] {
        let (low, high) = sums.split_at_mut(half);
        for (low, high) in low.iter_mut().zip(high) {
            *low += *high;
        }
    }
    sums[0]
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::multiply_few;

    #[test]
    fn a_few_rows_have_the_same_products_as_many_whatever_the_shape() -> candle_core::Result<()> {
        for (rows, inputs, outputs) in [(1, 1, 1), (1, 64, 7), (2, 67, 130), (3, 15, 5), (4, 576, 1536)] {
            let left = Tensor::rand(-1.0f32, 1.0, (rows, inputs), &Device::Cpu)?;
            let weights = Tensor::rand(-1.0f32, 1.0, (outputs, inputs), &Device::Cpu)?;
            let exact = left.matmul(&weights.t()?)?;
            let found = multiply_few(&left, &weights)?;
            let most = (found - exact)?.abs()?.flatten_all()?.max(0)?.to_scalar::<f32>()?;
            assert!(most < 1e-4, "{rows} × {inputs} × {outputs}: {most}");
        }
        Ok(())
    }
}
