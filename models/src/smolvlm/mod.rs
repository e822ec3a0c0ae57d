//! The SmolVLM family (Idefics3, SmolVLM, SmolVLM2 and checkpoints of the same graph) in Candle.
//!
//! A folder in the Hub's layout becomes a [`SmolVlm`]. Source: transformers 5, `models/idefics3` and `models/smolvlm`;
//! parity with it is tested on the fixtures of `models/reference`. Invariant: same question, same answer, whatever was
//! asked before; the caches only save work. Must not: touch the network, or write into the folder.

mod checkpoint;
mod config;
mod generate;
mod grammar;
mod numbers;
mod operations;
mod preprocess;
mod prompt;
mod resample;
mod text;
mod tile_cache;
mod transparency;
mod vision;

use std::path::Path;
use std::sync::{Mutex, OnceLock};

use candle_core::{DType, Device, Tensor};
use domain::Picture;

use crate::ModelError;
use crate::folder::Folder;
use crate::vision_language::{LoadOptions, Precision};
use checkpoint::Checkpoint;
use config::Config;
use generate::State;
pub use generate::Timings;
use grammar::Grammars;
pub use numbers::Outputs;
pub use preprocess::{Grid, Preprocessor};
use prompt::Prompter;
use text::{Cache, TextModel};
pub use transparency::on_white;
use vision::VisionTower;

/// Names in `config.json` under `model_type` that this family answers to.
pub const MODEL_TYPES: &[&str] = config::MODEL_TYPES;

/// A loaded checkpoint.
pub struct SmolVlm {
    name: String,
    config: Config,
    device: Device,
    data_type: DType,
    precision: Precision,
    processor: Processor,
    vision: VisionTower,
    text: TextModel,
    grammars: OnceLock<Grammars>,
    state: Mutex<State>,
}

/// What the processor makes of a picture and a question.
pub struct Inputs {
    /// Token ids.
    pub tokens: Vec<u32>,
    /// f32 `[frames, 3, side, side]` on the CPU.
    pub pixel_values: Tensor,
    pub grid: Grid,
}

/// Pictures and questions to the network's input: preprocessing, chat template and tokenizer, without weights.
pub struct Processor {
    preprocessor: Preprocessor,
    prompter: Prompter,
}

impl Processor {
    /// Loads what a folder in the Hub's layout has besides weights.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file, and the setting where there is one.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let folder = Folder::new(path);
        Self::of(&folder, &Config::load(&folder)?)
    }

    fn of(folder: &Folder, config: &Config) -> Result<Self, ModelError> {
        let preprocessor = Preprocessor::load(folder, config)?;
        Ok(Self { preprocessor, prompter: Prompter::load(folder, config)? })
    }

    /// The tensors for a picture followed by a question; `tiles` is the tile budget N.
    pub fn inputs(
        &self,
        picture: &Picture,
        question: &str,
        tiles: Option<usize>,
    ) -> Result<Inputs, ModelError> {
        let (grid, pixel_values) = self.preprocessor.process(picture, tiles)?;
        Ok(Inputs { tokens: self.prompter.picture_prompt(grid, question)?, pixel_values, grid })
    }

    /// The token ids of a question about a picture with this grid.
    pub fn prompt_tokens(&self, grid: Grid, question: &str) -> Result<Vec<u32>, ModelError> {
        self.prompter.picture_prompt(grid, question)
    }
}

/// Bytes that the weights take in memory.
fn bytes_needed(config: &Config, untied: bool, data_type: DType, precision: Precision) -> u64 {
    let (all, size) = (config.parameters(untied), data_type.size_in_bytes() as u64);
    match precision {
        Precision::Full => all * size,
        // The embedding table has bf16, the others take 34 bytes for 32 values; a head that is tied to the table is
        // rounded from it.
        Precision::EightBit => {
            let table = (config.text.vocab_size * config.text.hidden_size) as u64;
            let multiplied = if untied { all - table } else { all };
            table * 2 + multiplied * 34 / 32
        }
    }
}

impl SmolVlm {
    /// Loads a folder in the Hub's layout: configuration, tokenizer, weights in one or several safetensors files.
    ///
    /// # Errors
    /// A [`ModelError`] that names the file, and the tensor or setting where there is one.
    pub fn load(path: &Path, options: &LoadOptions) -> Result<Self, ModelError> {
        let folder = Folder::new(path);
        let config = Config::load(&folder)?;
        let device = options.hardware.device()?;
        // bf16 keeps the range that the residual stream needs, f16 does not; on a CPU its products are slow.
        let data_type = if device.is_cpu() { DType::F32 } else { DType::BF16 };
        let processor = Processor::of(&folder, &config)?;
        let checkpoint = Checkpoint::open(&folder, &device, data_type)?;
        let needed = bytes_needed(&config, checkpoint.has("lm_head.weight"), data_type, options.precision);
        if let Some(allowed) = options.memory_limit.filter(|limit| needed > *limit) {
            return Err(ModelError::Memory { needed, allowed });
        }
        // The text model first: its table is the largest tensor as it is read.
        let text = TextModel::load(&checkpoint, &config, &device, data_type, options.precision)?;
        let vision = VisionTower::load(&checkpoint, &config, options.precision)?;
        let state = Mutex::new(State::new(Cache::default()));
        let name = folder.name();
        let grammars = OnceLock::new();
        let precision = options.precision;
        Ok(Self { name, config, device, data_type, precision, processor, vision, text, grammars, state })
    }

    /// What makes the network's input.
    pub fn processor(&self) -> &Processor {
        &self.processor
    }

    fn features(&self, pixel_values: &Tensor) -> Result<Vec<Tensor>, ModelError> {
        let (frames, channels, height, width) = pixel_values.dims4()?;
        let side = self.config.vision.image_size;
        if (channels, height, width) != (3, side, side) || frames == 0 {
            let reason = format!(
                "{:?} pixel values, where frames of 3 by {side} by {side} are needed",
                pixel_values.shape()
            );
            return Err(ModelError::Input { reason });
        }
        let placed = pixel_values.to_dtype(self.data_type)?.to_device(&self.device)?;
        let mut features = Vec::with_capacity(frames);
        for frame in 0..frames {
            features.extend(self.vision.encode(&placed.get(frame)?, &mut || true)?);
        }
        Ok(features)
    }

    /// Embedding rows `[tokens, hidden]`, where image tokens are replaced in order by the rows of the frames.
    fn embed(&self, tokens: &[u32], features: &[Tensor]) -> Result<Tensor, ModelError> {
        let vocabulary = self.config.text.vocab_size;
        if let Some(token) = tokens.iter().find(|token| **token as usize >= vocabulary) {
            return Err(ModelError::Input {
                reason: format!("the token {token} lies outside the vocabulary"),
            });
        }
        if tokens.is_empty() || tokens.len() > self.config.text.positions {
            let most = self.config.text.positions;
            let reason = format!("{} tokens where 1 to {most} are possible", tokens.len());
            return Err(ModelError::Input { reason });
        }
        let image = self.config.image_token_id;
        let places = tokens.iter().filter(|token| **token == image).count();
        let given = features.iter().map(|rows| rows.dim(0)).sum::<candle_core::Result<usize>>()?;
        if places != given {
            let reason = format!("{places} image tokens, but {given} rows of image features");
            return Err(ModelError::Input { reason });
        }
        // Runs of image tokens and runs of others, joined: far fewer pieces than tokens.
        let rows = if given == 0 { None } else { Some(Tensor::cat(features, 0)?) };
        let mut pieces = Vec::new();
        let mut used = 0;
        for run in tokens.chunk_by(|left, right| (*left == image) == (*right == image)) {
            match &rows {
                Some(rows) if run[0] == image => {
                    pieces.push(rows.narrow(0, used, run.len())?);
                    used += run.len();
                }
                _ => pieces.push(self.text.embed(run)?),
            }
        }
        Ok(Tensor::cat(&pieces, 0)?)
    }
}
