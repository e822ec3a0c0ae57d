//! Deciding about proposals and naming tools.
//!
//! Invariant: a decision is taken on the revision that the reviewer saw, or not at all; rejections are remembered.

use domain::change_set::DecisionError;
use domain::{ChangeSet, Decision, MoveTo, Operation, OperationKind, ProposedClaim};

use crate::error::{Result, StoreError, count};
use crate::history::Step;
use crate::journal::EventKind;
use crate::library::Library;
use crate::rows::{REJECTED, Recorder, read, text};
use crate::{change_sets, clock, draft};

impl Library {
    /// Decides about operations of a change set; with [`Decision::Edited`] goes the text that takes the value's place.
    pub fn decide(
        &self,
        change_set: &str,
        revision: u32,
        operations: &[String],
        decision: Decision,
        edited_text: Option<&str>,
        reason: Option<&str>,
    ) -> Result<ChangeSet, StoreError> {
        self.review(change_set, revision, |set| {
            let changed = set
                .decide(operations, decision, edited_text, reason)
                .map_err(|error| decision_error(error, change_set))?;
            let proposals = count(changed.len(), "proposal");
            let title = match decision {
                Decision::Accepted => format!("Accepted {proposals}"),
                Decision::Edited => format!("Edited {proposals}"),
                Decision::Rejected => format!("Rejected {proposals}"),
                Decision::Pending => format!("Put back {proposals}"),
            };
            Ok((!changed.is_empty()).then_some((EventKind::Decide, title)))
        })
    }

    /// Names a target tool. If the library holds a tool with that name, the proposals are compared with its claims.
    pub fn name_tool(
        &self,
        change_set: &str,
        revision: u32,
        tool: u32,
        name: &str,
    ) -> Result<ChangeSet, StoreError> {
        self.review(change_set, revision, |set| {
            let changed = set.name_tool(tool, name).map_err(|error| match error {
                DecisionError::TextMissing => StoreError::EmptyName,
                error => decision_error(error, change_set),
            })?;
            let title = format!("Named a tool {}", domain::text::visible(name.trim(), 80));
            Ok(changed.then_some((EventKind::Name, title)))
        })
    }

    /// Puts proposals under another tool or property.
    pub fn move_operations(
        &self,
        change_set: &str,
        revision: u32,
        operations: &[String],
        to: &MoveTo,
    ) -> Result<ChangeSet, StoreError> {
        self.review(change_set, revision, |set| {
            let moved = set.move_operations(operations, to);
            let moved = moved.map_err(|error| match error {
                DecisionError::TextMissing => StoreError::EmptyName,
                error => decision_error(error, change_set),
            })?;
            let title = format!("Moved {}", count(operations.len(), "proposal"));
            Ok(moved.then_some((EventKind::Decide, title)))
        })
    }

    /// Adds what a person saw on the page and no machine proposed, undecided, to the target tool of that name.
    pub fn add_proposal(
        &self,
        change_set: &str,
        revision: u32,
        tool: &str,
        proposal: ProposedClaim,
    ) -> Result<ChangeSet, StoreError> {
        self.review(change_set, revision, |set| {
            let refused = |error| match error {
                DecisionError::TextMissing => StoreError::EmptyName,
                error => decision_error(error, change_set),
            };
            let tool = set.target(tool).map_err(refused)?;
            set.add_operation(Operation {
                id: clock::new_id(),
                tool,
                kind: OperationKind::Add,
                proposal: draft::finite_proposal(proposal),
                decision: Decision::Pending,
                edited_text: None,
                reason: None,
            })
            .map_err(refused)?;
            Ok(Some((EventKind::Decide, "Added a proposal".to_owned())))
        })
    }

    fn review(
        &self,
        change_set: &str,
        revision: u32,
        change: impl FnOnce(&mut ChangeSet) -> Result<Option<(EventKind, String)>>,
    ) -> Result<ChangeSet> {
        self.step(|recorder, context| {
            let before = change_sets::load(recorder.connection(), change_set)?;
            check_revision(&before, revision)?;
            let mut after = before.clone();
            let Some((kind, title)) = change(&mut after)? else { return Ok((None, before)) };
            draft::resolve(recorder.connection(), &mut after)?;
            change_sets::write_difference(recorder, &before, &mut after, &context.now)?;
            remember_rejections(recorder, &before, &after, &context.now)?;
            let change_set = change_set.to_owned();
            let step = Step { kind, title, change_set, undo_of: None, capture: None, captures: Vec::new() };
            Ok((Some(step), after))
        })
    }
}

fn decision_error(error: DecisionError, change_set: &str) -> StoreError {
    match error {
        DecisionError::UnknownOperation(id) => StoreError::unknown("proposal", &id),
        DecisionError::UnknownTool(tool) => StoreError::unknown("tool in this change set", &tool.to_string()),
        DecisionError::Merged => StoreError::AlreadyMerged { change_set: change_set.to_owned() },
        DecisionError::TextMissing => StoreError::EmptyEdit,
        DecisionError::UnknownProperty(property) => StoreError::Unknown { what: "property", id: property },
        DecisionError::Edit(error) => StoreError::InvalidEdit(error),
    }
}

pub(crate) fn check_revision(set: &ChangeSet, revision: u32) -> Result<()> {
    if set.revision == revision {
        return Ok(());
    }
    Err(StoreError::Stale { change_set: set.id.clone(), expected: revision, found: set.revision })
}

/// The last word about a value of a tool counts: a rejection is kept, any other decision forgets it.
fn remember_rejections(
    recorder: &mut Recorder<'_>,
    before: &ChangeSet,
    after: &ChangeSet,
    now: &str,
) -> Result<()> {
    for (old, new) in before.operations.iter().zip(&after.operations) {
        let (was, is) = (draft::rejection(&before.tools, old), draft::rejection(&after.tools, new));
        let renamed = was.as_ref().map(|row| &row.id) != is.as_ref().map(|row| &row.id);
        if old.decision == new.decision && !renamed {
            continue;
        }
        if let Some(was) = was
            && (renamed || new.decision != Decision::Rejected)
            && (old.decision != new.decision || old.decision == Decision::Rejected)
        {
            recorder.delete(&REJECTED, &was.id)?;
        }
        if let Some(is) = is
            && new.decision == Decision::Rejected
            && read(recorder.connection(), &REJECTED, &is.id)?.is_none()
        {
            recorder.insert(
                &REJECTED,
                &[
                    ("id", text(is.id)),
                    ("name_key", text(is.name_key)),
                    ("property", text(&new.proposal.property)),
                    ("value_key", text(is.value_key)),
                    ("operation", text(&new.id)),
                    ("at", text(now)),
                ],
            )?;
        }
    }
    Ok(())
}
