//! Merging: what becomes of claims, and what is refused.

use domain::{ChangeSetState, Decision, OperationKind, PixelBox, ProposedClaim, Speaker, Status, Value};
use store::StoreError;

use crate::support::{Fixture, claim, named, place_of, price};

#[test]
fn accepted_proposals_become_claims_with_their_evidence() {
    let fixture = Fixture::new();
    let tools = vec![named("Quillmark", vec![claim("tagline", "Notes")]), named("Inkwell", vec![])];
    let set = fixture.accept_all(&fixture.drafted(1, tools));
    let merged = fixture.library.merge(&set.id, set.revision).unwrap();
    assert_eq!(merged.description, "Merge of 3 claims into 2 tools");
    assert_eq!((merged.claims, merged.blocked, merged.tools.len()), (3, 0, 2));
    assert_eq!(merged.rest, None);
    let tools = fixture.library.tools().unwrap();
    assert_eq!(tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>(), ["Inkwell", "Quillmark"]);
    let quillmark = fixture.library.tool(&tools[1].id).unwrap();
    assert_eq!(tools[1].tagline.as_deref(), Some("Notes"));
    let tagline = &quillmark.claims[1];
    assert_eq!(
        (tagline.property.as_str(), tagline.status, tagline.locked),
        ("tagline", Status::Verified, false)
    );
    assert_eq!(tagline.confidence, Some(0.875));
    assert_eq!(tagline.evidence[0].capture, set.capture);
    assert_eq!(tagline.evidence[0].lines[0].bounds, PixelBox::new(10, 20, 200, 18));
    assert_eq!(tagline.valid_from, fixture.library.capture(&set.capture).unwrap().added_at);
    let after = fixture.library.change_set(&set.id).unwrap();
    assert_eq!(after.state, ChangeSetState::Merged);
    let again = fixture.library.merge(&set.id, after.revision).unwrap_err();
    assert_eq!(again.code(), "already_merged");
    let ids = [set.operations[0].id.clone()];
    let late = fixture.library.decide(&set.id, after.revision, &ids, Decision::Rejected, None, None);
    assert_eq!(late.unwrap_err().code(), "already_merged");
    fixture.assert_whole();
}

#[test]
fn what_is_undecided_stays_reviewable() {
    let fixture = Fixture::new();
    let tools = vec![
        named("Inkwell", vec![]),
        named("Quillmark", vec![claim("tagline", "Notes"), claim("feature", "Offline")]),
    ];
    let set = fixture.drafted(1, tools);
    let set = fixture.decide(&set, 0, Decision::Accepted);
    let set = fixture.decide(&set, 1, Decision::Accepted);
    let set = fixture.decide(&set, 2, Decision::Rejected);
    let merged = fixture.library.merge(&set.id, set.revision).unwrap();
    let rest = fixture.library.change_set(&merged.rest.unwrap()).unwrap();
    assert_eq!(rest.title, "Rest of Inkwell and Quillmark (page-1.png)");
    assert_eq!((rest.tools.len(), rest.operations.len()), (1, 1));
    assert_eq!((rest.operations[0].tool, rest.tools[0].name.as_str()), (0, "Quillmark"));
    assert!(rest.tools[0].existing.is_some());
    let done = fixture.library.change_set(&set.id).unwrap();
    assert_eq!(done.operations.len(), 3);
    let rest = fixture.accept_all(&rest);
    fixture.library.merge(&rest.id, rest.revision).unwrap();
    fixture.library.undo().unwrap().unwrap();
    fixture.library.undo().unwrap().unwrap();
    let back = fixture.library.change_set(&set.id).unwrap();
    assert_eq!(back.operations.len(), 4);
    assert_eq!(back.operations[3].decision, Decision::Accepted, "what was decided meanwhile is kept");
    assert_eq!(fixture.library.change_sets().unwrap().len(), 1);
    fixture.assert_whole();
}

#[test]
fn a_new_value_supersedes_and_history_keeps_the_old_one() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes"), price("Pro", 20.0)])]);
    fixture.merged(2, vec![named("Quillmark", vec![claim("tagline", "Papers"), price("Pro", 24.0)])]);
    let held = fixture.only_tool();
    let current: Vec<String> = held.claims.iter().map(|claim| claim.value.display()).collect();
    assert_eq!(current, ["Quillmark", "Papers", "$24 per month"]);
    let past: Vec<String> = held.history.iter().map(|claim| claim.value.display()).collect();
    assert_eq!(past, ["$20 per month", "Notes"]);
    for old in &held.history {
        assert_eq!(old.status, Status::Superseded);
        let new = held.claims.iter().find(|claim| claim.supersedes.as_deref() == Some(&old.id)).unwrap();
        assert_eq!(old.recorded_to.as_ref(), Some(&new.recorded_from));
    }
}

#[test]
fn an_equal_value_only_adds_evidence() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("feature", "Works offline")])]);
    fixture.merged(2, vec![named("Quillmark", vec![claim("feature", "works  OFFLINE")])]);
    let held = fixture.only_tool();
    assert_eq!((held.claims.len(), held.history.len()), (2, 0));
    let feature = &held.claims[1];
    assert_eq!(feature.raw_text, "Works offline");
    assert_eq!(feature.evidence.len(), 2);
    assert_ne!(feature.evidence[0].capture, feature.evidence[1].capture);
    assert_eq!(fixture.library.tools().unwrap()[0].captures, 2);
}

#[test]
fn speakers_do_not_overwrite_each_other() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let vendor = ProposedClaim { speaker: Speaker::Vendor, ..claim("tagline", "The best notes") };
    fixture.merged(2, vec![named("Quillmark", vec![vendor])]);
    let taglines: Vec<_> =
        fixture.only_tool().claims.into_iter().filter(|claim| claim.property == "tagline").collect();
    assert_eq!(taglines.len(), 2);
    assert!(taglines.iter().all(|claim| claim.recorded_to.is_none()));
}

#[test]
fn one_page_that_contradicts_itself_is_shown_as_disputed() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes"), claim("tagline", "Papers")])]);
    let held = fixture.only_tool();
    let disputed: Vec<_> = held.claims.iter().filter(|claim| claim.status == Status::Disputed).collect();
    assert_eq!(disputed.len(), 2);
    fixture.merged(2, vec![named("Quillmark", vec![claim("tagline", "Folders")])]);
    let held = fixture.only_tool();
    assert_eq!(held.claims.len(), 2);
    assert_eq!(held.history.len(), 2);
}

#[test]
fn a_value_typed_by_hand_is_entered_and_locked_against_machines() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Quillmark", vec![claim("tagline", "N0tes")])]);
    let set = fixture.decide(&set, 0, Decision::Accepted);
    let set = fixture.edit(&set, 1, "Notes");
    fixture.library.merge(&set.id, set.revision).unwrap();
    let held = fixture.only_tool().claims[1].clone();
    assert_eq!((held.status, held.locked, held.confidence), (Status::Entered, true, None));
    assert_eq!((held.value.clone(), held.raw_text.as_str()), (Value::text("Notes"), "N0tes"));

    let next =
        fixture.drafted(2, vec![named("Quillmark", vec![claim("tagline", "Note5"), claim("feature", "A")])]);
    let blocked = OperationKind::Blocked { claim: held.id.clone(), before: "Notes".to_owned() };
    assert_eq!(next.operations[1].kind, blocked);
    let next = fixture.accept_all(&next);
    let merged = fixture.library.merge(&next.id, next.revision).unwrap();
    assert_eq!((merged.claims, merged.blocked), (2, 1));
    assert_eq!(fixture.only_tool().claims[1], held);

    let only = fixture.drafted(3, vec![named("Quillmark", vec![claim("tagline", "Note5")])]);
    let only = fixture.decide(&only, 1, Decision::Accepted);
    assert_eq!(fixture.library.merge(&only.id, only.revision).unwrap_err().code(), "all_blocked");
    let only = fixture.edit(&only, 1, "Notes 2");
    let replace = OperationKind::Replace { claim: held.id, before: "Notes".to_owned() };
    assert_eq!(only.operations[1].kind, replace, "a hand may change what a hand entered");
    fixture.library.merge(&only.id, only.revision).unwrap();
    assert_eq!(fixture.only_tool().claims[1].value, Value::text("Notes 2"));
    fixture.assert_whole();
}

#[test]
fn the_misreading_behind_a_correction_does_not_come_back() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Quillmark", vec![claim("feature", "W0rks offline")])]);
    let set = fixture.edit(&set, 1, "Works offline");
    fixture.library.merge(&set.id, set.revision).unwrap();
    let next = fixture.drafted(2, vec![named("Quillmark", vec![claim("feature", "W0rks offline")])]);
    assert!(matches!(next.operations[1].kind, OperationKind::Blocked { .. }));
}

#[test]
fn without_evidence_inside_the_picture_nothing_is_verified() {
    let fixture = Fixture::new();
    let mut outside = claim("feature", "Outside");
    outside.evidence[0].bounds = PixelBox::new(700, 20, 200, 18);
    let none = ProposedClaim { evidence: Vec::new(), ..claim("feature", "Nowhere") };
    let missing = ProposedClaim { status: Status::NotFound, ..claim("feature", "Invented") };
    let unsure = ProposedClaim { status: Status::NeedsReview, ..claim("feature", "Looked at") };
    fixture.merged(1, vec![named("Quillmark", vec![outside, none, missing, unsure])]);
    let status: Vec<Status> = fixture.only_tool().claims.iter().skip(1).map(|claim| claim.status).collect();
    assert_eq!(status, [Status::NeedsReview, Status::NeedsReview, Status::NotFound, Status::Verified]);
    assert_eq!(fixture.library.tools().unwrap()[0].unsettled, 3);
}

#[test]
fn a_library_that_changed_meanwhile_is_a_conflict_that_shows_the_new_state() {
    let fixture = Fixture::new();
    let page = || vec![named("Quillmark", vec![claim("tagline", "Notes"), claim("feature", "Offline")])];
    let open = fixture.accept_all(&fixture.drafted(1, page()));
    fixture.merged(2, vec![named("Quillmark", vec![claim("tagline", "Papers")])]);
    let refused = fixture.library.merge(&open.id, open.revision).unwrap_err();
    let StoreError::Conflict { operations, .. } = &refused else { panic!("{refused}") };
    assert_eq!(*operations, [open.operations[0].id.clone(), open.operations[1].id.clone()]);
    assert!(refused.to_string().starts_with("2 claims changed"), "{refused}");
    let now = fixture.library.change_set(&open.id).unwrap();
    assert!(matches!(now.operations[0].kind, OperationKind::Corroborate { .. }));
    assert!(matches!(&now.operations[1].kind, OperationKind::Replace { before, .. } if before == "Papers"));
    assert_eq!(now.operations[2].kind, OperationKind::Add);
    fixture.library.merge(&now.id, now.revision).unwrap();
    assert_eq!(fixture.only_tool().claims[1].value, Value::text("Notes"));
}

#[test]
fn an_outdated_draft_is_noticed_even_if_nobody_was_told() {
    let fixture = Fixture::new();
    let set =
        fixture.accept_all(&fixture.drafted(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]));
    let place = place_of(&set, "tagline");
    let fixture = fixture.tampered(|connection| {
        let kind = r#"{"type":"corroborate","claim":"gone"}"#;
        let id = &set.operations[place].id;
        connection.execute("UPDATE operation SET kind = ?1 WHERE id = ?2", [kind, id]).unwrap();
    });
    let refused = fixture.library.merge(&set.id, set.revision).unwrap_err();
    let StoreError::Conflict { operations, .. } = &refused else { panic!("{refused}") };
    assert_eq!(*operations, [set.operations[place].id.clone()]);
    let now = fixture.library.change_set(&set.id).unwrap();
    assert_eq!(now.operations[place].kind, OperationKind::Add);
    fixture.library.merge(&now.id, now.revision).unwrap();
    fixture.assert_whole();
}

#[test]
fn two_columns_of_one_tool_end_in_one_tool() {
    let fixture = Fixture::new();
    let tools = vec![
        named("Quillmark", vec![claim("feature", "Offline")]),
        named("quillmark", vec![claim("feature", "Offline"), claim("feature", "Dark mode")]),
    ];
    fixture.merged(1, tools);
    let held = fixture.only_tool();
    assert_eq!(held.claims.iter().filter(|claim| claim.property == "feature").count(), 2);
    fixture.assert_whole();
}

#[test]
fn the_entry_price_is_the_lowest_that_is_stated() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![price("Team", 40.0), price("Pro", 20.0)])]);
    assert_eq!(fixture.library.tools().unwrap()[0].entry_price.as_deref(), Some("$20 per month"));
}

#[test]
fn nothing_accepted_is_nothing_merged() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Quillmark", vec![])]);
    assert_eq!(fixture.library.merge(&set.id, set.revision).unwrap_err().code(), "nothing_to_merge");
    assert_eq!(fixture.library.change_set(&set.id).unwrap(), set);
    assert!(fixture.library.history().unwrap().is_empty());
}
