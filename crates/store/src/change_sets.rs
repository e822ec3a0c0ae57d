//! Change sets as rows: loading them whole, and writing what differs between two versions of one.
//!
//! Invariant: every stored difference raises the revision; a revision never goes back.

use std::collections::HashMap;

use domain::{ChangeSet, Operation, OperationKind, ProposedClaim, TargetTool};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::rows::{CHANGE_SET, CHANGE_SET_TOOL, OPERATION, Recorder, from_word, optional, text, word};
use crate::types::ChangeSetSummary;

impl Library {
    /// All change sets, newest first.
    pub fn change_sets(&self) -> Result<Vec<ChangeSet>, StoreError> {
        let reader = self.reader();
        // One snapshot for the four questions.
        let snapshot = reader.unchecked_transaction()?;
        let mut sets = Vec::new();
        let mut places = HashMap::new();
        let mut statement = snapshot.prepare_cached(&format!("{HEAD} ORDER BY ord DESC, id DESC"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let set = head(row)?;
            places.insert(set.id.clone(), sets.len());
            sets.push(set);
        }
        let mut statement = snapshot.prepare_cached(&format!("{TOOLS} ORDER BY change_set, ord"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(&place) = places.get(&row.get::<_, String>(0)?) {
                sets[place].tools.push(tool(row)?);
            }
        }
        let mut statement = snapshot.prepare_cached(&format!("{OPERATIONS} ORDER BY change_set, ord"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(&place) = places.get(&row.get::<_, String>(0)?) {
                sets[place].operations.push(operation(row)?);
            }
        }
        Ok(sets)
    }

    /// All change sets as lists show them: open ones first, then newest first.
    pub fn change_set_summaries(&self) -> Result<Vec<ChangeSetSummary>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT change_set.id, capture, title, state, created_at,
               (SELECT count(*) FROM operation WHERE operation.change_set = change_set.id),
               CASE WHEN state IN ('open', 'reverted') THEN
                 (SELECT count(*) FROM operation WHERE operation.change_set = change_set.id AND decision = 'pending')
               ELSE 0 END,
               CASE WHEN state IN ('open', 'reverted') THEN
                 (SELECT count(*) FROM operation WHERE operation.change_set = change_set.id
                   AND proposal LIKE '%\"status\":\"verified\"%')
               ELSE 0 END,
               capture.name
             FROM change_set JOIN capture ON capture.id = change_set.capture
             WHERE capture NOT IN (SELECT id FROM trash)
             ORDER BY state NOT IN ('open', 'reverted'), change_set.ord DESC, change_set.id DESC",
        )?;
        let mut rows = statement.query([])?;
        let mut summaries = Vec::new();
        while let Some(row) = rows.next()? {
            summaries.push(ChangeSetSummary {
                id: row.get(0)?,
                capture: row.get(1)?,
                title: row.get(2)?,
                state: from_word(row.get(3)?)?,
                created_at: row.get(4)?,
                operations: row.get(5)?,
                pending: row.get(6)?,
                verified: row.get(7)?,
                capture_name: row.get(8)?,
            });
        }
        Ok(summaries)
    }

    /// Ids of the change sets that wait for review, newest first.
    pub fn open_change_sets(&self) -> Result<Vec<String>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT id FROM change_set WHERE state = 'open' AND capture NOT IN (SELECT id FROM trash)
             ORDER BY ord DESC, id DESC",
        )?;
        let ids = statement.query_map([], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    pub fn change_set(&self, id: &str) -> Result<ChangeSet, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        load(&snapshot, id)
    }
}

const HEAD: &str = "SELECT id, capture, title, proposed_by, state, created_at, revision FROM change_set";
const TOOLS: &str =
    "SELECT change_set, name, coalesce((SELECT tool.id FROM tool WHERE tool.name_key = change_set_tool.name_key),
      (SELECT tool_alias.tool FROM tool_alias WHERE tool_alias.name_key = change_set_tool.name_key))
    FROM change_set_tool";
const OPERATIONS: &str =
    "SELECT change_set, id, tool, kind, proposal, decision, edited_text, reason FROM operation";

pub(crate) fn load(connection: &Connection, id: &str) -> Result<ChangeSet> {
    let mut set = {
        let mut statement = connection.prepare_cached(&format!("{HEAD} WHERE id = ?1"))?;
        let mut rows = statement.query([id])?;
        head(rows.next()?.ok_or_else(|| StoreError::unknown("change set", id))?)?
    };
    let mut statement = connection.prepare_cached(&format!("{TOOLS} WHERE change_set = ?1 ORDER BY ord"))?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        set.tools.push(tool(row)?);
    }
    let mut statement =
        connection.prepare_cached(&format!("{OPERATIONS} WHERE change_set = ?1 ORDER BY ord"))?;
    let mut rows = statement.query([id])?;
    while let Some(row) = rows.next()? {
        set.operations.push(operation(row)?);
    }
    Ok(set)
}

fn head(row: &Row<'_>) -> Result<ChangeSet> {
    Ok(ChangeSet {
        id: row.get(0)?,
        capture: row.get(1)?,
        title: row.get(2)?,
        proposed_by: row.get(3)?,
        state: from_word(row.get(4)?)?,
        tools: Vec::new(),
        operations: Vec::new(),
        created_at: row.get(5)?,
        revision: row.get(6)?,
    })
}

fn tool(row: &Row<'_>) -> Result<TargetTool> {
    Ok(TargetTool { name: row.get(1)?, existing: row.get(2)? })
}

fn operation(row: &Row<'_>) -> Result<Operation> {
    Ok(Operation {
        id: row.get(1)?,
        tool: row.get(2)?,
        kind: serde_json::from_str::<OperationKind>(&row.get::<_, String>(3)?)?,
        proposal: serde_json::from_str::<ProposedClaim>(&row.get::<_, String>(4)?)?,
        decision: from_word(row.get(5)?)?,
        edited_text: row.get(6)?,
        reason: row.get(7)?,
    })
}

pub(crate) fn revision(connection: &Connection, id: &str) -> Result<i64> {
    let sql = "SELECT revision FROM change_set WHERE id = ?1";
    let revision = connection.query_row(sql, [id], |row| row.get(0)).optional()?;
    revision.ok_or_else(|| StoreError::unknown("change set", id))
}

/// Number of the next change set in the order of creation.
pub(crate) fn next_ord(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("SELECT coalesce(max(ord), 0) + 1 FROM change_set", [], |row| row.get(0))?)
}

/// Id of the row of a target tool.
pub(crate) fn tool_row(change_set: &str, tool: usize) -> String {
    format!("{change_set}/{tool}")
}

pub(crate) fn insert_head(recorder: &mut Recorder<'_>, set: &ChangeSet, job: Option<&str>) -> Result<()> {
    let ord = next_ord(recorder.connection())?;
    recorder.insert(
        &CHANGE_SET,
        &[
            ("id", text(&set.id)),
            ("ord", ord.into()),
            ("capture", text(&set.capture)),
            ("job", optional(job)),
            ("title", text(&set.title)),
            ("proposed_by", text(&set.proposed_by)),
            ("state", text(word(&set.state)?)),
            ("revision", i64::from(set.revision).into()),
            ("created_at", text(&set.created_at)),
        ],
    )?;
    insert_tools(recorder, set, 0)
}

/// Writes the target tools from the one with that number on.
pub(crate) fn insert_tools(recorder: &mut Recorder<'_>, set: &ChangeSet, first: usize) -> Result<()> {
    for (place, tool) in set.tools.iter().enumerate().skip(first) {
        insert_tool(recorder, set, place, tool)?;
    }
    Ok(())
}

fn insert_tool(recorder: &mut Recorder<'_>, set: &ChangeSet, place: usize, tool: &TargetTool) -> Result<()> {
    recorder.insert(
        &CHANGE_SET_TOOL,
        &[
            ("id", text(tool_row(&set.id, place))),
            ("change_set", text(&set.id)),
            ("ord", (place as i64).into()),
            ("name", text(&tool.name)),
            ("name_key", text(domain::text::name_key(&tool.name))),
        ],
    )
}

/// Writes the operations from the one with that number on.
pub(crate) fn insert_operations(recorder: &mut Recorder<'_>, set: &ChangeSet, first: usize) -> Result<()> {
    for (place, operation) in set.operations.iter().enumerate().skip(first) {
        insert_operation(recorder, &set.id, place, operation)?;
    }
    Ok(())
}

fn insert_operation(
    recorder: &mut Recorder<'_>,
    change_set: &str,
    place: usize,
    operation: &Operation,
) -> Result<()> {
    recorder.insert(
        &OPERATION,
        &[
            ("id", text(&operation.id)),
            ("change_set", text(change_set)),
            ("ord", (place as i64).into()),
            ("tool", i64::from(operation.tool).into()),
            ("kind", text(serde_json::to_string(&operation.kind)?)),
            ("rebased_at", 0.into()),
            ("property", text(&operation.proposal.property)),
            ("proposal", text(serde_json::to_string(&operation.proposal)?)),
            ("decision", text(word(&operation.decision)?)),
            ("edited_text", optional(operation.edited_text.as_deref())),
            ("reason", optional(operation.reason.as_deref())),
        ],
    )
}

/// Writes what differs and raises the revision of `after`; both are versions of the same change set.
pub(crate) fn write_difference(
    recorder: &mut Recorder<'_>,
    before: &ChangeSet,
    after: &mut ChangeSet,
    now: &str,
) -> Result<()> {
    after.revision = before.revision + 1;
    recorder.update(
        &CHANGE_SET,
        &after.id,
        &[("state", text(word(&after.state)?)), ("revision", i64::from(after.revision).into())],
    )?;
    for (place, (old, new)) in before.tools.iter().zip(&after.tools).enumerate() {
        if old.name != new.name {
            let name_key = domain::text::name_key(&new.name);
            let row = tool_row(&after.id, place);
            recorder.update(
                &CHANGE_SET_TOOL,
                &row,
                &[("name", text(&new.name)), ("name_key", text(name_key))],
            )?;
        }
    }
    for (place, tool) in after.tools.iter().enumerate().skip(before.tools.len()) {
        insert_tool(recorder, after, place, tool)?;
    }
    for (place, operation) in after.operations.iter().enumerate().skip(before.operations.len()) {
        insert_operation(recorder, &after.id, place, operation)?;
    }
    for (old, new) in before.operations.iter().zip(&after.operations) {
        let mut values = Vec::new();
        if old.tool != new.tool {
            values.push(("tool", i64::from(new.tool).into()));
        }
        if old.proposal != new.proposal {
            values.push(("property", text(&new.proposal.property)));
            values.push(("proposal", text(serde_json::to_string(&new.proposal)?)));
        }
        if old.kind != new.kind {
            values.push(("kind", text(serde_json::to_string(&new.kind)?)));
            values.push(("rebased_at", i64::from(after.revision).into()));
        }
        if old.decision != new.decision || old.edited_text != new.edited_text || old.reason != new.reason {
            values.push(("decision", text(word(&new.decision)?)));
            values.push(("edited_text", optional(new.edited_text.as_deref())));
            values.push(("reason", optional(new.reason.as_deref())));
            values.push(("decided_at", text(now)));
        }
        if !values.is_empty() {
            recorder.update(&OPERATION, &new.id, &values)?;
        }
    }
    Ok(())
}
