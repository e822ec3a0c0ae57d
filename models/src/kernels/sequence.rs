//! Operations on sequences of steps: collapse of a plane's columns, layer norm, 1-D convolution.
//!
//! A sequence is a tensor `[steps, channels]`; a padded one has zero steps in front and behind, so that the steps
//! below a kernel are neighbouring values and a convolution is a single matrix product on overlapping rows.
//! Invariant: padding steps of every result are zero. Must not: start threads; lines are read side by side instead.

use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor, bail};

use super::product::{Rows, multiply};
use super::values;

/// Weights `[rows · channels + 1, outputs]` that sum up the columns of a plane; the last row is the bias.
pub(crate) struct ColumnSum {
    pub(crate) weights: Tensor,
}

/// `relu(W · column + b)` for every column of a plane: a sequence with one step per column, without padding.
pub(crate) fn collapse_columns(plane: &Tensor, sum: &ColumnSum) -> Result<Tensor> {
    plane.apply_op2_no_bwd(&sum.weights, &CollapseColumns)
}

/// Layer norm over the channels of each step with `scales` `[2, channels]` (weight, then bias); the result has
/// `padding` zero steps in front and behind.
pub(crate) fn normalise_steps(sequence: &Tensor, scales: &Tensor, padding: usize) -> Result<Tensor> {
    sequence.apply_op2_no_bwd(scales, &NormaliseSteps { padding })
}

/// `relu(W · window + b)` over windows of `kernel` steps of a padded sequence, plus `addition` where one is given;
/// `weights` is `[kernel · channels + 1, outputs]`. Without `relu` the plain sum is returned.
pub(crate) fn convolve_steps(
    padded: &Tensor,
    weights: &Tensor,
    addition: Option<&Tensor>,
    settings: StepSettings,
) -> Result<Tensor> {
    match addition {
        None => padded.apply_op2_no_bwd(weights, &settings),
        Some(addition) => padded.apply_op3_no_bwd(weights, addition, &settings),
    }
}

/// Shape of a 1-D convolution.
#[derive(Clone, Copy)]
pub(crate) struct StepSettings {
    pub(crate) kernel: usize,
    /// Padding steps of the input that no window touches, on each side.
    pub(crate) skip: usize,
    pub(crate) relu: bool,
    /// Zero steps in front of and behind the result.
    pub(crate) padding: usize,
}

struct CollapseColumns;

impl CustomOp2 for CollapseColumns {
    fn name(&self) -> &'static str {
        "collapse-columns"
    }

    fn cpu_fwd(
        &self,
        plane: &CpuStorage,
        plane_layout: &Layout,
        weights: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (bordered_rows, bordered_columns, channels) = plane_layout.shape().dims3()?;
        let (weight_rows, outputs) = weight_layout.shape().dims2()?;
        if bordered_rows < 3 || bordered_columns < 3 || weight_rows != (bordered_rows - 2) * channels + 1 {
            bail!(
                "a plane of {bordered_rows} by {bordered_columns} cannot be collapsed by {weight_rows} weights"
            )
        }
        let (input, weights) = (values(plane, plane_layout)?, values(weights, weight_layout)?);
        let steps = bordered_columns - 2;
        let mut output = vec![0.0f32; steps * outputs];
        for row in 0..bordered_rows - 2 {
            let start = ((row + 1) * bordered_columns + 1) * channels;
            let left = Rows { values: &input[start..], stride: channels, width: channels };
            let right = &weights[row * channels * outputs..];
            multiply(&mut output, steps, outputs, left, right, row > 0);
        }
        let bias = &weights[(weight_rows - 1) * outputs..];
        for step in output.chunks_exact_mut(outputs) {
            for (value, bias) in step.iter_mut().zip(bias) {
                *value = (*value + bias).max(0.0);
            }
        }
        Ok((CpuStorage::F32(output), Shape::from((steps, outputs))))
    }
}

struct NormaliseSteps {
    padding: usize,
}

/// Sum over fixed lanes, which the compiler turns into vector instructions; the order never changes.
pub(super) fn lane_sum(values: &[f32], mut term: impl FnMut(f32) -> f32) -> f32 {
    let mut lanes = [0.0f32; 16];
    let chunks = values.chunks_exact(16);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += term(*value);
        }
    }
    let mut sum = lanes.iter().sum::<f32>();
    for value in rest {
        sum += term(*value);
    }
    sum
}

impl CustomOp2 for NormaliseSteps {
    fn name(&self) -> &'static str {
        "normalise-steps"
    }

    fn cpu_fwd(
        &self,
        sequence: &CpuStorage,
        sequence_layout: &Layout,
        scales: &CpuStorage,
        scale_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        const EPSILON: f32 = 1e-5;
        let (steps, channels) = sequence_layout.shape().dims2()?;
        if channels == 0 || scale_layout.shape().dims2()? != (2, channels) {
            bail!("a layer norm was given scales that do not fit {channels} channels")
        }
        let (input, scales) = (values(sequence, sequence_layout)?, values(scales, scale_layout)?);
        let (weight, bias) = scales.split_at(channels);
        let mut output = vec![0.0f32; (steps + 2 * self.padding) * channels];
        let inner = &mut output[self.padding * channels..];
        for (step, out) in input.chunks_exact(channels).zip(inner.chunks_exact_mut(channels)) {
            let mean = lane_sum(step, |value| value) / channels as f32;
            let variance = lane_sum(step, |value| (value - mean) * (value - mean)) / channels as f32;
            let factor = 1.0 / (variance + EPSILON).sqrt();
            for (((out, value), weight), bias) in out.iter_mut().zip(step).zip(weight).zip(bias) {
                *out = (value - mean) * factor * weight + bias;
            }
        }
        Ok((CpuStorage::F32(output), Shape::from((steps + 2 * self.padding, channels))))
    }
}

impl StepSettings {
    fn run(
        self,
        (input, input_layout): (&CpuStorage, &Layout),
        (weights, weight_layout): (&CpuStorage, &Layout),
        addition: Option<(&CpuStorage, &Layout)>,
    ) -> Result<(CpuStorage, Shape)> {
        let (padded, channels) = input_layout.shape().dims2()?;
        let (weight_rows, outputs) = weight_layout.shape().dims2()?;
        let unused = 2 * self.skip + self.kernel - 1;
        if padded <= unused || weight_rows != self.kernel * channels + 1 || outputs == 0 {
            bail!("{padded} steps of {channels} channels do not fit a convolution with {weight_rows} weights")
        }
        let steps = padded - unused;
        let (input, weights) = (values(input, input_layout)?, values(weights, weight_layout)?);
        let mut output = vec![0.0f32; (steps + 2 * self.padding) * outputs];
        let inner = &mut output[self.padding * outputs..(self.padding + steps) * outputs];
        let left =
            Rows { values: &input[self.skip * channels..], stride: channels, width: self.kernel * channels };
        multiply(inner, steps, outputs, left, weights, false);
        let bias = &weights[(weight_rows - 1) * outputs..];
        let floor = if self.relu { 0.0 } else { f32::NEG_INFINITY };
        if let Some((addition, layout)) = addition {
            if layout.shape().dims2()? != (steps, outputs) {
                bail!("a convolution over {steps} steps cannot add a sequence of another shape")
            }
            let addition = values(addition, layout)?;
            for (step, added) in inner.chunks_exact_mut(outputs).zip(addition.chunks_exact(outputs)) {
                for ((value, bias), added) in step.iter_mut().zip(bias).zip(added) {
                    *value = (*value + bias).max(floor) + added;
                }
            }
        } else {
            for step in inner.chunks_exact_mut(outputs) {
                for (value, bias) in step.iter_mut().zip(bias) {
                    *value = (*value + bias).max(floor);
                }
            }
        }
        Ok((CpuStorage::F32(output), Shape::from((steps + 2 * self.padding, outputs))))
    }
}

impl CustomOp2 for StepSettings {
    fn name(&self) -> &'static str {
        "convolve-steps"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        weights: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.run((input, input_layout), (weights, weight_layout), None)
    }
}

impl CustomOp3 for StepSettings {
    fn name(&self) -> &'static str {
        "convolve-steps-and-add"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        weights: &CpuStorage,
        weight_layout: &Layout,
        addition: &CpuStorage,
        addition_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.run((input, input_layout), (weights, weight_layout), Some((addition, addition_layout)))
    }
}
