//! Pages over time: which captures show the same page.
//!
//! Invariant: text decides, a person answers; a suggestion is kept with its grounds and answered once.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::page::{PageAnswer, PageLikeness, PageText, SKETCH_LENGTH};
use domain::{Extraction, Reading};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::clock;
use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::rows::{CAPTURE_SOURCE, PAGE_MATCH, Recorder, SOURCE, from_word, read, text, word};

/// Equal numbers of two sketches from which the texts are compared.
const LEAST_EQUAL: i64 = 3;

/// Captures whose texts are compared with a new one.
const MOST_COMPARED: usize = 6;

/// A capture that looks like another state of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PageMatch {
    /// The later capture.
    pub capture: String,
    pub earlier: String,
    pub likeness: PageLikeness,
    /// What a person answered, if somebody has.
    pub answer: Option<PageAnswer>,
}

/// A page and its captures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Page {
    pub id: String,
    pub title: String,
    /// Oldest version first.
    pub captures: Vec<PageCapture>,
}

/// One state of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PageCapture {
    pub capture: String,
    /// From 1; a second sighting has the number of the first.
    pub version: u32,
    /// When it was captured.
    pub at: String,
}

impl Library {
    /// Captures that look like another state of a page and wait for an answer, newest first.
    pub fn page_matches(&self) -> Result<Vec<PageMatch>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT page_match.id, earlier, likeness, answer FROM page_match JOIN capture ON capture.id = page_match.id
             WHERE answer IS NULL ORDER BY capture.ord DESC",
        )?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(page_match_of(row)?);
        }
        Ok(found)
    }

    /// What that capture looks like, answered or not.
    pub fn page_match(&self, capture: &str) -> Result<Option<PageMatch>, StoreError> {
        find_match(&self.reader(), capture)
    }

    /// Says which page a capture shows. `earlier` is the capture that it is compared with; it need not have been
    /// suggested. One step that can be undone.
    pub fn answer_page(&self, capture: &str, earlier: &str, answer: PageAnswer) -> Result<(), StoreError> {
        self.edit(|recorder, context| {
            let name = capture_name(recorder.connection(), capture)?;
            let earlier_name = capture_name(recorder.connection(), earlier)?;
            if capture == earlier {
                return Err(StoreError::SamePage);
            }
            if let Some(held) = find_match(recorder.connection(), capture)? {
                recorder.update(&PAGE_MATCH, capture, &[("answer", text(word(&answer)?))])?;
                if held.earlier != earlier {
                    recorder.update(&PAGE_MATCH, capture, &[("earlier", text(earlier))])?;
                }
            }
            recorder.delete(&CAPTURE_SOURCE, capture)?;
            let title = match answer {
                PageAnswer::Separate => format!("{name} is a page of its own"),
                PageAnswer::NewVersion | PageAnswer::SecondSighting => {
                    let (source, held) = source_of(recorder, earlier, &context.now)?;
                    let version = if answer == PageAnswer::NewVersion {
                        newest_version(recorder.connection(), &source)? + 1
                    } else {
                        held
                    };
                    join(recorder, capture, &source, version)?;
                    match answer {
                        PageAnswer::NewVersion => format!("{name} is version {version} of {earlier_name}"),
                        _ => format!("{name} shows {earlier_name} again"),
                    }
                }
            };
            Ok((Some(title), ()))
        })
    }

    /// Says that captures show one page in one state, as the frames of an animation do. One step that can be undone.
    pub fn show_one_page(&self, title: &str, captures: &[String]) -> Result<(), StoreError> {
        self.edit(|recorder, context| {
            let title = domain::text::visible(title, 120);
            let id = clock::new_id();
            let values = [("id", text(&id)), ("title", text(&title)), ("created_at", text(&context.now))];
            recorder.insert(&SOURCE, &values)?;
            for capture in captures {
                check_capture(recorder.connection(), capture)?;
                recorder.delete(&CAPTURE_SOURCE, capture)?;
                join(recorder, capture, &id, 1)?;
            }
            Ok((Some(format!("{} show {title}", crate::error::count(captures.len(), "capture"))), ()))
        })
    }

    /// All pages that were captured more than once, by title.
    pub fn pages(&self) -> Result<Vec<Page>, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let mut statement = snapshot.prepare_cached("SELECT id, title FROM source ORDER BY title, id")?;
        let heads = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut pages = Vec::new();
        for head in heads {
            let (id, title): (String, String) = head?;
            let captures = captures_of(&snapshot, &id)?;
            pages.push(Page { id, title, captures });
        }
        Ok(pages)
    }

    /// The page that a capture shows, if it was captured more than once.
    pub fn page_of(&self, capture: &str) -> Result<Option<Page>, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let Some((id, _)) = held_source(&snapshot, capture)? else { return Ok(None) };
        let title = snapshot.query_row("SELECT title FROM source WHERE id = ?1", [&id], |row| row.get(0))?;
        let captures = captures_of(&snapshot, &id)?;
        Ok(Some(Page { id, title, captures }))
    }
}

fn page_match_of(row: &rusqlite::Row<'_>) -> Result<PageMatch> {
    Ok(PageMatch {
        capture: row.get(0)?,
        earlier: row.get(1)?,
        likeness: serde_json::from_str(&row.get::<_, String>(2)?)?,
        answer: row.get::<_, Option<String>>(3)?.map(from_word).transpose()?,
    })
}

fn find_match(connection: &Connection, capture: &str) -> Result<Option<PageMatch>> {
    let mut statement =
        connection.prepare_cached("SELECT id, earlier, likeness, answer FROM page_match WHERE id = ?1")?;
    let mut rows = statement.query([capture])?;
    rows.next()?.map(page_match_of).transpose()
}

pub(crate) fn capture_name(connection: &Connection, capture: &str) -> Result<String> {
    let sql = "SELECT name FROM capture WHERE id = ?1";
    let name: Option<String> = connection.query_row(sql, [capture], |row| row.get(0)).optional()?;
    let name = name.ok_or_else(|| StoreError::unknown("capture", capture))?;
    Ok(domain::text::visible(&name, 60))
}

pub(crate) fn held_source(connection: &Connection, capture: &str) -> Result<Option<(String, u32)>> {
    let sql = "SELECT source, version FROM capture_source WHERE id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([capture], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn newest_version(connection: &Connection, source: &str) -> Result<u32> {
    let sql = "SELECT coalesce(max(version), 0) FROM capture_source WHERE source = ?1";
    Ok(connection.query_row(sql, [source], |row| row.get(0))?)
}

/// The page of an earlier capture, which begins with it if it had none.
fn source_of(recorder: &mut Recorder<'_>, capture: &str, now: &str) -> Result<(String, u32)> {
    if let Some(held) = held_source(recorder.connection(), capture)? {
        return Ok(held);
    }
    let id = clock::new_id();
    let title = page_text(recorder.connection(), capture)?.and_then(|page| page.title);
    let title = match title {
        Some(title) => domain::text::visible(&title, 120),
        None => capture_name(recorder.connection(), capture)?,
    };
    recorder.insert(&SOURCE, &[("id", text(&id)), ("title", text(title)), ("created_at", text(now))])?;
    join(recorder, capture, &id, 1)?;
    Ok((id, 1))
}

fn join(recorder: &mut Recorder<'_>, capture: &str, source: &str, version: u32) -> Result<()> {
    recorder.insert(
        &CAPTURE_SOURCE,
        &[("id", text(capture)), ("source", text(source)), ("version", i64::from(version).into())],
    )
}

pub(crate) fn captures_of(connection: &Connection, source: &str) -> Result<Vec<PageCapture>> {
    let sql = format!(
        "SELECT capture.id, version, {CAPTURED_AT} FROM capture_source JOIN capture ON capture.id = capture_source.id
         WHERE source = ?1 ORDER BY version, capture.ord"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let captures = statement.query_map([source], |row| {
        Ok(PageCapture { capture: row.get(0)?, version: row.get(1)?, at: row.get(2)? })
    })?;
    Ok(captures.collect::<rusqlite::Result<_>>()?)
}

/// When a capture was taken: as a person gave it, else when it was added.
pub(crate) const CAPTURED_AT: &str = "coalesce((SELECT value FROM capture_field
    WHERE capture_field.id = capture.id || '/captured_at'), capture.added_at)";

pub(crate) fn captured_at(connection: &Connection, capture: &str) -> Result<String> {
    let sql = format!("SELECT {CAPTURED_AT} FROM capture WHERE id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let at = statement.query_row([capture], |row| row.get(0)).optional()?;
    at.ok_or_else(|| StoreError::unknown("capture", capture))
}

/// Captures of earlier versions of the page that a capture shows.
pub(crate) fn earlier_captures(connection: &Connection, capture: &str) -> Result<HashSet<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT other.id FROM capture_source own JOIN capture_source other ON other.source = own.source
         WHERE own.id = ?1 AND other.version < own.version",
    )?;
    let captures = statement.query_map([capture], |row| row.get(0))?;
    Ok(captures.collect::<rusqlite::Result<_>>()?)
}

/// Remembers how a capture reads and notes which earlier one it looks like. Called when a capture has been read.
pub(crate) fn recognise(
    recorder: &mut Recorder<'_>,
    capture: &str,
    reading: &Reading,
    extraction: &Extraction,
) -> Result<()> {
    let connection = recorder.connection();
    connection.prepare_cached("DELETE FROM page_sketch WHERE capture = ?1")?.execute([capture])?;
    let page = PageText::new(reading, extraction.tools.iter().filter_map(domain::ProposedTool::name));
    let Some(sketch) = page.sketch() else { return Ok(()) };
    let answered = find_match(connection, capture)?.is_some_and(|held| held.answer.is_some());
    let joined = held_source(connection, capture)?.is_some();
    if !answered && !joined {
        recorder.delete(&PAGE_MATCH, capture)?;
        if let Some((earlier, likeness)) = alike(connection, capture, &page, &sketch)? {
            recorder.insert(
                &PAGE_MATCH,
                &[
                    ("id", text(capture)),
                    ("earlier", text(earlier)),
                    ("likeness", text(serde_json::to_string(&likeness)?)),
                    ("answer", Value::Null),
                ],
            )?;
        }
    }
    insert_sketch(connection, capture, &sketch)
}

fn insert_sketch(connection: &Connection, capture: &str, sketch: &[i64; SKETCH_LENGTH]) -> Result<()> {
    let mut statement = connection
        .prepare_cached("INSERT OR IGNORE INTO page_sketch (slot, number, capture) VALUES (?1, ?2, ?3)")?;
    for (slot, number) in sketch.iter().enumerate() {
        statement.execute(params![slot as i64, number, capture])?;
    }
    Ok(())
}

/// The capture whose text is most like the given one; of equals the newest.
fn alike(
    connection: &Connection,
    capture: &str,
    page: &PageText,
    sketch: &[i64; SKETCH_LENGTH],
) -> Result<Option<(String, PageLikeness)>> {
    let mut equal: HashMap<String, i64> = HashMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT capture FROM page_sketch WHERE slot = ?1 AND number = ?2 AND capture <> ?3
           AND capture NOT IN (SELECT id FROM trash) ORDER BY capture DESC LIMIT 200",
    )?;
    for (slot, number) in sketch.iter().enumerate() {
        for found in statement.query_map(params![slot as i64, number, capture], |row| row.get(0))? {
            *equal.entry(found?).or_default() += 1;
        }
    }
    let mut candidates: Vec<(i64, String)> =
        equal.into_iter().filter(|(_, equal)| *equal >= LEAST_EQUAL).map(|(id, equal)| (equal, id)).collect();
    // Ids grow with time, so the newest of equals comes first.
    candidates.sort_unstable_by(|left, right| right.cmp(left));
    let mut best: Option<(String, PageLikeness)> = None;
    for (_, id) in candidates.into_iter().take(MOST_COMPARED) {
        let Some(other) = page_text(connection, &id)? else { continue };
        let Some(likeness) = page.likeness(&other) else { continue };
        if best.as_ref().is_none_or(|(_, best)| best.shared < likeness.shared) {
            best = Some((id, likeness));
        }
    }
    Ok(best)
}

fn page_text(connection: &Connection, capture: &str) -> Result<Option<PageText>> {
    let body = |sql: &str| -> Result<Option<String>> {
        Ok(connection.prepare_cached(sql)?.query_row([capture], |row| row.get(0)).optional()?)
    };
    let Some(reading) = body("SELECT body FROM reading WHERE id = ?1")? else { return Ok(None) };
    let reading: Reading = serde_json::from_str(&reading)?;
    let extraction: Extraction = match body("SELECT body FROM extraction WHERE id = ?1")? {
        Some(body) => serde_json::from_str(&body)?,
        None => Extraction::default(),
    };
    Ok(Some(PageText::new(&reading, extraction.tools.iter().filter_map(domain::ProposedTool::name))))
}

/// Makes the sketch of a capture anew from what is stored about it.
pub(crate) fn sketch_again(connection: &Connection, capture: &str) -> Result<()> {
    connection.prepare_cached("DELETE FROM page_sketch WHERE capture = ?1")?.execute([capture])?;
    match page_text(connection, capture)?.and_then(|page| page.sketch()) {
        Some(sketch) => insert_sketch(connection, capture, &sketch),
        None => Ok(()),
    }
}

/// Sketches that a library of an older version lacks.
pub(crate) fn fill(connection: &Connection) -> Result<()> {
    let mut statement = connection.prepare("SELECT id FROM reading ORDER BY id")?;
    let ids: BTreeSet<String> =
        statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for id in ids {
        sketch_again(connection, &id)?;
    }
    Ok(())
}

/// Whether a capture is known; an error names it if not.
pub(crate) fn check_capture(connection: &Connection, capture: &str) -> Result<()> {
    match read(connection, &crate::rows::CAPTURE, capture)? {
        Some(_) => Ok(()),
        None => Err(StoreError::unknown("capture", capture)),
    }
}
