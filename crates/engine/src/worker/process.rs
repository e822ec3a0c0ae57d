//! The app's side of the worker: start it, watch it, and tell apart how it died.
//!
//! Invariants: the child never outlives this value; every failure leaves it stopped or ready for the next capture.
//! Time is monotonic. The child's death signal is tied to the thread that started it, so one thread uses one value.

use std::io::Read;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, select_biased};
use domain::pack::Measured;

use super::command::WorkerCommand;
use super::frame::{self, FrameError};
use super::protocol::{
    LookRequest, ReadOutcome, ReadRequest, RegionRequest, Reply, Request, Stage, TakeApartRequest,
};
use super::serve::PANICKED;
use crate::Failure;
use crate::document::Parts;
use crate::look::Look;
use crate::region::RegionRead;

/// Bytes of the child's standard error that are kept to tell why it died.
const STDERR_KEPT: usize = 16 * 1024;
/// How long a child that closed its pipe may take to exit before it is killed.
const EXIT_PATIENCE: Duration = Duration::from_secs(2);

/// Stops one reading, from any thread. Once used it stays cancelled.
#[derive(Debug, Clone)]
pub struct Cancellation {
    cancelled: Arc<AtomicBool>,
    wake: Sender<()>,
    woken: Receiver<()>,
}

impl Cancellation {
    pub fn new() -> Self {
        let (wake, woken) = bounded(1);
        Self { cancelled: Arc::new(AtomicBool::new(false)), wake, woken }
    }

    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
        // A full channel already holds the signal.
        let _ = self.wake.try_send(());
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }
}

impl Default for Cancellation {
    fn default() -> Self {
        Self::new()
    }
}

/// One worker process, started when first needed and again after it died.
pub struct Process {
    command: WorkerCommand,
    running: Option<Running>,
}

impl Process {
    pub const fn new(command: WorkerCommand) -> Self {
        Self { command, running: None }
    }

    /// Reads one picture. `on_progress` gets the stage and `done` of `total`.
    pub fn read(
        &mut self,
        request: &ReadRequest,
        cancellation: &Cancellation,
        on_progress: impl FnMut(Stage, u32, u32),
    ) -> Result<ReadOutcome, Failure> {
        match self.exchange(&request.id, &Request::Read(request.clone()), cancellation, on_progress)? {
            Reply::Done { outcome, .. } => Ok(*outcome),
            _ => Err(self.out_of_turn()),
        }
    }

    /// Reads a part of a picture. `on_progress` gets the stage and `done` of `total`.
    pub fn read_region(
        &mut self,
        request: RegionRequest,
        cancellation: &Cancellation,
        on_progress: impl FnMut(Stage, u32, u32),
    ) -> Result<RegionRead, Failure> {
        let id = request.picture.id.clone();
        match self.exchange(&id, &Request::ReadRegion(request), cancellation, on_progress)? {
            Reply::RegionRead { read, .. } => Ok(*read),
            _ => Err(self.out_of_turn()),
        }
    }

    /// Takes a file with several pictures apart. `on_progress` gets how many were looked at.
    pub fn take_apart(
        &mut self,
        request: TakeApartRequest,
        cancellation: &Cancellation,
        on_progress: impl FnMut(Stage, u32, u32),
    ) -> Result<Parts, Failure> {
        let id = request.picture.id.clone();
        match self.exchange(&id, &Request::TakeApart(request), cancellation, on_progress)? {
            Reply::TakenApart { parts, .. } => Ok(parts),
            _ => Err(self.out_of_turn()),
        }
    }

    /// Lets the model carry out a task on one picture.
    pub fn look(
        &mut self,
        request: LookRequest,
        cancellation: &Cancellation,
        on_progress: impl FnMut(Stage, u32, u32),
    ) -> Result<Look, Failure> {
        let id = request.picture.id.clone();
        match self.exchange(&id, &Request::Look(request), cancellation, on_progress)? {
            Reply::Looked { look, .. } => Ok(*look),
            _ => Err(self.out_of_turn()),
        }
    }

    /// Measures the model on a made-up page.
    pub fn measure(
        &mut self,
        cancellation: &Cancellation,
        on_progress: impl FnMut(Stage, u32, u32),
    ) -> Result<Measured, Failure> {
        let id = "measure".to_owned();
        match self.exchange(&id.clone(), &Request::Measure { id }, cancellation, on_progress)? {
            Reply::Measured { measured, .. } => Ok(measured),
            _ => Err(self.out_of_turn()),
        }
    }

    fn out_of_turn(&mut self) -> Failure {
        self.running = None;
        broken("it answered out of turn")
    }

    /// Sends one request and waits for its answer.
    fn exchange(
        &mut self,
        wanted: &str,
        request: &Request,
        cancellation: &Cancellation,
        mut on_progress: impl FnMut(Stage, u32, u32),
    ) -> Result<Reply, Failure> {
        if cancellation.is_cancelled() {
            return Err(cancelled());
        }
        self.start(cancellation)?;
        let Some(running) = &mut self.running else {
            return Err(not_started("it ended at once"));
        };
        if running.send(request).is_err() {
            return Err(self.bury());
        }
        let mut limit = self.command.decode_limit;
        let mut deadline = Instant::now() + limit;
        let mut last = None;
        loop {
            let Some(running) = &self.running else {
                return Err(not_started("it ended at once"));
            };
            match running.next(cancellation, deadline) {
                Next::Reply(Reply::Progress { id, stage, done, total }) if id == wanted => {
                    // Saying the same again is no progress.
                    if last.replace((stage, done, total)) != Some((stage, done, total)) {
                        limit = match stage {
                            Stage::Decoding => self.command.decode_limit,
                            stage if stage.is_of_model() => self.command.model_limit,
                            _ => self.command.stage_limit,
                        };
                        deadline = Instant::now() + limit;
                    }
                    on_progress(stage, done, total);
                }
                Next::Reply(Reply::Failed { id, failure }) if id == wanted => {
                    if failure.code == PANICKED {
                        self.running = None;
                    }
                    return Err(failure);
                }
                Next::Reply(
                    reply @ (Reply::Done { .. }
                    | Reply::RegionRead { .. }
                    | Reply::TakenApart { .. }
                    | Reply::Looked { .. }
                    | Reply::Measured { .. }),
                ) if reply.id() == Some(wanted) => {
                    return Ok(reply);
                }
                Next::Reply(_) => return Err(self.out_of_turn()),
                Next::Broken(error) => {
                    self.running = None;
                    return Err(broken(&error.to_string()));
                }
                Next::Ended => return Err(self.bury()),
                Next::Silent => {
                    self.running = None;
                    return Err(hung(limit));
                }
                Next::Cancelled => {
                    self.running = None;
                    return Err(cancelled());
                }
            }
        }
    }

    /// Starts the worker now instead of with the first picture; returns the name of its reader.
    pub fn warm_up(&mut self) -> Result<String, Failure> {
        self.start(&Cancellation::new())?;
        Ok(self.running.as_ref().map(|running| running.reader.clone()).unwrap_or_default())
    }

    /// Stops the worker; the next picture starts a new one.
    pub fn stop(&mut self) {
        self.running = None;
    }

    fn start(&mut self, cancellation: &Cancellation) -> Result<(), Failure> {
        // One that died while it had nothing to do is replaced without a word.
        if self.running.as_mut().is_some_and(Running::has_exited) {
            self.running = None;
        }
        if self.running.is_none() {
            self.running = Some(Running::start(&self.command, cancellation)?);
        }
        Ok(())
    }

    /// What became of a child whose pipe closed.
    fn bury(&mut self) -> Failure {
        let Some(mut running) = self.running.take() else {
            return not_started("it ended at once");
        };
        let status = running.wait();
        let last_words = running.last_words();
        tracing::warn!(?status, "the worker ended unexpectedly");
        tracing::debug!(last_words, "standard error of the worker");
        if last_words.contains("memory allocation of ") && last_words.contains(" bytes failed") {
            return out_of_memory(self.command.memory_limit);
        }
        crashed(status)
    }
}

/// What the child did next.
enum Next {
    Reply(Reply),
    Broken(FrameError),
    Ended,
    Silent,
    Cancelled,
}

/// A started child with its pipes; dropping it kills it.
struct Running {
    child: Child,
    input: ChildStdin,
    replies: Receiver<Result<Reply, FrameError>>,
    errors: Option<JoinHandle<Vec<u8>>>,
    reader: String,
}

impl Running {
    fn start(command: &WorkerCommand, cancellation: &Cancellation) -> Result<Self, Failure> {
        let mut child = Command::new(&command.program)
            .args(&command.arguments)
            // Each arena of the C library reserves address space, which the memory limit counts.
            .env("MALLOC_ARENA_MAX", "4")
            // Given back to the system as soon as it is freed, which the C library otherwise does only up to a size
            // that it raises by itself.
            .env("MALLOC_MMAP_THRESHOLD_", "8388608")
            .envs(command.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| not_started(&error.to_string()))?;
        let (Some(input), Some(mut output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(not_started("its pipes are missing"));
        };
        // Bounded, so that a child that floods its pipe fills no memory here.
        let (sender, replies) = bounded(16);
        // Ends with the child: its pipe closes.
        std::thread::spawn(move || {
            loop {
                let message = match frame::receive::<Reply>(&mut output) {
                    Ok(Some(reply)) => Ok(reply),
                    Ok(None) | Err(FrameError::Truncated | FrameError::Io(_)) => return,
                    Err(error) => Err(error),
                };
                let last = message.is_err();
                if sender.send(message).is_err() || last {
                    return;
                }
            }
        });
        let errors = std::thread::spawn(move || keep_tail(errors));
        let mut running = Self { child, input, replies, errors: Some(errors), reader: String::new() };

        let start = Request::Start { memory_limit: command.memory_limit, model: command.model.clone() };
        if running.send(&start).is_err() {
            return Err(running.died_at_start());
        }
        match running.next(cancellation, Instant::now() + command.start_limit) {
            Next::Reply(Reply::Ready { reader }) => {
                running.reader = reader;
                Ok(running)
            }
            Next::Reply(Reply::Failed { failure, .. }) => Err(failure),
            Next::Reply(_) => Err(not_started("it answered out of turn")),
            Next::Broken(error) => Err(not_started(&error.to_string())),
            Next::Ended => Err(running.died_at_start()),
            Next::Silent => {
                Err(not_started(&format!("it gave no sign for {} seconds", command.start_limit.as_secs())))
            }
            Next::Cancelled => Err(cancelled()),
        }
    }

    fn died_at_start(mut self) -> Failure {
        let status = self.wait();
        let last_words = self.last_words();
        let last_line = last_words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("");
        let shown = domain::text::visible(last_line, 200);
        match status {
            Some(status) => not_started(&format!("it ended with {status}: {shown}")),
            None => not_started(&shown),
        }
    }

    fn send(&mut self, request: &Request) -> Result<(), FrameError> {
        frame::send(&mut self.input, request)
    }

    fn next(&self, cancellation: &Cancellation, deadline: Instant) -> Next {
        let timeout = crossbeam_channel::at(deadline);
        select_biased! {
            recv(cancellation.woken) -> _ => Next::Cancelled,
            recv(self.replies) -> message => match message {
                Ok(Ok(reply)) => Next::Reply(reply),
                Ok(Err(error)) => Next::Broken(error),
                Err(_) => Next::Ended,
            },
            recv(timeout) -> _ => Next::Silent,
        }
    }

    fn has_exited(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The exit status of a child whose pipe closed; killed if it lingers.
    fn wait(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + EXIT_PATIENCE;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
                _ => return None,
            }
        }
    }

    fn last_words(&mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let bytes = self.errors.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads to the end and returns the last bytes.
fn keep_tail(mut source: impl Read) -> Vec<u8> {
    let mut tail = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = source.read(&mut buffer) {
        tail.extend_from_slice(&buffer[..count]);
        if tail.len() > 2 * STDERR_KEPT {
            tail.drain(..tail.len() - STDERR_KEPT);
        }
    }
    tail
}

fn cancelled() -> Failure {
    Failure::new("cancelled", "Reading was cancelled. The picture is kept and can be read again.")
}

fn not_started(reason: &str) -> Failure {
    Failure::new(
        "worker_not_started",
        format!(
            "The reading process could not be started: {reason}. Nothing was lost; restart the app and retry."
        ),
    )
}

fn hung(limit: Duration) -> Failure {
    Failure::new(
        "worker_hung",
        format!(
            "Reading this picture was stopped after {} seconds without progress. The picture is kept and nothing \
             else was affected; retry it or crop it into parts.",
            limit.as_secs()
        ),
    )
}

fn out_of_memory(limit: Option<u64>) -> Failure {
    let limit = limit.map_or_else(String::new, |bytes| format!(" of {} MB", bytes / 1_048_576));
    Failure::new(
        "worker_out_of_memory",
        format!(
            "Reading this picture needed more memory than the limit{limit}. The picture is kept and nothing else \
             was affected; crop it into parts and add those."
        ),
    )
}

fn crashed(status: Option<ExitStatus>) -> Failure {
    let how = status.map_or_else(|| "without an exit status".to_owned(), |status| format!("with {status}"));
    Failure::new(
        "worker_crashed",
        format!(
            "This picture crashed the reading process (it ended {how}). The picture is kept and nothing else was \
             affected; retry it, or save it as PNG and add that."
        ),
    )
}

fn broken(reason: &str) -> Failure {
    Failure::new(
        "worker_crashed",
        format!(
            "The reading process gave an answer that cannot be used ({reason}) and was stopped. The picture is \
             kept and nothing else was affected; retry it."
        ),
    )
}
