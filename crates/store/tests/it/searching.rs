//! Search: parts of words, any script, any punctuation, and an index that is never in the way.

use std::fs;

use domain::PixelBox;
use store::{Access, Hit, HitTarget, Library};

use crate::support::{Fixture, claim, named, price};

fn sample() -> Fixture {
    let fixture = Fixture::new();
    fixture.merged(
        1,
        vec![named(
            "Quillmark",
            vec![
                claim("tagline", "Notes that file themselves"),
                claim("feature", "100% \"local\" AND (fast) NOT* slow"),
            ],
        )],
    );
    fixture.merged(2, vec![named("墨水", vec![claim("tagline", "ノートを自動で整理します")])]);
    fixture
}

fn texts(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.text.as_str()).collect()
}

#[test]
fn parts_of_words_are_found_in_tools_claims_and_pages() {
    let fixture = sample();
    let hits = fixture.library.search("UILLM", 10).unwrap();
    assert_eq!(texts(&hits), ["Quillmark"; 3]);
    assert!(matches!(hits[0].target, HitTarget::Tool { .. }));
    assert!(matches!(&hits[1].target, HitTarget::Claim { property, .. } if property == "name"));
    let HitTarget::Line { capture, line } = &hits[2].target else { panic!("{hits:?}") };
    assert_eq!((hits[2].capture.as_ref(), *line), (Some(capture), 0));
    assert_eq!(hits[1].bounds, Some(PixelBox::new(10, 20, 200, 18)));
    assert_eq!(hits[1].capture.as_ref(), Some(capture));
}

#[test]
fn all_words_have_to_be_there_in_any_order() {
    let fixture = sample();
    assert_eq!(
        texts(&fixture.library.search("themselves notes", 10).unwrap()),
        ["Notes that file themselves"; 2]
    );
    assert!(fixture.library.search("themselves papers", 10).unwrap().is_empty());
}

#[test]
fn a_long_word_has_to_be_there_whole() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("feature", "Full interoperability with paper")])]);
    fixture.merged(2, vec![named("Inkwell", vec![claim("feature", "Inter-office mail with added ability")])]);
    fixture.merged(3, vec![named("墨水", vec![claim("feature", "すべての書類を自動的に整理整頓します")])]);
    let library = &fixture.library;
    let found = |query: &str| texts(&library.search(query, 10).unwrap()).len();
    let names = |query: &str| -> Vec<String> {
        library.find_tools(query).unwrap().into_iter().map(|tool| tool.name).collect()
    };
    for (query, name) in [
        ("interoperability", "Quillmark"),
        ("TEROPERABILI", "Quillmark"),
        ("書類を自動的に整理整頓し", "墨水"),
    ] {
        assert_eq!(found(query), 2, "{query}: a claim and the line it was read from");
        assert_eq!(names(query), [name], "{query}");
    }
    // Both ends of it stand in the second text.
    for query in ["inter-ability", "inter-officeability", "inte\"rope\"rability"] {
        assert_eq!(found(query), 0, "{query}");
        assert!(names(query).is_empty(), "{query}");
    }
}

#[test]
fn one_and_two_characters_and_other_scripts_are_found() {
    let fixture = sample();
    assert_eq!(fixture.library.search("墨", 10).unwrap().len(), 3);
    assert_eq!(texts(&fixture.library.search("自動 整理", 10).unwrap()), ["ノートを自動で整理します"; 2]);
    assert_eq!(fixture.library.search("qu", 10).unwrap().len(), 3);
}

#[test]
fn whatever_is_typed_is_text() {
    let fixture = sample();
    for query in ["\"local\" AND", "(fast)", "NOT*", "100%", "\"local\" and (fast) not* slow"] {
        let hits = fixture.library.search(query, 10).unwrap();
        assert_eq!(hits.len(), 2, "{query}: {hits:?}");
    }
    for query in [
        "\"",
        "'",
        "\"\"\"",
        "a\"b",
        "AND",
        "OR NOT",
        "NEAR(a b)",
        "*",
        "^x",
        "col:x",
        "-",
        "(((",
        "\0",
        "ab\0cd",
        "%_",
        "",
    ] {
        fixture.library.search(query, 10).unwrap_or_else(|error| panic!("{query:?}: {error}"));
    }
    assert!(fixture.library.search("%", 10).unwrap().iter().all(|hit| hit.text.contains('%')));
}

#[test]
fn the_index_follows_merges_and_undo() {
    let fixture = sample();
    assert!(fixture.library.search("inkwell", 10).unwrap().is_empty());
    fixture.merged(3, vec![named("Inkwell", vec![])]);
    assert_eq!(fixture.library.search("inkwell", 10).unwrap().len(), 3);
    fixture.library.undo().unwrap();
    let hits = fixture.library.search("inkwell", 10).unwrap();
    assert_eq!(hits.len(), 1, "the page still says it");
    assert!(matches!(hits[0].target, HitTarget::Line { .. }));
    fixture.merged(4, vec![named("Quillmark", vec![claim("tagline", "Papers")])]);
    let old: Vec<_> = fixture.library.search("file themselves", 10).unwrap();
    assert!(old.iter().all(|hit| matches!(hit.target, HitTarget::Line { .. })), "{old:?}");
}

#[test]
fn a_missing_or_damaged_index_is_made_again() {
    let fixture = sample();
    let expected = fixture.library.search("notes", 10).unwrap();
    assert_eq!(expected.len(), 2);
    let index = fixture.path().join("index.db");
    assert!(index.exists());
    let mut fixture = fixture.reopened();
    fs::remove_file(&index).unwrap();
    assert_eq!(fixture.library.search("notes", 10).unwrap(), expected);
    for damage in ["rubbish", "truncated", "flipped"] {
        fixture = {
            let Fixture { folder, library } = fixture;
            drop(library);
            let mut bytes = fs::read(&index).unwrap();
            match damage {
                "rubbish" => bytes = vec![b'#'; 9000],
                "truncated" => bytes.truncate(bytes.len() / 2),
                _ => bytes[4096..].iter_mut().step_by(61).for_each(|byte| *byte ^= 0x55),
            }
            fs::write(&index, bytes).unwrap();
            let library = Library::open(folder.path(), Access::Owner).unwrap();
            Fixture { folder, library }
        };
        assert_eq!(fixture.library.search("notes", 10).unwrap(), expected, "{damage}");
        fixture.assert_whole();
    }
}

#[test]
fn an_index_that_lost_a_word_is_noticed() {
    let fixture = sample();
    let expected = fixture.library.search("notes", 10).unwrap();
    let fixture = fixture.reopened();
    let connection = rusqlite::Connection::open(fixture.path().join("index.db")).unwrap();
    let lost = "INSERT INTO found (found, rowid, folded)
                SELECT 'delete', id, folded FROM document WHERE folded LIKE 'notes%'";
    assert_eq!(connection.execute(lost, []).unwrap(), 2);
    drop(connection);
    assert_eq!(fixture.library.search("notes", 10).unwrap(), expected);
}

#[test]
fn a_damaged_index_is_mended_by_a_check_while_it_is_open() {
    let fixture = sample();
    let expected = fixture.library.search("notes", 10).unwrap();
    let connection = rusqlite::Connection::open(fixture.path().join("index.db")).unwrap();
    let lost = "INSERT INTO found (found, rowid, folded)
                SELECT 'delete', id, folded FROM document WHERE folded LIKE 'notes%'";
    connection.execute(lost, []).unwrap();
    drop(connection);
    assert_ne!(fixture.library.search("notes", 10).unwrap(), expected);
    fixture.library.check_index().unwrap();
    assert_eq!(fixture.library.search("notes", 10).unwrap(), expected);
}

#[test]
fn short_words_and_parts_of_unspaced_scripts_are_found() {
    let fixture = sample();
    for (query, expected) in
        [("ノー", 2), ("整", 2), ("理し", 2), ("no", 4), ("(f", 2), ("%", 2), ("zz", 0), ("整 理", 2)]
    {
        assert_eq!(fixture.library.search(query, 10).unwrap().len(), expected, "{query}");
    }
    assert_eq!(
        fixture.library.search("themselves no", 10).unwrap().len(),
        2,
        "a short word beside a long one"
    );
}

#[test]
fn names_notes_and_marks_lead_to_their_tools() {
    let fixture = sample();
    let library = &fixture.library;
    let tool = library.tool_named("Quillmark").unwrap().unwrap();
    library.add_alias(&tool, "Feather", store::AliasKind::Former).unwrap();
    library.set_vendor(&tool, "Loom Works").unwrap();
    library.set_note("tool", &tool, "asked about on Tuesday").unwrap();
    library.mark_tools(std::slice::from_ref(&tool), store::Scheme::Tag, "writing", true).unwrap();
    for query in ["feather", "loom wor", "tuesday", "writing"] {
        let hits = library.search(query, 10).unwrap();
        assert!(
            matches!(&hits[0].target, HitTarget::Tool { tool: found } if *found == tool),
            "{query}: {hits:?}"
        );
    }
    let capture = library.captures().unwrap()[0].id.clone();
    library.set_note("capture", &capture, "from the newsletter").unwrap();
    assert_eq!(library.search("newsletter", 10).unwrap()[0].target, HitTarget::Note { capture });
    library.undo().unwrap();
    assert!(library.search("newsletter", 10).unwrap().is_empty());
}

#[test]
fn tools_are_found_by_words_and_conditions() {
    let fixture = Fixture::new();
    let offline = || claim("feature", "Works offline");
    fixture.merged(1, vec![named("Quillmark", vec![price("Pro", 10.0), claim("license", "MIT"), offline()])]);
    fixture
        .merged(2, vec![named("Inkwell", vec![price("Pro", 30.0), claim("license", "AGPL-3.0"), offline()])]);
    fixture.merged(3, vec![named("Paperloom", vec![price("Pro", 5.0)])]);
    let library = &fixture.library;
    let tool = library.tool_named("Inkwell").unwrap().unwrap();
    library.mark_tools(&[tool], store::Scheme::Tag, "Favourites", true).unwrap();
    let names = |query: &str| -> Vec<String> {
        library.find_tools(query).unwrap().into_iter().map(|tool| tool.name).collect()
    };
    assert_eq!(names("price<20"), ["Paperloom", "Quillmark"]);
    assert_eq!(names("price<20 licence:permissive"), ["Quillmark"]);
    assert_eq!(names("offline:yes"), ["Inkwell", "Quillmark"]);
    assert_eq!(names("offline:yes agpl"), ["Inkwell"]);
    assert_eq!(names("tag:favourites is:verified"), ["Inkwell"]);
    assert_eq!(names("quill"), ["Quillmark"]);
    assert_eq!(names("").len(), 3);
}

#[test]
fn tools_with_a_claim_that_was_not_seen_for_long_are_stale() {
    let fixture = Fixture::new();
    let merged = |number, tool| fixture.merged(number, vec![tool]).capture;
    let recent = merged(1, named("Inkwell", vec![price("Pro", 30.0)]));
    let old = merged(2, named("Quillmark", vec![claim("feature", "Works offline")]));
    let library = &fixture.library;
    let stale = || -> Vec<String> {
        library.find_tools("is:stale").unwrap().into_iter().map(|tool| tool.name).collect()
    };
    assert!(stale().is_empty());
    let days_ago = |days: i64| {
        let at = jiff::Timestamp::now()
            - jiff::SignedDuration::from_hours(24 * days)
            - jiff::SignedDuration::from_mins(1);
        format!("{at:.0}")
    };
    // A price is fresh for ninety days, a feature for a year.
    library.set_capture_field(&recent, "captured_at", &days_ago(90)).unwrap();
    library.set_capture_field(&old, "captured_at", &days_ago(91)).unwrap();
    assert!(stale().is_empty());
    library.set_capture_field(&recent, "captured_at", &days_ago(91)).unwrap();
    assert_eq!(stale(), ["Inkwell"]);
    let tool = library.tool(&library.tool_named("Inkwell").unwrap().unwrap()).unwrap();
    let priced = tool.claims.iter().find(|claim| claim.property == "price").unwrap();
    let seen = |id: &str| tool.seen.iter().find(|seen| seen.claim == id).unwrap().stale;
    assert!(seen(&priced.id), "the page of the tool says the same");
    library.set_capture_field(&old, "captured_at", &days_ago(400)).unwrap();
    assert_eq!(stale(), ["Inkwell", "Quillmark"]);
    library.save_search("To look at again", "is:stale price>20").unwrap();
    let search = &library.saved_searches().unwrap()[0];
    assert_eq!(library.find_tools(&search.query).unwrap().len(), 1);
    // A newer capture of the price makes it fresh again.
    fixture.merged(3, vec![named("Inkwell", vec![price("Pro", 30.0)])]);
    assert_eq!(stale(), ["Quillmark"]);
    // Kept for lists when the library is opened again.
    let fixture = fixture.reopened();
    assert_eq!(fixture.library.find_tools("is:stale").unwrap().len(), 1);
}

#[test]
fn an_index_that_cannot_be_written_does_not_stand_in_the_way() {
    let fixture = sample();
    let fixture = fixture.reopened();
    let index = fixture.path().join("index.db");
    if index.exists() {
        fs::remove_file(&index).unwrap();
    }
    fs::create_dir(&index).unwrap();
    assert_eq!(fixture.library.search("notes", 10).unwrap().len(), 2);
    fixture.merged(5, vec![named("Inkwell", vec![])]);
    assert_eq!(fixture.library.search("inkwell", 10).unwrap().len(), 3);
}

#[test]
fn an_index_of_a_time_that_never_was_is_made_again() {
    let fixture = sample();
    let backup = fixture.library.backup("").unwrap();
    fixture.merged(3, vec![named("Inkwell", vec![])]);
    assert_eq!(fixture.library.search("inkwell", 10).unwrap().len(), 3);
    let Fixture { folder, library } = fixture;
    drop(library);
    fs::copy(backup, folder.path().join("library.db")).unwrap();
    fs::remove_file(folder.path().join("journal.jsonl")).unwrap();
    let library = Library::open(folder.path(), Access::Owner).unwrap();
    assert!(library.search("inkwell", 10).unwrap().is_empty());
}

#[test]
fn a_reader_searches_without_touching_the_index_file() {
    let fixture = sample();
    let reader = Library::open(fixture.path(), Access::ReadOnly).unwrap();
    assert_eq!(reader.search("notes", 10).unwrap().len(), 2);
    assert!(!fixture.path().join("index.db").exists());
    // With the owner's index it finds the same, and what the owner has not indexed yet too.
    assert_eq!(fixture.library.search("notes", 10).unwrap().len(), 2);
    assert_eq!(reader.search("notes", 10).unwrap().len(), 2);
    fixture.merged(7, vec![named("Inkwell", vec![])]);
    assert_eq!(reader.search("inkwell", 10).unwrap().len(), 3);
    assert_eq!(fixture.library.search("inkwell", 10).unwrap().len(), 3);
    assert_eq!(reader.search("inkwell", 10).unwrap().len(), 3);
}

#[test]
fn the_limit_is_kept() {
    let fixture = sample();
    assert_eq!(fixture.library.search("notes", 1).unwrap().len(), 1);
    assert!(fixture.library.search("notes", 0).unwrap().is_empty());
}

#[test]
fn a_claim_is_found_by_the_typed_form_of_what_it_says() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("license", "Apache License, Version 2.0")])]);
    let hits = fixture.library.search("Apache-2.0", 10).unwrap();
    assert_eq!(hits.len(), 1, "{hits:?}");
    assert!(matches!(&hits[0].target, HitTarget::Claim { property, .. } if property == "license"));
}
