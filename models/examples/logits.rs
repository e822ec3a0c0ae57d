//! A full pass on given inputs: `logits --model DIR --input IN.safetensors --output OUT.safetensors`.
//!
//! IN holds `input_ids` i64 [1, T] and `pixel_values` f32 [1, n, 3, S, S]; OUT gets `logits` f32 [1, T, V] and
//! `image_features` f32 [n, tokens, H]. For comparing the port with a reference.

mod common;

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;

use candle_core::{DType, Device, Tensor};
use common::{Arguments, Failure, finish};
use models::smolvlm::SmolVlm;
use models::vision_language::LoadOptions;

fn main() -> ExitCode {
    finish(run())
}

fn run() -> Result<(), Failure> {
    let arguments = Arguments::read(&["model", "input", "output"], &[])?;
    let model = SmolVlm::load(Path::new(arguments.needed("model")?), &LoadOptions::default())?;
    let inputs = candle_core::safetensors::load(arguments.needed("input")?, &Device::Cpu)?;
    let input = |name: &str| inputs.get(name).ok_or_else(|| format!("the input lacks {name}"));
    let ids: Vec<i64> = input("input_ids")?.to_dtype(DType::I64)?.flatten_all()?.to_vec1()?;
    let tokens = ids.into_iter().map(u32::try_from).collect::<Result<Vec<u32>, _>>()?;
    let pixels = input("pixel_values")?;
    let pixels = if pixels.rank() == 5 { pixels.squeeze(0)? } else { pixels.clone() };
    let outputs = model.forward(&tokens, &pixels)?;
    let tensors: HashMap<&str, Tensor> =
        HashMap::from([("logits", outputs.logits.unsqueeze(0)?), ("image_features", outputs.image_features)]);
    candle_core::safetensors::save(&tensors, arguments.needed("output")?)?;
    Ok(())
}
