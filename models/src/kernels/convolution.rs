//! 3×3 and 1×1 convolutions on channels-last planes with a border, bias, addition and activation in the same pass.
//!
//! A plane is a tensor `[rows + 2, columns + 2, channels]` whose outermost pixels are zero. Below one kernel row lie
//! three neighbouring pixels, which are 3·channels neighbouring values, so a row of outputs is three matrix products
//! on overlapping rows of the input itself, without a copy.
//! Invariant: the border of every plane that is returned is zero. Must not: pad or reshape its input.

use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::product::{Rows, multiply};
use super::values;

/// Output pixels of one tile: its products then stay in the second-level cache. Fixed, so that results do not depend
/// on the number of threads.
const TILE_PIXELS: usize = 320;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    None,
    Relu,
}

/// What is added to the convolution before the activation.
pub(crate) enum Source<'a> {
    Nothing,
    /// A plane of the output's size, or one that is smaller by these whole factors of rows and columns; it is then
    /// enlarged by repetition.
    Plane(&'a Tensor, usize, usize),
}

/// One convolution: weights `[taps · inputs + 1, outputs]`, where row `tap · inputs + channel` belongs to the tap
/// (row by row) and the last row is the bias.
pub(crate) struct Convolution {
    pub(crate) weights: Tensor,
    /// Width and height of the kernel, 1 or 3.
    pub(crate) kernel: usize,
    /// Distance of the outputs, 1 or 2.
    pub(crate) stride: usize,
}

/// Runs the convolution on a plane; `parallel` spreads the tiles over the current thread pool.
pub(crate) fn convolve(
    plane: &Tensor,
    convolution: &Convolution,
    addition: Source<'_>,
    activation: Activation,
    parallel: bool,
) -> Result<Tensor> {
    let (kernel, stride) = (convolution.kernel, convolution.stride);
    let operation = ConvolutionOperation { kernel, stride, activation, parallel, repeat: (1, 1) };
    match addition {
        Source::Nothing => plane.apply_op2_no_bwd(&convolution.weights, &operation),
        Source::Plane(other, rows, columns) => plane.apply_op3_no_bwd(
            &convolution.weights,
            other,
            &ConvolutionOperation { repeat: (rows, columns), ..operation },
        ),
    }
}

struct ConvolutionOperation {
    kernel: usize,
    stride: usize,
    activation: Activation,
    parallel: bool,
    repeat: (usize, usize),
}

struct Addition<'a> {
    values: &'a [f32],
    /// Values from one of its rows, border included, to the next.
    pitch: usize,
}

/// Sizes of one call, all without borders where not said otherwise.
struct Geometry {
    rows: usize,
    columns: usize,
    inputs: usize,
    outputs: usize,
    input_columns: usize,
}

impl ConvolutionOperation {
    fn geometry(&self, input: &Layout, weights: &Layout) -> Result<Geometry> {
        let (bordered_rows, bordered_columns, inputs) = input.shape().dims3()?;
        let (weight_rows, outputs) = weights.shape().dims2()?;
        if bordered_rows < 3 || bordered_columns < 3 || inputs == 0 || outputs == 0 {
            bail!("a convolution was given an empty plane")
        }
        if weight_rows != self.kernel * self.kernel * inputs + 1 {
            bail!("a convolution was given {weight_rows} weight rows for {inputs} channels")
        }
        if !matches!((self.kernel, self.stride), (1, 1) | (3, 1 | 2)) {
            bail!("no {0}x{0} convolution with stride {1}", self.kernel, self.stride)
        }
        let (rows, columns) = (bordered_rows - 2, bordered_columns - 2);
        Ok(Geometry {
            rows: rows.div_ceil(self.stride),
            columns: columns.div_ceil(self.stride),
            inputs,
            outputs,
            input_columns: columns,
        })
    }

    fn run(
        &self,
        geometry: &Geometry,
        input: &[f32],
        weights: &[f32],
        addition: Option<&Addition<'_>>,
    ) -> (CpuStorage, Shape) {
        let pitch = geometry.columns + 2;
        let row_values = pitch * geometry.outputs;
        let tile_rows = (TILE_PIXELS / pitch).max(1);
        let mut output = vec![0.0f32; (geometry.rows + 2) * row_values];
        let inner = &mut output[row_values..(geometry.rows + 1) * row_values];
        let tile = |(index, tile): (usize, &mut [f32])| {
            self.tile(geometry, input, weights, addition, index * tile_rows, tile);
        };
        if self.parallel {
            inner.par_chunks_mut(tile_rows * row_values).enumerate().for_each(tile);
        } else {
            inner.chunks_mut(tile_rows * row_values).enumerate().for_each(tile);
        }
        (CpuStorage::F32(output), Shape::from((geometry.rows + 2, pitch, geometry.outputs)))
    }

    /// Fills the rows from `first_row` on, as many as `tile` holds; rows in the tile have their two border pixels.
    fn tile(
        &self,
        geometry: &Geometry,
        input: &[f32],
        weights: &[f32],
        addition: Option<&Addition<'_>>,
        first_row: usize,
        tile: &mut [f32],
    ) {
        let &Geometry { columns, inputs, outputs, input_columns, .. } = geometry;
        let row_values = (columns + 2) * outputs;
        let input_row = (input_columns + 2) * inputs;
        let rows = tile.len() / row_values;
        let depth = self.kernel * inputs;
        // A 1×1 kernel looks at the pixel itself, one pixel and one row further in than the corner of a 3×3 kernel.
        let corner = if self.kernel == 1 { input_row + inputs } else { 0 };
        for kernel_row in 0..self.kernel {
            let kernel = &weights[kernel_row * depth * outputs..(kernel_row + 1) * depth * outputs];
            if self.stride == 1 {
                // All rows of the tile are one run of pixels; the two results at each row's end are border, and are
                // overwritten below.
                let start = (first_row + kernel_row) * input_row + corner;
                let left = Rows { values: &input[start..], stride: inputs, width: depth };
                let pixels = rows * (columns + 2) - 2;
                multiply(&mut tile[outputs..], pixels, outputs, left, kernel, kernel_row > 0);
            } else {
                for row in 0..rows {
                    let start = (self.stride * (first_row + row) + kernel_row) * input_row;
                    let left = Rows { values: &input[start..], stride: self.stride * inputs, width: depth };
                    let out = &mut tile[row * row_values + outputs..];
                    multiply(out, columns, outputs, left, kernel, kernel_row > 0);
                }
            }
        }
        let bias = &weights[self.kernel * depth * outputs..];
        for (row, line) in tile.chunks_exact_mut(row_values).enumerate() {
            line[..outputs].fill(0.0);
            line[row_values - outputs..].fill(0.0);
            let inner = &mut line[outputs..row_values - outputs];
            let added = addition.map(|addition| {
                let start = ((first_row + row) / self.repeat.0 + 1) * addition.pitch + outputs;
                &addition.values[start..]
            });
            self.finish(inner, bias, added);
        }
    }

    fn finish(&self, pixels: &mut [f32], bias: &[f32], added: Option<&[f32]>) {
        let outputs = bias.len();
        let floor = if self.activation == Activation::Relu { 0.0 } else { f32::NEG_INFINITY };
        match added {
            None => {
                for pixel in pixels.chunks_exact_mut(outputs) {
                    for (value, bias) in pixel.iter_mut().zip(bias) {
                        *value = (*value + bias).max(floor);
                    }
                }
            }
            Some(added) => {
                for (column, pixel) in pixels.chunks_exact_mut(outputs).enumerate() {
                    let from = column / self.repeat.1 * outputs;
                    let added = &added[from..from + outputs];
                    for ((value, bias), other) in pixel.iter_mut().zip(bias).zip(added) {
                        *value = (*value + bias + other).max(floor);
                    }
                }
            }
        }
    }
}

impl CustomOp2 for ConvolutionOperation {
    fn name(&self) -> &'static str {
        "plane-convolution"
    }

    fn cpu_fwd(
        &self,
        input: &CpuStorage,
        input_layout: &Layout,
        weights: &CpuStorage,
        weight_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let geometry = self.geometry(input_layout, weight_layout)?;
        Ok(self.run(&geometry, values(input, input_layout)?, values(weights, weight_layout)?, None))
    }
}

impl CustomOp3 for ConvolutionOperation {
    fn name(&self) -> &'static str {
        "plane-convolution-and-addition"
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
        let geometry = self.geometry(input_layout, weight_layout)?;
        let (rows, columns, channels) = addition_layout.shape().dims3()?;
        if channels != geometry.outputs
            || rows < 3
            || columns < 3
            || (rows - 2) * self.repeat.0 < geometry.rows
            || (columns - 2) * self.repeat.1 < geometry.columns
        {
            bail!("a convolution cannot add a plane of {rows} by {columns} by {channels}")
        }
        let addition = Addition { values: values(addition, addition_layout)?, pitch: columns * channels };
        Ok(self.run(
            &geometry,
            values(input, input_layout)?,
            values(weights, weight_layout)?,
            Some(&addition),
        ))
    }
}
