//! Requests and responses of the commands: what travels over the wire, and nothing else.
//!
//! Invariant: pictures never travel here, only ids and hashes; the page names ids, never paths or SQL.

use std::collections::BTreeMap;

use domain::contradiction::Contradiction;
use domain::facets::Facets;
use domain::pack::{HostConnections, PackStep};
use domain::{ChangeSet, Claim, EvidenceLine, PageKind, PixelBox, Property, Reading};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use crate::upkeep_types::{
    AddAlias, AddProposal, AnswerPage, AsOf, BackupNumber, BackupView, ByIds, ByName, CallDifferent, Emptied,
    ImportTable, Imported, LockClaim, LockProperty, MarkTools, MergeTerms, MergeTools, MoveOperations,
    NoteOn, PageMatchView, PauseWatch, PlanRedaction, ReadRegion, Redact, RegionReading, RegionWords, Relate,
    RenameTool, SameToolView, SaveSearch, SearchRun, SetCaptureField, SetNote, SetVendor, Settle,
    TableColumn, TableEncoding, TablePreview, TakeOut, Terms, ToolAsOf, TrashedView, WatchedFolderView,
    WentBack,
};
pub use store::{
    Alias, AliasKind, BackupContents, CaptureField, ClaimHistory, Keep, OlderCopies, OpenContradiction, Page,
    PageDifference, PastTool, PastToolSummary, Redacted, Relation, RelationKind, SavedSearch, Scheme, Seen,
    Settlement, Sighting, Term, ToolMerge, WatchedFailure,
};

/// A request that takes nothing.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// The thing with that id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ById {
    pub id: String,
}

/// What the window shows in its status bar and about box.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AppStatus {
    pub version: String,
    /// Folder of the library, for showing only.
    pub library: String,
    /// Name and version of the text reader.
    pub reader: String,
    /// Captures that wait for or are in the worker.
    pub waiting: u32,
    /// Network connections opened since the start; only a pack's look-up and download open any.
    pub connections: u32,
    /// The same by host.
    pub hosts: Vec<HostConnections>,
    /// Connections are forbidden.
    pub offline: bool,
    /// Captures that a model is still to look at.
    pub looking: u32,
    /// The chosen pack by name, when it can be used.
    pub model: Option<String>,
    /// Why packs or their settings cannot be used, and what still works.
    pub model_notice: Option<String>,
    pub read_only: bool,
    pub paused: bool,
    /// What the next undo and redo would do.
    pub undo: Option<String>,
    pub redo: Option<String>,
    /// One sentence when the last stop was not a clean one and work was taken up again.
    pub recovered: Option<String>,
}

/// Where a capture stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CaptureState {
    Queued,
    Running { stage: Stage, done: u32, total: u32 },
    Ready,
    Failed { code: String, message: String },
    Cancelled,
}

/// What the worker does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Decoding,
    Reading,
    Proposing,
    /// A model looks at the picture: tiles.
    Looking,
    /// It reads the question and the page's lines: tokens.
    Considering,
    /// It answers: tokens, of the most allowed.
    Answering,
}

/// Where a model's look at a capture stands; the text reader's result does not depend on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ModelState {
    Queued,
    Running { stage: Stage, done: u32, total: u32 },
    Done,
    Failed { code: String, message: String },
    Cancelled,
}

/// One screenshot of the library.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CaptureView {
    pub id: String,
    /// Address of the picture: `capture://localhost/<sha256>` in the window, with `?crop=x,y,w,h` for a part.
    pub sha256: String,
    pub name: String,
    pub format: String,
    pub bytes: u32,
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub added_at: String,
    pub state: CaptureState,
    pub page_kind: Option<PageKind>,
    pub change_set: Option<String>,
    /// Comes with the app; shown as a sample everywhere.
    pub sample: bool,
    /// Nothing where no model was to look.
    pub model: Option<ModelState>,
}

/// A capture with its text.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CaptureDetail {
    pub capture: CaptureView,
    pub reading: Option<Reading>,
    pub alt_text: Option<AltTextView>,
    pub note: Option<String>,
}

/// For people who cannot see the picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AltTextView {
    pub text: String,
    /// Name of a model or of rules; nothing where a person wrote it.
    pub written_by: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetAltText {
    pub capture: String,
    /// Empty to delete it.
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AskCapture {
    pub capture: String,
    pub question: String,
}

/// Words of the page that answer a question, or that there are none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CaptureAnswer {
    /// Nothing where the answer is not on this page.
    pub text: Option<String>,
    pub evidence: Vec<EvidenceLine>,
    /// Name of the model that answered.
    pub model: String,
    pub seconds: f64,
}

/// What became of one file that was dropped, chosen or pasted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AddOutcome {
    pub name: String,
    pub result: AddResult,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AddResult {
    Added {
        capture: String,
    },
    AlreadyHere {
        capture: String,
    },
    /// It was thrown away and can be taken back.
    InTrash {
        capture: String,
    },
    NotAnImage {
        message: String,
    },
    Unreadable {
        code: String,
        message: String,
    },
}

/// A capture as lists name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NamedCapture {
    pub id: String,
    pub name: String,
}

/// A change set as the review list shows it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChangeSetSummary {
    pub id: String,
    pub capture: NamedCapture,
    pub title: String,
    pub state: domain::ChangeSetState,
    pub operations: u32,
    pub pending: u32,
    pub verified: u32,
    pub created_at: String,
}

/// A change set with the picture it came from.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChangeSetView {
    pub change_set: ChangeSet,
    pub capture: CaptureView,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Decide {
    pub change_set: String,
    pub revision: u32,
    pub operations: Vec<String>,
    pub decision: domain::Decision,
    /// The reviewer's text for `edited`.
    pub edited_text: Option<String>,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NameTool {
    pub change_set: String,
    pub revision: u32,
    /// Index into the change set's tools.
    pub tool: u32,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Merge {
    pub change_set: String,
    pub revision: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Merged {
    pub description: String,
    pub tools: Vec<String>,
    pub claims: u32,
    /// Accepted proposals that a value corrected by hand kept out.
    pub blocked: u32,
    /// The next open change set, so that the review goes on.
    pub next: Option<String>,
}

/// What an undo or redo did.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Undone {
    pub description: String,
    pub change_set: Option<String>,
}

/// One entry of the library's history.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EventView {
    pub id: String,
    pub at: String,
    pub description: String,
    pub undone: bool,
}

/// A tool as the library list shows it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ToolSummary {
    pub id: String,
    pub name: String,
    pub tagline: Option<String>,
    pub category: Option<String>,
    pub entry_price: Option<String>,
    pub claims: u32,
    pub captures: u32,
    pub vendor: Option<String>,
    pub tags: Vec<String>,
    /// Open questions of which of two claims holds.
    pub contradictions: u32,
    pub last_seen: Option<String>,
    /// A claim was not seen for longer than claims of its kind stay fresh.
    pub stale: bool,
    pub facets: Facets,
}

/// A tool with its claims.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ToolView {
    pub id: String,
    pub name: String,
    /// Current claims, in the order of the properties.
    pub claims: Vec<Claim>,
    /// Claims that were current once.
    pub history: Vec<Claim>,
    pub captures: Vec<CaptureView>,
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
    /// When each current claim was last seen, and whether that is long ago for its property.
    pub seen: Vec<Seen>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Compare {
    /// Two to twenty tool ids, in the order of the columns.
    pub tools: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Search {
    pub query: String,
    pub limit: Option<u32>,
}

/// One search result.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Hit {
    pub target: HitTarget,
    /// The text in which the words were found.
    pub text: String,
    /// Where it stands, for hits on a picture.
    pub bounds: Option<PixelBox>,
    pub capture: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HitTarget {
    Tool {
        tool: String,
        name: String,
    },
    Claim {
        tool: String,
        name: String,
        property: String,
    },
    Line {
        capture: String,
        name: String,
    },
    /// A note on a capture.
    Note {
        capture: String,
        name: String,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Export {
    pub tools: Vec<String>,
    /// One of the ids of `list_formats`.
    pub format: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Exported {
    pub file_name: String,
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FormatView {
    pub id: String,
    pub label: String,
}

/// One thing that `verify` found damaged.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DamageView {
    pub what: String,
    pub message: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BackedUp {
    pub path: String,
}

/// Asks the Hub about a pack.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LookUpPack {
    pub pack: String,
    /// The user said yes to a connection.
    pub agreed: bool,
    /// Leaves the recorded commit for the newest.
    pub newest: bool,
}

/// Downloads what `look_up_pack` answered.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InstallPack {
    pub pack: String,
    /// The user said yes to this commit and size.
    pub agreed: bool,
    pub commit: String,
    pub bytes: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RemovePack {
    pub pack: String,
    /// Forgets commit and hashes too, so that the next installation may differ.
    pub forget: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UsePack {
    /// Nothing for rules only.
    pub pack: Option<String>,
    /// Although too little memory is free now.
    pub anyway: bool,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct SetOffline {
    pub offline: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportedPack {
    pub path: String,
}

/// The properties, for labels and definitions.
#[derive(Debug, Clone, Serialize, TS)]
pub struct Vocabulary {
    pub properties: Vec<Property>,
}

/// Which answers a write made stale; reads name the tags they depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    Captures,
    ChangeSets,
    Tools,
    Status,
    Packs,
}

/// What the core tells the window without being asked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AppEvent {
    /// Answers with these tags are stale.
    Changed { tags: Vec<Tag> },
    /// Progress of one capture, at most ten a second.
    Progress { capture: String, state: CaptureState },
    /// The same of a model: `subject` is a capture, or a pack that is measured; `errand` when somebody waits for it.
    ModelProgress { subject: String, errand: bool, state: ModelState },
    /// A region of a capture is read again; at most ten a second.
    RegionProgress { capture: String, stage: Stage, done: u32, total: u32 },
    /// Files were dropped, pasted or chosen; one outcome each.
    Added { outcomes: Vec<AddOutcome> },
    /// Files hover over the window (`true`) or left it.
    DropHover { hovering: bool, files: u32 },
    /// Progress of work on a pack, at most ten a second.
    PackProgress { step: PackStep },
    /// A pack file was dropped and is installed now.
    PackInstalled { title: String },
    /// Something failed outside a command.
    Problem { code: String, message: String },
}
