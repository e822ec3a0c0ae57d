//! Libraries of older versions, kept as they were written.

use std::fs;
use std::path::{Path, PathBuf};

use domain::PageKind;
use store::{Access, EventKind, Library};
use tempfile::TempDir;

fn kept(version: u32) -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(format!("library-{version}"));
    let folder = TempDir::new().unwrap();
    copy(&from, folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn check(library: &Library) {
    let found = library.verify().unwrap();
    assert!(found.is_empty(), "{found:?}");
    let tools = library.tools().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["Inkwell", "Quillmark"]);
    assert_eq!(tools[1].tagline.as_deref(), Some("Papers that file themselves"));
    let tool = library.tool(&tools[1].id).unwrap();
    assert_eq!((tool.claims.len(), tool.history.len()), (3, 1));
    assert!(
        tool.claims.iter().any(|claim| claim.locked && claim.value.display() == "Works without a network")
    );
    assert_eq!(library.captures().unwrap().len(), 5);
    assert_eq!(library.captures().unwrap()[4].page_kind, Some(PageKind::Launch));
}

#[test]
fn a_library_of_the_first_schema_goes_on() {
    let folder = kept(1);
    let library = Library::open(folder.path(), Access::Owner).unwrap();
    assert!(library.notices().is_empty(), "{:?}", library.notices());
    check(&library);
    let backups: Vec<_> = fs::read_dir(folder.path().join("backups")).unwrap().collect();
    assert_eq!(backups.len(), 1, "a copy is made before the upgrade");
    let kinds: Vec<EventKind> = library.history().unwrap().into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Undo, EventKind::Merge, EventKind::Merge, EventKind::Merge]);
    assert!(library.redo().unwrap().is_some());
    assert_eq!(library.tools().unwrap().len(), 3);
    assert_eq!(library.search("整理", 5).unwrap().len(), 2);
    for _ in 0..3 {
        assert!(library.undo().unwrap().is_some());
    }
    assert!(library.tools().unwrap().is_empty());
}

#[test]
fn an_old_library_is_brought_up_to_date_for_readers_too() {
    let folder = kept(1);
    check(&Library::open(folder.path(), Access::ReadOnly).unwrap());
    let folder = kept(1);
    let lock = fs::File::create(folder.path().join("library.lock")).unwrap();
    lock.try_lock().unwrap();
    assert_eq!(Library::open(folder.path(), Access::ReadOnly).unwrap_err().code(), "older_library");
}

#[test]
fn the_claims_of_an_old_journal_come_back_without_its_database() {
    let folder = kept(1);
    fs::remove_file(folder.path().join("library.db")).unwrap();
    let library = Library::open(folder.path(), Access::Owner).unwrap();
    assert_eq!(library.notices()[0].code, "rebuilt");
    let names: Vec<String> = library.tools().unwrap().into_iter().map(|tool| tool.name).collect();
    assert_eq!(names, ["Inkwell", "Quillmark"]);
}

#[test]
fn libraries_of_later_schemas_are_as_they_were_written() {
    for version in 2..=6 {
        let folder = kept(version);
        let library = Library::open(folder.path(), Access::Owner).unwrap();
        assert!(library.notices().is_empty(), "{version}: {:?}", library.notices());
        check(&library);
    }
}
