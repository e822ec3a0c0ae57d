//! A worker that hangs, dies, outgrows its memory or is cancelled fails one picture; the others arrive.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::Status;
use engine::Failure;
use engine::read::{ReadOutcome, read_images};
use engine::worker::{Cancellation, Process, ReadRequest, Stage, WorkerCommand};

use crate::pictures;

/// The test worker with faults for the pictures whose name matches.
pub(crate) fn worker(faults: &str) -> WorkerCommand {
    let mut command = WorkerCommand::new(env!("CARGO_BIN_EXE_engine-test-worker"), [] as [&str; 0]);
    command.environment.push(("SHORTLIST_FAULT".into(), faults.into()));
    command
}

fn three(folder: &Path) -> Vec<PathBuf> {
    ["first.png", "second.png", "third.png"]
        .iter()
        .zip([10, 20, 30])
        .map(|(name, shade)| pictures::file(folder, name, shade))
        .collect()
}

/// Reads three pictures, expects the middle one to fail with `code` and the others to arrive.
fn check_middle_fails(command: &WorkerCommand, code: &str) -> Failure {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut results = Vec::new();
    read_images(&three(folder.path()), command, None, |_, result| {
        results.push(result.map(|read| read.outcome));
    });
    let [first, second, third] =
        <[Result<ReadOutcome, Failure>; 3]>::try_from(results).expect("three results");
    for healthy in [first, third] {
        let outcome = healthy.expect("a healthy picture is read");
        assert_eq!(outcome.reading.lines[0].text, "Acme", "the scripted lines come back");
    }
    let failure = second.expect_err("the middle picture meets a fault");
    assert_eq!(failure.code, code, "{}", failure.message);
    failure
}

#[test]
fn a_healthy_batch_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut sizes = Vec::new();
    read_images(&three(folder.path()), &worker(""), None, |path, result| {
        let outcome = result.expect("nothing is wrong").outcome;
        assert!(outcome.timings.total_ms >= outcome.timings.read_ms);
        sizes.push((path.to_path_buf(), outcome.width, outcome.height));
    });
    let expected: Vec<_> = three(folder.path()).into_iter().map(|path| (path, 64, 48)).collect();
    assert_eq!(sizes, expected);
}

#[test]
fn a_worker_that_hangs_fails_one_picture() {
    let mut command = worker("hang:second");
    command.decode_limit = Duration::from_secs(3);
    check_middle_fails(&command, "worker_hung");
}

#[test]
fn a_worker_that_crashes_fails_one_picture() {
    let failure = check_middle_fails(&worker("crash:second"), "worker_crashed");
    assert!(failure.message.contains("picture is kept"), "{}", failure.message);
}

#[test]
fn a_worker_that_panics_fails_one_picture() {
    check_middle_fails(&worker("panic:second"), "worker_panicked");
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_outgrows_its_memory_fails_one_picture() {
    let mut command = worker("memory:second");
    command.memory_limit = Some(512 * 1024 * 1024);
    let failure = check_middle_fails(&command, "worker_out_of_memory");
    assert!(failure.message.contains("512 MB"), "{}", failure.message);
}

#[test]
fn files_that_are_no_pictures_fail_with_their_reason() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = folder.path().join("empty.png");
    let text = folder.path().join("text.png");
    std::fs::write(&empty, "").expect("a file");
    std::fs::write(&text, "not a picture").expect("a file");
    let paths = [empty, pictures::file(folder.path(), "good.png", 1), text, folder.path().join("gone.png")];
    let mut codes = Vec::new();
    read_images(&paths, &worker(""), None, |_, result| {
        codes.push(result.map_or_else(|failure| failure.code, |_| "read".to_owned()));
    });
    assert_eq!(codes, ["empty_file", "read", "not_an_image", "unreadable"]);
}

#[test]
fn cancelling_stops_the_picture_in_hand_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [first, second, _] = <[PathBuf; 3]>::try_from(three(folder.path())).expect("three files");
    let mut process = Process::new(worker("hang:first"));
    let request = |path: PathBuf| ReadRequest {
        id: "one".to_owned(),
        name: String::new(),
        path: path.into(),
        sha256: None,
    };

    let cancellation = Cancellation::new();
    let failure = process
        .read(&request(first), &cancellation, |stage, _, _| {
            assert_eq!(stage, Stage::Decoding, "the fault is met while decoding");
            cancellation.cancel();
        })
        .expect_err("the picture hangs until it is cancelled");
    assert_eq!(failure.code, "cancelled");

    let outcome = process.read(&request(second), &Cancellation::new(), |_, _, _| {});
    assert!(outcome.is_ok(), "the next picture gets a new worker");
}

#[test]
fn stages_are_reported_in_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = pictures::file(folder.path(), "page.png", 1);
    let mut stages = Vec::new();
    let request = ReadRequest { id: "one".to_owned(), name: String::new(), path: path.into(), sha256: None };
    Process::new(worker(""))
        .read(&request, &Cancellation::new(), |stage, _, _| stages.push(stage))
        .expect("nothing is wrong");
    stages.dedup();
    assert_eq!(stages, [Stage::Decoding, Stage::Reading, Stage::Proposing]);
}

#[test]
fn bytes_that_do_not_match_their_checksum_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = pictures::file(folder.path(), "page.png", 1);
    let request = ReadRequest {
        id: "one".to_owned(),
        name: String::new(),
        path: path.into(),
        sha256: Some("0".repeat(64)),
    };
    let failure = Process::new(worker(""))
        .read(&request, &Cancellation::new(), |_, _, _| {})
        .expect_err("another file lies under this hash");
    assert_eq!(failure.code, "capture_damaged");
}

#[test]
fn a_program_that_is_no_worker_is_named_as_such() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = pictures::file(folder.path(), "page.png", 1);
    let missing = WorkerCommand::new(folder.path().join("no-such-program"), [] as [&str; 0]);
    read_images(&[path], &missing, None, |_, result| {
        assert_eq!(result.expect_err("nothing to start").code, "worker_not_started");
    });
}

#[test]
fn the_claims_of_a_reading_are_checked_against_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = pictures::file(folder.path(), "page.png", 1);
    read_images(&[path], &worker(""), None, |_, result| {
        let outcome = result.expect("nothing is wrong").outcome;
        for claim in outcome.extraction.tools.iter().flat_map(|tool| &tool.claims) {
            assert_ne!(claim.status, Status::Entered, "a machine never enters a claim");
        }
    });
}

#[test]
fn a_careless_reader_is_kept_in_bounds() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = pictures::file(folder.path(), "page.png", 1);
    read_images(&[path], &worker(""), None, |_, result| {
        let reading = result.expect("the reading is kept").outcome.reading;
        let line = &reading.lines[0];
        assert!(line.bounds.fits(64, 48), "{:?}", line.bounds);
        assert_eq!((line.characters[0], line.confidence), (0.0, 1.0));
    });
}

/// The worker's owner is killed with no chance to clean up while the worker hangs: the worker must not live on.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_dies_with_its_owner() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = pictures::file(folder.path(), "page.png", 1);
    let mut owner = std::process::Command::new(env!("CARGO_BIN_EXE_engine-test-worker"))
        .arg("own")
        .arg(&picture)
        .env("SHORTLIST_FAULT", "hang")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the test worker starts");
    // The owner prints a line once its worker has begun.
    let mut line = String::new();
    let output = owner.stdout.take().expect("a pipe");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).expect("a line");
    let workers = children(owner.id());
    assert_eq!(workers.len(), 1, "one owner, one worker");
    owner.kill().expect("the owner is running");
    owner.wait().expect("the owner is gone");
    // Death is asynchronous; a worker that is still there after a minute was not killed.
    for _ in 0..6000 {
        if !is_alive(workers[0]) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the worker outlived its owner");
}

/// Process id, state and parent of a process, or `None` when it is gone.
#[cfg(target_os = "linux")]
fn status(process: &str) -> Option<(String, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold blanks.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").expect("a proc file system");
    processes
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| status(name).is_some_and(|(_, owner)| owner == parent))
        .filter_map(|name| name.parse().ok())
        .collect()
}

/// A killed process that nobody has asked about yet is a zombie: dead all the same.
#[cfg(target_os = "linux")]
fn is_alive(process: u32) -> bool {
    status(&process.to_string()).is_some_and(|(state, _)| state != "Z" && state != "X")
}
