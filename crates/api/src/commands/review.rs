//! Review: change sets, decisions, merging.

use domain::{ChangeSet, ChangeSetState, Decision, Status};

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{ById, ChangeSetSummary, ChangeSetView, Decide, Merge, Merged, NameTool, Nothing, Tag};

impl Core {
    pub fn list_change_sets(&self, _: Nothing) -> Result<Vec<ChangeSetSummary>, Error> {
        let change_sets = self.library().change_sets().map_err(convert::error)?;
        change_sets.into_iter().map(|change_set| self.summary(change_set)).collect()
    }

    fn summary(&self, change_set: ChangeSet) -> Result<ChangeSetSummary, Error> {
        let capture = self.library().capture(&change_set.capture).map_err(convert::error)?;
        let count = |wanted: fn(&domain::Operation) -> bool| {
            change_set.operations.iter().filter(|operation| wanted(operation)).count() as u32
        };
        Ok(ChangeSetSummary {
            capture: convert::capture(capture),
            operations: change_set.operations.len() as u32,
            pending: count(|operation| operation.decision == Decision::Pending),
            verified: count(|operation| operation.proposal.status == Status::Verified),
            id: change_set.id,
            title: change_set.title,
            state: change_set.state,
            created_at: change_set.created_at,
        })
    }

    pub fn get_change_set(&self, request: ById) -> Result<ChangeSetView, Error> {
        let change_set = self.library().change_set(&request.id).map_err(convert::error)?;
        let capture = self.capture_view(&change_set.capture)?;
        Ok(ChangeSetView { change_set, capture })
    }

    pub fn decide(&self, request: Decide) -> Result<ChangeSet, Error> {
        let decided = self.library().decide(
            &request.change_set,
            request.revision,
            &request.operations,
            request.decision,
            request.edited_text.as_deref(),
            request.reason.as_deref(),
        );
        let change_set = decided.map_err(convert::error)?;
        self.changed(&[Tag::ChangeSets]);
        Ok(change_set)
    }

    pub fn name_tool(&self, request: NameTool) -> Result<ChangeSet, Error> {
        let named =
            self.library().name_tool(&request.change_set, request.revision, request.tool, &request.name);
        let change_set = named.map_err(convert::error)?;
        self.changed(&[Tag::ChangeSets]);
        Ok(change_set)
    }

    pub fn merge(&self, request: Merge) -> Result<Merged, Error> {
        let merged = self.library().merge(&request.change_set, request.revision).map_err(convert::error)?;
        self.changed(&[Tag::ChangeSets, Tag::Tools, Tag::Captures, Tag::Status]);
        let open = self.library().change_sets().map_err(convert::error)?;
        // What was left undecided comes last: it was passed over once.
        let is_rest = |id: &String| Some(id) == merged.rest.as_ref();
        let mut waiting: Vec<String> = open
            .into_iter()
            .filter(|other| other.state == ChangeSetState::Open)
            .map(|other| other.id)
            .collect();
        waiting.sort_by_key(is_rest);
        let next = waiting.into_iter().next();
        Ok(Merged {
            description: merged.description,
            tools: merged.tools,
            claims: merged.claims,
            blocked: merged.blocked,
            next,
        })
    }
}
