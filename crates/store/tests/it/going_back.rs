//! Going back to a backup while the library is open, and what stays as it is now.

use domain::PixelBox;
use store::{Backup, EventKind, Library, OlderCopies};

use crate::redacting::{SECRET, holding, line, secret_page};
use crate::support::{Fixture, claim, dump, named, png};

/// Tables of accepted things, and every event but the one that going back adds.
fn state(fixture: &Fixture) -> (String, Vec<String>) {
    let events = fixture.library.history().unwrap();
    let kept = events.into_iter().filter(|event| !event.description.starts_with("Went back"));
    (dump(fixture.path()), kept.map(|event| event.description).collect())
}

fn backed_up(fixture: &Fixture) -> Backup {
    let path = fixture.library.backup("by hand").unwrap();
    Library::backups(fixture.path()).unwrap().into_iter().find(|backup| backup.path == path).unwrap()
}

#[test]
fn the_library_becomes_what_it_was_and_can_come_back() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let then = state(&fixture);
    let backup = backed_up(&fixture);
    fixture.merged(2, vec![named("Inkwell", vec![claim("feature", "Offline")])]);
    let tool = fixture.library.tool_named("Quillmark").unwrap().unwrap();
    fixture.library.set_note("tool", &tool, "Since then").unwrap();
    let now = state(&fixture);
    let contents = fixture.library.backup_contents(&backup).unwrap();
    assert_eq!((contents.captures, contents.tools, contents.claims), (1, 1, 2));
    assert_eq!((contents.steps_since, contents.captures_since), (2, 1));
    assert_eq!(contents.last_step.as_deref(), Some("Merge of 2 claims into 1 tool"));

    let went = fixture.library.go_back(backup.number).unwrap();
    assert_eq!((went.captures_kept, went.removed_again), (1, 0));
    assert_eq!(went.notices, []);
    assert_eq!(state(&fixture), then);
    let newest = fixture.library.history().unwrap().remove(0);
    assert_eq!(newest.kind, EventKind::Redact, "it cannot be undone, only gone back on");
    assert!(newest.description.starts_with(&format!("Went back to backup {} of 20", backup.number)));
    assert_eq!(fixture.library.captures().unwrap().len(), 2, "a picture that was added since stays");
    let job = fixture.library.next_job().unwrap().unwrap();
    assert_eq!(job.capture.name, "page-2.png", "and is read again");
    assert!(fixture.library.search("inkwell", 10).unwrap().is_empty(), "the index is of the present");
    assert_eq!(fixture.library.search("quillmark", 10).unwrap().len(), 3);
    fixture.assert_whole();

    // Everything goes on: steps, undo, a restart, the journal alone.
    let fixture = fixture.reopened();
    assert_eq!(
        (fixture.library.notices().len(), state(&fixture)),
        (1, then),
        "only the job is taken up again"
    );
    assert_eq!(fixture.library.notices()[0].code, "recovered");
    fixture.library.undo().unwrap().unwrap();
    assert!(fixture.library.tools().unwrap().is_empty());
    fixture.library.redo().unwrap().unwrap();

    let kept = Library::backups(fixture.path()).unwrap().into_iter().find(|backup| backup.path == went.kept);
    let kept = kept.expect("the library as it was is a backup");
    assert_eq!(kept.reason, "before-going-back");
    fixture.library.go_back(kept.number).unwrap();
    assert_eq!(state(&fixture), now);
    fixture.assert_whole();
    let mut names: Vec<String> = std::fs::read_dir(fixture.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.retain(|name| name.starts_with("journal") || name == "quarantine");
    assert!(names.iter().all(|name| name == "journal.jsonl" || name == "quarantine"), "{names:?}");
    if fixture.path().join("quarantine").exists() {
        assert_eq!(std::fs::read_dir(fixture.path().join("quarantine")).unwrap().count(), 0);
    }
}

#[test]
fn what_was_redacted_stays_redacted() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![secret_page()]);
    let tool = fixture.only_tool();
    fixture.library.set_note("tool", &tool.id, &format!("They say {SECRET}")).unwrap();
    let backup = backed_up(&fixture);
    fixture.library.set_note("capture", &set.capture, "Since then").unwrap();
    fixture.library.redact(&set.capture, &[line(2)], &png(900), OlderCopies::Keep).unwrap();
    let picture = fixture.library.capture(&set.capture).unwrap().sha256;

    let went = fixture.library.go_back(backup.number).unwrap();
    assert_eq!(went.removed_again, 1);
    let old = [backup.path.display().to_string()];
    assert_eq!(holding(fixture.path(), SECRET), old, "only the older copy that was kept on purpose");
    assert_eq!(fixture.library.note("capture", &set.capture).unwrap(), None, "it did go back");
    assert!(fixture.library.note("tool", &tool.id).unwrap().unwrap().starts_with("They say [removed"));
    assert_eq!(fixture.library.capture(&set.capture).unwrap().sha256, picture);
    let values: Vec<String> = fixture.only_tool().claims.iter().map(|claim| claim.value.display()).collect();
    assert_eq!(values, ["Quillmark", "Works offline"]);
    assert!(fixture.library.search("zephyr", 10).unwrap().is_empty());
    fixture.assert_whole();

    // Not by steps that are taken back and repeated, and not by going back once more.
    while fixture.library.undo().unwrap().is_some() {}
    while fixture.library.redo().unwrap().is_some() {}
    assert_eq!(fixture.library.go_back(backup.number).unwrap().removed_again, 1);
    assert_eq!(holding(fixture.path(), SECRET), old);
    fixture.assert_whole();
}

#[test]
fn a_page_that_was_not_read_by_then_is_redacted_too() {
    let fixture = Fixture::new();
    let capture = fixture.add(1);
    let backup = backed_up(&fixture);
    let job = fixture.library.next_job().unwrap().unwrap();
    let tools = vec![named("Quillmark", vec![claim("feature", "Works offline")])];
    let outcome = crate::support::outcome(crate::support::extraction(tools));
    fixture.library.finish_job(&job.id, outcome).unwrap();
    let region = PixelBox::new(0, 0, 400, 400);
    fixture.library.redact(&capture, &[region], &png(900), OlderCopies::Keep).unwrap();
    fixture.library.go_back(backup.number).unwrap();
    fixture.assert_whole();
    let job = fixture.library.next_job().unwrap().unwrap();
    let file = fixture.library.capture_file(&job.capture.sha256).unwrap();
    assert_eq!(std::fs::read(file).unwrap(), png(900), "what is read now is the picture without it");
}

#[test]
fn what_was_removed_from_the_trash_stays_removed() {
    let fixture = Fixture::new();
    let set = fixture.drafted(1, vec![named("Quillmark", vec![claim("feature", SECRET)])]);
    let backup = backed_up(&fixture);
    fixture.library.trash_captures(std::slice::from_ref(&set.capture)).unwrap();
    fixture.library.empty_trash(true).unwrap();
    fixture.library.go_back(backup.number).unwrap();
    assert_eq!(fixture.library.captures().unwrap(), []);
    assert_eq!(fixture.library.restore_captures(&[set.capture]).unwrap_err().code(), "purged");
    assert!(fixture.library.search("zephyr", 10).unwrap().is_empty());
    fixture.assert_whole();

    // The other way: the backup is put in the database's place and the journal goes on from it.
    let Fixture { folder, library } = fixture;
    drop(library);
    let newest = Library::backups(folder.path()).unwrap().remove(0);
    Library::restore(folder.path(), Some(&newest.path)).unwrap();
    let library = Library::open(folder.path(), store::Access::Owner).unwrap();
    assert_eq!(library.captures().unwrap(), []);
    assert_eq!(library.reading(&library_capture(&library)).unwrap(), None);
    assert_eq!(library.verify().unwrap(), []);
}

fn library_capture(library: &Library) -> String {
    let connection = rusqlite::Connection::open(library.directory().join("library.db")).unwrap();
    connection.query_row("SELECT id FROM capture", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_restore_that_the_journal_goes_on_from_refuses_a_backup_from_before_a_redaction() {
    let fixture = Fixture::new();
    let set = fixture.merged(1, vec![secret_page()]);
    let backup = backed_up(&fixture);
    fixture.library.redact(&set.capture, &[line(2)], &png(900), OlderCopies::Keep).unwrap();
    let newer = backed_up(&fixture);
    fixture.library.set_note("capture", &set.capture, "Since then").unwrap();
    let before = dump(fixture.path());
    let Fixture { folder, library } = fixture;
    drop(library);
    let refused = Library::restore(folder.path(), Some(&backup.path)).unwrap_err();
    assert_eq!(refused.code(), "before_removal");
    assert_eq!(dump(folder.path()), before, "nothing was changed");
    Library::restore(folder.path(), Some(&newer.path)).unwrap();
    let library = Library::open(folder.path(), store::Access::Owner).unwrap();
    assert_eq!(dump(folder.path()), before, "the journal goes on from a newer one");
    drop(library);

    // A repair finds no newer backup that is whole, and takes the journal instead of the older one.
    std::fs::write(folder.path().join("library.db"), b"no database").unwrap();
    for newer in Library::backups(folder.path()).unwrap() {
        if newer.number > backup.number {
            std::fs::remove_file(newer.path).unwrap();
        }
    }
    let repaired = Library::repair(folder.path()).unwrap();
    assert_eq!(repaired.way, store::RepairWay::Journal);
    let library = Library::open(folder.path(), store::Access::Owner).unwrap();
    assert!(library.search("zephyr", 10).unwrap().is_empty());
}

#[test]
fn a_backup_that_is_damaged_or_gone_changes_nothing() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let backup = backed_up(&fixture);
    fixture.library.set_note("tool", &fixture.only_tool().id, "Since then").unwrap();
    let before = state(&fixture);
    assert_eq!(fixture.library.go_back(999).unwrap_err().code(), "unknown");
    let connection = rusqlite::Connection::open(&backup.path).unwrap();
    connection.execute("UPDATE claim SET raw_text = 'Nodes' WHERE raw_text = 'Notes'", []).unwrap();
    drop(connection);
    assert_eq!(fixture.library.go_back(backup.number).unwrap_err().code(), "damaged");
    assert_eq!(state(&fixture), before);
    assert_eq!(std::fs::read_dir(fixture.path().join("tmp")).unwrap().count(), 0, "nothing is left behind");
    fixture.library.set_note("tool", &fixture.only_tool().id, "It goes on").unwrap();
    fixture.assert_whole();
}
