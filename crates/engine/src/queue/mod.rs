//! The queue: one thread takes jobs from the library, one worker process reads them.
//!
//! Invariants: the queue itself lives in the library, so a killed app goes on where it was; one capture at a time;
//! whatever a capture does to the worker, only that capture fails. Public methods answer at once: they ask or wake,
//! the scheduler thread does the work; only `read_region` waits for its answer.

mod event;
mod region;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::Receiver;
use domain::pack::Packs;
use store::{Job, JobOutcome, JobState, Library, StoreError};

pub use event::Event;

use crate::Failure;
use crate::background::{Background, Subscribers, Throttle, Watched};
use crate::second_reader::chosen;
use crate::worker::{Cancellation, Process, ReadOutcome, ReadRequest, Stage, WorkerCommand};

/// How the queue starts.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Take no job until [`Queue::resume`].
    pub paused: bool,
    /// Whose chosen pack looks at each capture after it was read; without them, none does.
    pub packs: Option<Arc<dyn Packs>>,
}

/// The running queue of one library. Dropping it stops it; what waits is read at the next start.
pub struct Queue {
    shared: Arc<Shared>,
    thread: Background,
}

struct Shared {
    library: Arc<Library>,
    packs: Option<Arc<dyn Packs>>,
    state: Watched<State>,
    subscribers: Subscribers<Event>,
}

struct State {
    /// Raised by every wake-up.
    woken: u64,
    /// The value of `woken` for which nothing was left to do.
    settled: u64,
    paused: bool,
    stopping: bool,
    /// Between taking a job and storing what became of it.
    busy: bool,
    current: Option<(String, Cancellation)>,
    /// Parts of captures that somebody waits for; they go first, also while the queue is paused.
    regions: VecDeque<region::Wanted>,
    /// The capture of the part that is being read.
    region: Option<(String, Cancellation)>,
    /// A job that was taken and whose end could not be stored; it goes back before the next one is taken.
    owed: Option<String>,
}

/// What the scheduler does next.
enum Next {
    /// Ask the library for a job; the number is `woken` at this moment.
    Job(u64),
    Region(region::Wanted),
}

impl Queue {
    /// Starts the scheduler thread; it begins with what waits in the library.
    pub fn start(library: Arc<Library>, worker: WorkerCommand, settings: Settings) -> Self {
        let shared = Arc::new(Shared {
            library,
            packs: settings.packs,
            state: Watched::new(State {
                woken: 1,
                settled: 0,
                paused: settings.paused,
                stopping: false,
                busy: false,
                current: None,
                regions: VecDeque::new(),
                region: None,
                owed: None,
            }),
            subscribers: Subscribers::default(),
        });
        let scheduler = Arc::clone(&shared);
        let thread = Background::start("queue", move || scheduler.run(worker));
        Self { shared, thread }
    }

    /// Every event from now on. A subscriber that is dropped is forgotten.
    pub fn subscribe(&self) -> Receiver<Event> {
        self.shared.subscribers.subscribe()
    }

    /// Looks for work: call it after a capture was added or queued again.
    pub fn wake(&self) {
        self.shared.state.update(|state| state.woken += 1);
    }

    /// Stops the work on a capture, whether it waits or is being read.
    pub fn cancel(&self, capture: &str) -> Result<(), StoreError> {
        // The library first: a worker that finishes at this moment is then no longer listened to.
        self.shared.library.cancel_job(capture)?;
        if let Some((current, cancellation)) = &self.shared.state.lock().current
            && current == capture
        {
            cancellation.cancel();
        }
        self.shared.subscribers.send(&Event::Cancelled { capture: capture.to_owned() });
        Ok(())
    }

    /// Queues a capture again.
    pub fn retry(&self, capture: &str) -> Result<(), StoreError> {
        self.shared.library.retry_capture(capture)?;
        self.wake();
        Ok(())
    }

    /// Takes no further job; the one in hand is finished.
    pub fn pause(&self) {
        self.shared.state.update(|state| state.paused = true);
        self.shared.subscribers.send(&Event::Paused);
    }

    pub fn resume(&self) {
        self.shared.state.update(|state| {
            state.paused = false;
            state.woken += 1;
        });
        self.shared.subscribers.send(&Event::Resumed);
    }

    pub fn is_paused(&self) -> bool {
        self.shared.state.lock().paused
    }

    /// Waits until nothing waits or is being read. Returns at once when the queue was stopped, and after the job in
    /// hand when it is paused or stalled.
    pub fn wait_idle(&self) {
        self.shared.state.wait_while(|state| {
            !state.stopping
                && (state.busy || !state.regions.is_empty() || (!state.paused && state.settled < state.woken))
        });
    }

    /// Kills the worker and ends the thread. The capture in hand stays in the queue.
    pub fn shutdown(&self) {
        self.shared.state.update(|state| {
            state.stopping = true;
            state.regions.clear();
            for (_, cancellation) in state.current.iter().chain(&state.region) {
                cancellation.cancel();
            }
        });
        self.thread.join();
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl Shared {
    fn run(&self, worker: WorkerCommand) {
        let mut process = Process::new(worker);
        while let Some(next) = self.wait_for_work() {
            let woken = match &next {
                Next::Job(woken) => Some(*woken),
                Next::Region(_) => None,
            };
            let step = catch_unwind(AssertUnwindSafe(|| match next {
                Next::Job(woken) => self.step(&mut process, woken),
                Next::Region(wanted) => self.answer(&mut process, wanted),
            }));
            if step.is_err() {
                tracing::error!("a step of the queue panicked");
                process.stop();
                if let Some(woken) = woken {
                    self.stall(woken, &interrupted());
                }
            }
            self.state.update(|state| {
                state.busy = false;
                state.current = None;
                state.region = None;
            });
        }
    }

    /// Waits for a reason to look for a job; `None` when the queue is to end.
    fn wait_for_work(&self) -> Option<Next> {
        let mut state = self.state.lock();
        loop {
            if state.stopping {
                return None;
            }
            if let Some(wanted) = state.regions.pop_front() {
                state.busy = true;
                state.region = Some((wanted.capture.clone(), wanted.cancellation.clone()));
                return Some(Next::Region(wanted));
            }
            if !state.paused && state.settled < state.woken {
                state.busy = true;
                return Some(Next::Job(state.woken));
            }
            state = self.state.wait(state);
        }
    }

    /// Takes one job and sees it through.
    fn step(&self, process: &mut Process, woken: u64) {
        let owed = self.state.lock().owed.clone();
        if let Some(job) = owed {
            if let Err(error) = self.library.release_job(&job) {
                self.stall(woken, &stored_badly(&error));
                return;
            }
            self.state.update(|state| state.owed = None);
        }
        match self.library.next_job() {
            Ok(Some(job)) => {
                self.state.update(|state| state.owed = Some(job.id.clone()));
                match self.carry_out(process, &job) {
                    Ok(()) => self.state.update(|state| state.owed = None),
                    Err(failure) => self.stall(woken, &failure),
                }
            }
            Ok(None) => {
                self.state.update(|state| state.settled = woken);
                self.subscribers.send(&Event::Idle);
            }
            Err(error) => self.stall(woken, &stored_badly(&error)),
        }
    }

    /// Rests until the next wake-up.
    fn stall(&self, woken: u64, failure: &Failure) {
        tracing::error!(code = failure.code, "the queue rests: {}", failure.message);
        self.state.update(|state| state.settled = woken);
        let (code, message) = (failure.code.clone(), failure.message.clone());
        self.subscribers.send(&Event::Stalled { code, message });
    }

    /// Reads one capture and stores what came of it. An error means that the library or the worker program itself
    /// cannot be used, so that further jobs would fail in the same way.
    fn carry_out(&self, process: &mut Process, job: &Job) -> Result<(), Failure> {
        let capture = &job.capture.id;
        let cancellation = Cancellation::new();
        self.state.update(|state| {
            state.current = Some((capture.clone(), cancellation.clone()));
            if state.stopping {
                cancellation.cancel();
            }
        });
        self.subscribers.send(&Event::Started { capture: capture.clone(), attempt: job.attempt });

        let result = match self.library.capture_file(&job.capture.sha256) {
            Ok(path) => {
                let sha256 = Some(job.capture.sha256.clone());
                let (id, name) = (job.id.clone(), job.capture.name.clone());
                let request = ReadRequest { id, name, path: path.into_os_string(), sha256 };
                let mut throttle = Throttle::default();
                process.read(&request, &cancellation, |stage, done, total| {
                    if throttle.is_due() {
                        self.report(job, stage, done, total);
                    }
                })
            }
            Err(error) => Err(stored_badly(&error)),
        };
        match result {
            Ok(outcome) => self.finish(job, outcome),
            // By a shutdown: the job goes back. By the user: the library knows already, and this changes nothing.
            Err(failure) if failure.code == "cancelled" => {
                self.library.release_job(&job.id).map_err(|error| stored_badly(&error))
            }
            Err(failure) => self.fail(job, failure),
        }
    }

    fn report(&self, job: &Job, stage: Stage, done: u32, total: u32) {
        let stored = match stage {
            Stage::Decoding => store::Stage::Decoding,
            Stage::Reading => store::Stage::Reading,
            Stage::Proposing => store::Stage::Proposing,
            // Not of this process.
            Stage::Looking | Stage::Considering | Stage::Answering => return,
        };
        if let Err(error) = self.library.report_progress(&job.id, stored, done, total) {
            tracing::warn!(%error, "progress was not noted");
        }
        self.subscribers.send(&Event::Progress { capture: job.capture.id.clone(), stage, done, total });
    }

    fn finish(&self, job: &Job, outcome: ReadOutcome) -> Result<(), Failure> {
        let outcome = JobOutcome {
            width: outcome.width,
            height: outcome.height,
            reading: outcome.reading,
            extraction: outcome.extraction,
            taken_at: outcome.taken_at,
            seconds: outcome.timings.total_ms / 1000.0,
            look_with: self.packs.as_ref().and_then(|packs| chosen(packs.as_ref()).ok()).map(|pack| pack.id),
        };
        let change_set = self.library.finish_job(&job.id, outcome).map_err(|error| stored_badly(&error))?;
        // A cancellation that came in between has its own event.
        let cancelled =
            self.state.lock().current.as_ref().is_none_or(|(_, cancellation)| cancellation.is_cancelled());
        if !cancelled {
            let capture = job.capture.id.clone();
            self.subscribers.send(&Event::Ready { capture, change_set: change_set.map(|set| set.id) });
        }
        Ok(())
    }

    fn fail(&self, job: &Job, failure: Failure) -> Result<(), Failure> {
        // Every other capture would meet the same; it is no fault of this one.
        let unusable = failure.code == "worker_not_started";
        let worker_died = failure.code.starts_with("worker_") && !unusable;
        let state = self
            .library
            .fail_job(&job.id, &failure.code, &failure.message, worker_died)
            .map_err(|error| stored_badly(&error))?;
        let capture = job.capture.id.clone();
        let Failure { code, message } = failure.clone();
        match state {
            JobState::Queued => self.subscribers.send(&Event::Retrying { capture, code, message }),
            JobState::Cancelled => {}
            _ => self.subscribers.send(&Event::Failed { capture, code, message }),
        }
        if unusable { Err(failure) } else { Ok(()) }
    }
}

fn interrupted() -> Failure {
    Failure::new(
        "internal",
        "Reading was interrupted by an internal error. The library is unchanged; restart the app.",
    )
}

fn stored_badly(error: &StoreError) -> Failure {
    Failure::new(error.code(), error.to_string())
}
