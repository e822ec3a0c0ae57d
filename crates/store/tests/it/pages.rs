//! The same page later: recognised by its text, compared claim by claim, and nothing that is gone is taken for untrue.

use domain::page::PageAnswer;
use domain::{ChangeSet, OperationKind, ProposedTool};
use store::{DifferenceKind, JobOutcome, PageDifference, Statement};

use crate::support::{Fixture, claim, extraction, named, outcome, price, reading};

const COMMON: [&str; 8] = [
    "Quillmark pricing and plans",
    "Everything you need to write",
    "Cancel at any time no questions asked",
    "Unlimited projects and guests",
    "Support answers within one working day",
    "Read the frequently asked questions below",
    "Terms Privacy Imprint Contact",
    "Made with care in a small town",
];

/// A page with the common text and one line for each claim.
fn page(tools: Vec<ProposedTool>) -> JobOutcome {
    let mut outcome = outcome(extraction(tools));
    let mut lines: Vec<String> = COMMON.iter().map(|line| (*line).to_owned()).collect();
    lines.extend(outcome.reading.lines.iter().map(|line| line.text.clone()));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    outcome.reading = reading(&lines);
    outcome
}

fn read(fixture: &Fixture, number: u32, tools: Vec<ProposedTool>) -> ChangeSet {
    fixture.add(number);
    let job = fixture.library.next_job().unwrap().unwrap();
    fixture.library.finish_job(&job.id, page(tools)).unwrap().unwrap()
}

fn before() -> Vec<ProposedTool> {
    vec![named(
        "Quillmark",
        vec![
            claim("tagline", "Notes that file themselves"),
            price("Pro", 20.0),
            claim("feature", "3 seats for free"),
            claim("feature", "Works in offline mode"),
            claim("feature", "Search across all notes"),
        ],
    )]
}

fn after() -> Vec<ProposedTool> {
    vec![named(
        "Quillmark",
        vec![
            claim("tagline", "Notes which file themselves"),
            price("Pro", 24.0),
            claim("feature", "1 seat for free"),
            claim("feature", "Search across all notes"),
        ],
    )]
}

/// The first capture is merged, the second one read.
fn recaptured() -> (Fixture, ChangeSet, ChangeSet) {
    let fixture = Fixture::new();
    let first = fixture.accept_all(&read(&fixture, 1, before()));
    fixture.library.merge(&first.id, first.revision).unwrap();
    let second = read(&fixture, 2, after());
    (fixture, first, second)
}

fn told(difference: &PageDifference) -> Vec<(DifferenceKind, String, String)> {
    let value =
        |side: &Option<Statement>| side.as_ref().map_or_else(String::new, |side| side.value.display());
    let statements = difference.statements.iter();
    statements.map(|each| (each.kind, value(&each.before), value(&each.after))).collect()
}

#[test]
fn a_later_capture_of_a_page_is_recognised_and_its_claims_are_compared() {
    let (fixture, first, second) = recaptured();
    let library = &fixture.library;
    let found = library.page_matches().unwrap();
    assert_eq!((found.len(), &found[0].capture, &found[0].earlier), (1, &second.capture, &first.capture));
    assert_eq!(found[0].likeness.suggested(), Some(PageAnswer::NewVersion), "{:?}", found[0].likeness);
    assert_eq!(library.page_difference(&second.id).unwrap(), None, "not before somebody says so");
    library.answer_page(&second.capture, &first.capture, PageAnswer::NewVersion).unwrap();
    assert!(library.page_matches().unwrap().is_empty());

    let set = library.change_set(&second.id).unwrap();
    let difference = library.page_difference(&set.id).unwrap().unwrap();
    assert_eq!((difference.version, difference.earlier_version, &difference.earlier), (2, 1, &first.capture));
    let expected = [
        (DifferenceKind::Changed, "$20 per month", "$24 per month"),
        (DifferenceKind::Changed, "3 seats for free", "1 seat for free"),
        (DifferenceKind::Gone, "Works in offline mode", ""),
        (DifferenceKind::Reworded, "Notes that file themselves", "Notes which file themselves"),
        (DifferenceKind::Unchanged, "Quillmark", "Quillmark"),
        (DifferenceKind::Unchanged, "Search across all notes", "Search across all notes"),
    ];
    assert_eq!(
        told(&difference),
        expected.map(|(kind, before, after)| (kind, before.to_owned(), after.to_owned()))
    );
    for statement in &difference.statements {
        assert_eq!(statement.tool, "Quillmark");
        let capture = |side: &Option<Statement>| {
            side.as_ref().map(|side| side.evidence.as_ref().unwrap().capture.clone())
        };
        assert_eq!(capture(&statement.before).unwrap(), first.capture, "each with its place then");
        assert!(capture(&statement.after).is_none_or(|capture| capture == second.capture), "and now");
    }

    let set = fixture.accept_all(&set);
    library.merge(&set.id, set.revision).unwrap();
    let merged = library.page_difference(&set.id).unwrap().unwrap();
    assert_eq!(told(&merged), told(&difference), "it can be looked at after the merge, too");
    let tool = fixture.only_tool();
    let current: Vec<&str> = tool.claims.iter().map(|claim| claim.raw_text.as_str()).collect();
    assert!(current.contains(&"Works in offline mode"), "not seen is not gone: {current:?}");
    assert!(current.contains(&"Notes that file themselves"), "a rewording keeps the claim: {current:?}");
    let history: Vec<&str> = tool.history.iter().map(|claim| claim.raw_text.as_str()).collect();
    assert_eq!(history, ["3 seats for free", "$20/mo"]);
    let tagline = tool.claims.iter().find(|claim| claim.property == "tagline").unwrap();
    let story = library.claim_history(&tagline.id).unwrap();
    let sightings: Vec<_> =
        story.sightings.iter().map(|seen| (seen.evidence.quote.as_str(), seen.page_version)).collect();
    assert_eq!(
        sightings,
        [("Notes that file themselves", Some(1)), ("Notes which file themselves", Some(2))]
    );
    let price = tool.claims.iter().find(|claim| claim.property == "price").unwrap();
    let story = library.claim_history(&price.id).unwrap();
    let values: Vec<String> = story.versions.iter().map(|version| version.value.display()).collect();
    assert_eq!(values, ["$20 per month", "$24 per month"]);
    assert_eq!(library.claim_history(&story.versions[0].id).unwrap(), story, "from either end");
    fixture.assert_whole();
}

#[test]
fn the_answer_can_be_another_and_can_be_taken_back() {
    let (fixture, first, second) = recaptured();
    let library = &fixture.library;
    let drafted = library.change_set(&second.id).unwrap();
    for answer in [PageAnswer::NewVersion, PageAnswer::SecondSighting, PageAnswer::Separate] {
        library.answer_page(&second.capture, &first.capture, answer).unwrap();
        let page = library.page_of(&second.capture).unwrap();
        let versions: Option<Vec<u32>> =
            page.map(|page| page.captures.iter().map(|capture| capture.version).collect());
        let expected = match answer {
            PageAnswer::NewVersion => Some(vec![1, 2]),
            PageAnswer::SecondSighting => Some(vec![1, 1]),
            PageAnswer::Separate => None,
        };
        assert_eq!(versions, expected);
        assert!(library.page_matches().unwrap().is_empty());
    }
    for _ in 0..3 {
        library.undo().unwrap().unwrap();
    }
    assert_eq!(library.page_matches().unwrap().len(), 1);
    assert_eq!(library.change_set(&second.id).unwrap().operations, drafted.operations);
    library.redo().unwrap().unwrap();
    assert_eq!(library.pages().unwrap()[0].captures.len(), 2);
    assert_eq!(
        library.answer_page(&second.capture, &second.capture, PageAnswer::NewVersion).unwrap_err().code(),
        "same_page"
    );
    let fixture = fixture.reopened();
    assert_eq!(fixture.library.pages().unwrap()[0].captures.len(), 2);
    fixture.assert_whole();
}

#[test]
fn another_tool_on_the_same_template_is_another_page() {
    let (fixture, ..) = recaptured();
    let sister = read(&fixture, 3, vec![named("Inkwell", vec![claim("tagline", "Ink that never dries")])]);
    assert!(fixture.library.page_match(&sister.capture).unwrap().is_none());
}

#[test]
fn a_second_reading_keeps_the_answer() {
    let (fixture, first, second) = recaptured();
    let library = &fixture.library;
    library.answer_page(&second.capture, &first.capture, PageAnswer::NewVersion).unwrap();
    library.retry_capture(&second.capture).unwrap();
    let job = library.next_job().unwrap().unwrap();
    let again = library.finish_job(&job.id, page(after())).unwrap().unwrap();
    assert!(library.page_matches().unwrap().is_empty());
    assert!(again.operations.iter().any(|operation| matches!(operation.kind, OperationKind::Reword { .. })));
    assert!(library.page_difference(&again.id).unwrap().is_some());
}

#[test]
fn the_pages_come_back_from_the_journal_alone() {
    let (fixture, first, second) = recaptured();
    fixture.library.answer_page(&second.capture, &first.capture, PageAnswer::NewVersion).unwrap();
    fixture.library.set_capture_field(&second.capture, "captured_at", "2026-02-03").unwrap();
    let before = fixture.library.pages().unwrap();
    assert_eq!(before[0].captures[1].at, "2026-02-03T00:00:00.000Z");
    let Fixture { folder, library } = fixture;
    drop(library);
    store::Library::restore(folder.path(), None).unwrap();
    let library = store::Library::open(folder.path(), store::Access::Owner).unwrap();
    assert_eq!(library.notices()[0].code, "rebuilt");
    assert_eq!(library.pages().unwrap(), before);
    assert_eq!(library.captures().unwrap().len(), 2);
    assert!(library.verify().unwrap().is_empty());
}
