//! Captures that were thrown away: hidden, kept for thirty days, then removed for good unless a claim rests on them.
//!
//! Invariant: throwing away and taking back are steps that can be undone. What is removed for good was in the trash
//! first, and no capture is removed as long as a current claim has its evidence there.

use rusqlite::{Connection, TransactionBehavior};
use serde::Serialize;

use crate::error::{Result, StoreError, count};
use crate::history::Step;
use crate::journal::EventKind;
use crate::library::Library;
use crate::rows::{ALT_TEXT, EXTRACTION, READING, Recorder, TRASH, read, text};
use crate::types::Capture;
use crate::{clock, index, pages};

/// Days for which something can be taken back.
pub const DAYS_IN_TRASH: i64 = 30;

/// A capture in the trash.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trashed {
    pub capture: Capture,
    pub deleted_at: String,
    /// Days until it may be removed for good; 0 for any day now.
    pub days_left: u32,
    /// Current claims that have evidence on it; as long as there are any it stays.
    pub claims: u32,
}

impl Library {
    /// Throws captures away. They can be taken back for thirty days; claims that rest on them stay.
    pub fn trash_captures(&self, captures: &[String]) -> Result<(), StoreError> {
        self.edit(|recorder, context| {
            let mut thrown = 0;
            for capture in captures {
                pages::check_capture(recorder.connection(), capture)?;
                if read(recorder.connection(), &TRASH, capture)?.is_some() {
                    continue;
                }
                let values =
                    [("id", text(capture)), ("deleted_at", text(&context.now)), ("purged", 0.into())];
                recorder.insert(&TRASH, &values)?;
                thrown += 1;
            }
            Ok(((thrown > 0).then(|| format!("Threw away {}", count(thrown, "capture"))), ()))
        })
    }

    /// Takes captures out of the trash.
    pub fn restore_captures(&self, captures: &[String]) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let mut restored = 0;
            for capture in captures {
                if is_purged(recorder.connection(), capture)? {
                    return Err(StoreError::Purged);
                }
                if read(recorder.connection(), &TRASH, capture)?.is_some() {
                    recorder.delete(&TRASH, capture)?;
                    restored += 1;
                }
            }
            Ok(((restored > 0).then(|| format!("Took back {}", count(restored, "capture"))), ()))
        })
    }

    /// What lies in the trash, newest first.
    pub fn trash(&self) -> Result<Vec<Trashed>, StoreError> {
        let reader = self.reader();
        let sql = format!(
            "SELECT id, deleted_at, ({CLAIMS}) FROM trash WHERE purged = 0 ORDER BY deleted_at DESC, id DESC"
        );
        let mut statement = reader.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut trashed = Vec::new();
        for row in rows {
            let (id, deleted_at, claims): (String, String, u32) = row?;
            let days_left = (DAYS_IN_TRASH - clock::days_since(&deleted_at)).max(0) as u32;
            trashed.push(Trashed { capture: self.capture_on(&reader, &id)?, deleted_at, days_left, claims });
        }
        Ok(trashed)
    }

    /// Removes from the trash for good what lay there for thirty days, or all of it: picture, text and proposals. What
    /// a current claim rests on stays. Answers with how many captures were removed.
    pub fn empty_trash(&self, all: bool) -> Result<usize, StoreError> {
        let days = if all { 0 } else { DAYS_IN_TRASH };
        let hashes: Vec<String> = self.step(|recorder, _| {
            let sql =
                format!("SELECT id, deleted_at FROM trash WHERE purged = 0 AND ({CLAIMS}) = 0 ORDER BY id");
            let due: Vec<(String, String)> = recorder
                .connection()
                .prepare(&sql)?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let due: Vec<String> =
                due.into_iter().filter(|(_, at)| clock::days_since(at) >= days).map(|(id, _)| id).collect();
            let mut hashes = Vec::new();
            for capture in &due {
                recorder.update(&TRASH, capture, &[("purged", 1.into())])?;
                hashes.push(remove_text(recorder.connection(), capture)?);
            }
            if due.is_empty() {
                return Ok((None, hashes));
            }
            let captures = recorder.captures()?;
            index::mark(recorder.connection(), "capture", &due)?;
            let title = format!("Removed {} for good", count(due.len(), "capture"));
            let (kind, change_set) = (EventKind::Redact, String::new());
            Ok((Some(Step { kind, title, change_set, undo_of: None, capture: None, captures }), hashes))
        })?;
        for sha256 in &hashes {
            self.files.remove(sha256)?;
        }
        Ok(hashes.len())
    }
}

/// Current claims that have evidence on the capture of a row of `trash`.
const CLAIMS: &str = "SELECT count(DISTINCT claim.id) FROM evidence JOIN claim ON claim.id = evidence.claim
    WHERE evidence.capture = trash.id AND claim.recorded_to IS NULL";

pub(crate) fn is_purged(connection: &Connection, capture: &str) -> Result<bool> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM trash WHERE id = ?1 AND purged = 1")?;
    Ok(statement.exists([capture])?)
}

/// Removes what was read and proposed, which is written by machines and so not part of the recorded changes. Answers
/// with the hash of the picture.
pub(crate) fn remove_text(connection: &Connection, capture: &str) -> Result<String> {
    for table in [&READING, &EXTRACTION, &ALT_TEXT] {
        connection.execute(&format!("DELETE FROM {} WHERE id = ?1", table.name), [capture])?;
    }
    connection.execute("DELETE FROM page_sketch WHERE capture = ?1", [capture])?;
    connection
        .execute("UPDATE job SET state = 'cancelled' WHERE capture = ?1 AND state = 'queued'", [capture])?;
    connection
        .execute("UPDATE look SET state = 'cancelled' WHERE capture = ?1 AND state = 'queued'", [capture])?;
    let mut unrecorded = Recorder::new(connection);
    let mut statement = connection
        .prepare("SELECT id FROM change_set WHERE capture = ?1 AND state IN ('open', 'reverted')")?;
    let open: Vec<String> =
        statement.query_map([capture], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for set in open {
        let revision = crate::change_sets::revision(connection, &set)? + 1;
        let values = [("state", text("rejected")), ("revision", revision.into())];
        unrecorded.update(&crate::rows::CHANGE_SET, &set, &values)?;
    }
    Ok(connection.query_row("SELECT sha256 FROM capture WHERE id = ?1", [capture], |row| row.get(0))?)
}

/// Removes what is still there of captures that were removed for good. Answers with the hashes of their pictures.
pub(crate) fn finish_purges(connection: &mut Connection) -> Result<Vec<String>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let purged: Vec<(String, String)> = transaction
        .prepare(
            "SELECT capture.id, sha256 FROM trash JOIN capture ON capture.id = trash.id WHERE purged = 1",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut hashes = Vec::new();
    for (capture, sha256) in purged {
        let left = "SELECT 1 FROM reading WHERE id = ?1 UNION ALL SELECT 1 FROM extraction WHERE id = ?1
            UNION ALL SELECT 1 FROM alt_text WHERE id = ?1
            UNION ALL SELECT 1 FROM job WHERE capture = ?1 AND state = 'queued'";
        if transaction.prepare_cached(left)?.exists([&capture])? {
            remove_text(&transaction, &capture)?;
            index::mark(&transaction, "capture", std::slice::from_ref(&capture))?;
        }
        hashes.push(sha256);
    }
    transaction.commit()?;
    Ok(hashes)
}
