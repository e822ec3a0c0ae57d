//! The queue over a real library and real worker processes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Receiver;
use engine::queue::{Event, Queue, Settings};
use engine::worker::WorkerCommand;
use store::{Access, CaptureState, Library, Source};

use crate::pictures;
use crate::worker::worker;

/// A library with one capture for each shade; returns the hashes in that order.
fn library(folder: &Path, shades: &[u8]) -> (Arc<Library>, Vec<String>) {
    let library = Library::open(&folder.join("library"), Access::Owner).expect("a new library opens");
    let hashes = shades
        .iter()
        .map(|shade| {
            let path = pictures::file(folder, &format!("page-{shade}.png"), *shade);
            library.add_capture(Source::File { path: &path }).expect("a picture is added").capture.sha256
        })
        .collect();
    (Arc::new(library), hashes)
}

/// What became of each capture, by hash: `ready` or the code of the failure.
fn outcomes(library: &Library) -> BTreeMap<String, String> {
    let captures = library.captures().expect("the captures are listed");
    let state = |state| match state {
        CaptureState::Ready => "ready".to_owned(),
        CaptureState::Failed { code, .. } => code,
        CaptureState::Cancelled => "cancelled".to_owned(),
        CaptureState::Queued => "queued".to_owned(),
        CaptureState::Running { .. } => "running".to_owned(),
    };
    captures.into_iter().map(|capture| (capture.sha256, state(capture.state))).collect()
}

fn next(events: &Receiver<Event>) -> Event {
    // Far longer than any healthy step: only a broken queue waits this long.
    events.recv_timeout(Duration::from_mins(2)).expect("the queue goes on")
}

/// Lets three captures run with a fault in the second; it fails with `code`, the others arrive.
fn check_second_fails(fault: &str, code: &str, adjust: impl FnOnce(&mut WorkerCommand)) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (library, hashes) = library(folder.path(), &[10, 20, 30]);
    let mut command = worker(&format!("{fault}:{}", hashes[1]));
    adjust(&mut command);
    let queue = Queue::start(Arc::clone(&library), command, Settings { paused: true, packs: None });
    let events = queue.subscribe();
    queue.resume();
    queue.wait_idle();
    queue.shutdown();

    let outcomes = outcomes(&library);
    let seen: Vec<&str> = hashes.iter().map(|hash| outcomes[hash].as_str()).collect();
    assert_eq!(seen, ["ready", code, "ready"]);
    let events: Vec<Event> = events.try_iter().collect();
    let retried = events.iter().filter(|event| matches!(event, Event::Retrying { .. })).count();
    assert_eq!(retried, 1, "a dead worker is tried once more: {events:?}");
    let ready = events.iter().filter(|event| matches!(event, Event::Ready { .. })).count();
    assert_eq!(ready, 2, "{events:?}");
    assert!(events.contains(&Event::Idle), "{events:?}");
}

#[test]
fn a_capture_that_crashes_the_worker_fails_alone() {
    check_second_fails("crash", "worker_crashed", |_| {});
}

#[test]
fn a_capture_that_hangs_the_worker_fails_alone() {
    check_second_fails("hang", "worker_hung", |command| command.decode_limit = Duration::from_secs(3));
}

#[cfg(target_os = "linux")]
#[test]
fn a_capture_that_outgrows_the_memory_fails_alone() {
    check_second_fails("memory", "worker_out_of_memory", |command| {
        command.memory_limit = Some(512 * 1024 * 1024);
    });
}

#[test]
fn a_cancelled_capture_stops_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (library, hashes) = library(folder.path(), &[10, 20, 30]);
    let command = worker("hang:page-10.png");
    let queue = Queue::start(Arc::clone(&library), command, Settings { paused: true, packs: None });
    let events = queue.subscribe();
    queue.resume();
    let capture = loop {
        if let Event::Progress { capture, .. } = next(&events) {
            break capture;
        }
    };
    queue.cancel(&capture).expect("a capture that is being read can be cancelled");
    queue.wait_idle();
    let outcomes = outcomes(&library);
    let seen: Vec<&str> = hashes.iter().map(|hash| outcomes[hash].as_str()).collect();
    assert_eq!(seen, ["cancelled", "ready", "ready"]);
}

#[test]
fn a_cancelled_capture_can_be_read_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (library, hashes) = library(folder.path(), &[10]);
    let queue = Queue::start(Arc::clone(&library), worker(""), Settings { paused: true, packs: None });
    let capture = library.captures().expect("the captures are listed")[0].id.clone();
    queue.cancel(&capture).expect("a waiting capture can be cancelled");
    queue.resume();
    queue.wait_idle();
    assert_eq!(outcomes(&library)[&hashes[0]], "cancelled");
    queue.retry(&capture).expect("a cancelled capture can be queued again");
    queue.wait_idle();
    assert_eq!(outcomes(&library)[&hashes[0]], "ready");
}

#[test]
fn a_paused_queue_takes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (library, hashes) = library(folder.path(), &[10]);
    let queue = Queue::start(Arc::clone(&library), worker(""), Settings { paused: true, packs: None });
    queue.wake();
    queue.wait_idle();
    assert!(queue.is_paused());
    assert_eq!(outcomes(&library)[&hashes[0]], "queued");
}

#[test]
fn captures_added_later_are_read_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (library, _) = library(folder.path(), &[10]);
    let queue = Queue::start(Arc::clone(&library), worker(""), Settings::default());
    queue.wait_idle();
    let path = pictures::file(folder.path(), "later.png", 99);
    library.add_capture(Source::File { path: &path }).expect("a picture is added");
    queue.wake();
    queue.wait_idle();
    assert!(outcomes(&library).values().all(|state| state == "ready"), "{:?}", outcomes(&library));
}

/// Opens a library that was just closed. A process that another test starts at this moment holds a copy of every
/// open file, the lock too, until it runs its own program; only that is waited for.
pub(crate) fn reopen(folder: &Path) -> Library {
    for _ in 0..500 {
        match Library::open(folder, Access::Owner) {
            Err(error) if error.code() == "library_in_use" => std::thread::sleep(Duration::from_millis(10)),
            opened => return opened.expect("it opens again"),
        }
    }
    panic!("the library stays locked after its queue was dropped");
}

#[test]
fn a_batch_that_was_interrupted_arrives_once_and_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (before, hashes) = library(folder.path(), &[10, 20, 30, 40, 50]);
    // The third capture never ends, so the stop falls into the middle of the batch.
    let hanging = worker(&format!("hang:{}", hashes[2]));
    let queue = Queue::start(Arc::clone(&before), hanging, Settings { paused: true, packs: None });
    let events = queue.subscribe();
    queue.resume();
    let mut started = 0;
    while started < 3 {
        started += u32::from(matches!(next(&events), Event::Started { .. }));
    }
    drop(queue);
    let readings_before: Vec<_> =
        before.captures().expect("listed").iter().map(|one| one.change_set.clone()).collect();
    drop(before);

    let after = Arc::new(reopen(&folder.path().join("library")));
    assert!(after.notices().is_empty(), "closing the app is no accident: {:?}", after.notices());
    let queue = Queue::start(Arc::clone(&after), worker(""), Settings::default());
    queue.wait_idle();
    assert!(outcomes(&after).values().all(|state| state == "ready"), "{:?}", outcomes(&after));
    let captures = after.captures().expect("listed");
    assert_eq!(captures.len(), hashes.len(), "nothing is lost and nothing is doubled");
    for (capture, change_set) in captures.iter().zip(readings_before) {
        if change_set.is_some() {
            assert_eq!(capture.change_set, change_set, "what had arrived is not read again");
        }
    }
    let sets = after.change_sets().expect("listed");
    for set in &sets {
        assert_eq!(
            sets.iter().filter(|other| other.capture == set.capture).count(),
            1,
            "one change set a capture"
        );
    }
}

#[test]
fn a_worker_program_that_is_missing_stops_the_queue_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (library, hashes) = library(folder.path(), &[10, 20]);
    let missing = WorkerCommand::new(folder.path().join("gone"), [] as [&str; 0]);
    let queue = Queue::start(Arc::clone(&library), missing, Settings { paused: true, packs: None });
    let events = queue.subscribe();
    queue.resume();
    queue.wait_idle();
    drop(queue);
    assert_eq!(outcomes(&library)[&hashes[0]], "worker_not_started");
    assert_eq!(outcomes(&library)[&hashes[1]], "queued", "the others are not used up");
    assert!(events.try_iter().any(|event| matches!(event, Event::Stalled { .. })), "someone is told");

    let queue = Queue::start(Arc::clone(&library), worker(""), Settings::default());
    let capture = library.captures().expect("the captures are listed").into_iter();
    let failed = capture.filter(|capture| capture.sha256 == hashes[0]).map(|capture| capture.id).next();
    queue.retry(&failed.expect("the capture is kept")).expect("a failed capture can be queued again");
    queue.wait_idle();
    assert!(outcomes(&library).values().all(|state| state == "ready"), "{:?}", outcomes(&library));
}

#[test]
fn a_library_that_cannot_be_written_rests_the_queue() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (owner, hashes) = library(folder.path(), &[10]);
    let looking =
        Library::open(&folder.path().join("library"), Access::ReadOnly).expect("it may be looked at");
    let queue = Queue::start(Arc::new(looking), worker(""), Settings { paused: true, packs: None });
    let events = queue.subscribe();
    queue.resume();
    queue.wait_idle();
    let told =
        events.try_iter().any(|event| matches!(event, Event::Stalled { code, .. } if code == "read_only"));
    assert!(told, "someone is told why nothing happens");
    assert_eq!(outcomes(&owner)[&hashes[0]], "queued");
}
