//! The vision tower (`SigLIP` without head), the pixel shuffle and the connector: one frame to its tokens.
//!
//! Source: transformers 5, `modeling_smolvlm.py` (`SmolVLMVisionTransformer`, `SmolVLMConnector`). Frames always fill
//! their square, so position ids are 0, 1, 2, … and no mask is needed. Invariant: a frame's tokens depend on nothing but
//! its pixels. Must not: know the text model.

use candle_core::{Result, Tensor};

use super::checkpoint::Checkpoint;
use super::config::Config;
use super::operations::{LayerNorm, Linear, Rounding, add, attend};
use crate::ModelError;
use crate::kernels::Heads;
use crate::vision_language::Precision;

struct Layer {
    before_attention: LayerNorm,
    /// Queries, keys and values in one product.
    mixed: Linear,
    out: Linear,
    before_perceptron: LayerNorm,
    widen: Linear,
    narrow: Linear,
}

pub(super) struct VisionTower {
    patches: Linear,
    positions: Tensor,
    layers: Vec<Layer>,
    last_norm: LayerNorm,
    connector: Linear,
    heads: usize,
    coarse_attention: bool,
    width: usize,
    patch: usize,
    side: usize,
    scale: usize,
}

impl VisionTower {
    pub(super) fn load(
        checkpoint: &Checkpoint,
        config: &Config,
        precision: Precision,
    ) -> std::result::Result<Self, ModelError> {
        let vision = &config.vision;
        let (width, wide, patch) = (vision.hidden_size, vision.intermediate_size, vision.patch_size);
        let epsilon = vision.layer_norm_eps as f32;
        let root = "model.vision_model";
        let rounding = Rounding::coarse(precision);
        let linear = |name: String, inputs: usize, outputs: usize| {
            let weight = checkpoint.tensor(&format!("{name}.weight"), &[outputs, inputs])?;
            let bias = checkpoint.tensor(&format!("{name}.bias"), &[outputs])?;
            Ok::<_, ModelError>(Linear::new(weight, Some(bias), rounding)?)
        };
        let norm = |name: String| {
            Ok::<_, ModelError>(LayerNorm {
                weight: checkpoint.tensor(&format!("{name}.weight"), &[width])?,
                bias: checkpoint.tensor(&format!("{name}.bias"), &[width])?,
                epsilon,
            })
        };
        let patch_name = format!("{root}.embeddings.patch_embedding");
        let values = vision.num_channels * patch * patch;
        let kernels = checkpoint
            .tensor(&format!("{patch_name}.weight"), &[width, vision.num_channels, patch, patch])?
            .reshape((width, values))?;
        let bias = checkpoint.tensor(&format!("{patch_name}.bias"), &[width])?;
        let patches = Linear::new(kernels, Some(bias), Rounding::fine(Precision::Full))?;
        let side = vision.side();
        let positions = checkpoint
            .tensor(&format!("{root}.embeddings.position_embedding.weight"), &[side * side, width])?;
        let mut layers = Vec::new();
        for index in 0..vision.num_hidden_layers {
            let layer = format!("{root}.encoder.layers.{index}");
            let parts = ["q_proj", "k_proj", "v_proj"].map(|part| format!("{layer}.self_attn.{part}"));
            let weights = parts.each_ref().map(|part| format!("{part}.weight"));
            let biases = parts.each_ref().map(|part| format!("{part}.bias"));
            let weights = weights.each_ref().map(|name| (name.as_str(), width));
            let biases = biases.each_ref().map(|name| (name.as_str(), width));
            let mixed = checkpoint.stacked(&weights, Some(width))?;
            layers.push(Layer {
                before_attention: norm(format!("{layer}.layer_norm1"))?,
                mixed: Linear::new(mixed, Some(checkpoint.stacked(&biases, None)?), rounding)?,
                out: linear(format!("{layer}.self_attn.out_proj"), width, width)?,
                before_perceptron: norm(format!("{layer}.layer_norm2"))?,
                widen: linear(format!("{layer}.mlp.fc1"), width, wide)?,
                narrow: linear(format!("{layer}.mlp.fc2"), wide, width)?,
            });
        }
        let scale = config.scale_factor;
        let hidden = config.text.hidden_size;
        let connector = checkpoint
            .tensor("model.connector.modality_projection.proj.weight", &[hidden, width * scale * scale])?;
        Ok(Self {
            patches,
            positions,
            layers,
            last_norm: norm(format!("{root}.post_layernorm"))?,
            connector: Linear::new(connector, None, Rounding::fine(precision))?,
            heads: vision.num_attention_heads,
            coarse_attention: precision == Precision::EightBit,
            width,
            patch,
            side,
            scale,
        })
    }

    /// The tokens `[tokens, hidden]` of a frame `[3, size, size]`; `proceed` is asked before each layer.
    pub(super) fn encode(&self, frame: &Tensor, proceed: &mut dyn FnMut() -> bool) -> Result<Option<Tensor>> {
        let mut rows = self.embed(frame)?;
        let width = self.width / self.heads;
        let heads = Heads {
            queries: self.heads,
            keys: self.heads,
            width,
            first: None,
            coarse: self.coarse_attention,
        };
        for layer in &self.layers {
            if !proceed() {
                return Ok(None);
            }
            let mixed = layer.mixed.apply(&layer.before_attention.apply(&rows)?)?;
            let part = |index: usize| mixed.narrow(1, index * self.width, self.width);
            let attended = attend(&part(0)?, &part(1)?, &part(2)?, heads)?;
            rows = add(&rows, &layer.out.apply(&attended)?)?;
            let wide = layer.widen.apply_gelu(&layer.before_perceptron.apply(&rows)?)?;
            rows = add(&rows, &layer.narrow.apply(&wide)?)?;
        }
        self.connector.apply(&self.shuffle(&self.last_norm.apply(&rows)?)?).map(Some)
    }

    /// Patches as rows `[side · side, width]`, row by row, with their positions added: the convolution of the
    /// checkpoint, whose stride is its size, as one product.
    fn embed(&self, frame: &Tensor) -> Result<Tensor> {
        let (side, patch) = (self.side, self.patch);
        let used = side * patch;
        let channels = frame.dim(0)?;
        let patches = frame
            .narrow(1, 0, used)?
            .narrow(2, 0, used)?
            .reshape((channels, side, patch, side, patch))?
            .permute((1, 3, 0, 2, 4))?
            .reshape((side * side, channels * patch * patch))?;
        add(&self.patches.apply(&patches)?, &self.positions)
    }

    /// Joins squares of `scale` × `scale` neighbouring patches into one row, the patches of a square row by row.
    fn shuffle(&self, rows: &Tensor) -> Result<Tensor> {
        let (scale, few) = (self.scale, self.side / self.scale);
        rows.reshape((few, scale, few, scale, self.width))?
            .permute((0, 2, 1, 3, 4))?
            .reshape((few * few, scale * scale * self.width))
    }
}
