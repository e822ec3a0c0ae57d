//! The search index: a file of its own, derived from the library and rebuilt whenever it is missing, damaged or behind.
//!
//! Invariant: nothing waits for the index and nothing fails because of it; the library only notes what has changed.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use domain::text::fold;
use domain::{EvidenceLine, PixelBox, Reading, TypedValue};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, TransactionBehavior, params};

use crate::connection::{guard, open_reader};
use crate::error::{Result, io};
use crate::library::Access;
use crate::{marks, recover, tools};

/// Raised when documents are made differently; an index of another version is rebuilt.
const VERSION: i64 = 3;

/// Indexes of more pages than this (4 KiB each) are not checked whole when they are opened: that would take seconds.
const MOST_PAGES_CHECKED: i64 = 4096;

/// Documents of one kind have numbers of one range, so that tools, claims and lines can be looked through one after the
/// other, newest first, without sorting everything that was found.
pub(crate) const RANGE: i64 = 1 << 40;

const SCHEMA: &str = "
CREATE TABLE state (version INTEGER NOT NULL, library TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL) STRICT;
CREATE TABLE document (
  id       INTEGER PRIMARY KEY NOT NULL, -- below RANGE a tool, then claims, lines of page text, notes on captures
  owner    TEXT NOT NULL,    -- tool or capture
  claim    TEXT,
  property TEXT,
  line     INTEGER,
  capture  TEXT,
  x INTEGER, y INTEGER, width INTEGER, height INTEGER,
  text     TEXT NOT NULL,
  folded   TEXT NOT NULL
) STRICT;
CREATE INDEX document_by_owner ON document (owner);
CREATE VIRTUAL TABLE found USING fts5 (
  folded, content = 'document', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
);
-- Words and parts of words of one and two characters, which trigrams cannot find.
CREATE VIRTUAL TABLE short USING fts5 (grams, content = '', contentless_delete = 1, detail = none);";

/// Notes that something about these tools or captures has to be looked at again.
pub(crate) fn mark(connection: &Connection, kind: &str, ids: &[String]) -> Result<()> {
    let mut statement = connection.prepare_cached("INSERT INTO index_change (kind, id) VALUES (?1, ?2)")?;
    for id in ids {
        statement.execute([kind, id])?;
    }
    Ok(())
}

/// The index, opened when it is first asked.
#[derive(Debug)]
pub(crate) struct Index {
    path: PathBuf,
    access: Access,
    connection: Option<Connection>,
}

impl Index {
    /// With [`Access::ReadOnly`] the file is used where it is up to date, and memory where it is not.
    pub(crate) const fn new(path: PathBuf, access: Access) -> Self {
        Self { path, access, connection: None }
    }

    /// The index, brought up to date with the library.
    pub(crate) fn current(&mut self, library: &Connection) -> Result<&Connection> {
        if self.access == Access::ReadOnly
            && let Ok(Some(connection)) = self.look(library)
        {
            return Ok(self.connection.insert(connection));
        }
        let prepared = match self.connection.take() {
            Some(connection) => update(connection, library),
            None => self.open().and_then(|connection| update(connection, library)),
        };
        let connection = match prepared {
            Ok(connection) => connection,
            Err(error) => {
                tracing::warn!(%error, "the search index is rebuilt");
                self.rebuild(library)?
            }
        };
        Ok(self.connection.insert(connection))
    }

    /// Throws the index away and makes it again; in memory where it cannot be written.
    pub(crate) fn rebuild(&mut self, library: &Connection) -> Result<Connection> {
        self.connection = None;
        if self.access == Access::Owner {
            match remove(&self.path)
                .and_then(|()| self.open())
                .and_then(|connection| update(connection, library))
            {
                Ok(connection) => return Ok(connection),
                Err(error) => tracing::warn!(%error, "the search index is kept in memory"),
            }
        }
        update(prepare(Connection::open_in_memory()?)?, library)
    }

    /// Lets go of the files; they are opened again, or made again, when the index is next asked.
    pub(crate) fn forget(&mut self) {
        self.connection = None;
    }

    pub(crate) fn replace(&mut self, connection: Connection) -> &Connection {
        self.connection.insert(connection)
    }

    /// The owner's file, if it is there and knows all that the library knows.
    fn look(&self, library: &Connection) -> Result<Option<Connection>> {
        if !self.path.is_file() {
            return Ok(None);
        }
        let connection = open_reader(&self.path)?;
        let uuid = recover::meta(library, "uuid")?.unwrap_or_default();
        let (seq, id) = change_at(library, "ORDER BY seq DESC LIMIT 1")?.unwrap_or_default();
        let current = "SELECT 1 FROM state WHERE version = ?1 AND library = ?2 AND seq = ?3 AND id = ?4";
        let is_current =
            connection.query_row(current, params![VERSION, uuid, seq, id], |_| Ok(())).optional()?.is_some();
        Ok(is_current.then_some(connection))
    }

    fn open(&self) -> Result<Connection> {
        if self.access == Access::ReadOnly {
            return prepare(Connection::open_in_memory()?);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = prepare(Connection::open_with_flags(&self.path, flags)?)?;
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        if pages <= MOST_PAGES_CHECKED {
            check(&connection)?;
        }
        Ok(connection)
    }

    /// Checks the whole index, however large, and makes it again where it is damaged.
    pub(crate) fn check(&mut self, library: &Connection) -> Result<()> {
        if let Err(error) = self.current(library).and_then(check) {
            tracing::warn!(%error, "the search index is rebuilt");
            let rebuilt = self.rebuild(library)?;
            self.connection = Some(rebuilt);
        }
        Ok(())
    }
}

fn check(connection: &Connection) -> Result<()> {
    let answer: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if answer != "ok" {
        return Err(crate::StoreError::Damaged { detail: answer });
    }
    // Compares every document with what the index holds about it.
    connection.execute("INSERT INTO found (found, rank) VALUES ('integrity-check', 1)", [])?;
    Ok(())
}

/// Removes the files of the index.
pub(crate) fn remove(path: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io("Removing the search index", PathBuf::from(name))(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn prepare(connection: Connection) -> Result<Connection> {
    guard(&connection)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // Searching jumps about in it more than anything else does in the library.
    connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096;")?;
    let tables: i64 =
        connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'found'", [], |row| row.get(0))?;
    if tables == 0 {
        connection.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} COMMIT;"))?;
    }
    Ok(connection)
}

/// Indexes what changed since the index last looked, or everything if it cannot tell.
fn update(mut connection: Connection, library: &Connection) -> Result<Connection> {
    let snapshot = library.unchecked_transaction()?;
    let uuid = recover::meta(&snapshot, "uuid")?.unwrap_or_default();
    let newest = change_at(&snapshot, "ORDER BY seq DESC LIMIT 1")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let state: Option<(i64, String, i64, String)> = transaction
        .query_row("SELECT version, library, seq, id FROM state", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let known = match state {
        Some((VERSION, library, seq, id)) if library == uuid => {
            // A library that was restored from a backup may have other changes under the same numbers.
            let same = seq == 0 || change_at(&snapshot, &format!("WHERE seq = {seq}"))? == Some((seq, id));
            same.then_some(seq)
        }
        _ => None,
    };
    let pair = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let changed: Vec<(String, String)> = if let Some(seq) = known {
        let mut statement =
            snapshot.prepare_cached("SELECT DISTINCT kind, id FROM index_change WHERE seq > ?1")?;
        statement.query_map([seq], pair)?.collect::<rusqlite::Result<_>>()?
    } else {
        transaction.execute_batch(
            "DELETE FROM document; INSERT INTO found (found) VALUES ('rebuild'); DELETE FROM short; DELETE FROM state;",
        )?;
        let mut statement = snapshot
            .prepare_cached("SELECT 'tool', id FROM tool UNION ALL SELECT 'capture', id FROM capture")?;
        statement.query_map([], pair)?.collect::<rusqlite::Result<_>>()?
    };
    for (kind, id) in &changed {
        forget(&transaction, id)?;
        if kind == "tool" {
            index_tool(&transaction, &snapshot, id)?;
        } else {
            index_capture(&transaction, &snapshot, id)?;
        }
    }
    if known.is_none() || !changed.is_empty() {
        let (seq, id) = newest.unwrap_or_default();
        transaction.execute("DELETE FROM state", [])?;
        transaction.execute("INSERT INTO state VALUES (?1, ?2, ?3, ?4)", params![VERSION, uuid, seq, id])?;
    }
    transaction.commit()?;
    Ok(connection)
}

fn change_at(library: &Connection, condition: &str) -> Result<Option<(i64, String)>> {
    let sql = format!("SELECT seq, id FROM index_change {condition}");
    Ok(library.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn forget(index: &Connection, owner: &str) -> Result<()> {
    index
        .prepare_cached(
            "INSERT INTO found (found, rowid, folded) SELECT 'delete', id, folded FROM document WHERE owner = ?1",
        )?
        .execute([owner])?;
    index
        .prepare_cached("DELETE FROM short WHERE rowid IN (SELECT id FROM document WHERE owner = ?1)")?
        .execute([owner])?;
    index.prepare_cached("DELETE FROM document WHERE owner = ?1")?.execute([owner])?;
    Ok(())
}

struct Document<'a> {
    rank: i64,
    owner: &'a str,
    claim: Option<&'a str>,
    property: Option<&'a str>,
    line: Option<usize>,
    capture: Option<&'a str>,
    bounds: Option<PixelBox>,
    text: &'a str,
    /// Searched together with the text, but not shown.
    also: &'a str,
}

fn add(index: &Connection, document: &Document<'_>) -> Result<()> {
    let mut folded = searchable(document.text);
    let also = searchable(document.also);
    if !folded.contains(&also) {
        folded = format!("{folded} {also}");
    }
    let bounds = document.bounds;
    let first = document.rank * RANGE;
    let sql = "SELECT coalesce(max(id), ?1) + 1 FROM document WHERE id BETWEEN ?1 AND ?1 + ?2 - 1";
    let id: i64 = index.prepare_cached(sql)?.query_row([first, RANGE], |row| row.get(0))?;
    index
        .prepare_cached(
            "INSERT INTO document (id, owner, claim, property, line, capture, x, y, width, height, text, folded)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            id,
            document.owner,
            document.claim,
            document.property,
            document.line.map(|line| line as i64),
            document.capture,
            bounds.map(|bounds| bounds.x),
            bounds.map(|bounds| bounds.y),
            bounds.map(|bounds| bounds.width),
            bounds.map(|bounds| bounds.height),
            document.text,
            folded
        ])?;
    index
        .prepare_cached("INSERT INTO found (rowid, folded) VALUES (?1, ?2)")?
        .execute(params![id, folded])?;
    index
        .prepare_cached("INSERT INTO short (rowid, grams) VALUES (?1, ?2)")?
        .execute(params![id, grams(&folded)])?;
    Ok(())
}

/// The short beginnings of the words of a text, and every one and two characters in a row of scripts that write without
/// blanks. Each is one token, spelt in hexadecimal digits so that no sign is lost.
fn grams(folded: &str) -> String {
    let mut grams = BTreeSet::new();
    for word in folded.split(' ') {
        let characters: Vec<char> = word.chars().collect();
        for (place, character) in characters.iter().enumerate() {
            let begins = place == 0 || !characters[place - 1].is_alphanumeric();
            let unspaced = !character.is_ascii() && character.is_alphanumeric();
            if begins || unspaced || !character.is_alphanumeric() {
                grams.insert(token(&characters[place..=place]));
                grams.extend(characters.get(place..place + 2).map(token));
            }
        }
    }
    grams.into_iter().collect::<Vec<_>>().join(" ")
}

/// A text of one or two characters as one token.
pub(crate) fn token(characters: &[char]) -> String {
    characters.iter().fold(String::new(), |mut token, character| {
        // Writing into a text cannot fail.
        let _ = write!(token, "{:x}x", u32::from(*character));
        token
    })
}

/// Text as it is compared: folded, and without the one character that ends a text for `SQLite`.
pub(crate) fn searchable(text: &str) -> String {
    fold(&text.replace('\0', " "))
}

fn index_tool(index: &Connection, library: &Connection, id: &str) -> Result<()> {
    let sql = "SELECT name FROM tool WHERE id = ?1";
    let name: Option<String> = library.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
    let Some(name) = name else { return Ok(()) };
    let mut also: Vec<String> = tools::aliases_of(library, id)?.into_iter().map(|alias| alias.name).collect();
    also.extend(tools::vendor_of(library, id)?);
    for scheme in ["category", "tag"] {
        also.extend(marks::terms_of(library, id, scheme)?);
    }
    also.extend(marks::note_of(library, "tool", id)?);
    add(
        index,
        &Document {
            rank: 0,
            owner: id,
            claim: None,
            property: None,
            line: None,
            capture: None,
            bounds: None,
            text: &name,
            also: &also.join(" "),
        },
    )?;
    for claim in tools::current_claims(library, id)? {
        let evidence = claim.evidence.first();
        let first = evidence.and_then(|evidence| evidence.lines.first());
        let note = marks::note_of(library, "claim", &claim.id)?.unwrap_or_default();
        add(
            index,
            &Document {
                rank: 1,
                owner: id,
                claim: Some(&claim.id),
                property: Some(&claim.property),
                line: None,
                capture: evidence.map(|evidence| evidence.capture.as_str()),
                bounds: first.map(|line: &EvidenceLine| line.bounds),
                text: &claim.value.display(),
                also: &format!("{} {} {note}", claim.raw_text, typed_words(&claim.raw_text)),
            },
        )?;
    }
    Ok(())
}

/// The typed form of what a text says, as far as it is written differently: `Apache-2.0`, `2026-03`.
fn typed_words(text: &str) -> String {
    let words = domain::typed_values(text).into_iter().filter_map(|value| match value {
        TypedValue::License { expression, .. } => expression,
        TypedValue::Platform { name, .. } => Some(name),
        TypedValue::Date { date, .. } => Some(date),
        TypedValue::Quantity { .. } | TypedValue::Benchmark { .. } => None,
    });
    words.collect::<Vec<_>>().join(" ")
}

fn index_capture(index: &Connection, library: &Connection, id: &str) -> Result<()> {
    if library.prepare_cached("SELECT 1 FROM trash WHERE id = ?1")?.exists([id])? {
        return Ok(());
    }
    if let Some(note) = marks::note_of(library, "capture", id)? {
        add(
            index,
            &Document {
                rank: 3,
                owner: id,
                claim: None,
                property: None,
                line: None,
                capture: Some(id),
                bounds: None,
                text: &note,
                also: "",
            },
        )?;
    }
    let sql = "SELECT body FROM reading WHERE id = ?1";
    let body: Option<String> = library.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
    let Some(body) = body else { return Ok(()) };
    let reading: Reading = serde_json::from_str(&body)?;
    for (place, line) in reading.lines.iter().enumerate() {
        add(
            index,
            &Document {
                rank: 2,
                owner: id,
                claim: None,
                property: None,
                line: Some(place),
                capture: Some(id),
                bounds: Some(line.bounds),
                text: &line.text,
                also: "",
            },
        )?;
    }
    Ok(())
}
