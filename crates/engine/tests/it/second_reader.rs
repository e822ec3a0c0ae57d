//! The second reader over a real library and real worker processes, with a scripted model.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crossbeam_channel::Receiver;
use domain::{ChangeSet, ChangeSetState, Decision, Status};
use engine::queue::{Queue, Settings as QueueSettings};
use engine::second_reader::{Event, Granted, SecondReader, Settings, Wish};
use engine::worker::{Stage, WorkerCommand};
use store::{Access, CaptureState, Library, LookState, Source};

use crate::packs::{OnePack, TITLE};
use crate::pictures;
use crate::queue::reopen;
use crate::worker::worker;

/// The test worker reads "Acme" and "$20/month" on every picture, of which the rules propose the price. The model agrees
/// with it, finds the name too and invents a tagline.
const ANSWER: &str = r#"{"tools":[{"name":"Acme","category":null,"tagline":"Made up","prices":[{"plan":null,"price":"$20/month"}],"statements":[]}]}"#;

struct Setup {
    folder: tempfile::TempDir,
    library: Arc<Library>,
    packs: Arc<OnePack>,
    capture: String,
}

/// A library with one capture that the text reader has read with the pack chosen.
fn setup(answer: &str) -> Setup {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let library = Library::open(&folder.path().join("library"), Access::Owner).expect("a new library opens");
    let library = Arc::new(library);
    let packs = Arc::new(OnePack::new(folder.path(), answer));
    let capture = add(&library, folder.path(), "page.png", 10);
    read(&library, &packs);
    Setup { folder, library, packs, capture }
}

fn add(library: &Library, folder: &Path, name: &str, shade: u8) -> String {
    let path = pictures::file(folder, name, shade);
    library.add_capture(Source::File { path: &path }).expect("a picture is added").capture.id
}

fn read(library: &Arc<Library>, packs: &Arc<OnePack>) {
    let settings = QueueSettings { paused: false, packs: Some(packs.clone()) };
    let queue = Queue::start(Arc::clone(library), worker(""), settings);
    queue.wait_idle();
    queue.shutdown();
}

impl Setup {
    fn start(&self, command: WorkerCommand) -> (SecondReader, Receiver<Event>) {
        // Errands do not begin before the test listens; looks may, and their end is in the library.
        let second_reader =
            SecondReader::start(Arc::clone(&self.library), self.packs.clone(), command, Settings::default());
        let events = second_reader.subscribe();
        second_reader.wake();
        (second_reader, events)
    }

    /// Lets the model look and waits for the end.
    fn look(&self, faults: &str) {
        let (second_reader, _) = self.start(worker(faults));
        second_reader.wait_idle();
    }

    fn sets(&self) -> Vec<ChangeSet> {
        self.library.change_sets().expect("change sets")
    }

    fn state(&self) -> LookState {
        self.library.look_state(&self.capture).expect("a state").expect("a look was queued")
    }

    fn accept_and_merge(&self) {
        let set = self.sets().remove(0);
        let set = self.library.name_tool(&set.id, set.revision, 0, "Acme").expect("named");
        let ids: Vec<String> = set.operations.iter().map(|operation| operation.id.clone()).collect();
        let set = self
            .library
            .decide(&set.id, set.revision, &ids, Decision::Accepted, None, None)
            .expect("decided");
        self.library.merge(&set.id, set.revision).expect("merged");
    }
}

fn code(state: &LookState) -> &str {
    match state {
        LookState::Failed { code, .. } => code,
        LookState::Queued => "queued",
        LookState::Running => "running",
        LookState::Done => "done",
        LookState::Cancelled => "cancelled",
    }
}

#[test]
fn the_models_proposals_join_the_open_change_set() {
    let setup = setup(ANSWER);
    let before = setup.sets();
    assert_eq!((before.len(), code(&setup.state())), (1, "queued"), "the text reader's result stands first");
    setup.look("");
    assert_eq!(code(&setup.state()), "done");
    let after = setup.sets();
    assert_eq!(after.len(), 1, "no second change set while the first is open");
    let (before, after) = (&before[0], &after[0]);
    assert!(after.revision > before.revision, "an older view is refused");
    let price = |set: &ChangeSet| {
        let found = set.operations.iter().find(|operation| operation.proposal.property == "price");
        found.expect("a price").proposal.clone()
    };
    assert!(price(after).confidence > price(before).confidence);
    assert_eq!(price(after).proposers(&after.proposed_by), [before.proposed_by.as_str(), TITLE]);
    let new: Vec<&str> = after.operations[before.operations.len()..]
        .iter()
        .map(|operation| operation.proposal.property.as_str())
        .collect();
    assert_eq!(new, ["name", "tagline"]);
    let invented = &after.operations[before.operations.len() + 1].proposal;
    assert_eq!(invented.status, Status::NotFound);
    assert_eq!(
        (before.tools[0].name.as_str(), after.tools[0].name.as_str()),
        ("", "Acme"),
        "the tool has a name now"
    );
    assert_eq!(setup.library.verify().expect("checked"), [], "every row has its digest");

    // The same once more changes nothing.
    setup.library.queue_look(&setup.capture, "scripted").expect("queued");
    setup.look("");
    assert_eq!(setup.sets()[0].operations, after.operations);
}

#[test]
fn after_the_merge_a_second_change_set_holds_only_what_is_new() {
    let setup = setup(ANSWER);
    setup.accept_and_merge();
    let merged = setup.sets();
    setup.look("");
    let sets = setup.sets();
    assert_eq!(sets.len(), 2);
    assert_eq!((sets[0].state, sets[0].proposed_by.as_str()), (ChangeSetState::Open, TITLE));
    let properties: Vec<&str> =
        sets[0].operations.iter().map(|operation| operation.proposal.property.as_str()).collect();
    assert_eq!(properties, ["name", "tagline"]);
    assert!(sets[0].tools[0].existing.is_some(), "it speaks of the tool that the merge made");
    assert_eq!(sets[1], merged[0], "what was merged is untouched");
}

#[test]
fn what_a_person_decided_is_untouched() {
    let setup = setup(ANSWER);
    let set = setup.sets().remove(0);
    let ids: Vec<String> = set.operations.iter().map(|operation| operation.id.clone()).collect();
    let decided =
        setup.library.decide(&set.id, set.revision, &ids, Decision::Accepted, None, None).expect("decided");
    setup.look("");
    assert_eq!(setup.sets()[0].operations[..ids.len()], decided.operations[..]);
    assert!(setup.sets()[0].operations.len() > ids.len(), "what is new joins the open change set");
}

#[test]
fn a_model_that_dies_costs_nothing_of_the_reading() {
    for (fault, expected) in
        [("crash", "model_crashed"), ("panic", "model_crashed"), ("memory", "model_out_of_memory")]
    {
        let setup = setup(ANSWER);
        let before = setup.sets();
        let (second_reader, events) = setup.start(worker(&format!("{fault}:look:")));
        second_reader.wait_idle();
        assert_eq!(code(&setup.state()), expected);
        assert_eq!(setup.sets(), before, "{fault}: the text reader's proposals stand");
        let capture = setup.library.capture(&setup.capture).expect("the capture");
        assert_eq!(capture.state, CaptureState::Ready, "{fault}");
        drop(second_reader);
        let retried = events.iter().filter(|event| matches!(event, Event::Retrying { .. })).count();
        assert_eq!(retried, usize::from(expected == "model_crashed"), "{fault}: tried once more");
        // The next look gets a new process.
        setup.library.queue_look(&setup.capture, "scripted").expect("queued");
        setup.look("");
        assert_eq!(code(&setup.state()), "done", "{fault}");
    }
}

#[test]
fn a_pack_that_does_not_fit_is_refused_before_it_is_loaded() {
    let setup = setup(ANSWER);
    setup.packs.too_large.store(true, Ordering::Relaxed);
    // A program that cannot start at all: nobody tries to.
    let missing = WorkerCommand::new("no-such-program", [] as [&str; 0]);
    let (second_reader, _) = setup.start(missing);
    second_reader.wait_idle();
    match setup.state() {
        LookState::Failed { code, message } => {
            assert_eq!(code, "not_enough_memory");
            assert!(message.contains("Smaller 1"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_model_that_cannot_be_loaded_says_which_file() {
    let setup = setup(ANSWER);
    std::fs::remove_file(setup.packs.folder.join("answer.json")).expect("deleted");
    setup.look("");
    match setup.state() {
        LookState::Failed { code, message } => {
            assert_eq!(code, "model_not_loaded");
            assert!(message.contains("answer.json") && message.contains(TITLE), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn progress_comes_by_tile_and_token() {
    let setup = setup(r#"{"answer":"Acme"}"#);
    setup.library.cancel_look(&setup.capture).expect("cancelled");
    let (second_reader, events) = setup.start(worker(""));
    let wish = Wish::Ask { capture: setup.capture.clone(), question: "Who?".to_owned() };
    let granted = second_reader.wish(wish).expect("an answer");
    drop(second_reader);
    let Granted::Answered { answer, model, .. } = granted else { panic!("{granted:?}") };
    assert_eq!((answer.text.as_deref(), model.as_str()), (Some("Acme"), TITLE));
    assert!(!answer.evidence.is_empty());
    let stages: Vec<Stage> = events
        .iter()
        .filter_map(|event| match event {
            Event::Progress { errand: true, stage, .. } => Some(stage),
            _ => None,
        })
        .collect();
    assert!(!stages.is_empty() && stages.is_sorted_by_key(|stage| *stage as u8), "{stages:?}");
}

#[test]
fn a_look_is_cancelled_and_can_be_asked_for_again() {
    let setup = setup(ANSWER);
    let before = setup.sets();
    let (second_reader, events) = setup.start(worker("hang:look:"));
    let started = |event: &Event| matches!(event, Event::Started { .. } | Event::Progress { .. });
    // The look may have begun before the subscription; its progress or its start comes within the watchdog's time.
    while setup.state() != LookState::Running {
        if let Ok(event) = events.recv_timeout(Duration::from_secs(1))
            && started(&event)
        {
            break;
        }
    }
    second_reader.cancel(&setup.capture).expect("cancelled");
    second_reader.wait_idle();
    drop(second_reader);
    assert_eq!(setup.state(), LookState::Cancelled);
    assert_eq!(setup.sets(), before);
    setup.library.queue_look(&setup.capture, "scripted").expect("queued");
    setup.look("");
    assert_eq!(code(&setup.state()), "done");
}

#[test]
fn a_look_goes_on_after_the_app_was_closed_or_killed_in_the_middle() {
    let setup = setup(ANSWER);
    let (second_reader, _) = setup.start(worker("hang:look:"));
    while setup.state() == LookState::Queued {
        std::thread::yield_now();
    }
    second_reader.shutdown();
    assert_eq!(setup.state(), LookState::Queued, "closed: it waits again");

    // Killed: nobody puts it back; the next start does.
    let look = setup.library.next_look().expect("taken").expect("it waits");
    assert_eq!(setup.state(), LookState::Running);
    let Setup { folder, library, packs, capture } = setup;
    drop(second_reader);
    let path = library.directory().to_owned();
    drop(library);
    let library = Arc::new(reopen(&path));
    assert_eq!(library.look_state(&capture).expect("a state"), Some(LookState::Queued));
    let second_reader = SecondReader::start(Arc::clone(&library), packs, worker(""), Settings::default());
    second_reader.wait_idle();
    assert_eq!(library.look_state(&capture).expect("a state"), Some(LookState::Done), "{look:?}");
    drop(folder);
}

#[test]
fn without_a_model_a_question_says_what_is_needed() {
    let setup = setup(ANSWER);
    setup.packs.chosen.store(false, Ordering::Relaxed);
    let settings = Settings { errands_only: true };
    let second_reader =
        SecondReader::start(Arc::clone(&setup.library), setup.packs.clone(), worker(""), settings);
    let wish = Wish::Ask { capture: setup.capture.clone(), question: "Who?".to_owned() };
    let failure = second_reader.wish(wish).expect_err("nobody can answer");
    assert_eq!(failure.code, "no_model");
    assert!(failure.message.contains("Everything else works"), "{}", failure.message);
    second_reader.wait_idle();
    assert_eq!(code(&setup.state()), "queued", "errands only: what waits, waits on");
    second_reader.shutdown();
    let wish = Wish::Describe { capture: setup.capture.clone() };
    assert_eq!(second_reader.wish(wish).expect_err("it was stopped").code, "cancelled");
}

#[test]
fn a_model_is_measured_on_a_made_up_page() {
    let setup = setup("some words");
    let settings = Settings { errands_only: true };
    let second_reader =
        SecondReader::start(Arc::clone(&setup.library), setup.packs.clone(), worker(""), settings);
    let granted = second_reader.wish(Wish::Measure { pack: "scripted".to_owned() }).expect("a measurement");
    let Granted::Measured(measured) = granted else { panic!("{granted:?}") };
    assert_eq!(measured.device, "script");
    assert!(measured.first_token_seconds >= 0.0 && measured.tokens_per_second.is_some());
    assert_eq!(measured.peak_memory.is_some(), cfg!(target_os = "linux"));
}

/// A second capture without a pack chosen is not looked at.
#[test]
fn only_captures_read_with_a_pack_chosen_are_looked_at() {
    let setup = setup(ANSWER);
    setup.packs.chosen.store(false, Ordering::Relaxed);
    let other = add(&setup.library, setup.folder.path(), "other.png", 20);
    read(&setup.library, &setup.packs);
    assert_eq!(setup.library.look_state(&other).expect("a state"), None);
}
