//! Review: change sets, decisions, merging.

use domain::ChangeSet;

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{
    ById, ChangeSetSummary, ChangeSetView, Decide, Merge, Merged, NameTool, NamedCapture, Nothing, Tag,
};

impl Core {
    pub fn list_change_sets(&self, _: Nothing) -> Result<Vec<ChangeSetSummary>, Error> {
        let summaries = self.library().change_set_summaries().map_err(convert::error)?;
        let summaries = summaries.into_iter().map(|summary| ChangeSetSummary {
            capture: NamedCapture { id: summary.capture, name: summary.capture_name },
            operations: summary.operations,
            pending: summary.pending,
            verified: summary.verified,
            id: summary.id,
            title: summary.title,
            state: summary.state,
            created_at: summary.created_at,
        });
        Ok(summaries.collect())
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
        let mut waiting = self.library().open_change_sets().map_err(convert::error)?;
        // What was left undecided comes last: it was passed over once.
        let is_rest = |id: &String| Some(id) == merged.rest.as_ref();
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
