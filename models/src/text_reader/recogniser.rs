//! The line recogniser: from a normalised crop of 32 rows to the logits of each step.
//!
//! The layers are those of `models/training/networks.py`. Invariant: a crop's width is a multiple of four and at
//! least eight; it gives one step per two columns. Must not: decode text.

use candle_core::{Device, Tensor};

use super::weights::{ResidualBlock, WeightFile};
use crate::ModelError;
use crate::kernels::{
    Activation, ColumnSum, Convolution, Source, StepSettings, collapse_columns, convolve, convolve_steps,
    max_pool, normalise_steps,
};

/// Rows of a crop.
pub(super) const HEIGHT: usize = 32;
/// Columns of a crop that one output step stands for.
pub(super) const STEP_COLUMNS: usize = 2;

const CHANNELS: usize = 192;
const SUBSTEP_CHANNELS: usize = 96;
const BLOCKS: usize = 6;

pub(super) struct Recogniser {
    conv1a: Convolution,
    conv2a: Convolution,
    conv2b: Convolution,
    rest2: ResidualBlock,
    conv3a: Convolution,
    conv3b: Convolution,
    rest3: ResidualBlock,
    collapse: ColumnSum,
    blocks: Vec<(Tensor, Tensor)>,
    norm: Tensor,
    expand: Tensor,
    classify: Tensor,
}

/// Logits of one crop: `classes` values for each step.
pub(super) struct Logits {
    pub(super) values: Vec<f32>,
    pub(super) classes: usize,
}

impl Recogniser {
    pub(super) fn load(file: &WeightFile<'_>, classes: usize) -> Result<Self, ModelError> {
        let blocks = (0..BLOCKS)
            .map(|index| {
                Ok((
                    file.layer_norm(&format!("block{index}.norm"), CHANNELS)?,
                    file.step_convolution(&format!("block{index}.conv"), CHANNELS, CHANNELS, 5)?,
                ))
            })
            .collect::<Result<_, ModelError>>()?;
        Ok(Self {
            conv1a: file.convolution("conv1a", 4, 32, 3, 1)?,
            conv2a: file.convolution("conv2a", 32, 64, 3, 1)?,
            conv2b: file.convolution("conv2b", 64, 64, 3, 1)?,
            rest2: file.residual_block("rest2", 64)?,
            conv3a: file.convolution("conv3a", 64, 128, 3, 1)?,
            conv3b: file.convolution("conv3b", 128, 128, 3, 1)?,
            rest3: file.residual_block("rest3", 128)?,
            collapse: file.column_sum("collapse", HEIGHT / 8, 128, CHANNELS)?,
            blocks,
            norm: file.layer_norm("norm", CHANNELS)?,
            expand: file.linear("expand", CHANNELS, 2 * SUBSTEP_CHANNELS)?,
            classify: file.step_convolution("classify", SUBSTEP_CHANNELS, classes, 3)?,
        })
    }

    /// `crop` has [`HEIGHT`] rows of `width` values.
    pub(super) fn run(&self, crop: &[f32], width: usize) -> Result<Logits, ModelError> {
        let relu = |plane: &Tensor, layer: &Convolution| {
            convolve(plane, layer, Source::Nothing, Activation::Relu, false)
        };
        let rest = |plane: &Tensor, block: &ResidualBlock| {
            let inner = relu(plane, &block.first)?;
            convolve(&inner, &block.second, Source::Plane(plane, 1, 1), Activation::Relu, false)
        };
        let x = relu(&input_plane(crop, width)?, &self.conv1a)?;
        let x = relu(&max_pool(&x, 2, 2, false)?, &self.conv2a)?;
        let x = rest(&relu(&x, &self.conv2b)?, &self.rest2)?;
        let x = relu(&max_pool(&x, 2, 1, false)?, &self.conv3a)?;
        let x = rest(&relu(&x, &self.conv3b)?, &self.rest3)?;
        let mut x = collapse_columns(&x, &self.collapse)?;
        let block = StepSettings { kernel: 5, skip: 0, relu: true, padding: 0 };
        for (norm, convolution) in &self.blocks {
            x = convolve_steps(&normalise_steps(&x, norm, 2)?, convolution, Some(&x), block)?;
        }
        let x = normalise_steps(&x, &self.norm, 0)?;
        let expand = StepSettings { kernel: 1, skip: 0, relu: true, padding: 1 };
        let x = convolve_steps(&x, &self.expand, None, expand)?;
        // Each step holds two half steps, one after the other: the same values, seen as twice as many steps.
        let steps = x.dim(0)?;
        let x = x.reshape((2 * steps, SUBSTEP_CHANNELS))?;
        let classify = StepSettings { kernel: 3, skip: 1, relu: false, padding: 0 };
        let logits = convolve_steps(&x, &self.classify, None, classify)?;
        let classes = logits.dim(1)?;
        Ok(Logits { values: logits.flatten_all()?.to_vec1()?, classes })
    }
}

/// The crop as a plane of 2×2 blocks.
fn input_plane(crop: &[f32], width: usize) -> candle_core::Result<Tensor> {
    if width < 8 || !width.is_multiple_of(4) || crop.len() != HEIGHT * width {
        candle_core::bail!("a crop of {} values is not {HEIGHT} rows of {width}", crop.len())
    }
    let (rows, columns) = (HEIGHT / 2, width / 2);
    let pitch = (columns + 2) * 4;
    let mut values = vec![0.0f32; (rows + 2) * pitch];
    for (y, line) in crop.chunks_exact(width).enumerate() {
        let start = (y / 2 + 1) * pitch + 4 + (y % 2) * 2;
        for (column, pair) in line.chunks_exact(2).enumerate() {
            values[start + column * 4..start + column * 4 + 2].copy_from_slice(pair);
        }
    }
    Tensor::from_vec(values, (rows + 2, columns + 2, 4), &Device::Cpu)
}
