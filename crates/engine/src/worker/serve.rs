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

use domain::{AnswerStep, Control, Picture, PixelBox, ReadError, Reading, TextReader, VisionLanguageModel};
use sha2::{Digest, Sha256};

use super::frame::{self, FrameError};
use super::protocol::{ModelStart, ReadOutcome, ReadRequest, RegionRequest, Reply, Request, Stage, Timings};
use super::{confine, fault, measure};
use crate::decode::{self, DecodeError};
use crate::look::{Look, Page};
use crate::region::RegionRead;
use crate::{Failure, document, ground, look, propose, region, taken};

/// Progress frames are at least this far apart, except at the start of a stage.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

/// Makes the text reader, or says why it cannot.
pub type LoadText<'a> = dyn Fn() -> Result<Box<dyn TextReader>, String> + 'a;
/// Makes the model of a folder, or says why it cannot.
pub type LoadModel<'a> = dyn Fn(&ModelStart) -> Result<Box<dyn VisionLanguageModel>, String> + 'a;

/// How the two readers are made; each process calls one of them, once.
#[derive(Clone, Copy)]
pub struct Loaders<'a> {
    pub text: &'a LoadText<'a>,
    pub model: &'a LoadModel<'a>,
}

/// What this process is.
enum Reader {
    Text(Box<dyn TextReader>),
    Model { model: Box<dyn VisionLanguageModel>, load_seconds: f64 },
}

/// Serves requests until standard input ends. Call it first thing in the child: it takes standard output over and
/// lowers the process's limits, and a network namespace can be made only while there is a single thread.
pub fn serve(loaders: &Loaders<'_>) -> ExitCode {
    let served = confine::take_standard_output().map_err(FrameError::Io).and_then(|mut output| {
        confine::confine();
        answer_all(loaders, &mut io::stdin().lock(), &mut output)
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
    loaders: &Loaders<'_>,
    input: &mut impl Read,
    output: &mut dyn Write,
) -> Result<(), FrameError> {
    let Some(Request::Start { memory_limit, model }) = frame::receive::<Request>(input)? else {
        return Ok(());
    };
    if let Some(bytes) = memory_limit {
        confine::limit_memory(bytes);
    }
    let reader = match load(loaders, model.as_ref()) {
        Ok(reader) => reader,
        Err(failure) => {
            return frame::send(&mut &mut *output, &Reply::Failed { id: String::new(), failure });
        }
    };
    let name = match (&reader, &model) {
        (Reader::Text(reader), _) => reader.name(),
        (Reader::Model { .. }, Some(start)) => start.name.clone(),
        (Reader::Model { model, .. }, None) => model.name(),
    };
    frame::send(&mut &mut *output, &Reply::Ready { reader: name.clone() })?;
    while let Some(request) = frame::receive::<Request>(input)? {
        let id = match &request {
            // A process stays what it is.
            Request::Start { .. } => continue,
            Request::Read(request) => request.id.clone(),
            Request::ReadRegion(request) => request.picture.id.clone(),
            Request::TakeApart(request) => request.picture.id.clone(),
            Request::Look(request) => request.picture.id.clone(),
            Request::Measure { id } => id.clone(),
        };
        let mut session = Session { id: &id, output: &mut *output, failed: None, last: None };
        let answer = catch_unwind(AssertUnwindSafe(|| carry_out(&reader, &name, request, &mut session)));
        if let Some(error) = session.failed {
            return Err(error);
        }
        match answer {
            Ok(Ok(reply)) => match frame::send(&mut &mut *output, &reply) {
                Err(FrameError::TooLong { .. }) => {
                    let failure = Failure::new(
                        "reading_too_large",
                        "The picture holds more text than one reading can carry. It is kept; crop it into parts and \
                         add those.",
                    );
                    frame::send(&mut &mut *output, &Reply::Failed { id, failure })?;
                }
                sent => sent?,
            },
            Ok(Err(failure)) => frame::send(&mut &mut *output, &Reply::Failed { id, failure })?,
            Err(_) => {
                // The panic hook has written the reason to standard error.
                let failure = panicked();
                return frame::send(&mut &mut *output, &Reply::Failed { id, failure });
            }
        }
    }
    Ok(())
}

fn load(loaders: &Loaders<'_>, model: Option<&ModelStart>) -> Result<Reader, Failure> {
    let Some(start) = model else {
        let reader = (loaders.text)().map_err(|reason| {
            Failure::new(
                "worker_not_started",
                format!("The text reader could not be loaded: {reason}. Nothing was lost; install the program again."),
            )
        })?;
        return Ok(Reader::Text(reader));
    };
    let started = Instant::now();
    let model = (loaders.model)(start).map_err(|reason| {
        Failure::new(
            "model_not_loaded",
            format!(
                "{} could not be loaded: {reason}. What the text reader proposed stands unchanged; verify the pack \
                 on the Models screen, or choose another.",
                start.name
            ),
        )
    })?;
    Ok(Reader::Model { model, load_seconds: started.elapsed().as_secs_f64() })
}

fn carry_out(
    reader: &Reader,
    name: &str,
    request: Request,
    session: &mut Session<'_>,
) -> Result<Reply, Failure> {
    match (reader, request) {
        (Reader::Text(reader), Request::Read(request)) => {
            let outcome = read_picture(reader.as_ref(), &request, session)?;
            Ok(Reply::Done { id: request.id, outcome: Box::new(outcome) })
        }
        (Reader::Text(reader), Request::ReadRegion(request)) => {
            let read = read_region(reader.as_ref(), &request, session)?;
            Ok(Reply::RegionRead { id: request.picture.id, read: Box::new(read) })
        }
        (Reader::Text(reader), Request::TakeApart(request)) => {
            let bytes = open_file(&request.picture, "", session)?;
            let parts = document::take_apart(
                &bytes,
                Path::new(&request.folder),
                reader.as_ref(),
                &mut |done, total| session.report(Stage::Reading, done, total),
            )?;
            Ok(Reply::TakenApart { id: request.picture.id, parts })
        }
        (Reader::Model { model, .. }, Request::Look(request)) => {
            let picture = decoded(&open_file(&request.picture, "look:", session)?)?;
            let page = Page { picture: &picture, reading: &request.reading, kind: request.page_kind };
            let steps = &mut |step: AnswerStep| session.step(step);
            let mut look = look::look(model.as_ref(), page, &request.task, steps)?;
            // Marked with the name that the user knows the model by, not with its folder's.
            if let Look::Proposed { extraction } = &mut look {
                name.clone_into(&mut extraction.proposed_by);
            }
            Ok(Reply::Looked { id: request.picture.id, look: Box::new(look) })
        }
        (Reader::Model { model, load_seconds }, Request::Measure { id }) => {
            let steps = &mut |step: AnswerStep| session.step(step);
            let measured = measure::measure(model.as_ref(), *load_seconds, steps).map_err(|error| {
                let message = format!("{name} could not be measured: {error}. Nothing was changed.");
                Failure::new("model_failed", message)
            })?;
            Ok(Reply::Measured { id, measured })
        }
        _ => Err(Failure::new("worker_misused", "This process has another reader. Nothing was changed.")),
    }
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

    /// A step of a model.
    fn step(&mut self, step: AnswerStep) -> Control {
        match step {
            AnswerStep::Tiles { done, total } => self.report(Stage::Looking, done, total),
            AnswerStep::Prompt { tokens } => self.report(Stage::Considering, 0, tokens),
            AnswerStep::Answer { done, most } => self.report(Stage::Answering, done, most),
        }
    }
}

fn decoded(bytes: &[u8]) -> Result<Picture, Failure> {
    decode::decode(bytes).map_err(|error| decode_failure(&error))
}

/// The bytes of a request's file; `prefix` tells the faults of the two readers apart.
fn open_file(request: &ReadRequest, prefix: &str, session: &mut Session<'_>) -> Result<Vec<u8>, Failure> {
    session.report(Stage::Decoding, 0, 1);
    let path = Path::new(&request.path);
    let file_name = path.file_name().unwrap_or(OsStr::new("")).to_string_lossy();
    fault::provoke(&[&format!("{prefix}{}", request.name), &format!("{prefix}{file_name}")]);
    let bytes = decode::read_file(path).map_err(|error| decode_failure(&error))?;
    if let Some(expected) = &request.sha256 {
        check_hash(&bytes, expected)?;
    }
    Ok(bytes)
}

fn read_picture(
    reader: &dyn TextReader,
    request: &ReadRequest,
    session: &mut Session<'_>,
) -> Result<ReadOutcome, Failure> {
    let started = Instant::now();
    let bytes = open_file(request, "", session)?;
    let picture = decoded(&bytes)?;
    let taken_at = taken::taken_at(&bytes);
    drop(bytes);
    let opened = Instant::now();

    session.report(Stage::Reading, 0, 1);
    let mut reading = reader
        .read(&picture, &mut |done, total| session.report(Stage::Reading, done, total))
        .map_err(|error| reader_failure(&error))?;
    let (width, height) = (picture.width, picture.height);
    drop(picture);
    keep_in_bounds(&mut reading, width, height);
    let read = Instant::now();

    session.report(Stage::Proposing, 0, 1);
    let mut extraction = propose::propose_with(&reading, reader.passages());
    ground::ground(&mut extraction, &reading);
    let proposed = Instant::now();
    let timings = Timings {
        decode_ms: milliseconds(opened - started),
        read_ms: milliseconds(read - opened),
        propose_ms: milliseconds(proposed - read),
        total_ms: milliseconds(proposed - started),
    };
    Ok(ReadOutcome { width, height, reading, extraction, taken_at, timings })
}

fn read_region(
    reader: &dyn TextReader,
    request: &RegionRequest,
    session: &mut Session<'_>,
) -> Result<RegionRead, Failure> {
    let picture = decoded(&open_file(&request.picture, "region:", session)?)?;
    let (width, height) = (picture.width, picture.height);
    let region = request.region.intersection(&PixelBox::new(0, 0, width, height));
    if region.is_empty() {
        return Err(Failure::new("outside", "That part lies outside the picture. Nothing was changed."));
    }
    session.report(Stage::Reading, 0, 1);
    let report = &mut |done: usize, total: usize| session.report(Stage::Reading, done, total);
    let mut read = region::read(reader, &picture, region, report).map_err(|error| reader_failure(&error))?;
    keep_in_bounds(&mut read.reading, width, height);
    Ok(read)
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
