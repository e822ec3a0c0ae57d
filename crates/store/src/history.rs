//! The events of a library: recorded, listed, taken back and repeated.
//!
//! Invariant: events are only ever added. Undo is a new event that carries the inverse of a step, newest step first,
//! so that taking back needs no guessing.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Result, StoreError};
use crate::journal::{Entry, EventKind, NO_HASH, hash};
use crate::library::{Library, StepContext};
use crate::rows::{CHANGE_SET, Change, Fields, Recorder, TRASH, from_word, text, word};
use crate::types::{Event, Undone};
use crate::{change_sets, draft, index, summary, tools, trash};

/// What a step is called in the history.
pub(crate) struct Step {
    pub(crate) kind: EventKind,
    pub(crate) title: String,
    pub(crate) change_set: String,
    pub(crate) undo_of: Option<String>,
    /// See [`Entry::capture`].
    pub(crate) capture: Option<Fields>,
    /// See [`Entry::captures`].
    pub(crate) captures: Vec<Fields>,
}

impl Step {
    pub(crate) fn entry(self, context: StepContext, changes: Vec<Change>, previous: String) -> Entry {
        Entry {
            seq: context.seq,
            id: context.id,
            at: context.now,
            kind: self.kind,
            title: self.title,
            change_set: self.change_set,
            undo_of: self.undo_of,
            capture: self.capture,
            captures: self.captures,
            changes,
            regions: Vec::new(),
            previous,
        }
    }
}

/// Number and hash of the newest event.
pub(crate) fn last(connection: &Connection) -> Result<(i64, String)> {
    let last = connection
        .query_row("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(last.unwrap_or_else(|| (0, NO_HASH.to_owned())))
}

/// Refuses a line that is not the next one.
pub(crate) fn check_follows(connection: &Connection, entry: &Entry) -> Result<()> {
    let (seq, previous) = last(connection)?;
    if entry.seq == seq + 1 && entry.previous == previous {
        return Ok(());
    }
    Err(StoreError::Damaged { detail: "a line of the journal does not follow the one before".to_owned() })
}

pub(crate) fn insert(connection: &Connection, entry: &Entry, line: &str) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO event (seq, id, at, kind, title, change_set, undo_of, line, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            entry.seq,
            entry.id,
            entry.at,
            word(&entry.kind)?,
            entry.title,
            entry.change_set,
            entry.undo_of,
            line,
            hash(line)
        ])?;
    Ok(())
}

/// The newest word on each merge: 'undo' or 'redo'; none means that it stands as merged.
const LAST_WORD: &str =
    "(SELECT word.kind FROM event word WHERE word.undo_of = event.id ORDER BY word.seq DESC LIMIT 1)";

impl Library {
    /// Changes of the library and what became of them, newest first. Single decisions are in the journal only.
    pub fn history(&self) -> Result<Vec<Event>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(&format!(
            "SELECT id, seq, kind, title, at, change_set, coalesce({LAST_WORD} = 'undo', 0)
             FROM event WHERE kind NOT IN ('decide', 'name') ORDER BY seq DESC"
        ))?;
        let mut rows = statement.query([])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            events.push(Event {
                id: row.get(0)?,
                seq: row.get(1)?,
                kind: from_word(row.get(2)?)?,
                description: row.get(3)?,
                at: row.get(4)?,
                change_set: row.get(5)?,
                undone: row.get(6)?,
            });
        }
        Ok(events)
    }

    /// What [`Library::undo`] would take back.
    pub fn next_undo(&self) -> Result<Option<Undone>, StoreError> {
        Ok(standing(&self.reader())?.map(|merge| merge.undone()))
    }

    /// What [`Library::redo`] would repeat.
    pub fn next_redo(&self) -> Result<Option<Undone>, StoreError> {
        Ok(repeatable(&self.reader())?.map(|merge| merge.undone()))
    }

    /// Takes back the newest step that stands. The change set of a merge can be reviewed and merged again.
    pub fn undo(&self) -> Result<Option<Undone>, StoreError> {
        self.step(|recorder, _| {
            let Some(merge) = standing(recorder.connection())? else { return Ok((None, None)) };
            for change in merge.changes()?.into_iter().rev() {
                if !is_state_of(&change, &merge.change_set) && !was_purged(recorder, &change)? {
                    recorder.replay(&change.inverted())?;
                }
            }
            merge.turn(recorder, "reverted")?;
            settle(recorder)?;
            Ok((Some(merge.step(EventKind::Undo, "Undo of")), Some(merge.undone())))
        })
    }

    /// Repeats the step that was taken back last, unless something was decided or changed since.
    pub fn redo(&self) -> Result<Option<Undone>, StoreError> {
        self.step(|recorder, _| {
            let Some(merge) = repeatable(recorder.connection())? else { return Ok((None, None)) };
            for change in merge.changes()? {
                if !is_state_of(&change, &merge.change_set) && !was_purged(recorder, &change)? {
                    recorder.replay(&change)?;
                }
            }
            merge.turn(recorder, "merged")?;
            settle(recorder)?;
            Ok((Some(merge.step(EventKind::Redo, "Redo of")), Some(merge.undone())))
        })
    }
}

/// A merge or another step that can be taken back.
struct Undoable {
    id: String,
    title: String,
    change_set: String,
    line: String,
}

impl Undoable {
    fn find(connection: &Connection, sql: &str) -> Result<Option<Self>> {
        let found = connection.query_row(sql, [], |row| {
            Ok(Self { id: row.get(0)?, title: row.get(1)?, change_set: row.get(2)?, line: row.get(3)? })
        });
        Ok(found.optional()?)
    }

    fn changes(&self) -> Result<Vec<Change>> {
        Ok(serde_json::from_str::<Entry>(&self.line)?.changes)
    }

    fn step(&self, kind: EventKind, words: &str) -> Step {
        Step {
            kind,
            title: format!("{words}: {}", self.title),
            change_set: self.change_set.clone(),
            undo_of: Some(self.id.clone()),
            capture: None,
            captures: Vec::new(),
        }
    }

    /// The change set of a merge shows whether it stands.
    fn turn(&self, recorder: &mut Recorder<'_>, state: &str) -> Result<()> {
        if self.change_set.is_empty() {
            return Ok(());
        }
        let revision = change_sets::revision(recorder.connection(), &self.change_set)?;
        recorder.update(
            &CHANGE_SET,
            &self.change_set,
            &[("state", text(state)), ("revision", (revision + 1).into())],
        )?;
        Ok(())
    }

    fn undone(&self) -> Undone {
        Undone { description: self.title.clone(), change_set: self.change_set.clone() }
    }
}

/// The newest step that is not taken back.
fn standing(connection: &Connection) -> Result<Option<Undoable>> {
    let sql = format!(
        "SELECT id, title, change_set, line FROM event
         WHERE kind IN ('merge', 'edit') AND coalesce({LAST_WORD}, 'redo') = 'redo' ORDER BY seq DESC LIMIT 1"
    );
    Undoable::find(connection, &sql)
}

/// The step that was taken back last, if it would do the same again. Older ones may rest on it.
fn repeatable(connection: &Connection) -> Result<Option<Undoable>> {
    Undoable::find(
        connection,
        "SELECT id, title, change_set, line FROM
           (SELECT merge.id, merge.title, merge.change_set, merge.line, undo.seq AS undone_at
            FROM event undo JOIN event merge ON merge.id = undo.undo_of
            WHERE undo.kind = 'undo'
              AND NOT EXISTS (SELECT 1 FROM event later WHERE later.undo_of = merge.id AND later.seq > undo.seq)
              AND NOT EXISTS (SELECT 1 FROM event later WHERE later.kind IN ('merge', 'edit') AND later.seq > undo.seq)
            ORDER BY undo.seq DESC LIMIT 1) AS latest
         WHERE NOT EXISTS (SELECT 1 FROM event later WHERE later.kind IN ('decide', 'name')
                           AND later.change_set = latest.change_set AND later.seq > latest.undone_at)",
    )
}

/// What was removed for good stays in the trash, whatever is taken back.
fn was_purged(recorder: &Recorder<'_>, change: &Change) -> Result<bool> {
    let row = match change {
        Change::Insert { table, row } | Change::Delete { table, row } if table == TRASH.name => row,
        _ => return Ok(false),
    };
    let id = row.get("id").and_then(|id| id.as_str()).unwrap_or_default();
    trash::is_purged(recorder.connection(), id)
}

/// State and revision of the merged change set are set anew, since a revision never goes back.
fn is_state_of(change: &Change, change_set: &str) -> bool {
    matches!(change, Change::Update { table, id, .. } if table == CHANGE_SET.name && id == change_set)
}

/// What follows from changed rows: other change sets show what they would do now, lists show the new values, and the
/// index looks again.
pub(crate) fn settle(recorder: &Recorder<'_>) -> Result<()> {
    let connection = recorder.connection();
    let mut touched = Touched::default();
    for change in &recorder.changes {
        touched.note(connection, change)?;
    }
    let Touched { tools, mut names, captures } = touched;
    for tool in &tools {
        names.extend(tools::name_keys(connection, tool)?);
    }
    index::mark(connection, "tool", &tools.iter().cloned().collect::<Vec<_>>())?;
    index::mark(connection, "capture", &captures.iter().cloned().collect::<Vec<_>>())?;
    for tool in &tools {
        summary::refresh(connection, tool)?;
    }
    draft::refresh_open(connection, &names, &captures)
}

/// What the rest of the library has to be told of.
#[derive(Default)]
struct Touched {
    tools: BTreeSet<String>,
    names: BTreeSet<String>,
    captures: BTreeSet<String>,
}

impl Touched {
    fn note(&mut self, connection: &Connection, change: &Change) -> Result<()> {
        // An update names only the columns that differ; the others stand in the row.
        let fields = |name: &str| -> Vec<String> {
            let rows: &[&Fields] = match change {
                Change::Insert { row, .. } | Change::Delete { row, .. } => &[row],
                Change::Update { before, after, .. } => &[before, after],
            };
            rows.iter().filter_map(|row| row.get(name)?.as_str().map(str::to_owned)).collect()
        };
        let id = match change {
            Change::Update { id, .. } => Some(id.clone()),
            Change::Insert { .. } | Change::Delete { .. } => fields("id").pop(),
        };
        let column = |table: &str, column: &str, id: &str| -> Result<Option<String>> {
            let sql = format!("SELECT {column} FROM {table} WHERE id = ?1");
            Ok(connection.prepare_cached(&sql)?.query_row([id], |row| row.get(0)).optional()?)
        };
        let id = id.unwrap_or_default();
        match change.table() {
            "tool" => {
                self.tools.insert(id);
                self.names.extend(fields("name_key"));
            }
            "claim" => {
                self.tools.extend(fields("tool"));
                self.tools.extend(column("claim", "tool", &id)?);
            }
            "evidence" => {
                for claim in fields("claim") {
                    self.tools.extend(column("claim", "tool", &claim)?);
                }
            }
            "tool_alias" => {
                self.tools.extend(fields("tool"));
                self.names.extend(fields("name_key"));
            }
            table @ ("field_lock" | "settlement" | "term_link") => {
                self.tools.extend(fields("tool"));
                self.tools.extend(column(table, "tool", &id)?);
            }
            "tool_vendor" => {
                self.tools.insert(id);
            }
            "capture_field" => {
                // When its claims were last seen.
                if let Some((capture, "captured_at")) = id.split_once('/') {
                    let mut statement = connection.prepare_cached(
                        "SELECT DISTINCT claim.tool FROM evidence JOIN claim ON claim.id = evidence.claim
                         WHERE evidence.capture = ?1",
                    )?;
                    for tool in statement.query_map([capture], |row| row.get(0))? {
                        self.tools.insert(tool?);
                    }
                }
            }
            "capture_source" | "trash" => {
                self.captures.insert(id);
            }
            "note" => match id.split_once('/') {
                Some(("tool", tool)) => {
                    self.tools.insert(tool.to_owned());
                }
                Some(("capture", capture)) => {
                    self.captures.insert(capture.to_owned());
                }
                Some(("claim", claim)) => self.tools.extend(column("claim", "tool", claim)?),
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }
}
