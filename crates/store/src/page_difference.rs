//! What a later version of a page says differently, statement by statement, each with its place on both captures.
//!
//! Invariant: nothing is decided here, and nothing that a later version leaves out is ever taken for untrue.

use std::collections::HashSet;

use domain::edit::edit_value;
use domain::{ChangeSet, Claim, Evidence, Operation, OperationKind, Value};
use rusqlite::Connection;
use serde::Serialize;

use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::pages::{PageCapture, captures_of, held_source};
use crate::{change_sets, tools};

/// What a new version of a page says, against what earlier ones said.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PageDifference {
    pub page: String,
    pub version: u32,
    /// The capture of the version before, and which version that is.
    pub earlier: String,
    pub earlier_version: u32,
    /// In the order of [`DifferenceKind`], then as they stand in the change set.
    pub statements: Vec<StatementDifference>,
}

/// What became of a statement from one version of a page to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum DifferenceKind {
    /// It has another value.
    Changed,
    /// It is not seen on this version of the page; that does not make it untrue.
    Gone,
    Added,
    /// A lock keeps the new value out.
    Blocked,
    /// The same in other words.
    Reworded,
    Unchanged,
}

/// One statement on both versions of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StatementDifference {
    pub kind: DifferenceKind,
    /// The proposal of the later version; nothing for what is gone.
    pub operation: Option<String>,
    /// Name of the tool; empty where it has none yet.
    pub tool: String,
    pub property: String,
    /// As the library held it; nothing for what is new.
    pub before: Option<Statement>,
    /// As the later version says it; nothing for what is gone.
    pub after: Option<Statement>,
}

/// What one version of a page says.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Statement {
    pub value: Value,
    /// Where it stands; nothing for what was entered by hand or was not found on the page.
    pub evidence: Option<Evidence>,
}

impl Library {
    /// How a change set differs from the version of its page before; `None` for a page that was captured once.
    pub fn page_difference(&self, change_set: &str) -> Result<Option<PageDifference>, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let set = change_sets::load(&snapshot, change_set)?;
        let Some((page, version)) = held_source(&snapshot, &set.capture)? else { return Ok(None) };
        let captures = captures_of(&snapshot, &page)?;
        let Some(before) = captures.iter().rfind(|capture| capture.version < version) else {
            return Ok(None);
        };
        let earlier_version = before.version;
        let earlier: Vec<&PageCapture> =
            captures.iter().filter(|capture| capture.version == earlier_version).collect();
        // What an operation changes may have been seen last on a version before that one.
        let page_captures: HashSet<&str> =
            captures.iter().filter(|held| held.version < version).map(|held| held.capture.as_str()).collect();
        let mut statements = Vec::new();
        for operation in &set.operations {
            statements.push(of_operation(&snapshot, &set, operation, &page_captures)?);
        }
        for claim in gone(&snapshot, &set, &earlier)? {
            statements.push(StatementDifference {
                kind: DifferenceKind::Gone,
                operation: None,
                tool: tools::name_of(&snapshot, &claim.tool)?,
                property: claim.property.clone(),
                before: Some(held(claim, &page_captures)),
                after: None,
            });
        }
        statements.sort_by_key(|statement| statement.kind);
        let earlier = before.capture.clone();
        Ok(Some(PageDifference { page, version, earlier, earlier_version, statements }))
    }
}

fn of_operation(
    connection: &Connection,
    set: &ChangeSet,
    operation: &Operation,
    page: &HashSet<&str>,
) -> Result<StatementDifference> {
    let (kind, claim) = match &operation.kind {
        OperationKind::Add => (DifferenceKind::Added, None),
        OperationKind::Replace { claim, .. } => (DifferenceKind::Changed, Some(claim)),
        OperationKind::Reword { claim, .. } => (DifferenceKind::Reworded, Some(claim)),
        OperationKind::Corroborate { claim } => (DifferenceKind::Unchanged, Some(claim)),
        OperationKind::Blocked { claim, .. } => (DifferenceKind::Blocked, Some(claim)),
        OperationKind::Locked => (DifferenceKind::Blocked, None),
    };
    let before = match claim {
        Some(claim) => tools::claims_where(connection, "id = ?1", [claim])?.pop(),
        None => None,
    };
    let proposal = &operation.proposal;
    let edited = operation.edited_text.as_deref();
    let value = edited.and_then(|text| edit_value(&proposal.property, &proposal.value, text).ok());
    let evidence = (!proposal.evidence.is_empty()).then(|| Evidence {
        capture: set.capture.clone(),
        quote: proposal.raw_text.clone(),
        lines: proposal.evidence.clone(),
        matched: proposal.matched,
    });
    Ok(StatementDifference {
        kind,
        operation: Some(operation.id.clone()),
        tool: set.tools.get(operation.tool as usize).map(|tool| tool.name.clone()).unwrap_or_default(),
        property: proposal.property.clone(),
        before: before.map(|claim| held(claim, page)),
        after: Some(Statement { value: value.unwrap_or_else(|| proposal.value.clone()), evidence }),
    })
}

/// A claim as the page showed it last, or another one where this page never did.
fn held(mut claim: Claim, page: &HashSet<&str>) -> Statement {
    let shown = claim.evidence.iter().rposition(|evidence| page.contains(evidence.capture.as_str()));
    let evidence = shown.map(|place| claim.evidence.swap_remove(place)).or_else(|| claim.evidence.pop());
    Statement { value: claim.value, evidence }
}

/// Current claims that the earlier captures show and no operation speaks of.
fn gone(connection: &Connection, set: &ChangeSet, earlier: &[&PageCapture]) -> Result<Vec<Claim>> {
    let spoken: HashSet<&str> = set
        .operations
        .iter()
        .filter_map(|operation| match &operation.kind {
            OperationKind::Corroborate { claim }
            | OperationKind::Reword { claim, .. }
            | OperationKind::Replace { claim, .. }
            | OperationKind::Blocked { claim, .. } => Some(claim.as_str()),
            OperationKind::Add | OperationKind::Locked => None,
        })
        .collect();
    let mut gone = Vec::new();
    for capture in earlier {
        let condition = "recorded_to IS NULL AND id IN (SELECT claim FROM evidence WHERE capture = ?1)";
        for claim in tools::claims_where(connection, condition, [&capture.capture])? {
            let shows_too = claim.evidence.iter().any(|evidence| evidence.capture == set.capture);
            let known = gone.iter().any(|held: &Claim| held.id == claim.id);
            if !spoken.contains(claim.id.as_str()) && !shows_too && !known {
                gone.push(claim);
            }
        }
    }
    Ok(gone)
}
