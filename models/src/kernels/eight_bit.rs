//! Products with 8-bit weights: a scale for each 32 values of a weight row, and activations rounded block by block.
//!
//! Weights of 16 outputs lie together so that one instruction multiplies four inputs of all of them. Activations have 8
//! bits, or 15 in two parts where little is computed and much depends on it. Bias, activation and addition happen while
//! a result is still in the cache. Invariant: a row's result depends on that row only, never on the rows beside it or on
//! threads. Must not: know layers.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Storage, Tensor, bail};
use rayon::prelude::*;

use super::dot::{Activations, BLOCK, GROUP, Instructions, Step, TILE, Weights, products};
use super::exponential::gelu_all;
use super::values;

/// Rows of one task where there are many: their activations then stay in the second-level cache.
const TASK_ROWS: usize = 96;
/// Groups of one task where there are few rows.
const TASK_GROUPS: usize = 16;
/// From this many rows on, work is divided by rows.
const MANY_ROWS: usize = 48;
const LARGEST: f32 = 127.0;
/// Adding and subtracting it rounds to a whole number, ties to even; its bits then hold that number.
const ROUNDER: f32 = 12_582_912.0;

/// How finely activations are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActivationBits {
    Eight,
    Fifteen,
}

/// A weight matrix `[outputs, inputs]` with 8-bit values.
pub(crate) struct EightBitMatrix {
    instructions: Instructions,
    steps: Vec<Step>,
    scales: Vec<[u16; GROUP]>,
    outputs: usize,
    inputs: usize,
    blocks: usize,
}

/// The upper half of the smallest f32 of this form that is not below `value`, which is not negative.
fn rounded_up(value: f32) -> u16 {
    (value.to_bits().div_ceil(1 << 16)).min(0x7f7f) as u16
}

impl EightBitMatrix {
    /// Rounds weights f32 `[outputs, inputs]` on the CPU.
    pub(crate) fn of(weights: &Tensor) -> Result<Self> {
        let (_, inputs) = weights.dims2()?;
        let (storage, layout) = weights.storage_and_layout();
        let Storage::Cpu(storage) = &*storage else { bail!("weights to be rounded are not on the CPU") };
        Ok(Self::new(values(storage, layout)?, inputs))
    }

    fn new(weights: &[f32], inputs: usize) -> Self {
        let instructions = Instructions::available()[0];
        let outputs = weights.len() / inputs.max(1);
        let (blocks, groups) = (inputs.div_ceil(BLOCK), outputs.div_ceil(GROUP));
        let mut steps = vec![Step([128; 4 * GROUP]); groups * blocks * (BLOCK / 4)];
        let mut scales = vec![[0u16; GROUP]; groups * blocks];
        let rows = weights.par_chunks(GROUP * inputs.max(1));
        let parts = steps.par_chunks_mut(blocks * (BLOCK / 4)).zip(scales.par_chunks_mut(blocks));
        parts.zip(rows).for_each(|((steps, scales), rows)| {
            for (lane, row) in rows.chunks_exact(inputs).enumerate() {
                for (block, values) in row.chunks(BLOCK).enumerate() {
                    let most = values.iter().fold(0.0f32, |most, value| most.max(value.abs()));
                    let upper = rounded_up(most / LARGEST);
                    scales[block][lane] = upper;
                    let scale = f32::from_bits(u32::from(upper) << 16);
                    // Within ±127 because the scale was rounded up; blocks too small for a finite factor count as zero.
                    let factor = if scale > 1e-30 { 1.0 / scale } else { 0.0 };
                    let steps = &mut steps[block * (BLOCK / 4)..];
                    for (step, four) in steps.iter_mut().zip(values.chunks(4)) {
                        for (byte, value) in step.0[4 * lane..].iter_mut().zip(four) {
                            *byte = (value * factor + ROUNDER).to_bits().wrapping_sub(ROUNDER.to_bits() - 128)
                                as u8;
                        }
                    }
                }
            }
        });
        Self { instructions, steps, scales, outputs, inputs, blocks }
    }

    /// Rows f32 `[rows, inputs]` times the weights, plus `bias` `[outputs]`, then `gelu_pytorch_tanh` if asked:
    /// `[rows, outputs]`.
    pub(crate) fn multiply(
        &self,
        rows: &Tensor,
        bias: Option<&Tensor>,
        activate: bool,
        bits: ActivationBits,
    ) -> Result<Tensor> {
        let product = Product { matrix: self, activate, bits };
        match bias {
            Some(bias) => rows.apply_op2_no_bwd(bias, &product),
            None => rows.apply_op1_no_bwd(&product),
        }
    }

    /// The groups of a task, one or two at a time, with the rows of `rounded`; `give` gets row, first output and results.
    fn tiles(
        &self,
        rounded: &Rounded,
        groups: std::ops::Range<usize>,
        mut give: impl FnMut(usize, usize, &[f32]),
    ) {
        let weights = Weights { steps: &self.steps, scales: &self.scales, blocks: self.blocks };
        let parts: [&[i8]; 2] = [&rounded.low, &rounded.high];
        let activations = Activations {
            parts: if rounded.high.is_empty() { &parts[..1] } else { &parts },
            scales: &rounded.scales,
            corrections: &rounded.corrections,
            rows: rounded.rows,
        };
        let mut tile = TILE;
        let mut group = groups.start;
        while group < groups.end {
            let count = (groups.end - group).min(2);
            let width = (count * GROUP).min(self.outputs - group * GROUP);
            let mut row = 0;
            while row < rounded.rows {
                let some = activations.rows_of_tile(row);
                products(self.instructions, weights, (group, count), activations, (row, some), &mut tile);
                for (index, results) in tile[..some].iter().enumerate() {
                    give(row + index, group * GROUP, &results[..width]);
                }
                row += some;
            }
            group += count;
        }
    }

    fn run(&self, rows: &[f32], bias: Option<&[f32]>, activate: bool, bits: ActivationBits) -> Vec<f32> {
        let (inputs, outputs) = (self.inputs, self.outputs);
        let count = rows.len() / inputs;
        let mut result = vec![0.0f32; count * outputs];
        if count >= MANY_ROWS {
            result.par_chunks_mut(TASK_ROWS * outputs).zip(rows.par_chunks(TASK_ROWS * inputs)).for_each(
                |(result, rows)| {
                    let rounded = Rounded::new(rows, inputs, self.blocks, bits);
                    self.tiles(&rounded, 0..outputs.div_ceil(GROUP), |row, first, products| {
                        let out = &mut result[row * outputs + first..][..products.len()];
                        finish(out, products, bias.map(|bias| &bias[first..]), activate);
                    });
                },
            );
            return result;
        }
        let rounded = Rounded::new(rows, inputs, self.blocks, bits);
        let groups = outputs.div_ceil(GROUP);
        let parts: Vec<Vec<f32>> = (0..groups.div_ceil(TASK_GROUPS))
            .into_par_iter()
            .map(|task| {
                let from = task * TASK_GROUPS;
                let to = (from + TASK_GROUPS).min(groups);
                let width = (to * GROUP).min(outputs) - from * GROUP;
                let mut part = vec![0.0f32; count * width];
                self.tiles(&rounded, from..to, |row, first, products| {
                    let out = &mut part[row * width + first - from * GROUP..][..products.len()];
                    finish(out, products, bias.map(|bias| &bias[first..]), activate);
                });
                part
            })
            .collect();
        for (task, part) in parts.iter().enumerate() {
            let width = part.len() / count.max(1);
            for (row, values) in part.chunks_exact(width.max(1)).enumerate() {
                let first = row * outputs + task * TASK_GROUPS * GROUP;
                result[first..first + width].copy_from_slice(values);
            }
        }
        result
    }
}

fn finish(out: &mut [f32], products: &[f32], bias: Option<&[f32]>, activate: bool) {
    match bias {
        None => out.copy_from_slice(products),
        Some(bias) => {
            for ((out, product), bias) in out.iter_mut().zip(products).zip(bias) {
                *out = product + bias;
            }
        }
    }
    if activate {
        gelu_all(out);
    }
}

/// Rows of activations, rounded.
struct Rounded {
    rows: usize,
    low: Vec<i8>,
    /// Empty with eight bits.
    high: Vec<i8>,
    scales: Vec<f32>,
    corrections: Vec<i32>,
}

impl Rounded {
    fn new(rows: &[f32], inputs: usize, blocks: usize, bits: ActivationBits) -> Self {
        let count = rows.len() / inputs;
        let places = count * blocks;
        let two = bits == ActivationBits::Fifteen;
        let mut rounded = Self {
            rows: count,
            low: vec![0; places * BLOCK],
            high: vec![0; if two { places * BLOCK } else { 0 }],
            scales: vec![0.0; places],
            corrections: vec![0; places],
        };
        for (row, values) in rows.chunks_exact(inputs).enumerate() {
            for (block, values) in values.chunks(BLOCK).enumerate() {
                let place = row * blocks + block;
                let mut whole = [0i32; BLOCK];
                let top = if two { LARGEST * 128.0 } else { LARGEST };
                (rounded.scales[place], rounded.corrections[place]) = round(values, top, &mut whole);
                let low = &mut rounded.low[place * BLOCK..][..BLOCK];
                if two {
                    let high = &mut rounded.high[place * BLOCK..][..BLOCK];
                    for ((low, high), whole) in low.iter_mut().zip(high).zip(whole) {
                        let upper = whole.wrapping_add(64) >> 7;
                        (*high, *low) = (upper as i8, whole.wrapping_sub(upper << 7) as i8);
                    }
                } else {
                    for (low, whole) in low.iter_mut().zip(whole) {
                        *low = whole as i8;
                    }
                }
            }
        }
        rounded
    }
}

/// Rounds a block so that its largest value becomes `top`; returns scale and correction.
fn round(values: &[f32], top: f32, whole: &mut [i32; BLOCK]) -> (f32, i32) {
    let mut block = [0.0f32; BLOCK];
    block[..values.len()].copy_from_slice(values);
    let mut lanes = [0.0f32; 8];
    for part in block.chunks_exact(8) {
        for (lane, value) in lanes.iter_mut().zip(part) {
            let size = value.abs();
            *lane = if size > *lane { size } else { *lane };
        }
    }
    let most = lanes.iter().fold(0.0f32, |most, lane| most.max(*lane));
    // Blocks too small for the factor to be finite count as zero.
    let factor = if most > 1e-30 { top / most } else { 0.0 };
    let mut sum = 0i32;
    for (whole, value) in whole.iter_mut().zip(block) {
        *whole = (value * factor + ROUNDER).to_bits().wrapping_sub(ROUNDER.to_bits()) as i32;
        sum = sum.wrapping_add(*whole);
    }
    (most / top, sum.wrapping_mul(-128))
}

struct Product<'a> {
    matrix: &'a EightBitMatrix,
    activate: bool,
    bits: ActivationBits,
}

impl Product<'_> {
    fn run(
        &self,
        rows: &CpuStorage,
        layout: &Layout,
        bias: Option<(&CpuStorage, &Layout)>,
    ) -> Result<(CpuStorage, Shape)> {
        let (count, inputs) = layout.shape().dims2()?;
        let outputs = self.matrix.outputs;
        if inputs != self.matrix.inputs || inputs == 0 {
            bail!("rows of {inputs} values do not fit weights for {}", self.matrix.inputs)
        }
        let bias = bias.map(|(bias, layout)| values(bias, layout)).transpose()?;
        if bias.is_some_and(|bias| bias.len() != outputs) {
            bail!("a bias does not fit {outputs} outputs")
        }
        let result = self.matrix.run(values(rows, layout)?, bias, self.activate, self.bits);
        Ok((CpuStorage::F32(result), Shape::from((count, outputs))))
    }
}

impl CustomOp1 for Product<'_> {
    fn name(&self) -> &'static str {
        "eight-bit-product"
    }

    fn cpu_fwd(&self, rows: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        self.run(rows, layout, None)
    }
}

impl CustomOp2 for Product<'_> {
    fn name(&self) -> &'static str {
        "eight-bit-product-with-bias"
    }

    fn cpu_fwd(
        &self,
        rows: &CpuStorage,
        row_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.run(rows, row_layout, Some((bias, bias_layout)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::dot::Instructions;
    use super::{ActivationBits, EightBitMatrix};

    /// Values between -1 and 1 that look random.
    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from((state >> 16) as u16) / 32_768.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// ‖Δ‖/‖reference‖ of a product beside one in f64.
    fn error(rows: usize, inputs: usize, outputs: usize, bits: ActivationBits) -> f64 {
        let (weights, values) = (numbers(inputs * outputs, 1), numbers(rows * inputs, 2));
        let matrix = EightBitMatrix::new(&weights, inputs);
        let (mut difference, mut size) = (0.0, 0.0);
        let result = matrix.run(&values, None, false, bits);
        for (row, out) in values.chunks_exact(inputs).zip(result.chunks_exact(outputs)) {
            for (weights, out) in weights.chunks_exact(inputs).zip(out) {
                let exact: f64 = row.iter().zip(weights).map(|(x, w)| f64::from(*x) * f64::from(*w)).sum();
                difference += (f64::from(*out) - exact).powi(2);
                size += exact.powi(2);
            }
        }
        (difference / size).sqrt()
    }

    #[test]
    fn products_are_near_those_of_exact_weights_whatever_the_shape() {
        for (rows, inputs, outputs) in
            [(1, 32, 16), (1, 96, 302), (5, 43, 17), (3, 300, 40), (47, 64, 33), (50, 70, 48), (200, 36, 1)]
        {
            let eight = error(rows, inputs, outputs, ActivationBits::Eight);
            let fifteen = error(rows, inputs, outputs, ActivationBits::Fifteen);
            assert!(eight < 0.02 && fifteen < 0.01, "{rows} × {inputs} × {outputs}: {eight}, {fifteen}");
        }
    }

    #[test]
    fn all_instructions_give_the_same_bits() {
        let (inputs, outputs) = (130, 50);
        let mut matrix = EightBitMatrix::new(&numbers(inputs * outputs, 3), inputs);
        let rows = numbers(60 * inputs, 4);
        let bias = numbers(outputs, 5);
        for bits in [ActivationBits::Eight, ActivationBits::Fifteen] {
            let best = matrix.run(&rows, Some(&bias), true, bits);
            for instructions in Instructions::available() {
                matrix.instructions = instructions;
                assert!(best == matrix.run(&rows, Some(&bias), true, bits), "{instructions:?}");
            }
        }
    }

    #[test]
    fn a_row_has_the_same_result_alone_and_among_others() {
        let (inputs, outputs) = (96, 70);
        let matrix = EightBitMatrix::new(&numbers(inputs * outputs, 6), inputs);
        let rows = numbers(101 * inputs, 7);
        let together = matrix.run(&rows, None, false, ActivationBits::Fifteen);
        for (row, expected) in rows.chunks_exact(inputs).zip(together.chunks_exact(outputs)) {
            assert!(matrix.run(row, None, false, ActivationBits::Fifteen) == expected);
        }
    }

    #[test]
    fn zeros_and_extremes_stay_finite() {
        let weights = [0.0, 1e-38, 3e38, -3e38].repeat(8);
        let matrix = EightBitMatrix::new(&weights, 32);
        for value in [0.0, 1e-38, 1.0] {
            let result = matrix.run(&[value; 32], None, false, ActivationBits::Eight);
            assert!(result.iter().all(|value| value.is_finite()), "{value}: {result:?}");
        }
    }
}
