//! Rebuilding what was accepted from the journal alone, when the database is gone or older than the journal.
//!
//! Invariant: claims, evidence, history and the chain of events come back as they were; drafts and readings do not,
//! since they can be made again from the pictures, which are queued to be read.

use std::path::Path;

use domain::{ChangeSet, ChangeSetState};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::error::{Result, io};
use crate::files::{Files, hash_file, is_sha256};
use crate::history;
use crate::journal::Entry;
use crate::rows::{CAPTURE, CHANGE_SET, Change, Recorder, read, text};
use crate::{change_sets, clock, index, jobs, sniff};

/// Why a change set without proposals is there.
const TITLE: &str = "Recovered from the journal";

/// Takes one line over as far as it concerns what was accepted.
pub(crate) fn replay(connection: &mut Connection, line: &str, epoch: i64) -> Result<()> {
    let entry: Entry = serde_json::from_str(line)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "defer_foreign_keys", true)?;
    history::check_follows(&transaction, &entry)?;
    let mut recorder = Recorder::new(&transaction);
    for capture in entry.capture.iter().chain(&entry.captures) {
        let id = capture.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
        if read(&transaction, &CAPTURE, id)?.is_none() {
            let mut capture = capture.clone();
            capture.insert("ord".to_owned(), next_ord(&transaction)?.into());
            recorder.insert_json(&CAPTURE, &capture)?;
            jobs::enqueue(&transaction, id, epoch)?;
            index::mark(&transaction, "capture", &[id.to_owned()])?;
        }
    }
    if let Some(capture) = &entry.capture
        && read(&transaction, &CHANGE_SET, &entry.change_set)?.is_none()
    {
        let id = capture.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
        stand_in(&mut recorder, id, &entry)?;
    }
    for change in &entry.changes {
        match change.table() {
            // Proposals and what was found in readings: the pictures are read again.
            "operation" | "change_set_tool" | "page_match" | "reading" | "extraction" => {}
            "change_set" => {
                if let Change::Update { id, .. } = change
                    && read(&transaction, &CHANGE_SET, id)?.is_some()
                {
                    recorder.replay(change)?;
                }
            }
            _ => recorder.replay(change)?,
        }
    }
    history::insert(&transaction, &entry, line)?;
    history::settle(&recorder)?;
    transaction.commit()?;
    Ok(())
}

/// A change set that only says that it was merged, so that its merge can be taken back.
fn stand_in(recorder: &mut Recorder<'_>, capture: &str, entry: &Entry) -> Result<()> {
    let set = ChangeSet {
        id: entry.change_set.clone(),
        capture: capture.to_owned(),
        title: TITLE.to_owned(),
        proposed_by: String::new(),
        state: ChangeSetState::Merged,
        tools: Vec::new(),
        operations: Vec::new(),
        created_at: entry.at.clone(),
        revision: 1,
    };
    change_sets::insert_head(recorder, &set, Some("salvaged"))
}

fn next_ord(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("SELECT coalesce(max(ord), 0) + 1 FROM capture", [], |row| row.get(0))?)
}

/// Makes captures of picture files that no row names. Returns how many.
pub(crate) fn adopt_files(connection: &mut Connection, files: &Files, epoch: i64) -> Result<usize> {
    let mut adopted = 0;
    for folder in list(&files.captures)? {
        if !folder.is_dir() {
            continue;
        }
        for path in list(&folder)? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if is_sha256(&name) && adopt(connection, &path, &name, epoch)? {
                adopted += 1;
            }
        }
    }
    Ok(adopted)
}

fn adopt(connection: &mut Connection, path: &Path, sha256: &str, epoch: i64) -> Result<bool> {
    let sql = "SELECT 1 FROM capture WHERE sha256 = ?1";
    if connection.query_row(sql, [sha256], |_| Ok(())).optional()?.is_some() {
        return Ok(false);
    }
    let reading = || io("Reading a capture file", path);
    let start = crate::files::first_bytes(path).map_err(reading())?;
    let Ok(format) = sniff::picture_format(&start) else { return Ok(false) };
    if hash_file(path).map_err(reading())? != sha256 {
        return Ok(false);
    }
    let bytes = path.metadata().map_err(reading())?.len();
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let id = clock::new_id();
    Recorder::new(&transaction).insert(
        &CAPTURE,
        &[
            ("id", text(&id)),
            ("ord", next_ord(&transaction)?.into()),
            ("sha256", text(sha256)),
            ("name", text(format!("recovered {}.{format}", &sha256[..8]))),
            ("format", text(format)),
            ("bytes", Value::Integer(bytes as i64)),
            ("added_at", text(clock::now())),
            ("sample", 0.into()),
        ],
    )?;
    jobs::enqueue(&transaction, &id, epoch)?;
    index::mark(&transaction, "capture", std::slice::from_ref(&id))?;
    transaction.commit()?;
    Ok(true)
}

fn list(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let failed = || io("Reading a folder", folder);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed())? {
        paths.push(entry.map_err(failed())?.path());
    }
    paths.sort();
    Ok(paths)
}
