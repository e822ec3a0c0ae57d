//! Adding pictures: what is kept, what is refused and with which words.

use std::fs;

use store::{Access, CaptureState, Library, Source, StoreError};

use crate::support::{Fixture, png};

#[test]
fn a_picture_is_kept_under_its_hash_and_queued() {
    let fixture = Fixture::new();
    let file = fixture.path().join("shot.jpg");
    fs::write(&file, png(1)).unwrap();
    let added = fixture.library.add_capture(Source::File { path: &file }).unwrap();
    assert!(!added.already_here);
    assert_eq!(added.capture.name, "shot.jpg");
    assert_eq!(added.capture.format, "png", "content decides, not the name");
    assert_eq!(added.capture.bytes, png(1).len() as u64);
    assert_eq!(added.capture.state, CaptureState::Queued);
    let kept = fixture.library.capture_file(&added.capture.sha256).unwrap();
    assert_eq!(fs::read(kept).unwrap(), png(1));
    assert_eq!(fixture.library.waiting_jobs().unwrap(), 1);
    assert_eq!(fs::read_dir(fixture.path().join("tmp")).unwrap().count(), 0);
    fixture.assert_whole();
}

#[test]
fn the_same_bytes_are_added_once() {
    let fixture = Fixture::new();
    let first = fixture.add(1);
    let again = fixture.library.add_capture(Source::Bytes { name: "other.png", bytes: &png(1) }).unwrap();
    assert!(again.already_here);
    assert_eq!(again.capture.id, first);
    assert_eq!(again.capture.name, "page-1.png");
    assert_eq!(fixture.library.captures().unwrap().len(), 1);
    assert_eq!(fixture.library.waiting_jobs().unwrap(), 1);
}

#[test]
fn adding_again_restores_a_lost_or_damaged_file() {
    let fixture = Fixture::new();
    let id = fixture.add(1);
    let file = fixture.library.capture_file(&fixture.library.capture(&id).unwrap().sha256).unwrap();
    fs::remove_file(&file).unwrap();
    assert_eq!(fixture.library.verify().unwrap().len(), 1);
    fixture.add(1);
    fixture.assert_whole();
    fs::remove_file(&file).unwrap();
    fs::write(&file, b"something else").unwrap();
    assert_eq!(fixture.library.verify().unwrap().len(), 1);
    fixture.add(1);
    fixture.assert_whole();
}

#[test]
fn what_is_no_picture_is_refused_by_name_and_reason() {
    let fixture = Fixture::new();
    let add =
        |name: &str, bytes: &[u8]| fixture.library.add_capture(Source::Bytes { name, bytes }).unwrap_err();
    let empty = add("nothing.png", b"");
    assert_eq!(empty.code(), "empty_file");
    assert!(empty.to_string().contains("nothing.png"));
    let document = add("report.png", b"%PDF-1.7 and so on");
    assert_eq!(document.code(), "not_an_image");
    assert!(
        document.to_string().contains("report.png") && document.to_string().contains("PDF"),
        "{document}"
    );
    assert!(fixture.library.captures().unwrap().is_empty());
    assert_eq!(fs::read_dir(fixture.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn folders_missing_files_and_links_are_refused() {
    let fixture = Fixture::new();
    let add = |path: &std::path::Path| fixture.library.add_capture(Source::File { path }).unwrap_err();
    assert_eq!(add(fixture.path()).code(), "not_a_file");
    let missing = add(&fixture.path().join("gone.png"));
    assert_eq!(missing.code(), "cannot_read");
    assert!(missing.to_string().contains("there is no such file"), "{missing}");
    #[cfg(unix)]
    {
        let link = fixture.path().join("link.png");
        fs::write(fixture.path().join("real.png"), png(1)).unwrap();
        std::os::unix::fs::symlink(fixture.path().join("real.png"), &link).unwrap();
        assert_eq!(add(&link).code(), "not_a_file");
    }
}

#[test]
fn only_hashes_name_files() {
    let fixture = Fixture::new();
    for name in ["", "../../etc/passwd", "zz", &"A".repeat(64), &"g".repeat(64)] {
        assert_eq!(fixture.library.capture_file(name).unwrap_err().code(), "not_a_hash");
    }
    assert_eq!(fixture.library.capture_file(&"a".repeat(64)).unwrap_err().code(), "missing_file");
}

#[test]
fn leftovers_of_an_interrupted_copy_are_removed_at_the_next_start() {
    let fixture = Fixture::new();
    fs::write(fixture.path().join("tmp/capture-half"), b"half").unwrap();
    let fixture = fixture.reopened();
    assert_eq!(fs::read_dir(fixture.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn a_reader_sees_captures_and_cannot_add_any() {
    let fixture = Fixture::new();
    fixture.add(1);
    let reader = Library::open(fixture.path(), Access::ReadOnly).unwrap();
    assert_eq!(reader.captures().unwrap().len(), 1);
    let refused = reader.add_capture(Source::Bytes { name: "x.png", bytes: &png(2) }).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly));
    fixture.add(3);
    assert_eq!(reader.captures().unwrap().len(), 2, "a reader sees what the owner adds meanwhile");
}

#[test]
fn samples_are_marked() {
    let fixture = Fixture::new();
    let added = fixture.library.add_sample(Source::Bytes { name: "sample.png", bytes: &png(1) }).unwrap();
    assert!(added.capture.sample);
    let own = fixture.add(2);
    assert!(!fixture.library.capture(&own).unwrap().sample);
}

#[test]
fn alt_text_is_kept_and_a_persons_words_stay() {
    let fixture = Fixture::new();
    let capture = fixture.add(1);
    let (library, keep) =
        (&fixture.library, |text, by| fixture.library.set_alt_text(&capture, text, by).unwrap());
    assert_eq!(library.alt_text(&capture).unwrap(), None);
    let by_machine = keep("A page\u{7}", Some("rules 1")).unwrap();
    assert_eq!(
        (by_machine.text.as_str(), by_machine.written_by.as_deref()),
        ("A page\\u{7}", Some("rules 1"))
    );
    let by_hand = keep("Two plans", None);
    assert_eq!(keep("Other", Some("a model")), by_hand);
    assert_eq!(library.alt_text(&capture).unwrap(), by_hand);
    fixture.assert_whole();
    assert_eq!(keep("  ", None), None);
    assert_eq!(library.alt_text(&capture).unwrap(), None);
    assert_eq!(library.set_alt_text("nobody", "x", None).unwrap_err().code(), "unknown");
}
