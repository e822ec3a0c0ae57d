//! The hidden subcommand that makes any of our programs a worker.

use std::process::ExitCode;

use domain::TextReader;

/// Whether this process was started as a worker.
pub fn is_requested() -> bool {
    std::env::args_os().nth(1).is_some_and(|argument| argument == "worker")
}

/// Serves until the owner closes the pipe. The reader is loaded here, so that only workers pay for it.
pub fn run<R: TextReader>(load: impl FnOnce() -> Result<R, String>) -> ExitCode {
    match load() {
        Ok(reader) => engine::worker::serve(&reader),
        Err(message) => {
            tracing::error!("the text reader could not be loaded: {message}");
            ExitCode::FAILURE
        }
    }
}
