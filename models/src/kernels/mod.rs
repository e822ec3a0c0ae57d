//! Channels-last operations for Candle tensors on the CPU: what Candle's own convolutions are too slow at.
//!
//! Invariant: a result depends on shapes and values only. Work is cut into tiles whose size follows from the shape,
//! never from the number of threads, so every number is the same on any machine load. Must not: know any network.

mod attention;
mod attention_few;
mod attention_wide;
mod convolution;
mod dot;
mod eight_bit;
mod exponential;
mod few_rows;
mod pooling;
mod product;
mod rows;
mod sequence;
mod strided;

pub(crate) use attention::{Heads, attend};
pub(crate) use convolution::{Activation, Convolution, Source, convolve};
pub(crate) use eight_bit::{ActivationBits, EightBitMatrix};
pub(crate) use few_rows::{FEW, multiply_few};
pub(crate) use pooling::max_pool;
pub(crate) use rows::{add, add_bias, gate, layer_norm, rms_norm, rotate};
pub(crate) use sequence::{ColumnSum, StepSettings, collapse_columns, convolve_steps, normalise_steps};

use candle_core::{CpuStorage, Layout, Result, bail};

/// The f32 values of a contiguous CPU tensor.
fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        bail!("a kernel was given a tensor that is not contiguous")
    };
    let all = storage.as_slice::<f32>()?;
    match all.get(start..end) {
        Some(values) => Ok(values),
        None => bail!("a kernel was given a tensor larger than its storage"),
    }
}
