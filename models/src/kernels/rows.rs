//! What is done to each row between two matrix products: norm, addition, bias, activation, gating, turning by position.
//!
//! Invariant: works in place where it can; a result does not depend on threads. Must not: multiply matrices.

use candle_core::{
    CpuStorage, CustomOp1, CustomOp2, CustomOp3, InplaceOp2, InplaceOp3, Layout, Result, Shape, Tensor, bail,
};
use rayon::prelude::*;

use super::exponential::{gelu_all, silu};
use super::sequence::lane_sum;
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
                for (value, bias) in row.iter_mut().zip(bias) {
                    *value += bias;
                }
                if self.activate {
                    gelu_all(row);
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

/// The sum of two tensors of one shape.
pub(crate) fn add(left: &Tensor, right: &Tensor) -> Result<Tensor> {
    left.apply_op2_no_bwd(right, &Addition)
}

struct Addition;

impl CustomOp2 for Addition {
    fn name(&self) -> &'static str {
        "addition"
    }

    fn cpu_fwd(
        &self,
        left: &CpuStorage,
        left_layout: &Layout,
        right: &CpuStorage,
        right_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        if left_layout.shape() != right_layout.shape() {
            bail!("{:?} was added to {:?}", right_layout.shape(), left_layout.shape())
        }
        let (left, right) = (values(left, left_layout)?, values(right, right_layout)?);
        let pairs = left.par_iter().zip(right).with_min_len(VALUES_PER_TASK);
        let sums: Vec<f32> = pairs.map(|(left, right)| left + right).collect();
        Ok((CpuStorage::F32(sums), left_layout.shape().clone()))
    }
}

/// Layer norm of each row of `rows` `[rows, columns]`, with scale `weight` and shift `bias` `[columns]`.
pub(crate) fn layer_norm(rows: &Tensor, weight: &Tensor, bias: &Tensor, epsilon: f32) -> Result<Tensor> {
    rows.apply_op3_no_bwd(weight, bias, &LayerNorm { epsilon })
}

struct LayerNorm {
    epsilon: f32,
}

impl CustomOp3 for LayerNorm {
    fn name(&self) -> &'static str {
        "layer-norm"
    }

    fn cpu_fwd(
        &self,
        rows: &CpuStorage,
        row_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (weight, bias) = (values(weight, weight_layout)?, values(bias, bias_layout)?);
        if weight.len() != bias.len() {
            bail!("a layer norm was given {} scales and {} shifts", weight.len(), bias.len())
        }
        each_row(values(rows, row_layout)?, row_layout, weight.len(), |row, out| {
            let mean = lane_sum(row, |value| value) / row.len() as f32;
            let variance = lane_sum(row, |value| (value - mean) * (value - mean)) / row.len() as f32;
            let factor = 1.0 / (variance + self.epsilon).sqrt();
            for (((out, value), weight), bias) in out.iter_mut().zip(row).zip(weight).zip(bias) {
                *out = (value - mean) * factor * weight + bias;
            }
        })
    }
}

/// Root-mean-square norm of each row of `rows` `[rows, columns]`, with scale `weight` `[columns]`.
pub(crate) fn rms_norm(rows: &Tensor, weight: &Tensor, epsilon: f32) -> Result<Tensor> {
    rows.apply_op2_no_bwd(weight, &RmsNorm { epsilon })
}

struct RmsNorm {
    epsilon: f32,
}

impl CustomOp2 for RmsNorm {
    fn name(&self) -> &'static str {
        "rms-norm"
    }

    fn cpu_fwd(
        &self,
        rows: &CpuStorage,
        row_layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let weight = values(weight, weight_layout)?;
        each_row(values(rows, row_layout)?, row_layout, weight.len(), |row, out| {
            let square = lane_sum(row, |value| value * value) / row.len() as f32;
            let factor = 1.0 / (square + self.epsilon).sqrt();
            for ((out, value), weight) in out.iter_mut().zip(row).zip(weight) {
                *out = value * factor * weight;
            }
        })
    }
}

/// A tensor of the same shape whose rows `make` fills from those of `input`, which have `width` values.
fn each_row(
    input: &[f32],
    layout: &Layout,
    width: usize,
    make: impl Fn(&[f32], &mut [f32]) + Sync,
) -> Result<(CpuStorage, Shape)> {
    if width == 0 || layout.dims().last() != Some(&width) {
        bail!("rows {:?} do not fit a norm over {width} values", layout.shape())
    }
    let mut output = vec![0.0f32; input.len()];
    let part = VALUES_PER_TASK.div_ceil(width) * width;
    output.par_chunks_mut(part).zip(input.par_chunks(part)).for_each(|(out, input)| {
        for (out, row) in out.chunks_exact_mut(width).zip(input.chunks_exact(width)) {
            make(row, out);
        }
    });
    Ok((CpuStorage::F32(output), layout.shape().clone()))
}
