//! Random sequences of steps: what the library holds depends on the merges that stand, and on nothing else.

use std::collections::BTreeMap;

use domain::{ChangeSetState, Decision, ProposedClaim, ProposedTool};
use proptest::prelude::*;
use store::Library;

use crate::support::{Fixture, claim, dump, named, price};

#[derive(Debug, Clone)]
enum Step {
    Draft(Vec<(u8, Vec<(u8, u8)>)>),
    Decide { set: u8, operation: u8, decision: u8 },
    AcceptAll { set: u8 },
    Name { set: u8, name: u8 },
    Merge { set: u8 },
    Edit { edit: u8, which: u8, other: u8 },
    Undo,
    Redo,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let tools = prop::collection::vec((0..3_u8, prop::collection::vec((0..4_u8, 0..3_u8), 0..4)), 1..3);
    prop_oneof![
        3 => tools.prop_map(Step::Draft),
        4 => (any::<u8>(), any::<u8>(), 0..4_u8)
            .prop_map(|(set, operation, decision)| Step::Decide { set, operation, decision }),
        3 => any::<u8>().prop_map(|set| Step::AcceptAll { set }),
        1 => (any::<u8>(), 0..3_u8).prop_map(|(set, name)| Step::Name { set, name }),
        4 => any::<u8>().prop_map(|set| Step::Merge { set }),
        3 => (0..10_u8, any::<u8>(), any::<u8>()).prop_map(|(edit, which, other)| Step::Edit { edit, which, other }),
        2 => Just(Step::Undo),
        2 => Just(Step::Redo),
        1 => Just(Step::Reopen),
    ]
}

const NAMES: [&str; 3] = ["Quillmark", "Inkwell", "Paperloom"];

fn proposals(tools: &[(u8, Vec<(u8, u8)>)]) -> Vec<ProposedTool> {
    let proposal = |(property, value): &(u8, u8)| -> ProposedClaim {
        match property {
            0 => claim("tagline", &format!("Tagline {value}")),
            1 => claim("feature", &format!("Feature {value}")),
            2 => price("Pro", f64::from(*value) * 10.0),
            _ => claim("community_votes", &format!("{value} votes")),
        }
    };
    let tool = |(name, claims): &(u8, Vec<(u8, u8)>)| {
        named(NAMES[usize::from(*name)], claims.iter().map(proposal).collect())
    };
    tools.iter().map(tool).collect()
}

/// The merges that stand, as dumps of the library after each of them; the last is what it must hold now.
struct Model {
    standing: Vec<String>,
    undone: Vec<(Option<String>, String)>,
}

fn pick<T>(items: &[T], number: u8) -> Option<&T> {
    (!items.is_empty()).then(|| &items[usize::from(number) % items.len()])
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut fixture = Fixture::new();
    let mut model = Model { standing: vec![fixture.dump()], undone: Vec::new() };
    for (number, step) in steps.iter().enumerate() {
        let library = &fixture.library;
        let sets = library.change_sets().unwrap();
        match step {
            Step::Draft(tools) => {
                fixture.draft(number as u32, crate::support::extraction(proposals(tools)));
            }
            Step::Decide { set, operation, decision } => {
                let Some(set) = pick(&sets, *set) else { continue };
                let Some(operation) = pick(&set.operations, *operation) else { continue };
                let (decision, edited) = match decision {
                    0 => (Decision::Accepted, None),
                    1 => (Decision::Rejected, None),
                    2 => (Decision::Pending, None),
                    _ => (Decision::Edited, Some("42 typed by hand")),
                };
                let ids = [operation.id.clone()];
                match library.decide(&set.id, set.revision, &ids, decision, edited, None) {
                    Ok(after) => {
                        if after.revision != set.revision {
                            forget_redo(&mut model, &set.id);
                        }
                    }
                    Err(error) => prop_assert_eq!(error.code(), "already_merged"),
                }
            }
            Step::AcceptAll { set } => {
                let Some(set) = pick(&sets, *set) else { continue };
                if set.state != ChangeSetState::Merged {
                    let after = fixture.accept_all(set);
                    if after.revision != set.revision {
                        forget_redo(&mut model, &set.id);
                    }
                }
            }
            Step::Name { set, name } => {
                let Some(set) = pick(&sets, *set) else { continue };
                match library.name_tool(&set.id, set.revision, 0, NAMES[usize::from(*name)]) {
                    Ok(after) if after.revision != set.revision => forget_redo(&mut model, &set.id),
                    Ok(_) => {}
                    Err(error) => prop_assert_eq!(error.code(), "already_merged"),
                }
            }
            Step::Merge { set } => {
                let Some(set) = pick(&sets, *set) else { continue };
                match library.merge(&set.id, set.revision) {
                    Ok(_) => {
                        model.standing.push(fixture.dump());
                        model.undone.clear();
                    }
                    Err(error) => {
                        let expected = ["already_merged", "nothing_to_merge", "all_blocked"];
                        prop_assert!(expected.contains(&error.code()), "{}", error);
                    }
                }
            }
            Step::Edit { edit, which, other } => {
                let events = library.history().unwrap().len();
                if let Err(error) = change(library, *edit, *which, *other) {
                    let expected = ["same_tool", "name_taken", "nothing_left", "unknown"];
                    prop_assert!(expected.contains(&error.code()), "{}", error);
                }
                if library.history().unwrap().len() > events {
                    model.standing.push(fixture.dump());
                    model.undone.clear();
                }
            }
            Step::Undo => {
                let undone = library.undo().unwrap();
                prop_assert_eq!(undone.is_some(), model.standing.len() > 1);
                if let Some(undone) = undone {
                    model.undone.push((Some(undone.change_set), model.standing.pop().unwrap()));
                }
            }
            Step::Redo => {
                let redone = library.redo().unwrap();
                prop_assert_eq!(redone.is_some(), !model.undone.is_empty());
                if let Some(redone) = redone {
                    let (set, dump) = model.undone.pop().unwrap();
                    prop_assert_eq!(Some(redone.change_set), set);
                    model.standing.push(dump);
                }
            }
            Step::Reopen => {
                fixture = fixture.reopened();
                prop_assert!(fixture.library.notices().is_empty());
            }
        }
        prop_assert_eq!(&fixture.dump(), model.standing.last().unwrap(), "after {:?}", step);
        check_invariants(&fixture.library)?;
    }
    let found = fixture.library.verify().unwrap();
    prop_assert!(found.is_empty(), "{:?}", found);
    replay(&fixture)
}

/// One change of the library that is no merge of a change set.
fn change(library: &Library, edit: u8, which: u8, other: u8) -> Result<(), store::StoreError> {
    let tools = library.tools()?;
    let (Some(tool), Some(second)) = (pick(&tools, which), pick(&tools, other)) else { return Ok(()) };
    let held = library.tool(&tool.id)?;
    let Some(claim) = pick(&held.claims, other) else { return Ok(()) };
    match edit {
        0 => library.rename_tool(&tool.id, &format!("Renamed {}", other % 4)),
        1 => library.add_alias(&tool.id, NAMES[usize::from(other) % 3], store::AliasKind::Name),
        2 | 3 => {
            let keep = [store::Keep::Kept, store::Keep::Absorbed, store::Keep::Both][usize::from(other) % 3];
            let choices = BTreeMap::from([("tagline".to_owned(), keep)]);
            library.merge_tools(&tool.id, &second.id, &choices).map(drop)
        }
        4 => match pick(&held.merged, other) {
            Some(merge) => library.part_tools(&merge.id).map(drop),
            None => Ok(()),
        },
        5 => library
            .take_out(&tool.id, &format!("Taken {}", which % 3), std::slice::from_ref(&claim.id))
            .map(drop),
        6 => library.lock_property(&tool.id, "tagline", other.is_multiple_of(2)),
        7 => library.lock_claim(&claim.id, other.is_multiple_of(2)),
        8 => match held.contradictions.first() {
            Some(found) => {
                library.settle(&tool.id, &found.key, found.claims.first().map(String::as_str), None)
            }
            None => library.set_note("tool", &tool.id, &format!("Note {other}")),
        },
        _ if held.claims.len() > 1 => library.retire(&claim.id),
        _ => Ok(()),
    }
}

/// A merge that is decided anew cannot be repeated, and neither can those that were taken back before it.
fn forget_redo(model: &mut Model, change_set: &str) {
    if let Some(place) = model.undone.iter().rposition(|(set, _)| set.as_deref() == Some(change_set)) {
        model.undone.drain(..=place);
    }
}

fn check_invariants(library: &Library) -> Result<(), TestCaseError> {
    for tool in library.tools().unwrap() {
        let tool = library.tool(&tool.id).unwrap();
        for old in &tool.history {
            prop_assert!(old.recorded_to.is_some() && old.status == domain::Status::Superseded);
        }
    }
    Ok(())
}

/// The journal alone, replayed over the drafts, gives the same library.
fn replay(fixture: &Fixture) -> Result<(), TestCaseError> {
    let copy = tempfile::TempDir::new().unwrap();
    let connection = rusqlite::Connection::open(fixture.path().join("library.db")).unwrap();
    let target = copy.path().join("library.db");
    connection.execute("VACUUM INTO ?1", [target.to_str().unwrap()]).unwrap();
    drop(connection);
    let connection = rusqlite::Connection::open(&target).unwrap();
    // Back to the state before the first step of a person.
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF;
             DELETE FROM tool_alias; DELETE FROM tool_merge; DELETE FROM tool_different; DELETE FROM field_lock;
             DELETE FROM settlement; DELETE FROM note; DELETE FROM tool_summary; DELETE FROM evidence; DELETE FROM claim; DELETE FROM tool; DELETE FROM event; DELETE FROM rejected;",
        )
        .unwrap();
    connection
        .execute_batch(
            "UPDATE operation SET change_set =
               (SELECT first.id FROM change_set first, change_set rest
                WHERE rest.id = operation.change_set AND first.capture = rest.capture AND first.job IS NOT NULL);
             DELETE FROM change_set_tool WHERE change_set IN (SELECT id FROM change_set WHERE job IS NULL);
             DELETE FROM change_set WHERE job IS NULL;",
        )
        .unwrap();
    drop(connection);
    std::fs::copy(fixture.path().join("journal.jsonl"), copy.path().join("journal.jsonl")).unwrap();
    let recovered = Library::open(copy.path(), store::Access::Owner).unwrap();
    let aside = recovered.notices().iter().find(|notice| notice.code == "journal_put_aside");
    prop_assert!(aside.is_none(), "{:?}", aside);
    prop_assert_eq!(dump(copy.path()), fixture.dump());
    Ok(())
}

/// Few sequences with the other tests; `SEQUENCES` asks for more.
fn cases() -> u32 {
    std::env::var("SEQUENCES").ok().and_then(|number| number.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_library_is_what_the_standing_merges_made_it(steps in prop::collection::vec(step(), 1..24)) {
        run(&steps)?;
    }
}
