//! The line detector: from picture pixels to maps of line cores and of the distances to their edges.
//!
//! The layers are those of `models/training/networks.py`. Invariant: input sides are multiples of 32, the maps have
//! half the rows and a quarter of the columns. Must not: make boxes.

use candle_core::{Device, Tensor};

use super::weights::{ResidualBlock, WeightFile};
use crate::ModelError;
use crate::kernels::{Activation, Convolution, Source, convolve, max_pool};

/// Picture rows and columns of one cell of the maps.
pub(super) const CELL_ROWS: usize = 2;
pub(super) const CELL_COLUMNS: usize = 4;
/// Values of one cell of the maps.
pub(super) const MAP_CHANNELS: usize = 5;
/// Both sides of an input are multiples of this.
pub(super) const ALIGNMENT: usize = 32;

/// The work was stopped between two layers, or a layer failed.
pub(super) enum Interrupted {
    Stopped,
    Failed(ModelError),
}

impl From<candle_core::Error> for Interrupted {
    fn from(error: candle_core::Error) -> Self {
        Self::Failed(error.into())
    }
}

pub(super) struct Detector {
    stem: Convolution,
    down4a: Convolution,
    down4b: Convolution,
    down8: Convolution,
    block8: ResidualBlock,
    down16: Convolution,
    block16: ResidualBlock,
    down32: Convolution,
    block32a: ResidualBlock,
    block32b: ResidualBlock,
    top16: Convolution,
    side16: Convolution,
    merge16: Convolution,
    side8: Convolution,
    merge8: Convolution,
    side4: Convolution,
    top2: Convolution,
    side2: Convolution,
    merge2: Convolution,
    head: Convolution,
}

impl Detector {
    pub(super) fn load(file: &WeightFile<'_>) -> Result<Self, ModelError> {
        let block = |name, channels| file.residual_block(name, channels);
        let inputs = 3 * CELL_ROWS * CELL_COLUMNS;
        Ok(Self {
            stem: file.convolution("stem", inputs, 24, 3, 1)?,
            down4a: file.convolution("down4a", 24, 48, 3, 1)?,
            down4b: file.convolution("down4b", 48, 48, 3, 1)?,
            down8: file.convolution("down8", 48, 64, 3, 2)?,
            block8: block("block8", 64)?,
            down16: file.convolution("down16", 64, 96, 3, 2)?,
            block16: block("block16", 96)?,
            down32: file.convolution("down32", 96, 128, 3, 2)?,
            block32a: block("block32a", 128)?,
            block32b: block("block32b", 128)?,
            top16: file.convolution("top16", 128, 64, 1, 1)?,
            side16: file.convolution("side16", 96, 64, 1, 1)?,
            merge16: file.convolution("merge16", 64, 64, 3, 1)?,
            side8: file.convolution("side8", 64, 64, 1, 1)?,
            merge8: file.convolution("merge8", 64, 48, 3, 1)?,
            side4: file.convolution("side4", 48, 48, 1, 1)?,
            top2: file.convolution("top2", 48, 24, 1, 1)?,
            side2: file.convolution("side2", 24, 24, 1, 1)?,
            merge2: file.convolution("merge2", 24, 24, 3, 1)?,
            head: file.convolution("head", 24, MAP_CHANNELS, 1, 1)?,
        })
    }

    /// Maps of one input plane (see [`input_plane`]): a plane `[rows + 2, columns + 2, 5]` with a border.
    ///
    /// `proceed` is asked between layers and stops the work by answering `false`. Each plane is given back as soon as
    /// no later layer reads it: at most three of the largest are held, about 40 bytes for each pixel of the tile.
    pub(super) fn run(
        &self,
        input: Tensor,
        proceed: &mut dyn FnMut() -> bool,
    ) -> Result<Tensor, Interrupted> {
        let mut step = |plane: &Tensor, layer: &Convolution, addition: Source<'_>, activation| {
            if proceed() {
                Ok(convolve(plane, layer, addition, activation, true)?)
            } else {
                Err(Interrupted::Stopped)
            }
        };
        let (relu, none) = (Activation::Relu, Activation::None);
        let f2 = step(&input, &self.stem, Source::Nothing, relu)?;
        drop(input);
        let f4 = {
            let x = max_pool(&f2, 2, 1, true)?;
            let x = step(&x, &self.down4a, Source::Nothing, relu)?;
            step(&x, &self.down4b, Source::Nothing, relu)?
        };
        let p8 = {
            let mut block = |x: Tensor, block: &ResidualBlock| {
                let inner = step(&x, &block.first, Source::Nothing, relu)?;
                step(&inner, &block.second, Source::Plane(&x, 1, 1), relu)
            };
            let f8 = block(convolve(&f4, &self.down8, Source::Nothing, relu, true)?, &self.block8)?;
            let f16 = block(convolve(&f8, &self.down16, Source::Nothing, relu, true)?, &self.block16)?;
            let x = block(convolve(&f16, &self.down32, Source::Nothing, relu, true)?, &self.block32a)?;
            let f32 = block(x, &self.block32b)?;
            let top = step(&f32, &self.top16, Source::Nothing, none)?;
            let p16 = step(&f16, &self.side16, Source::Plane(&top, 2, 2), relu)?;
            let p16 = step(&p16, &self.merge16, Source::Nothing, relu)?;
            let p8 = step(&f8, &self.side8, Source::Plane(&p16, 2, 2), relu)?;
            step(&p8, &self.merge8, Source::Nothing, relu)?
        };
        let p4 = step(&f4, &self.side4, Source::Plane(&p8, 2, 2), relu)?;
        drop((f4, p8));
        let top = step(&p4, &self.top2, Source::Nothing, none)?;
        drop(p4);
        let p2 = step(&f2, &self.side2, Source::Plane(&top, 2, 1), relu)?;
        drop((f2, top));
        let p2 = {
            let x = p2;
            step(&x, &self.merge2, Source::Nothing, relu)?
        };
        step(&p2, &self.head, Source::Nothing, none)
    }
}

/// RGB pixels with sides that the caller's pixel function defines everywhere: the space-to-depth plane of the network.
///
/// `row(y, line)` writes the RGB bytes of row `y`; `rows` and `columns` are multiples of [`ALIGNMENT`].
pub(super) fn input_plane(
    rows: usize,
    columns: usize,
    mut row: impl FnMut(usize, &mut [u8]),
) -> candle_core::Result<Tensor> {
    const PIXEL: usize = 3 * CELL_COLUMNS;
    let (plane_rows, plane_columns) = (rows / CELL_ROWS, columns / CELL_COLUMNS);
    let channels = PIXEL * CELL_ROWS;
    let pitch = (plane_columns + 2) * channels;
    let mut values = vec![0.0f32; (plane_rows + 2) * pitch];
    let mut line = vec![0u8; columns * 3];
    for y in 0..rows {
        row(y, &mut line);
        let start = (y / CELL_ROWS + 1) * pitch + channels + (y % CELL_ROWS) * PIXEL;
        for (column, bytes) in line.chunks_exact(PIXEL).enumerate() {
            let cell = &mut values[start + column * channels..start + column * channels + PIXEL];
            for (value, byte) in cell.iter_mut().zip(bytes) {
                *value = f32::from(*byte) / 127.5 - 1.0;
            }
        }
    }
    Tensor::from_vec(values, (plane_rows + 2, plane_columns + 2, channels), &Device::Cpu)
}
