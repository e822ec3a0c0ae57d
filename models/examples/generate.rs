//! One answer with timings: `generate --model DIR --image IMAGE --prompt TEXT --max-tokens N
//! [--tiles N] [--dtype f32|q8_0] [--before TEXT] [--json]`.
//!
//! `--before` asks another question about the same picture first, so that the timings are those of a follow-up question.
//! Prints the answer, or with `--json` an object with answer, end, timings per phase (seconds) and peak memory (bytes).

mod common;
#[path = "common/picture.rs"]
mod picture;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use common::{Arguments, Failure, finish};
use domain::{AnswerForm, AnswerStep, Control, PictureQuestion, VisionLanguageModel};
use models::smolvlm::SmolVlm;
use models::vision_language::LoadOptions;

fn main() -> ExitCode {
    finish(run())
}

#[expect(clippy::print_stdout, reason = "an example reports on the terminal")]
fn run() -> Result<(), Failure> {
    let names = ["model", "image", "prompt", "max-tokens", "tiles", "dtype", "before"];
    let arguments = Arguments::read(&names, &["json"])?;
    let picture = picture::open(Path::new(arguments.needed("image")?))?;
    let options = LoadOptions { precision: arguments.precision()?, ..LoadOptions::default() };
    let start = Instant::now();
    let model = SmolVlm::load(Path::new(arguments.needed("model")?), &options)?;
    let load = start.elapsed();
    let question = PictureQuestion {
        picture: &picture,
        text: arguments.needed("prompt")?,
        form: AnswerForm::Free,
        most_tokens: arguments.number("max-tokens")?.unwrap_or(64),
        tile_budget: arguments.number("tiles")?,
    };
    if let Some(text) = arguments.get("before") {
        model.answer_timed(&PictureQuestion { text, most_tokens: 1, ..question }, &mut |_| {
            Control::Continue
        })?;
    }
    let start = Instant::now();
    let mut first_token = None;
    let (answer, timings) = model.answer_timed(&question, &mut |step: AnswerStep| {
        if matches!(step, AnswerStep::Answer { done: 1, .. }) {
            first_token.get_or_insert_with(|| start.elapsed());
        }
        Control::Continue
    })?;
    if arguments.get("json").is_none() {
        println!("{}", answer.text);
        return Ok(());
    }
    let decode = timings.decode.as_secs_f64();
    // The first token comes from the prompt's pass, so decoding took one pass fewer than there are tokens.
    let passes = timings.answer_tokens.saturating_sub(1);
    let report = serde_json::json!({
        "answer": answer.text,
        "tokens": answer.tokens,
        "end": format!("{:?}", answer.end),
        "device": model.device(),
        "frames": timings.frames,
        "frames_known": timings.frames_known,
        "prompt_tokens": timings.prompt_tokens,
        "answer_tokens": timings.answer_tokens,
        "load_seconds": load.as_secs_f64(),
        "preprocess_seconds": timings.preprocess.as_secs_f64(),
        "vision_seconds": timings.vision.as_secs_f64(),
        "prefill_seconds": timings.prefill.as_secs_f64(),
        "decode_seconds": decode,
        "total_seconds": (timings.preprocess + timings.vision + timings.prefill + timings.decode).as_secs_f64(),
        "first_token_seconds": first_token.map(|time| time.as_secs_f64()),
        "prefill_tokens_per_second": timings.prompt_tokens as f64 / timings.prefill.as_secs_f64().max(1e-9),
        "decode_tokens_per_second": passes as f64 / decode.max(1e-9),
        "peak_memory_bytes": peak_memory(),
    });
    println!("{report}");
    Ok(())
}

/// Largest resident memory of this process so far, where the system tells it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
