//! The configuration of a checkpoint: `config.json` with the family's defaults for what it leaves out.
//!
//! Source: transformers 5, `configuration_smolvlm.py`, `configuration_idefics3.py` and `configuration_llama.py`.
//! Invariant: every size that leaves this module lies within bounds that keep the later arithmetic from overflowing.
//! Must not: look at weights.

use serde::Deserialize;

use crate::ModelError;
use crate::folder::{Folder, bad_setting};

pub(super) const CONFIG_FILE: &str = "config.json";

/// Model types of `config.json` that are this graph.
pub(super) const MODEL_TYPES: &[&str] = &["idefics3", "smolvlm"];

/// Bounds far above the largest checkpoint of the family.
const MOST_LAYERS: usize = 512;
const MOST_WIDTH: usize = 65_536;
const MOST_VOCABULARY: usize = 4_194_304;
const MOST_POSITIONS: usize = 4_194_304;
const MOST_IMAGE_SIZE: usize = 8_192;

/// The vision tower (`SigLIP`): widths in channels, `image_size` and `patch_size` in pixels.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(super) struct VisionConfig {
    pub(super) hidden_size: usize,
    pub(super) intermediate_size: usize,
    pub(super) num_hidden_layers: usize,
    pub(super) num_attention_heads: usize,
    pub(super) num_channels: usize,
    pub(super) image_size: usize,
    pub(super) patch_size: usize,
    pub(super) hidden_act: String,
    pub(super) layer_norm_eps: f64,
}

impl Default for VisionConfig {
    fn default() -> Self {
        Self {
            hidden_size: 1152,
            intermediate_size: 3072,
            num_hidden_layers: 12,
            num_attention_heads: 16,
            num_channels: 3,
            image_size: 224,
            patch_size: 32,
            hidden_act: "gelu_pytorch_tanh".to_owned(),
            layer_norm_eps: 1e-6,
        }
    }
}

impl VisionConfig {
    /// Patches along one side of a frame; pixels that do not fill a patch are left out.
    pub(super) fn side(&self) -> usize {
        self.image_size / self.patch_size
    }
}

/// The text decoder (Llama).
#[derive(Debug, Clone)]
pub(super) struct TextConfig {
    pub(super) vocab_size: usize,
    pub(super) hidden_size: usize,
    pub(super) intermediate_size: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) key_value_heads: usize,
    pub(super) head_size: usize,
    pub(super) positions: usize,
    pub(super) rms_norm_eps: f64,
    pub(super) rope_theta: f64,
    pub(super) end_tokens: Vec<u32>,
}

/// One checkpoint of the family.
#[derive(Debug, Clone)]
pub(super) struct Config {
    pub(super) vision: VisionConfig,
    pub(super) text: TextConfig,
    /// Patches per side that the connector joins into one token.
    pub(super) scale_factor: usize,
    pub(super) image_token_id: u32,
}

impl Config {
    /// Tokens that one frame becomes.
    pub(super) fn tokens_per_frame(&self) -> usize {
        (self.vision.side() / self.scale_factor).pow(2)
    }

    /// Number of weights, with a head of its own when `untied`.
    pub(super) fn parameters(&self, untied: bool) -> u64 {
        let (vision, text) = (&self.vision, &self.text);
        let count = |sizes: &[usize]| sizes.iter().map(|size| *size as u64).product::<u64>();
        let wide = vision.hidden_size;
        let patches = count(&[wide, vision.num_channels, vision.patch_size, vision.patch_size]);
        let block = 4 * count(&[wide, wide])
            + 2 * count(&[wide, vision.intermediate_size])
            + count(&[9, wide])
            + vision.intermediate_size as u64;
        let tower =
            patches + count(&[vision.side().pow(2) + 3, wide]) + count(&[vision.num_hidden_layers]) * block;
        let connector = count(&[wide, self.scale_factor, self.scale_factor, text.hidden_size]);
        let queries = text.heads * text.head_size;
        let keys = text.key_value_heads * text.head_size;
        let layer = 2 * count(&[text.hidden_size, queries + keys])
            + 3 * count(&[text.hidden_size, text.intermediate_size])
            + count(&[2, text.hidden_size]);
        let tables = count(&[1 + usize::from(untied), text.vocab_size, text.hidden_size]);
        tower + connector + count(&[text.layers]) * layer + tables + text.hidden_size as u64
    }

    /// Reads and checks `config.json`, and `generation_config.json` where there is one.
    pub(super) fn load(folder: &Folder) -> Result<Self, ModelError> {
        let raw: RawConfig = folder.json(CONFIG_FILE)?;
        let generation: Option<GenerationConfig> = folder.optional_json("generation_config.json")?;
        if !MODEL_TYPES.contains(&raw.model_type.as_str()) {
            return Err(bad("model_type", &format!("\"{}\" is another kind of model", raw.model_type)));
        }
        let vision = raw.vision_config;
        check_vision(&vision)?;
        let mut text = raw.text_config.checked()?;
        let side = vision.side();
        if raw.scale_factor == 0 || !side.is_multiple_of(raw.scale_factor) {
            return Err(bad(
                "scale_factor",
                &format!("{} does not divide {side} patches a side", raw.scale_factor),
            ));
        }
        if raw.image_token_id as usize >= text.vocab_size {
            return Err(bad("image_token_id", "it lies outside the vocabulary"));
        }
        if let Some(tokens) = generation.and_then(|generation| generation.eos_token_id) {
            text.end_tokens = tokens.list();
        }
        Ok(Self { vision, text, scale_factor: raw.scale_factor, image_token_id: raw.image_token_id })
    }
}

fn bad(key: &str, reason: &str) -> ModelError {
    bad_setting(CONFIG_FILE, key, reason)
}

fn within(key: &str, value: usize, most: usize) -> Result<(), ModelError> {
    if (1..=most).contains(&value) {
        Ok(())
    } else {
        Err(bad(key, &format!("{value} is not between 1 and {most}")))
    }
}

fn check_vision(vision: &VisionConfig) -> Result<(), ModelError> {
    within("vision_config.hidden_size", vision.hidden_size, MOST_WIDTH)?;
    within("vision_config.intermediate_size", vision.intermediate_size, MOST_WIDTH)?;
    within("vision_config.num_hidden_layers", vision.num_hidden_layers, MOST_LAYERS)?;
    within("vision_config.num_attention_heads", vision.num_attention_heads, MOST_WIDTH)?;
    within("vision_config.image_size", vision.image_size, MOST_IMAGE_SIZE)?;
    within("vision_config.patch_size", vision.patch_size, vision.image_size)?;
    if vision.num_channels != 3 {
        return Err(bad("vision_config.num_channels", "pictures have 3"));
    }
    if !vision.hidden_size.is_multiple_of(vision.num_attention_heads) {
        return Err(bad("vision_config.num_attention_heads", "the heads do not divide the width"));
    }
    if vision.hidden_act != "gelu_pytorch_tanh" {
        return Err(bad("vision_config.hidden_act", &format!("\"{}\" is not known", vision.hidden_act)));
    }
    small("vision_config.layer_norm_eps", vision.layer_norm_eps)
}

fn small(key: &str, epsilon: f64) -> Result<(), ModelError> {
    if (0.0..=0.1).contains(&epsilon) {
        Ok(())
    } else {
        Err(bad(key, &format!("{epsilon} is not between 0 and 0.1")))
    }
}

#[derive(Deserialize)]
struct RawConfig {
    model_type: String,
    #[serde(default)]
    vision_config: VisionConfig,
    #[serde(default)]
    text_config: RawText,
    #[serde(default = "default_scale")]
    scale_factor: usize,
    #[serde(default = "default_image_token")]
    image_token_id: u32,
}

fn default_scale() -> usize {
    2
}

fn default_image_token() -> u32 {
    128_257
}

/// One id or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tokens {
    One(u32),
    Many(Vec<u32>),
}

impl Tokens {
    fn list(self) -> Vec<u32> {
        match self {
            Self::One(token) => vec![token],
            Self::Many(tokens) => tokens,
        }
    }
}

#[derive(Deserialize)]
struct GenerationConfig {
    eos_token_id: Option<Tokens>,
}

#[derive(Deserialize)]
struct Rope {
    rope_theta: Option<f64>,
    #[serde(alias = "type")]
    rope_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(default)]
struct RawText {
    vocab_size: usize,
    hidden_size: usize,
    intermediate_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    hidden_act: String,
    max_position_embeddings: usize,
    rms_norm_eps: f64,
    rope_theta: Option<f64>,
    rope_parameters: Option<Rope>,
    rope_scaling: Option<Rope>,
    attention_bias: bool,
    mlp_bias: bool,
    eos_token_id: Option<Tokens>,
}

impl Default for RawText {
    fn default() -> Self {
        Self {
            vocab_size: 32_000,
            hidden_size: 4096,
            intermediate_size: 11_008,
            num_hidden_layers: 32,
            num_attention_heads: 32,
            num_key_value_heads: None,
            head_dim: None,
            hidden_act: "silu".to_owned(),
            max_position_embeddings: 2048,
            rms_norm_eps: 1e-5,
            rope_theta: None,
            rope_parameters: None,
            rope_scaling: None,
            attention_bias: false,
            mlp_bias: false,
            eos_token_id: None,
        }
    }
}

impl RawText {
    fn checked(self) -> Result<TextConfig, ModelError> {
        within("text_config.vocab_size", self.vocab_size, MOST_VOCABULARY)?;
        within("text_config.hidden_size", self.hidden_size, MOST_WIDTH)?;
        within("text_config.intermediate_size", self.intermediate_size, MOST_WIDTH)?;
        within("text_config.num_hidden_layers", self.num_hidden_layers, MOST_LAYERS)?;
        within("text_config.num_attention_heads", self.num_attention_heads, MOST_WIDTH)?;
        within("text_config.max_position_embeddings", self.max_position_embeddings, MOST_POSITIONS)?;
        let heads = self.num_attention_heads;
        let key_value_heads = self.num_key_value_heads.unwrap_or(heads);
        if key_value_heads == 0 || !heads.is_multiple_of(key_value_heads) {
            return Err(bad("text_config.num_key_value_heads", "they do not divide the attention heads"));
        }
        let head_size = self.head_dim.unwrap_or(self.hidden_size / heads);
        within("text_config.head_dim", head_size, MOST_WIDTH / heads)?;
        if !head_size.is_multiple_of(2) {
            return Err(bad(
                "text_config.head_dim",
                "it is odd, so that positions cannot be turned in pairs",
            ));
        }
        if self.hidden_act != "silu" {
            return Err(bad("text_config.hidden_act", &format!("\"{}\" is not known", self.hidden_act)));
        }
        if self.attention_bias || self.mlp_bias {
            return Err(bad(
                "text_config.attention_bias",
                "biases of the decoder are not known in this family",
            ));
        }
        for rope in [&self.rope_parameters, &self.rope_scaling].into_iter().flatten() {
            if rope.rope_type.as_deref().is_some_and(|kind| kind != "default") {
                return Err(bad(
                    "text_config.rope_parameters",
                    "scaled positions are not known in this family",
                ));
            }
        }
        let rope_theta =
            self.rope_parameters.and_then(|rope| rope.rope_theta).or(self.rope_theta).unwrap_or(10_000.0);
        if !(1.0..=1e12).contains(&rope_theta) {
            return Err(bad("text_config.rope_theta", &format!("{rope_theta} is not between 1 and 1e12")));
        }
        small("text_config.rms_norm_eps", self.rms_norm_eps)?;
        Ok(TextConfig {
            vocab_size: self.vocab_size,
            hidden_size: self.hidden_size,
            intermediate_size: self.intermediate_size,
            layers: self.num_hidden_layers,
            heads,
            key_value_heads,
            head_size,
            positions: self.max_position_embeddings,
            rms_norm_eps: self.rms_norm_eps,
            rope_theta,
            end_tokens: self.eos_token_id.map(Tokens::list).unwrap_or_default(),
        })
    }
}
