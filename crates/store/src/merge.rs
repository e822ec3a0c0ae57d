//! Carrying accepted proposals into the claims, as one step that can be taken back.
//!
//! Invariant: what is done is what the reviewer saw; if the library changed meanwhile, nothing is merged and the
//! change set shows what it would do now. What was not decided yet stays reviewable in a change set of its own.

use std::collections::HashMap;

use domain::merge::{Effect, Ledger, MergeContext};
use domain::{ChangeSet, ChangeSetState, Claim, Decision, Evidence, TargetTool};
use rusqlite::types::Value;

use crate::change_sets::{self, write_difference};
use crate::error::{Result, StoreError, count};
use crate::history::{self, Step};
use crate::journal::EventKind;
use crate::library::{Library, StepContext};
use crate::review::check_revision;
use crate::rows::{CAPTURE, CLAIM, EVIDENCE, OPERATION, Recorder, optional, read_json, text, word};
use crate::types::Merged;
use crate::{clock, draft, naming, pages, tools};

impl Library {
    /// Merges the accepted and edited proposals of a change set as one step.
    pub fn merge(&self, change_set: &str, revision: u32) -> Result<Merged, StoreError> {
        // The inner result is an answer that keeps what was brought up to date; an outer error rolls back.
        self.step(|recorder, context| {
            let before = change_sets::load(recorder.connection(), change_set)?;
            if let Some(refusal) = refuse(recorder, &before, revision, &context.now)? {
                return Ok((None, Err(refusal)));
            }
            let (merged, step) = carry_out(recorder, before, context)?;
            history::settle(recorder)?;
            Ok((Some(step), Ok(merged)))
        })?
    }
}

/// Why the change set cannot be merged as it stands, if so.
fn refuse(
    recorder: &Recorder<'_>,
    before: &ChangeSet,
    revision: u32,
    now: &str,
) -> Result<Option<StoreError>> {
    let change_set = before.id.clone();
    if before.state == ChangeSetState::Merged {
        return Ok(Some(StoreError::AlreadyMerged { change_set }));
    }
    let accepted = |id: &String| before.operations.iter().any(|held| &held.id == id && held.is_accepted());
    let conflict = |mut operations: Vec<String>| {
        operations.retain(accepted);
        (!operations.is_empty()).then(|| StoreError::Conflict { change_set: change_set.clone(), operations })
    };
    if before.revision != revision {
        let rebased = recorder
            .connection()
            .prepare_cached(
                "SELECT id FROM operation WHERE change_set = ?1 AND rebased_at > ?2 ORDER BY ord",
            )?
            .query_map((&before.id, revision), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        return Ok(conflict(rebased).or_else(|| check_revision(before, revision).err()));
    }
    if !before.operations.iter().any(domain::Operation::is_accepted) {
        return Ok(Some(StoreError::NothingToMerge { change_set }));
    }
    if let Some(tool) = before.unnamed_tool() {
        return Ok(Some(StoreError::ToolNeedsName { change_set, tool }));
    }
    let mut after = before.clone();
    let changed = draft::resolve(recorder.connection(), &mut after)?;
    if !changed.is_empty() {
        write_difference(&mut Recorder::new(recorder.connection()), before, &mut after, now)?;
    }
    Ok(conflict(changed))
}

fn carry_out(
    recorder: &mut Recorder<'_>,
    before: ChangeSet,
    context: &StepContext,
) -> Result<(Merged, Step)> {
    let (width, height): (Option<u32>, Option<u32>) = recorder.connection().query_row(
        "SELECT width, height FROM capture WHERE id = ?1",
        [&before.capture],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let valid_from = pages::captured_at(recorder.connection(), &before.capture)?;
    let merge = MergeContext {
        capture: &before.capture,
        width: width.unwrap_or(0),
        height: height.unwrap_or(0),
        valid_from: &valid_from,
        now: &context.now,
        proposed_by: &before.proposed_by,
    };
    // Two targets of one page may turn out to be the same tool.
    let mut ledgers: Vec<(String, Ledger, HashMap<String, Claim>)> = Vec::new();
    let mut operations_of: HashMap<String, (String, i64)> = HashMap::new();
    let (mut applied, mut blocked) = (0, 0);
    let mut touched: Vec<String> = Vec::new();
    for (place, target) in before.tools.iter().enumerate() {
        if before.accepted_of(place as u32).next().is_none() {
            continue;
        }
        let tool = find_or_make(recorder, target, &context.now)?;
        let known = ledgers.iter().position(|(id, ..)| *id == tool);
        let position = known.unwrap_or(ledgers.len());
        if known.is_none() {
            let (ledger, claims) = draft::ledger(recorder.connection(), &before, &tool)?;
            let held = claims.into_iter().map(|claim| (claim.id.clone(), claim)).collect();
            ledgers.push((tool.clone(), ledger, held));
        }
        for operation in before.accepted_of(place as u32) {
            let id = clock::new_id();
            let effect = ledgers[position].1.apply(operation, &merge, id.clone());
            let effect = effect.map_err(StoreError::InvalidEdit)?;
            operations_of.insert(id, (operation.id.clone(), operations_of.len() as i64));
            if matches!(effect, Effect::Blocked { .. } | Effect::Locked) {
                blocked += 1;
                continue;
            }
            applied += 1;
            if !touched.contains(&tool) {
                touched.push(tool.clone());
            }
        }
    }
    if applied == 0 {
        return Err(StoreError::AllBlocked { change_set: before.id });
    }
    for (_, ledger, held) in &ledgers {
        for claim in ledger.claims() {
            if let Some(old) = held.get(&claim.id) {
                write_changed(recorder, old, claim, &valid_from)?;
            } else {
                let operation = operations_of.get(&claim.id);
                let (id, ord) = operation.map_or((None, 0), |(id, ord)| (Some(id.as_str()), *ord));
                write_new(recorder, claim, context.seq, id, ord)?;
            }
        }
    }
    let rest = split_rest(recorder, &before, &context.now)?;
    let mut after = before.clone();
    after.state = ChangeSetState::Merged;
    write_difference(recorder, &before, &mut after, &context.now)?;
    let description = format!("Merge of {} into {}", count(applied, "claim"), count(touched.len(), "tool"));
    let step = Step {
        kind: EventKind::Merge,
        title: description.clone(),
        capture: read_json(recorder.connection(), &CAPTURE, &before.capture)?,
        change_set: before.id,
        undo_of: None,
        captures: Vec::new(),
    };
    let merged = Merged {
        event: context.id.clone(),
        description,
        tools: touched,
        claims: applied as u32,
        blocked,
        rest,
    };
    Ok((merged, step))
}

fn find_or_make(recorder: &mut Recorder<'_>, target: &TargetTool, now: &str) -> Result<String> {
    if let Some(id) = tools::by_name(recorder.connection(), &target.name)? {
        return Ok(id);
    }
    let id = clock::new_id();
    naming::insert_tool(recorder, &id, target.name.trim(), now)?;
    Ok(id)
}

pub(crate) fn write_new(
    recorder: &mut Recorder<'_>,
    claim: &Claim,
    event: i64,
    operation: Option<&str>,
    ord: i64,
) -> Result<()> {
    let confidence = claim.confidence.map_or(Value::Null, |confidence| Value::Real(f64::from(confidence)));
    recorder.insert(
        &CLAIM,
        &[
            ("id", text(&claim.id)),
            ("event", event.into()),
            ("ord", ord.into()),
            ("tool", text(&claim.tool)),
            ("property", text(&claim.property)),
            ("value", text(serde_json::to_string(&claim.value)?)),
            ("raw_text", text(&claim.raw_text)),
            ("speaker", text(word(&claim.speaker)?)),
            ("status", text(word(&claim.status)?)),
            ("confidence", confidence),
            ("valid_from", text(&claim.valid_from)),
            ("recorded_from", text(&claim.recorded_from)),
            ("recorded_to", optional(claim.recorded_to.as_deref())),
            ("supersedes", optional(claim.supersedes.as_deref())),
            ("locked", i64::from(claim.locked).into()),
            ("proposed_by", text(&claim.proposed_by)),
            ("operation", optional(operation)),
        ],
    )?;
    for (place, evidence) in claim.evidence.iter().enumerate() {
        write_evidence(recorder, &claim.id, place, evidence)?;
    }
    Ok(())
}

pub(crate) fn write_changed(
    recorder: &mut Recorder<'_>,
    old: &Claim,
    new: &Claim,
    valid_from: &str,
) -> Result<()> {
    let mut values = Vec::new();
    if old.status != new.status {
        values.push(("status", text(word(&new.status)?)));
    }
    if old.recorded_to != new.recorded_to {
        values.push(("recorded_to", optional(new.recorded_to.as_deref())));
        // The page that shows another value was captured then.
        values.push(("valid_to", text(valid_from)));
    }
    if !values.is_empty() {
        recorder.update(&CLAIM, &new.id, &values)?;
    }
    for (place, evidence) in new.evidence.iter().enumerate().skip(old.evidence.len()) {
        write_evidence(recorder, &new.id, place, evidence)?;
    }
    Ok(())
}

/// Writes one piece of evidence and answers with its id.
pub(crate) fn write_evidence(
    recorder: &mut Recorder<'_>,
    claim: &str,
    place: usize,
    evidence: &Evidence,
) -> Result<String> {
    let id = clock::new_id();
    recorder.insert(
        &EVIDENCE,
        &[
            ("id", text(&id)),
            ("claim", text(claim)),
            ("ord", (place as i64).into()),
            ("capture", text(&evidence.capture)),
            ("quote", text(&evidence.quote)),
            ("lines", text(serde_json::to_string(&evidence.lines)?)),
            ("matched", text(word(&evidence.matched)?)),
        ],
    )?;
    Ok(id)
}

/// Moves undecided operations into a change set of their own.
fn split_rest(recorder: &mut Recorder<'_>, before: &ChangeSet, now: &str) -> Result<Option<String>> {
    let pending: Vec<_> =
        before.operations.iter().filter(|operation| operation.decision == Decision::Pending).collect();
    if pending.is_empty() {
        return Ok(None);
    }
    let mut places: Vec<u32> = pending.iter().map(|operation| operation.tool).collect();
    places.sort_unstable();
    places.dedup();
    let title = before.title.strip_prefix("Rest of ").unwrap_or(&before.title);
    let rest = ChangeSet {
        id: clock::new_id(),
        capture: before.capture.clone(),
        title: format!("Rest of {title}"),
        proposed_by: before.proposed_by.clone(),
        state: ChangeSetState::Open,
        tools: places.iter().filter_map(|&place| before.tools.get(place as usize).cloned()).collect(),
        operations: Vec::new(),
        created_at: now.to_owned(),
        revision: 1,
    };
    change_sets::insert_head(recorder, &rest, None)?;
    for (ord, operation) in pending.into_iter().enumerate() {
        let tool = places.iter().position(|place| *place == operation.tool).unwrap_or_default();
        recorder.update(
            &OPERATION,
            &operation.id,
            &[
                ("change_set", text(&rest.id)),
                ("ord", (ord as i64).into()),
                ("tool", (tool as i64).into()),
                ("rebased_at", 0.into()),
            ],
        )?;
    }
    Ok(Some(rest.id))
}
