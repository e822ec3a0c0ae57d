//! Exit codes, and printing that survives a closed pipe.

use std::io::Write;
use std::process::ExitCode;

use api::Error;
use serde::Serialize;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Ok,
    Usage,
    SomeFailed,
    Library,
    VerificationFailed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Usage => 1,
            Exit::SomeFailed => 2,
            Exit::Library => 3,
            Exit::VerificationFailed => 4,
        })
    }
}

impl Exit {
    /// The exit code of a failure on a pack, which touches no library.
    pub(crate) fn of_pack(error: &Error) -> Self {
        match Self::of(error) {
            Self::Library => Self::SomeFailed,
            exit => exit,
        }
    }

    /// The exit code that an error asks for.
    pub(crate) fn of(error: &Error) -> Self {
        match error.code.as_str() {
            "bad_request" | "unknown_command" | "unknown_format" | "not_found" | "conflict"
            | "unnamed_tool" | "not_agreed" | "bad_name" | "already_installed" | "not_installed"
            | "not_enough_memory" | "no_model" | "outside" | "not_decoded" | "being_read" => Self::Usage,
            "not_read"
            | "model_unusable"
            | "model_failed"
            | "model_not_loaded"
            | "model_crashed"
            | "model_hung"
            | "model_out_of_memory"
            | "cancelled" => Self::SomeFailed,
            _ => Self::Library,
        }
    }
}

/// Prints one value as a line of JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_string(value).map_err(|error| {
        Error::new("internal", format!("The answer could not be written ({error}). Nothing was changed."))
    })?;
    line(&text)
}

/// Prints one line; a reader that went away is reported, not a panic.
pub(crate) fn line(text: &str) -> Result<(), Error> {
    writeln!(std::io::stdout().lock(), "{text}").map_err(|error| {
        Error::new(
            "output_closed",
            format!("The output could not be written ({error}). The library is unchanged by this."),
        )
    })
}
