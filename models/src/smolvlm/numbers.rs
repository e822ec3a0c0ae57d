//! Passes whose numbers can be compared with a reference, and with one another.
//!
//! Invariant: nothing that is kept between questions is used. Must not: be used to answer.

use candle_core::{DType, Tensor};

use super::SmolVlm;
use super::text::Cache;
use crate::ModelError;

/// The numbers of one full pass.
pub struct Outputs {
    /// f32 `[tokens, vocabulary]`.
    pub logits: Tensor,
    /// f32 `[frames, tokens per frame, hidden]`.
    pub image_features: Tensor,
}

impl SmolVlm {
    /// Logits of every position and the image features; `pixel_values` is f32 `[frames, 3, side, side]`.
    pub fn forward(&self, tokens: &[u32], pixel_values: &Tensor) -> Result<Outputs, ModelError> {
        let features = self.features(pixel_values)?;
        let logits = self.logits_of(self.embed(tokens, &features)?, &mut Cache::default())?;
        Ok(Outputs { logits, image_features: Tensor::stack(&features, 0)?.to_dtype(DType::F32)? })
    }

    /// Logits f32 `[tokens, vocabulary]` of every position, for image features f32 `[frames, tokens per frame, hidden]` that
    /// need not come from a picture.
    pub fn logits_from_features(&self, tokens: &[u32], features: &Tensor) -> Result<Tensor, ModelError> {
        let features = features.to_dtype(self.data_type)?.to_device(&self.device)?;
        let frames: Vec<Tensor> =
            (0..features.dim(0)?).map(|frame| features.get(frame)).collect::<Result<_, _>>()?;
        self.logits_of(self.embed(tokens, &frames)?, &mut Cache::default())
    }

    /// The text of answer tokens, without special ones.
    pub fn text(&self, tokens: &[u32]) -> Result<String, ModelError> {
        self.processor.prompter.text(tokens)
    }

    /// The image features f32 `[frames, tokens per frame, hidden]` of `pixel_values` f32 `[frames, 3, side, side]`.
    pub fn image_features(&self, pixel_values: &Tensor) -> Result<Tensor, ModelError> {
        Ok(Tensor::stack(&self.features(pixel_values)?, 0)?.to_dtype(DType::F32)?)
    }

    /// Logits f32 `[tokens, vocabulary]` of a text without pictures that is read piece by piece.
    pub fn text_logits(&self, pieces: &[&[u32]]) -> Result<Tensor, ModelError> {
        let mut cache = Cache::default();
        let mut logits = Vec::new();
        for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
            logits.push(self.logits_of(self.embed(piece, &[])?, &mut cache)?);
        }
        Ok(Tensor::cat(&logits, 0)?)
    }

    /// Logits f32 of the tokens from `back` on, after the whole text was read, and all from `back` on forgotten.
    pub fn text_logits_again(&self, tokens: &[u32], back: usize) -> Result<Tensor, ModelError> {
        let mut cache = Cache::default();
        self.logits_of(self.embed(tokens, &[])?, &mut cache)?;
        cache.truncate(back);
        self.logits_of(self.embed(tokens.get(back..).unwrap_or_default(), &[])?, &mut cache)
    }

    fn logits_of(&self, rows: Tensor, cache: &mut Cache) -> Result<Tensor, ModelError> {
        match self.text.forward(rows, cache, &mut || true)? {
            Some(rows) => Ok(self.text.logits(&rows)?),
            None => Err(ModelError::Input { reason: "there is nothing to read".to_owned() }),
        }
    }
}
