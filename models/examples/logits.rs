//! A full pass on given inputs: `logits --model DIR --input IN.safetensors [--output OUT.safetensors] [--compare]
//! [--dtype f32|q8_0]`.
//!
//! IN holds `input_ids` i64 [1, T] and `pixel_values` f32 [1, n, 3, S, S]; OUT gets `logits` f32 [1, T, V] and
//! `image_features` f32 [n, tokens, H]. With `--compare`, IN also holds these two as a reference computed them, and
//! ‖Δ‖/‖reference‖ of both is printed as JSON.

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

#[expect(clippy::print_stdout, reason = "an example reports on the terminal")]
fn run() -> Result<(), Failure> {
    let arguments = Arguments::read(&["model", "input", "output", "dtype"], &["compare"])?;
    let options = LoadOptions { precision: arguments.precision()?, ..LoadOptions::default() };
    let model = SmolVlm::load(Path::new(arguments.needed("model")?), &options)?;
    let inputs = candle_core::safetensors::load(arguments.needed("input")?, &Device::Cpu)?;
    let input = |name: &str| inputs.get(name).ok_or_else(|| format!("the input lacks {name}"));
    let ids: Vec<i64> = input("input_ids")?.to_dtype(DType::I64)?.flatten_all()?.to_vec1()?;
    let tokens = ids.into_iter().map(u32::try_from).collect::<Result<Vec<u32>, _>>()?;
    let pixels = input("pixel_values")?;
    let pixels = if pixels.rank() == 5 { pixels.squeeze(0)? } else { pixels.clone() };
    let outputs = model.forward(&tokens, &pixels)?;
    let tensors: HashMap<&str, Tensor> =
        HashMap::from([("logits", outputs.logits.unsqueeze(0)?), ("image_features", outputs.image_features)]);
    if arguments.get("compare").is_some() {
        let logits = difference(&tensors["logits"], input("logits")?)?;
        let features = difference(&tensors["image_features"], input("image_features")?)?;
        println!("{}", serde_json::json!({ "logits": logits, "image_features": features }));
    }
    if let Some(output) = arguments.get("output") {
        candle_core::safetensors::save(&tensors, output)?;
    }
    Ok(())
}

/// ‖ours − reference‖ / ‖reference‖.
fn difference(ours: &Tensor, reference: &Tensor) -> Result<f64, Failure> {
    let values = |tensor: &Tensor| tensor.flatten_all()?.to_dtype(DType::F64)?.to_vec1::<f64>();
    let (ours, reference) = (values(ours)?, values(reference)?);
    if ours.len() != reference.len() {
        return Err(format!("{} values where the reference has {}", ours.len(), reference.len()).into());
    }
    let square = ours.iter().zip(&reference).map(|(left, right)| (left - right).powi(2)).sum::<f64>();
    Ok((square / reference.iter().map(|value| value.powi(2)).sum::<f64>()).sqrt())
}
