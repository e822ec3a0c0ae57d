//! What the processor makes of a picture: `preprocess --model DIR [--prompt TEXT] [--tiles N] IMAGE OUT.safetensors`.
//!
//! OUT gets `pixel_values` f32 [1, n, 3, S, S], and with a prompt `input_ids` i64 [1, T] of the picture followed by it.

mod common;
#[path = "common/picture.rs"]
mod picture;

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;

use candle_core::{Device, Tensor};
use common::{Arguments, Failure, finish};
use models::smolvlm::Processor;

fn main() -> ExitCode {
    finish(run())
}

fn run() -> Result<(), Failure> {
    let arguments = Arguments::read(&["model", "prompt", "tiles"], &[])?;
    let [image, output] = arguments.plain.as_slice() else {
        return Err("give a picture and an output file".into());
    };
    let processor = Processor::load(Path::new(arguments.needed("model")?))?;
    let prompt = arguments.get("prompt");
    let inputs = processor.inputs(
        &picture::open(Path::new(image))?,
        prompt.unwrap_or_default(),
        arguments.number("tiles")?,
    )?;
    let mut tensors = HashMap::from([("pixel_values", inputs.pixel_values.unsqueeze(0)?)]);
    if prompt.is_some() {
        let ids: Vec<i64> = inputs.tokens.iter().map(|token| i64::from(*token)).collect();
        let count = ids.len();
        tensors.insert("input_ids", Tensor::from_vec(ids, (1, count), &Device::Cpu)?);
    }
    candle_core::safetensors::save(&tensors, output)?;
    Ok(())
}
