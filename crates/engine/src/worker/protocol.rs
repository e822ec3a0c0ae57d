//! What the app and its worker process say to each other.
//!
//! Invariant: one request is answered by any number of `Progress` and exactly one `Done`, `RegionRead`, `TakenApart`, `Looked`,
//! `Measured` or `Failed`; the first request is `Start` and its answer `Ready` or `Failed`. `Start` says which of the two readers the
//! process is: the text reader, or a vision-language model.

use std::ffi::OsString;

use domain::pack::Measured;
use domain::{Extraction, PageKind, PixelBox, Reading};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::document::Parts;
use crate::look::{Look, Task};
use crate::region::RegionRead;

/// What the worker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Decoding,
    Reading,
    /// Rules propose claims and each is checked against the page.
    Proposing,
    /// A model looks at the picture: tiles of it, of all.
    Looking,
    /// It reads the question and the page's lines: `total` tokens.
    Considering,
    /// It answers: tokens of the answer, of the most allowed.
    Answering,
}

impl Stage {
    /// Whether a vision-language model does it, which takes longer than anything else.
    pub const fn is_of_model(self) -> bool {
        matches!(self, Self::Looking | Self::Considering | Self::Answering)
    }
}

/// A vision-language model to be loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelStart {
    /// A folder in the Hub's layout.
    pub folder: OsString,
    /// The name under which its proposals are marked.
    pub name: String,
    /// Most bytes that the weights may take.
    pub weights_limit: Option<u64>,
}

/// From the app to the worker.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// `memory_limit` in bytes of address space; `None` for no limit.
    Start {
        memory_limit: Option<u64>,
        /// The model that this process is to be; without it, the text reader.
        model: Option<ModelStart>,
    },
    Read(ReadRequest),
    ReadRegion(RegionRequest),
    TakeApart(TakeApartRequest),
    Look(LookRequest),
    /// How fast the model is on this computer, with a made-up page.
    Measure {
        id: String,
    },
}

/// A part of a picture to be read by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionRequest {
    pub picture: ReadRequest,
    pub region: PixelBox,
}

/// A file with several pictures, to be taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeApartRequest {
    pub picture: ReadRequest,
    /// An empty folder for the pictures.
    pub folder: OsString,
}

/// One task for the model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LookRequest {
    pub picture: ReadRequest,
    pub reading: Reading,
    pub page_kind: PageKind,
    pub task: Task,
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
        /// Name and version of the text reader, or of the model.
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
    RegionRead {
        id: String,
        read: Box<RegionRead>,
    },
    TakenApart {
        id: String,
        parts: Parts,
    },
    Looked {
        id: String,
        look: Box<Look>,
    },
    Measured {
        id: String,
        measured: Measured,
    },
    Failed {
        id: String,
        failure: Failure,
    },
}

impl Reply {
    /// The request that it answers.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Ready { .. } => None,
            Self::Progress { id, .. }
            | Self::Done { id, .. }
            | Self::RegionRead { id, .. }
            | Self::TakenApart { id, .. }
            | Self::Looked { id, .. }
            | Self::Measured { id, .. }
            | Self::Failed { id, .. } => Some(id),
        }
    }
}

/// Everything that came out of one picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadOutcome {
    /// Of the upright picture.
    pub width: u32,
    pub height: u32,
    pub reading: Reading,
    pub extraction: Extraction,
    /// When the file says that it was taken, RFC 3339 in UTC.
    pub taken_at: Option<String>,
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
