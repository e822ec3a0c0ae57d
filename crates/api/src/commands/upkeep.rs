//! The upkeep of a library: pages over time, names of tools, contradictions, locks, marks.

use domain::ChangeSet;
use domain::same_tool::SameTool;

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{
    AddAlias, AnswerPage, AsOf, ById, ByIds, ByName, CallDifferent, CaptureField, ClaimHistory, Emptied,
    LockClaim, LockProperty, MarkTools, MergeTerms, MergeTools, MoveOperations, NoteOn, Nothing,
    OpenContradiction, Page, PageDifference, PageMatchView, PastTool, PastToolSummary, Relate, RenameTool,
    SameToolView, SaveSearch, SavedSearch, Search, SearchRun, SetCaptureField, SetNote, SetVendor, Settle,
    Tag, TakeOut, Term, Terms, ToolAsOf, TrashedView,
};

impl Core {
    pub fn page_matches(&self, _: Nothing) -> Result<Vec<PageMatchView>, Error> {
        let found = self.library().page_matches().map_err(convert::error)?;
        found
            .into_iter()
            .map(|found| {
                let capture =
                    |id: &str| self.library().capture(id).map(convert::capture).map_err(convert::error);
                Ok(PageMatchView {
                    capture: capture(&found.capture)?,
                    earlier: capture(&found.earlier)?,
                    reasons: found.likeness.reasons(),
                    suggested: found.likeness.suggested(),
                    likeness: found.likeness,
                })
            })
            .collect()
    }

    pub fn answer_page(&self, request: AnswerPage) -> Result<Nothing, Error> {
        let answered = self.library().answer_page(&request.capture, &request.earlier, request.answer);
        self.edited(answered)
    }

    pub fn list_pages(&self, _: Nothing) -> Result<Vec<Page>, Error> {
        self.library().pages().map_err(convert::error)
    }

    pub fn page_difference(&self, request: ById) -> Result<Option<PageDifference>, Error> {
        self.library().page_difference(&request.id).map_err(convert::error)
    }

    pub fn claim_history(&self, request: ById) -> Result<ClaimHistory, Error> {
        self.library().claim_history(&request.id).map_err(convert::error)
    }

    pub fn tools_as_of(&self, request: AsOf) -> Result<Vec<PastToolSummary>, Error> {
        self.library().tools_as_of(&request.at).map_err(convert::error)
    }

    pub fn tool_as_of(&self, request: ToolAsOf) -> Result<PastTool, Error> {
        self.library().tool_as_of(&request.tool, &request.at).map_err(convert::error)
    }

    pub fn same_tools(&self, _: Nothing) -> Result<Vec<SameToolView>, Error> {
        Ok(with_reasons(self.library().same_tools().map_err(convert::error)?))
    }

    pub fn same_tools_for(&self, request: ByName) -> Result<Vec<SameToolView>, Error> {
        Ok(with_reasons(self.library().same_tools_for(&request.name).map_err(convert::error)?))
    }

    pub fn call_different(&self, request: CallDifferent) -> Result<Nothing, Error> {
        self.edited(self.library().call_different(&request.name, &request.other, request.reason.as_deref()))
    }

    pub fn rename_tool(&self, request: RenameTool) -> Result<Nothing, Error> {
        self.edited(self.library().rename_tool(&request.tool, &request.name))
    }

    pub fn add_alias(&self, request: AddAlias) -> Result<Nothing, Error> {
        self.edited(self.library().add_alias(&request.tool, &request.name, request.kind))
    }

    pub fn remove_alias(&self, request: ById) -> Result<Nothing, Error> {
        self.edited(self.library().remove_alias(&request.id))
    }

    pub fn set_vendor(&self, request: SetVendor) -> Result<Nothing, Error> {
        self.edited(self.library().set_vendor(&request.tool, &request.vendor))
    }

    pub fn relate(&self, request: Relate) -> Result<Nothing, Error> {
        let note = request.note.as_deref();
        self.edited(self.library().relate(&request.tool, request.kind, &request.other, note))
    }

    pub fn remove_relation(&self, request: ById) -> Result<Nothing, Error> {
        self.edited(self.library().remove_relation(&request.id))
    }

    pub fn merge_tools(&self, request: MergeTools) -> Result<ById, Error> {
        self.made(self.library().merge_tools(&request.kept, &request.absorbed, &request.choices))
    }

    pub fn part_tools(&self, request: ById) -> Result<ById, Error> {
        self.made(self.library().part_tools(&request.id))
    }

    pub fn take_out(&self, request: TakeOut) -> Result<ById, Error> {
        self.made(self.library().take_out(&request.tool, &request.name, &request.claims))
    }

    pub fn contradictions(&self, _: Nothing) -> Result<Vec<OpenContradiction>, Error> {
        self.library().contradictions().map_err(convert::error)
    }

    pub fn settle(&self, request: Settle) -> Result<Nothing, Error> {
        let (chosen, note) = (request.chosen.as_deref(), request.note.as_deref());
        self.edited(self.library().settle(&request.tool, &request.key, chosen, note))
    }

    pub fn retire(&self, request: ById) -> Result<Nothing, Error> {
        self.edited(self.library().retire(&request.id))
    }

    pub fn lock_claim(&self, request: LockClaim) -> Result<Nothing, Error> {
        self.edited(self.library().lock_claim(&request.claim, request.locked))
    }

    pub fn lock_property(&self, request: LockProperty) -> Result<Nothing, Error> {
        self.edited(self.library().lock_property(&request.tool, &request.property, request.locked))
    }

    pub fn move_operations(&self, request: MoveOperations) -> Result<ChangeSet, Error> {
        let moved = self.library().move_operations(
            &request.change_set,
            request.revision,
            &request.operations,
            &request.to,
        );
        let change_set = moved.map_err(convert::error)?;
        self.changed(&[Tag::ChangeSets]);
        Ok(change_set)
    }

    pub fn terms(&self, request: Terms) -> Result<Vec<Term>, Error> {
        self.library().terms(request.scheme).map_err(convert::error)
    }

    pub fn mark_tools(&self, request: MarkTools) -> Result<Nothing, Error> {
        self.edited(self.library().mark_tools(&request.tools, request.scheme, &request.label, request.marked))
    }

    pub fn merge_terms(&self, request: MergeTerms) -> Result<Nothing, Error> {
        self.edited(self.library().merge_terms(&request.term, &request.other))
    }

    /// The note on a tool, capture or claim.
    pub fn get_note(&self, request: NoteOn) -> Result<Option<String>, Error> {
        self.library().note(&request.kind, &request.target).map_err(convert::error)
    }

    pub fn set_note(&self, request: SetNote) -> Result<Nothing, Error> {
        self.edited(self.library().set_note(&request.kind, &request.target, &request.text))
    }

    pub fn saved_searches(&self, _: Nothing) -> Result<Vec<SavedSearch>, Error> {
        self.library().saved_searches().map_err(convert::error)
    }

    pub fn save_search(&self, request: SaveSearch) -> Result<ById, Error> {
        self.made(self.library().save_search(&request.name, &request.query))
    }

    /// What a saved search finds now.
    pub fn run_search(&self, request: ById) -> Result<SearchRun, Error> {
        let held = self.library().saved_searches().map_err(convert::error)?;
        let search = held.into_iter().find(|held| held.id == request.id).ok_or_else(|| {
            Error::new(
                "not_found",
                "This search is not saved any more. Nothing was changed. Look at the list again.",
            )
        })?;
        let query = search.query.clone();
        let tools = self.find_tools(Search { query: query.clone(), limit: None })?;
        let words = domain::filter::ToolFilter::parse(&query).words;
        let hits = self.search(Search { query: words, limit: None })?;
        Ok(SearchRun { search, tools, hits })
    }

    pub fn remove_search(&self, request: ById) -> Result<Nothing, Error> {
        self.edited(self.library().remove_search(&request.id))
    }

    pub fn capture_fields(&self, request: ById) -> Result<Vec<CaptureField>, Error> {
        self.library().capture_fields(&request.id).map_err(convert::error)
    }

    pub fn set_capture_field(&self, request: SetCaptureField) -> Result<Nothing, Error> {
        self.edited(self.library().set_capture_field(&request.capture, &request.field, &request.value))
    }

    pub fn trash_captures(&self, request: ByIds) -> Result<Nothing, Error> {
        self.edited(self.library().trash_captures(&request.ids))
    }

    pub fn restore_captures(&self, request: ByIds) -> Result<Nothing, Error> {
        let restored = self.edited(self.library().restore_captures(&request.ids));
        self.wake_queue();
        restored
    }

    pub fn list_trash(&self, _: Nothing) -> Result<Vec<TrashedView>, Error> {
        let trashed = self.library().trash().map_err(convert::error)?;
        Ok(trashed
            .into_iter()
            .map(|trashed| TrashedView {
                capture: convert::capture(trashed.capture),
                deleted_at: trashed.deleted_at,
                days_left: trashed.days_left,
                claims: trashed.claims,
            })
            .collect())
    }

    /// Removes for good what lies in the trash, but for what claims rest on.
    pub fn empty_trash(&self, _: Nothing) -> Result<Emptied, Error> {
        let captures = self.library().empty_trash(true).map_err(convert::error)? as u32;
        self.changed(&[Tag::Captures, Tag::ChangeSets, Tag::Status]);
        Ok(Emptied { captures })
    }

    /// A step that the history names and that can be undone.
    fn edited(&self, done: Result<(), store::StoreError>) -> Result<Nothing, Error> {
        done.map_err(convert::error)?;
        self.changed(&[Tag::Tools, Tag::ChangeSets, Tag::Captures, Tag::Status]);
        Ok(Nothing {})
    }

    fn made(&self, done: Result<String, store::StoreError>) -> Result<ById, Error> {
        let id = done.map_err(convert::error)?;
        self.changed(&[Tag::Tools, Tag::ChangeSets, Tag::Status]);
        Ok(ById { id })
    }
}

fn with_reasons(pairs: Vec<SameTool>) -> Vec<SameToolView> {
    let reasons =
        |pair: &SameTool| pair.likeness.grounds.iter().map(|ground| ground.label().to_owned()).collect();
    pairs.into_iter().map(|pair| SameToolView { reasons: reasons(&pair), pair }).collect()
}
