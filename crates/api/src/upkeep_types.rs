//! Requests and answers of the upkeep of a library: pages, names, contradictions, marks.
//!
//! Invariant: as in [`crate::types`], whose part this is.

use std::collections::BTreeMap;

use domain::page::{PageAnswer, PageLikeness};
use domain::same_tool::SameTool;
use domain::{EvidenceLine, MoveTo, PixelBox, Speaker};
use serde::{Deserialize, Serialize};
use store::{AliasKind, Keep, OlderCopies, RelationKind, SavedSearch, Scheme, WatchedFailure};
use ts_rs::TS;

use crate::types::{CaptureView, Hit, ToolSummary};

/// A capture that looks like another state of a page that was captured before.
#[derive(Debug, Clone, Serialize, TS)]
pub struct PageMatchView {
    pub capture: CaptureView,
    pub earlier: CaptureView,
    pub likeness: PageLikeness,
    /// The grounds in words.
    pub reasons: Vec<String>,
    /// The answer to choose beforehand; nothing where a person has to look.
    pub suggested: Option<PageAnswer>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AnswerPage {
    pub capture: String,
    pub earlier: String,
    pub answer: PageAnswer,
}

/// A time that has passed: RFC 3339, or a date for its first moment.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AsOf {
    pub at: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ToolAsOf {
    pub tool: String,
    pub at: String,
}

/// Two tools that may be one; `tool` is empty where a name is asked about.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SameToolView {
    pub pair: SameTool,
    /// The grounds in words.
    pub reasons: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ByName {
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CallDifferent {
    pub name: String,
    pub other: String,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RenameTool {
    pub tool: String,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddAlias {
    pub tool: String,
    pub name: String,
    pub kind: AliasKind,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetVendor {
    pub tool: String,
    /// Nothing takes it back.
    pub vendor: String,
}

/// `tool` is `kind` of `other`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Relate {
    pub tool: String,
    pub kind: RelationKind,
    pub other: String,
    pub note: Option<String>,
}

/// Makes `absorbed` part of `kept`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MergeTools {
    pub kept: String,
    pub absorbed: String,
    /// By property; without a choice both tools' claims stay, but for the name.
    pub choices: BTreeMap<String, Keep>,
}

/// Moves claims to a new tool.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TakeOut {
    pub tool: String,
    pub name: String,
    pub claims: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Settle {
    pub tool: String,
    /// The contradiction's key.
    pub key: String,
    /// The claim that holds; nothing where all of them can be true.
    pub chosen: Option<String>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LockClaim {
    pub claim: String,
    pub locked: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LockProperty {
    pub tool: String,
    pub property: String,
    pub locked: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MoveOperations {
    pub change_set: String,
    pub revision: u32,
    pub operations: Vec<String>,
    pub to: MoveTo,
}

/// What a person saw in a region of the page and no machine proposed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddProposal {
    pub change_set: String,
    pub revision: u32,
    /// Name of a tool, new or known.
    pub tool: String,
    pub property: String,
    pub speaker: Speaker,
    pub region: PixelBox,
    pub words: RegionWords,
}

/// Whose words a region is proposed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RegionWords {
    /// Those of the reading of the whole capture.
    First,
    /// Those of the region read by itself; it is read now, unless it was the last one that was.
    Again,
}

/// A part of a capture to be read again by itself.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReadRegion {
    pub capture: String,
    pub region: PixelBox,
}

/// What a region holds, by both readings; empty where no words were found.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct RegionReading {
    /// In the reading of the whole capture.
    pub first: String,
    /// Read by itself.
    pub again: String,
    /// Where the words of `again` stand.
    pub evidence: Vec<EvidenceLine>,
    /// How many times as large the region was read.
    pub enlarged: u32,
    pub reader: String,
    pub seconds: f64,
}

/// A table of another program, and what would become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TablePreview {
    /// Names it in [`ImportTable`], as long as it is the one that was chosen last.
    pub id: String,
    /// Of the file.
    pub name: String,
    pub encoding: TableEncoding,
    /// What parts its cells.
    pub delimiter: String,
    /// Without the first one, which names the columns.
    pub rows: u32,
    pub columns: Vec<TableColumn>,
    /// Cells of the first few rows.
    pub first_rows: Vec<Vec<String>>,
    /// What would happen with these columns; missing where none of them is the name of the tool.
    pub imported: Option<Imported>,
}

/// How the bytes of a table were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TableEncoding {
    Utf8,
    Utf16,
    /// Neither is marked nor fits: a guess.
    Windows1252,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct TableColumn {
    pub title: String,
    /// Id of the property that it becomes; without one it is left out.
    pub property: Option<String>,
    /// Rows that say something in it.
    pub values: u32,
}

/// Which columns of the chosen table become what.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportTable {
    pub table: String,
    /// For each column the id of a property, or nothing to leave it out; exactly one is `name`.
    pub columns: Vec<Option<String>>,
    pub dry_run: bool,
}

/// What became of the rows of a table, or would.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Imported {
    /// Tools that receive something.
    pub tools: u32,
    pub claims: u32,
    /// Values that the library held already.
    pub known: u32,
    /// Columns that are left out.
    pub unknown_columns: Vec<String>,
    /// Row (from 2, as spreadsheets count) and why it, or one value of it, was not entered.
    pub refused: BTreeMap<u32, Vec<String>>,
    /// Nothing was entered: this is what would be.
    pub dry_run: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Terms {
    pub scheme: Scheme,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MarkTools {
    pub tools: Vec<String>,
    pub scheme: Scheme,
    pub label: String,
    pub marked: bool,
}

/// Makes `other` a synonym of `term`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MergeTerms {
    pub term: String,
    pub other: String,
}

/// What a note is on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NoteOn {
    /// `tool`, `capture` or `claim`.
    pub kind: String,
    pub target: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetNote {
    /// `tool`, `capture` or `claim`.
    pub kind: String,
    pub target: String,
    /// Nothing removes the note.
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SaveSearch {
    pub name: String,
    pub query: String,
}

/// What a saved search finds now.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SearchRun {
    pub search: SavedSearch,
    /// Tools that have all its words and conditions.
    pub tools: Vec<ToolSummary>,
    /// Places where its words stand.
    pub hits: Vec<Hit>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetCaptureField {
    pub capture: String,
    /// `url`, `title`, `app`, `scale` or `captured_at`.
    pub field: String,
    /// Nothing removes it.
    pub value: String,
}

/// Parts of a capture that are to be removed for good, in upright pixels.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PlanRedaction {
    pub capture: String,
    pub regions: Vec<PixelBox>,
}

/// As [`PlanRedaction`], carried out. It cannot be undone.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Redact {
    pub capture: String,
    pub regions: Vec<PixelBox>,
    pub older_copies: OlderCopies,
}

/// A folder from which new pictures are taken in by themselves.
#[derive(Debug, Clone, Serialize, TS)]
pub struct WatchedFolderView {
    pub id: String,
    /// For showing only.
    pub path: String,
    pub paused: bool,
    pub added_at: String,
    /// Files that became captures, or were captures before.
    pub added: u32,
    /// Files that could not be added, newest first.
    pub failures: Vec<WatchedFailure>,
    /// Why the folder cannot be looked at now, if so.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PauseWatch {
    pub id: String,
    pub paused: bool,
}

/// The things with these ids.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ByIds {
    pub ids: Vec<String>,
}

/// A capture in the trash.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TrashedView {
    pub capture: CaptureView,
    pub deleted_at: String,
    /// Days until it may be removed for good.
    pub days_left: u32,
    /// Current claims that have evidence on it; as long as there are any it stays.
    pub claims: u32,
}

/// What emptying the trash removed for good.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct Emptied {
    pub captures: u32,
}

/// One backup.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct BackupNumber {
    pub number: u64,
}

/// What going back to a backup did.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WentBack {
    /// The library as it was before, as a backup; for showing only.
    pub kept: String,
    /// Captures that were added since; they stay and are read again.
    pub captures_kept: u32,
    /// Parts of captures that were removed for good since, and were removed again.
    pub removed_again: u32,
    /// What else was found and settled, in sentences.
    pub notices: Vec<String>,
}

/// A checked copy of the library's database.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BackupView {
    /// For showing only.
    pub path: String,
    pub number: u64,
    /// `20261121`, as the clock said.
    pub date: String,
    pub reason: String,
    pub bytes: u64,
}
