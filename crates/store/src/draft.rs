//! Drafts: what was proposed for a capture, as a change set against the library as it stands.
//!
//! Invariant: everything starts undecided, but for what the reviewer rejected before. What an operation would do is
//! worked out by `domain::merge` and brought up to date whenever the tools it speaks of change.

use std::collections::{BTreeSet, HashMap};

use domain::join::JoinedProposal;
use domain::merge::{Ledger, value_key};
use domain::text::{name_key, visible};
use domain::{
    ChangeSet, ChangeSetState, Claim, Decision, Extraction, Operation, OperationKind, ProposedClaim, Reading,
    TargetTool, Value,
};
use rusqlite::Connection;

use crate::error::Result;
use crate::looks::{pending, place_of};
use crate::rows::{CHANGE_SET, REJECTED, Recorder, read, text};
use crate::{change_sets, clock, pages, tools};

/// Reason of operations that were decided by an earlier rejection.
const REJECTED_BEFORE: &str = "rejected before";

/// Confidences that are no numbers become 0: JSON has no other way to hold them.
pub(crate) fn finite_reading(mut reading: Reading) -> Reading {
    for line in &mut reading.lines {
        finite(&mut line.confidence);
        finite(&mut line.font_height);
        line.characters.iter_mut().for_each(finite);
        line.words.iter_mut().for_each(|word| finite(&mut word.confidence));
    }
    reading
}

/// As [`finite_reading`]; a price that is no number was not read.
pub(crate) fn finite_extraction(mut extraction: Extraction) -> Extraction {
    for tool in &mut extraction.tools {
        let claims = std::mem::take(&mut tool.claims);
        tool.claims = claims.into_iter().map(finite_proposal).collect();
    }
    extraction
}

pub(crate) fn finite_proposal(mut claim: ProposedClaim) -> ProposedClaim {
    finite(&mut claim.confidence);
    match &mut claim.value {
        Value::Money(money) => money.amount = money.amount.filter(|amount| amount.is_finite()),
        Value::Percent { percent } if !percent.is_finite() => claim.value = Value::text(&claim.raw_text),
        _ => {}
    }
    claim
}

fn finite(number: &mut f32) {
    if !number.is_finite() {
        *number = 0.0;
    }
}

/// Drafts and stores the change set of a capture; `None` when nothing was proposed.
pub(crate) fn make(
    recorder: &mut Recorder<'_>,
    capture: &str,
    job: &str,
    extraction: Extraction,
    now: &str,
) -> Result<Option<ChangeSet>> {
    withdraw_undecided(recorder, capture)?;
    let mut set = empty(capture, extraction.proposed_by, now);
    for tool in extraction.tools.into_iter().filter(|tool| !tool.claims.is_empty()) {
        let place = set.tools.len() as u32;
        set.tools
            .push(TargetTool { name: tool.name().unwrap_or_default().trim().to_owned(), existing: None });
        set.operations.extend(tool.claims.into_iter().map(|proposal| pending(place, proposal)));
    }
    if set.operations.is_empty() {
        return Ok(None);
    }
    insert(recorder, &mut set, Some(job))?;
    Ok(Some(set))
}

/// Drafts and stores a further change set of a capture, from what a second proposer adds; returns its id.
pub(crate) fn second(
    recorder: &mut Recorder<'_>,
    capture: &str,
    look: &str,
    proposed_by: &str,
    added: impl Iterator<Item = JoinedProposal>,
    now: &str,
) -> Result<String> {
    let mut set = empty(capture, proposed_by.to_owned(), now);
    for JoinedProposal { tool, proposal } in added {
        let place = place_of(&mut set.tools, &tool);
        set.operations.push(pending(place, proposal));
    }
    insert(recorder, &mut set, Some(look))?;
    Ok(set.id)
}

fn empty(capture: &str, proposed_by: String, now: &str) -> ChangeSet {
    ChangeSet {
        id: clock::new_id(),
        capture: capture.to_owned(),
        title: String::new(),
        proposed_by,
        state: ChangeSetState::Open,
        tools: Vec::new(),
        operations: Vec::new(),
        created_at: now.to_owned(),
        revision: 1,
    }
}

fn insert(recorder: &mut Recorder<'_>, set: &mut ChangeSet, job: Option<&str>) -> Result<()> {
    let sql = "SELECT name FROM capture WHERE id = ?1";
    let file: String = recorder.connection().query_row(sql, [&set.capture], |row| row.get(0))?;
    set.title = title(&set.tools, &file);
    decide_as_before(recorder.connection(), set, 0)?;
    set.settle_state();
    resolve(recorder.connection(), set)?;
    change_sets::insert_head(recorder, set, job)?;
    change_sets::insert_operations(recorder, set, 0)
}

/// Rejects what the reviewer rejected before, among the operations from that number on.
pub(crate) fn decide_as_before(connection: &Connection, set: &mut ChangeSet, first: usize) -> Result<()> {
    for operation in set.operations.iter_mut().skip(first) {
        if let Some(row) = rejection(&set.tools, operation)
            && read(connection, &REJECTED, &row.id)?.is_some()
        {
            operation.decision = Decision::Rejected;
            operation.reason = Some(REJECTED_BEFORE.to_owned());
        }
    }
    Ok(())
}

/// A second reading takes the place of a draft that nobody has looked at.
fn withdraw_undecided(recorder: &mut Recorder<'_>, capture: &str) -> Result<()> {
    let ids: Vec<String> = recorder
        .connection()
        .prepare(
            "SELECT id FROM change_set WHERE capture = ?1 AND state = 'open' AND NOT EXISTS
               (SELECT 1 FROM operation WHERE change_set = change_set.id AND decision <> 'pending')",
        )?
        .query_map([capture], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in ids {
        let revision = change_sets::revision(recorder.connection(), &id)? + 1;
        recorder.update(&CHANGE_SET, &id, &[("state", text("rejected")), ("revision", revision.into())])?;
    }
    Ok(())
}

fn title(tools: &[TargetTool], file: &str) -> String {
    let named: Vec<String> =
        tools.iter().filter(|tool| !tool.name.is_empty()).map(|tool| visible(&tool.name, 60)).collect();
    let names = match named.as_slice() {
        [] => return visible(file, 120),
        [one] => one.clone(),
        [rest @ .., last] if rest.len() < 4 => format!("{} and {last}", rest.join(", ")),
        [first, second, others @ ..] => format!("{first}, {second} and {} more", others.len()),
    };
    format!("{names} ({})", visible(file, 60))
}

/// The memory of a rejection: which value of which property of which tool.
pub(crate) struct Rejection {
    pub(crate) id: String,
    pub(crate) name_key: String,
    pub(crate) value_key: String,
}

/// `None` for a tool without a name: rejections are remembered by name.
pub(crate) fn rejection(tools: &[TargetTool], operation: &Operation) -> Option<Rejection> {
    let name_key = tools.get(operation.tool as usize).map(|tool| name_key(&tool.name))?;
    if name_key.is_empty() {
        return None;
    }
    let value_key = value_key(&operation.proposal.value);
    let mut hasher = blake3::Hasher::new();
    for part in [&name_key, &operation.proposal.property, &value_key] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let id = hasher.finalize().to_hex()[..32].to_owned();
    Some(Rejection { id, name_key, value_key })
}

/// Fills in which tools the library holds and what each operation would do. Returns the operations that changed.
pub(crate) fn resolve(connection: &Connection, set: &mut ChangeSet) -> Result<Vec<String>> {
    for tool in &mut set.tools {
        tool.existing = tools::by_name(connection, &tool.name)?;
    }
    let mut ledgers: HashMap<String, Ledger> = HashMap::new();
    for id in set.tools.iter().filter_map(|tool| tool.existing.as_ref()) {
        if !ledgers.contains_key(id) {
            ledgers.insert(id.clone(), ledger(connection, set, id)?.0);
        }
    }
    let mut changed = Vec::new();
    for operation in &mut set.operations {
        let existing = set.tools.get(operation.tool as usize).and_then(|tool| tool.existing.as_ref());
        let kind = match existing.and_then(|id| ledgers.get(id)) {
            // An edited text that no longer parses cannot be: it was parsed when it was stored.
            Some(ledger) => ledger.kind(operation).unwrap_or(OperationKind::Add),
            None => OperationKind::Add,
        };
        if kind != operation.kind {
            operation.kind = kind;
            changed.push(operation.id.clone());
        }
    }
    Ok(changed)
}

/// The current claims of a tool as a change set meets them: with locks, and with what earlier versions of its page said.
/// The claims are handed back too, as they are before anything is done.
pub(crate) fn ledger(connection: &Connection, set: &ChangeSet, tool: &str) -> Result<(Ledger, Vec<Claim>)> {
    let claims = tools::current_claims(connection, tool)?;
    let ledger = Ledger::new(tool, claims.clone())
        .with_locked(tools::locked_properties(connection, tool)?)
        .with_names(tools::name_keys(connection, tool)?);
    let earlier = pages::earlier_captures(connection, &set.capture)?;
    if earlier.is_empty() {
        return Ok((ledger, claims));
    }
    let of_tool = |operation: &&Operation| {
        let target = set.tools.get(operation.tool as usize);
        target.is_some_and(|target| target.existing.as_deref() == Some(tool))
    };
    let operations: Vec<&Operation> = set.operations.iter().filter(of_tool).collect();
    Ok((ledger.with_earlier_page(&earlier, &operations), claims))
}

/// Brings up to date what the open change sets about the named tools and of these captures would do. Derived, so it is
/// not recorded.
pub(crate) fn refresh_open(
    connection: &Connection,
    name_keys: &BTreeSet<String>,
    captures: &BTreeSet<String>,
) -> Result<()> {
    let now = clock::now();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let mut about = connection.prepare_cached(
        "SELECT change_set.id FROM change_set_tool tool JOIN change_set ON change_set.id = tool.change_set
         WHERE tool.name_key = ?1 AND change_set.state IN ('open', 'reverted')",
    )?;
    let mut of = connection
        .prepare_cached("SELECT id FROM change_set WHERE capture = ?1 AND state IN ('open', 'reverted')")?;
    for (statement, values) in [(&mut about, name_keys), (&mut of, captures)] {
        for value in values {
            for id in statement.query_map([value], |row| row.get(0))? {
                ids.insert(id?);
            }
        }
    }
    for id in ids {
        let before = change_sets::load(connection, &id)?;
        let mut after = before.clone();
        if !resolve(connection, &mut after)?.is_empty() {
            change_sets::write_difference(&mut Recorder::new(connection), &before, &mut after, &now)?;
        }
    }
    Ok(())
}
