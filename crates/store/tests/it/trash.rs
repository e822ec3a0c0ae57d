//! What is thrown away can be taken back, and what claims rest on is never removed.

use store::Source;

use crate::support::{Fixture, claim, named, png};

#[test]
fn a_capture_in_the_trash_is_nowhere_to_be_seen_and_comes_back_whole() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let set = fixture.drafted(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let waiting = fixture.add(2);
    library.trash_captures(&[set.capture.clone(), waiting.clone()]).unwrap();
    assert!(library.captures().unwrap().is_empty());
    assert!(
        library.open_change_sets().unwrap().is_empty() && library.change_set_summaries().unwrap().is_empty()
    );
    assert!(library.search("notes", 5).unwrap().is_empty());
    assert!(library.next_job().unwrap().is_none(), "nothing in the trash is read");
    let trashed = library.trash().unwrap();
    assert_eq!((trashed.len(), trashed[0].days_left, trashed[0].claims), (2, 30, 0));
    let again = library.add_capture(Source::Bytes { name: "again.png", bytes: &png(1) }).unwrap();
    assert!(again.already_here && again.in_trash);
    assert_eq!(library.empty_trash(false).unwrap(), 0, "thirty days are not over");
    library.restore_captures(&[waiting]).unwrap();
    assert_eq!(library.next_job().unwrap().unwrap().capture.name, "page-2.png");
    library.undo().unwrap();
    library.undo().unwrap();
    assert_eq!(library.captures().unwrap().len(), 2);
    assert_eq!(library.search("notes", 5).unwrap().len(), 1);
    assert_eq!(library.change_set(&set.id).unwrap(), set);
    fixture.assert_whole();
}

#[test]
fn what_is_removed_for_good_is_gone_and_what_claims_rest_on_stays() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let kept = fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let removed = fixture.drafted(2, vec![named("Inkwell", vec![claim("tagline", "Ink")])]);
    let picture = library.capture_file(&library.capture(&removed.capture).unwrap().sha256).unwrap();
    library.trash_captures(&[kept.capture.clone(), removed.capture.clone()]).unwrap();
    assert_eq!(library.empty_trash(true).unwrap(), 1);
    assert!(!picture.exists());
    assert!(library.reading(&removed.capture).unwrap().is_none());
    assert!(library.extraction(&removed.capture).unwrap().is_none());
    let trashed = library.trash().unwrap();
    assert_eq!((trashed.len(), &trashed[0].capture.id, trashed[0].claims), (1, &kept.capture, 2));
    assert_eq!(
        library.restore_captures(std::slice::from_ref(&removed.capture)).unwrap_err().code(),
        "purged"
    );
    fixture.assert_whole();
    // Taking the step back brings back only what is still there.
    library.undo().unwrap();
    let captures = library.captures().unwrap();
    assert_eq!(
        captures.iter().map(|capture| capture.id.as_str()).collect::<Vec<_>>(),
        [kept.capture.as_str()]
    );
    fixture.assert_whole();
    // The same picture can be added again and is read again.
    let again = library.add_capture(Source::Bytes { name: "again.png", bytes: &png(2) }).unwrap();
    assert!(again.already_here && !again.in_trash);
    assert_eq!(library.next_job().unwrap().unwrap().capture.id, removed.capture);
    let fixture = fixture.reopened();
    fixture.assert_whole();
}
