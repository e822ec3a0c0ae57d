//! Contradictions and locks: what a person says about claims themselves.

use domain::contradiction::ContradictionKind;
use domain::{Decision, MoveTo, OperationKind, ProposedClaim, Speaker, Status};

use crate::support::{Fixture, claim, named, place_of, price};

fn says(speaker: Speaker, claim: ProposedClaim) -> ProposedClaim {
    ProposedClaim { speaker, ..claim }
}

fn disputed() -> Fixture {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![price("Pro", 20.0), claim("license", "MIT")])]);
    fixture.merged(2, vec![named("Quillmark", vec![says(Speaker::Vendor, price("Pro", 24.0))])]);
    fixture
}

#[test]
fn a_contradiction_is_settled_by_a_choice_with_both_sides_kept() {
    let fixture = disputed();
    let library = &fixture.library;
    let open = library.contradictions().unwrap();
    assert_eq!((open.len(), open[0].claims.len()), (1, 2));
    let found = &open[0].contradiction;
    assert_eq!((found.kind, open[0].name.as_str()), (ContradictionKind::BetweenSpeakers, "Quillmark"));
    assert!(
        open[0].claims.iter().all(|claim| !claim.evidence.is_empty()),
        "both sides show where they stand"
    );
    assert_eq!(library.tools().unwrap()[0].contradictions, 1);
    let (loser, winner) = (open[0].claims[0].clone(), open[0].claims[1].clone());
    library.settle(&found.tool, &found.key, Some(&winner.id), Some(" newer ")).unwrap();
    let tool = fixture.only_tool();
    assert!(library.contradictions().unwrap().is_empty());
    assert_eq!((tool.history.len(), &tool.history[0].id), (1, &loser.id));
    assert_eq!(tool.history[0].evidence, loser.evidence);
    assert_eq!(
        (tool.settled[0].chosen.as_ref(), tool.settled[0].note.as_deref()),
        (Some(&winner.id), Some("newer"))
    );
    library.undo().unwrap();
    assert_eq!(library.contradictions().unwrap(), open);
    assert_eq!(library.settle(&found.tool, "other", None, None).unwrap_err().code(), "unknown");
    assert_eq!(library.settle(&found.tool, &found.key, Some("other"), None).unwrap_err().code(), "unknown");
}

#[test]
fn an_explained_contradiction_stays_explained_until_a_claim_changes() {
    let fixture = disputed();
    let library = &fixture.library;
    let found = library.contradictions().unwrap().remove(0).contradiction;
    library.settle(&found.tool, &found.key, None, Some("the site shows an old price")).unwrap();
    assert!(library.contradictions().unwrap().is_empty());
    assert_eq!(fixture.only_tool().claims.iter().filter(|claim| claim.property == "price").count(), 2);
    fixture.merged(3, vec![named("Quillmark", vec![says(Speaker::Vendor, price("Pro", 30.0))])]);
    assert_eq!(library.contradictions().unwrap().len(), 1, "another price is another question");
}

#[test]
fn a_retired_claim_is_history_and_a_locked_one_yields_to_no_machine() {
    let fixture = disputed();
    let library = &fixture.library;
    let licence =
        fixture.only_tool().claims.iter().find(|claim| claim.property == "license").unwrap().clone();
    library.retire(&licence.id).unwrap();
    assert_eq!(fixture.only_tool().history[0].status, Status::Superseded);
    assert_eq!(library.retire(&licence.id).unwrap_err().code(), "unknown");
    library.undo().unwrap();
    let price = fixture.only_tool().claims.iter().find(|claim| claim.property == "price").unwrap().clone();
    library.lock_claim(&price.id, true).unwrap();
    let set = fixture.drafted(4, vec![named("Quillmark", vec![crate::support::price("Pro", 44.0)])]);
    assert!(matches!(set.operations[1].kind, OperationKind::Blocked { .. }), "{:?}", set.operations[1].kind);
    library.lock_claim(&price.id, false).unwrap();
    let set = library.change_set(&set.id).unwrap();
    assert!(matches!(set.operations[1].kind, OperationKind::Replace { .. }));
}

#[test]
fn a_locked_property_lets_only_hands_in() {
    let fixture = disputed();
    let library = &fixture.library;
    let tool = fixture.only_tool().id;
    library.lock_property(&tool, "feature", true).unwrap();
    library.lock_property(&tool, "feature", true).unwrap();
    assert_eq!(fixture.only_tool().locked, ["feature"]);
    let page = vec![named("Quillmark", vec![claim("feature", "Fast"), claim("limitation", "English only")])];
    let set = fixture.drafted(5, page);
    assert_eq!(set.operations[1].kind, OperationKind::Locked);
    let accepted = fixture.accept_all(&set);
    let merged = library.merge(&accepted.id, accepted.revision).unwrap();
    assert_eq!((merged.claims, merged.blocked), (2, 1));
    library.undo().unwrap();
    let set = library.change_set(&set.id).unwrap();
    let edited = fixture.edit(&set, 1, "Very fast");
    library.merge(&edited.id, edited.revision).unwrap();
    assert!(fixture.only_tool().claims.iter().any(|claim| claim.raw_text == "Fast" && claim.locked));
    assert_eq!(library.lock_property(&tool, "colour", true).unwrap_err().code(), "unknown");
}

#[test]
fn proposals_move_and_are_added_and_merge_where_they_were_put() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    fixture.merged(1, vec![named("Inkwell", vec![claim("feature", "Fast")])]);
    let set =
        fixture.drafted(2, vec![named("Quillmark", vec![claim("feature", "Fast"), claim("feature", "$9")])]);
    let id = |place: usize| vec![set.operations[place].id.clone()];
    let named_tool = MoveTo::NamedTool { name: "Inkwell".to_owned() };
    let set = library.move_operations(&set.id, set.revision, &id(1), &named_tool).unwrap();
    assert_eq!((set.tools.len(), set.operations[1].tool), (2, 1));
    assert!(
        matches!(set.operations[1].kind, OperationKind::Corroborate { .. }),
        "compared with its new tool"
    );
    let to_price = MoveTo::Property { property: "price".to_owned() };
    let set = library.move_operations(&set.id, set.revision, &id(2), &to_price).unwrap();
    let set =
        library.add_proposal(&set.id, set.revision, "Paperloom", claim("tagline", "Seen by eye")).unwrap();
    assert_eq!(place_of(&set, "tagline"), 3);
    assert_eq!(set, library.change_set(&set.id).unwrap(), "what is answered is what is stored");
    let set = fixture.decide(&set, 0, Decision::Rejected);
    let set = library
        .decide(&set.id, set.revision, &[id(1), id(2)].concat(), Decision::Accepted, None, None)
        .unwrap();
    let set = fixture.decide(&set, 3, Decision::Accepted);
    library.merge(&set.id, set.revision).unwrap();
    let tool = |name: &str| library.tool(&library.tool_named(name).unwrap().unwrap()).unwrap();
    assert_eq!(
        tool("Inkwell").claims.iter().find(|claim| claim.property == "feature").unwrap().evidence.len(),
        2
    );
    assert_eq!(tool("Quillmark").claims[0].value.display(), "$9");
    assert_eq!(tool("Paperloom").claims[0].raw_text, "Seen by eye");
    fixture.assert_whole();
}
