//! From picture bytes to a reviewable proposal: decode, read, propose, ground; the queue that drives it; exports.
//!
//! Invariants: untrusted pictures are decoded and read only in the worker process; the engine knows the readers as
//! traits, never Candle, and the library as `store::Library`, never SQL; nothing here changes an accepted claim.

mod background;
pub mod decode;
pub mod document;
pub mod export;
pub mod fuse;
pub mod ground;
pub mod look;
pub mod picture;
pub mod propose;
pub mod queue;
pub mod read;
pub mod region;
pub mod second_reader;
pub mod taken;
pub mod worker;

/// A failure as it leaves the engine: a stable code and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    pub code: String,
    /// What happened, whether anything was lost, and what to do now.
    pub message: String,
}

impl Failure {
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}
