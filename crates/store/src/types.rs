//! What the library answers with.
//!
//! Invariant: plain data; times are RFC 3339 in UTC, ids are opaque text, boxes are upright picture pixels.

use domain::{Claim, Extraction, PageKind, PixelBox, Reading};
use serde::Serialize;

use crate::journal::EventKind;

/// A picture in the library.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Capture {
    pub id: String,
    pub sha256: String,
    /// Name of the file that was added; text to show, never a path to open.
    pub name: String,
    pub format: String,
    pub bytes: u64,
    /// Upright size, known after the first reading.
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub added_at: String,
    pub state: CaptureState,
    pub page_kind: Option<PageKind>,
    /// The newest change set that came out of it.
    pub change_set: Option<String>,
    /// Part of the bundled sample library.
    pub sample: bool,
}

/// How far the work on a capture has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CaptureState {
    Queued,
    Running { stage: Stage, done: u32, total: u32 },
    Ready,
    Failed { code: String, message: String },
    Cancelled,
}

/// What a worker is doing with a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Decoding,
    Reading,
    Proposing,
}

/// The answer to adding a picture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Added {
    pub capture: Capture,
    /// The same bytes were in the library before; nothing was added.
    pub already_here: bool,
}

/// Work to be done on one capture.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Job {
    pub id: String,
    pub capture: Capture,
    /// 1 for the first try.
    pub attempt: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Queued,
    Running,
    Done,
    Failed,
    /// Two workers died over this capture; it is not tried again by itself.
    Quarantined,
    Cancelled,
}

/// What a worker found in one capture.
#[derive(Debug, Clone, PartialEq)]
pub struct JobOutcome {
    pub width: u32,
    pub height: u32,
    pub reading: Reading,
    pub extraction: Extraction,
    pub seconds: f64,
}

/// The answer to a merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Merged {
    /// Id of the event, the undo step.
    pub event: String,
    /// "Merge of 14 claims into 2 tools".
    pub description: String,
    /// Ids of the tools that received something.
    pub tools: Vec<String>,
    /// Proposals that were carried out.
    pub claims: u32,
    /// Accepted proposals that a value corrected by hand kept out.
    pub blocked: u32,
    /// The change set that holds what was still undecided, if anything was.
    pub rest: Option<String>,
}

/// The answer to undo and redo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undone {
    pub description: String,
    pub change_set: String,
}

/// One step of the library's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    pub id: String,
    pub seq: i64,
    pub kind: EventKind,
    pub description: String,
    pub at: String,
    pub change_set: String,
    /// A merge that is taken back at present.
    pub undone: bool,
}

/// One line of the list of tools.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolSummary {
    pub id: String,
    pub name: String,
    pub tagline: Option<String>,
    pub category: Option<String>,
    /// The lowest price that is stated, in plain words.
    pub entry_price: Option<String>,
    /// Current claims.
    pub claims: u32,
    /// Captures that stand as evidence.
    pub captures: u32,
    /// Current claims that are not verified or entered.
    pub unsettled: u32,
}

/// A tool with everything claimed about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tool {
    pub id: String,
    pub name: String,
    /// Current claims in the order of [`domain::property::PROPERTIES`], then oldest first.
    pub claims: Vec<Claim>,
    /// Claims that were replaced, newest first.
    pub history: Vec<Claim>,
}

/// One place where a search text was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    pub target: HitTarget,
    /// The whole text in which it was found.
    pub text: String,
    /// Where it stands on the capture; for a claim, its first line of evidence.
    pub bounds: Option<PixelBox>,
    pub capture: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HitTarget {
    Tool {
        tool: String,
    },
    Claim {
        tool: String,
        claim: String,
        property: String,
    },
    /// A line of page text: index into the lines of the capture's reading.
    Line {
        capture: String,
        line: u32,
    },
}

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Damage {
    pub kind: DamageKind,
    /// What is concerned, for example "claim 0192…".
    pub subject: String,
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DamageKind {
    /// The database's own check failed.
    Database,
    /// A row refers to a row that is missing.
    Reference,
    /// A row is not what was written.
    Row,
    /// A capture file is missing or is not what was added.
    Capture,
    /// The journal and the database do not agree, or its chain is broken.
    Journal,
}

/// Something that opening the library found and settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub code: &'static str,
    pub message: String,
}
