//! Opening `SQLite` with the settings under which an acknowledged change survives a power cut.
//!
//! Invariant: no connection of this crate exists without these settings, and none before the linked version is checked.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{Result, StoreError};

/// "SHRT", so that a library is recognised by its first page.
pub(crate) const APPLICATION_ID: i32 = 0x5348_5254;

/// Versions up to 3.51.2 can damage a database in WAL mode with a writer and readers.
const OLDEST_SQLITE: i32 = 3_051_003;

pub(crate) fn check_sqlite_version() -> Result<()> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::SqliteTooOld { found: rusqlite::version().to_owned() });
    }
    Ok(())
}

/// The one connection that writes.
pub(crate) fn open_writer(path: &Path) -> Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    guard(&connection)?;
    set(&connection, "journal_mode", "WAL")?;
    set(&connection, "synchronous", "FULL")?;
    set(&connection, "fullfsync", "ON")?;
    set(&connection, "checkpoint_fullfsync", "ON")?;
    set(&connection, "foreign_keys", "ON")?;
    set(&connection, "wal_autocheckpoint", "1000")?;
    set(&connection, "journal_size_limit", "67108864")?;
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Damaged {
            detail: format!("the database refuses its write-ahead log ({mode})"),
        });
    }
    Ok(connection)
}

/// A connection that cannot write.
pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
    match open_with_log(path) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) && !has_log(path) => {
            open_immutable(path)
        }
        opened => Ok(opened?),
    }
}

fn open_with_log(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    guard(&connection)?;
    set(&connection, "query_only", "ON")?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// On a medium that takes no writes there is no place for the files that readers of a log share. Without a log the
/// database stands in one file, which nobody there can change.
fn open_immutable(path: &Path) -> Result<Connection> {
    let escape = |byte: u8| match byte {
        b'/' | b'-' | b'_' | b'.' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02x}"),
    };
    let name: String = path.as_os_str().as_encoded_bytes().iter().copied().map(escape).collect();
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(format!("file:{name}?immutable=1"), flags)?;
    guard(&connection)?;
    Ok(connection)
}

fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Settings that every connection shares.
pub(crate) fn guard(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    set(connection, "trusted_schema", "OFF")?;
    set(connection, "cell_size_check", "ON")?;
    set(connection, "mmap_size", "0")?;
    // Kibibytes, for each of several connections; the system keeps the file itself.
    set(connection, "cache_size", "-2048")?;
    set(connection, "temp_store", "MEMORY")?;
    // What was removed for good must not be left in pages that are free.
    set(connection, "secure_delete", "ON")?;
    connection.set_prepared_statement_cache_capacity(96);
    Ok(())
}

fn set(connection: &Connection, pragma: &str, value: &str) -> rusqlite::Result<()> {
    // Some pragmas answer with a row and some do not; both are fine.
    let mut statement = connection.prepare(&format!("PRAGMA {pragma} = {value}"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
