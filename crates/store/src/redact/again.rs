//! Redactions that an older copy of the library does not know yet: what was removed for good stays removed.
//!
//! Invariant: knows boxes and times, never words; the journal is where they are remembered, outside of what a restore
//! puts in place.

use std::path::Path;

use domain::PixelBox;
use rusqlite::Connection;

use super::{apply, copies};
use crate::error::{Result, StoreError};
use crate::history;
use crate::journal::{Entry, EventKind, read_lines};
use crate::library::StepContext;
use crate::rows::{CAPTURE, Change, Fields, REDACTION, from_json, read, read_json};

/// A redaction as the history remembers it.
struct Known {
    id: String,
    at: String,
    capture: String,
    /// Nothing where an older version carried it out.
    regions: Vec<PixelBox>,
}

fn known(line: &str) -> Result<Option<Known>> {
    // Every line names its kind in this way; most need not be read whole.
    if !line.contains(r#""kind":"redact""#) {
        return Ok(None);
    }
    let entry: Entry = serde_json::from_str(line)?;
    let capture = entry.changes.iter().find_map(|change| match change {
        Change::Insert { table, row } if table == REDACTION.name => row.get("capture")?.as_str(),
        _ => None,
    });
    let known = capture.filter(|_| entry.kind == EventKind::Redact).map(str::to_owned);
    Ok(known.map(|capture| Known { id: entry.id, at: entry.at, capture, regions: entry.regions }))
}

/// Whether the copy would show what this redaction removed.
fn is_missing(copy: &Connection, known: &Known) -> Result<bool> {
    Ok(read(copy, &REDACTION, &known.id)?.is_none() && read(copy, &CAPTURE, &known.capture)?.is_some())
}

/// Refuses a copy from before a redaction that one of the journals in the library's folder remembers: the journal, whose
/// lines were written anew since, cannot go on from it.
pub(crate) fn refuse_older(directory: &Path, copy: &Connection) -> Result<()> {
    let mut journals = vec![directory.join("journal.jsonl")];
    journals.extend(
        copies(directory)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "jsonl")),
    );
    for journal in journals {
        for line in read_lines(&journal)? {
            // A line that is no entry is for the check of the journal to find.
            if let Ok(Some(known)) = known(&line)
                && is_missing(copy, &known)?
            {
                return Err(StoreError::BeforeRemoval);
            }
        }
    }
    Ok(())
}

/// Carries out on the copy the redactions that the present library knows and it does not. Answers with how many.
pub(crate) fn repeat(copy: &Connection, present: &Connection) -> Result<u32> {
    let mut statement = present.prepare("SELECT line FROM event WHERE kind = 'redact' ORDER BY seq")?;
    let mut lines = statement.query([])?;
    let mut repeated = 0;
    while let Some(row) = lines.next()? {
        let Some(known) = known(&row.get::<_, String>(0)?)? else { continue };
        if !is_missing(copy, &known)? {
            continue;
        }
        if known.regions.is_empty() {
            return Err(StoreError::BeforeRemoval);
        }
        let shown = read_json(present, &CAPTURE, &known.capture)?.unwrap_or_default();
        one(copy, known, &shown)?;
        repeated += 1;
    }
    Ok(repeated)
}

fn one(copy: &Connection, known: Known, shown: &Fields) -> Result<()> {
    let mut columns = Vec::new();
    for column in ["sha256", "format", "bytes", "width", "height"] {
        columns.push((column, from_json(shown.get(column).unwrap_or(&serde_json::Value::Null))?));
    }
    let (seq, _) = history::last(copy)?;
    let context = StepContext { seq: seq + 1, id: known.id, now: known.at };
    // The size is set first: a capture that was not read by then has none, and nothing that could be taken out either.
    crate::rows::Recorder::new(copy).update(&CAPTURE, &known.capture, &columns[3..])?;
    apply(copy, &known.capture, &known.regions, &columns, &context).map(drop)
}
