//! The operations of the graph on any device: our kernels on the CPU, Candle's own elsewhere.
//!
//! Invariant: both ways compute the same function. Must not: know the layers.

use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{D, DType, Device, Module, Result, Tensor};

use crate::kernels::{self, ActivationBits, EightBitMatrix, Heads};
use crate::vision_language::Precision;

/// How a linear layer's weights are held and its inputs are rounded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounding {
    precision: Precision,
    activations: ActivationBits,
}

impl Rounding {
    /// For layers that work on many rows and make up most of the time.
    pub(super) fn coarse(precision: Precision) -> Self {
        Self { precision, activations: ActivationBits::Eight }
    }

    /// For layers that choose the answer: they cost little, or wait for memory rather than for sums.
    pub(super) fn fine(precision: Precision) -> Self {
        Self { precision, activations: ActivationBits::Fifteen }
    }
}

enum Weight {
    /// `[outputs, inputs]`.
    Full(Tensor),
    EightBit {
        matrix: EightBitMatrix,
        activations: ActivationBits,
    },
    /// On a device that has its own 8-bit kernels.
    OnDevice(QMatMul),
}

/// A linear layer: weight `[outputs, inputs]`, bias `[outputs]`.
pub(super) struct Linear {
    weight: Weight,
    bias: Option<Tensor>,
}

impl Linear {
    pub(super) fn new(weight: Tensor, bias: Option<Tensor>, rounding: Rounding) -> Result<Self> {
        let weight = match rounding.precision {
            Precision::Full => Weight::Full(weight),
            Precision::EightBit if weight.device().is_cpu() => {
                let matrix = EightBitMatrix::of(&weight.to_dtype(DType::F32)?)?;
                Weight::EightBit { matrix, activations: rounding.activations }
            }
            Precision::EightBit => {
                let weight = weight.to_dtype(DType::F32)?;
                Weight::OnDevice(QMatMul::from_qtensor(QTensor::quantize(&weight, GgmlDType::Q8_0)?)?)
            }
        };
        Ok(Self { weight, bias })
    }

    /// Rows `[rows, inputs]` to `[rows, outputs]`.
    pub(super) fn apply(&self, rows: &Tensor) -> Result<Tensor> {
        self.product(rows, false)
    }

    /// As [`Self::apply`], and `gelu_pytorch_tanh` of the result.
    pub(super) fn apply_gelu(&self, rows: &Tensor) -> Result<Tensor> {
        self.product(rows, true)
    }

    fn product(&self, rows: &Tensor, activate: bool) -> Result<Tensor> {
        let product = match &self.weight {
            Weight::EightBit { matrix, activations } => {
                return matrix.multiply(rows, self.bias.as_ref(), activate, *activations);
            }
            Weight::Full(weight) => full_product(rows, weight)?,
            // The kernels of CUDA and Metal take f32 rows.
            Weight::OnDevice(matrix) => {
                matrix.forward(&rows.to_dtype(DType::F32)?)?.to_dtype(rows.dtype())?
            }
        };
        match &self.bias {
            Some(bias) => add_bias(product, bias, activate),
            None if activate => product.gelu(),
            None => Ok(product),
        }
    }
}

fn full_product(rows: &Tensor, weight: &Tensor) -> Result<Tensor> {
    if rows.device().is_cpu() && rows.dtype() == DType::F32 && rows.dim(0)? <= kernels::FEW {
        return kernels::multiply_few(rows, weight);
    }
    rows.matmul(&weight.t()?)
}

fn add_bias(rows: Tensor, bias: &Tensor, activate: bool) -> Result<Tensor> {
    if rows.device().is_cpu() {
        kernels::add_bias(&rows, bias, activate)?;
        return Ok(rows);
    }
    let sum = rows.broadcast_add(bias)?;
    if activate { sum.gelu() } else { Ok(sum) }
}

/// The sum of two tensors of one shape.
pub(super) fn add(left: &Tensor, right: &Tensor) -> Result<Tensor> {
    if left.device().is_cpu() { kernels::add(left, right) } else { left + right }
}

/// silu(gate) · up of rows `[rows, 2 · columns]`, gate first.
pub(super) fn gate(rows: &Tensor) -> Result<Tensor> {
    if rows.device().is_cpu() { kernels::gate(rows) } else { candle_nn::ops::swiglu(rows) }
}

/// Scale and shift of a layer norm.
pub(super) struct LayerNorm {
    pub(super) weight: Tensor,
    pub(super) bias: Tensor,
    pub(super) epsilon: f32,
}

impl LayerNorm {
    pub(super) fn apply(&self, rows: &Tensor) -> Result<Tensor> {
        if rows.device().is_cpu() {
            return kernels::layer_norm(rows, &self.weight, &self.bias, self.epsilon);
        }
        candle_nn::ops::layer_norm(rows, &self.weight, &self.bias, self.epsilon)
    }
}

/// Scale of a root-mean-square norm, computed in f32 whatever the rows are.
pub(super) struct RmsNorm {
    pub(super) weight: Tensor,
    pub(super) epsilon: f32,
}

impl RmsNorm {
    pub(super) fn apply(&self, rows: &Tensor) -> Result<Tensor> {
        if rows.device().is_cpu() {
            return kernels::rms_norm(rows, &self.weight, self.epsilon);
        }
        candle_nn::ops::rms_norm(rows, &self.weight, self.epsilon)
    }
}

/// Cosines and sines of the angle of each position and pair, f32 `[positions, width / 2]`.
pub(super) struct Angles {
    cosines: Tensor,
    sines: Tensor,
}

impl Angles {
    /// Angles of the positions from `first` on; source: transformers, `LlamaRotaryEmbedding`, computed in f32.
    pub(super) fn new(theta: f64, width: usize, first: usize, count: usize, device: &Device) -> Result<Self> {
        let half = width / 2;
        let frequencies: Vec<f32> =
            (0..half).map(|pair| 1.0 / (theta as f32).powf((2 * pair) as f32 / width as f32)).collect();
        let angles = (first..first + count)
            .flat_map(|position| frequencies.iter().map(move |frequency| position as f32 * frequency));
        let (cosines, sines): (Vec<f32>, Vec<f32>) = angles.map(|angle| (angle.cos(), angle.sin())).unzip();
        let shape = (count, half);
        let cosines = Tensor::from_vec(cosines, shape, device)?;
        Ok(Self { cosines, sines: Tensor::from_vec(sines, shape, device)? })
    }

    /// Turns the first `heads` heads of each row `[rows, …]`.
    pub(super) fn turn(&self, rows: Tensor, heads: usize) -> Result<Tensor> {
        if rows.device().is_cpu() {
            kernels::rotate(&rows, &self.cosines, &self.sines, heads)?;
            return Ok(rows);
        }
        let width = 2 * self.cosines.dim(1)?;
        let (count, columns) = rows.dims2()?;
        let turned = rows.narrow(1, 0, heads * width)?.reshape((1, count, heads, width))?;
        let turned = turned.transpose(1, 2)?.contiguous()?;
        let cosines = self.cosines.to_dtype(rows.dtype())?;
        let turned = candle_nn::rotary_emb::rope(&turned, &cosines, &self.sines.to_dtype(rows.dtype())?)?;
        let turned = turned.transpose(1, 2)?.reshape((count, heads * width))?;
        Tensor::cat(&[&turned, &rows.narrow(1, heads * width, columns - heads * width)?], 1)
    }
}

/// Attention; shapes as in [`kernels::attend`].
pub(super) fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor, heads: Heads) -> Result<Tensor> {
    if queries.device().is_cpu() {
        return kernels::attend(queries, keys, values, heads);
    }
    let split = |rows: &Tensor, count: usize| {
        rows.reshape((rows.dim(0)?, count, heads.width))?.transpose(0, 1)?.contiguous()
    };
    let repeat = heads.queries / heads.keys;
    let shared = |rows: Tensor| {
        let (count, positions, width) = rows.dims3()?;
        let rows = rows.unsqueeze(1)?.broadcast_as((count, repeat, positions, width))?;
        rows.reshape((heads.queries, positions, width))
    };
    let rows = queries.dim(0)?;
    let query = split(&queries.contiguous()?, heads.queries)?;
    let key = shared(split(&keys.contiguous()?, heads.keys)?)?;
    let value = shared(split(&values.contiguous()?, heads.keys)?)?;
    let positions = key.dim(1)?;
    let scale = 1.0 / (heads.width as f64).sqrt();
    let mut scores = (query.matmul(&key.transpose(1, 2)?)? * scale)?.to_dtype(DType::F32)?;
    if let Some(first) = heads.first {
        let mask: Vec<f32> = (0..rows)
            .flat_map(|row| {
                (0..positions).map(move |key| if key > first + row { f32::NEG_INFINITY } else { 0.0 })
            })
            .collect();
        scores = scores.broadcast_add(&Tensor::from_vec(mask, (rows, positions), queries.device())?)?;
    }
    let shares = candle_nn::ops::softmax(&scores, D::Minus1)?.to_dtype(value.dtype())?;
    shares.matmul(&value)?.transpose(0, 1)?.reshape((rows, heads.queries * heads.width))
}
