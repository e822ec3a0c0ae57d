//! Taking merges back, and repeating them.

use std::collections::{BTreeMap, BTreeSet};

use domain::page::PageAnswer;
use domain::{ChangeSetState, Decision, MoveTo, PixelBox};
use store::{EnteredValue, EventKind, OlderCopies, Scheme};

use crate::support::{Fixture, claim, full, named, png, price};

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

/// Takes every step that there is.
fn every_step() -> Fixture {
    let fixture = full();
    let library = &fixture.library;
    let tool = library.tool_named("Inkwell").unwrap().unwrap();
    let kept = library.tool_named("Quillmark").unwrap().unwrap();
    let held = library.tool(&tool).unwrap();
    let feature = held.claims.iter().find(|claim| claim.property == "feature").unwrap().id.clone();
    library.rename_tool(&tool, "Inkwell One").unwrap();
    library.add_alias(&tool, "Ink", store::AliasKind::Name).unwrap();
    library.remove_alias(&library.tool(&tool).unwrap().aliases[0].id).unwrap();
    library.set_vendor(&tool, "Loom").unwrap();
    library.set_vendor(&tool, "").unwrap();
    library.remove_relation(&library.tool(&kept).unwrap().relations[0].id).unwrap();
    library.call_different("Inkwell One", "Inkwells", None).unwrap();
    library.lock_claim(&feature, true).unwrap();
    library.lock_claim(&feature, false).unwrap();
    library.lock_property(&tool, "panel_ship", true).unwrap();
    library.lock_property(&tool, "panel_ship", false).unwrap();
    for (kind, target) in [("tool", tool.as_str()), ("claim", feature.as_str())] {
        library.set_note(kind, target, "Ask again").unwrap();
        library.set_note(kind, target, "").unwrap();
    }
    library.mark_tools(std::slice::from_ref(&tool), Scheme::Category, "Notes", true).unwrap();
    library.mark_tools(std::slice::from_ref(&tool), Scheme::Category, "Notes", false).unwrap();
    library.remove_search(&library.saved_searches().unwrap()[0].id).unwrap();
    let captures = library.captures().unwrap();
    for (field, value) in [
        ("url", "example.com"),
        ("title", "Prices"),
        ("app", "Browser"),
        ("scale", "2"),
        ("captured_at", "2026-02-03"),
    ] {
        library.set_capture_field(&captures[0].id, field, value).unwrap();
        library.set_capture_field(&captures[0].id, field, "").unwrap();
    }
    library.set_note("capture", &captures[0].id, "The one with the table").unwrap();
    for answer in [PageAnswer::SecondSighting, PageAnswer::Separate] {
        library.answer_page(&captures[0].id, &captures[1].id, answer).unwrap();
    }
    library.show_one_page("clip.gif", &[captures[0].id.clone(), captures[1].id.clone()]).unwrap();
    library.part_tools(&library.tool(&kept).unwrap().merged[0].id).unwrap();
    library.retire(&feature).unwrap();
    let text = |tool: &str, property| EnteredValue {
        row: 2,
        tool: tool.to_owned(),
        property,
        text: "$12 per month".to_owned(),
    };
    library.enter_values("Table of prices", &[text("Inkwell One", "price")], false).unwrap();
    library.enter_values("Table of prices", &[text("Inkwell One", "feature")], false).unwrap();
    let claims = library.tool(&tool).unwrap().claims;
    let priced = claims.iter().find(|claim| claim.property == "price").unwrap().id.clone();
    library.take_out(&tool, "Inkwell Two", &[priced]).unwrap();

    let set =
        fixture.drafted(31, vec![named("Papermill", vec![claim("tagline", "Mills"), claim("feature", "A")])]);
    let id = |set: &domain::ChangeSet, place: usize| vec![set.operations[place].id.clone()];
    let set = fixture.decide(&set, 1, Decision::Rejected);
    let set = fixture.decide(&set, 1, Decision::Pending);
    let set = fixture.edit(&set, 1, "Mills words");
    let to = MoveTo::Property { property: "limitation".to_owned() };
    let set = library.move_operations(&set.id, set.revision, &id(&set, 2), &to).unwrap();
    let set = library.name_tool(&set.id, set.revision, 0, "Papermill One").unwrap();
    let drawn = crate::made_up::proposal("feature", "B", PixelBox::new(10, 50, 100, 18));
    let set = library.add_proposal(&set.id, set.revision, "Papermill One", drawn).unwrap();
    let set = fixture.accept_all(&set);
    library.merge(&set.id, set.revision).unwrap();
    library.undo().unwrap().unwrap();
    library.redo().unwrap().unwrap();
    let region = PixelBox::new(10, 50, 100, 18);
    library.redact(&set.capture, &[region], &png(900), OlderCopies::Keep).unwrap();
    let thrown = fixture.add(32);
    library.trash_captures(std::slice::from_ref(&thrown)).unwrap();
    library.restore_captures(std::slice::from_ref(&thrown)).unwrap();
    library.trash_captures(&[thrown]).unwrap();
    library.empty_trash(true).unwrap();
    fixture
}

#[test]
fn every_kind_of_step_reads_as_a_plain_sentence() {
    let fixture = every_step();
    let mut titles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let connection = rusqlite::Connection::open(fixture.path().join("library.db")).unwrap();
    let mut statement = connection.prepare("SELECT kind, title FROM event ORDER BY seq").unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        titles.entry(row.get(0).unwrap()).or_default().insert(row.get(1).unwrap());
    }
    let kinds: Vec<&str> = titles.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["decide", "edit", "merge", "name", "redact", "redo", "undo"], "every kind was taken");
    assert!(titles["edit"].len() >= 40, "every edit was made: {titles:#?}");
    let ids: Vec<&str> = domain::property::PROPERTIES.iter().map(|property| property.id).collect();
    for title in titles.values().flatten() {
        assert!(!title.contains('_'), "an identifier shows: {title}");
        let words: Vec<&str> = title.split([' ', '(', ')']).collect();
        assert!(words.len() >= 3, "no sentence: {title}");
        // Two ids are words that sentences need.
        let shows = |word: &&str| ids.contains(word) && !["name", "other"].contains(word);
        assert!(!words.iter().any(shows), "the id of a field shows: {title}");
    }
    for title in [
        "Removed the date of page-6.png",
        "Wrote a note on page-6.png",
        "Wrote a note on a claim on Inkwell One (Features)",
        "Said that a claim on Inkwell One (Features) no longer holds",
        "Took back that Quillmark competes with Inkwell One",
        "Unlocked Panel ship of Inkwell One",
    ] {
        assert!(titles["edit"].contains(title), "{title} of {titles:#?}");
    }
    fixture.assert_whole();
}
