//! What a model's look does to change sets, and what undo does to that.

use domain::join::{Joined, JoinedProposal};
use domain::{ChangeSet, ChangeSetState, Decision};
use store::{LookOutcome, LookState};

use crate::support::{Fixture, claim, named};

/// Lets a model look at the only capture and propose one more feature of that tool.
fn look(fixture: &Fixture, tool: &str) -> Option<ChangeSet> {
    let library = &fixture.library;
    let capture = library.captures().unwrap().remove(0).id;
    library.queue_look(&capture, "pack").unwrap();
    let look = library.next_look().unwrap().unwrap();
    let outcome = LookOutcome { model: "a model".to_owned(), seconds: 1.0 };
    let join = |sets: &[ChangeSet]| {
        let known = sets.iter().flat_map(|set| &set.operations).any(|each| each.proposal.raw_text == "Syncs");
        let added = JoinedProposal { tool: tool.to_owned(), proposal: claim("feature", "Syncs") };
        let added = if known { Vec::new() } else { vec![added] };
        Joined { proposed_by: "a model".to_owned(), changed: Vec::new(), added }
    };
    let set = library.finish_look(&look.id, &outcome, join).unwrap();
    assert_eq!(library.finish_look(&look.id, &outcome, |_| Joined::default()).unwrap(), set, "repeating it");
    assert_eq!(library.look_state(&capture).unwrap(), Some(LookState::Done));
    set
}

fn texts(set: &ChangeSet) -> Vec<&str> {
    set.operations.iter().map(|operation| operation.proposal.raw_text.as_str()).collect()
}

#[test]
fn what_is_new_joins_the_draft_once() {
    let fixture = Fixture::new();
    let draft = fixture.drafted(1, vec![named("Quillmark", vec![claim("feature", "Works offline")])]);
    let joined = look(&fixture, "quillmark").unwrap();
    assert_eq!((&joined.id, joined.tools.len()), (&draft.id, 1), "the same tool in any case");
    assert_eq!(texts(&joined), ["Quillmark", "Works offline", "Syncs"]);
    assert_eq!(look(&fixture, "Quillmark"), None, "nothing is new any more");
    let stale = fixture.library.decide(&draft.id, draft.revision, &[], Decision::Accepted, None, None);
    assert_eq!(stale.unwrap_err().code(), "stale", "a view from before is refused");
    fixture.assert_whole();
}

#[test]
fn what_a_merge_left_over_is_not_joined_so_that_the_merge_can_be_undone() {
    let fixture = Fixture::new();
    let draft = fixture.drafted(1, vec![named("Quillmark", vec![claim("feature", "Works offline")])]);
    let draft = fixture.decide(&draft, 0, Decision::Accepted);
    let rest = fixture.library.merge(&draft.id, draft.revision).unwrap().rest.unwrap();
    let second = look(&fixture, "Quillmark").unwrap();
    assert_ne!(second.id, rest);
    assert_eq!((second.state, texts(&second)), (ChangeSetState::Open, vec!["Syncs"]));
    assert!(second.tools[0].existing.is_some());

    fixture.library.undo().unwrap().unwrap();
    fixture.assert_whole();
    fixture.library.redo().unwrap().unwrap();
    fixture.assert_whole();
    let fixture = fixture.reopened();
    assert_eq!(fixture.library.change_set(&second.id).unwrap().operations.len(), 1);
    assert!(fixture.library.change_set(&rest).is_ok(), "what was left over is back");
    fixture.assert_whole();
}

#[test]
fn a_capture_has_at_most_one_look_that_waits() {
    let fixture = Fixture::new();
    let draft = fixture.drafted(1, vec![named("Quillmark", vec![claim("feature", "Works offline")])]);
    let library = &fixture.library;
    for pack in ["one", "two", "two"] {
        library.queue_look(&draft.capture, pack).unwrap();
    }
    assert_eq!(library.waiting_looks().unwrap(), 1);
    let look = library.next_look().unwrap().unwrap();
    assert_eq!(look.pack, "two", "the pack that was wished for last");
    library.queue_look(&draft.capture, "one").unwrap();
    assert_eq!(library.next_look().unwrap(), None, "it is being looked at");
    assert_eq!(library.fail_look(&look.id, "model_crashed", "It died.", true).unwrap(), LookState::Queued);
    let again = library.next_look().unwrap().unwrap();
    let failed = library.fail_look(&again.id, "model_crashed", "It died.", true).unwrap();
    assert!(matches!(failed, LookState::Failed { code, .. } if code == "model_crashed"), "the second death");
    assert!(!library.cancel_look(&draft.capture).unwrap(), "nothing is left to stop");
    assert_eq!(library.queue_look("nobody", "one").unwrap_err().code(), "unknown");
}
