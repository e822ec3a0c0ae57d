//! What is done to each row between two matrix products: bias, activation, gating, turning by position.
//!
//! Invariant: works in place where it can; a result does not depend on threads. Must not: multiply matrices.

use candle_core::{CpuStorage, CustomOp1, InplaceOp2, InplaceOp3, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::exponential::{gelu, silu};
use super::values;

/// The values of a contiguous CPU tensor, to be changed in place.
fn values_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    let (CpuStorage::F32(all), Some((start, end))) = (storage, layout.contiguous_offsets()) else {
        bail!("a kernel was given a tensor that is not contiguous f32")
    };
    match all.get_mut(start..end) {
        Some(values) => Ok(values),
        None => bail!("a kernel was given a tensor larger than its storage"),
    }
}

/// Rows of at least this many values are worth a thread.
const VALUES_PER_TASK: usize = 1 << 15;

/// Adds `bias` `[columns]` to each row of `rows` `[…, columns]` in place, and applies `gelu_pytorch_tanh` if asked.
pub(crate) fn add_bias(rows: &Tensor, bias: &Tensor, activate: bool) -> Result<()> {
    rows.inplace_op2(bias, &Bias { activate })
}

struct Bias {
    activate: bool,
}

impl InplaceOp2 for Bias {
    fn name(&self) -> &'static str {
        "bias"
    }

    fn cpu_fwd(
        &self,
        rows: &mut CpuStorage,
        row_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<()> {
        let bias = values(bias, bias_layout)?;
        let rows = values_mut(rows, row_layout)?;
        if bias.is_empty() || !rows.len().is_multiple_of(bias.len()) {
            bail!("a bias of {} values was added to {} values", bias.len(), rows.len())
        }
        let width = bias.len();
        rows.par_chunks_mut(VALUES_PER_TASK.div_ceil(width) * width).for_each(|part| {
            for row in part.chunks_exact_mut(width) {
                if self.activate {
                    for (value, bias) in row.iter_mut().zip(bias) {
                        *value = gelu(*value + bias);
                    }
                } else {
                    for (value, bias) in row.iter_mut().zip(bias) {
                        *value += bias;
                    }
                }
            }
        });
        Ok(())
    }
}

/// `SwiGLU` of rows `[rows, 2 · columns]`, gate first: silu(gate) · up, `[rows, columns]`.
pub(crate) fn gate(rows: &Tensor) -> Result<Tensor> {
    rows.apply_op1_no_bwd(&Gate)
}

struct Gate;

impl CustomOp1 for Gate {
    fn name(&self) -> &'static str {
        "swiglu"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (rows, columns) = layout.shape().dims2()?;
        let width = columns / 2;
        if width == 0 || columns != 2 * width {
            bail!("a gate was given rows of {columns} values")
        }
        let input = values(storage, layout)?;
        let mut output = vec![0.0f32; rows * width];
        let part = VALUES_PER_TASK.div_ceil(width);
        output.par_chunks_mut(part * width).zip(input.par_chunks(part * columns)).for_each(|(out, input)| {
            for (out, row) in out.chunks_exact_mut(width).zip(input.chunks_exact(columns)) {
                let (gate, up) = row.split_at(width);
                for ((value, gate), up) in out.iter_mut().zip(gate).zip(up) {
                    *value = silu(*gate) * up;
                }
            }
        });
        Ok((CpuStorage::F32(output), Shape::from((rows, width))))
    }
}

/// Turns the first `heads` heads of each row of `rows` `[rows, …]` in place by rotary positions: within a head, value
/// `i` and value `i + width/2` are one pair. `cosines` and `sines` are `[rows, width / 2]`.
pub(crate) fn rotate(rows: &Tensor, cosines: &Tensor, sines: &Tensor, heads: usize) -> Result<()> {
    rows.inplace_op3(cosines, sines, &Rotation { heads })
}

struct Rotation {
    heads: usize,
}

impl InplaceOp3 for Rotation {
    fn name(&self) -> &'static str {
        "rotary-positions"
    }

    fn cpu_fwd(
        &self,
        rows: &mut CpuStorage,
        row_layout: &Layout,
        cosines: &CpuStorage,
        cosine_layout: &Layout,
        sines: &CpuStorage,
        sine_layout: &Layout,
    ) -> Result<()> {
        let (count, columns) = row_layout.shape().dims2()?;
        let (positions, half) = cosine_layout.shape().dims2()?;
        if positions != count
            || sine_layout.shape() != cosine_layout.shape()
            || self.heads * 2 * half > columns
        {
            bail!("rows {:?} cannot be turned by {:?}", row_layout.shape(), cosine_layout.shape())
        }
        let (cosines, sines) = (values(cosines, cosine_layout)?, values(sines, sine_layout)?);
        let angles = cosines.chunks_exact(half).zip(sines.chunks_exact(half));
        for (row, (cosines, sines)) in values_mut(rows, row_layout)?.chunks_exact_mut(columns).zip(angles) {
            for head in row.chunks_exact_mut(2 * half).take(self.heads) {
                let (low, high) = head.split_at_mut(half);
                for (((low, high), cosine), sine) in low.iter_mut().zip(high).zip(cosines).zip(sines) {
                    (*low, *high) = (*low * cosine - *high * sine, *high * cosine + *low * sine);
                }
            }
        }
        Ok(())
    }
}
