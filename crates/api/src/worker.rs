//! The hidden subcommand that makes any of our programs a worker.

use std::process::ExitCode;

use domain::{TextReader, VisionLanguageModel};
use engine::worker::Loaders;
pub use engine::worker::ModelStart;

/// Whether this process was started as a worker.
pub fn is_requested() -> bool {
    std::env::args_os().nth(1).is_some_and(|argument| argument == "worker")
}

/// Serves until the owner closes the pipe. A reader is loaded here, so that only workers pay for it.
pub fn run(
    text: impl Fn() -> Result<Box<dyn TextReader>, String>,
    model: impl Fn(&ModelStart) -> Result<Box<dyn VisionLanguageModel>, String>,
) -> ExitCode {
    engine::worker::serve(&Loaders { text: &text, model: &model })
}
