//! Watched folders as the command line and the window use them. Time is told by looks, so nothing sleeps here.

use std::fs;

use api::Core;
use api::types::{AddResult, ById, Nothing, PauseWatch, SaveSearch};

use crate::support::{Place, picture};

/// Names of the files that one look takes in.
fn look(core: &Core) -> Vec<String> {
    let outcomes = core.look_for_files().unwrap();
    outcomes.into_iter().map(|outcome| outcome.name).collect()
}

fn count(core: &Core) -> usize {
    core.list_captures(Nothing {}).unwrap().len()
}

#[test]
fn new_files_are_taken_in_once_they_are_whole() {
    let place = Place::new();
    let shots = place.folder.path().join("shots");
    fs::create_dir_all(shots.join("today")).unwrap();
    fs::write(shots.join("before.png"), picture(1)).unwrap();
    let core = place.core();
    core.watch(&shots, false).unwrap();
    assert_eq!((look(&core), look(&core)), (vec![], vec![]), "what lay there is left alone");

    let (bytes, path) = (picture(2), shots.join("today/new.png"));
    fs::write(&path, &bytes[..100]).unwrap();
    assert_eq!(look(&core), Vec::<String>::new(), "seen once");
    fs::write(&path, &bytes).unwrap();
    assert_eq!(look(&core), Vec::<String>::new(), "it has changed since");
    assert_eq!(look(&core), ["new.png"]);
    assert_eq!((look(&core), count(&core)), (vec![], 1));

    fs::write(shots.join("other.png.part"), picture(3)).unwrap();
    fs::write(shots.join(".hidden.png"), picture(4)).unwrap();
    fs::write(shots.join("copy.png"), &bytes).unwrap();
    look(&core);
    let outcomes = core.look_for_files().unwrap();
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    assert!(matches!(outcomes[0].result, AddResult::AlreadyHere { .. }));
}

#[test]
fn pausing_survives_a_restart_and_loses_nothing() {
    let place = Place::new();
    let shots = place.folder.path().join("shots");
    fs::create_dir_all(&shots).unwrap();
    let core = place.core();
    let id = core.watch(&shots, false).unwrap().id;
    assert_eq!(core.watch(&shots, false).unwrap().id, id, "the same folder is watched once");
    core.pause_watch(PauseWatch { id: id.clone(), paused: true }).unwrap();
    core.shut_down();
    drop(core);

    let core = place.core();
    fs::write(shots.join("new.png"), picture(1)).unwrap();
    assert!(core.watched_folders(Nothing {}).unwrap()[0].paused);
    assert_eq!((look(&core), look(&core)), (vec![], vec![]));
    core.pause_watch(PauseWatch { id: id.clone(), paused: false }).unwrap();
    look(&core);
    assert_eq!(look(&core), ["new.png"]);
    assert_eq!(core.watched_folders(Nothing {}).unwrap()[0].added, 1);
    core.remove_watch(ById { id }).unwrap();
    assert!(core.watched_folders(Nothing {}).unwrap().is_empty());
    assert_eq!(count(&core), 1, "captures stay");
}

#[test]
fn a_file_that_fails_is_listed_until_it_changes() {
    let place = Place::new();
    let shots = place.folder.path().join("shots");
    fs::create_dir_all(&shots).unwrap();
    let core = place.core();
    core.watch(&shots, true).unwrap();
    fs::write(shots.join("notes.txt"), "not a picture").unwrap();
    look(&core);
    look(&core);
    let folder = core.watched_folders(Nothing {}).unwrap().remove(0);
    assert_eq!((folder.failures.len(), folder.failures[0].code.as_str()), (1, "not_an_image"));
    assert_eq!(folder.failures[0].file, "notes.txt");
    assert_eq!((look(&core), look(&core)), (vec![], vec![]), "it is not tried again and again");
    fs::write(shots.join("notes.txt"), picture(1)).unwrap();
    look(&core);
    look(&core);
    assert_eq!((core.watched_folders(Nothing {}).unwrap()[0].failures.len(), count(&core)), (0, 1));

    fs::remove_dir_all(&shots).unwrap();
    assert!(look(&core).is_empty());
    assert!(core.watched_folders(Nothing {}).unwrap()[0].problem.is_some(), "a folder that is away is shown");
}

#[test]
fn the_library_does_not_watch_itself() {
    let place = Place::new();
    let core = place.core();
    for folder in [place.library(), place.folder.path().to_owned(), place.library().join("captures")] {
        assert_eq!(core.watch(&folder, false).unwrap_err().code, "not_a_folder");
    }
}

#[test]
fn a_saved_search_is_run_by_its_id() {
    let place = Place::new();
    place.page(&["Quillmark", "Works offline"]);
    let core = place.core();
    let request = SaveSearch { name: "Offline".to_owned(), query: "offline is:verified".to_owned() };
    let id = core.save_search(request).unwrap().id;
    let run = core.run_search(ById { id: id.clone() }).unwrap();
    assert_eq!((run.tools.len(), run.hits.len()), (1, 2), "{run:?}");
    core.remove_search(ById { id: id.clone() }).unwrap();
    assert_eq!(core.run_search(ById { id }).unwrap_err().code, "not_found");
}
