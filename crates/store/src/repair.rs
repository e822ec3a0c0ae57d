//! Repairing a library whose check failed: on a copy, the gentlest way that ends in a library that is whole.
//!
//! Invariant: nothing is put in the database's place before it was checked whole, and the old one is kept. What is true is
//! decided by digests and by the journal's chain, never by what looks plausible.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde::Serialize;

use crate::backup::{close, prepare_joined, put_in_place, remove_database};
use crate::clock;
use crate::connection::open_writer;
use crate::error::{Result, StoreError, io};
use crate::library::Library;
use crate::lock::Lock;
use crate::{migrate, verify};

/// How a library was made whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RepairWay {
    /// Nothing was wrong with the database; it was left as it is.
    NotNeeded,
    /// Every row was whole: indexes and free pages were made anew.
    Rebuilt,
    /// The newest backup that is whole; what is newer comes back from the journal.
    Backup { path: PathBuf },
    /// No backup is whole: accepted claims come back from the journal, and the pictures are read again.
    Journal,
}

/// What a repair did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repaired {
    pub way: RepairWay,
    /// Where the damaged database is kept.
    pub old_database: Option<PathBuf>,
}

impl Library {
    /// Makes a damaged library whole. The library must not be open. Missing picture files are not made up for.
    pub fn repair(directory: &Path) -> Result<Repaired, StoreError> {
        let database = directory.join("library.db");
        if !database.is_file() && !directory.join("journal.jsonl").is_file() {
            return Err(StoreError::NoLibrary(directory.to_owned()));
        }
        let _lock = Lock::take(&directory.join("library.lock"))?;
        let workplace = directory.join("tmp");
        std::fs::create_dir_all(&workplace).map_err(io("Making a folder", workplace.as_path()))?;
        let copy = workplace.join(format!("repair-{}.db", clock::new_id()));
        let rebuilt = copied(&database, &copy).and_then(|()| rebuild(&copy, &workplace));
        remove_database(&copy);
        match rebuilt {
            Ok(Rebuilt::Whole) => return Ok(Repaired { way: RepairWay::NotNeeded, old_database: None }),
            Ok(Rebuilt::Fresh(fresh)) => {
                let old_database = Some(put_in_place(directory, Some(&fresh))?);
                return Ok(Repaired { way: RepairWay::Rebuilt, old_database });
            }
            // A newer library is not a damaged one.
            Err(error @ (StoreError::NewerLibrary { .. } | StoreError::DiskFull)) => return Err(error),
            Err(error) => tracing::warn!(%error, "the database cannot be made whole from its own rows"),
        }
        for backup in Self::backups(directory)? {
            match prepare_joined(directory, &backup.path) {
                Ok(fresh) => {
                    let old_database = Some(put_in_place(directory, Some(&fresh))?);
                    return Ok(Repaired { way: RepairWay::Backup { path: backup.path }, old_database });
                }
                Err(error @ StoreError::DiskFull) => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, path = %backup.path.display(), "this backup cannot be used");
                }
            }
        }
        let old_database = Some(put_in_place(directory, None)?);
        Ok(Repaired { way: RepairWay::Journal, old_database })
    }
}

enum Rebuilt {
    Whole,
    Fresh(PathBuf),
}

/// Copies the database with its log, which holds the newest pages.
fn copied(database: &Path, copy: &Path) -> Result<()> {
    for end in ["", "-wal"] {
        let named = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        match std::fs::copy(named(database), named(copy)) {
            Err(error) if end.is_empty() || error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io("Copying the database", database)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn findings(connection: &Connection) -> Result<usize> {
    let mut found = Vec::new();
    verify::database(connection, &mut found);
    verify::chain(connection, &mut found)?;
    Ok(found.len())
}

/// A new database from all rows of the copy, if each of them is what was written.
fn rebuild(copy: &Path, workplace: &Path) -> Result<Rebuilt> {
    let connection = open_writer(copy)?;
    migrate::check(&connection, copy, migrate::STEPS)?;
    if migrate::version(&connection)? as usize == migrate::STEPS.len() && findings(&connection)? == 0 {
        return Ok(Rebuilt::Whole);
    }
    // Tables are read in their own order, so that damaged indexes play no part.
    connection.execute_batch("REINDEX")?;
    let fresh = workplace.join(format!("rebuilt-{}.db", clock::new_id()));
    let name = fresh.to_str().ok_or_else(|| StoreError::NameNotText(fresh.clone()))?;
    let made = connection.execute("VACUUM INTO ?1", [name]).map_err(StoreError::from).and_then(|_| {
        let mut new = open_writer(&fresh)?;
        migrate::migrate(&mut new, migrate::STEPS)?;
        match findings(&new)? {
            0 => close(new, &fresh),
            _ => Err(StoreError::Damaged { detail: "rows are not what was written".to_owned() }),
        }
    });
    if made.is_err() {
        remove_database(&fresh);
    }
    made.map(|()| Rebuilt::Fresh(fresh))
}
