//! What a person adds of their own: categories and tags from one vocabulary, notes, saved searches, and what is known
//! about a capture besides its pixels.
//!
//! Invariant: a word means one term; merging terms loses no mark. Values are marked as read or as given.

use std::collections::BTreeMap;

use domain::text::{fold, visible};
use rusqlite::{Connection, OptionalExtension};

use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::rows::{
    CAPTURE_FIELD, NOTE, Recorder, SAVED_SEARCH, TERM, TERM_LABEL, TERM_LINK, from_word, read, read_json,
    text, word,
};
use crate::types::{Basis, CaptureField, SavedSearch, Scheme, Term};
use crate::{clock, pages, settling, tools};

impl Library {
    /// The vocabulary of a scheme by label, with how many tools carry each term.
    pub fn terms(&self, scheme: Scheme) -> Result<Vec<Term>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT id, label, (SELECT count(*) FROM term_link WHERE term_link.term = term.id),
               (SELECT json_group_array(label) FROM term_label WHERE term_label.term = term.id)
             FROM term WHERE scheme = ?1 ORDER BY label_key",
        )?;
        let mut rows = statement.query([word(&scheme)?])?;
        let mut terms = Vec::new();
        while let Some(row) = rows.next()? {
            terms.push(Term {
                id: row.get(0)?,
                label: row.get(1)?,
                tools: row.get(2)?,
                synonyms: serde_json::from_str(&row.get::<_, String>(3)?)?,
            });
        }
        Ok(terms)
    }

    /// Marks tools with a term, which is made if no term is called so, or takes the mark away.
    pub fn mark_tools(
        &self,
        tools: &[String],
        scheme: Scheme,
        label: &str,
        marked: bool,
    ) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let label = checked_label(label)?;
            let shown = visible(label, 60);
            let term = match find_term(recorder.connection(), scheme, label)? {
                Some(term) => term,
                None if !marked => return Ok((None, ())),
                None => insert_term(recorder, scheme, label)?,
            };
            for tool in tools {
                tools::name_of(recorder.connection(), tool)?;
                let sql = "SELECT id FROM term_link WHERE term = ?1 AND tool = ?2";
                let held: Option<String> =
                    recorder.connection().query_row(sql, [&term, tool], |row| row.get(0)).optional()?;
                match held {
                    Some(link) if !marked => recorder.delete(&TERM_LINK, &link)?,
                    None if marked => recorder.insert(
                        &TERM_LINK,
                        &[
                            ("id", text(clock::new_id())),
                            ("term", text(&term)),
                            ("tool", text(tool)),
                            ("origin", text("person")),
                        ],
                    )?,
                    _ => {}
                }
            }
            let verb = if marked { "Marked" } else { "Unmarked" };
            let tools = crate::error::count(tools.len(), "tool");
            Ok((Some(format!("{verb} {tools} as {shown}")), ()))
        })
    }

    /// Makes `other` a synonym of `term`: every tool marked with it carries the term instead.
    pub fn merge_terms(&self, term: &str, other: &str) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let own = term_row(recorder.connection(), term)?;
            let its = term_row(recorder.connection(), other)?;
            if term == other || own.1 != its.1 {
                return Err(StoreError::SameTerm);
            }
            let connection = recorder.connection();
            let ids = |sql: &str| -> Result<Vec<String>> {
                let mut statement = connection.prepare_cached(sql)?;
                let ids = statement.query_map([other], |row| row.get(0))?;
                Ok(ids.collect::<rusqlite::Result<_>>()?)
            };
            let (links, labels) = (
                ids("SELECT id FROM term_link WHERE term = ?1")?,
                ids("SELECT id FROM term_label WHERE term = ?1")?,
            );
            for link in links {
                let row = read_json(recorder.connection(), &TERM_LINK, &link)?.unwrap_or_default();
                let tool = row.get("tool").and_then(|tool| tool.as_str()).unwrap_or_default();
                let sql = "SELECT 1 FROM term_link WHERE term = ?1 AND tool = ?2";
                if recorder.connection().prepare_cached(sql)?.exists([term, tool])? {
                    recorder.delete(&TERM_LINK, &link)?;
                } else {
                    recorder.update(&TERM_LINK, &link, &[("term", text(term))])?;
                }
            }
            for label in labels {
                recorder.update(&TERM_LABEL, &label, &[("term", text(term))])?;
            }
            recorder.delete(&TERM, other)?;
            insert_label(recorder, term, &its.0)?;
            let (its, own) = (visible(&its.0, 60), visible(&own.0, 60));
            Ok((Some(format!("Made {its} another word for {own}")), ()))
        })
    }

    /// The note on a tool, capture or claim (`kind`).
    pub fn note(&self, kind: &str, target: &str) -> Result<Option<String>, StoreError> {
        note_of(&self.reader(), kind, target)
    }

    /// Writes the note on a tool, capture or claim (`kind`); an empty text removes it.
    pub fn set_note(&self, kind: &str, target: &str, note: &str) -> Result<(), StoreError> {
        self.edit(|recorder, context| {
            let on = match kind {
                "tool" => visible(&tools::name_of(recorder.connection(), target)?, 60),
                "capture" => pages::capture_name(recorder.connection(), target)?,
                "claim" => {
                    settling::shown(recorder.connection(), &settling::one(recorder.connection(), target)?)?
                }
                other => return Err(StoreError::unknown("kind of note", other)),
            };
            let id = format!("{kind}/{target}");
            let note = note.trim();
            let held = read(recorder.connection(), &NOTE, &id)?.is_some();
            if note.is_empty() {
                recorder.delete(&NOTE, &id)?;
                return Ok((Some(format!("Removed the note on {on}")), ()));
            }
            if held {
                recorder.update(&NOTE, &id, &[("text", text(note)), ("at", text(&context.now))])?;
            } else {
                recorder.insert(
                    &NOTE,
                    &[
                        ("id", text(id)),
                        ("kind", text(kind)),
                        ("target", text(target)),
                        ("text", text(note)),
                        ("at", text(&context.now)),
                    ],
                )?;
            }
            Ok((Some(format!("Wrote a note on {on}")), ()))
        })
    }

    pub fn saved_searches(&self) -> Result<Vec<SavedSearch>, StoreError> {
        let reader = self.reader();
        let mut statement =
            reader.prepare_cached("SELECT id, name, query FROM saved_search ORDER BY name, id")?;
        let searches = statement.query_map([], |row| {
            Ok(SavedSearch { id: row.get(0)?, name: row.get(1)?, query: row.get(2)? })
        })?;
        Ok(searches.collect::<rusqlite::Result<_>>()?)
    }

    /// Keeps a search under a name; the same name takes the new query. Answers with its id.
    pub fn save_search(&self, name: &str, query: &str) -> Result<String, StoreError> {
        self.edit(|recorder, context| {
            let name = name.trim();
            if name.is_empty() {
                return Err(StoreError::EmptyName);
            }
            let sql = "SELECT id FROM saved_search WHERE name = ?1";
            let held: Option<String> =
                recorder.connection().query_row(sql, [name], |row| row.get(0)).optional()?;
            let id = held.clone().unwrap_or_else(clock::new_id);
            if held.is_some() {
                recorder.update(&SAVED_SEARCH, &id, &[("query", text(query))])?;
            } else {
                recorder.insert(
                    &SAVED_SEARCH,
                    &[
                        ("id", text(&id)),
                        ("name", text(name)),
                        ("query", text(query)),
                        ("at", text(&context.now)),
                    ],
                )?;
            }
            Ok((Some(format!("Saved the search {}", visible(name, 60))), id))
        })
    }

    pub fn remove_search(&self, id: &str) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let held = read_json(recorder.connection(), &SAVED_SEARCH, id)?;
            let held = held.ok_or_else(|| StoreError::unknown("saved search", id))?;
            recorder.delete(&SAVED_SEARCH, id)?;
            let name = held.get("name").and_then(|name| name.as_str()).unwrap_or_default();
            Ok((Some(format!("Removed the search {}", visible(name, 60))), ()))
        })
    }

    /// What is known about a capture besides its pixels.
    pub fn capture_fields(&self, capture: &str) -> Result<Vec<CaptureField>, StoreError> {
        let reader = self.reader();
        let sql = "SELECT field, value, basis FROM capture_field WHERE capture = ?1 ORDER BY field";
        let mut statement = reader.prepare_cached(sql)?;
        let mut rows = statement.query([capture])?;
        let mut fields = Vec::new();
        while let Some(row) = rows.next()? {
            fields.push(CaptureField {
                field: row.get(0)?,
                value: row.get(1)?,
                basis: from_word(row.get(2)?)?,
            });
        }
        Ok(fields)
    }

    /// Gives a field of a capture: `url`, `title`, `app`, `scale` or `captured_at` (RFC 3339); an empty value removes it.
    pub fn set_capture_field(&self, capture: &str, field: &str, value: &str) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let name = pages::capture_name(recorder.connection(), capture)?;
            let what = match field {
                "url" => "address",
                "title" => "window title",
                "app" => "program",
                "scale" => "scale",
                "captured_at" => "date",
                other => return Err(StoreError::unknown("field of a capture", other)),
            };
            let value = value.trim();
            let value = match value {
                "" => String::new(),
                _ if field == "captured_at" => {
                    clock::parse(value).ok_or_else(|| StoreError::NotATime(visible(value, 80)))?
                }
                _ => value.to_owned(),
            };
            let id = format!("{capture}/{field}");
            recorder.delete(&CAPTURE_FIELD, &id)?;
            if value.is_empty() {
                return Ok((Some(format!("Removed the {what} of {name}")), ()));
            }
            insert_field(recorder, capture, field, &value, Basis::Given)?;
            Ok((Some(format!("Gave the {what} of {name}")), ()))
        })
    }
}

pub(crate) fn insert_field(
    recorder: &mut Recorder<'_>,
    capture: &str,
    field: &str,
    value: &str,
    basis: Basis,
) -> Result<()> {
    recorder.insert(
        &CAPTURE_FIELD,
        &[
            ("id", text(format!("{capture}/{field}"))),
            ("capture", text(capture)),
            ("field", text(field)),
            ("value", text(value)),
            ("basis", text(word(&basis)?)),
        ],
    )
}

pub(crate) fn note_of(connection: &Connection, kind: &str, target: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT text FROM note WHERE id = ?1")?;
    Ok(statement.query_row([format!("{kind}/{target}")], |row| row.get(0)).optional()?)
}

/// Notes on those claims that have one, by id.
pub(crate) fn notes_on<'a>(
    connection: &Connection,
    claims: impl IntoIterator<Item = &'a domain::Claim>,
) -> Result<BTreeMap<String, String>> {
    let mut notes = BTreeMap::new();
    for claim in claims {
        if let Some(note) = note_of(connection, "claim", &claim.id)? {
            notes.insert(claim.id.clone(), note);
        }
    }
    Ok(notes)
}

/// Labels of the terms of a tool.
pub(crate) fn terms_of(connection: &Connection, tool: &str, scheme: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT term.label FROM term_link JOIN term ON term.id = term_link.term
         WHERE term_link.tool = ?1 AND term.scheme = ?2 ORDER BY term.label_key",
    )?;
    let labels = statement.query_map([tool, scheme], |row| row.get(0))?;
    Ok(labels.collect::<rusqlite::Result<_>>()?)
}

fn checked_label(label: &str) -> Result<&str> {
    let label = label.trim();
    if label.is_empty() { Err(StoreError::EmptyName) } else { Ok(label) }
}

/// The term that a word means, by label or synonym.
pub(crate) fn find_term(connection: &Connection, scheme: Scheme, label: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM term WHERE scheme = ?1 AND label_key = ?2
         UNION ALL SELECT term FROM term_label JOIN term ON term.id = term_label.term
           WHERE term.scheme = ?1 AND term_label.label_key = ?2",
    )?;
    Ok(statement.query_row([word(&scheme)?, fold(label)], |row| row.get(0)).optional()?)
}

fn insert_term(recorder: &mut Recorder<'_>, scheme: Scheme, label: &str) -> Result<String> {
    let id = clock::new_id();
    recorder.insert(
        &TERM,
        &[
            ("id", text(&id)),
            ("scheme", text(word(&scheme)?)),
            ("label", text(label)),
            ("label_key", text(fold(label))),
        ],
    )?;
    Ok(id)
}

fn insert_label(recorder: &mut Recorder<'_>, term: &str, label: &str) -> Result<()> {
    recorder.insert(
        &TERM_LABEL,
        &[
            ("id", text(clock::new_id())),
            ("term", text(term)),
            ("label", text(label)),
            ("label_key", text(fold(label))),
        ],
    )
}

fn term_row(connection: &Connection, term: &str) -> Result<(String, String)> {
    let sql = "SELECT label, scheme FROM term WHERE id = ?1";
    let row = connection.query_row(sql, [term], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    row.ok_or_else(|| StoreError::unknown("term", term))
}
