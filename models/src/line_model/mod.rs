//! The embedded line model: what each passage of a page is for, and of which kind a claim is.
//!
//! Hashed words, word pairs and letter groups of a passage and of its heading, each weighted by what it tells, with the
//! numbers of its place and shape, pass through two layers of attention over the page's passages; a kind follows from the words alone. Trained by
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
/// Words, word pairs, letter groups, words of the heading.
const SORTS: usize = 4;
/// Bound of the logarithm of a weight.
const GATE_LIMIT: f32 = 4.0;

/// The line model whose weights are part of the program.
pub struct LineModel {
    name: String,
    /// `[BUCKETS, width]`, row by row.
    table: Vec<f32>,
    width: usize,
    /// `[4, width]`, row by row: how much a word, pair, letter group or word of the heading counts.
    gate: Vec<f32>,
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
        let mut matrix = |name: &str, rows: usize| {
            let tensor = name.to_owned();
            let missing = || ModelError::MissingTensor { file: FILE.to_owned(), tensor: name.to_owned() };
            let values = tensors.remove(name).ok_or_else(missing)?;
            let (found, width) = values.dims2().map_err(broken)?;
            if found != rows {
                let (expected, found) = (vec![rows, width], vec![found, width]);
                return Err(ModelError::TensorShape { file: FILE.to_owned(), tensor, expected, found });
            }
            let values: Vec<f32> =
                values.flatten_all().and_then(|values| values.to_vec1()).map_err(broken)?;
            Ok((values, width))
        };
        let (table, width) = matrix("table", BUCKETS)?;
        let (gate, gate_width) = matrix("gate", SORTS)?;
        if gate_width != width {
            let (expected, found) = (vec![SORTS, width], vec![SORTS, gate_width]);
            let tensor = "gate".to_owned();
            return Err(ModelError::TensorShape { file: FILE.to_owned(), tensor, expected, found });
        }
        let digest = Sha256::digest(bytes);
        let digest = digest.iter().take(4).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        let model = Self { name: format!("lines {digest:08x}"), table, width, gate, tensors };
        // A tensor that is missing or misshapen shows now and not on a user's page.
        let probe =
            Passage { text: "probe".to_owned(), heading: String::new(), features: [0.0; PASSAGE_FEATURES] };
        model.run(&[probe]).map_err(broken)?;
        Ok(model)
    }

    /// Weighted sum of the rows of the given buckets over the norm of the weights, which the gate gives.
    fn pooled(&self, sort: usize, buckets: &[u32], into: &mut Vec<f32>) {
        let start = into.len();
        into.resize(start + self.width, 0.0);
        let gate = &self.gate[sort * self.width..(sort + 1) * self.width];
        let mut squares = 0.0;
        for bucket in buckets {
            let at = *bucket as usize * self.width;
            let row = &self.table[at..at + self.width];
            let answer: f32 = row.iter().zip(gate).map(|(part, gate)| part * gate).sum();
            let weight = answer.clamp(-GATE_LIMIT, GATE_LIMIT).exp();
            squares += weight * weight;
            for (sum, part) in into[start..].iter_mut().zip(row) {
                *sum += weight * part;
            }
        }
        let scale = 1.0 / (squares + 1e-6).sqrt();
        into[start..].iter_mut().for_each(|sum| *sum *= scale);
    }

    fn run(&self, passages: &[Passage]) -> Result<Vec<PassageOpinion>> {
        let mut input = Vec::new();
        for passage in passages {
            let Encoded { words, pairs, letters, heading } = encode(passage);
            for (sort, buckets) in [&words, &pairs, &letters, &heading].into_iter().enumerate() {
                self.pooled(sort, buckets, &mut input);
            }
            input.extend(passage.features);
        }
        let columns = SORTS * self.width + PASSAGE_FEATURES;
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
        let wording =
            self.linear("wording", &input.narrow(1, 0, SORTS * self.width)?.contiguous()?)?.relu()?;
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
