//! Removing parts of a capture for good: what goes, what stays, and that no file of the library remembers.

use std::path::Path;

use domain::{EvidenceLine, PixelBox, ProposedClaim, ProposedTool};
use store::{Access, Library, OlderCopies, Redacted};

use crate::support::{Fixture, claim, dump, named, outcome, png, price, reading};

pub(crate) const SECRET: &str = "Codename Zephyr-77";

/// Where the line with that number stands.
pub(crate) const fn line(place: u32) -> PixelBox {
    PixelBox::new(10, 20 + 30 * place, 300, 18)
}

/// A tool whose claims stand on the lines of the page one after the other.
fn page(claims: Vec<ProposedClaim>) -> ProposedTool {
    let stands = |(place, mut claim): (usize, ProposedClaim)| {
        let bounds = line(place as u32);
        claim.evidence = vec![EvidenceLine { text: claim.raw_text.clone(), bounds }];
        claim
    };
    ProposedTool { claims: claims.into_iter().enumerate().map(stands).collect() }
}

pub(crate) fn secret_page() -> ProposedTool {
    page(vec![claim("name", "Quillmark"), claim("feature", "Works offline"), claim("feature", SECRET)])
}

fn redact(fixture: &Fixture, capture: &str, place: u32, copies: OlderCopies) -> Redacted {
    fixture.library.redact(capture, &[line(place)], &png(900), copies).unwrap()
}

/// Files below the folder that hold the text, however it is written.
pub(crate) fn holding(folder: &Path, text: &str) -> Vec<String> {
    let wanted = text.to_lowercase().into_bytes();
    let key: Vec<u8> = wanted.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, text));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap().to_ascii_lowercase();
        let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
        if holds(&wanted) || holds(&key) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn values(library: &Library) -> Vec<String> {
    let tools = library.tools().unwrap();
    let tools = tools.iter().map(|tool| library.tool(&tool.id).unwrap());
    tools.flat_map(|tool| tool.claims).map(|claim| claim.value.display()).collect()
}

#[test]
fn what_rests_on_the_region_alone_is_gone_from_every_file() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![secret_page()]);
    let tool = fixture.only_tool();
    let claim = tool.claims.iter().find(|claim| claim.raw_text == SECRET).unwrap();
    fixture.library.set_note("claim", &claim.id, "Ask about it").unwrap();
    fixture.library.set_note("tool", &tool.id, &format!("They say {SECRET}, too")).unwrap();
    fixture.library.set_alt_text(&set.capture, &format!("A page with {SECRET}"), Some("rules")).unwrap();
    fixture.library.save_search("Mine", "zephyr").unwrap();
    assert_eq!(fixture.library.search("zephyr", 10).unwrap().len(), 3, "a claim, a line and a note");
    let old = fixture.library.capture(&set.capture).unwrap().sha256;
    assert!(!holding(fixture.path(), SECRET).is_empty());

    let planned = fixture.library.plan_redaction(&set.capture, &[line(2)]).unwrap();
    let redacted = redact(&fixture, &set.capture, 2, OlderCopies::Keep);

    assert_eq!(planned, redacted);
    assert_eq!((redacted.texts.as_slice(), redacted.claims.len()), (&[SECRET.to_owned()][..], 1));
    assert_eq!(holding(fixture.path(), SECRET), Vec::<String>::new());
    assert_eq!(values(&fixture.library), ["Quillmark", "Works offline"]);
    assert_eq!(fixture.library.search("zephyr", 10).unwrap(), []);
    assert!(fixture.library.note("tool", &tool.id).unwrap().unwrap().starts_with("They say [removed"));
    let capture = fixture.library.capture(&set.capture).unwrap();
    assert_ne!(capture.sha256, old);
    assert_eq!(std::fs::read(fixture.library.capture_file(&capture.sha256).unwrap()).unwrap(), png(900));
    assert_eq!(fixture.library.capture_file(&old).unwrap_err().code(), "missing_file");
    let lines = fixture.library.reading(&set.capture).unwrap().unwrap().lines;
    assert_eq!(
        lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(),
        ["Quillmark", "Works offline"]
    );
    fixture.assert_whole();

    // Neither a restart nor the journal alone brings it back.
    let fixture = fixture.reopened();
    assert_eq!(fixture.library.notices(), []);
    let before = dump(fixture.path());
    let Fixture { folder, library } = fixture;
    drop(library);
    Library::restore(folder.path(), None).unwrap();
    std::fs::remove_dir_all(folder.path().join("quarantine")).unwrap();
    let library = Library::open(folder.path(), Access::Owner).unwrap();
    let claims = |dump: &str| dump.lines().filter(|line| line.starts_with("claim")).count();
    assert_eq!(claims(&dump(folder.path())), claims(&before));
    assert_eq!(values(&library), ["Quillmark", "Works offline"]);
    assert_eq!(holding(folder.path(), SECRET), Vec::<String>::new());
    assert_eq!(library.verify().unwrap(), []);
}

#[test]
fn earlier_steps_can_be_taken_back_and_repeated_without_bringing_it_back() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![secret_page()]);
    let tool = fixture.only_tool();
    fixture.library.set_note("tool", &tool.id, "Second step").unwrap();
    redact(&fixture, &set.capture, 2, OlderCopies::Keep);
    let whole = dump(fixture.path());
    while fixture.library.undo().unwrap().is_some() {}
    assert_eq!(fixture.library.tools().unwrap(), []);
    while fixture.library.redo().unwrap().is_some() {}
    assert_eq!(dump(fixture.path()), whole);
    assert_eq!(holding(fixture.path(), SECRET), Vec::<String>::new());
    fixture.assert_whole();
}

#[test]
fn steps_that_were_taken_back_do_not_remember_it() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![secret_page()]);
    fixture.library.undo().unwrap().unwrap();
    redact(&fixture, &set.capture, 2, OlderCopies::Keep);
    assert_eq!(holding(fixture.path(), SECRET), Vec::<String>::new());
    fixture.library.redo().unwrap().unwrap();
    assert_eq!(values(&fixture.library), ["Quillmark", "Works offline"]);
    fixture.assert_whole();
}

#[test]
fn a_claim_with_other_evidence_loses_only_this_one() {
    let fixture = Fixture::new();
    let first = fixture.merged(1, vec![secret_page()]);
    let second = fixture.merged(2, vec![page(vec![claim("feature", SECRET), claim("name", "Quillmark")])]);
    let redacted = redact(&fixture, &first.capture, 2, OlderCopies::Keep);
    assert_eq!((redacted.claims.len(), redacted.evidence), (0, 1));
    assert_eq!(redacted.also_on, std::slice::from_ref(&second.capture));
    let tool = fixture.only_tool();
    let kept = tool.claims.iter().find(|claim| claim.raw_text == SECRET).unwrap();
    let captures: Vec<&str> = kept.evidence.iter().map(|evidence| evidence.capture.as_str()).collect();
    assert_eq!(captures, [second.capture.as_str()]);
    assert_eq!(fixture.library.search("zephyr", 10).unwrap().len(), 2, "the claim and the other page's line");
    fixture.assert_whole();
}

#[test]
fn a_value_that_was_replaced_leaves_the_chain_of_claims_whole() {
    let fixture = Fixture::new();
    let tool = |tagline: &str| page(vec![claim("name", "Quillmark"), claim("tagline", tagline)]);
    fixture.merged(1, vec![tool("Notes")]);
    let middle = fixture.merged(2, vec![tool(SECRET)]);
    fixture.merged(3, vec![tool("Notes and tasks")]);
    redact(&fixture, &middle.capture, 1, OlderCopies::Keep);
    let tool = fixture.only_tool();
    let newest = tool.claims.iter().find(|claim| claim.property == "tagline").unwrap();
    let oldest = tool.history.iter().find(|claim| claim.raw_text == "Notes").unwrap();
    assert_eq!(newest.supersedes.as_ref(), Some(&oldest.id));
    assert_eq!(fixture.library.claim_history(&newest.id).unwrap().versions.len(), 2);
    assert_eq!(holding(fixture.path(), SECRET), Vec::<String>::new());
    fixture.assert_whole();
}

#[test]
fn a_name_that_stood_only_there_gives_way_everywhere() {
    let fixture = Fixture::new();
    let set =
        fixture.merged(1, vec![page(vec![claim("name", "Zephyrsoft"), claim("feature", "Works offline")])]);
    fixture.merged(2, vec![named("Quillmark", vec![price("Pro", 20.0)])]);
    fixture.library.call_different("Zephyrsoft", "Quillmark", None).unwrap();
    redact(&fixture, &set.capture, 0, OlderCopies::Keep);
    assert_eq!(holding(fixture.path(), "Zephyrsoft"), Vec::<String>::new());
    let names: Vec<String> = fixture.library.tools().unwrap().into_iter().map(|tool| tool.name).collect();
    assert!(names.iter().any(|name| name.starts_with("[removed")), "{names:?}");
    fixture.assert_whole();
}

#[test]
fn a_tool_of_which_nothing_is_left_goes() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![page(vec![claim("name", "Zephyrsoft")])]);
    redact(&fixture, &set.capture, 0, OlderCopies::Keep);
    assert_eq!(fixture.library.tools().unwrap(), []);
    assert_eq!(holding(fixture.path(), "Zephyrsoft"), Vec::<String>::new());
    fixture.assert_whole();
}

#[test]
fn what_is_not_decided_yet_goes_too_and_the_rest_can_be_merged() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![secret_page()]);
    redact(&fixture, &set.capture, 2, OlderCopies::Keep);
    let left = fixture.library.change_set(&set.id).unwrap();
    assert_eq!(left.operations.len(), 2);
    assert!(left.revision > set.revision);
    assert_eq!(holding(fixture.path(), SECRET), Vec::<String>::new());
    let accepted = fixture.accept_all(&left);
    fixture.library.merge(&set.id, accepted.revision).unwrap();
    fixture.assert_whole();
}

#[test]
fn older_copies_are_named_and_removed_where_that_is_wanted() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![secret_page()]);
    let copy = fixture.library.backup("by hand").unwrap();
    let kept = redact(&fixture, &set.capture, 2, OlderCopies::Keep);
    assert_eq!(kept.older_copies, [format!("backups/{}", copy.file_name().unwrap().to_string_lossy())]);
    assert_eq!(holding(fixture.path(), SECRET), [copy.display().to_string()]);

    let removed = redact(&fixture, &set.capture, 1, OlderCopies::Remove);
    assert_eq!(removed.older_copies, Vec::<String>::new());
    assert_eq!(holding(fixture.path(), SECRET), Vec::<String>::new());
    let backups = Library::backups(fixture.path()).unwrap();
    assert_eq!(backups.len(), 1, "a new one takes their place: {backups:?}");
    assert_eq!(backups[0].reason, "after-redaction");
}

#[test]
fn what_is_held_up_is_finished_by_the_next_opening() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![secret_page()]);
    // Somebody looks at the library and does not let go.
    let other = rusqlite::Connection::open(fixture.path().join("library.db")).unwrap();
    other.execute_batch("BEGIN; SELECT count(*) FROM claim;").unwrap();
    let stopped = fixture.library.redact(&set.capture, &[line(2)], &png(900), OlderCopies::Keep).unwrap_err();
    assert_eq!(stopped.code(), "unfinished");
    assert_eq!(fixture.library.set_note("capture", &set.capture, "x").unwrap_err().code(), "reopen_needed");
    drop(other);
    let fixture = fixture.reopened();
    let codes: Vec<&str> = fixture.library.notices().iter().map(|notice| notice.code).collect();
    assert_eq!(codes, ["redaction_finished"]);
    assert_eq!(holding(fixture.path(), SECRET), Vec::<String>::new());
    fixture.assert_whole();
}

#[test]
fn what_cannot_be_redacted_now_is_refused_and_nothing_changes() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![secret_page()]);
    let before = dump(fixture.path());
    let refused = |capture: &str, region: PixelBox| {
        let refused = fixture.library.redact(capture, &[region], &png(900), OlderCopies::Remove);
        refused.unwrap_err().code().to_owned()
    };
    assert_eq!(refused(&set.capture, PixelBox::new(5000, 0, 10, 10)), "outside");
    assert_eq!(refused("nobody", line(0)), "unknown");
    let unread = fixture.add(2);
    assert_eq!(refused(&unread, line(0)), "being_read");
    let job = fixture.library.next_job().unwrap().unwrap();
    fixture.library.fail_job(&job.id, "truncated", "It ends early.", false).unwrap();
    assert_eq!(refused(&unread, line(0)), "not_decoded");
    assert_eq!(dump(fixture.path()), before);
    let files = std::fs::read_dir(fixture.path().join("captures")).unwrap();
    assert_eq!(
        files
            .filter(|folder| {
                let folder = folder.as_ref().unwrap().path();
                std::fs::read_dir(folder).unwrap().next().is_some()
            })
            .count(),
        2,
        "the picture that nobody needs is not kept"
    );
    fixture.assert_whole();
}

#[test]
fn a_word_on_the_page_is_no_reason_to_change_words_of_our_own() {
    let fixture = Fixture::new();
    fixture.add(1);
    let job = fixture.library.next_job().unwrap().unwrap();
    let tools = vec![named("Quillmark", vec![claim("license", "MIT")])];
    let outcome = store::JobOutcome {
        reading: reading(&["license", "verified", "site", "text", "add", "accepted"]),
        ..outcome(crate::support::extraction(tools))
    };
    let set = fixture.library.finish_job(&job.id, outcome).unwrap().unwrap();
    let set = fixture.accept_all(&set);
    fixture.library.merge(&set.id, set.revision).unwrap();
    let whole = PixelBox::new(0, 50, 800, 550);
    fixture.library.redact(&set.capture, &[whole], &png(900), OlderCopies::Keep).unwrap();
    let claims = fixture.only_tool().claims;
    assert_eq!(claims.iter().map(|claim| claim.property.as_str()).collect::<Vec<_>>(), ["name", "license"]);
    fixture.library.undo().unwrap().unwrap();
    fixture.library.redo().unwrap().unwrap();
    fixture.assert_whole();
}

#[test]
fn a_merge_that_was_taken_back_can_be_repeated_on_a_tool_that_lost_its_claims() {
    let fixture = Fixture::new();
    let first = fixture.merged(1, vec![page(vec![claim("name", "Zephyrsoft")])]);
    fixture.merged(2, vec![page(vec![claim("feature", "Works offline"), claim("name", "Zephyrsoft")])]);
    fixture.library.undo().unwrap().unwrap();
    redact(&fixture, &first.capture, 0, OlderCopies::Keep);
    fixture.library.redo().unwrap().unwrap();
    assert!(values(&fixture.library).contains(&"Works offline".to_owned()));
    fixture.assert_whole();
}

#[test]
fn two_captures_never_become_one_picture() {
    let fixture = Fixture::new();
    let first = fixture.merged(1, vec![secret_page()]);
    let second = fixture.merged(2, vec![page(vec![claim("name", "Inkwell")])]);
    redact(&fixture, &first.capture, 2, OlderCopies::Keep);
    let before = dump(fixture.path());
    let refused = fixture.library.redact(&second.capture, &[line(0)], &png(900), OlderCopies::Remove);
    assert_eq!(refused.unwrap_err().code(), "same_picture");
    assert_eq!(dump(fixture.path()), before);
    fixture.assert_whole();
}
