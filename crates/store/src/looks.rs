//! Looks of a vision-language model at captures: what waits, and joining its proposals to the change sets.
//!
//! Invariant: a capture has at most one look that waits or runs. A look never changes the text reader's result or a
//! decision of a person: undecided operations get more to say, and what is new joins the open change set of the capture
//! or, where none is open, makes a second one. Proposals and state of a look are one transaction.

use domain::join::{Joined, JoinedProposal};
use domain::text::name_key;
use domain::{ChangeSet, ChangeSetState, Decision, Operation, OperationKind, Status, TargetTool};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::rows::{CHANGE_SET, CHANGE_SET_TOOL, OPERATION, Recorder, text};
use crate::types::{Look, LookOutcome, LookState};
use crate::{change_sets, clock, draft};

/// Starts of one look after which it is no longer tried by itself.
const MOST_ATTEMPTS: i64 = 8;
/// Deaths of a model over one capture after which it is left alone.
const MOST_DEATHS: i64 = 2;

/// Queues a look; one that waits already is enough.
pub(crate) fn enqueue(connection: &Connection, capture: &str, pack: &str) -> Result<()> {
    connection.execute(
        "UPDATE look SET pack = ?2 WHERE capture = ?1 AND state = 'queued'",
        params![capture, pack],
    )?;
    connection.execute(
        "INSERT INTO look (id, capture, ord, pack, state, attempt, deaths, queued_at)
         SELECT ?1, ?2, (SELECT coalesce(max(ord), 0) + 1 FROM look), ?3, 'queued', 0, 0, ?4
         WHERE NOT EXISTS (SELECT 1 FROM look WHERE capture = ?2 AND state IN ('queued', 'running'))",
        params![clock::new_id(), capture, pack, clock::now()],
    )?;
    Ok(())
}

/// Takes back the looks of an owner that is gone.
pub(crate) fn take_back(connection: &Connection) -> Result<()> {
    connection.execute(
        "UPDATE look SET state = 'failed', error_code = 'interrupted', finished_at = ?1,
           error = 'The app stopped ' || attempt || ' times while the model looked at this capture. It is not tried again by itself.'
         WHERE state = 'running' AND attempt >= ?2",
        params![clock::now(), MOST_ATTEMPTS],
    )?;
    connection.execute("UPDATE look SET state = 'queued' WHERE state = 'running'", [])?;
    Ok(())
}

struct Row {
    capture: String,
    state: String,
    deaths: i64,
    change_set: Option<String>,
}

fn find(connection: &Connection, look: &str) -> Result<Row> {
    let row = connection
        .query_row("SELECT capture, state, deaths, change_set FROM look WHERE id = ?1", [look], |row| {
            Ok(Row { capture: row.get(0)?, state: row.get(1)?, deaths: row.get(2)?, change_set: row.get(3)? })
        })
        .optional()?;
    row.ok_or_else(|| StoreError::unknown("look", look))
}

fn state(word: &str, code: Option<String>, message: Option<String>) -> LookState {
    match word {
        "queued" => LookState::Queued,
        "running" => LookState::Running,
        "failed" => {
            LookState::Failed { code: code.unwrap_or_default(), message: message.unwrap_or_default() }
        }
        "cancelled" => LookState::Cancelled,
        _ => LookState::Done,
    }
}

impl Library {
    /// Lets a pack look at a capture once it can.
    pub fn queue_look(&self, capture: &str, pack: &str) -> Result<(), StoreError> {
        self.write(|transaction, _| {
            self.capture_on(transaction, capture)?;
            enqueue(transaction, capture, pack)
        })
    }

    /// The look that waits longest, now marked as running.
    pub fn next_look(&self) -> Result<Option<Look>, StoreError> {
        self.write(|transaction, _| {
            let waiting = transaction
                .query_row(
                    "SELECT id, capture, pack FROM look WHERE state = 'queued' AND capture NOT IN (SELECT id FROM trash) ORDER BY ord LIMIT 1",
                    [],
                    |row| Ok(Look { id: row.get(0)?, capture: row.get(1)?, pack: row.get(2)? }),
                )
                .optional()?;
            if let Some(look) = &waiting {
                let sql = "UPDATE look SET state = 'running', attempt = attempt + 1 WHERE id = ?1";
                transaction.execute(sql, [&look.id])?;
            }
            Ok(waiting)
        })
    }

    /// Where the newest look at a capture stands; nothing where no model was to look.
    pub fn look_state(&self, capture: &str) -> Result<Option<LookState>, StoreError> {
        let reader = self.reader();
        let sql = "SELECT state, error_code, error FROM look WHERE capture = ?1 ORDER BY ord DESC LIMIT 1";
        let row: Option<(String, Option<String>, Option<String>)> = reader
            .prepare_cached(sql)?
            .query_row([capture], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        Ok(row.map(|(word, code, message)| state(&word, code, message)))
    }

    /// The newest look of each capture that ever had one, by capture.
    pub fn look_states(&self) -> Result<Vec<(String, LookState)>, StoreError> {
        let reader = self.reader();
        let mut statement = reader.prepare_cached(
            "SELECT capture, state, error_code, error FROM look newest
             WHERE ord = (SELECT max(ord) FROM look WHERE capture = newest.capture)",
        )?;
        let rows = statement.query_map([], |row| {
            let word: String = row.get(1)?;
            Ok((row.get(0)?, state(&word, row.get(2)?, row.get(3)?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many looks wait or run.
    pub fn waiting_looks(&self) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM look WHERE state IN ('queued', 'running')";
        Ok(self.reader().query_row(sql, [], |row| row.get(0))?)
    }

    /// Joins what a model proposed to the change sets of its capture; `None` when there was nothing to change.
    ///
    /// `join` gets the capture's change sets as they stand at this moment, newest first, and must be pure. Repeating the
    /// call changes nothing and gives the same answer.
    pub fn finish_look(
        &self,
        look: &str,
        outcome: &LookOutcome,
        join: impl FnOnce(&[ChangeSet]) -> Joined,
    ) -> Result<Option<ChangeSet>, StoreError> {
        self.write(|transaction, _| {
            let row = find(transaction, look)?;
            match row.state.as_str() {
                "running" | "queued" => {}
                "done" => return row.change_set.map(|id| change_sets::load(transaction, &id)).transpose(),
                _ => return Ok(None),
            }
            let now = clock::now();
            let sets = sets_of(transaction, &row.capture)?;
            let joined = join(&sets);
            let change_set = apply(transaction, look, &row.capture, sets, joined, &now)?;
            let seconds =
                if outcome.seconds.is_finite() { Value::Real(outcome.seconds) } else { Value::Null };
            transaction.execute(
                "UPDATE look SET state = 'done', model = ?2, change_set = ?3, seconds = ?4, finished_at = ?5,
                   error_code = NULL, error = NULL WHERE id = ?1",
                params![look, outcome.model, change_set, seconds, now],
            )?;
            change_set.map(|id| change_sets::load(transaction, &id)).transpose()
        })
    }

    /// Notes that a look failed. `died` means that the model's process died: it is tried once more, then left alone.
    pub fn fail_look(
        &self,
        look: &str,
        code: &str,
        message: &str,
        died: bool,
    ) -> Result<LookState, StoreError> {
        self.write(|transaction, _| {
            let row = find(transaction, look)?;
            if !matches!(row.state.as_str(), "running" | "queued") {
                return Ok(state(&row.state, Some(code.to_owned()), Some(message.to_owned())));
            }
            let again = died && row.deaths + 1 < MOST_DEATHS;
            let word = if again { "queued" } else { "failed" };
            let finished = if again { Value::Null } else { text(clock::now()) };
            transaction.execute(
                "UPDATE look SET state = ?2, deaths = deaths + ?3, error_code = ?4, error = ?5, finished_at = ?6
                 WHERE id = ?1",
                params![look, word, i64::from(died), code, message, finished],
            )?;
            Ok(state(word, Some(code.to_owned()), Some(message.to_owned())))
        })
    }

    /// Puts a running look back as if it had not been taken: the app is being closed.
    pub fn release_look(&self, look: &str) -> Result<(), StoreError> {
        self.write(|transaction, _| {
            transaction.execute(
                "UPDATE look SET state = 'queued', attempt = attempt - 1 WHERE id = ?1 AND state = 'running'",
                [look],
            )?;
            Ok(())
        })
    }

    /// Stops a look at a capture; says whether one waited or ran.
    pub fn cancel_look(&self, capture: &str) -> Result<bool, StoreError> {
        self.write(|transaction, _| {
            let stopped = transaction.execute(
                "UPDATE look SET state = 'cancelled', finished_at = ?2
                 WHERE capture = ?1 AND state IN ('queued', 'running')",
                params![capture, clock::now()],
            )?;
            Ok(stopped > 0)
        })
    }
}

/// The change sets of a capture, newest first.
fn sets_of(connection: &Connection, capture: &str) -> Result<Vec<ChangeSet>> {
    let ids: Vec<String> = connection
        .prepare_cached("SELECT id FROM change_set WHERE capture = ?1 ORDER BY ord DESC, id DESC")?
        .query_map([capture], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    ids.iter().map(|id| change_sets::load(connection, id)).collect()
}

/// Writes what was joined; the id of the change set that is open with it.
fn apply(
    connection: &Connection,
    look: &str,
    capture: &str,
    mut sets: Vec<ChangeSet>,
    joined: Joined,
    now: &str,
) -> Result<Option<String>> {
    let mut recorder = Recorder::new(connection);
    let mut touched = None;
    for set in sets.iter_mut().filter(|set| is_open(set)) {
        let mut raised = false;
        for operation in &mut set.operations {
            let change = joined.changed.iter().find(|(id, _)| *id == operation.id);
            let Some((id, proposal)) = change.filter(|_| operation.decision == Decision::Pending) else {
                continue;
            };
            operation.proposal = draft::finite_proposal(proposal.clone());
            let body = serde_json::to_string(&operation.proposal)?;
            raised |= recorder.update(&OPERATION, id, &[("proposal", text(body))])?;
        }
        if raised {
            raise_revision(&mut recorder, set)?;
            touched.get_or_insert_with(|| set.id.clone());
        }
    }
    if joined.added.is_empty() {
        return Ok(touched);
    }
    let added = joined
        .added
        .into_iter()
        .map(|added| JoinedProposal { proposal: draft::finite_proposal(added.proposal), ..added });
    let mut target = None;
    for set in &mut sets {
        if is_open(set) && is_drafted(connection, &set.id)? {
            target = Some(set);
            break;
        }
    }
    let id = match target {
        Some(set) => {
            extend(&mut recorder, set, added)?;
            raise_revision(&mut recorder, set)?;
            set.id.clone()
        }
        None => draft::second(&mut recorder, capture, look, &joined.proposed_by, added, now)?,
    };
    Ok(Some(id))
}

/// Whether a machine drafted it. What a merge left over goes with the merge's undo, and so would everything in it.
fn is_drafted(connection: &Connection, set: &str) -> Result<bool> {
    let sql = "SELECT job IS NOT NULL FROM change_set WHERE id = ?1";
    Ok(connection.query_row(sql, [set], |row| row.get(0))?)
}

const fn is_open(set: &ChangeSet) -> bool {
    matches!(set.state, ChangeSetState::Open)
}

fn raise_revision(recorder: &mut Recorder<'_>, set: &mut ChangeSet) -> Result<()> {
    set.revision += 1;
    recorder.update(&CHANGE_SET, &set.id, &[("revision", i64::from(set.revision).into())])?;
    Ok(())
}

/// The place of the tool with that name in a list of tools, which grows by it where it is not there.
pub(crate) fn place_of(tools: &mut Vec<TargetTool>, name: &str) -> u32 {
    let key = name_key(name);
    let found = tools.iter().position(|tool| name_key(&tool.name) == key);
    found.unwrap_or_else(|| {
        tools.push(TargetTool { name: name.trim().to_owned(), existing: None });
        tools.len() - 1
    }) as u32
}

/// An operation that nobody has decided on.
pub(crate) fn pending(tool: u32, proposal: domain::ProposedClaim) -> Operation {
    Operation {
        id: clock::new_id(),
        tool,
        kind: OperationKind::Add,
        proposal,
        decision: Decision::Pending,
        edited_text: None,
        reason: None,
    }
}

/// Gives tools without a name the one that was found on the page now; a person can still change it.
fn name_unnamed(
    recorder: &mut Recorder<'_>,
    set: &mut ChangeSet,
    old_tools: usize,
    old_operations: usize,
) -> Result<()> {
    for operation in set.operations.iter().skip(old_operations) {
        let proposal = &operation.proposal;
        let place = operation.tool as usize;
        let found = proposal.property == "name" && proposal.status != Status::NotFound;
        let Some(tool) = set.tools.get_mut(place).filter(|tool| found && name_key(&tool.name).is_empty())
        else {
            continue;
        };
        proposal.raw_text.trim().clone_into(&mut tool.name);
        if place < old_tools {
            let row = change_sets::tool_row(&set.id, place);
            let name = [("name", text(&tool.name)), ("name_key", text(name_key(&tool.name)))];
            recorder.update(&CHANGE_SET_TOOL, &row, &name)?;
        }
    }
    Ok(())
}

/// Adds operations, and the tools that they need, behind those of an open change set.
fn extend(
    recorder: &mut Recorder<'_>,
    set: &mut ChangeSet,
    added: impl Iterator<Item = JoinedProposal>,
) -> Result<()> {
    let (old_tools, old_operations) = (set.tools.len(), set.operations.len());
    for JoinedProposal { tool, proposal } in added {
        let place = place_of(&mut set.tools, &tool);
        set.operations.push(pending(place, proposal));
    }
    name_unnamed(recorder, set, old_tools, old_operations)?;
    draft::decide_as_before(recorder.connection(), set, old_operations)?;
    draft::resolve(recorder.connection(), set)?;
    change_sets::insert_tools(recorder, set, old_tools)?;
    change_sets::insert_operations(recorder, set, old_operations)
}
