//! Alt text of captures.
//!
//! Invariant: one text for each capture; what a person wrote is not written over by a machine.

use domain::text::visible;
use rusqlite::{Connection, OptionalExtension};

use crate::clock;
use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::rows::{ALT_TEXT, Recorder, optional, read, text};
use crate::types::AltText;

/// Longest alt text that is kept, in characters.
const LONGEST: usize = 1000;

impl Library {
    /// The alt text of a capture, if it has one.
    pub fn alt_text(&self, capture: &str) -> Result<Option<AltText>, StoreError> {
        load(&self.reader(), capture)
    }

    /// Keeps an alt text; an empty one deletes it. Returns what is kept now: a person's text stays against a machine's.
    pub fn set_alt_text(
        &self,
        capture: &str,
        words: &str,
        written_by: Option<&str>,
    ) -> Result<Option<AltText>, StoreError> {
        let words = visible(words, LONGEST);
        self.write(|transaction, _| {
            let known = transaction
                .query_row("SELECT 1 FROM capture WHERE id = ?1", [capture], |_| Ok(()))
                .optional()?;
            known.ok_or_else(|| StoreError::unknown("capture", capture))?;
            let held = load(transaction, capture)?;
            let by_hand = held.as_ref().is_some_and(|held| held.written_by.is_none());
            if by_hand && written_by.is_some() {
                return Ok(held);
            }
            let mut recorder = Recorder::new(transaction);
            if read(transaction, &ALT_TEXT, capture)?.is_some() {
                recorder.delete(&ALT_TEXT, capture)?;
            }
            if words.is_empty() {
                return Ok(None);
            }
            recorder.insert(
                &ALT_TEXT,
                &[
                    ("id", text(capture)),
                    ("text", text(&words)),
                    ("written_by", optional(written_by)),
                    ("written_at", text(clock::now())),
                ],
            )?;
            Ok(Some(AltText { text: words, written_by: written_by.map(str::to_owned) }))
        })
    }
}

fn load(connection: &Connection, capture: &str) -> Result<Option<AltText>> {
    let sql = "SELECT text, written_by FROM alt_text WHERE id = ?1";
    let row = connection
        .prepare_cached(sql)?
        .query_row([capture], |row| Ok(AltText { text: row.get(0)?, written_by: row.get(1)? }))
        .optional()?;
    Ok(row)
}
