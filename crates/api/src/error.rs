//! The one error that leaves the core: a stable code and a sentence.
//!
//! Invariant: the sentence says what happened, whether anything was changed or lost, and what to do now; code that
//! handles errors looks at `code`, never at the sentence.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An error as the window and the command line see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// For example `not_found`, `conflict`, `library_in_use`.
    pub code: String,
    pub message: String,
}

impl From<domain::PackError> for Error {
    fn from(error: domain::PackError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl Error {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}
