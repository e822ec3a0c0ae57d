//! Going back to a backup while the library is open: it becomes again what it was then.
//!
//! Invariant: nothing is changed before the copy was brought to this schema and checked whole; the library as it is becomes
//! a backup first. What was removed for good stays removed, and pictures that were added since stay.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use serde::Serialize;

use crate::backup::{self, Backup};
use crate::connection::{guard, open_reader, open_writer};
use crate::error::{Result, StoreError};
use crate::history::{self, Step};
use crate::journal::EventKind;
use crate::library::{self, Library, StepContext, Writer, lock};
use crate::redact::again;
use crate::rows::{CAPTURE, CAPTURE_FIELD, Recorder, TRASH, read, read_json};
use crate::search::Search;
use crate::types::Notice;
use crate::{clock, index, jobs, trash};

/// What a backup holds, beside what the library holds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct BackupContents {
    pub captures: u32,
    pub tools: u32,
    /// Current claims.
    pub claims: u32,
    /// When it was made, as the clock said.
    pub made_at: Option<String>,
    /// The last step that it knows.
    pub last_step: Option<String>,
    /// Steps of the library that it does not know.
    pub steps_since: u32,
    /// Captures of the library that it does not know.
    pub captures_since: u32,
}

/// What going back did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WentBack {
    /// The library as it was before, as a backup.
    pub kept: PathBuf,
    /// Captures that were added since; they are read again.
    pub captures_kept: u32,
    /// Redactions that the backup did not know and that were carried out on it again.
    pub removed_again: u32,
    /// What bringing database and files in line found.
    pub notices: Vec<Notice>,
}

/// Steps that change the library, as the history lists them.
const STEPS: &str = "SELECT id FROM event WHERE kind IN ('merge', 'edit', 'undo', 'redo')";

impl Library {
    /// What a backup holds. It is looked at only; whether it is whole is checked when it is gone back to.
    pub fn backup_contents(&self, backup: &Backup) -> Result<BackupContents, StoreError> {
        let copy = Connection::open_with_flags(&backup.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        guard(&copy)?;
        let number = |sql: &str| -> Result<u32> { Ok(copy.query_row(sql, [], |row| row.get(0))?) };
        let reader = self.reader();
        let set = |of: &Connection, sql: &str| ids::<HashSet<String>>(of, sql, []);
        let (then, now) = (set(&copy, STEPS)?, set(&reader, STEPS)?);
        let captures = (set(&copy, "SELECT id FROM capture")?, set(&reader, "SELECT id FROM capture")?);
        drop(reader);
        let last = "SELECT title FROM event WHERE kind NOT IN ('decide', 'name') ORDER BY seq DESC LIMIT 1";
        let made = backup.path.metadata().and_then(|file| file.modified()).ok();
        let made = made.and_then(|made| jiff::Timestamp::try_from(made).ok());
        Ok(BackupContents {
            captures: captures.0.len() as u32,
            tools: number("SELECT count(*) FROM tool")?,
            claims: number("SELECT count(*) FROM claim WHERE recorded_to IS NULL")?,
            made_at: made.map(clock::written),
            last_step: copy.query_row(last, [], |row| row.get(0)).optional()?,
            steps_since: now.difference(&then).count() as u32,
            captures_since: captures.1.difference(&captures.0).count() as u32,
        })
    }

    /// Makes the library what it was when the backup with that number was made. Steps since are left out, as far as what
    /// was removed for good is not concerned; the library as it is now becomes a backup first.
    ///
    /// No job may be running: what a worker delivers later would be for a job that is not known any more.
    pub fn go_back(&self, number: u64) -> Result<WentBack, StoreError> {
        let backup = Self::backups(&self.directory)?.into_iter().find(|backup| backup.number == number);
        let backup = backup.ok_or_else(|| StoreError::unknown("backup", &number.to_string()))?;
        let mut guard = self.writer()?;
        let writer = &mut *guard;
        let mut brought = Brought::default();
        let fresh = backup::prepare(&self.directory, &backup.path, |copy| {
            brought = bring_forward(copy, &writer.connection, &backup, writer.epoch)?;
            Ok(())
        })?;
        // Made only now: making one may rotate the older one away.
        let kept = match backup::make(&writer.connection, &self.directory, "before-going-back") {
            Ok(kept) => kept,
            Err(error) => {
                backup::remove_database(&fresh);
                return Err(error);
            }
        };
        if let Err(error) = self.write_journal(writer, &fresh) {
            backup::remove_database(&fresh);
            return Err(error);
        }
        // From here on it stands in the journal, and a stop leaves a library that settles with its database.
        let mut notices = Vec::new();
        match self.swap(writer, &fresh, &mut notices) {
            Ok(()) => Ok(WentBack {
                kept,
                captures_kept: brought.captures,
                removed_again: brought.redactions,
                notices,
            }),
            Err(error) => {
                tracing::error!(%error, "going back to a backup stopped halfway");
                writer.broken = true;
                Err(StoreError::ReopenNeeded)
            }
        }
    }

    /// Puts the copy's lines in the place of the journal's.
    fn write_journal(&self, writer: &mut Writer, fresh: &Path) -> Result<()> {
        let copy = Connection::open_with_flags(fresh, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut statement = copy.prepare("SELECT line FROM event ORDER BY seq")?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
        writer.journal.replace(&self.files.temporary, lines)
    }

    /// Puts the copy in the database's place, and opens it with all that follows.
    fn swap(&self, writer: &mut Writer, fresh: &Path, notices: &mut Vec<Notice>) -> Result<()> {
        let mut reader = self.reader();
        let mut search = lock(&self.search);
        search.close()?;
        *reader = Connection::open_in_memory()?;
        let old = std::mem::replace(&mut writer.connection, Connection::open_in_memory()?);
        old.close().map_err(|(_, error)| error)?;
        let aside = backup::put_in_place(&self.directory, Some(fresh))?;
        index::remove(&self.directory.join("index.db"))?;
        let database = self.directory.join("library.db");
        writer.connection = open_writer(&database)?;
        writer.epoch = library::settle(
            &mut writer.connection,
            &mut writer.journal,
            &self.directory,
            &self.files,
            false,
            notices,
        )?;
        *reader = open_reader(&database)?;
        *search = Search::new(&self.directory, library::Access::Owner)?;
        lock(&self.progress).clear();
        // The same is in the backup that was made and checked before.
        if let Err(error) = std::fs::remove_dir_all(&aside) {
            tracing::warn!(%error, "the database that was put aside was left behind");
        }
        Ok(())
    }
}

fn ids<Ids: FromIterator<String>>(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
) -> Result<Ids> {
    let mut statement = connection.prepare_cached(sql)?;
    let ids = statement.query_map(parameters, |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

#[derive(Default)]
struct Brought {
    captures: u32,
    redactions: u32,
}

/// Brings into the copy what does not belong to the past: what was removed for good, pictures that were added since, and
/// the settings of this computer.
fn bring_forward(
    copy: &mut Connection,
    present: &Connection,
    backup: &Backup,
    epoch: i64,
) -> Result<Brought> {
    let transaction = copy.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "defer_foreign_keys", true)?;
    let redactions = again::repeat(&transaction, present)?;
    let captures = bring_captures(&transaction, present, epoch)?;
    let purged = purge(&transaction, present)?;
    bring_watched(&transaction, present)?;
    let date = match backup.date.as_bytes() {
        [_, _, _, _, _, _, _, _] => {
            format!("{}-{}-{}", &backup.date[..4], &backup.date[4..6], &backup.date[6..])
        }
        _ => backup.date.clone(),
    };
    let (seq, previous) = history::last(&transaction)?;
    let context = StepContext { seq: seq + 1, id: clock::new_id(), now: clock::now() };
    let step = Step {
        kind: EventKind::Redact,
        title: format!("Went back to backup {} of {date}", backup.number),
        change_set: String::new(),
        undo_of: None,
        capture: None,
        captures: purged.captures()?,
    };
    let entry = step.entry(context, purged.changes, previous);
    let line = entry.line()?;
    history::insert(&transaction, &entry, &line)?;
    transaction.execute("INSERT OR REPLACE INTO library_meta VALUES ('epoch', ?1)", [epoch.to_string()])?;
    transaction.execute("DELETE FROM library_meta WHERE key = 'backed_up'", [])?;
    transaction.commit()?;
    if redactions > 0 {
        // A whole new file: no page keeps what was taken out.
        copy.execute_batch("VACUUM")?;
    }
    Ok(Brought { captures, redactions })
}

/// Captures that were added since, with what is known about them; they are read again. Answers with how many.
fn bring_captures(copy: &Connection, present: &Connection, epoch: i64) -> Result<u32> {
    let sql = "SELECT id FROM capture WHERE id NOT IN (SELECT id FROM trash WHERE purged = 1) ORDER BY ord";
    let all: Vec<String> = ids(present, sql, [])?;
    let mut unrecorded = Recorder::new(copy);
    let mut brought = 0;
    for id in all {
        if read(copy, &CAPTURE, &id)?.is_some() {
            continue;
        }
        let Some(mut capture) = read_json(present, &CAPTURE, &id)? else { continue };
        let next: i64 =
            copy.query_row("SELECT coalesce(max(ord), 0) + 1 FROM capture", [], |row| row.get(0))?;
        capture.insert("ord".to_owned(), next.into());
        unrecorded.insert_json(&CAPTURE, &capture)?;
        let fields: Vec<String> = ids(present, "SELECT id FROM capture_field WHERE capture = ?1", [&id])?;
        for field in fields {
            if let Some(row) = read_json(present, &CAPTURE_FIELD, &field)? {
                unrecorded.insert_json(&CAPTURE_FIELD, &row)?;
            }
        }
        if let Some(row) = read_json(present, &TRASH, &id)? {
            unrecorded.insert_json(&TRASH, &row)?;
        }
        jobs::enqueue(copy, &id, epoch)?;
        index::mark(copy, "capture", std::slice::from_ref(&id))?;
        brought += 1;
    }
    Ok(brought)
}

/// What was removed from the trash for good since: its text goes, and the picture is gone already. Answers with the
/// changes for the history.
fn purge<'a>(copy: &'a Connection, present: &Connection) -> Result<Recorder<'a>> {
    let mut recorder = Recorder::new(copy);
    for id in ids::<Vec<String>>(present, "SELECT id FROM trash WHERE purged = 1", [])? {
        if read(copy, &CAPTURE, &id)?.is_none() || trash::is_purged(copy, &id)? {
            continue;
        }
        let Some(row) = read_json(present, &TRASH, &id)? else { continue };
        recorder.delete(&TRASH, &id)?;
        recorder.insert_json(&TRASH, &row)?;
        trash::remove_text(copy, &id)?;
        index::mark(copy, "capture", std::slice::from_ref(&id))?;
    }
    Ok(recorder)
}

/// Folders of this computer and what is known of their files stay as they are now.
fn bring_watched(copy: &Connection, present: &Connection) -> Result<()> {
    copy.execute_batch("DELETE FROM watched_file; DELETE FROM watched_folder;")?;
    for (table, columns) in [
        ("watched_folder", "id, path, paused, added_at"),
        ("watched_file", "folder, path, bytes, modified, capture, code, message, at"),
    ] {
        let mut rows = present.prepare(&format!("SELECT {columns} FROM {table}"))?;
        let width = rows.column_count();
        let places = vec!["?"; width].join(", ");
        let mut insert = copy.prepare(&format!("INSERT INTO {table} ({columns}) VALUES ({places})"))?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let values: Vec<rusqlite::types::Value> =
                (0..width).map(|place| row.get(place)).collect::<rusqlite::Result<_>>()?;
            insert.execute(rusqlite::params_from_iter(values))?;
        }
    }
    Ok(())
}
