//! Copies of the database that were checked before they got their name.
//!
//! Invariant: a file in `backups/` is whole. Order and rotation go by a counter, never by the clock; the newest copies
//! are never removed. Capture files are immutable and need no copy.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use crate::connection::open_writer;
use crate::error::{Result, StoreError, io};
use crate::files::sync_folder;
use crate::library::Library;
use crate::lock::Lock;
use crate::redact::again;
use crate::{migrate, recover, verify};

/// Newest copies that are kept whatever their date.
const NEWEST_KEPT: usize = 10;
/// Days and months of which the newest copy is kept.
const DAYS_KEPT: usize = 14;
const MONTHS_KEPT: usize = 12;

/// A checked copy of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backup {
    pub path: PathBuf,
    /// Grows with every copy.
    pub number: u64,
    /// `20261121`, as the clock said.
    pub date: String,
    pub reason: String,
    pub bytes: u64,
}

impl Library {
    /// Writes a checked copy of the database into `backups/` and returns its path.
    pub fn backup(&self, reason: &str) -> Result<PathBuf, StoreError> {
        let writer = self.writer()?;
        make(&writer.connection, &self.directory, reason)
    }
}

impl Library {
    /// The copies that there are, newest first.
    pub fn backups(directory: &Path) -> Result<Vec<Backup>, StoreError> {
        let folder = directory.join("backups");
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let found = numbered(&folder)?.into_iter().rev().map(|(number, path)| {
            let (date, reason) = parts(&path);
            let bytes = path.metadata().map_or(0, |file| file.len());
            Backup { path, number, date, reason, bytes }
        });
        Ok(found.collect())
    }

    /// Makes a backup if a step was taken or a capture was read since the newest one.
    pub fn backup_if_changed(&self, reason: &str) -> Result<Option<PathBuf>, StoreError> {
        let writer = self.writer()?;
        let state: String = writer.connection.query_row(
            "SELECT coalesce((SELECT max(seq) FROM event), 0) || '/' || coalesce((SELECT max(seq) FROM index_change), 0)",
            [],
            |row| row.get(0),
        )?;
        if recover::meta(&writer.connection, "backed_up")?.as_deref() == Some(&state) {
            return Ok(None);
        }
        let made = make(&writer.connection, &self.directory, reason)?;
        let sql = "INSERT OR REPLACE INTO library_meta VALUES ('backed_up', ?1)";
        writer.connection.execute(sql, [&state])?;
        Ok(Some(made))
    }

    /// Puts a backup in the place of a damaged database, or nothing, so that the next opening rebuilds the claims from
    /// the journal and reads the pictures again. Steps that are newer than the backup come back from the journal.
    ///
    /// The library must not be open. The old database files are kept; the answer is the folder in which they lie.
    pub fn restore(directory: &Path, backup: Option<&Path>) -> Result<PathBuf, StoreError> {
        let _lock = Lock::take(&directory.join("library.lock"))?;
        let fresh = backup.map(|backup| prepare_joined(directory, backup)).transpose()?;
        put_in_place(directory, fresh.as_deref())
    }
}

/// A copy that the journal goes on from: see [`prepare`].
pub(crate) fn prepare_joined(directory: &Path, backup: &Path) -> Result<PathBuf> {
    prepare(directory, backup, |copy| again::refuse_older(directory, copy))
}

/// A copy of a database, brought to the schema of this version and by `finish` to what it is to hold, and checked whole
/// before anything is put in its place.
pub(crate) fn prepare(
    directory: &Path,
    backup: &Path,
    finish: impl FnOnce(&mut Connection) -> Result<()>,
) -> Result<PathBuf> {
    let fresh = directory.join("tmp").join(format!("restore-{}.db", crate::clock::new_id()));
    if let Some(folder) = fresh.parent() {
        std::fs::create_dir_all(folder).map_err(io("Making a folder", folder))?;
    }
    check(backup)?;
    let prepared =
        std::fs::copy(backup, &fresh).map_err(io("Copying a backup", fresh.as_path())).and_then(|_| {
            let mut copy = open_writer(&fresh)?;
            migrate::check(&copy, backup, migrate::STEPS)?;
            migrate::migrate(&mut copy, migrate::STEPS)?;
            finish(&mut copy)?;
            let mut found = Vec::new();
            verify::database(&copy, &mut found);
            verify::chain(&copy, &mut found)?;
            match found.into_iter().next() {
                Some(damage) => {
                    Err(StoreError::Damaged { detail: format!("{}: {}", damage.subject, damage.message) })
                }
                None => close(copy, &fresh),
            }
        });
    if prepared.is_err() {
        remove_database(&fresh);
    }
    prepared.map(|()| fresh)
}

/// Closes a database so that it stands in one file, on the disk.
pub(crate) fn close(connection: Connection, path: &Path) -> Result<()> {
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)?;
    let file = File::options().read(true).write(true).open(path);
    file.and_then(|file| file.sync_all()).map_err(io("Storing a database", path))
}

/// Removes what a failed attempt left; the next start clears the folder, should this fail too.
pub(crate) fn remove_database(path: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        drop(std::fs::remove_file(name));
    }
}

/// Puts the database aside and another one, or none, in its place. Answers with where the old one is kept.
pub(crate) fn put_in_place(directory: &Path, fresh: Option<&Path>) -> Result<PathBuf> {
    let database = directory.join("library.db");
    let kept = directory.join("quarantine").join(crate::clock::new_id());
    std::fs::create_dir_all(&kept).map_err(io("Making a folder", kept.as_path()))?;
    // A log that stays behind would be taken for part of the backup and destroy it.
    for name in ["library.db-wal", "library.db-shm", "library.db"] {
        let (from, to) = (directory.join(name), kept.join(name));
        match std::fs::rename(&from, &to) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(io("Putting the database aside", from)(error)),
        }
    }
    if let Some(fresh) = fresh {
        // Stopped just before this, the library opens as one without a database: rebuilt from the journal.
        std::fs::rename(fresh, &database).map_err(io("Naming the database", database.as_path()))?;
    }
    sync_folder(&kept)?;
    sync_folder(directory)?;
    Ok(kept)
}

pub(crate) fn make(connection: &Connection, directory: &Path, reason: &str) -> Result<PathBuf> {
    let folder = directory.join("backups");
    let temporary = directory.join("tmp").join(format!("backup-{}.db", crate::clock::new_id()));
    let path_text = temporary.to_str().ok_or_else(|| StoreError::Io {
        what: "Making a backup",
        path: temporary.clone(),
        source: std::io::Error::other("the folder's name is not valid text"),
    })?;
    let made = connection.execute("VACUUM INTO ?1", [path_text]).map_err(StoreError::from).and_then(|_| {
        check(&temporary)?;
        // SQLite does not wait for the disk here.
        let file = File::options().read(true).write(true).open(&temporary);
        file.and_then(|file| file.sync_all()).map_err(io("Storing a backup", temporary.as_path()))?;
        let target = folder.join(name(&folder, reason)?);
        std::fs::rename(&temporary, &target).map_err(io("Naming a backup", target.as_path()))?;
        sync_folder(&folder)?;
        Ok(target)
    });
    if made.is_err() && temporary.exists() {
        // The next start clears the folder, should this fail too.
        let _ = std::fs::remove_file(&temporary);
    }
    let made = made?;
    rotate(&folder)?;
    Ok(made)
}

fn check(path: &Path) -> Result<()> {
    let copy = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let answer: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if answer == "ok" { Ok(()) } else { Err(StoreError::Damaged { detail: answer }) }
}

/// `library-000012-20261121-before-upgrade.db`: the number orders, the date is for people.
fn name(folder: &Path, reason: &str) -> Result<String> {
    let next = numbered(folder)?.last().map_or(1, |(number, _)| number + 1);
    let reason: String = reason
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '-' })
        .take(40)
        .collect();
    let reason = match reason.trim_matches('-') {
        "" => "backup",
        reason => reason,
    };
    let date: String = crate::clock::now().chars().take(10).filter(char::is_ascii_digit).collect();
    Ok(format!("library-{next:06}-{date}-{reason}.db"))
}

/// Backups with their numbers, oldest first.
fn numbered(folder: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io("Reading the backups", folder))? {
        let path = entry.map_err(io("Reading the backups", folder))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_copy = path.extension().is_some_and(|extension| extension == "db");
        if let Some(number) =
            name.strip_prefix("library-").and_then(|rest| rest.split('-').next()?.parse().ok())
            && is_copy
        {
            found.push((number, path));
        }
    }
    found.sort();
    Ok(found)
}

/// Date and reason in a copy's name.
fn parts(path: &Path) -> (String, String) {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut parts = stem.splitn(4, '-').skip(2).map(str::to_owned);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// Removes what is neither among the newest nor the newest of one of the last days or months. A wrong clock can only
/// keep too much: the newest stay by their number.
fn rotate(folder: &Path) -> Result<()> {
    let (mut days, mut months) = (BTreeSet::new(), BTreeSet::new());
    for (place, (_, path)) in numbered(folder)?.into_iter().rev().enumerate() {
        let (day, _) = parts(&path);
        let month = day.get(..6).unwrap_or_default().to_owned();
        let first_of_day = days.len() < DAYS_KEPT && days.insert(day);
        let first_of_month = months.len() < MONTHS_KEPT && months.insert(month);
        if place >= NEWEST_KEPT && !first_of_day && !first_of_month {
            std::fs::remove_file(&path).map_err(io("Removing an old backup", path.as_path()))?;
        }
    }
    Ok(())
}
