//! From a picture to frames: resizing, the tile grid, and the normalised values.
//!
//! Source: transformers 5, `image_processing_pil_smolvlm.py` and `image_processing_pil_idefics3.py` (the PIL back end).
//! Invariant: frames and values equal those of the processor to the bit. Must not: know tokens or the network.

use candle_core::{Device, Tensor};
use domain::Picture;
use serde::Deserialize;

use super::config::Config;
use super::resample::{Filter, Pixels};
use crate::ModelError;
use crate::folder::{Folder, bad_setting, unreadable};
use crate::viewports::Tiling;

const FILE: &str = "preprocessor_config.json";
/// `MAX_IMAGE_SIZE` of the processor.
const LONGEST_SIDE: usize = 4096;
/// Bound on the longest edge that a checkpoint may name, far above all known ones.
const MOST_LONGEST: usize = 1 << 20;
/// Most pixels along a side of a picture that is given to a model.
const MOST_SOURCE_SIDE: u32 = 1 << 20;

/// The tile grid of a picture; a picture that fits one frame has 0 rows and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    pub rows: usize,
    pub columns: usize,
}

/// The frames of one picture, in the order of their tokens: tiles row by row, then the whole picture.
pub(super) struct Frames {
    pub(super) grid: Grid,
    /// Side of a frame in pixels.
    pub(super) side: usize,
    pub(super) pictures: Vec<Pixels>,
}

/// How a checkpoint wants its pictures.
#[derive(Debug, Clone)]
pub struct Preprocessor {
    resize: bool,
    split: bool,
    filter: Filter,
    /// Side of a frame in pixels.
    side: usize,
    /// The longest side in pixels, a multiple of `side` in all known checkpoints.
    longest: usize,
    /// Normalised value of each 8-bit value, for each channel.
    table: [[f32; 256]; 3],
}

#[derive(Deserialize)]
struct Edge {
    longest_edge: Option<usize>,
}

#[derive(Deserialize)]
#[serde(default)]
struct Raw {
    do_resize: bool,
    do_rescale: bool,
    do_normalize: bool,
    do_image_splitting: bool,
    resample: u64,
    rescale_factor: f64,
    image_mean: [f64; 3],
    image_std: [f64; 3],
    size: Edge,
    max_image_size: Edge,
}

impl Default for Raw {
    fn default() -> Self {
        Self {
            do_resize: true,
            do_rescale: true,
            do_normalize: true,
            do_image_splitting: true,
            resample: 1,
            rescale_factor: 1.0 / 255.0,
            image_mean: [0.5; 3],
            image_std: [0.5; 3],
            size: Edge { longest_edge: Some(4 * 364) },
            max_image_size: Edge { longest_edge: Some(364) },
        }
    }
}

#[derive(Deserialize)]
struct Nested {
    image_processor: Option<Raw>,
}

impl Preprocessor {
    /// Reads `preprocessor_config.json`, or the part of `processor_config.json` that newer checkpoints have instead.
    pub(super) fn load(folder: &Folder, config: &Config) -> Result<Self, ModelError> {
        let side = config.vision.image_size;
        if let Some(raw) = folder.optional_json(FILE)? {
            return Self::new(raw, side);
        }
        let nested: Option<Nested> = folder.optional_json("processor_config.json")?;
        match nested.and_then(|nested| nested.image_processor) {
            Some(raw) => Self::new(raw, side),
            // Neither file: the missing one is named.
            None => Self::new(folder.json(FILE)?, side),
        }
    }

    /// From the text of a `preprocessor_config.json`, for a model whose frames have `side` pixels a side.
    pub fn from_settings(settings: &str, side: usize) -> Result<Self, ModelError> {
        let raw = serde_json::from_str(settings).map_err(|error| unreadable(FILE, &error.to_string()))?;
        Self::new(raw, side)
    }

    fn new(raw: Raw, side: usize) -> Result<Self, ModelError> {
        let bad = |key: &str, reason: &str| bad_setting(FILE, key, reason);
        let Some(filter) = Filter::of_number(raw.resample) else {
            return Err(bad("resample", &format!("the filter {} is not known", raw.resample)));
        };
        if raw.max_image_size.longest_edge != Some(side) || side == 0 {
            return Err(bad("max_image_size", &format!("frames of this model have {side} pixels a side")));
        }
        let longest = raw.size.longest_edge.unwrap_or(0);
        if !(1..=MOST_LONGEST).contains(&longest) {
            return Err(bad(
                "size",
                &format!("the longest edge {longest} is not between 1 and {MOST_LONGEST}"),
            ));
        }
        if !raw.image_std.iter().all(|deviation| deviation.is_finite() && deviation.abs() > 1e-6) {
            return Err(bad("image_std", "it must not be zero"));
        }
        let scale = if raw.do_rescale { raw.rescale_factor } else { 1.0 };
        let mut table = [[0.0f32; 256]; 3];
        for ((values, mean), deviation) in table.iter_mut().zip(raw.image_mean).zip(raw.image_std) {
            for (value, level) in values.iter_mut().zip(0u32..) {
                // The processor rescales in f64 and rounds, then normalises in f32.
                let scaled = (f64::from(level) * scale) as f32;
                *value = if raw.do_normalize { (scaled - mean as f32) / deviation as f32 } else { scaled };
            }
        }
        Ok(Self { resize: raw.do_resize, split: raw.do_image_splitting, filter, side, longest, table })
    }

    /// How pages are cut for this checkpoint; one that does not split sees a single tile.
    pub(super) fn tiling(&self) -> Tiling {
        let most = if self.split { (self.longest.min(LONGEST_SIDE) / self.side).max(1) } else { 1 };
        Tiling { side: self.side, most }
    }

    /// The longest side for a tile budget; without one, the checkpoint's.
    fn longest_for(&self, tiles: Option<usize>) -> usize {
        tiles.map_or(self.longest, |tiles| tiles.clamp(1, LONGEST_SIDE) * self.side)
    }

    /// Width and height of the picture that is cut into tiles, and the grid, for a picture of this size.
    fn sizes(&self, width: usize, height: usize, tiles: Option<usize>) -> Sizes {
        let first = if self.resize {
            longest_side_to(width, height, self.longest_for(tiles))
        } else {
            (width, height)
        };
        if !self.split {
            return Sizes { first, second: (self.side, self.side), grid: Grid { rows: 0, columns: 0 } };
        }
        let second = multiples_of(first.0, first.1, self.side);
        let (columns, rows) = (second.0 / self.side, second.1 / self.side);
        let grid =
            if rows > 1 || columns > 1 { Grid { rows, columns } } else { Grid { rows: 0, columns: 0 } };
        Sizes { first, second, grid }
    }

    /// Cuts a picture into frames; `tiles` is the tile budget N.
    pub(super) fn frames(&self, picture: &Picture, tiles: Option<usize>) -> Result<Frames, ModelError> {
        let pixels = checked(picture)?;
        let Sizes { first, second, grid } = self.sizes(pixels.width, pixels.height, tiles);
        let whole = pixels.resized(first.0, first.1, self.filter).resized(second.0, second.1, self.filter);
        let mut frames = Vec::with_capacity(grid.rows * grid.columns + 1);
        for row in 0..grid.rows {
            for column in 0..grid.columns {
                frames.push(whole.cropped(column * self.side, row * self.side, self.side, self.side));
            }
        }
        frames.push(whole.resized(self.side, self.side, self.filter));
        Ok(Frames { grid, side: self.side, pictures: frames })
    }

    /// The values of one frame, `[3 · side · side]`, channel by channel.
    pub(super) fn values(&self, frame: &Pixels) -> Vec<f32> {
        let mut values = Vec::with_capacity(frame.bytes.len());
        for (channel, table) in self.table.iter().enumerate() {
            values
                .extend(frame.bytes.iter().skip(channel).step_by(3).map(|level| table[usize::from(*level)]));
        }
        values
    }

    /// Grid and input of the network, f32 `[frames, 3, side, side]`, for a picture; `tiles` is the tile budget N.
    pub fn process(&self, picture: &Picture, tiles: Option<usize>) -> Result<(Grid, Tensor), ModelError> {
        let frames = self.frames(picture, tiles)?;
        Ok((frames.grid, self.pixel_values(&frames)?))
    }

    /// All frames as the network's input, f32 `[frames, 3, side, side]` on the CPU.
    fn pixel_values(&self, frames: &Frames) -> Result<Tensor, ModelError> {
        let values: Vec<f32> = frames.pictures.iter().flat_map(|frame| self.values(frame)).collect();
        let shape = (frames.pictures.len(), 3, frames.side, frames.side);
        Ok(Tensor::from_vec(values, shape, &Device::Cpu)?)
    }
}

struct Sizes {
    first: (usize, usize),
    second: (usize, usize),
    grid: Grid,
}

fn checked(picture: &Picture) -> Result<Pixels, ModelError> {
    let (width, height) = (picture.width, picture.height);
    let size = (width as usize).checked_mul(height as usize).and_then(|count| count.checked_mul(3));
    if size != Some(picture.pixels.len()) || picture.pixels.is_empty() {
        let reason =
            format!("a picture of {width} by {height} pixels came with {} bytes", picture.pixels.len());
        return Err(ModelError::Input { reason });
    }
    if width.max(height) > MOST_SOURCE_SIDE {
        let reason = format!("a picture of {width} by {height} pixels has too long a side");
        return Err(ModelError::Input { reason });
    }
    Ok(Pixels { width: width as usize, height: height as usize, bytes: picture.pixels.clone() })
}

/// `get_resize_output_image_size`: the longest side becomes `longest`, the other keeps the ratio, rounded down and
/// made even.
fn longest_side_to(width: usize, height: usize, longest: usize) -> (usize, usize) {
    let ratio = width as f64 / height as f64;
    let even = |side: f64| {
        let side = side as usize;
        (side + side % 2).max(1)
    };
    let (width, height) = if width >= height {
        (longest, even(longest as f64 / ratio))
    } else {
        (even(longest as f64 * ratio), longest)
    };
    let ratio = width as f64 / height as f64;
    if width >= height && width > LONGEST_SIDE {
        (LONGEST_SIDE, ((LONGEST_SIDE as f64 / ratio) as usize).max(1))
    } else if height > width && height > LONGEST_SIDE {
        (((LONGEST_SIDE as f64 * ratio) as usize).max(1), LONGEST_SIDE)
    } else {
        (width, height)
    }
}

/// `resize_for_vision_encoder`: both sides become multiples of `side`, the longer one first.
fn multiples_of(width: usize, height: usize, side: usize) -> (usize, usize) {
    let ratio = width as f64 / height as f64;
    let up = |length: usize| length.div_ceil(side).max(1) * side;
    if width >= height {
        let width = up(width);
        (width, up((width as f64 / ratio) as usize))
    } else {
        let height = up(height);
        (up((height as f64 * ratio) as usize), height)
    }
}
