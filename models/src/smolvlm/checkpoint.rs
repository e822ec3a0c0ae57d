//! The weights of a checkpoint: one safetensors file, or several with an index, read tensor by tensor.
//!
//! Source: the safetensors format (eight bytes of header length, a JSON header, then the values) and the Hub's
//! `model.safetensors.index.json`. Invariant: name, shape, type, offsets and file length are checked before memory is
//! taken, so a wrong file costs at most its header. Must not: know the graph.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use candle_core::{DType, Device, Tensor};
use half::slice::HalfFloatSliceExt;
use safetensors::Dtype;
use safetensors::tensor::Metadata;
use serde::Deserialize;

use crate::ModelError;
use crate::folder::{Folder, unreadable};

const WEIGHT_FILE: &str = "model.safetensors";
const INDEX_FILE: &str = "model.safetensors.index.json";

/// Largest header that is read; the largest checkpoint of the family has some 60 kB.
const MOST_HEADER: u64 = 16 << 20;
/// Bytes converted at a time.
const CHUNK: usize = 1 << 20;

struct Place {
    file: usize,
    kind: Dtype,
    shape: Vec<usize>,
    /// From the start of the file.
    start: u64,
}

struct WeightFile {
    name: String,
    file: RefCell<File>,
}

/// An opened checkpoint; nothing but headers is in memory.
pub(super) struct Checkpoint {
    files: Vec<WeightFile>,
    places: HashMap<String, Place>,
    /// Where the tensors go and as what.
    device: Device,
    data_type: DType,
}

#[derive(Deserialize)]
struct Index {
    weight_map: HashMap<String, String>,
}

impl Checkpoint {
    pub(super) fn open(folder: &Folder, device: &Device, data_type: DType) -> Result<Self, ModelError> {
        let mut checkpoint =
            Self { files: Vec::new(), places: HashMap::new(), device: device.clone(), data_type };
        if folder.has(WEIGHT_FILE) || !folder.has(INDEX_FILE) {
            checkpoint.add(folder, WEIGHT_FILE, |_| true)?;
            return Ok(checkpoint);
        }
        let index: Index = folder.json(INDEX_FILE)?;
        let parts: BTreeSet<&String> = index.weight_map.values().collect();
        for part in parts {
            checkpoint.add(folder, part, |tensor| index.weight_map.get(tensor) == Some(part))?;
        }
        match index.weight_map.iter().find(|(tensor, _)| !checkpoint.places.contains_key(*tensor)) {
            Some((tensor, part)) => {
                Err(ModelError::MissingTensor { file: part.clone(), tensor: tensor.clone() })
            }
            None => Ok(checkpoint),
        }
    }

    fn add(&mut self, folder: &Folder, name: &str, belongs: impl Fn(&str) -> bool) -> Result<(), ModelError> {
        let broken =
            |reason: &str| ModelError::Container { file: name.to_owned(), reason: reason.to_owned() };
        let mut file = folder.open(name)?;
        let length = file.metadata().map_err(|error| unreadable(name, &error.to_string()))?.len();
        let mut start = [0u8; 8];
        file.read_exact(&mut start).map_err(|_| broken("it is shorter than its header"))?;
        let header_length = u64::from_le_bytes(start);
        if header_length > MOST_HEADER || header_length + 8 > length {
            return Err(broken(&format!("its header would be {header_length} bytes long")));
        }
        let mut header = vec![0u8; header_length as usize];
        file.read_exact(&mut header).map_err(|_| broken("it is shorter than its header"))?;
        let metadata: Metadata =
            serde_json::from_slice(&header).map_err(|error| broken(&error.to_string()))?;
        let data = 8 + header_length;
        let tensors = metadata.tensors();
        let end = tensors.values().map(|info| info.data_offsets.1 as u64).max().unwrap_or(0);
        if data.checked_add(end) != Some(length) {
            return Err(broken(&format!(
                "it has {length} bytes where its header describes {end} and itself"
            )));
        }
        for (tensor, info) in tensors {
            if belongs(&tensor) {
                let place = Place {
                    file: self.files.len(),
                    kind: info.dtype,
                    shape: info.shape.clone(),
                    start: data + info.data_offsets.0 as u64,
                };
                self.places.insert(tensor, place);
            }
        }
        self.files.push(WeightFile { name: name.to_owned(), file: RefCell::new(file) });
        Ok(())
    }

    pub(super) fn has(&self, tensor: &str) -> bool {
        self.places.contains_key(tensor)
    }

    /// The values of a tensor of this shape, appended to `values`.
    fn append(&self, tensor: &str, shape: &[usize], values: &mut Vec<f32>) -> Result<(), ModelError> {
        let Some(place) = self.places.get(tensor) else {
            let file = self.files.first().map_or(WEIGHT_FILE, |file| file.name.as_str());
            return Err(ModelError::MissingTensor { file: file.to_owned(), tensor: tensor.to_owned() });
        };
        let WeightFile { name, file } = &self.files[place.file];
        if place.shape != shape {
            return Err(ModelError::TensorShape {
                file: name.clone(),
                tensor: tensor.to_owned(),
                expected: shape.to_vec(),
                found: place.shape.clone(),
            });
        }
        let size = match place.kind {
            Dtype::F32 => 4,
            Dtype::BF16 | Dtype::F16 => 2,
            other => {
                return Err(ModelError::TensorType {
                    file: name.clone(),
                    tensor: tensor.to_owned(),
                    found: format!("{other:?}"),
                });
            }
        };
        let failed = |error: std::io::Error| unreadable(name, &error.to_string());
        let mut file = file.borrow_mut();
        file.seek(SeekFrom::Start(place.start)).map_err(failed)?;
        let count: usize = shape.iter().product();
        let first = values.len();
        values.resize(first + count, 0.0);
        let mut bytes = vec![0u8; CHUNK.min(count * size)];
        for part in values[first..].chunks_mut(CHUNK / size) {
            let bytes = &mut bytes[..part.len() * size];
            file.read_exact(bytes).map_err(failed)?;
            convert(place.kind, bytes, part);
        }
        if values[first..].iter().all(|value| value.is_finite()) {
            Ok(())
        } else {
            Err(ModelError::TensorValue { file: name.clone(), tensor: tensor.to_owned() })
        }
    }

    /// A tensor on the device, in the data type of the computation.
    pub(super) fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, ModelError> {
        let mut values = Vec::new();
        self.append(name, shape, &mut values)?;
        self.placed(values, shape)
    }

    /// Several tensors `[rows, columns]` (or `[rows]`, with no columns) below one another.
    pub(super) fn stacked(
        &self,
        parts: &[(&str, usize)],
        columns: Option<usize>,
    ) -> Result<Tensor, ModelError> {
        let mut values = Vec::new();
        let mut rows = 0;
        for (name, count) in parts {
            let shape: Vec<usize> = std::iter::once(*count).chain(columns).collect();
            self.append(name, &shape, &mut values)?;
            rows += count;
        }
        let shape: Vec<usize> = std::iter::once(rows).chain(columns).collect();
        self.placed(values, &shape)
    }

    fn placed(&self, values: Vec<f32>, shape: &[usize]) -> Result<Tensor, ModelError> {
        let tensor = Tensor::from_vec(values, shape, &Device::Cpu)?;
        Ok(tensor.to_dtype(self.data_type)?.to_device(&self.device)?)
    }
}

/// Little-endian values of a file as f32; `bytes` holds exactly as many as `values`.
fn convert(kind: Dtype, bytes: &[u8], values: &mut [f32]) {
    match kind {
        Dtype::F32 => {
            for (value, bytes) in values.iter_mut().zip(bytes.chunks_exact(4)) {
                *value = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            }
        }
        Dtype::BF16 => {
            for (value, bytes) in values.iter_mut().zip(bytes.chunks_exact(2)) {
                *value = f32::from_bits(u32::from(u16::from_le_bytes([bytes[0], bytes[1]])) << 16);
            }
        }
        _ => {
            let halves: Vec<half::f16> =
                bytes.chunks_exact(2).map(|bytes| half::f16::from_le_bytes([bytes[0], bytes[1]])).collect();
            halves.convert_to_f32_slice(values);
        }
    }
}
