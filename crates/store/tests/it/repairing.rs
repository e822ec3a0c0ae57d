//! Repair: each way ends in a library that is whole, and nothing that was accepted is lost on it.

use std::path::Path;

use store::{Access, Library, RepairWay, StoreError};

use crate::support::{Fixture, claim, dump, named};

/// A library with a backup in the middle of its history.
fn sample(with_backup: bool) -> Fixture {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    if with_backup {
        fixture.library.backup("by hand").unwrap();
    }
    fixture.merged(2, vec![named("Inkwell", vec![claim("feature", "Offline")])]);
    fixture
}

/// Closes the library, damages its database, repairs it and opens it again.
fn repaired(fixture: Fixture, damage: impl FnOnce(&Path)) -> (Fixture, RepairWay) {
    let Fixture { folder, library } = fixture;
    drop(library);
    damage(&folder.path().join("library.db"));
    let repaired = Library::repair(folder.path()).unwrap();
    if let Some(kept) = &repaired.old_database {
        assert!(kept.join("library.db").is_file(), "the old database is kept");
    }
    let library = Library::open(folder.path(), Access::Owner).unwrap();
    (Fixture { folder, library }, repaired.way)
}

fn change_a_claim(database: &Path) {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection.execute("UPDATE claim SET raw_text = 'Nodes' WHERE raw_text = 'Notes'", []).unwrap();
}

/// Writes over the entries of an index, which `SQLite` then finds wanting.
fn spoil_an_index(database: &Path) {
    let (page, size): (u64, u64) = {
        let connection = rusqlite::Connection::open(database).unwrap();
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'claim_by_tool'";
        let page = connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let size = connection.query_row("PRAGMA page_size", [], |row| row.get::<_, i64>(0)).unwrap();
        (page.unsigned_abs(), size.unsigned_abs())
    };
    let mut bytes = std::fs::read(database).unwrap();
    let end = (page * size) as usize;
    // The last entries of a page stand at its end; their letters, not their form, are changed.
    for byte in &mut bytes[end - 120..end] {
        if byte.is_ascii_alphabetic() {
            *byte ^= 1;
        }
    }
    std::fs::write(database, bytes).unwrap();
}

#[test]
fn a_library_that_is_whole_is_left_alone() {
    let fixture = sample(true);
    let before = dump(fixture.path());
    let (fixture, way) = repaired(fixture, |_| {});
    assert_eq!((way, dump(fixture.path())), (RepairWay::NotNeeded, before));
    assert!(!fixture.path().join("quarantine").exists());
}

#[test]
fn a_damaged_index_is_made_anew_from_the_rows() {
    let fixture = sample(false);
    let before = dump(fixture.path());
    let (fixture, way) = repaired(fixture, spoil_an_index);
    assert_eq!((way, dump(fixture.path())), (RepairWay::Rebuilt, before));
    fixture.assert_whole();
}

#[test]
fn a_damaged_row_comes_back_from_a_backup_and_the_journal() {
    let fixture = sample(true);
    let before = dump(fixture.path());
    let (fixture, way) = repaired(fixture, change_a_claim);
    assert!(matches!(way, RepairWay::Backup { .. }), "{way:?}");
    let without_proposals = |dump: &str| -> Vec<String> {
        // A proposal that is newer than the backup is not in the journal; its claim stands without.
        dump.lines().filter(|line| !line.starts_with("claim")).map(str::to_owned).collect()
    };
    assert_eq!(without_proposals(&dump(fixture.path())), without_proposals(&before));
    assert_eq!(fixture.library.tools().unwrap().len(), 2);
    fixture.assert_whole();
}

#[test]
fn without_a_whole_backup_the_journal_gives_the_claims_back() {
    let fixture = sample(true);
    let (fixture, way) = repaired(fixture, |database| {
        change_a_claim(database);
        let backups = database.with_file_name("backups");
        let backup = std::fs::read_dir(backups).unwrap().next().unwrap().unwrap().path();
        change_a_claim(&backup);
    });
    assert_eq!(way, RepairWay::Journal);
    let tagline = fixture.library.tools().unwrap()[1].tagline.clone();
    assert_eq!(tagline.as_deref(), Some("Notes"));
    fixture.assert_whole();
}

#[test]
fn a_file_that_is_no_database_any_more_is_repaired_too() {
    let (fixture, way) = repaired(sample(true), |database| std::fs::write(database, [7; 5000]).unwrap());
    assert!(matches!(way, RepairWay::Backup { .. }), "{way:?}");
    assert_eq!(fixture.library.tools().unwrap().len(), 2);
    fixture.assert_whole();
}

#[test]
fn a_backup_with_a_changed_row_is_not_put_in_place() {
    let fixture = sample(true);
    let backup = Library::backups(fixture.path()).unwrap().remove(0).path;
    change_a_claim(&backup);
    let Fixture { folder, library } = fixture;
    drop(library);
    let refused = Library::restore(folder.path(), Some(&backup)).unwrap_err();
    assert!(matches!(refused, StoreError::Damaged { .. }), "{refused}");
    assert!(!folder.path().join("quarantine").exists(), "nothing was moved");
    let library = Library::open(folder.path(), Access::Owner).unwrap();
    assert_eq!((library.tools().unwrap().len(), library.verify().unwrap()), (2, vec![]));
}

#[test]
fn a_library_that_is_open_or_missing_is_not_repaired() {
    let fixture = sample(false);
    assert_eq!(Library::repair(fixture.path()).unwrap_err().code(), "library_in_use");
    let nowhere = fixture.path().join("nowhere");
    assert_eq!(Library::repair(&nowhere).unwrap_err().code(), "no_library");
}
