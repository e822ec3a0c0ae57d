//! Deciding: what a draft shows, what a decision changes, what is remembered.

use domain::{ChangeSetState, Decision, OperationKind, Value};
use store::StoreError;

use crate::support::{Fixture, claim, named, place_of, price, tool};

#[test]
fn a_draft_starts_undecided_and_survives_a_restart() {
    let fixture = Fixture::new();
    let tools = vec![named("Quillmark", vec![claim("tagline", "Notes")]), named("Inkwell", vec![])];
    let set = fixture.drafted(1, tools);
    assert!(set.operations.iter().all(|operation| operation.decision == Decision::Pending));
    assert_eq!(set.title, "Quillmark and Inkwell (page-1.png)");
    assert_eq!(set.operations.iter().map(|operation| operation.tool).collect::<Vec<_>>(), [0, 0, 1]);
    let fixture = fixture.reopened();
    assert_eq!(fixture.library.change_set(&set.id).unwrap(), set);
    assert_eq!(fixture.library.change_sets().unwrap(), [set]);
}

#[test]
fn a_decision_can_be_changed_until_the_merge() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let ids = [set.operations[1].id.clone()];
    let library = &fixture.library;
    let accepted = fixture.decide(&set, 1, Decision::Accepted);
    assert_eq!(accepted.operations[1].decision, Decision::Accepted);
    assert!(accepted.revision > set.revision);
    let rejected = library
        .decide(&set.id, accepted.revision, &ids, Decision::Rejected, None, Some("  an advertisement "))
        .unwrap();
    assert_eq!(rejected.operations[1].reason.as_deref(), Some("an advertisement"));
    let pending = library.decide(&set.id, rejected.revision, &ids, Decision::Pending, None, None).unwrap();
    assert_eq!(pending.operations, set.operations);
    assert_eq!(library.change_set(&set.id).unwrap(), pending);
    let same = library.decide(&set.id, pending.revision, &ids, Decision::Pending, None, None).unwrap();
    assert_eq!(same.revision, pending.revision, "nothing changed");
}

#[test]
fn a_stale_decision_is_refused() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Quillmark", vec![])]);
    let now = fixture.decide(&set, 0, Decision::Accepted);
    let ids = [set.operations[0].id.clone()];
    let stale =
        fixture.library.decide(&set.id, set.revision, &ids, Decision::Rejected, None, None).unwrap_err();
    assert!(matches!(stale, StoreError::Stale { .. }), "{stale}");
    assert_eq!(fixture.library.name_tool(&set.id, set.revision, 0, "X").unwrap_err().code(), "stale");
    assert_eq!(fixture.library.merge(&set.id, set.revision).unwrap_err().code(), "stale");
    assert_eq!(fixture.library.change_set(&set.id).unwrap(), now);
}

#[test]
fn one_unknown_operation_stops_the_whole_decision() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Quillmark", vec![])]);
    let ids = [set.operations[0].id.clone(), "someone else's".to_owned()];
    let refused = fixture.library.decide(&set.id, set.revision, &ids, Decision::Accepted, None, None);
    assert_eq!(refused.unwrap_err().code(), "unknown");
    assert_eq!(fixture.library.change_set(&set.id).unwrap(), set);
}

#[test]
fn edits_are_understood_by_their_property_or_refused() {
    let fixture = Fixture::new();
    let ship =
        domain::ProposedClaim { value: Value::Percent { percent: 81.0 }, ..claim("panel_ship", "81%") };
    let set = fixture.drafted(1, vec![named("Quillmark", vec![price("Pro", 20.0), ship])]);
    let edit = |place: usize, text: Option<&str>| {
        let ids = [set.operations[place].id.clone()];
        fixture.library.decide(&set.id, set.revision, &ids, Decision::Edited, text, None)
    };
    assert_eq!(edit(1, Some("cheap")).unwrap_err().code(), "invalid_edit");
    assert_eq!(edit(2, Some("a lot")).unwrap_err().code(), "invalid_edit");
    assert_eq!(edit(2, Some("250%")).unwrap_err().code(), "invalid_edit");
    assert_eq!(edit(1, Some("  ")).unwrap_err().code(), "empty_edit");
    assert_eq!(edit(1, None).unwrap_err().code(), "empty_edit");
    assert_eq!(fixture.library.change_set(&set.id).unwrap(), set);
    let edited = edit(1, Some("€25 per seat per year")).unwrap();
    let Value::Money(money) = edited.operations[1].value().unwrap() else { panic!() };
    assert_eq!((money.amount, money.currency.as_deref()), (Some(25.0), Some("EUR")));
    assert_eq!((money.period, money.plan.as_deref()), (Some(domain::Period::Year), Some("Pro")));
    assert!(money.per_seat);
}

#[test]
fn the_draft_shows_what_each_proposal_would_do() {
    let fixture = Fixture::new();
    let first =
        named("Quillmark", vec![claim("tagline", "Notes"), claim("feature", "Offline"), price("Pro", 20.0)]);
    fixture.merged(1, vec![first]);
    let set = fixture.drafted(
        2,
        vec![named(
            "QUILLMARK ",
            vec![
                claim("tagline", "Notes, rewritten"),
                claim("feature", "offline"),
                claim("feature", "Dark mode"),
                price("Pro", 24.0),
                price("Team", 40.0),
            ],
        )],
    );
    let held = fixture.only_tool();
    assert_eq!(set.tools[0].existing.as_deref(), Some(held.id.as_str()));
    let id = |property: &str| held.claims.iter().find(|claim| claim.property == property).unwrap().id.clone();
    let kinds: Vec<_> = set.operations.iter().map(|operation| operation.kind.clone()).collect();
    assert_eq!(
        kinds,
        [
            OperationKind::Corroborate { claim: id("name") },
            OperationKind::Replace { claim: id("tagline"), before: "Notes".to_owned() },
            OperationKind::Corroborate { claim: id("feature") },
            OperationKind::Add,
            OperationKind::Replace { claim: id("price"), before: "$20 per month".to_owned() },
            OperationKind::Add,
        ]
    );
}

#[test]
fn rejected_values_are_not_proposed_again() {
    let fixture = Fixture::new();
    let page =
        || vec![named("Quillmark", vec![claim("feature", "Best in class"), claim("feature", "Offline")])];
    let set = fixture.drafted(1, page());
    fixture.decide(&set, 1, Decision::Rejected);
    let fixture = fixture.reopened();
    let second = fixture.drafted(2, page());
    assert_eq!(second.operations[1].decision, Decision::Rejected);
    assert_eq!(second.operations[1].reason.as_deref(), Some("rejected before"));
    assert_eq!(second.operations[2].decision, Decision::Pending);
    let other = fixture.drafted(3, vec![named("Inkwell", vec![claim("feature", "Best in class")])]);
    assert_eq!(other.operations[1].decision, Decision::Pending, "another tool may well say it");
    // The reviewer changes their mind: the last word counts.
    fixture.decide(&second, 1, Decision::Accepted);
    assert_eq!(fixture.drafted(4, page()).operations[1].decision, Decision::Pending);
    fixture.assert_whole();
}

#[test]
fn a_rejection_follows_the_name_of_its_tool() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Qu1llmark", vec![claim("feature", "Best in class")])]);
    let set = fixture.decide(&set, 1, Decision::Rejected);
    fixture.library.name_tool(&set.id, set.revision, 0, "Quillmark").unwrap();
    let decision = |number: u32, name: &str| {
        fixture.drafted(number, vec![named(name, vec![claim("feature", "best in class")])]).operations[1]
            .decision
    };
    assert_eq!(decision(2, "Quillmark"), Decision::Rejected);
    assert_eq!(decision(3, "Qu1llmark"), Decision::Pending);
}

#[test]
fn a_change_set_of_nothing_but_rejections_is_closed_and_can_be_opened_again() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Quillmark", vec![])]);
    let closed = fixture.decide(&set, 0, Decision::Rejected);
    assert_eq!(closed.state, ChangeSetState::Rejected);
    assert_eq!(fixture.library.merge(&closed.id, closed.revision).unwrap_err().code(), "nothing_to_merge");
    let open = fixture.decide(&closed, 0, Decision::Accepted);
    assert_eq!(open.state, ChangeSetState::Open);
    fixture.library.merge(&open.id, open.revision).unwrap();
}

#[test]
fn a_tool_without_a_name_has_to_be_named_before_it_is_merged() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![tool(vec![claim("feature", "Offline")])]);
    assert_eq!(set.title, "page-1.png");
    let set = fixture.accept_all(&set);
    let refused = fixture.library.merge(&set.id, set.revision).unwrap_err();
    assert!(matches!(refused, StoreError::ToolNeedsName { tool: 0, .. }), "{refused}");
    assert!(fixture.library.tools().unwrap().is_empty());
    assert_eq!(fixture.library.name_tool(&set.id, set.revision, 0, " — ").unwrap_err().code(), "empty_name");
    assert_eq!(fixture.library.name_tool(&set.id, set.revision, 5, "X").unwrap_err().code(), "unknown");
    let set = fixture.library.name_tool(&set.id, set.revision, 0, " Quillmark ").unwrap();
    assert_eq!(set.tools[0].name, "Quillmark");
    fixture.library.merge(&set.id, set.revision).unwrap();
    assert_eq!(fixture.only_tool().name, "Quillmark");
}

#[test]
fn naming_a_tool_finds_the_one_that_the_library_holds() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let set = fixture.drafted(2, vec![named("Quilmark", vec![claim("tagline", "Notes")])]);
    assert_eq!((set.tools[0].existing.as_deref(), &set.operations[1].kind), (None, &OperationKind::Add));
    let set = fixture.library.name_tool(&set.id, set.revision, 0, "quill mark").unwrap();
    assert_eq!(set.tools[0].existing, Some(fixture.only_tool().id));
    assert!(matches!(set.operations[1].kind, OperationKind::Corroborate { .. }));
}

#[test]
fn correcting_the_name_corrects_the_tool() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Qu1llmark", vec![])]);
    let set = fixture.edit(&set, place_of(&set, "name"), "Quillmark");
    assert_eq!(set.tools[0].name, "Quillmark");
    fixture.library.merge(&set.id, set.revision).unwrap();
    let held = fixture.only_tool();
    assert_eq!(held.name, "Quillmark");
    assert_eq!((held.claims[0].raw_text.as_str(), held.claims[0].locked), ("Qu1llmark", true));
}
