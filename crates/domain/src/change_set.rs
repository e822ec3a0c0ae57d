//! A change set: a reviewable, revertible bundle of proposed edits that came out of one capture.
//!
//! Invariant: nothing enters the library but through a merged operation; a decision can be changed until the merge.

use serde::{Deserialize, Serialize};

use crate::claim::Value;
use crate::edit::{EditError, edit_value};
use crate::extraction::ProposedClaim;
use crate::property;
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
    /// An earlier version of the page says the same in other words, or the tool goes by that name too: only evidence
    /// is added.
    Reword { claim: String, before: String },
    /// The property of this tool is locked against machines.
    Locked,
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
    #[error("There is no property called {0}. Nothing was changed.")]
    UnknownProperty(String),
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// A proposal that a reviewer puts elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum MoveTo {
    /// To another target tool of the change set.
    Tool { tool: u32 },
    /// To a tool that the change set did not speak of yet.
    NamedTool { name: String },
    /// To another property.
    Property { property: String },
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

    /// Puts operations under another tool or property, or changes nothing and says why.
    ///
    /// The words on the page stay; their value is read anew where the property holds another kind of value.
    pub fn move_operations(&mut self, operations: &[String], to: &MoveTo) -> Result<bool, DecisionError> {
        if self.state == ChangeSetState::Merged {
            return Err(DecisionError::Merged);
        }
        let mut positions = Vec::with_capacity(operations.len());
        for id in operations {
            let position = self.operations.iter().position(|operation| &operation.id == id);
            positions.push(position.ok_or_else(|| DecisionError::UnknownOperation(id.clone()))?);
        }
        let mut after = self.operations.clone();
        match to {
            MoveTo::Tool { tool } if *tool as usize >= self.tools.len() => {
                return Err(DecisionError::UnknownTool(*tool));
            }
            MoveTo::Tool { tool } => {
                for &position in &positions {
                    after[position].tool = *tool;
                }
            }
            MoveTo::NamedTool { name } => {
                let tool = self.target(name)?;
                for &position in &positions {
                    after[position].tool = tool;
                }
            }
            MoveTo::Property { property } => {
                let known = property::find(property)
                    .ok_or_else(|| DecisionError::UnknownProperty(crate::text::visible(property, 80)))?;
                for &position in &positions {
                    let moved = &mut after[position];
                    let value = if property::find(&moved.proposal.property).map(|before| before.datatype)
                        == Some(known.datatype)
                    {
                        moved.proposal.value.clone()
                    } else {
                        edit_value(known.id, &Value::text(""), &moved.proposal.raw_text)?
                    };
                    moved.proposal.value = value;
                    known.id.clone_into(&mut moved.proposal.property);
                    // A text typed for the old property may mean nothing in the new one.
                    if moved.decision == Decision::Edited {
                        moved.decision = Decision::Pending;
                        moved.edited_text = None;
                    }
                }
            }
        }
        let changed = after != self.operations;
        self.operations = after;
        self.settle_state();
        Ok(changed)
    }

    /// The place of the target tool with that name, which is added if there is none.
    pub fn target(&mut self, name: &str) -> Result<u32, DecisionError> {
        let name = name.trim();
        let key = name_key(name);
        if key.is_empty() {
            return Err(DecisionError::TextMissing);
        }
        let known = self.tools.iter().position(|tool| name_key(&tool.name) == key);
        Ok(known.unwrap_or_else(|| {
            self.tools.push(TargetTool { name: name.to_owned(), existing: None });
            self.tools.len() - 1
        }) as u32)
    }

    /// Adds what a reviewer saw and the machine did not propose.
    pub fn add_operation(&mut self, operation: Operation) -> Result<(), DecisionError> {
        if self.state == ChangeSetState::Merged {
            return Err(DecisionError::Merged);
        }
        if operation.tool as usize >= self.tools.len() {
            return Err(DecisionError::UnknownTool(operation.tool));
        }
        if property::find(&operation.proposal.property).is_none() {
            let property = crate::text::visible(&operation.proposal.property, 80);
            return Err(DecisionError::UnknownProperty(property));
        }
        self.operations.push(operation);
        self.settle_state();
        Ok(())
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
                opinions: Vec::new(),
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
    fn proposals_move_to_other_tools_and_properties() {
        let mut set = change_set(&["feature", "feature", "tagline"]);
        set.operations[0].proposal.raw_text = "$20 per month".to_owned();
        set.decide(&ids(&[1]), Decision::Edited, Some("Typed"), None).unwrap();
        let to = |property: &str| MoveTo::Property { property: property.to_owned() };
        assert_eq!(set.move_operations(&ids(&[0]), &to("price")), Ok(true));
        assert!(
            matches!(&set.operations[0].proposal.value, Value::Money(money) if money.amount == Some(20.0))
        );
        let before = set.clone();
        let refused = set.move_operations(&ids(&[1, 2]), &to("price"));
        assert!(matches!(refused, Err(DecisionError::Edit(_))), "{refused:?}");
        assert_eq!(set, before);
        set.move_operations(&ids(&[1]), &to("limitation")).unwrap();
        assert_eq!((set.operations[1].decision, &set.operations[1].edited_text), (Decision::Pending, &None));
        let named = MoveTo::NamedTool { name: " Inkwell ".to_owned() };
        set.move_operations(&ids(&[2]), &named).unwrap();
        assert_eq!((set.operations[2].tool, set.tools[1].name.as_str()), (1, "Inkwell"));
        set.move_operations(&ids(&[1]), &named).unwrap();
        assert_eq!(set.tools.len(), 2, "a tool is named once");
        assert_eq!(
            set.move_operations(&ids(&[1]), &MoveTo::Tool { tool: 2 }),
            Err(DecisionError::UnknownTool(2))
        );
        let unknown = set.move_operations(&ids(&[1]), &to("colour"));
        assert_eq!(unknown, Err(DecisionError::UnknownProperty("colour".to_owned())));
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
