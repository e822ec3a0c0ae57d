//! The events of a library: recorded, listed, taken back and repeated.
//!
//! Invariant: events are only ever added. Undo is a new event that carries the inverse of a merge, newest merge first,
//! so that taking back needs no guessing.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Result, StoreError};
use crate::journal::{Entry, EventKind, NO_HASH, hash};
use crate::library::{Library, StepContext};
use crate::rows::{CHANGE_SET, Change, Fields, Recorder, from_word, text, word};
use crate::types::{Event, Undone};
use crate::{change_sets, draft, index};

/// What a step is called in the history.
pub(crate) struct Step {
    pub(crate) kind: EventKind,
    pub(crate) title: String,
    pub(crate) change_set: String,
    pub(crate) undo_of: Option<String>,
    /// See [`Entry::capture`].
    pub(crate) capture: Option<Fields>,
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
            changes,
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
    /// Merges and what became of them, newest first. Single decisions are in the journal only.
    pub fn history(&self) -> Result<Vec<Event>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(&format!(
            "SELECT id, seq, kind, title, at, change_set, coalesce({LAST_WORD} = 'undo', 0)
             FROM event WHERE kind IN ('merge', 'undo', 'redo') ORDER BY seq DESC"
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

    /// Takes back the newest merge that stands. Its change set can be reviewed and merged again.
    pub fn undo(&self) -> Result<Option<Undone>, StoreError> {
        self.step(|recorder, _| {
            let Some(merge) = standing(recorder.connection())? else { return Ok((None, None)) };
            for change in merge.changes()?.into_iter().rev() {
                if !is_state_of(&change, &merge.change_set) {
                    recorder.replay(&change.inverted())?;
                }
            }
            turn(recorder, &merge.change_set, "reverted")?;
            settle(recorder)?;
            Ok((Some(merge.step(EventKind::Undo, "Undo of")), Some(merge.undone())))
        })
    }

    /// Repeats the merge that was taken back last, unless something was decided or merged since.
    pub fn redo(&self) -> Result<Option<Undone>, StoreError> {
        self.step(|recorder, _| {
            let Some(merge) = repeatable(recorder.connection())? else { return Ok((None, None)) };
            for change in merge.changes()? {
                if !is_state_of(&change, &merge.change_set) {
                    recorder.replay(&change)?;
                }
            }
            turn(recorder, &merge.change_set, "merged")?;
            settle(recorder)?;
            Ok((Some(merge.step(EventKind::Redo, "Redo of")), Some(merge.undone())))
        })
    }
}

struct MergeEvent {
    id: String,
    title: String,
    change_set: String,
    line: String,
}

impl MergeEvent {
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
        }
    }

    fn undone(&self) -> Undone {
        Undone { description: self.title.clone(), change_set: self.change_set.clone() }
    }
}

/// The newest merge that is not taken back.
fn standing(connection: &Connection) -> Result<Option<MergeEvent>> {
    let sql = format!(
        "SELECT id, title, change_set, line FROM event
         WHERE kind = 'merge' AND coalesce({LAST_WORD}, 'redo') = 'redo' ORDER BY seq DESC LIMIT 1"
    );
    MergeEvent::find(connection, &sql)
}

/// The merge that was taken back last, if it would do the same again. Older ones may rest on it.
fn repeatable(connection: &Connection) -> Result<Option<MergeEvent>> {
    MergeEvent::find(
        connection,
        "SELECT id, title, change_set, line FROM
           (SELECT merge.id, merge.title, merge.change_set, merge.line, undo.seq AS undone_at
            FROM event undo JOIN event merge ON merge.id = undo.undo_of
            WHERE undo.kind = 'undo'
              AND NOT EXISTS (SELECT 1 FROM event later WHERE later.undo_of = merge.id AND later.seq > undo.seq)
              AND NOT EXISTS (SELECT 1 FROM event later WHERE later.kind = 'merge' AND later.seq > undo.seq)
            ORDER BY undo.seq DESC LIMIT 1) AS latest
         WHERE NOT EXISTS (SELECT 1 FROM event later WHERE later.kind IN ('decide', 'name')
                           AND later.change_set = latest.change_set AND later.seq > latest.undone_at)",
    )
}

/// State and revision of the merged change set are set anew, since a revision never goes back.
fn is_state_of(change: &Change, change_set: &str) -> bool {
    matches!(change, Change::Update { table, id, .. } if table == CHANGE_SET.name && id == change_set)
}

fn turn(recorder: &mut Recorder<'_>, change_set: &str, state: &str) -> Result<()> {
    let revision = change_sets::revision(recorder.connection(), change_set)?;
    recorder.update(
        &CHANGE_SET,
        change_set,
        &[("state", text(state)), ("revision", (revision + 1).into())],
    )?;
    Ok(())
}

/// What follows from changed claims: other change sets show what they would do now, and the index looks again.
pub(crate) fn settle(recorder: &Recorder<'_>) -> Result<()> {
    let connection = recorder.connection();
    let mut tools: Vec<String> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let add = |list: &mut Vec<String>, item: Option<String>| {
        if let Some(item) = item
            && !list.contains(&item)
        {
            list.push(item);
        }
    };
    let tool_of = |claim: &str| {
        let sql = "SELECT tool FROM claim WHERE id = ?1";
        connection.prepare_cached(sql)?.query_row([claim], |row| row.get::<_, String>(0)).optional()
    };
    for change in &recorder.changes {
        let field = |name: &str| match change {
            Change::Insert { row, .. } | Change::Delete { row, .. } => {
                row.get(name).and_then(|value| value.as_str()).map(str::to_owned)
            }
            Change::Update { .. } => None,
        };
        match (change.table(), change) {
            ("tool", _) => {
                add(&mut tools, field("id"));
                add(&mut names, field("name_key"));
            }
            ("claim", Change::Update { id, .. }) => add(&mut tools, tool_of(id)?),
            ("claim", _) => add(&mut tools, field("tool")),
            ("evidence", _) => {
                let tool = field("claim").map(|claim| tool_of(&claim)).transpose()?.flatten();
                add(&mut tools, tool);
            }
            _ => {}
        }
    }
    for tool in &tools {
        let sql = "SELECT name_key FROM tool WHERE id = ?1";
        let name = connection.prepare_cached(sql)?.query_row([tool], |row| row.get(0)).optional()?;
        add(&mut names, name);
    }
    index::mark(connection, "tool", &tools)?;
    draft::refresh_open(connection, &names)
}
