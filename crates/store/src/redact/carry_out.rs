//! Carrying a redaction out on the rows of the library and on its history.
//!
//! Invariant: runs in one transaction and records nothing of what it takes away.

use std::collections::BTreeSet;

use domain::redaction::Stripped;
use domain::{Extraction, PixelBox};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::concerned::{Concerned, is_gone, string};
use crate::error::{Result, count};
use crate::history::{self, Step};
use crate::journal::{Entry, EventKind, NO_HASH, hash};
use crate::library::StepContext;
use crate::rows::{
    ALT_TEXT, CHANGE_SET, Change, EXTRACTION, Fields, OPERATION, READING, REDACTION, Recorder, find,
    from_json, read_json, text,
};
use crate::scrub::{Removal, TEXTS};
use crate::{change_sets, draft, index, pages, summary, tools};

pub(super) fn carry_out(
    connection: &Connection,
    capture: &str,
    concerned: &Concerned,
    regions: &[PixelBox],
) -> Result<()> {
    let removal = &concerned.removal;
    let mut unrecorded = Recorder::new(connection);
    let mut tools: BTreeSet<String> = BTreeSet::new();
    for claim in removal.removed("claim") {
        tools.extend(read_json(connection, find("claim")?, claim)?.map(|row| string(&row, "tool")));
    }
    let sets = touched_sets(connection, removal)?;
    rewrite_rows(&mut unrecorded, removal)?;
    for (table, ids) in &removal.rows {
        for id in ids {
            unrecorded.delete(find(table)?, id)?;
        }
    }
    for change in &unrecorded.changes {
        match change {
            Change::Update { table, id, .. } if table == "tool" => drop(tools.insert(id.clone())),
            Change::Update { table, id, .. } if table == "claim" => {
                tools.extend(read_json(connection, find("claim")?, id)?.map(|row| string(&row, "tool")));
            }
            _ => {}
        }
    }
    strip_stored(&mut unrecorded, capture, &concerned.stripped, removal, regions)?;
    pages::sketch_again(connection, capture)?;
    connection
        .execute("UPDATE look SET state = 'cancelled' WHERE capture = ?1 AND state = 'queued'", [capture])?;
    for set in sets {
        let after = change_sets::load(connection, &set)?;
        let revision = i64::from(after.revision) + 1;
        let mut values = vec![("revision", revision.into())];
        if after.operations.is_empty() && after.state == domain::ChangeSetState::Open {
            values.push(("state", text("rejected")));
        }
        unrecorded.update(&CHANGE_SET, &set, &values)?;
        for (place, operation) in after.operations.iter().enumerate() {
            unrecorded.update(&OPERATION, &operation.id, &[("ord", (place as i64).into())])?;
        }
    }
    let mut names = BTreeSet::new();
    for tool in &tools {
        names.extend(tools::name_keys(connection, tool)?);
        summary::refresh(connection, tool)?;
    }
    index::mark(connection, "tool", &tools.into_iter().collect::<Vec<_>>())?;
    index::mark(connection, "capture", &[capture.to_owned()])?;
    draft::refresh_open(connection, &names, &BTreeSet::from([capture.to_owned()]))
}

fn touched_sets(connection: &Connection, removal: &Removal) -> Result<BTreeSet<String>> {
    let mut sets = BTreeSet::new();
    let mut statement = connection.prepare_cached("SELECT change_set FROM operation WHERE id = ?1")?;
    for operation in removal.removed("operation") {
        sets.extend(statement.query_row([operation], |row| row.get::<_, String>(0)).optional()?);
    }
    Ok(sets)
}

/// Every row that stays, without the texts that go and without references to rows that go.
fn rewrite_rows(recorder: &mut Recorder<'_>, removal: &Removal) -> Result<()> {
    for (name, columns) in TEXTS {
        let table = find(name)?;
        let mut columns: Vec<&'static str> = columns.to_vec();
        if *name == "claim" {
            columns.extend(["supersedes", "operation"]);
        }
        let mut statement =
            recorder.connection().prepare(&format!("SELECT id, {} FROM {name}", columns.join(", ")))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            if removal.is_removed(name, &id) {
                continue;
            }
            let mut before = Fields::new();
            for (place, column) in columns.iter().enumerate() {
                if let Some(value) = row.get::<_, Option<String>>(place + 1)? {
                    before.insert((*column).to_owned(), value.into());
                }
            }
            let after = removal.fields(name, &id, before.clone());
            let mut values = Vec::new();
            for column in &columns {
                if after.get(*column) != before.get(*column) {
                    values.push((*column, after.get(*column).map_or(Ok(Value::Null), from_json)?));
                }
            }
            if !values.is_empty() {
                recorder.update(table, &id, &values)?;
            }
        }
    }
    Ok(())
}

/// Reading and proposals of the capture without what lies under the regions.
fn strip_stored(
    recorder: &mut Recorder<'_>,
    capture: &str,
    stripped: &Stripped,
    removal: &Removal,
    regions: &[PixelBox],
) -> Result<()> {
    if read_json(recorder.connection(), &READING, capture)?.is_some() {
        let body = serde_json::to_string(&stripped.reading)?;
        recorder.update(&READING, capture, &[("body", text(body))])?;
    }
    if let Some(row) = read_json(recorder.connection(), &EXTRACTION, capture)? {
        let mut extraction: Extraction = serde_json::from_str(&string(&row, "body"))?;
        let covers = [regions, &stripped.regions].concat();
        for tool in &mut extraction.tools {
            tool.claims.retain(|claim| !claim.evidence.is_empty() && !is_gone(claim, &covers));
        }
        extraction.tools.retain(|tool| !tool.claims.is_empty());
        let mut body = serde_json::to_value(&extraction)?;
        removal.scrub.walk(&mut body);
        recorder.update(&EXTRACTION, capture, &[("body", text(body.to_string()))])?;
    }
    // A machine's description of the page may tell in its own words what stood there.
    if let Some(row) = read_json(recorder.connection(), &ALT_TEXT, capture)?
        && row.get("written_by").is_some_and(|by| !by.is_null())
    {
        recorder.delete(&ALT_TEXT, capture)?;
    }
    Ok(())
}

/// How the end of a line begins.
const PREVIOUS: &str = "\"previous\":\"";

/// Writes the history anew without what is gone, and the redaction as its newest event.
pub(super) fn record(
    connection: &Connection,
    capture: &str,
    regions: &[PixelBox],
    removal: &Removal,
    context: &StepContext,
) -> Result<()> {
    let mut previous = NO_HASH.to_owned();
    let mut select = connection.prepare("SELECT line FROM event WHERE seq = ?1")?;
    let mut relink = connection.prepare("UPDATE event SET line = ?2, hash = ?3 WHERE seq = ?1")?;
    let ids = removal.ids();
    let mut update =
        connection.prepare("UPDATE event SET title = ?2, line = ?3, hash = ?4 WHERE seq = ?1")?;
    let seqs: Vec<i64> = connection
        .prepare("SELECT seq FROM event ORDER BY seq")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for seq in seqs {
        let line: String = select.query_row([seq], |row| row.get(0))?;
        if !removal.concerns(&line, &ids) {
            // Only the hash before it may differ; it is the last thing in a line.
            let written = match line.rfind(PREVIOUS) {
                Some(place) => format!("{}{PREVIOUS}{previous}\"}}", &line[..place]),
                None => line.clone(),
            };
            previous = hash(&written);
            if written != line {
                relink.execute(params![seq, written, previous])?;
            }
            continue;
        }
        let mut entry: Entry = serde_json::from_str(&line)?;
        entry.changes = entry.changes.into_iter().filter_map(|change| removal.change(change)).collect();
        entry.capture = entry.capture.and_then(|row| removal.row("capture", row));
        entry.captures = entry.captures.into_iter().filter_map(|row| removal.row("capture", row)).collect();
        if let Some(title) = removal.scrub.text(&entry.title) {
            entry.title = title;
        }
        entry.previous = previous;
        let written = entry.line()?;
        previous = hash(&written);
        if written != line {
            update.execute(params![seq, entry.title, written, previous])?;
        }
    }
    let mut recorder = Recorder::new(connection);
    recorder.insert(
        &REDACTION,
        &[
            ("id", text(&context.id)),
            ("capture", text(capture)),
            ("regions", (regions.len() as i64).into()),
            ("at", text(&context.now)),
        ],
    )?;
    let step = Step {
        kind: EventKind::Redact,
        title: format!("Removed {} of a capture for good", count(regions.len(), "part")),
        change_set: String::new(),
        undo_of: None,
        capture: None,
        captures: recorder.captures()?,
    };
    let mut entry = step.entry(context.clone(), recorder.changes, previous);
    entry.regions = regions.to_vec();
    let line = entry.line()?;
    history::insert(connection, &entry, &line)
}
