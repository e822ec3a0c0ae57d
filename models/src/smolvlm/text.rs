//! The text decoder (Llama) with its cache of keys and values.
//!
//! Source: transformers 5, `modeling_llama.py`. Invariant: the cache holds exactly the positions that were given, and
//! going back to an earlier length and on again gives the same numbers as never having been further. Must not: choose
//! tokens.

use candle_core::{DType, Device, Result, Tensor};

use super::checkpoint::Checkpoint;
use super::config::{Config, TextConfig};
use super::operations::{Angles, Linear, RmsNorm, Rounding, add, attend, gate};
use crate::ModelError;
use crate::kernels::Heads;
use crate::vision_language::Precision;

struct Layer {
    before_attention: RmsNorm,
    /// Queries, keys and values in one product.
    mixed: Linear,
    out: Linear,
    before_perceptron: RmsNorm,
    /// Gate and up in one product.
    widen: Linear,
    narrow: Linear,
}

pub(super) struct TextModel {
    config: TextConfig,
    embeddings: Tensor,
    layers: Vec<Layer>,
    norm: RmsNorm,
    head: Linear,
    device: Device,
    data_type: DType,
}

/// Keys and values of the positions so far, for each layer `[capacity, key heads · head size]`.
#[derive(Default)]
pub(super) struct Cache {
    layers: Vec<(Tensor, Tensor)>,
    length: usize,
    capacity: usize,
}

impl Cache {
    /// Forgets all positions from `length` on.
    pub(super) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }
}

/// The cache grows by at least this many positions.
const GROWTH: usize = 256;

impl TextModel {
    pub(super) fn load(
        checkpoint: &Checkpoint,
        config: &Config,
        device: &Device,
        data_type: DType,
        precision: Precision,
    ) -> std::result::Result<Self, ModelError> {
        let text = &config.text;
        let (hidden, wide) = (text.hidden_size, text.intermediate_size);
        let queries = text.heads * text.head_size;
        let keys = text.key_value_heads * text.head_size;
        let root = "model.text_model";
        let norm = |name: String| {
            let weight = checkpoint.tensor(&name, &[hidden])?;
            Ok::<_, ModelError>(RmsNorm { weight, epsilon: text.rms_norm_eps as f32 })
        };
        let rounding = Rounding::fine(precision);
        let linear = |name: String, inputs: usize, outputs: usize| {
            let weight = checkpoint.tensor(&name, &[outputs, inputs])?;
            Ok::<_, ModelError>(Linear::new(weight, None, rounding)?)
        };
        let joined = |parts: &[(&str, usize)]| {
            Ok::<_, ModelError>(Linear::new(checkpoint.stacked(parts, Some(hidden))?, None, rounding)?)
        };
        // Rows of the table are looked up, not multiplied: next to 8-bit weights half of its memory does.
        let table_type = if precision == Precision::EightBit { DType::BF16 } else { data_type };
        let embeddings = checkpoint
            .tensor(&format!("{root}.embed_tokens.weight"), &[text.vocab_size, hidden])?
            .to_dtype(table_type)?;
        // The published files store a head of their own although the class would tie it, so the file decides. Both come
        // first: they are the largest tensors as they are read, and what is loaded already then takes least.
        let head = if checkpoint.has("lm_head.weight") {
            checkpoint.tensor("lm_head.weight", &[text.vocab_size, hidden])?
        } else {
            embeddings.clone()
        };
        let head = Linear::new(head, None, rounding)?;
        let mut layers = Vec::new();
        for index in 0..text.layers {
            let layer = format!("{root}.layers.{index}");
            let attention = |part: &str| format!("{layer}.self_attn.{part}.weight");
            let perceptron = |part: &str| format!("{layer}.mlp.{part}.weight");
            layers.push(Layer {
                before_attention: norm(format!("{layer}.input_layernorm.weight"))?,
                mixed: joined(&[
                    (&attention("q_proj"), queries),
                    (&attention("k_proj"), keys),
                    (&attention("v_proj"), keys),
                ])?,
                out: linear(attention("o_proj"), queries, hidden)?,
                before_perceptron: norm(format!("{layer}.post_attention_layernorm.weight"))?,
                widen: joined(&[(&perceptron("gate_proj"), wide), (&perceptron("up_proj"), wide)])?,
                narrow: linear(perceptron("down_proj"), wide, hidden)?,
            });
        }
        Ok(Self {
            config: text.clone(),
            embeddings,
            layers,
            norm: norm(format!("{root}.norm.weight"))?,
            head,
            device: device.clone(),
            data_type,
        })
    }

    /// Rows of the embedding table, `[tokens, hidden]`.
    pub(super) fn embed(&self, tokens: &[u32]) -> Result<Tensor> {
        let tokens = Tensor::new(tokens, &self.device)?;
        self.embeddings.index_select(&tokens, 0)?.to_dtype(self.data_type)
    }

    /// The last hidden rows `[rows, hidden]`, normalised, of the positions that follow those of `cache`; `proceed` is
    /// asked before each layer, and where it says no, the cache stays as it was.
    pub(super) fn forward(
        &self,
        rows: Tensor,
        cache: &mut Cache,
        proceed: &mut dyn FnMut() -> bool,
    ) -> Result<Option<Tensor>> {
        let text = &self.config;
        let (first, count) = (cache.length, rows.dim(0)?);
        self.reserve(cache, first + count)?;
        let angles = Angles::new(text.rope_theta, text.head_size, first, count, &self.device)?;
        let (queries, keys) = (text.heads * text.head_size, text.key_value_heads * text.head_size);
        let heads = Heads {
            queries: text.heads,
            keys: text.key_value_heads,
            width: text.head_size,
            first: Some(first),
            coarse: false,
        };
        let mut rows = rows;
        for (layer, (kept_keys, kept_values)) in self.layers.iter().zip(&cache.layers) {
            if !proceed() {
                return Ok(None);
            }
            let mixed = layer.mixed.apply(&layer.before_attention.apply(&rows)?)?;
            let mixed = angles.turn(mixed, text.heads + text.key_value_heads)?;
            kept_keys.slice_set(&mixed.narrow(1, queries, keys)?.contiguous()?, 0, first)?;
            kept_values.slice_set(&mixed.narrow(1, queries + keys, keys)?.contiguous()?, 0, first)?;
            let attended = attend(
                &mixed.narrow(1, 0, queries)?,
                &kept_keys.narrow(0, 0, first + count)?,
                &kept_values.narrow(0, 0, first + count)?,
                heads,
            )?;
            rows = add(&rows, &layer.out.apply(&attended)?)?;
            let wide = gate(&layer.widen.apply(&layer.before_perceptron.apply(&rows)?)?)?;
            rows = add(&rows, &layer.narrow.apply(&wide)?)?;
        }
        cache.length = first + count;
        self.norm.apply(&rows).map(Some)
    }

    /// Logits f32 `[rows, vocabulary]` of hidden rows.
    pub(super) fn logits(&self, rows: &Tensor) -> Result<Tensor> {
        self.head.apply(rows)?.to_dtype(DType::F32)
    }

    /// Logits of the last hidden row.
    pub(super) fn last_logits(&self, rows: &Tensor) -> Result<Vec<f32>> {
        let last = rows.narrow(0, rows.dim(0)? - 1, 1)?;
        self.logits(&last)?.flatten_all()?.to_vec1()
    }

    fn reserve(&self, cache: &mut Cache, needed: usize) -> Result<()> {
        if needed <= cache.capacity {
            return Ok(());
        }
        let capacity = needed.next_multiple_of(GROWTH);
        let width = self.config.key_value_heads * self.config.head_size;
        let mut layers = Vec::with_capacity(self.layers.len());
        for index in 0..self.layers.len() {
            let fresh = || Tensor::zeros((capacity, width), self.data_type, &self.device);
            let (keys, values) = (fresh()?, fresh()?);
            if let (Some((old_keys, old_values)), 1..) = (cache.layers.get(index), cache.length) {
                keys.slice_set(&old_keys.narrow(0, 0, cache.length)?.contiguous()?, 0, 0)?;
                values.slice_set(&old_values.narrow(0, 0, cache.length)?.contiguous()?, 0, 0)?;
            }
            layers.push((keys, values));
        }
        (cache.layers, cache.capacity) = (layers, capacity);
        Ok(())
    }
}
