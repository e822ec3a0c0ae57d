//! Rows that carry a digest: the only way in which such rows are written, and the record of what was changed.
//!
//! Invariant: a written row always has the digest of its columns, and every recorded change can be inverted exactly.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::digest::row_digest;
use crate::error::{Result, StoreError};

/// A table whose rows carry a digest. The first column is the key; `digest` comes after the listed columns.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
}

macro_rules! tables {
    ($($constant:ident = $name:literal [$($column:literal),+ $(,)?];)+) => {
        $(pub(crate) static $constant: Table = Table { name: $name, columns: &[$($column),+] };)+
        /// Every table whose rows carry a digest, in an order in which foreign keys point backwards.
        pub(crate) static TABLES: &[&Table] = &[$(&$constant),+];
    };
}

tables! {
    CAPTURE = "capture" ["id", "ord", "sha256", "name", "format", "bytes", "width", "height", "added_at", "sample"];
    READING = "reading" ["id", "reader", "stage_version", "read_at", "body"];
    EXTRACTION = "extraction" ["id", "proposed_by", "stage_version", "page_kind", "proposed_at", "body"];
    ALT_TEXT = "alt_text" ["id", "text", "written_by", "written_at"];
    CHANGE_SET = "change_set" [
        "id", "ord", "capture", "job", "title", "proposed_by", "state", "revision", "created_at",
    ];
    CHANGE_SET_TOOL = "change_set_tool" ["id", "change_set", "ord", "name", "name_key"];
    OPERATION = "operation" [
        "id", "change_set", "ord", "tool", "kind", "rebased_at", "property", "proposal", "decision", "edited_text",
        "reason", "decided_at",
    ];
    TOOL = "tool" ["id", "name", "name_key", "created_at"];
    CLAIM = "claim" [
        "id", "event", "ord", "tool", "property", "value", "raw_text", "speaker", "status", "confidence",
        "valid_from", "valid_to", "recorded_from", "recorded_to", "supersedes", "locked", "proposed_by", "operation",
    ];
    EVIDENCE = "evidence" ["id", "claim", "ord", "capture", "quote", "lines", "matched"];
    REJECTED = "rejected" ["id", "name_key", "property", "value_key", "operation", "at"];
    SOURCE = "source" ["id", "title", "created_at"];
    CAPTURE_SOURCE = "capture_source" ["id", "source", "version"];
    PAGE_MATCH = "page_match" ["id", "earlier", "likeness", "answer"];
    CAPTURE_FIELD = "capture_field" ["id", "capture", "field", "value", "basis"];
    REDACTION = "redaction" ["id", "capture", "regions", "at"];
    TRASH = "trash" ["id", "deleted_at", "purged"];
    TOOL_ALIAS = "tool_alias" ["id", "tool", "name", "name_key", "kind"];
    TOOL_VENDOR = "tool_vendor" ["id", "name", "name_key"];
    TOOL_RELATION = "tool_relation" ["id", "tool", "kind", "other", "note", "at"];
    TOOL_DIFFERENT = "tool_different" ["id", "name_key", "other_key", "reason", "at"];
    TOOL_MERGE = "tool_merge" ["id", "tool", "absorbed", "name", "body", "at"];
    FIELD_LOCK = "field_lock" ["id", "tool", "property", "at"];
    SETTLEMENT = "settlement" ["id", "tool", "property", "claims", "chosen", "note", "at"];
    TERM = "term" ["id", "scheme", "label", "label_key"];
    TERM_LABEL = "term_label" ["id", "term", "label", "label_key"];
    TERM_LINK = "term_link" ["id", "term", "tool", "origin"];
    NOTE = "note" ["id", "kind", "target", "text", "at"];
    SAVED_SEARCH = "saved_search" ["id", "name", "query", "at"];
}

/// A row as JSON, as the journal holds it.
pub(crate) type Fields = Map<String, serde_json::Value>;

/// One change of one row, with what is needed to take it back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Change {
    Insert { table: String, row: Fields },
    Update { table: String, id: String, before: Fields, after: Fields },
    Delete { table: String, row: Fields },
}

impl Change {
    pub(crate) fn table(&self) -> &str {
        match self {
            Self::Insert { table, .. } | Self::Update { table, .. } | Self::Delete { table, .. } => table,
        }
    }

    pub(crate) fn inverted(self) -> Self {
        match self {
            Self::Insert { table, row } => Self::Delete { table, row },
            Self::Update { table, id, before, after } => {
                Self::Update { table, id, before: after, after: before }
            }
            Self::Delete { table, row } => Self::Insert { table, row },
        }
    }
}

/// Writes rows within a transaction and remembers each change.
pub(crate) struct Recorder<'a> {
    connection: &'a Connection,
    pub(crate) changes: Vec<Change>,
}

impl<'a> Recorder<'a> {
    pub(crate) const fn new(connection: &'a Connection) -> Self {
        Self { connection, changes: Vec::new() }
    }

    pub(crate) const fn connection(&self) -> &'a Connection {
        self.connection
    }

    /// Inserts a row; columns that are not named become null.
    pub(crate) fn insert(&mut self, table: &'static Table, values: &[(&str, Value)]) -> Result<()> {
        self.insert_row(table, &table.row(values))
    }

    /// Inserts a row that the journal holds as JSON.
    pub(crate) fn insert_json(&mut self, table: &'static Table, row: &Fields) -> Result<()> {
        self.insert_row(table, &table.row_of(row)?)
    }

    fn insert_row(&mut self, table: &'static Table, row: &[Value]) -> Result<()> {
        write_new(self.connection, table, row)?;
        self.changes.push(Change::Insert { table: table.name.to_owned(), row: table.to_json(row)? });
        Ok(())
    }

    /// Sets columns of a row that exists; columns that already hold the value are left out of the record.
    pub(crate) fn update(
        &mut self,
        table: &'static Table,
        id: &str,
        values: &[(&str, Value)],
    ) -> Result<bool> {
        let row = read(self.connection, table, id)?.ok_or_else(|| StoreError::unknown(table.name, id))?;
        let mut after = row.clone();
        let (mut old, mut new) = (Fields::new(), Fields::new());
        for (column, value) in values {
            let position = table.position(column)?;
            if after[position] != *value {
                old.insert((*column).to_owned(), to_json(&row[position])?);
                new.insert((*column).to_owned(), to_json(value)?);
                after[position] = value.clone();
            }
        }
        if new.is_empty() {
            return Ok(false);
        }
        write_over(self.connection, table, &after)?;
        self.changes.push(Change::Update {
            table: table.name.to_owned(),
            id: id.to_owned(),
            before: old,
            after: new,
        });
        Ok(true)
    }

    pub(crate) fn delete(&mut self, table: &'static Table, id: &str) -> Result<()> {
        if let Some(row) = read(self.connection, table, id)? {
            erase(self.connection, table, id)?;
            self.changes.push(Change::Delete { table: table.name.to_owned(), row: table.to_json(&row)? });
        }
        Ok(())
    }

    /// The captures that the recorded changes name, as the journal keeps them.
    pub(crate) fn captures(&self) -> Result<Vec<Fields>> {
        let mut ids: Vec<String> = Vec::new();
        for change in &self.changes {
            let (id, row) = match change {
                Change::Insert { row, .. } | Change::Delete { row, .. } => {
                    (row.get("id").and_then(|id| id.as_str()).unwrap_or_default(), Some(row))
                }
                Change::Update { id, .. } => (id.as_str(), None),
            };
            let named = |column: &str| row.and_then(|row| row.get(column)?.as_str());
            match change.table() {
                "capture_source" | "trash" => ids.push(id.to_owned()),
                "page_match" => {
                    ids.extend([Some(id), named("earlier")].into_iter().flatten().map(str::to_owned));
                }
                "capture_field" | "redaction" | "evidence" => ids.extend(named("capture").map(str::to_owned)),
                _ => {}
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids.iter().filter_map(|id| read_json(self.connection, &CAPTURE, id).transpose()).collect()
    }

    /// Carries out a change that was recorded earlier (or its inverse) and records it again.
    ///
    /// Where a library was rebuilt from its journal, the proposals behind a merge are gone; the claims stand without.
    pub(crate) fn replay(&mut self, change: &Change) -> Result<()> {
        let table = find(change.table())?;
        match change {
            Change::Insert { row, .. } => {
                let mut row = table.row_of(row)?;
                if table.name == CLAIM.name {
                    let place = table.position("operation")?;
                    let is_gone = match &row[place] {
                        Value::Text(id) => read(self.connection, &OPERATION, id)?.is_none(),
                        _ => false,
                    };
                    if is_gone {
                        row[place] = Value::Null;
                    }
                }
                write_new(self.connection, table, &row)?;
            }
            Change::Delete { row, .. } => {
                let id = row.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
                erase(self.connection, table, id)?;
            }
            Change::Update { id, after, .. } => {
                let mut row = match read(self.connection, table, id)? {
                    Some(row) => row,
                    None if [OPERATION.name, CAPTURE.name, PAGE_MATCH.name].contains(&table.name) => {
                        return Ok(());
                    }
                    None => return Err(StoreError::unknown(table.name, id)),
                };
                for (column, value) in after {
                    let position = table.position(column)?;
                    row[position] = from_json(value)?;
                }
                write_over(self.connection, table, &row)?;
            }
        }
        self.changes.push(change.clone());
        Ok(())
    }
}

/// The table with that name, if its rows carry digests.
pub(crate) fn find(name: &str) -> Result<&'static Table> {
    let found = TABLES.iter().find(|table| table.name == name).copied();
    found.ok_or_else(|| StoreError::Encoding(format!("table {}", domain::text::visible(name, 40))))
}

impl Table {
    fn row(&self, values: &[(&str, Value)]) -> Vec<Value> {
        let value_of = |column: &&str| {
            values.iter().find(|(name, _)| name == column).map_or(Value::Null, |(_, value)| value.clone())
        };
        debug_assert!(values.iter().all(|(name, _)| self.columns.contains(name)), "unknown column");
        self.columns.iter().map(value_of).collect()
    }

    fn position(&self, column: &str) -> Result<usize> {
        let position = self.columns.iter().position(|name| *name == column);
        position.ok_or_else(|| StoreError::Encoding(format!("column {column} of {}", self.name)))
    }

    fn to_json(&self, row: &[Value]) -> Result<Fields> {
        self.columns
            .iter()
            .zip(row)
            .map(|(column, value)| Ok(((*column).to_owned(), to_json(value)?)))
            .collect()
    }

    fn row_of(&self, fields: &Fields) -> Result<Vec<Value>> {
        let value_of = |column: &&str| fields.get(*column).map_or(Ok(Value::Null), from_json);
        self.columns.iter().map(value_of).collect()
    }

    /// Comma-separated columns for a statement.
    pub(crate) fn list(&self) -> String {
        self.columns.join(", ")
    }
}

/// One row as JSON.
pub(crate) fn read_json(connection: &Connection, table: &Table, id: &str) -> Result<Option<Fields>> {
    read(connection, table, id)?.map(|row| table.to_json(&row)).transpose()
}

/// One row without its digest.
pub(crate) fn read(connection: &Connection, table: &Table, id: &str) -> Result<Option<Vec<Value>>> {
    let sql = format!("SELECT {} FROM {} WHERE id = ?1", table.list(), table.name);
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement
        .query_row([id], |row| (0..table.columns.len()).map(|index| row.get(index)).collect())
        .optional()?;
    Ok(row)
}

fn write_new(connection: &Connection, table: &Table, row: &[Value]) -> Result<()> {
    let places = vec!["?"; row.len() + 1].join(", ");
    let sql = format!("INSERT INTO {} ({}, digest) VALUES ({places})", table.name, table.list());
    let digest = Value::Blob(row_digest(table.name, table.columns, row).to_vec());
    connection.prepare_cached(&sql)?.execute(params_from_iter(row.iter().chain([&digest])))?;
    Ok(())
}

fn write_over(connection: &Connection, table: &Table, row: &[Value]) -> Result<()> {
    let sets: Vec<String> = table.columns.iter().map(|column| format!("{column} = ?")).collect();
    let sql = format!("UPDATE {} SET {}, digest = ? WHERE id = ?", table.name, sets.join(", "));
    let digest = Value::Blob(row_digest(table.name, table.columns, row).to_vec());
    let values = row.iter().chain([&digest, &row[0]]);
    connection.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}

fn erase(connection: &Connection, table: &Table, id: &str) -> Result<()> {
    connection.prepare_cached(&format!("DELETE FROM {} WHERE id = ?1", table.name))?.execute([id])?;
    Ok(())
}

pub(crate) fn to_json(value: &Value) -> Result<serde_json::Value> {
    Ok(match value {
        Value::Null => serde_json::Value::Null,
        Value::Integer(integer) => (*integer).into(),
        Value::Real(real) => serde_json::Number::from_f64(*real)
            .map(serde_json::Value::Number)
            .ok_or_else(|| StoreError::Encoding("a number that is not finite".to_owned()))?,
        Value::Text(text) => text.clone().into(),
        Value::Blob(_) => return Err(StoreError::Encoding("bytes in a recorded column".to_owned())),
    })
}

/// The value of a column in the JSON form.
pub(crate) fn from_json(value: &serde_json::Value) -> Result<Value> {
    Ok(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::Integer(integer),
            (None, Some(real)) => Value::Real(real),
            (None, None) => return Err(StoreError::Encoding("a number in a recorded column".to_owned())),
        },
        _ => return Err(StoreError::Encoding("a recorded column".to_owned())),
    })
}

/// Text of an enum as serde writes it (`needs_review`).
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(text) => Ok(text),
        other => Err(StoreError::Encoding(other.to_string())),
    }
}

/// The enum that serde writes as that text.
pub(crate) fn from_word<T: for<'de> Deserialize<'de>>(text: String) -> Result<T> {
    Ok(serde_json::from_value(serde_json::Value::String(text))?)
}

pub(crate) fn text(value: impl Into<String>) -> Value {
    Value::Text(value.into())
}

pub(crate) fn optional(value: Option<&str>) -> Value {
    value.map_or(Value::Null, text)
}
