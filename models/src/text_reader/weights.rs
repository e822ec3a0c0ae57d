//! Reads a safetensors file of the reader into kernel layouts, and its settings from the file's metadata.
//!
//! Invariant: names, shapes, types and values are checked before a tensor is used; a mistake is a [`ModelError`] that
//! names file and tensor. Must not: fall back to a default for anything that the file should say.

use std::collections::HashMap;
use std::str::FromStr;

use candle_core::{Device, Tensor};
use half::slice::HalfFloatSliceExt;
use safetensors::{Dtype, SafeTensors};

use crate::ModelError;
use crate::kernels::{ColumnSum, Convolution};

/// `relu(x + second(relu(first(x))))`, both 3×3 with as many outputs as inputs.
pub(super) struct ResidualBlock {
    pub(super) first: Convolution,
    pub(super) second: Convolution,
}

/// An opened weight file.
pub(super) struct WeightFile<'a> {
    name: &'static str,
    tensors: SafeTensors<'a>,
    settings: HashMap<String, String>,
}

impl<'a> WeightFile<'a> {
    pub(super) fn open(name: &'static str, bytes: &'a [u8], format: &str) -> Result<Self, ModelError> {
        let unreadable = |error: safetensors::SafeTensorError| ModelError::Container {
            file: name.to_owned(),
            reason: error.to_string(),
        };
        let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
        let settings = header.metadata().clone().unwrap_or_default();
        let file = Self { name, tensors, settings };
        let found = file.setting::<String>("format")?;
        if found == format {
            Ok(file)
        } else {
            Err(ModelError::Format { file: name.to_owned(), expected: format.to_owned(), found })
        }
    }

    /// A value of the metadata.
    pub(super) fn setting<T: FromStr>(&self, key: &str) -> Result<T, ModelError> {
        let Some(text) = self.settings.get(key) else {
            return Err(self.bad_setting(key, "it is missing"));
        };
        text.parse().map_err(|_| self.bad_setting(key, &format!("\"{text}\" is not of the needed kind")))
    }

    /// A value of the metadata that may be missing.
    pub(super) fn optional_setting(&self, key: &str) -> Option<&str> {
        self.settings.get(key).map(String::as_str)
    }

    /// A number of the metadata within bounds that keep the later arithmetic safe.
    pub(super) fn number(&self, key: &str, low: f32, high: f32) -> Result<f32, ModelError> {
        let number = self.setting::<f32>(key)?;
        if (low..=high).contains(&number) {
            Ok(number)
        } else {
            Err(self.bad_setting(key, &format!("{number} is not between {low} and {high}")))
        }
    }

    pub(super) fn bad_setting(&self, key: &str, reason: &str) -> ModelError {
        ModelError::Setting { file: self.name.to_owned(), key: key.to_owned(), reason: reason.to_owned() }
    }

    fn floats(&self, tensor: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let file = || self.name.to_owned();
        let view = self
            .tensors
            .tensor(tensor)
            .map_err(|_| ModelError::MissingTensor { file: file(), tensor: tensor.to_owned() })?;
        if view.shape() != shape {
            return Err(ModelError::TensorShape {
                file: file(),
                tensor: tensor.to_owned(),
                expected: shape.to_vec(),
                found: view.shape().to_vec(),
            });
        }
        let data = view.data();
        let values: Vec<f32> = match view.dtype() {
            Dtype::F32 => data
                .chunks_exact(4)
                .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
                .collect(),
            Dtype::F16 => {
                let halves: Vec<half::f16> = data
                    .chunks_exact(2)
                    .map(|bytes| half::f16::from_le_bytes([bytes[0], bytes[1]]))
                    .collect();
                let mut values = vec![0.0; halves.len()];
                halves.convert_to_f32_slice(&mut values);
                values
            }
            other => {
                return Err(ModelError::TensorType {
                    file: file(),
                    tensor: tensor.to_owned(),
                    found: format!("{other:?}"),
                });
            }
        };
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(ModelError::TensorValue { file: file(), tensor: tensor.to_owned() })
        }
    }

    /// `<layer>.weight` `[outputs, inputs, taps…]` and `<layer>.bias` as rows of taps and inputs, bias last.
    fn rows(
        &self,
        layer: &str,
        inputs: usize,
        outputs: usize,
        taps: &[usize],
        row: impl Fn(usize, usize) -> usize,
    ) -> Result<Tensor, ModelError> {
        let mut shape = vec![outputs, inputs];
        shape.extend_from_slice(taps);
        let count: usize = taps.iter().product();
        let weight = self.floats(&format!("{layer}.weight"), &shape)?;
        let bias = self.floats(&format!("{layer}.bias"), &[outputs])?;
        let mut rows = vec![0.0f32; (count * inputs + 1) * outputs];
        for (output, weights) in weight.chunks_exact(count * inputs).enumerate() {
            for (input, taps) in weights.chunks_exact(count).enumerate() {
                for (tap, value) in taps.iter().enumerate() {
                    rows[row(tap, input) * outputs + output] = *value;
                }
            }
        }
        rows[count * inputs * outputs..].copy_from_slice(&bias);
        Ok(Tensor::from_vec(rows, (count * inputs + 1, outputs), &Device::Cpu)?)
    }

    pub(super) fn convolution(
        &self,
        layer: &str,
        inputs: usize,
        outputs: usize,
        kernel: usize,
        stride: usize,
    ) -> Result<Convolution, ModelError> {
        let weights =
            self.rows(layer, inputs, outputs, &[kernel, kernel], |tap, input| tap * inputs + input)?;
        Ok(Convolution { weights, kernel, stride })
    }

    /// Two 3×3 convolutions whose result is added to their input.
    pub(super) fn residual_block(&self, name: &str, channels: usize) -> Result<ResidualBlock, ModelError> {
        Ok(ResidualBlock {
            first: self.convolution(&format!("{name}.first"), channels, channels, 3, 1)?,
            second: self.convolution(&format!("{name}.second"), channels, channels, 3, 1)?,
        })
    }

    /// A 1-D convolution over steps.
    pub(super) fn step_convolution(
        &self,
        layer: &str,
        inputs: usize,
        outputs: usize,
        kernel: usize,
    ) -> Result<Tensor, ModelError> {
        self.rows(layer, inputs, outputs, &[kernel], |tap, input| tap * inputs + input)
    }

    /// A linear layer over the channels of each step.
    pub(super) fn linear(&self, layer: &str, inputs: usize, outputs: usize) -> Result<Tensor, ModelError> {
        self.rows(layer, inputs, outputs, &[], |_, input| input)
    }

    /// A linear layer over whole columns, whose input index is `channel · rows + row`.
    pub(super) fn column_sum(
        &self,
        layer: &str,
        rows: usize,
        channels: usize,
        outputs: usize,
    ) -> Result<ColumnSum, ModelError> {
        let order = |_: usize, input: usize| (input % rows) * channels + input / rows;
        Ok(ColumnSum { weights: self.rows(layer, rows * channels, outputs, &[], order)? })
    }

    /// Weight and bias of a layer norm, `[2, channels]`.
    pub(super) fn layer_norm(&self, layer: &str, channels: usize) -> Result<Tensor, ModelError> {
        let mut scales = self.floats(&format!("{layer}.weight"), &[channels])?;
        scales.extend(self.floats(&format!("{layer}.bias"), &[channels])?);
        Ok(Tensor::from_vec(scales, (2, channels), &Device::Cpu)?)
    }
}
