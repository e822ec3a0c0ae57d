//! The loop of the worker process: one request in, progress and one answer out, until the pipe closes.
//!
//! Invariant: writes nothing but frames to what was its standard output; a picture that fails is answered with a
//! code and a sentence; after a panic the process ends, because its state can no longer be trusted.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use domain::{Control, PixelBox, ReadError, Reading, TextReader};
use sha2::{Digest, Sha256};

use super::frame::{self, FrameError};
use super::protocol::{ReadOutcome, ReadRequest, Reply, Request, Stage, Timings};
use super::{confine, fault};
use crate::decode::{self, DecodeError};
use crate::{Failure, ground, propose};

/// Progress frames are at least this far apart, except at the start of a stage.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

/// Serves requests until standard input ends. Call it first thing in the child: it takes standard output over and
/// lowers the process's limits, and a network namespace can be made only while there is a single thread.
pub fn serve(reader: &dyn TextReader) -> ExitCode {
    let served = confine::take_standard_output().map_err(FrameError::Io).and_then(|mut output| {
        confine::confine();
        answer_all(reader, &mut io::stdin().lock(), &mut output)
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the worker stopped");
            ExitCode::FAILURE
        }
    }
}

fn answer_all(
    reader: &dyn TextReader,
    input: &mut impl Read,
    output: &mut dyn Write,
) -> Result<(), FrameError> {
    while let Some(request) = frame::receive::<Request>(input)? {
        match request {
            Request::Start { memory_limit } => {
                if let Some(bytes) = memory_limit {
                    confine::limit_memory(bytes);
                }
                frame::send(&mut &mut *output, &Reply::Ready { reader: reader.name() })?;
            }
            Request::Read(request) => {
                let mut session = Session { id: &request.id, output: &mut *output, failed: None, last: None };
                let answer = catch_unwind(AssertUnwindSafe(|| read_picture(reader, &request, &mut session)));
                if let Some(error) = session.failed {
                    return Err(error);
                }
                let id = request.id;
                match answer {
                    Ok(Ok(outcome)) => {
                        let reply = Reply::Done { id: id.clone(), outcome: Box::new(outcome) };
                        match frame::send(&mut &mut *output, &reply) {
                            Err(FrameError::TooLong { .. }) => {
                                let failure = Failure::new(
                                    "reading_too_large",
                                    "The picture holds more text than one reading can carry. It is kept; crop it \
                                     into parts and add those.",
                                );
                                frame::send(&mut &mut *output, &Reply::Failed { id, failure })?;
                            }
                            sent => sent?,
                        }
                    }
                    Ok(Err(failure)) => frame::send(&mut &mut *output, &Reply::Failed { id, failure })?,
                    Err(_) => {
                        // The panic hook has written the reason to standard error.
                        let failure = panicked();
                        return frame::send(&mut &mut *output, &Reply::Failed { id, failure });
                    }
                }
            }
        }
    }
    Ok(())
}

/// Sends the progress of one request and remembers when sending failed.
struct Session<'a> {
    id: &'a str,
    output: &'a mut dyn Write,
    failed: Option<FrameError>,
    last: Option<(Stage, Instant)>,
}

impl Session<'_> {
    fn report(&mut self, stage: Stage, done: usize, total: usize) -> Control {
        let due = self.last.is_none_or(|(last, at)| last != stage || at.elapsed() >= PROGRESS_INTERVAL);
        if due && self.failed.is_none() {
            self.last = Some((stage, Instant::now()));
            let reply = Reply::Progress {
                id: self.id.to_owned(),
                stage,
                done: u32::try_from(done).unwrap_or(u32::MAX),
                total: u32::try_from(total).unwrap_or(u32::MAX),
            };
            self.failed = frame::send(&mut &mut *self.output, &reply).err();
        }
        if self.failed.is_some() { Control::Stop } else { Control::Continue }
    }
}

fn read_picture(
    reader: &dyn TextReader,
    request: &ReadRequest,
    session: &mut Session<'_>,
) -> Result<ReadOutcome, Failure> {
    let started = Instant::now();
    session.report(Stage::Decoding, 0, 1);
    let path = Path::new(&request.path);
    let file_name = path.file_name().unwrap_or(OsStr::new("")).to_string_lossy();
    fault::provoke(&[&request.name, &file_name]);
    let bytes = decode::read_file(path).map_err(|error| decode_failure(&error))?;
    if let Some(expected) = &request.sha256 {
        check_hash(&bytes, expected)?;
    }
    let picture = decode::decode(&bytes).map_err(|error| decode_failure(&error))?;
    drop(bytes);
    let decoded = Instant::now();

    session.report(Stage::Reading, 0, 1);
    let mut reading = reader
        .read(&picture, &mut |done, total| session.report(Stage::Reading, done, total))
        .map_err(|error| reader_failure(&error))?;
    let (width, height) = (picture.width, picture.height);
    drop(picture);
    keep_in_bounds(&mut reading, width, height);
    let read = Instant::now();

    session.report(Stage::Proposing, 0, 1);
    let mut extraction = propose::propose(&reading);
    ground::ground(&mut extraction, &reading);
    let proposed = Instant::now();
    let timings = Timings {
        decode_ms: milliseconds(decoded - started),
        read_ms: milliseconds(read - decoded),
        propose_ms: milliseconds(proposed - read),
        total_ms: milliseconds(proposed - started),
    };
    Ok(ReadOutcome { width, height, reading, extraction, timings })
}

/// What every later step relies on: boxes inside the picture, confidences that are numbers between 0 and 1. JSON has
/// no word for anything else, and one such number would cost the whole reading.
fn keep_in_bounds(reading: &mut Reading, width: u32, height: u32) {
    let share = |value: &mut f32| *value = if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 };
    let picture = PixelBox::new(0, 0, width, height);
    (reading.width, reading.height) = (width, height);
    for line in &mut reading.lines {
        line.bounds = line.bounds.intersection(&picture);
        share(&mut line.confidence);
        line.characters.iter_mut().for_each(share);
        if !line.font_height.is_finite() {
            line.font_height = line.bounds.height as f32;
        }
        for word in &mut line.words {
            word.bounds = word.bounds.intersection(&picture);
            share(&mut word.confidence);
        }
    }
}

fn check_hash(bytes: &[u8], expected: &str) -> Result<(), Failure> {
    let actual = Sha256::digest(bytes);
    let actual = actual.iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    });
    if actual.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    Err(Failure::new(
        "capture_damaged",
        "The stored picture no longer matches its checksum, so it was not read. Restore it from a backup or add \
         the original again.",
    ))
}

fn decode_failure(error: &DecodeError) -> Failure {
    Failure::new(error.code(), error.to_string())
}

fn reader_failure(error: &ReadError) -> Failure {
    match error {
        ReadError::Cancelled => {
            Failure::new("cancelled", "Reading was cancelled. The picture is kept and can be read again.")
        }
        ReadError::Failed(reason) => Failure::new(
            "reader_failed",
            format!("The text of this picture could not be read: {reason}. The picture is kept; retry it."),
        ),
    }
}

/// The code of a panic inside the worker; the process ends after it.
pub(super) const PANICKED: &str = "worker_panicked";

fn panicked() -> Failure {
    Failure::new(
        PANICKED,
        "Reading this picture ran into an internal error. The picture is kept and nothing else was affected; retry \
         it, or report it if it happens again.",
    )
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}
