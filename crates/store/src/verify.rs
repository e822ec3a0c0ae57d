//! Checking the whole library: `SQLite`'s own checks, the digest of every row, every capture file, the journal's chain.
//!
//! Invariant: looks only. A finding names what is concerned; one damaged row never hides the others.

use std::collections::HashMap;

use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use crate::digest::row_digest;
use crate::error::{Result, StoreError};
use crate::files::hash_file;
use crate::journal::{self, Entry, NO_HASH};
use crate::library::Library;
use crate::rows::{TABLES, Table};
use crate::types::{Damage, DamageKind};

impl Library {
    /// Checks everything; an empty list means that everything is as it was written.
    pub fn verify(&self) -> Result<Vec<Damage>, StoreError> {
        let mut found = Vec::new();
        let mut captures = Vec::new();
        {
            let reader = self.reader();
            let snapshot = reader.unchecked_transaction()?;
            database(&snapshot, &mut found);
            match names(&snapshot) {
                Ok(names) => captures = names,
                Err(error) => found.push(damage(DamageKind::Database, "captures", error.to_string())),
            }
            match chain(&snapshot, &mut found) {
                Ok(lines) => self.journal(&lines, &mut found),
                Err(error) => found.push(damage(DamageKind::Journal, "events", error.to_string())),
            }
        }
        for (sha256, name) in captures {
            self.capture_bytes(&sha256, &name, &mut found);
        }
        Ok(found)
    }

    fn capture_bytes(&self, sha256: &str, name: &str, found: &mut Vec<Damage>) {
        let subject = format!("capture {}", domain::text::visible(name, 120));
        let message = match self.files.path(sha256).map(|path| hash_file(&path)) {
            Ok(Ok(hash)) if hash == sha256 => return,
            Ok(Ok(_)) => {
                "The picture file is not what was added. Add the original again to restore it.".to_owned()
            }
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                "The picture file is missing. Add the original again to restore it.".to_owned()
            }
            Ok(Err(error)) => format!("The picture file cannot be read: {error}."),
            Err(error) => error.to_string(),
        };
        found.push(damage(DamageKind::Capture, &subject, message));
    }

    /// Whether the journal's file says what the database's events say.
    fn journal(&self, recorded: &[String], found: &mut Vec<Damage>) {
        let lines = match journal::read_lines(&self.directory.join("journal.jsonl")) {
            Ok(lines) => lines,
            Err(error) => {
                return found.push(damage(DamageKind::Journal, "journal.jsonl", error.to_string()));
            }
        };
        for (place, line) in recorded.iter().enumerate() {
            let message = match lines.get(place) {
                Some(written) if written == line => continue,
                Some(_) => format!("Line {} of the journal is not what was recorded.", place + 1),
                None => "The journal has no line for it. Opening the library adds it again.".to_owned(),
            };
            found.push(damage(DamageKind::Journal, &format!("event {}", place + 1), message));
        }
        // While another process writes, its newest line may be ahead of what this connection sees.
        if self.is_owner() && lines.len() > recorded.len() {
            let more = crate::error::count(lines.len() - recorded.len(), "line");
            let message = format!("The journal has {more} more than the database.");
            found.push(damage(DamageKind::Journal, "journal.jsonl", message));
        }
    }
}

/// What can be checked of a database without its files: its pages, its references, every row's digest.
pub(crate) fn database(connection: &Connection, found: &mut Vec<Damage>) {
    // A check that cannot be finished is a finding, and the other checks still run.
    for check in [integrity, references] {
        if let Err(error) = check(connection, found) {
            found.push(damage(DamageKind::Database, "library.db", error.to_string()));
        }
    }
    for table in TABLES {
        if let Err(error) = digests(connection, table, found) {
            found.push(damage(DamageKind::Database, table.name, error.to_string()));
        }
    }
}

/// The chain of the database's events. Answers with their lines.
pub(crate) fn chain(connection: &Connection, found: &mut Vec<Damage>) -> Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT seq, id, at, kind, title, change_set, undo_of, line, hash FROM event ORDER BY seq",
    )?;
    let mut rows = statement.query([])?;
    let mut previous = NO_HASH.to_owned();
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let (line, hash): (String, String) = (row.get(7)?, row.get(8)?);
        let entry: Option<Entry> = serde_json::from_str(&line).ok();
        let agrees = entry.is_some_and(|entry| {
            let text = |index: usize| row.get::<_, Option<String>>(index).ok().flatten();
            entry.seq == seq
                && entry.previous == previous
                && text(1).as_deref() == Some(entry.id.as_str())
                && text(2).as_deref() == Some(entry.at.as_str())
                && text(3) == crate::rows::word(&entry.kind).ok()
                && text(4).as_deref() == Some(entry.title.as_str())
                && text(5).as_deref() == Some(entry.change_set.as_str())
                && text(6) == entry.undo_of
        });
        if !agrees || journal::hash(&line) != hash {
            let message = "The event is not what was recorded, or it does not follow the one before.";
            found.push(damage(DamageKind::Journal, &format!("event {seq}"), message.to_owned()));
        }
        previous = hash;
        lines.push(line);
    }
    Ok(lines)
}

fn damage(kind: DamageKind, subject: &str, message: String) -> Damage {
    Damage { kind, subject: subject.to_owned(), message }
}

fn integrity(connection: &Connection, found: &mut Vec<Damage>) -> Result<()> {
    let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let answer: String = row.get(0)?;
        if answer != "ok" {
            found.push(damage(DamageKind::Database, "library.db", answer));
        }
    }
    Ok(())
}

fn references(connection: &Connection, found: &mut Vec<Damage>) -> Result<()> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        let message = format!("A row of {table} refers to a row of {parent} that is missing.");
        found.push(damage(DamageKind::Reference, &table, message));
    }
    Ok(())
}

fn names(connection: &Connection) -> Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT sha256, name FROM capture WHERE id NOT IN (SELECT id FROM trash WHERE purged = 1) ORDER BY ord",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn digests(connection: &Connection, table: &Table, found: &mut Vec<Damage>) -> Result<()> {
    let names: HashMap<&str, &str> = HashMap::from([("change_set_tool", "change set tool")]);
    let noun = names.get(table.name).copied().unwrap_or(table.name).replace('_', " ");
    let mut statement =
        connection.prepare(&format!("SELECT {}, digest FROM {}", table.list(), table.name))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // Damaged text need not be text any more, so bytes are compared, not strings.
        let mut values = Vec::with_capacity(table.columns.len());
        for index in 0..table.columns.len() {
            values.push(match row.get_ref(index)? {
                ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => Value::Text(text.to_owned()),
                    Err(_) => Value::Blob(bytes.to_vec()),
                },
                other => other.try_into().unwrap_or(Value::Null),
            });
        }
        let stored = row.get_ref(table.columns.len())?;
        if stored.as_blob().ok() != Some(row_digest(table.name, table.columns, &values).as_slice()) {
            let id = match &values[0] {
                Value::Text(id) => domain::text::visible(id, 80),
                _ => "without a readable id".to_owned(),
            };
            let message =
                format!("This {noun} is not what was written. Restore a backup, or look at its capture.");
            found.push(damage(DamageKind::Row, &format!("{noun} {id}"), message));
        }
    }
    Ok(())
}
