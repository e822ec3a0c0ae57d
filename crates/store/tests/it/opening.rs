//! Opening, locking, and what is done about a stop in the middle.

use std::fs;
use std::io::Write;

use domain::Decision;
use store::{Access, Library, StoreError};
use tempfile::TempDir;

use crate::support::{Fixture, claim, dump, named};

#[test]
fn one_owner_at_a_time_and_the_message_names_it() {
    let fixture = Fixture::new();
    let refused = Library::open(fixture.path(), Access::Owner).unwrap_err();
    let StoreError::LibraryInUse { pid, .. } = &refused else { panic!("{refused}") };
    // Systems with mandatory locks do not let others read the number.
    if cfg!(unix) {
        assert_eq!(*pid, Some(std::process::id()));
        assert!(refused.to_string().contains(&std::process::id().to_string()));
    }
    assert_eq!(refused.code(), "library_in_use");
    fixture.reopened();
}

#[test]
fn a_reader_does_not_create_anything() {
    let folder = TempDir::new().unwrap();
    let refused = Library::open(&folder.path().join("library"), Access::ReadOnly).unwrap_err();
    assert_eq!(refused.code(), "no_library");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_newer_library_is_refused_and_left_as_it_is() {
    let fixture = Fixture::new();
    fixture.add(1);
    let Fixture { folder, library } = fixture;
    drop(library);
    let database = folder.path().join("library.db");
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection.pragma_update(None, "user_version", 14).unwrap();
    drop(connection);
    let before = fs::read(&database).unwrap();
    for access in [Access::Owner, Access::ReadOnly] {
        let refused = Library::open(folder.path(), access).unwrap_err();
        assert!(matches!(refused, StoreError::NewerLibrary { found: 14, .. }), "{refused}");
    }
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[test]
fn the_database_of_another_program_is_refused() {
    let folder = TempDir::new().unwrap();
    let connection = rusqlite::Connection::open(folder.path().join("library.db")).unwrap();
    connection.execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    drop(connection);
    assert_eq!(Library::open(folder.path(), Access::Owner).unwrap_err().code(), "not_a_library");
}

#[test]
fn a_file_that_is_no_database_is_reported_as_damaged() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("library.db"), vec![b'x'; 8192]).unwrap();
    assert_eq!(Library::open(folder.path(), Access::Owner).unwrap_err().code(), "damaged");
}

/// Copies a library as a kill would leave it: open, with its write-ahead log.
fn copy_while_open(fixture: &Fixture) -> TempDir {
    let copy = TempDir::new().unwrap();
    for name in ["library.db", "library.db-wal", "journal.jsonl"] {
        let from = fixture.path().join(name);
        if from.exists() {
            fs::copy(from, copy.path().join(name)).unwrap();
        }
    }
    copy
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes that file themselves")])]);
    let set = fixture.drafted(2, vec![named("Quillmark", vec![claim("feature", "Works offline")])]);
    let set = fixture.decide(&set, 1, Decision::Accepted);
    let copy = copy_while_open(&fixture);
    let reopened = Library::open(copy.path(), Access::Owner).unwrap();
    assert_eq!(reopened.change_set(&set.id).unwrap(), set);
    assert_eq!(dump(copy.path()), fixture.dump());
    assert!(reopened.notices().is_empty(), "{:?}", reopened.notices());
}

#[test]
fn a_step_that_reached_only_the_journal_is_taken_over() {
    let fixture = Fixture::new();
    let set =
        fixture.drafted(1, vec![named("Quillmark", vec![claim("tagline", "Notes that file themselves")])]);
    let set = fixture.accept_all(&set);
    let before = copy_while_open(&fixture);
    let merged = fixture.library.merge(&set.id, set.revision).unwrap();
    // The journal of after and the database of before: a stop between the two.
    fs::copy(fixture.path().join("journal.jsonl"), before.path().join("journal.jsonl")).unwrap();
    let recovered = Library::open(before.path(), Access::Owner).unwrap();
    assert_eq!(recovered.notices()[0].code, "journal_replayed");
    assert_eq!(dump(before.path()), fixture.dump());
    assert_eq!(recovered.history().unwrap()[0].id, merged.event);
    assert_eq!(recovered.change_set(&set.id).unwrap(), fixture.library.change_set(&set.id).unwrap());
    drop(recovered);
    // Settled once is settled: nothing is applied again.
    let recovered = Library::open(before.path(), Access::Owner).unwrap();
    assert!(recovered.notices().is_empty(), "{:?}", recovered.notices());
    assert_eq!(recovered.history().unwrap().len(), 1);
    let found = recovered.verify().unwrap();
    // Only the database and the journal were copied.
    assert!(found.iter().all(|damage| damage.kind == store::DamageKind::Capture), "{found:?}");
    assert!(recovered.undo().unwrap().is_some());
    assert!(recovered.redo().unwrap().is_some());
    assert_eq!(dump(before.path()), fixture.dump());
}

#[test]
fn a_torn_last_line_of_the_journal_is_cut_and_nothing_else() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![])]);
    let before = fixture.dump();
    let whole = fs::read(fixture.path().join("journal.jsonl")).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(fixture.path().join("journal.jsonl")).unwrap();
    file.write_all(b"{\"seq\":3,\"id\":\"0192").unwrap();
    drop(file);
    let fixture = fixture.reopened();
    assert_eq!(fixture.library.notices()[0].code, "journal_torn");
    assert_eq!(fs::read(fixture.path().join("journal.jsonl")).unwrap(), whole);
    assert_eq!(fixture.dump(), before);
    fixture.assert_whole();
    fixture.merged(2, vec![named("Quillmark", vec![claim("feature", "Works offline")])]);
    fixture.assert_whole();
}

#[test]
fn a_lost_journal_is_written_again_from_the_database() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![])]);
    let path = fixture.path().join("journal.jsonl");
    let whole = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let fixture = fixture.reopened();
    assert_eq!(fixture.library.notices()[0].code, "journal_completed");
    assert_eq!(fs::read(&path).unwrap(), whole);
    // Half of it is as good as none.
    let first_line = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    fs::write(&path, &whole[..first_line]).unwrap();
    let fixture = fixture.reopened();
    assert_eq!(fs::read(&path).unwrap(), whole);
    fixture.assert_whole();
}

#[test]
fn a_journal_of_another_library_is_put_aside_not_destroyed() {
    let other = Fixture::new();
    other.merged(9, vec![named("Elsewhere", vec![])]);
    let foreign = fs::read(other.path().join("journal.jsonl")).unwrap();
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![])]);
    let before = fixture.dump();
    fs::write(fixture.path().join("journal.jsonl"), &foreign).unwrap();
    let fixture = fixture.reopened();
    assert_eq!(fixture.library.notices()[0].code, "journal_put_aside");
    assert_eq!(fixture.dump(), before);
    fixture.assert_whole();
    let kept = fs::read_dir(fixture.path())
        .unwrap()
        .map(Result::unwrap)
        .find(|entry| entry.file_name().to_string_lossy().starts_with("journal-aside-"));
    assert_eq!(fs::read(kept.unwrap().path()).unwrap(), foreign);
}

#[test]
fn a_restored_backup_catches_up_from_the_journal() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let set = fixture.drafted(2, vec![named("Quillmark", vec![claim("feature", "Works offline")])]);
    let backup = fixture.library.backup("Before the fair!").unwrap();
    assert!(backup.file_name().unwrap().to_string_lossy().ends_with("before-the-fair.db"));
    let set = fixture.accept_all(&set);
    fixture.library.merge(&set.id, set.revision).unwrap();
    let after = fixture.dump();
    let Fixture { folder, library } = fixture;
    drop(library);
    assert!(!folder.path().join("library.db-wal").exists(), "closing leaves one file");
    fs::copy(backup, folder.path().join("library.db")).unwrap();
    let library = Library::open(folder.path(), Access::Owner).unwrap();
    assert_eq!(library.notices()[0].code, "journal_replayed");
    let fixture = Fixture { folder, library };
    assert_eq!(fixture.dump(), after);
    fixture.assert_whole();
}

#[test]
fn claims_come_back_from_the_journal_and_the_pictures_alone() {
    let fixture = Fixture::new();
    let page = vec![named("Quillmark", vec![claim("tagline", "Notes"), claim("feature", "Works offline")])];
    let set = fixture.drafted(1, page);
    let set = fixture.edit(&set, 1, "Notes that file themselves");
    let set = fixture.decide(&set, 0, Decision::Accepted);
    fixture.library.merge(&set.id, set.revision).unwrap();
    fixture.merged(2, vec![named("Inkwell", vec![claim("tagline", "Ink")])]);
    fixture.merged(3, vec![named("Inkwell", vec![claim("tagline", "Well")])]);
    fixture.library.undo().unwrap();
    fixture.add(4);
    let tools = |fixture: &Fixture| {
        let tools = fixture.library.tools().unwrap();
        tools.iter().map(|tool| fixture.library.tool(&tool.id).unwrap()).collect::<Vec<_>>()
    };
    let (before, history) = (tools(&fixture), fixture.library.history().unwrap());
    let journal = fs::read(fixture.path().join("journal.jsonl")).unwrap();
    let Fixture { folder, library } = fixture;
    drop(library);
    fs::write(folder.path().join("library.db"), vec![b'x'; 50_000]).unwrap();
    assert_eq!(Library::open(folder.path(), Access::Owner).unwrap_err().code(), "damaged");
    let kept = Library::restore(folder.path(), None).unwrap();
    assert!(kept.join("library.db").is_file());
    let library = Library::open(folder.path(), Access::Owner).unwrap();
    assert_eq!(library.notices()[0].code, "rebuilt");
    let fixture = Fixture { folder, library };
    assert_eq!(tools(&fixture), before);
    assert_eq!(fixture.library.history().unwrap(), history);
    assert_eq!(fs::read(fixture.path().join("journal.jsonl")).unwrap(), journal);
    let captures = fixture.library.captures().unwrap();
    assert_eq!(captures.len(), 4);
    assert_eq!(fixture.library.waiting_jobs().unwrap(), 4, "pictures are read again");
    let names: Vec<&str> = captures.iter().map(|capture| capture.name.as_str()).collect();
    assert!(
        names.contains(&"page-1.png") && names.iter().any(|name| name.starts_with("recovered ")),
        "{names:?}"
    );
    fixture.assert_whole();
    // The history goes on where it was.
    assert_eq!(fixture.library.redo().unwrap().unwrap().description, "Merge of 2 claims into 1 tool");
    fixture.library.undo().unwrap().unwrap();
    assert_eq!(tools(&fixture), before);
    for _ in 0..2 {
        fixture.library.undo().unwrap().unwrap();
    }
    assert!(fixture.library.tools().unwrap().is_empty());
    let fixture = fixture.reopened();
    assert!(fixture.library.notices().is_empty());
    fixture.assert_whole();
}

#[test]
fn a_backup_that_is_older_than_the_captures_is_completed_from_the_journal() {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let backup = fixture.library.backup_if_changed("routine").unwrap().unwrap();
    assert_eq!(fixture.library.backup_if_changed("routine").unwrap(), None);
    fixture.merged(2, vec![named("Quillmark", vec![claim("tagline", "Papers")])]);
    let before = fixture.only_tool();
    let Fixture { folder, library } = fixture;
    assert_eq!(Library::restore(folder.path(), Some(&backup)).unwrap_err().code(), "library_in_use");
    // As after a kill: the log of the lost database is still there.
    let log = fs::read(folder.path().join("library.db-wal")).unwrap();
    drop(library);
    fs::write(folder.path().join("library.db-wal"), log).unwrap();
    fs::write(folder.path().join("library.db"), b"damaged").unwrap();
    Library::restore(folder.path(), Some(&backup)).unwrap();
    let library = Library::open(folder.path(), Access::Owner).unwrap();
    let fixture = Fixture { folder, library };
    assert_eq!(fixture.only_tool(), before);
    fixture.assert_whole();
    assert!(Library::restore(fixture.path(), Some(&fixture.path().join("journal.jsonl"))).is_err());
}

#[test]
fn backups_are_numbered_and_rotated() {
    let fixture = Fixture::new();
    let first = fixture.library.backup("").unwrap();
    for _ in 0..41 {
        fixture.library.backup("again").unwrap();
    }
    let kept = Library::backups(fixture.path()).unwrap();
    assert_eq!((kept.len(), kept[0].number, kept[9].number, kept[0].reason.as_str()), (10, 42, 33, "again"));
    assert!(!first.exists());
    // Older days and months keep their newest.
    let folder = fixture.path().join("backups");
    for entry in fs::read_dir(&folder).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for number in 1..=90 {
        let date = format!("2026{:02}{:02}", 1 + number / 30, 1 + number % 28);
        fs::write(folder.join(format!("library-{number:06}-{date}-made-up.db")), "").unwrap();
    }
    fixture.library.backup("now").unwrap();
    let kept: Vec<u64> =
        Library::backups(fixture.path()).unwrap().iter().map(|backup| backup.number).collect();
    assert_eq!(kept[..10], [91, 90, 89, 88, 87, 86, 85, 84, 83, 82]);
    assert!(kept.len() > 13 && kept.len() < 25, "{kept:?}");
    assert!(kept.contains(&59) && kept.contains(&29), "the newest of each month: {kept:?}");
    let copy = TempDir::new().unwrap();
    let newest = fixture.library.backup("last").unwrap();
    fs::copy(&newest, copy.path().join("library.db")).unwrap();
    assert!(Library::open(copy.path(), Access::Owner).unwrap().verify().unwrap().is_empty());
}

#[test]
fn the_write_ahead_log_is_on_and_commits_wait_for_the_disk() {
    let fixture = Fixture::new();
    let connection = rusqlite::Connection::open(fixture.path().join("library.db")).unwrap();
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}
