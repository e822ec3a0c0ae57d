//! The SmolVLM family through its public surface, on the fixtures that `models/reference/make_vlm_fixtures.py` makes.

mod answers;
mod grammar;
mod hostile;
mod micro;
#[path = "../../../examples/common/pages.rs"]
pub(crate) mod pages;
mod parity;
mod preprocessing;

pub(crate) use pages::Numbers;
use std::path::PathBuf;

use candle_core::{Device, Tensor};
use domain::Picture;
use models::smolvlm::SmolVlm;
use models::vision_language::LoadOptions;
use safetensors::SafeTensors;
use serde_json::Value;

/// Every committed checkpoint with random weights.
pub(crate) const FIXTURES: &[&str] = &[
    "absent-keys",
    "grouped-fifteen-five-tied-sharded",
    "grouped-nine-three-bfloat16",
    "idefics3-scale-three",
    "idefics3-tied-scale-four",
    "patch-fourteen-384",
    "patch-sixteen-512",
    "smolvlm-fourteen-scale-three",
    "smolvlm-tiny",
];

pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("reference/fixtures").join(name)
}

pub(crate) fn model(name: &str) -> SmolVlm {
    SmolVlm::load(&folder(name), &LoadOptions::default()).expect("the fixture loads")
}

pub(crate) fn picture(name: &str) -> Picture {
    let decoded = image::open(folder(name).join("picture.png")).expect("the fixture has a picture").to_rgb8();
    Picture { width: decoded.width(), height: decoded.height(), pixels: decoded.into_raw() }
}

/// What transformers computed.
pub(crate) struct Expected {
    bytes: Vec<u8>,
    pub(crate) facts: Value,
}

impl Expected {
    pub(crate) fn of(name: &str) -> Self {
        let bytes =
            std::fs::read(folder(name).join("expected.safetensors")).expect("the fixture is committed");
        let facts = std::fs::read(folder(name).join("expected.json")).expect("the fixture is committed");
        Self { bytes, facts: serde_json::from_slice(&facts).expect("JSON") }
    }

    pub(crate) fn has(&self, tensor: &str) -> bool {
        SafeTensors::deserialize(&self.bytes).expect("a safetensors file").tensor(tensor).is_ok()
    }

    pub(crate) fn floats(&self, tensor: &str) -> Vec<f32> {
        crate::support::floats(&SafeTensors::deserialize(&self.bytes).expect("a safetensors file"), tensor)
    }

    pub(crate) fn shape(&self, tensor: &str) -> Vec<usize> {
        let file = SafeTensors::deserialize(&self.bytes).expect("a safetensors file");
        file.tensor(tensor).expect("the fixture has this tensor").shape().to_vec()
    }

    pub(crate) fn tokens(&self, tensor: &str) -> Vec<u32> {
        let file = SafeTensors::deserialize(&self.bytes).expect("a safetensors file");
        let view = file.tensor(tensor).expect("the fixture has this tensor");
        let number = |bytes: &[u8]| i64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        view.data().chunks_exact(8).map(|bytes| u32::try_from(number(bytes)).expect("an id")).collect()
    }

    pub(crate) fn question(&self) -> &str {
        self.facts["question"].as_str().expect("a question")
    }
}

/// ‖left − right‖ / ‖right‖.
pub(crate) fn relative_difference(left: &[f32], right: &[f32]) -> f64 {
    assert_eq!(left.len(), right.len());
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>().sqrt();
    let difference = norm(&mut left.iter().zip(right).map(|(left, right)| f64::from(left - right)));
    let size = norm(&mut right.iter().map(|value| f64::from(*value)));
    assert!(size > 0.0, "there is nothing to compare with");
    difference / size
}

pub(crate) fn values(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().and_then(|tensor| tensor.to_vec1()).expect("f32 values")
}

pub(crate) fn tensor(values: Vec<f32>, shape: &[usize]) -> Tensor {
    Tensor::from_vec(values, shape, &Device::Cpu).expect("the shape fits")
}
