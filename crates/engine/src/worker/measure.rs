//! How fast a model is on this computer: one question about a made-up page.
//!
//! Invariant: no user's picture is needed or touched. Times are wall-clock times of this process.

use std::time::Instant;

use domain::pack::Measured;
use domain::{AnswerError, AnswerForm, AnswerStep, Control, Picture, PictureQuestion, VisionLanguageModel};

/// Tokens of the answer that are timed.
const TOKENS: usize = 48;
const QUESTION: &str = "Describe this picture in detail.";
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 800;

/// A page of grey bars, each tile different, so that no tile is looked at only once for several places.
fn page() -> Picture {
    let mut pixels = Vec::with_capacity((WIDTH * HEIGHT * 3) as usize);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let line = y / 20;
            let end = 200 + (line * 7919) % 900;
            let ink = y % 20 < 9 && x > 60 && x < end && (x * 31 + line * 17) % 11 > 2;
            let shade = if ink { 60 } else { 235 - (x / 64 + y / 64) as u8 };
            pixels.extend([shade; 3]);
        }
    }
    Picture { width: WIDTH, height: HEIGHT, pixels }
}

pub(super) fn measure(
    model: &dyn VisionLanguageModel,
    load_seconds: f64,
    steps: &mut dyn FnMut(AnswerStep) -> Control,
) -> Result<Measured, AnswerError> {
    let picture = page();
    let question = PictureQuestion {
        picture: &picture,
        text: QUESTION,
        form: AnswerForm::Free,
        most_tokens: TOKENS,
        tile_budget: None,
    };
    let started = Instant::now();
    let mut first = None;
    let answer = model.answer(&question, &mut |step: AnswerStep| {
        if matches!(step, AnswerStep::Answer { done: 1.., .. }) {
            first.get_or_insert_with(Instant::now);
        }
        steps(step)
    })?;
    let ended = Instant::now();
    let first = first.unwrap_or(ended);
    let following = answer.tokens.len().saturating_sub(1);
    let seconds = (ended - first).as_secs_f64();
    Ok(Measured {
        device: model.device(),
        load_seconds: rounded(load_seconds),
        first_token_seconds: rounded((first - started).as_secs_f64()),
        tokens_per_second: (following > 0 && seconds > 0.0).then(|| rounded(following as f64 / seconds)),
        peak_memory: peak_memory(),
    })
}

/// Three digits behind the point.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// Most memory that this process has held, in bytes (Linux: `VmHWM` of proc(5)).
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
