//! Folders from which new pictures are taken in by themselves, and the files that are known there.
//!
//! Invariant: knows no file system; who watches says what lies there. These are settings of one computer, not steps: they
//! are not in the history and cannot be undone.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use crate::clock;
use crate::error::{Result, StoreError};
use crate::library::Library;

/// A folder that is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WatchedFolder {
    pub id: String,
    pub path: PathBuf,
    pub paused: bool,
    pub added_at: String,
    /// Files that became captures, or were captures before.
    pub added: u32,
    /// Files that could not be added, newest first.
    pub failures: Vec<WatchedFailure>,
}

/// A file of a watched folder that could not be added. It is tried again when it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct WatchedFailure {
    /// Path below the folder.
    pub file: String,
    pub code: String,
    pub message: String,
    pub at: String,
}

/// A file as it lies in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedFile {
    /// Path below the folder.
    pub path: String,
    pub bytes: u64,
    /// Any text that differs when the file was written to.
    pub modified: String,
}

impl Library {
    /// The folders that are watched, oldest first.
    pub fn watched_folders(&self) -> Result<Vec<WatchedFolder>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT id, path, paused, added_at,
               (SELECT count(*) FROM watched_file WHERE folder = watched_folder.id AND capture IS NOT NULL)
             FROM watched_folder ORDER BY id",
        )?;
        let mut failed = reader.prepare_cached(
            "SELECT path, code, message, at FROM watched_file WHERE folder = ?1 AND code IS NOT NULL
             ORDER BY at DESC, path",
        )?;
        let mut rows = statement.query([])?;
        let mut folders = Vec::new();
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let failures = failed.query_map([&id], |row| {
                Ok(WatchedFailure {
                    file: row.get(0)?,
                    code: row.get(1)?,
                    message: row.get(2)?,
                    at: row.get(3)?,
                })
            })?;
            let failures = failures.collect::<rusqlite::Result<_>>()?;
            folders.push(WatchedFolder {
                id,
                path: PathBuf::from(row.get::<_, String>(1)?),
                paused: row.get(2)?,
                added_at: row.get(3)?,
                added: row.get(4)?,
                failures,
            });
        }
        Ok(folders)
    }

    /// Watches a folder from now on; `present` lies there already and is left alone. A folder that is watched keeps its
    /// state. Answers with its id.
    pub fn watch_folder(&self, path: &Path, present: &[WatchedFile]) -> Result<String, StoreError> {
        let shown = path.to_str().ok_or_else(|| StoreError::NameNotText(path.to_owned()))?;
        self.write(|transaction, _| {
            let held = "SELECT id FROM watched_folder WHERE path = ?1";
            if let Some(id) = transaction.query_row(held, [shown], |row| row.get(0)).optional()? {
                return Ok(id);
            }
            let (id, now) = (clock::new_id(), clock::now());
            let sql = "INSERT INTO watched_folder (id, path, paused, added_at) VALUES (?1, ?2, 0, ?3)";
            transaction.execute(sql, [&id, shown, &now])?;
            let mut insert = transaction.prepare_cached(
                "INSERT INTO watched_file (folder, path, bytes, modified, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for file in present {
                insert.execute(params![id, file.path, file.bytes as i64, file.modified, now])?;
            }
            Ok(id)
        })
    }

    /// Pauses a folder or goes on with it. What appeared meanwhile is taken in then.
    pub fn pause_watched(&self, folder: &str, paused: bool) -> Result<(), StoreError> {
        let sql = "UPDATE watched_folder SET paused = ?2 WHERE id = ?1";
        self.write(|transaction, _| known(transaction.execute(sql, params![folder, paused])?, folder))
    }

    /// Stops watching a folder. Captures that came from it stay.
    pub fn unwatch_folder(&self, folder: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM watched_folder WHERE id = ?1";
        self.write(|transaction, _| known(transaction.execute(sql, [folder])?, folder))
    }

    /// Size and time of the files that are known in a folder, by path.
    pub fn known_files(&self, folder: &str) -> Result<HashMap<String, (u64, String)>, StoreError> {
        let reader = self.reader();
        let mut statement =
            reader.prepare_cached("SELECT path, bytes, modified FROM watched_file WHERE folder = ?1")?;
        let files = statement.query_map([folder], |row| {
            Ok((row.get(0)?, (row.get::<_, i64>(1)?.unsigned_abs(), row.get(2)?)))
        })?;
        Ok(files.collect::<rusqlite::Result<_>>()?)
    }

    /// Notes what became of a file: a capture, or a code and a sentence.
    pub fn note_file(
        &self,
        folder: &str,
        file: &WatchedFile,
        outcome: Result<&str, (&str, &str)>,
    ) -> Result<(), StoreError> {
        let (capture, failure) = match outcome {
            Ok(capture) => (Some(capture), None),
            Err(failure) => (None, Some(failure)),
        };
        self.write(|transaction, _| {
            // The folder may have been taken off the list meanwhile.
            transaction.execute(
                "INSERT OR REPLACE INTO watched_file (folder, path, bytes, modified, capture, code, message, at)
                 SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM watched_folder WHERE id = ?1",
                params![
                    folder,
                    file.path,
                    file.bytes as i64,
                    file.modified,
                    capture,
                    failure.map(|(code, _)| code),
                    failure.map(|(_, message)| message),
                    clock::now()
                ],
            )?;
            Ok(())
        })
    }
}

fn known(changed: usize, folder: &str) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(StoreError::unknown("watched folder", folder)) }
}
