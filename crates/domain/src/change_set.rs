//! A change set: a reviewable, revertible bundle of proposed edits that came out of one capture.
//!
//! Invariant: nothing enters the library but through a merged operation; a decision can be changed until the merge.

use serde::{Deserialize, Serialize};

use crate::claim::Value;
use crate::extraction::ProposedClaim;
use crate::merge::{EditError, edit_value};
use crate::text::name_key;

/// Where a change set stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ChangeSetState {
    Open,
    Merged,
    /// Merged once, then undone; it can be reviewed and merged again.
    Reverted,
    Rejected,
}

/// What the reviewer said about one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Decision {
    Pending,
    Accepted,
    /// Accepted with a value typed by the reviewer.
    Edited,
    Rejected,
}

/// What an operation would do to the library as it stands now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum OperationKind {
    /// A new claim.
    Add,
    /// The same value is already held: only evidence is added.
    Corroborate { claim: String },
    /// Another value is held for a property with one value: it becomes history.
    Replace { claim: String, before: String },
    /// The held value was edited by hand and is locked against machines.
    Blocked { claim: String, before: String },
}

/// One proposed edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Operation {
    pub id: String,
    /// Index into [`ChangeSet::tools`].
    pub tool: u32,
    pub kind: OperationKind,
    pub proposal: ProposedClaim,
    pub decision: Decision,
    /// The reviewer's text when `decision` is `edited`.
    pub edited_text: Option<String>,
    /// Why it was rejected, if the reviewer said.
    pub reason: Option<String>,
}

/// A tool that a change set speaks of: an existing one, or a new one to be made by the merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TargetTool {
    /// Proposed or given name; empty when the page shows none and the reviewer has to name it.
    pub name: String,
    /// Id of the tool in the library with that name, if there is one.
    pub existing: Option<String>,
}

/// A reviewable bundle of operations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChangeSet {
    pub id: String,
    pub capture: String,
    pub title: String,
    pub proposed_by: String,
    pub state: ChangeSetState,
    pub tools: Vec<TargetTool>,
    pub operations: Vec<Operation>,
    pub created_at: String,
    /// Raised by every change; a stale number is refused.
    pub revision: u32,
}

/// Why a decision cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    #[error("The change set holds no proposal with the id {0}. Nothing was changed.")]
    UnknownOperation(String),
    #[error("The change set speaks of no tool number {0}. Nothing was changed.")]
    UnknownTool(u32),
    #[error("The change set is merged. Nothing was changed. Undo the merge to review it again.")]
    Merged,
    #[error("An edited value needs a text. Nothing was changed.")]
    TextMissing,
    #[error(transparent)]
    Edit(#[from] EditError),
}

impl Operation {
    /// Whether the merge would take it.
    pub const fn is_accepted(&self) -> bool {
        matches!(self.decision, Decision::Accepted | Decision::Edited)
    }

    /// Whether its value was typed by the reviewer.
    pub const fn is_by_hand(&self) -> bool {
        matches!(self.decision, Decision::Edited)
    }

    /// The value that the merge would write: the proposed one, or the reviewer's text parsed by the property.
    pub fn value(&self) -> Result<Value, EditError> {
        match (&self.edited_text, self.decision) {
            (Some(text), Decision::Edited) => edit_value(&self.proposal.property, &self.proposal.value, text),
            _ => Ok(self.proposal.value.clone()),
        }
    }
}

impl ChangeSet {
    /// Takes one decision for several operations, or changes nothing and says why.
    ///
    /// Returns the operations whose decision, text or reason differ afterwards.
    pub fn decide(
        &mut self,
        operations: &[String],
        decision: Decision,
        edited_text: Option<&str>,
        reason: Option<&str>,
    ) -> Result<Vec<String>, DecisionError> {
        if self.state == ChangeSetState::Merged {
            return Err(DecisionError::Merged);
        }
        let edited = match decision {
            Decision::Edited => {
                let text = edited_text.map(str::trim).filter(|text| !text.is_empty());
                Some(text.ok_or(DecisionError::TextMissing)?.to_owned())
            }
            _ => None,
        };
        let reason = match decision {
            Decision::Rejected => reason.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned),
            _ => None,
        };
        let mut positions = Vec::with_capacity(operations.len());
        for id in operations {
            let position = self.operations.iter().position(|operation| &operation.id == id);
            let position = position.ok_or_else(|| DecisionError::UnknownOperation(id.clone()))?;
            if let Some(text) = &edited {
                let proposal = &self.operations[position].proposal;
                edit_value(&proposal.property, &proposal.value, text)?;
            }
            positions.push(position);
        }
        let mut changed = Vec::new();
        for position in positions {
            let operation = &mut self.operations[position];
            let unchanged = operation.decision == decision
                && operation.edited_text == edited
                && operation.reason == reason;
            if unchanged {
                continue;
            }
            operation.decision = decision;
            operation.edited_text.clone_from(&edited);
            operation.reason.clone_from(&reason);
            changed.push(operation.id.clone());
            // A corrected name is what the reviewer calls the tool.
            if let (Some(name), "name") = (&edited, operation.proposal.property.as_str())
                && let Some(tool) = self.tools.get_mut(operation.tool as usize)
            {
                tool.name.clone_from(name);
                tool.existing = None;
            }
        }
        self.settle_state();
        Ok(changed)
    }

    /// Names or renames a target tool; the caller looks up whether the library holds one with that name.
    pub fn name_tool(&mut self, tool: u32, name: &str) -> Result<bool, DecisionError> {
        if self.state == ChangeSetState::Merged {
            return Err(DecisionError::Merged);
        }
        let name = name.trim();
        if name_key(name).is_empty() {
            return Err(DecisionError::TextMissing);
        }
        let target = self.tools.get_mut(tool as usize).ok_or(DecisionError::UnknownTool(tool))?;
        let changed = target.name != name;
        if changed {
            name.clone_into(&mut target.name);
            target.existing = None;
        }
        Ok(changed)
    }

    /// A set of nothing but rejected operations is rejected; any other decision opens it again.
    pub fn settle_state(&mut self) {
        let all_rejected = !self.operations.is_empty()
            && self.operations.iter().all(|operation| operation.decision == Decision::Rejected);
        match (self.state, all_rejected) {
            (ChangeSetState::Open | ChangeSetState::Reverted, true) => self.state = ChangeSetState::Rejected,
            (ChangeSetState::Rejected, false) => self.state = ChangeSetState::Open,
            _ => {}
        }
    }

    /// How many operations carry that decision.
    pub fn count(&self, decision: Decision) -> usize {
        self.operations.iter().filter(|operation| operation.decision == decision).count()
    }

    /// Accepted operations of one target tool, in page order.
    pub fn accepted_of(&self, tool: u32) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(move |operation| operation.tool == tool && operation.is_accepted())
    }

    /// The first target tool that has accepted operations and no usable name.
    pub fn unnamed_tool(&self) -> Option<u32> {
        (0..self.tools.len() as u32).find(|&tool| {
            name_key(&self.tools[tool as usize].name).is_empty() && self.accepted_of(tool).next().is_some()
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{MatchLevel, Speaker, Status};

    fn change_set(properties: &[&str]) -> ChangeSet {
        let operation = |(number, property): (usize, &&str)| Operation {
            id: number.to_string(),
            tool: 0,
            kind: OperationKind::Add,
            proposal: ProposedClaim {
                property: (*property).to_owned(),
                value: Value::text("Text"),
                raw_text: "Text".to_owned(),
                speaker: Speaker::Site,
                confidence: 0.9,
                status: Status::Verified,
                reasons: Vec::new(),
                evidence: Vec::new(),
                matched: MatchLevel::Exact,
            },
            decision: Decision::Pending,
            edited_text: None,
            reason: None,
        };
        ChangeSet {
            id: "set".to_owned(),
            capture: "capture".to_owned(),
            title: String::new(),
            proposed_by: "rules 1".to_owned(),
            state: ChangeSetState::Open,
            tools: vec![TargetTool { name: String::new(), existing: None }],
            operations: properties.iter().enumerate().map(operation).collect(),
            created_at: String::new(),
            revision: 1,
        }
    }

    fn ids(numbers: &[usize]) -> Vec<String> {
        numbers.iter().map(usize::to_string).collect()
    }

    #[test]
    fn a_decision_keeps_only_what_belongs_to_it() {
        let mut set = change_set(&["tagline", "feature"]);
        set.decide(&ids(&[0]), Decision::Edited, Some(" Notes "), Some("ignored")).unwrap();
        let edited = &set.operations[0];
        assert_eq!((edited.edited_text.as_deref(), edited.reason.as_deref()), (Some("Notes"), None));
        assert_eq!(edited.value(), Ok(Value::text("Notes")));
        set.decide(&ids(&[0]), Decision::Rejected, Some("ignored"), Some(" wrong tool ")).unwrap();
        let rejected = &set.operations[0];
        assert_eq!((rejected.edited_text.as_deref(), rejected.reason.as_deref()), (None, Some("wrong tool")));
        assert_eq!(rejected.value(), Ok(Value::text("Text")));
    }

    #[test]
    fn an_impossible_edit_of_one_changes_none() {
        let mut set = change_set(&["tagline", "panel_ship"]);
        let before = set.clone();
        let refused = set.decide(&ids(&[0, 1]), Decision::Edited, Some("plenty"), None);
        assert_eq!(refused, Err(DecisionError::Edit(EditError::Percent("plenty".to_owned()))));
        assert_eq!(
            set.decide(&ids(&[0, 7]), Decision::Accepted, None, None),
            Err(DecisionError::UnknownOperation("7".to_owned()))
        );
        assert_eq!(set, before);
    }

    #[test]
    fn tools_are_named_by_hand_or_by_a_corrected_name() {
        let mut set = change_set(&["name", "feature"]);
        assert_eq!(set.unnamed_tool(), None, "nothing is accepted");
        set.decide(&ids(&[1]), Decision::Accepted, None, None).unwrap();
        assert_eq!(set.unnamed_tool(), Some(0));
        assert_eq!(set.name_tool(0, " ? "), Err(DecisionError::TextMissing));
        assert_eq!(set.name_tool(1, "Quillmark"), Err(DecisionError::UnknownTool(1)));
        assert_eq!(set.name_tool(0, " Quillmark "), Ok(true));
        assert_eq!(set.name_tool(0, "Quillmark"), Ok(false));
        set.decide(&ids(&[0]), Decision::Edited, Some("Inkwell"), None).unwrap();
        assert_eq!((set.tools[0].name.as_str(), set.unnamed_tool()), ("Inkwell", None));
    }

    #[test]
    fn a_merged_change_set_is_not_touched() {
        let mut set = ChangeSet { state: ChangeSetState::Merged, ..change_set(&["feature"]) };
        assert_eq!(set.decide(&ids(&[0]), Decision::Accepted, None, None), Err(DecisionError::Merged));
        assert_eq!(set.name_tool(0, "Quillmark"), Err(DecisionError::Merged));
    }

    proptest! {
        #[test]
        fn the_last_decision_counts_and_the_state_follows(
            steps in prop::collection::vec((prop::collection::vec(0..3_usize, 0..4), 0..3_u8), 0..12)
        ) {
            let mut set = change_set(&["tagline", "feature", "feature"]);
            let mut expected = [Decision::Pending; 3];
            for (operations, decision) in steps {
                let decision = [Decision::Pending, Decision::Accepted, Decision::Rejected][usize::from(decision)];
                let before = set.clone();
                let changed = set.decide(&ids(&operations), decision, None, None).unwrap();
                for &operation in &operations {
                    expected[operation] = decision;
                }
                let decisions: Vec<_> = set.operations.iter().map(|operation| operation.decision).collect();
                prop_assert_eq!(&decisions[..], &expected[..]);
                prop_assert_eq!(changed.is_empty(), before == set);
                let rejected = expected.iter().all(|decision| *decision == Decision::Rejected);
                let state = if rejected { ChangeSetState::Rejected } else { ChangeSetState::Open };
                prop_assert_eq!(set.state, state);
            }
        }
    }
}
