//! What the library answers with.
//!
//! Invariant: plain data; times are RFC 3339 in UTC, ids are opaque text, boxes are upright picture pixels.

use std::collections::BTreeMap;

use domain::contradiction::Contradiction;
use domain::facets::Facets;
use domain::{Claim, Extraction, PageKind, PixelBox, Reading};
use serde::{Deserialize, Serialize};

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
    /// They lie in the trash, from which they can be taken back.
    pub in_trash: bool,
}

/// Where a picture comes from that was taken out of a file with several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOf<'a> {
    /// SHA-256 of the file, by which it is known again.
    pub sha256: &'a str,
    /// Name of the file.
    pub document: &'a str,
    /// Which one, in words: "frame 12".
    pub part: &'a str,
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
    /// When the picture file says that it was taken, RFC 3339.
    pub taken_at: Option<String>,
    pub seconds: f64,
    /// Id of the pack that is to look at the capture next.
    pub look_with: Option<String>,
}

/// A capture that waits for a vision-language model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Look {
    pub id: String,
    /// Id of the capture.
    pub capture: String,
    /// Id of the pack.
    pub pack: String,
}

/// How far a model's look at a capture has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LookState {
    Queued,
    Running,
    Done,
    Failed { code: String, message: String },
    Cancelled,
}

/// Who looked, and how long it took.
#[derive(Debug, Clone, PartialEq)]
pub struct LookOutcome {
    pub model: String,
    pub seconds: f64,
}

/// Alt text of a capture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AltText {
    pub text: String,
    /// Name of a model or of rules; nothing where a person wrote it.
    pub written_by: Option<String>,
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

/// One line of the list of change sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeSetSummary {
    pub id: String,
    pub capture: String,
    /// Name of the file that was added.
    pub capture_name: String,
    pub title: String,
    pub state: domain::ChangeSetState,
    pub created_at: String,
    pub operations: u32,
    /// Not decided yet; counted, as is the next, as long as the change set waits for review.
    pub pending: u32,
    /// Found again in the picture.
    pub verified: u32,
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
    pub vendor: Option<String>,
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
    /// Open questions of which of two claims holds.
    pub contradictions: u32,
    /// When the newest page about it was captured.
    pub last_seen: Option<String>,
    /// A current claim was not seen for longer than its property stays fresh ([`domain::facets::days_fresh`]).
    pub stale: bool,
    pub facets: Facets,
    pub tags: Vec<String>,
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
    pub vendor: Option<String>,
    pub aliases: Vec<Alias>,
    pub relations: Vec<Relation>,
    /// Tools that were made part of this one and can be parted again.
    pub merged: Vec<ToolMerge>,
    /// Ids of properties that machines may not change.
    pub locked: Vec<String>,
    pub contradictions: Vec<Contradiction>,
    pub settled: Vec<Settlement>,
    pub categories: Vec<String>,
    pub tags: Vec<String>,
    pub note: Option<String>,
    /// Notes on current claims, by their ids.
    pub claim_notes: BTreeMap<String, String>,
    /// When each current claim was last seen; claims without evidence are missing.
    pub seen: Vec<Seen>,
}

/// When a claim was last seen on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Seen {
    pub claim: String,
    pub at: String,
    /// That is long ago for its property ([`domain::facets::days_fresh`]).
    pub stale: bool,
}

/// What kind of name an alias is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum AliasKind {
    Name,
    Former,
    Edition,
    Version,
    Handle,
}

/// Another name of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Alias {
    pub id: String,
    pub name: String,
    pub kind: AliasKind,
}

/// What one tool is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RelationKind {
    Competitor,
    Alternative,
    PartOf,
    BuiltOn,
    EditionOf,
    VersionOf,
    RenamedTo,
    AcquiredBy,
    MentionedWith,
}

impl RelationKind {
    /// As it is said between two names.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Competitor => "competes with",
            Self::Alternative => "is an alternative to",
            Self::PartOf => "is part of",
            Self::BuiltOn => "is built on",
            Self::EditionOf => "is an edition of",
            Self::VersionOf => "is a version of",
            Self::RenamedTo => "was renamed to",
            Self::AcquiredBy => "was acquired by",
            Self::MentionedWith => "is mentioned with",
        }
    }
}

/// A relation as one of its two tools shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Relation {
    pub id: String,
    pub kind: RelationKind,
    /// This tool is `kind` of the other; otherwise the other is of this one.
    pub from_here: bool,
    /// The other tool.
    pub tool: String,
    pub name: String,
    pub note: Option<String>,
}

/// Which of two tools' claims of a property stay current when the tools become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Keep {
    Kept,
    Absorbed,
    Both,
}

/// A tool that was made part of another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ToolMerge {
    pub id: String,
    /// The name that it had.
    pub name: String,
    pub at: String,
}

/// What was said about claims that stood against each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Settlement {
    pub id: String,
    pub property: String,
    /// See [`Contradiction::key`].
    pub key: String,
    /// The claim that holds; `None` where all of them can be true.
    pub chosen: Option<String>,
    pub note: Option<String>,
    pub at: String,
}

/// A contradiction with the claims that it is between.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OpenContradiction {
    /// Name of the tool.
    pub name: String,
    pub contradiction: Contradiction,
    pub claims: Vec<Claim>,
}

/// The story of one statement.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ClaimHistory {
    /// Oldest first; each takes the place of the one before.
    pub versions: Vec<Claim>,
    /// Oldest first.
    pub sightings: Vec<Sighting>,
    /// Notes on these versions, by their ids.
    pub notes: BTreeMap<String, String>,
}

/// One time that a claim was seen on a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Sighting {
    pub claim: String,
    /// When the page was captured.
    pub at: String,
    /// Version of the page, where it was captured more than once.
    pub page_version: Option<u32>,
    pub evidence: domain::Evidence,
}

/// A tool as it was at some time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PastTool {
    pub id: String,
    pub name: String,
    pub claims: Vec<Claim>,
}

/// One line of the list of tools as it was at some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PastToolSummary {
    pub id: String,
    pub name: String,
    pub claims: u32,
}

/// A vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Scheme {
    Category,
    Tag,
}

/// A word of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Term {
    pub id: String,
    pub label: String,
    /// Other words that mean it.
    pub synonyms: Vec<String>,
    /// How many tools carry it.
    pub tools: u32,
}

/// A search that is kept under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SavedSearch {
    pub id: String,
    pub name: String,
    pub query: String,
}

/// Where a value about a capture comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Basis {
    /// It stands in the picture.
    Read,
    /// A person gave it.
    Given,
    /// The file said so.
    File,
}

/// Something known about a capture besides its pixels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CaptureField {
    pub field: String,
    pub value: String,
    pub basis: Basis,
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
    /// A note on a capture.
    Note {
        capture: String,
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
