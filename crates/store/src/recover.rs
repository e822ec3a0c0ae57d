//! What opening does about the past: jobs whose owner died, and steps that a crash left between journal and database.
//!
//! Invariant: settling may be repeated; an event that the database holds is never applied twice, and no line of the
//! journal is thrown away but the torn end of an unacknowledged one.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::error::{Result, count};
use crate::files::Files;
use crate::journal::{Entry, Journal, hash};
use crate::rows::Recorder;
use crate::types::Notice;
use crate::{clock, history, looks, salvage};

/// Starts of one job after which it is no longer tried by itself.
const MOST_ATTEMPTS: i64 = 8;

/// What settling has to know about the library besides its database.
pub(crate) struct Home<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) files: &'a Files,
    pub(crate) epoch: i64,
    /// The database was made by this opening.
    pub(crate) new: bool,
}

/// Counts this start and takes back the jobs of owners that are gone.
pub(crate) fn start_epoch(connection: &mut Connection, notices: &mut Vec<Notice>) -> Result<i64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (key, value) in [("uuid", clock::new_id()), ("created_at", clock::now()), ("epoch", "0".to_owned())] {
        transaction.execute("INSERT OR IGNORE INTO library_meta VALUES (?1, ?2)", params![key, value])?;
    }
    let epoch = meta(&transaction, "epoch")?.and_then(|epoch| epoch.parse::<i64>().ok()).unwrap_or(0) + 1;
    let written_by = env!("CARGO_PKG_VERSION").to_owned();
    for (key, value) in [("epoch", epoch.to_string()), ("written_by", written_by)] {
        transaction.execute("INSERT OR REPLACE INTO library_meta VALUES (?1, ?2)", params![key, value])?;
    }
    let given_up = transaction.execute(
        "UPDATE job SET state = 'quarantined', error_code = 'interrupted', finished_at = ?1,
           error = 'The app stopped ' || attempt || ' times while it worked on this capture. It is not tried again by itself.'
         WHERE state = 'running' AND attempt >= ?2",
        params![clock::now(), MOST_ATTEMPTS],
    )?;
    // A job that was interrupted before goes to the end of the queue, so that one capture cannot hold up the others.
    transaction.execute(
        "UPDATE job SET ord = (SELECT max(ord) FROM job) + ord WHERE state = 'running' AND attempt > 1",
        [],
    )?;
    let resumed = transaction.execute("UPDATE job SET state = 'queued' WHERE state = 'running'", [])?;
    looks::take_back(&transaction)?;
    transaction.commit()?;
    if resumed + given_up > 0 {
        let captures = count(resumed, "capture");
        notices.push(Notice {
            code: "recovered",
            message: format!("Recovered after an unexpected stop. {captures} resumed; nothing is lost."),
        });
    }
    Ok(epoch)
}

/// A value of the library's own notes.
pub(crate) fn meta(connection: &Connection, key: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM library_meta WHERE key = ?1";
    Ok(connection.query_row(sql, [key], |row| row.get(0)).optional()?)
}

/// Makes journal and database agree. A database that is `new` beside older files is one that was lost.
pub(crate) fn settle_journal(
    connection: &mut Connection,
    journal: &mut Journal,
    home: &Home<'_>,
    notices: &mut Vec<Notice>,
) -> Result<()> {
    let (seq, known) = history::last(connection)?;
    let tail = journal.tail(seq, &known)?;
    if tail.torn > 0 {
        journal.cut(journal.length() - tail.torn)?;
        notices.push(Notice {
            code: "journal_torn",
            message: format!(
                "The last line of the journal was cut short by an unexpected stop ({}). It was removed. Only the step that was never confirmed is missing.",
                count(tail.torn as usize, "byte")
            ),
        });
    }
    if tail.joined {
        return take_over(connection, journal, home, &tail.newer, notices);
    }
    let last_known: Option<i64> = match tail.newer.last() {
        None => Some(0),
        Some(line) => connection
            .query_row("SELECT seq FROM event WHERE hash = ?1", [hash(line)], |row| row.get(0))
            .optional()?,
    };
    let Some(last_known) = last_known else {
        return put_aside(connection, journal, home.directory, tail.newer.len(), notices);
    };
    let missing = lines_after(connection, last_known)?;
    journal.append(&missing)?;
    notices.push(Notice {
        code: "journal_completed",
        message: format!(
            "The journal was {} behind the database. They were added from the database; nothing is lost.",
            count(missing.len(), "line")
        ),
    });
    Ok(())
}

/// Applies lines that the database does not know yet.
fn take_over(
    connection: &mut Connection,
    journal: &mut Journal,
    home: &Home<'_>,
    lines: &[String],
    notices: &mut Vec<Notice>,
) -> Result<()> {
    let mut salvaged = 0;
    for (place, line) in lines.iter().enumerate() {
        let Err(error) = replay(connection, line) else { continue };
        tracing::warn!(%error, "a line of the journal is taken over without its proposals");
        if let Err(error) = salvage::replay(connection, line, home.epoch) {
            tracing::warn!(%error, "a line of the journal does not fit the database");
            return put_aside(connection, journal, home.directory, lines.len() - place, notices);
        }
        salvaged += 1;
    }
    let adopted =
        if home.new || salvaged > 0 { salvage::adopt_files(connection, home.files, home.epoch)? } else { 0 };
    if salvaged + adopted > 0 {
        notices.push(Notice {
            code: "rebuilt",
            message: format!(
                "The database was missing or older than the journal. {} of the journal and {} without an entry were taken over. Accepted claims are complete; the pictures are read again, and proposals that were not merged have to be reviewed again.",
                count(lines.len(), "line"),
                count(adopted, "picture")
            ),
        });
    } else if !lines.is_empty() {
        let steps = count(lines.len(), "step");
        notices.push(Notice {
            code: "journal_replayed",
            message: format!(
                "Recovered after an unexpected stop. {steps} were taken over from the journal; nothing is lost."
            ),
        });
    }
    Ok(())
}

fn replay(connection: &mut Connection, line: &str) -> Result<()> {
    let entry: Entry = serde_json::from_str(line)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "defer_foreign_keys", true)?;
    history::check_follows(&transaction, &entry)?;
    let mut recorder = Recorder::new(&transaction);
    for change in &entry.changes {
        recorder.replay(change)?;
    }
    history::insert(&transaction, &entry, line)?;
    history::settle(&recorder)?;
    transaction.commit()?;
    Ok(())
}

fn put_aside(
    connection: &Connection,
    journal: &mut Journal,
    directory: &Path,
    lines: usize,
    notices: &mut Vec<Notice>,
) -> Result<()> {
    let name = format!("journal-aside-{}.jsonl", clock::new_id());
    journal.start_again(&directory.join(&name), &lines_after(connection, 0)?)?;
    notices.push(Notice {
        code: "journal_put_aside",
        message: format!(
            "{} of the journal could not be matched with the database (was it restored from a backup?). The old journal is kept as {name}; a new one was written from the database.",
            count(lines, "line")
        ),
    });
    Ok(())
}

fn lines_after(connection: &Connection, seq: i64) -> Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT line FROM event WHERE seq > ?1 ORDER BY seq")?;
    let lines = statement.query_map([seq], |row| row.get(0))?;
    Ok(lines.collect::<rusqlite::Result<_>>()?)
}
