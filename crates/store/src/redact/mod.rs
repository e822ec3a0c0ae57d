//! Removing parts of a capture for good: the pixels, the text that was read there, and whatever rests on it alone.
//!
//! Invariant: there is no way back, in the history neither: the recorded steps and the journal's chain are written anew
//! without what is gone. The change of the database is one transaction; clearing away what older files still hold is
//! repeated at the next opening until it is done. What stands elsewhere, too, is not touched there.

pub(crate) mod again;
mod carry_out;
mod concerned;

use std::path::{Path, PathBuf};

use domain::PixelBox;
use rusqlite::Connection;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use self::carry_out::{carry_out, record};
use self::concerned::{Concerned, concerned};
use crate::error::{Result, StoreError, io};
use crate::files::{Files, Source, sync_folder};
use crate::journal::Journal;
use crate::library::{Library, StepContext, lock};
use crate::rows::{CAPTURE, Recorder, text, to_json};
use crate::{index, pages, recover, trash};

/// What becomes of older copies of the library, which hold what is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum OlderCopies {
    /// They stay, and whoever restores one brings the text back.
    Keep,
    /// They are deleted, and a new backup is made.
    Remove,
}

/// What a redaction removes, or has removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Redacted {
    /// What is blackened: the regions asked for, and the boxes of all words that they touch.
    pub regions: Vec<PixelBox>,
    /// Runs of words that were read there.
    pub texts: Vec<String>,
    /// Claims that rest on nothing else, as ids; they go whole.
    pub claims: Vec<String>,
    /// Pieces of evidence that other claims lose.
    pub evidence: u32,
    pub proposals: u32,
    /// Ids of other captures on which one of the texts stands, too. They are not touched.
    pub also_on: Vec<String>,
    /// Files and folders of the library that still hold it, by name: older backups, and databases and journals that
    /// were put aside.
    pub older_copies: Vec<String>,
}

/// What is to be cleared away after the commit, kept until it is.
#[derive(Debug, Serialize, Deserialize)]
struct Unfinished {
    /// Hashes of pictures that are no capture's any more.
    pictures: Vec<String>,
    remove_copies: bool,
}

/// Under which note of the library that stands.
const UNFINISHED: &str = "redaction";

impl Library {
    /// What redacting these regions (upright pixels) of a capture would remove. Nothing is changed.
    pub fn plan_redaction(&self, capture: &str, regions: &[PixelBox]) -> Result<Redacted, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        check(&snapshot, capture)?;
        let concerned = concerned(&snapshot, capture, regions)?;
        Ok(concerned.answer(older_copies(&self.directory)?))
    }

    /// Removes these regions (upright pixels) of a capture for good. `picture` is the file that takes the place of the
    /// original, with all of [`Redacted::regions`] blackened. It cannot be undone.
    pub fn redact(
        &self,
        capture: &str,
        regions: &[PixelBox],
        picture: &[u8],
        copies: OlderCopies,
    ) -> Result<Redacted, StoreError> {
        let name = {
            let writer = self.writer()?;
            check(&writer.connection, capture)?;
            let sql = "SELECT name FROM capture WHERE id = ?1";
            writer.connection.query_row(sql, [capture], |row| row.get::<_, String>(0))?
        };
        let stored = self.files.store(Source::Bytes { name: &name, bytes: picture })?;
        let before = older_copies(&self.directory)?;
        let directory = self.directory.clone();
        let result = self.rewrite(
            |connection, context| {
                check(connection, capture)?;
                let old: String =
                    connection
                        .query_row("SELECT sha256 FROM capture WHERE id = ?1", [capture], |row| row.get(0))?;
                let sql = "SELECT 1 FROM capture WHERE sha256 = ?1 AND id <> ?2";
                if connection.prepare_cached(sql)?.exists([stored.sha256.as_str(), capture])? {
                    return Err(StoreError::SamePicture);
                }
                let columns = [
                    ("sha256", text(&stored.sha256)),
                    ("format", text(stored.format)),
                    ("bytes", Value::Integer(stored.bytes as i64)),
                ];
                let concerned = apply(connection, capture, regions, &columns, context)?;
                let pictures = if old == stored.sha256 { Vec::new() } else { vec![old] };
                let unfinished = Unfinished { pictures, remove_copies: copies == OlderCopies::Remove };
                let sql = "INSERT OR REPLACE INTO library_meta VALUES (?1, ?2)";
                connection.execute(sql, [UNFINISHED, &serde_json::to_string(&unfinished)?])?;
                Ok(concerned)
            },
            |writer| {
                // Nobody may look through an older index or hold the log while it is cleared.
                let _reader = self.reader();
                let mut search = lock(&self.search);
                search.index.forget();
                finish(&writer.connection, &mut writer.journal, &directory, &self.files)
            },
        );
        let concerned = match result {
            Ok(concerned) => concerned,
            Err(error) => {
                // Where it is in doubt whether the change was kept, the next opening may find it, and needs the picture.
                if self.writer().is_ok() {
                    self.discard(&stored.sha256);
                }
                return Err(error);
            }
        };
        if let Err(error) = self.backup("after-redaction") {
            tracing::warn!(%error, "no backup was made after a redaction");
        }
        let kept = if copies == OlderCopies::Keep { before } else { Vec::new() };
        Ok(concerned.answer(kept))
    }

    /// Removes a picture that became nobody's.
    fn discard(&self, sha256: &str) {
        let sql = "SELECT 1 FROM capture WHERE sha256 = ?1";
        let held = self.reader().prepare_cached(sql).and_then(|mut held| held.exists([sha256]));
        if matches!(held, Ok(false))
            && let Err(error) = self.files.remove(sha256)
        {
            tracing::warn!(%error, "a picture that is no capture's was left behind");
        }
    }
}

/// Carries a redaction out on rows and history. `columns` are those of the capture that show the new picture.
fn apply(
    connection: &Connection,
    capture: &str,
    regions: &[PixelBox],
    columns: &[(&str, Value)],
    context: &StepContext,
) -> Result<Concerned> {
    let mut concerned = concerned(connection, capture, regions)?;
    let shown = columns.iter().map(|(name, value)| Ok(((*name).to_owned(), to_json(value)?)));
    concerned.removal.capture = (capture.to_owned(), shown.collect::<Result<_>>()?);
    Recorder::new(connection).update(&CAPTURE, capture, columns)?;
    carry_out(connection, capture, &concerned, regions)?;
    record(connection, capture, regions, &concerned.removal, context)?;
    Ok(concerned)
}

/// Finishes a redaction that an unexpected stop interrupted.
pub(crate) fn finish(
    connection: &Connection,
    journal: &mut Journal,
    directory: &Path,
    files: &Files,
) -> Result<bool> {
    let Some(unfinished) = recover::meta(connection, UNFINISHED)? else { return Ok(false) };
    let unfinished: Unfinished = serde_json::from_str(&unfinished)?;
    let mut statement = connection.prepare("SELECT line FROM event ORDER BY seq")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    journal.replace(&files.temporary, lines)?;
    drop(statement);
    for sha256 in &unfinished.pictures {
        files.remove(sha256)?;
    }
    index::remove(&directory.join("index.db"))?;
    if unfinished.remove_copies {
        remove_copies(directory)?;
    }
    // A whole new file: pages that were given back long ago may hold the text as well.
    connection.execute_batch("PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY;")?;
    empty_log(connection)?;
    connection.execute("DELETE FROM library_meta WHERE key = ?1", [UNFINISHED])?;
    empty_log(connection)?;
    Ok(true)
}

fn empty_log(connection: &Connection) -> Result<()> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 { Ok(()) } else { Err(StoreError::Held) }
}

/// Backups, and what was put aside.
fn older_copies(directory: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for path in copies(directory)? {
        let shown = path.strip_prefix(directory).unwrap_or(&path);
        names.push(shown.to_string_lossy().into_owned());
    }
    Ok(names)
}

fn copies(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let is_aside = |name: &str| name.starts_with("journal-aside-");
    for (folder, wanted) in [
        (directory.join("backups"), None),
        (directory.join("quarantine"), None),
        (directory.to_owned(), Some(is_aside)),
    ] {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io("Reading a folder", folder)(error)),
        };
        for entry in entries {
            let path = entry.map_err(io("Reading a folder", folder.as_path()))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if wanted.is_none_or(|wanted| wanted(&name)) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn remove_copies(directory: &Path) -> Result<()> {
    for path in copies(directory)? {
        let removed =
            if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        removed.map_err(io("Removing an older copy", path.as_path()))?;
        path.parent().map_or(Ok(()), sync_folder)?;
    }
    Ok(())
}

/// Refuses captures that cannot be redacted now.
fn check(connection: &Connection, capture: &str) -> Result<()> {
    pages::check_capture(connection, capture)?;
    if trash::is_purged(connection, capture)? {
        return Err(StoreError::Purged);
    }
    // What a worker delivers later would have been read from the old picture.
    let sql = "SELECT 1 FROM job WHERE capture = ?1 AND state IN ('queued', 'running')
               UNION ALL SELECT 1 FROM look WHERE capture = ?1 AND state = 'running'";
    if connection.prepare_cached(sql)?.exists([capture])? { Err(StoreError::BeingRead) } else { Ok(()) }
}
