//! What the app and its worker process say to each other.
//!
//! Invariant: one request is answered by any number of `Progress` and exactly one `Done` or `Failed`; the first
//! request is `Start` and its answer `Ready`.

use std::ffi::OsString;

use domain::{Extraction, Reading};
use serde::{Deserialize, Serialize};

use crate::Failure;

/// What the worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Decoding,
    Reading,
    /// Rules propose claims and each is checked against the page.
    Proposing,
}

/// From the app to the worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// `memory_limit` in bytes of address space; `None` for no limit.
    Start {
        memory_limit: Option<u64>,
    },
    Read(ReadRequest),
}

/// One picture to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRequest {
    /// Comes back with every answer.
    pub id: String,
    /// The name people know the picture by; in a library the path has only the hash. Injected faults go by it.
    pub name: String,
    pub path: OsString,
    /// When given, bytes with another SHA-256 are refused: a damaged file must not become evidence.
    pub sha256: Option<String>,
}

/// From the worker to the app.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reply {
    Ready {
        /// Name and version of the text reader.
        reader: String,
    },
    Progress {
        id: String,
        stage: Stage,
        done: u32,
        total: u32,
    },
    Done {
        id: String,
        outcome: Box<ReadOutcome>,
    },
    Failed {
        id: String,
        failure: Failure,
    },
}

/// Everything that came out of one picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadOutcome {
    /// Of the upright picture.
    pub width: u32,
    pub height: u32,
    pub reading: Reading,
    pub extraction: Extraction,
    pub timings: Timings,
}

/// How long the stages took inside the worker, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Timings {
    pub decode_ms: f64,
    pub read_ms: f64,
    /// Proposing and grounding.
    pub propose_ms: f64,
    pub total_ms: f64,
}
