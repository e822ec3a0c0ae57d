//! Captures: pictures in the library and how far the work on them has come.
//!
//! Invariant: one capture for each content; the row, its job and the mark for the index are written together.

use std::collections::HashMap;
use std::path::PathBuf;

use domain::{Extraction, PageKind, Reading};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::error::{Result, StoreError, io};
use crate::files::Source;
use crate::library::{Library, lock};
use crate::rows::{CAPTURE, Recorder, TRASH, from_word, text};
use crate::types::{Added, Basis, Capture, CaptureState, PartOf, Stage};
use crate::{clock, index, jobs, marks, trash};

const COLUMNS: &str = "SELECT capture.id, capture.sha256, capture.name, capture.format, capture.bytes,
    capture.width, capture.height, capture.added_at, capture.sample,
    job.id, job.state, job.error_code, job.error,
    (SELECT page_kind FROM extraction WHERE extraction.id = capture.id),
    (SELECT id FROM change_set WHERE change_set.capture = capture.id ORDER BY ord DESC, id DESC LIMIT 1)
  FROM capture LEFT JOIN job ON job.id =
    (SELECT newest.id FROM job newest WHERE newest.capture = capture.id ORDER BY newest.ord DESC LIMIT 1)";

impl Library {
    /// Copies a picture into the library and queues it. The same bytes are never added twice.
    pub fn add_capture(&self, source: Source<'_>) -> Result<Added, StoreError> {
        self.add(source, false, &file_fields(source))
    }

    /// Adds a picture that was taken out of a file with several; what is known of that file is kept with it.
    pub fn add_part(&self, name: &str, picture: &[u8], of: &PartOf<'_>) -> Result<Added, StoreError> {
        let fields = [("document", of.document), ("document_sha256", of.sha256), ("part", of.part)];
        let fields: Vec<(&str, String)> =
            fields.into_iter().map(|(field, value)| (field, value.to_owned())).collect();
        self.add(Source::Bytes { name, bytes: picture }, false, &fields)
    }

    /// Captures that were taken out of the file with that SHA-256, in its order.
    pub fn parts_of(&self, sha256: &str) -> Result<Vec<Capture>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(&format!(
            "{COLUMNS} WHERE capture.id IN
               (SELECT capture FROM capture_field WHERE field = 'document_sha256' AND value = ?1) ORDER BY capture.ord"
        ))?;
        let mut rows = statement.query([sha256])?;
        let mut captures = Vec::new();
        while let Some(row) = rows.next()? {
            captures.push(self.whole_capture_of(row)?);
        }
        Ok(captures)
    }

    /// A folder for files that are needed for a while; it is gone with the value, or with the next opening.
    pub fn workplace(&self) -> Result<tempfile::TempDir, StoreError> {
        drop(self.writer()?);
        let folder = tempfile::Builder::new().prefix("parts-").tempdir_in(&self.files.temporary);
        folder.map_err(io("Making a temporary folder", self.files.temporary.as_path()))
    }

    /// As [`Library::add_capture`], marked as part of the bundled sample library.
    pub fn add_sample(&self, source: Source<'_>) -> Result<Added, StoreError> {
        self.add(source, true, &[])
    }

    fn add(&self, source: Source<'_>, sample: bool, fields: &[(&str, String)]) -> Result<Added> {
        // Refuses before anything is copied.
        drop(self.writer()?);
        let stored = self.files.store(source)?;
        let (id, already_here) = self.write(|transaction, epoch| {
            let held: Option<String> = transaction
                .query_row("SELECT id FROM capture WHERE sha256 = ?1", [&stored.sha256], |row| row.get(0))
                .optional()?;
            if let Some(id) = held {
                revive(transaction, &id, epoch)?;
                return Ok((id, true));
            }
            let id = clock::new_id();
            let ord: i64 =
                transaction
                    .query_row("SELECT coalesce(max(ord), 0) + 1 FROM capture", [], |row| row.get(0))?;
            let mut recorder = Recorder::new(transaction);
            recorder.insert(
                &CAPTURE,
                &[
                    ("id", text(&id)),
                    ("ord", ord.into()),
                    ("sha256", text(&stored.sha256)),
                    ("name", text(&stored.name)),
                    ("format", text(stored.format)),
                    ("bytes", Value::Integer(stored.bytes as i64)),
                    ("added_at", text(clock::now())),
                    ("sample", i64::from(sample).into()),
                ],
            )?;
            for (field, value) in fields {
                marks::insert_field(&mut recorder, &id, field, value, Basis::File)?;
            }
            jobs::enqueue(transaction, &id, epoch)?;
            index::mark(transaction, "capture", std::slice::from_ref(&id))?;
            Ok((id, false))
        })?;
        let in_trash = already_here
            && self.reader().prepare_cached("SELECT 1 FROM trash WHERE id = ?1")?.exists([&id])?;
        Ok(Added { capture: self.capture(&id)?, already_here, in_trash })
    }

    /// All captures that are not in the trash, newest first.
    pub fn captures(&self) -> Result<Vec<Capture>, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        // One pass over each table: looking everything up for each capture takes several times as long.
        let mut jobs =
            newest(&snapshot, "SELECT capture, id, state, error_code, error FROM job ORDER BY ord", job_of)?;
        let mut kinds =
            newest(&snapshot, "SELECT id, page_kind FROM extraction", |row| row.get::<_, String>(1))?;
        let mut sets = newest(&snapshot, "SELECT capture, id FROM change_set ORDER BY ord, id", |row| {
            row.get::<_, String>(1)
        })?;
        let mut statement = snapshot.prepare_cached(
            "SELECT id, sha256, name, format, bytes, width, height, added_at, sample FROM capture
             WHERE id NOT IN (SELECT id FROM trash) ORDER BY ord DESC",
        )?;
        let mut rows = statement.query([])?;
        let mut captures = Vec::new();
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let job = jobs.remove(&id);
            captures.push(self.capture_of(row, job, kinds.remove(&id), sets.remove(&id))?);
        }
        Ok(captures)
    }

    /// Whether the worker has decoded a capture with that content.
    pub fn is_decoded(&self, sha256: &str) -> Result<bool, StoreError> {
        let reader = self.reader();
        let mut statement =
            reader.prepare_cached("SELECT 1 FROM capture WHERE sha256 = ?1 AND width IS NOT NULL")?;
        Ok(statement.exists([sha256])?)
    }

    pub fn capture(&self, id: &str) -> Result<Capture, StoreError> {
        self.capture_on(&self.reader(), id)
    }

    pub(crate) fn capture_on(&self, connection: &Connection, id: &str) -> Result<Capture> {
        let mut statement = connection.prepare_cached(&format!("{COLUMNS} WHERE capture.id = ?1"))?;
        let mut rows = statement.query([id])?;
        let row = rows.next()?.ok_or_else(|| StoreError::unknown("capture", id))?;
        self.whole_capture_of(row)
    }

    /// The file of a capture, by its SHA-256.
    pub fn capture_file(&self, sha256: &str) -> Result<PathBuf, StoreError> {
        let path = self.files.path(sha256)?;
        if path.is_file() { Ok(path) } else { Err(StoreError::MissingFile(sha256.to_owned())) }
    }

    /// What the text reader read, if it has.
    pub fn reading(&self, capture: &str) -> Result<Option<Reading>, StoreError> {
        self.body("SELECT body FROM reading WHERE id = ?1", capture)
    }

    /// What was proposed for the capture, if anything has looked at it.
    pub fn extraction(&self, capture: &str) -> Result<Option<Extraction>, StoreError> {
        self.body("SELECT body FROM extraction WHERE id = ?1", capture)
    }

    fn body<T: serde::de::DeserializeOwned>(&self, sql: &str, capture: &str) -> Result<Option<T>> {
        let reader = self.reader();
        let body: Option<String> =
            reader.prepare_cached(sql)?.query_row([capture], |row| row.get(0)).optional()?;
        match body {
            Some(body) => Ok(Some(serde_json::from_str(&body)?)),
            None => Ok(None),
        }
    }

    /// A row of [`COLUMNS`].
    fn whole_capture_of(&self, row: &Row<'_>) -> Result<Capture> {
        let job = match row.get::<_, Option<String>>(9)? {
            Some(id) => {
                Some(NewestJob { id, state: row.get(10)?, code: row.get(11)?, message: row.get(12)? })
            }
            None => None,
        };
        self.capture_of(row, job, row.get(13)?, row.get(14)?)
    }

    /// A row of the table, with what other tables say of it.
    fn capture_of(
        &self,
        row: &Row<'_>,
        job: Option<NewestJob>,
        page_kind: Option<String>,
        change_set: Option<String>,
    ) -> Result<Capture> {
        // A capture gets its first job together with its row.
        let state = job.map_or(CaptureState::Ready, |job| match job.state.as_str() {
            "queued" => CaptureState::Queued,
            "running" => {
                let progress = lock(&self.progress).get(&job.id).copied();
                let (stage, done, total) = progress.unwrap_or((Stage::Decoding, 0, 0));
                CaptureState::Running { stage, done, total }
            }
            "failed" | "quarantined" => CaptureState::Failed {
                code: job.code.unwrap_or_default(),
                message: job.message.unwrap_or_default(),
            },
            "cancelled" => CaptureState::Cancelled,
            _ => CaptureState::Ready,
        });
        Ok(Capture {
            id: row.get(0)?,
            sha256: row.get(1)?,
            name: row.get(2)?,
            format: row.get(3)?,
            bytes: row.get::<_, i64>(4)?.unsigned_abs(),
            width: row.get(5)?,
            height: row.get(6)?,
            added_at: row.get(7)?,
            sample: row.get(8)?,
            state,
            page_kind: page_kind.map(from_word::<PageKind>).transpose()?,
            change_set,
        })
    }
}

/// What became of the newest job of a capture.
struct NewestJob {
    id: String,
    state: String,
    code: Option<String>,
    message: Option<String>,
}

fn job_of(row: &Row<'_>) -> rusqlite::Result<NewestJob> {
    Ok(NewestJob { id: row.get(1)?, state: row.get(2)?, code: row.get(3)?, message: row.get(4)? })
}

/// The last row for each capture, whose id is the first column.
fn newest<T>(
    connection: &Connection,
    sql: &str,
    value_of: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<HashMap<String, T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, value_of(row)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What the file system says about a file that is added.
fn file_fields(source: Source<'_>) -> Vec<(&'static str, String)> {
    let Source::File { path } = source else { return Vec::new() };
    let modified = path.metadata().and_then(|file| file.modified()).ok();
    let modified = modified.and_then(|at| jiff::Timestamp::try_from(at).ok());
    modified.map(|at| ("modified_at", clock::written(at))).into_iter().collect()
}

/// A picture that was removed for good and is added again is there again, and is read again.
fn revive(connection: &Connection, capture: &str, epoch: i64) -> Result<()> {
    if !trash::is_purged(connection, capture)? {
        return Ok(());
    }
    Recorder::new(connection).delete(&TRASH, capture)?;
    jobs::enqueue(connection, capture, epoch)?;
    index::mark(connection, "capture", &[capture.to_owned()])
}
