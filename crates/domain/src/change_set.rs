//! A change set: a reviewable, revertible bundle of proposed edits that came out of one capture.
//!
//! Invariant: nothing enters the library but through a merged operation; a decision can be changed until the merge.

use serde::{Deserialize, Serialize};

use crate::extraction::ProposedClaim;

/// Where a change set stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ChangeSetState {
    Open,
    Merged,
    /// Merged once, then undone; it can be reviewed and merged again.
    Reverted,
    Rejected,
}

/// What the reviewer said about one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Decision {
    Pending,
    Accepted,
    /// Accepted with a value typed by the reviewer.
    Edited,
    Rejected,
}

/// What an operation would do to the library as it stands now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum OperationKind {
    /// A new claim.
    Add,
    /// The same value is already held: only evidence is added.
    Corroborate { claim: String },
    /// Another value is held for a property with one value: it becomes history.
    Replace { claim: String, before: String },
    /// The held value was edited by hand and is locked against machines.
    Blocked { claim: String, before: String },
}

/// One proposed edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Operation {
    pub id: String,
    /// Index into [`ChangeSet::tools`].
    pub tool: u32,
    pub kind: OperationKind,
    pub proposal: ProposedClaim,
    pub decision: Decision,
    /// The reviewer's text when `decision` is `edited`.
    pub edited_text: Option<String>,
    /// Why it was rejected, if the reviewer said.
    pub reason: Option<String>,
}

/// A tool that a change set speaks of: an existing one, or a new one to be made by the merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TargetTool {
    /// Proposed or given name; empty when the page shows none and the reviewer has to name it.
    pub name: String,
    /// Id of the tool in the library with that name, if there is one.
    pub existing: Option<String>,
}

/// A reviewable bundle of operations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChangeSet {
    pub id: String,
    pub capture: String,
    pub title: String,
    pub proposed_by: String,
    pub state: ChangeSetState,
    pub tools: Vec<TargetTool>,
    pub operations: Vec<Operation>,
    pub created_at: String,
    /// Raised by every change; a stale number is refused.
    pub revision: u32,
}
