//! Taking merges back, and repeating them.

use domain::{ChangeSetState, Decision};
use store::EventKind;

use crate::support::{Fixture, claim, named, price};

#[test]
fn undo_takes_back_exactly_and_redo_repeats_exactly() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes"), price("Pro", 20.0)])]);
    let before = fixture.dump();
    let set = fixture.merged(
        2,
        vec![
            named("Quillmark", vec![claim("tagline", "Papers"), price("Pro", 24.0), claim("feature", "A")]),
            named("Inkwell", vec![]),
        ],
    );
    let after = fixture.dump();
    assert_ne!(before, after);

    let undone = fixture.library.undo().unwrap().unwrap();
    assert_eq!(undone.description, "Merge of 5 claims into 2 tools");
    assert_eq!(undone.change_set, set.id);
    assert_eq!(fixture.dump(), before);
    assert_eq!(fixture.library.tools().unwrap().len(), 1);
    assert_eq!(fixture.library.change_set(&set.id).unwrap().state, ChangeSetState::Reverted);

    let redone = fixture.library.redo().unwrap().unwrap();
    assert_eq!(redone, undone);
    assert_eq!(fixture.dump(), after);
    assert_eq!(fixture.library.change_set(&set.id).unwrap().state, ChangeSetState::Merged);
    assert_eq!(fixture.library.redo().unwrap(), None);
    fixture.assert_whole();
}

#[test]
fn merges_are_taken_back_newest_first_and_survive_a_restart() {
    let fixture = Fixture::new();
    let empty = fixture.dump();
    fixture.merged(1, vec![named("Quillmark", vec![])]);
    let one = fixture.dump();
    fixture.merged(2, vec![named("Inkwell", vec![])]);
    let two = fixture.dump();
    let fixture = fixture.reopened();
    fixture.library.undo().unwrap().unwrap();
    assert_eq!(fixture.dump(), one);
    let fixture = fixture.reopened();
    fixture.library.undo().unwrap().unwrap();
    assert_eq!(fixture.dump(), empty);
    assert_eq!(fixture.library.undo().unwrap(), None);
    fixture.library.redo().unwrap().unwrap();
    assert_eq!(fixture.dump(), one);
    fixture.library.redo().unwrap().unwrap();
    assert_eq!(fixture.dump(), two);
    fixture.assert_whole();
}

#[test]
fn the_history_names_every_step() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![])]);
    fixture.merged(2, vec![named("Inkwell", vec![])]);
    fixture.library.undo().unwrap();
    let history = fixture.library.history().unwrap();
    let seen: Vec<_> =
        history.iter().map(|event| (event.kind, event.description.as_str(), event.undone)).collect();
    assert_eq!(
        seen,
        [
            (EventKind::Undo, "Undo of: Merge of 1 claim into 1 tool", false),
            (EventKind::Merge, "Merge of 1 claim into 1 tool", true),
            (EventKind::Merge, "Merge of 1 claim into 1 tool", false),
        ]
    );
}

#[test]
fn a_reverted_change_set_can_be_decided_and_merged_anew() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    fixture.library.undo().unwrap();
    let set = fixture.library.change_set(&set.id).unwrap();
    let set = fixture.decide(&set, 1, Decision::Rejected);
    assert_eq!(fixture.library.redo().unwrap(), None, "what would be repeated is no longer what was decided");
    fixture.library.merge(&set.id, set.revision).unwrap();
    assert_eq!(fixture.only_tool().claims.len(), 1);
    assert_eq!(fixture.library.redo().unwrap(), None);
    fixture.library.undo().unwrap().unwrap();
    assert!(fixture.library.tools().unwrap().is_empty());
    assert_eq!(fixture.library.undo().unwrap(), None, "the first merge was taken back before");
    fixture.assert_whole();
}

#[test]
fn a_new_merge_ends_the_chance_to_redo() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![])]);
    fixture.library.undo().unwrap();
    fixture.merged(2, vec![named("Inkwell", vec![])]);
    assert_eq!(fixture.library.redo().unwrap(), None);
    assert_eq!(fixture.only_tool().name, "Inkwell");
}

#[test]
fn open_drafts_follow_what_is_taken_back() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("feature", "Offline")])]);
    let open = fixture.drafted(2, vec![named("Quillmark", vec![claim("feature", "Offline")])]);
    assert!(open.tools[0].existing.is_some());
    fixture.library.undo().unwrap();
    let now = fixture.library.change_set(&open.id).unwrap();
    assert_eq!(now.tools[0].existing, None);
    assert!(now.operations.iter().all(|operation| operation.kind == domain::OperationKind::Add));
    assert!(now.revision > open.revision);
}

#[test]
fn what_undo_and_redo_would_do_is_known_beforehand() {
    let fixture = Fixture::new();
    let words = |step: Option<store::Undone>| step.map(|step| step.description);
    assert_eq!(fixture.library.next_undo().unwrap(), None);
    let set = fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    assert_eq!(words(fixture.library.next_undo().unwrap()).unwrap(), "Merge of 2 claims into 1 tool");
    assert_eq!(fixture.library.next_redo().unwrap(), None);
    fixture.library.undo().unwrap();
    assert_eq!(fixture.library.next_undo().unwrap(), None);
    assert_eq!(words(fixture.library.next_redo().unwrap()).unwrap(), "Merge of 2 claims into 1 tool");
    fixture.decide(&fixture.library.change_set(&set.id).unwrap(), 0, Decision::Rejected);
    assert_eq!(fixture.library.next_redo().unwrap(), None);
}

#[test]
fn a_reader_cannot_take_anything_back() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![])]);
    let reader = store::Library::open(fixture.path(), store::Access::ReadOnly).unwrap();
    assert_eq!(reader.undo().unwrap_err().code(), "read_only");
    assert_eq!(reader.history().unwrap().len(), 1);
}

#[test]
fn a_merge_is_not_repeated_without_the_one_it_rests_on() {
    let fixture = Fixture::new();
    let first = fixture.merged(1, vec![named("Quillmark", vec![])]);
    fixture.merged(2, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    fixture.library.undo().unwrap();
    fixture.library.undo().unwrap();
    let first = fixture.library.change_set(&first.id).unwrap();
    fixture.decide(&first, 0, Decision::Pending);
    assert_eq!(fixture.library.redo().unwrap(), None);
    assert!(fixture.library.tools().unwrap().is_empty());
}

#[test]
fn what_a_merge_left_over_comes_back_with_its_redo() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let set = fixture.decide(&set, 0, Decision::Accepted);
    let rest = fixture.library.merge(&set.id, set.revision).unwrap().rest.unwrap();
    fixture.library.undo().unwrap().unwrap();
    assert_eq!(fixture.library.change_set(&rest).unwrap_err().code(), "unknown");
    assert_eq!(fixture.library.capture(&set.capture).unwrap().change_set, Some(set.id));
    fixture.drafted(2, vec![named("Inkwell", vec![])]);
    fixture.library.redo().unwrap().unwrap();
    let rest = fixture.library.change_set(&rest).unwrap();
    assert_eq!(rest.operations.len(), 1);
    assert!(matches!(rest.state, ChangeSetState::Open));
    assert!(rest.tools[0].existing.is_some());
    fixture.assert_whole();
}
