//! The queue of work on captures.
//!
//! Invariant: a capture has at most one job that waits or runs. There are no wall-clock leases: the lock guarantees one
//! owner, and a start takes back what an earlier owner left running. Output and state of a job are one transaction.

use domain::{ChangeSet, Reading};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Result, StoreError};
use crate::library::{Library, lock};
use crate::rows::{CAPTURE, CAPTURE_FIELD, EXTRACTION, READING, Recorder, read, text, word};
use crate::types::{Basis, Job, JobOutcome, JobState, Stage};
use crate::{change_sets, clock, draft, index, looks, marks, pages};

/// Raised when a stage writes something else for the same capture.
const STAGE_VERSION: i64 = 1;

/// Deaths of workers over one capture after which it is left alone.
const MOST_DEATHS: i64 = 2;

pub(crate) fn enqueue(connection: &Connection, capture: &str, epoch: i64) -> Result<()> {
    connection.execute(
        "INSERT INTO job (id, capture, ord, state, attempt, deaths, owner_epoch, queued_at)
         VALUES (?1, ?2, (SELECT coalesce(max(ord), 0) + 1 FROM job), 'queued', 0, 0, ?3, ?4)",
        params![clock::new_id(), capture, epoch, clock::now()],
    )?;
    Ok(())
}

struct JobRow {
    capture: String,
    state: String,
    deaths: i64,
}

fn find(connection: &Connection, job: &str) -> Result<JobRow> {
    let row = connection
        .query_row("SELECT capture, state, deaths FROM job WHERE id = ?1", [job], |row| {
            Ok(JobRow { capture: row.get(0)?, state: row.get(1)?, deaths: row.get(2)? })
        })
        .optional()?;
    row.ok_or_else(|| StoreError::unknown("job", job))
}

fn newest(connection: &Connection, capture: &str) -> Result<(String, String)> {
    let row = connection
        .query_row(
            "SELECT id, state FROM job WHERE capture = ?1 ORDER BY ord DESC LIMIT 1",
            [capture],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    row.ok_or_else(|| StoreError::unknown("capture", capture))
}

impl Library {
    /// The job that waits longest, now marked as running.
    pub fn next_job(&self) -> Result<Option<Job>, StoreError> {
        self.write(|transaction, epoch| {
            let waiting: Option<(String, String, u32)> = transaction
                .query_row(
                    "SELECT id, capture, attempt FROM job
                     WHERE state = 'queued' AND capture NOT IN (SELECT id FROM trash) ORDER BY ord LIMIT 1",
                    [],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )
                .optional()?;
            let Some((id, capture, attempt)) = waiting else { return Ok(None) };
            transaction.execute(
                "UPDATE job SET state = 'running', attempt = attempt + 1, owner_epoch = ?2 WHERE id = ?1",
                params![id, epoch],
            )?;
            let capture = self.capture_on(transaction, &capture)?;
            Ok(Some(Job { id, capture, attempt: attempt + 1 }))
        })
    }

    /// Notes how far a running job has come; kept in memory only.
    pub fn report_progress(&self, job: &str, stage: Stage, done: u32, total: u32) -> Result<(), StoreError> {
        lock(&self.progress).insert(job.to_owned(), (stage, done, total));
        Ok(())
    }

    /// Stores what a job found and drafts its change set; `None` when nothing was proposed or the job was cancelled.
    ///
    /// Repeating it changes nothing and gives the same answer.
    pub fn finish_job(&self, job: &str, outcome: JobOutcome) -> Result<Option<ChangeSet>, StoreError> {
        let result = self.write(|transaction, _| {
            let row = find(transaction, job)?;
            match row.state.as_str() {
                "running" | "queued" => {}
                "done" => {
                    let sql = "SELECT id FROM change_set WHERE job = ?1";
                    let id: Option<String> =
                        transaction.query_row(sql, [job], |row| row.get(0)).optional()?;
                    return id.map(|id| change_sets::load(transaction, &id)).transpose();
                }
                _ => return Ok(None),
            }
            let now = clock::now();
            let mut recorder = Recorder::new(transaction);
            recorder.update(
                &CAPTURE,
                &row.capture,
                &[
                    ("width", i64::from(outcome.width).into()),
                    ("height", i64::from(outcome.height).into()),
                ],
            )?;
            let reading = draft::finite_reading(outcome.reading);
            recorder.delete(&READING, &row.capture)?;
            recorder.insert(
                &READING,
                &[
                    ("id", text(&row.capture)),
                    ("reader", text(&reading.reader)),
                    ("stage_version", STAGE_VERSION.into()),
                    ("read_at", text(&now)),
                    ("body", text(serde_json::to_string(&reading)?)),
                ],
            )?;
            let extraction = draft::finite_extraction(outcome.extraction);
            recorder.delete(&EXTRACTION, &row.capture)?;
            recorder.insert(
                &EXTRACTION,
                &[
                    ("id", text(&row.capture)),
                    ("proposed_by", text(&extraction.proposed_by)),
                    ("stage_version", STAGE_VERSION.into()),
                    ("page_kind", text(word(&extraction.page_kind)?)),
                    ("proposed_at", text(&now)),
                    ("body", text(serde_json::to_string(&extraction)?)),
                ],
            )?;
            note_metadata(&mut recorder, &row.capture, outcome.taken_at.as_deref(), &reading)?;
            pages::recognise(&mut recorder, &row.capture, &reading, &extraction)?;
            let change_set = draft::make(&mut recorder, &row.capture, job, extraction, &now)?;
            let seconds = if outcome.seconds.is_finite() { Value::Real(outcome.seconds) } else { Value::Null };
            transaction.execute(
                "UPDATE job SET state = 'done', finished_at = ?2, seconds = ?3, error_code = NULL, error = NULL
                 WHERE id = ?1",
                params![job, now, seconds],
            )?;
            if let Some(pack) = &outcome.look_with {
                looks::enqueue(transaction, &row.capture, pack)?;
            }
            index::mark(transaction, "capture", std::slice::from_ref(&row.capture))?;
            Ok(change_set)
        })?;
        lock(&self.progress).remove(job);
        Ok(result)
    }

    /// Notes that a job failed. `retry` means that its worker died: it is tried once more, then quarantined.
    pub fn fail_job(
        &self,
        job: &str,
        code: &str,
        message: &str,
        retry: bool,
    ) -> Result<JobState, StoreError> {
        let state = self.write(|transaction, _| {
            let row = find(transaction, job)?;
            let state = match row.state.as_str() {
                "running" | "queued" if !retry => JobState::Failed,
                "running" | "queued" if row.deaths + 1 < MOST_DEATHS => JobState::Queued,
                "running" | "queued" => JobState::Quarantined,
                "done" => return Ok(JobState::Done),
                "failed" => return Ok(JobState::Failed),
                "quarantined" => return Ok(JobState::Quarantined),
                _ => return Ok(JobState::Cancelled),
            };
            let finished = if state == JobState::Queued { Value::Null } else { text(clock::now()) };
            transaction.execute(
                "UPDATE job SET state = ?2, deaths = deaths + ?3, error_code = ?4, error = ?5, finished_at = ?6
                 WHERE id = ?1",
                params![job, word(&state)?, i64::from(retry), code, message, finished],
            )?;
            Ok(state)
        })?;
        lock(&self.progress).remove(job);
        Ok(state)
    }

    /// Puts a running job back as if it had not been taken: the app is being closed, which is nobody's failure.
    pub fn release_job(&self, job: &str) -> Result<(), StoreError> {
        self.write(|transaction, _| {
            transaction.execute(
                "UPDATE job SET state = 'queued', attempt = attempt - 1 WHERE id = ?1 AND state = 'running'",
                [job],
            )?;
            Ok(())
        })?;
        lock(&self.progress).remove(job);
        Ok(())
    }

    /// Stops the work on a capture; what a worker still delivers for it is not taken.
    pub fn cancel_job(&self, capture: &str) -> Result<(), StoreError> {
        let job = self.write(|transaction, _| {
            let (job, state) = newest(transaction, capture)?;
            if !matches!(state.as_str(), "queued" | "running") {
                return Err(StoreError::WrongState { state: describe(&state), action: "cancel" });
            }
            transaction.execute(
                "UPDATE job SET state = 'cancelled', finished_at = ?2 WHERE id = ?1",
                params![job, clock::now()],
            )?;
            Ok(job)
        })?;
        lock(&self.progress).remove(&job);
        Ok(())
    }

    /// Queues a capture again, whatever became of its last job, unless one waits or runs.
    pub fn retry_capture(&self, capture: &str) -> Result<(), StoreError> {
        self.write(|transaction, epoch| {
            let (_, state) = newest(transaction, capture)?;
            if matches!(state.as_str(), "queued" | "running") {
                return Err(StoreError::WrongState { state: describe(&state), action: "repeat" });
            }
            enqueue(transaction, capture, epoch)
        })
    }

    /// How many jobs wait or run.
    pub fn waiting_jobs(&self) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM job WHERE state IN ('queued', 'running')";
        Ok(self.reader().query_row(sql, [], |row| row.get(0))?)
    }
}

fn describe(state: &str) -> &'static str {
    match state {
        "queued" => "waiting in the queue",
        "running" => "being read",
        "done" => "ready",
        "cancelled" => "cancelled",
        _ => "marked as failed",
    }
}

/// Keeps what the file and the page say of themselves, unless it is known already: what a person gave counts.
fn note_metadata(
    recorder: &mut Recorder<'_>,
    capture: &str,
    taken_at: Option<&str>,
    reading: &Reading,
) -> Result<()> {
    let found = [
        ("captured_at", taken_at.and_then(clock::parse), Basis::File),
        ("url", domain::page::address(reading), Basis::Read),
    ];
    for (field, value, basis) in found {
        let Some(value) = value else { continue };
        if read(recorder.connection(), &CAPTURE_FIELD, &format!("{capture}/{field}"))?.is_none() {
            marks::insert_field(recorder, capture, field, &value, basis)?;
        }
    }
    Ok(())
}
