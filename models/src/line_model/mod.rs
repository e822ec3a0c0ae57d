//! The embedded line model: what each passage of a page is for, and of which kind a claim is.
//!
//! Hashed words, word pairs and letter groups of a passage and of its heading, with the numbers of its place and shape,
//! pass through two layers of attention over the page's passages; a kind follows from the words alone. Trained by
//! `training/claims/train_lines.py`.
//! Invariant: the same passages give the same answer; every answer is a probability. Must not: see pixels, or know how
//! passages are found.

mod encode;

use std::collections::HashMap;

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::ops;
use domain::{PASSAGE_FEATURES, PASSAGE_KINDS, PASSAGE_ROLES, Passage, PassageModel, PassageOpinion};
use sha2::{Digest, Sha256};

pub use encode::{BUCKETS, Encoded, encode};

use crate::ModelError;

const WEIGHTS: &[u8] = include_bytes!("../../weights/lines.safetensors");
const FILE: &str = "lines.safetensors";
const HEADS: usize = 4;
const LAYERS: usize = 2;

/// The line model whose weights are part of the program.
pub struct LineModel {
    name: String,
    /// `[BUCKETS, width]`, row by row.
    table: Vec<f32>,
    width: usize,
    tensors: HashMap<String, Tensor>,
}

impl LineModel {
    /// Loads the embedded weights.
    pub fn load() -> std::result::Result<Self, ModelError> {
        Self::from_weights(WEIGHTS)
    }

    /// Loads weights given as the bytes of a safetensors file.
    pub fn from_weights(bytes: &[u8]) -> std::result::Result<Self, ModelError> {
        let broken = |error: candle_core::Error| ModelError::Container {
            file: FILE.to_owned(),
            reason: error.to_string(),
        };
        let mut tensors = HashMap::new();
        for (name, tensor) in candle_core::safetensors::load_buffer(bytes, &Device::Cpu).map_err(broken)? {
            tensors.insert(name, tensor.to_dtype(DType::F32).map_err(broken)?);
        }
        let name = || "table".to_owned();
        let missing = || ModelError::MissingTensor { file: FILE.to_owned(), tensor: name() };
        let table = tensors.remove("table").ok_or_else(missing)?;
        let (rows, width) = table.dims2().map_err(broken)?;
        if rows != BUCKETS {
            let (expected, found) = (vec![BUCKETS, width], vec![rows, width]);
            return Err(ModelError::TensorShape { file: FILE.to_owned(), tensor: name(), expected, found });
        }
        let digest = Sha256::digest(bytes);
        let digest = digest.iter().take(4).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let table = table.flatten_all().and_then(|table| table.to_vec1()).map_err(broken)?;
        let model = Self { name: format!("lines {digest:08x}"), table, width, tensors };
        // A tensor that is missing or misshapen shows now and not on a user's page.
        let probe =
            Passage { text: "probe".to_owned(), heading: String::new(), features: [0.0; PASSAGE_FEATURES] };
        model.run(&[probe]).map_err(broken)?;
        Ok(model)
    }

    /// Sum of the rows of the given buckets over the root of their count.
    fn pooled(&self, buckets: &[u32], into: &mut Vec<f32>) {
        let start = into.len();
        into.resize(start + self.width, 0.0);
        for bucket in buckets {
            let row = *bucket as usize * self.width;
            for (sum, part) in into[start..].iter_mut().zip(&self.table[row..row + self.width]) {
                *sum += part;
            }
        }
        let scale = 1.0 / (buckets.len().max(1) as f32).sqrt();
        into[start..].iter_mut().for_each(|sum| *sum *= scale);
    }

    fn run(&self, passages: &[Passage]) -> Result<Vec<PassageOpinion>> {
        let mut input = Vec::new();
        for passage in passages {
            let Encoded { words, pairs, letters, heading } = encode(passage);
            for buckets in [&words, &pairs, &letters, &heading] {
                self.pooled(buckets, &mut input);
            }
            input.extend(passage.features);
        }
        let columns = 4 * self.width + PASSAGE_FEATURES;
        let input = Tensor::from_vec(input, (passages.len(), columns), &Device::Cpu)?;
        let mut hidden = self.linear("input", &input)?.relu()?;
        for layer in 0..LAYERS {
            let normed = self.norm(&format!("layers.{layer}.norm1"), &hidden)?;
            hidden = (&hidden + self.attention(layer, &normed)?)?;
            let normed = self.norm(&format!("layers.{layer}.norm2"), &hidden)?;
            let inner = self.linear(&format!("layers.{layer}.up"), &normed)?.relu()?;
            hidden = (&hidden + self.linear(&format!("layers.{layer}.down"), &inner)?)?;
        }
        let hidden = self.norm("norm", &hidden)?;
        // A kind follows from the words alone.
        let wording = self.linear("wording", &input.narrow(1, 0, 4 * self.width)?.contiguous()?)?.relu()?;
        let share = |name: &str, from: &Tensor| -> Result<Vec<Vec<f32>>> {
            let scale = f64::from(self.tensor(&format!("{name}.scale"))?.to_scalar::<f32>()?);
            ops::softmax_last_dim(&(self.linear(name, from)? * scale)?)?.to_vec2()
        };
        let (roles, kinds) = (share("roles", &hidden)?, share("kinds", &wording)?);
        let opinion = |(roles, kinds): (&Vec<f32>, &Vec<f32>)| PassageOpinion {
            roles: std::array::from_fn::<_, { PASSAGE_ROLES.len() }, _>(|index| roles[index]),
            kinds: std::array::from_fn::<_, { PASSAGE_KINDS.len() }, _>(|index| kinds[index]),
        };
        Ok(roles.iter().zip(&kinds).map(opinion).collect())
    }

    fn attention(&self, layer: usize, input: &Tensor) -> Result<Tensor> {
        let (rows, width) = input.dims2()?;
        let depth = width / HEADS;
        let heads = |name: &str| {
            self.linear(&format!("layers.{layer}.{name}"), input)?
                .reshape((rows, HEADS, depth))?
                .transpose(0, 1)?
                .contiguous()
        };
        let (queries, keys, values) = (heads("query")?, heads("key")?, heads("value")?);
        let scores = (queries.matmul(&keys.transpose(1, 2)?.contiguous()?)? / (depth as f64).sqrt())?;
        let mixed = ops::softmax_last_dim(&scores)?.matmul(&values)?;
        let mixed = mixed.transpose(0, 1)?.contiguous()?.reshape((rows, width))?;
        self.linear(&format!("layers.{layer}.out"), &mixed)
    }

    fn linear(&self, name: &str, input: &Tensor) -> Result<Tensor> {
        let weight = self.tensor(&format!("{name}.weight"))?;
        input.matmul(&weight.t()?)?.broadcast_add(self.tensor(&format!("{name}.bias"))?)
    }

    fn norm(&self, name: &str, input: &Tensor) -> Result<Tensor> {
        let (weight, bias) = (self.tensor(&format!("{name}.weight"))?, self.tensor(&format!("{name}.bias"))?);
        ops::layer_norm(input, weight, bias, 1e-5)
    }

    fn tensor(&self, name: &str) -> Result<&Tensor> {
        self.tensors.get(name).ok_or_else(|| candle_core::Error::Msg(format!("the tensor {name} is missing")))
    }
}

impl PassageModel for LineModel {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn judge(&self, passages: &[Passage]) -> Option<Vec<PassageOpinion>> {
        if passages.is_empty() {
            return Some(Vec::new());
        }
        let opinions = self.run(passages).ok()?;
        let sound = |opinion: &PassageOpinion| {
            opinion.roles.iter().chain(&opinion.kinds).all(|part| part.is_finite())
        };
        opinions.iter().all(sound).then_some(opinions)
    }
}
