//! The families of vision-language models: which are known, and how one is loaded, whatever its family.
//!
//! Invariant: a family is a folder beside this file and one line in [`FAMILIES`]; `config.json` of a checkpoint says
//! which it is. Must not: know the graph of any family.

use std::path::Path;

use candle_core::{Device, utils};
use domain::VisionLanguageModel;

use crate::ModelError;
use crate::folder::{Folder, bad_setting};
use crate::smolvlm::{self, SmolVlm};

type Load = fn(&Path, &LoadOptions) -> Result<Box<dyn VisionLanguageModel>, ModelError>;

/// Names under `model_type` of `config.json`, and what loads such a folder.
const FAMILIES: &[(&[&str], Load)] =
    &[(smolvlm::MODEL_TYPES, |folder, options| Ok(Box::new(SmolVlm::load(folder, options)?)))];

/// Whether a model of this type, as `config.json` names it, can be run.
pub(crate) fn is_known(model_type: &str) -> bool {
    family(model_type).is_some()
}

fn family(model_type: &str) -> Option<Load> {
    FAMILIES.iter().find(|(names, _)| names.contains(&model_type)).map(|(_, load)| *load)
}

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hardware {
    #[default]
    Cpu,
    Cuda,
    Metal,
}

impl Hardware {
    /// What this build can use on this machine, the fastest first. A build has CUDA or Metal behind features.
    pub fn available() -> Vec<Self> {
        let mut available = Vec::new();
        if utils::cuda_is_available() && Device::new_cuda(0).is_ok() {
            available.push(Self::Cuda);
        }
        if utils::metal_is_available() && Device::new_metal(0).is_ok() {
            available.push(Self::Metal);
        }
        available.push(Self::Cpu);
        available
    }

    pub(crate) fn device(self) -> Result<Device, ModelError> {
        Ok(match self {
            Self::Cpu => Device::Cpu,
            Self::Cuda => Device::new_cuda(0)?,
            Self::Metal => Device::new_metal(0)?,
        })
    }
}

/// How the weights of linear layers are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// In the data type of the computation: f32 on the CPU, bf16 elsewhere.
    #[default]
    Full,
    /// Eight bits with a scale for each 32 values (GGML's `Q8_0`); activations are rounded likewise in each product.
    EightBit,
}

/// How a checkpoint is loaded.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoadOptions {
    pub hardware: Hardware,
    pub precision: Precision,
    /// Refuse to load where the weights would take more bytes than this.
    pub memory_limit: Option<u64>,
}

#[derive(serde::Deserialize)]
struct Kind {
    model_type: String,
}

/// Loads a checkpoint folder in the Hub's layout.
///
/// # Errors
/// A [`ModelError`] that names the file, and the tensor or setting where there is one.
pub fn load(path: &Path, options: &LoadOptions) -> Result<Box<dyn VisionLanguageModel>, ModelError> {
    const FILE: &str = "config.json";
    let kind: Kind = Folder::new(path).json(FILE)?;
    let Some(load) = family(&kind.model_type) else {
        let reason = format!("models of the kind \"{}\" are not known", kind.model_type);
        return Err(bad_setting(FILE, "model_type", &reason));
    };
    load(path, options)
}
