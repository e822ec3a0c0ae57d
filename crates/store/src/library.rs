//! Opening a library, and the one path on which every recorded step is written.
//!
//! Invariant: one owner, one writing connection. A step is first durable in the journal, then committed, then
//! acknowledged; after an error that leaves this in doubt nothing more is written until the library is opened again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::connection::{check_sqlite_version, open_reader, open_writer};
use crate::error::{Result, StoreError, io};
use crate::files::{Files, sync_folder};
use crate::history::{self, Step};
use crate::journal::{EventKind, Journal};
use crate::lock::Lock;
use crate::recover::Home;
use crate::rows::Recorder;
use crate::search::Search;
use crate::types::{Notice, Stage};
use crate::{backup, clock, migrate, pages, recover, redact, summary, trash};

/// How a library is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Takes the lock, creates what is missing and may write.
    Owner,
    /// Looks only, without the lock, while another process may write.
    ReadOnly,
}

/// An open library. It can be shared between threads.
#[derive(Debug)]
pub struct Library {
    pub(crate) directory: PathBuf,
    pub(crate) files: Files,
    // Fields are dropped in this order: the writer closes last, since a reader cannot clear the write-ahead log away,
    // and a log that is left behind would be taken for part of a backup that is put in the database's place.
    pub(crate) reader: Mutex<Connection>,
    pub(crate) search: Mutex<Search>,
    writer: Option<Mutex<Writer>>,
    /// Progress of running jobs: worth nothing after a restart, so it is kept out of the database.
    pub(crate) progress: Mutex<HashMap<String, (Stage, u32, u32)>>,
    notices: Vec<Notice>,
    // Declared last: the lock is released after the connections are closed.
    _lock: Option<Lock>,
}

#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) journal: Journal,
    /// Grows with every start; jobs of smaller numbers lost their owner.
    pub(crate) epoch: i64,
    pub(crate) broken: bool,
}

impl Library {
    /// Opens the library in that folder; as owner it is created if there is none.
    pub fn open(directory: &Path, access: Access) -> Result<Self, StoreError> {
        check_sqlite_version()?;
        match access {
            Access::Owner => Self::open_owner(directory),
            Access::ReadOnly => Self::open_read_only(directory),
        }
    }

    fn open_owner(directory: &Path) -> Result<Self> {
        let files = Files { captures: directory.join("captures"), temporary: directory.join("tmp") };
        let is_new_folder = !directory.exists();
        for folder in [directory, &files.captures, &files.temporary, &directory.join("backups")] {
            std::fs::create_dir_all(folder).map_err(io("Making a folder of the library", folder))?;
        }
        if is_new_folder && let Some(parent) = directory.parent().filter(|parent| parent.is_dir()) {
            sync_folder(parent)?;
        }
        let lock = Lock::take(&directory.join("library.lock"))?;
        let database = directory.join("library.db");
        let mut connection = open_writer(&database)?;
        let found = migrate::check(&connection, &database, migrate::STEPS)?;
        if (found as usize) < migrate::STEPS.len() {
            if found > 0 {
                backup::make(&connection, directory, "before-upgrade")?;
            }
            migrate::migrate(&mut connection, migrate::STEPS)?;
        }
        files.clear_temporary()?;
        let mut notices = Vec::new();
        let mut journal = Journal::open(&directory.join("journal.jsonl"))?;
        let epoch = settle(&mut connection, &mut journal, directory, &files, found == 0, &mut notices)?;
        for notice in &notices {
            tracing::warn!(code = notice.code, "{}", notice.message);
        }
        let reader = open_reader(&database)?;
        Ok(Self {
            directory: directory.to_owned(),
            files,
            writer: Some(Mutex::new(Writer { connection, journal, epoch, broken: false })),
            reader: Mutex::new(reader),
            search: Mutex::new(Search::new(directory, Access::Owner)?),
            progress: Mutex::new(HashMap::new()),
            notices,
            _lock: Some(lock),
        })
    }

    fn open_read_only(directory: &Path) -> Result<Self> {
        let database = directory.join("library.db");
        if !database.is_file() {
            return Err(StoreError::NoLibrary(directory.to_owned()));
        }
        let reader = open_reader(&database)?;
        let found = migrate::check(&reader, &database, migrate::STEPS)?;
        if found == 0 {
            return Err(StoreError::NoLibrary(directory.to_owned()));
        }
        let known = migrate::STEPS.len() as u32;
        if found < known {
            // Readers of this version need its schema: the library is brought up to date if it may be.
            drop(reader);
            return match Self::open_owner(directory) {
                Ok(owner) => {
                    drop(owner);
                    Self::open_read_only(directory)
                }
                Err(_) => Err(StoreError::OlderLibrary { found, known }),
            };
        }
        Ok(Self {
            directory: directory.to_owned(),
            files: Files { captures: directory.join("captures"), temporary: directory.join("tmp") },
            writer: None,
            reader: Mutex::new(reader),
            search: Mutex::new(Search::new(directory, Access::ReadOnly)?),
            progress: Mutex::new(HashMap::new()),
            notices: Vec::new(),
            _lock: None,
        })
    }

    /// The folder of the library.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What opening found and settled, for example a step that a crash had left half done.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    pub(crate) fn reader(&self) -> MutexGuard<'_, Connection> {
        lock(&self.reader)
    }

    pub(crate) fn writer(&self) -> Result<MutexGuard<'_, Writer>> {
        let writer = lock(self.writer.as_ref().ok_or(StoreError::ReadOnly)?);
        if writer.broken || writer.journal.is_unsound() { Err(StoreError::ReopenNeeded) } else { Ok(writer) }
    }

    pub(crate) const fn is_owner(&self) -> bool {
        self.writer.is_some()
    }

    /// Runs a transaction that is no step of a person: captures, jobs, drafts.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Transaction<'_>, i64) -> Result<T>) -> Result<T> {
        let mut writer = self.writer()?;
        let epoch = writer.epoch;
        let transaction = writer.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction, epoch)?;
        if let Err(error) = transaction.commit() {
            writer.broken = !is_harmless(&error);
            return Err(error.into());
        }
        Ok(result)
    }

    /// Runs a step of a person: its changes go to the journal and are on the disk before it is acknowledged.
    ///
    /// `work` returns what the step is called, or `None` when there was nothing to do. The number it receives is the
    /// event's place in the history.
    pub(crate) fn step<T>(
        &self,
        work: impl FnOnce(&mut Recorder<'_>, &StepContext) -> Result<(Option<Step>, T)>,
    ) -> Result<T> {
        let mut guard = self.writer()?;
        let writer = &mut *guard;
        let transaction = writer.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.pragma_update(None, "defer_foreign_keys", true)?;
        let (seq, previous) = history::last(&transaction)?;
        let context = StepContext { seq: seq + 1, id: clock::new_id(), now: clock::now() };
        let mut recorder = Recorder::new(&transaction);
        let (step, result) = work(&mut recorder, &context)?;
        let changes = recorder.changes;
        let Some(step) = step else {
            // Derived columns may have been brought up to date even where there was no step to record.
            return commit(transaction, &mut writer.broken, result);
        };
        let entry = step.entry(context, changes, previous);
        let line = entry.line()?;
        history::insert(&transaction, &entry, &line)?;
        let length = writer.journal.length();
        writer.journal.append(&[line])?;
        if let Err(error) = transaction.commit() {
            // The journal's line goes whether or not the database kept the step: opening settles both.
            let cut = writer.journal.cut(length);
            writer.broken = cut.is_err() || !is_harmless(&error);
            return Err(error.into());
        }
        Ok(result)
    }

    /// Runs a change that writes the history itself anew, then lets `finish` bring the files in line with it.
    ///
    /// Where `finish` fails, the change stands and the next opening finishes it; until then nothing more is written.
    pub(crate) fn rewrite<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>, &StepContext) -> Result<T>,
        finish: impl FnOnce(&mut Writer) -> Result<bool>,
    ) -> Result<T> {
        let mut guard = self.writer()?;
        let writer = &mut *guard;
        let transaction = writer.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.pragma_update(None, "defer_foreign_keys", true)?;
        let (seq, _) = history::last(&transaction)?;
        let context = StepContext { seq: seq + 1, id: clock::new_id(), now: clock::now() };
        let result = work(&transaction, &context)?;
        let result = commit(transaction, &mut writer.broken, result)?;
        if let Err(error) = finish(writer) {
            writer.broken = true;
            return Err(StoreError::Unfinished(error.to_string()));
        }
        Ok(result)
    }

    /// Runs a step that changes the library and can be undone. `work` returns its title, or `None` when there was
    /// nothing to do.
    pub(crate) fn edit<T>(
        &self,
        work: impl FnOnce(&mut Recorder<'_>, &StepContext) -> Result<(Option<String>, T)>,
    ) -> Result<T> {
        self.step(|recorder, context| {
            let (title, result) = work(recorder, context)?;
            let Some(title) = title.filter(|_| !recorder.changes.is_empty()) else {
                return Ok((None, result));
            };
            history::settle(recorder)?;
            let step = Step {
                kind: EventKind::Edit,
                title,
                change_set: String::new(),
                undo_of: None,
                capture: None,
                captures: recorder.captures()?,
            };
            Ok((Some(step), result))
        })
    }
}

/// Brings a database, its journal and the files beside it in line. Answers with the number of this start.
pub(crate) fn settle(
    connection: &mut Connection,
    journal: &mut Journal,
    directory: &Path,
    files: &Files,
    new: bool,
    notices: &mut Vec<Notice>,
) -> Result<i64> {
    let epoch = recover::start_epoch(connection, notices)?;
    if redact::finish(connection, journal, directory, files)? {
        notices.push(Notice {
            code: "redaction_finished",
            message:
                "A redaction that an unexpected stop had interrupted was finished. What was removed is gone."
                    .to_owned(),
        });
    }
    sync_folder(directory)?;
    fill_derived(connection)?;
    let home = Home { directory, files, epoch, new };
    recover::settle_journal(connection, journal, &home, notices)?;
    // A stop between the row and the rest leaves the rest, and a restored backup may be from before it.
    for sha256 in trash::finish_purges(connection)? {
        files.remove(&sha256)?;
    }
    Ok(epoch)
}

/// What a step knows about itself before it begins.
#[derive(Debug, Clone)]
pub(crate) struct StepContext {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) now: String,
}

/// Makes what is derived from other rows and missing, as in a library of an older version.
fn fill_derived(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    summary::fill(&transaction)?;
    if recover::meta(&transaction, "sketched")?.is_none() {
        pages::fill(&transaction)?;
        transaction.execute("INSERT INTO library_meta VALUES ('sketched', '1')", [])?;
    }
    transaction.commit()?;
    Ok(())
}

fn commit<T>(transaction: Transaction<'_>, broken: &mut bool, result: T) -> Result<T> {
    if let Err(error) = transaction.commit() {
        *broken = !is_harmless(&error);
        return Err(error.into());
    }
    Ok(result)
}

/// Whether `SQLite` promises that a failed commit changed nothing.
fn is_harmless(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::ConstraintViolation)
    )
}

/// A panic in another thread rolled its transaction back, so the guarded state is whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
