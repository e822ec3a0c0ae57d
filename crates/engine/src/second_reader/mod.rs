//! The second reader: one thread with one model process, behind the text reader and never in its way.
//!
//! Looks at captures wait in the library, so a killed app goes on where it was; errands (a question, a description, a
//! measurement) are somebody's wish of this moment and go first. Invariants: the text reader's result stands before a
//! look begins and whatever becomes of it; a model is loaded only after the packs admit it; one piece of work at a time.

mod event;
mod model;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use domain::pack::{Measured, Packs};
use store::{Library, Look as Waiting, LookOutcome, LookState, StoreError};

pub use event::Event;
use model::LoadedModel;
pub use model::{Chosen, chosen};
pub(crate) use model::{about_model, admitted};

use crate::background::{Background, Subscribers, Throttle, Watched};
use crate::look::{Look, PageAnswer, Task};
use crate::worker::{Cancellation, LookRequest, ReadRequest, Stage, WorkerCommand};
use crate::{Failure, fuse};

/// How long a model stays loaded with nothing to do.
const KEPT: Duration = Duration::from_mins(5);

/// How the second reader starts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Carries out errands only: the library belongs to another program, or what waits is to wait.
    pub errands_only: bool,
}

/// Something that somebody waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Words of the capture that answer the question.
    Ask { capture: String, question: String },
    /// Alt text for the capture.
    Describe { capture: String },
    /// How fast a pack is on this computer.
    Measure { pack: String },
}

/// What came of a wish; `model` names who did it.
#[derive(Debug, Clone, PartialEq)]
pub enum Granted {
    Answered { answer: PageAnswer, model: String, seconds: f64 },
    Described { text: String, model: String },
    Measured(Measured),
}

struct Errand {
    wish: Wish,
    cancellation: Cancellation,
    answer: Sender<Result<Granted, Failure>>,
}

/// The running second reader of one library. Dropping it stops it; looks that wait go on at the next start.
pub struct SecondReader {
    shared: Arc<Shared>,
    thread: Background,
}

struct Shared {
    library: Arc<Library>,
    packs: Arc<dyn Packs>,
    worker: WorkerCommand,
    errands_only: bool,
    state: Watched<State>,
    subscribers: Subscribers<Event>,
}

struct State {
    /// Raised by every wake-up.
    woken: u64,
    /// The value of `woken` for which no look was left.
    settled: u64,
    stopping: bool,
    busy: bool,
    errands: VecDeque<Errand>,
    /// Capture or pack that is worked on.
    current: Option<(String, Cancellation)>,
    /// A look that was taken and whose end could not be stored.
    owed: Option<String>,
}

/// What the thread does next.
enum Next {
    Errand(Errand),
    /// Ask the library; the number is `woken` at this moment.
    Look(u64),
    /// Nothing was to do for a while.
    Rest,
    End,
}

impl Wish {
    /// The capture or pack that it is about.
    pub fn subject(&self) -> &str {
        match self {
            Self::Ask { capture, .. } | Self::Describe { capture } => capture,
            Self::Measure { pack } => pack,
        }
    }
}

impl SecondReader {
    /// Starts the thread; no model is loaded before there is work for it.
    pub fn start(
        library: Arc<Library>,
        packs: Arc<dyn Packs>,
        worker: WorkerCommand,
        settings: Settings,
    ) -> Self {
        let shared = Arc::new(Shared {
            library,
            packs,
            worker,
            errands_only: settings.errands_only,
            state: Watched::new(State {
                woken: 1,
                settled: u64::from(settings.errands_only),
                stopping: false,
                busy: false,
                errands: VecDeque::new(),
                current: None,
                owed: None,
            }),
            subscribers: Subscribers::default(),
        });
        let worker = Arc::clone(&shared);
        let thread = Background::start("second reader", move || worker.run());
        Self { shared, thread }
    }

    pub fn subscribe(&self) -> Receiver<Event> {
        self.shared.subscribers.subscribe()
    }

    /// Looks for work: call it after a look was queued.
    pub fn wake(&self) {
        if !self.shared.errands_only {
            self.shared.state.update(|state| state.woken += 1);
        }
    }

    /// Has a wish granted and waits for it.
    pub fn wish(&self, wish: Wish) -> Result<Granted, Failure> {
        let (answer, granted) = bounded(1);
        let errand = Errand { wish, cancellation: Cancellation::new(), answer };
        self.shared.state.update(|state| {
            // Nobody takes errands any more; the dropped one ends the wait.
            if !state.stopping {
                state.errands.push_back(errand);
            }
        });
        granted.recv().unwrap_or_else(|_| Err(ended()))
    }

    /// Stops what is done or waits for a capture or a pack.
    pub fn cancel(&self, subject: &str) -> Result<(), StoreError> {
        for errand in
            self.shared.state.lock().errands.iter().filter(|errand| errand.wish.subject() == subject)
        {
            errand.cancellation.cancel();
        }
        let looked =
            if self.shared.errands_only { false } else { self.shared.library.cancel_look(subject)? };
        if let Some((current, cancellation)) = &self.shared.state.lock().current
            && current == subject
        {
            cancellation.cancel();
        }
        if looked {
            self.shared.subscribers.send(&Event::Cancelled { capture: subject.to_owned() });
        }
        Ok(())
    }

    /// Waits until nothing waits or is worked on, or until it is stopped or stalled.
    pub fn wait_idle(&self) {
        self.shared.state.wait_while(|state| {
            !state.stopping && (state.busy || !state.errands.is_empty() || state.settled < state.woken)
        });
    }

    /// Kills the model's process and ends the thread. The look in hand stays in the queue.
    pub fn shutdown(&self) {
        self.shared.state.update(|state| {
            state.stopping = true;
            state.errands.clear();
            if let Some((_, cancellation)) = &state.current {
                cancellation.cancel();
            }
        });
        self.thread.join();
    }
}

impl Drop for SecondReader {
    fn drop(&mut self) {
        self.shutdown();
    }
}

impl Shared {
    fn run(&self) {
        let mut model: Option<LoadedModel> = None;
        loop {
            let (woken, step) = match self.next(model.is_some()) {
                Next::End => return,
                Next::Rest => {
                    model = None;
                    continue;
                }
                Next::Errand(errand) => {
                    (None, catch_unwind(AssertUnwindSafe(|| self.run_errand(&mut model, errand))))
                }
                Next::Look(woken) => {
                    (Some(woken), catch_unwind(AssertUnwindSafe(|| self.step(&mut model, woken))))
                }
            };
            if step.is_err() {
                tracing::error!("a step of the second reader panicked");
                model = None;
                if let Some(woken) = woken {
                    self.stall(woken, &interrupted());
                }
            }
            self.state.update(|state| {
                state.busy = false;
                state.current = None;
            });
        }
    }

    fn next(&self, loaded: bool) -> Next {
        let rest = Instant::now() + KEPT;
        let mut state = self.state.lock();
        loop {
            if state.stopping {
                return Next::End;
            }
            if let Some(errand) = state.errands.pop_front() {
                state.busy = true;
                state.current = Some((errand.wish.subject().to_owned(), errand.cancellation.clone()));
                return Next::Errand(errand);
            }
            if state.settled < state.woken {
                state.busy = true;
                return Next::Look(state.woken);
            }
            if !loaded {
                state = self.state.wait(state);
                continue;
            }
            let left = rest.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Next::Rest;
            }
            state = self.state.wait_at_most(state, left);
        }
    }

    fn run_errand(&self, model: &mut Option<LoadedModel>, errand: Errand) {
        let granted = self.grant(model, &errand);
        // Whoever asked may have gone.
        drop(errand.answer.send(granted));
    }

    fn grant(&self, model: &mut Option<LoadedModel>, errand: &Errand) -> Result<Granted, Failure> {
        let subject = errand.wish.subject();
        let mut throttle = Throttle::default();
        let progress = |stage: Stage, done: u32, total: u32| {
            if throttle.is_due() {
                let subject = subject.to_owned();
                self.subscribers.send(&Event::Progress { subject, errand: true, stage, done, total });
            }
        };
        let pack = match &errand.wish {
            Wish::Measure { pack } => pack.clone(),
            Wish::Ask { .. } | Wish::Describe { .. } => chosen(self.packs.as_ref())?.id,
        };
        let task = match &errand.wish {
            Wish::Ask { question, .. } => Task::Ask { question: question.clone() },
            Wish::Describe { .. } => Task::Describe,
            Wish::Measure { .. } => {
                // Loaded anew, so that the measurement is of a process that did nothing else.
                *model = None;
                let loaded = LoadedModel::load(model, &pack, self.packs.as_ref(), &self.worker)?;
                let measured = loaded.measure(&errand.cancellation, progress);
                return dropped_on_failure(model, measured).map(Granted::Measured);
            }
        };
        let request = self.request(subject, subject, task)?;
        let started = Instant::now();
        let loaded = LoadedModel::load(model, &pack, self.packs.as_ref(), &self.worker)?;
        let name = loaded.name.clone();
        let look = loaded.look(request, &errand.cancellation, progress);
        match dropped_on_failure(model, look)? {
            Look::Answered { answer } => {
                let seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
                Ok(Granted::Answered { answer, model: name, seconds })
            }
            Look::Described { text } => Ok(Granted::Described { text, model: name }),
            Look::Proposed { .. } => Err(interrupted()),
        }
    }

    /// What a model has to be told about a capture.
    fn request(&self, id: &str, capture: &str, task: Task) -> Result<LookRequest, Failure> {
        let stored = |error: StoreError| Failure::new(error.code(), error.to_string());
        let held = self.library.capture(capture).map_err(stored)?;
        let Some(reading) = self.library.reading(capture).map_err(stored)? else {
            return Err(Failure::new(
                "not_read",
                "The text reader has not read this capture yet, and the model needs its lines. Nothing was changed; \
                 wait until it is read, or retry it.",
            ));
        };
        let path = self.library.capture_file(&held.sha256).map_err(stored)?;
        let picture = ReadRequest {
            id: id.to_owned(),
            name: held.name,
            path: path.into_os_string(),
            sha256: Some(held.sha256),
        };
        let page_kind = held.page_kind.unwrap_or_default();
        Ok(LookRequest { picture, reading, page_kind, task })
    }

    /// Takes one look from the library and sees it through.
    fn step(&self, model: &mut Option<LoadedModel>, woken: u64) {
        let stored = |error: StoreError| Failure::new(error.code(), error.to_string());
        let owed = self.state.lock().owed.clone();
        if let Some(look) = owed {
            if let Err(error) = self.library.release_look(&look) {
                self.stall(woken, &stored(error));
                return;
            }
            self.state.update(|state| state.owed = None);
        }
        match self.library.next_look() {
            Ok(Some(look)) => {
                self.state.update(|state| state.owed = Some(look.id.clone()));
                match self.carry_out(model, &look) {
                    Ok(()) => self.state.update(|state| state.owed = None),
                    Err(error) => self.stall(woken, &stored(error)),
                }
            }
            Ok(None) => {
                self.state.update(|state| state.settled = woken);
                self.subscribers.send(&Event::Idle);
            }
            Err(error) => self.stall(woken, &stored(error)),
        }
    }

    /// Rests until the next wake-up.
    fn stall(&self, woken: u64, failure: &Failure) {
        tracing::error!(code = failure.code, "the second reader rests: {}", failure.message);
        self.state.update(|state| state.settled = woken);
        let (code, message) = (failure.code.clone(), failure.message.clone());
        self.subscribers.send(&Event::Stalled { code, message });
    }

    fn carry_out(&self, model: &mut Option<LoadedModel>, look: &Waiting) -> Result<(), StoreError> {
        let capture = &look.capture;
        let cancellation = Cancellation::new();
        self.state.update(|state| {
            state.current = Some((capture.clone(), cancellation.clone()));
            if state.stopping {
                cancellation.cancel();
            }
        });
        self.subscribers.send(&Event::Started { capture: capture.clone() });
        let started = Instant::now();
        let mut throttle = Throttle::default();
        let progress = |stage: Stage, done: u32, total: u32| {
            if throttle.is_due() {
                let subject = capture.clone();
                self.subscribers.send(&Event::Progress { subject, errand: false, stage, done, total });
            }
        };
        let result = self.request(&look.id, capture, Task::Propose).and_then(|request| {
            let loaded = LoadedModel::load(model, &look.pack, self.packs.as_ref(), &self.worker)?;
            let name = loaded.name.clone();
            let answer = loaded.look(request, &cancellation, progress);
            dropped_on_failure(model, answer).map(|look| (name, look))
        });
        match result {
            Ok((name, Look::Proposed { extraction })) => {
                let outcome = LookOutcome { model: name, seconds: started.elapsed().as_secs_f64() };
                let joined = |sets: &[domain::ChangeSet]| fuse::join(sets, &extraction);
                let change_set = self.library.finish_look(&look.id, &outcome, joined)?;
                if !cancellation.is_cancelled() {
                    let change_set = change_set.map(|set| set.id);
                    self.subscribers.send(&Event::Joined { capture: capture.clone(), change_set });
                }
                Ok(())
            }
            Ok(_) => self.fail(look, &interrupted()),
            // By a shutdown: the look goes back. By the user: the library knows already, and this changes nothing.
            Err(failure) if failure.code == "cancelled" => self.library.release_look(&look.id),
            Err(failure) => self.fail(look, &failure),
        }
    }

    fn fail(&self, look: &Waiting, failure: &Failure) -> Result<(), StoreError> {
        let died = matches!(failure.code.as_str(), "model_crashed" | "model_hung");
        let state = self.library.fail_look(&look.id, &failure.code, &failure.message, died)?;
        let capture = look.capture.clone();
        let Failure { code, message } = failure.clone();
        match state {
            LookState::Queued => self.subscribers.send(&Event::Retrying { capture, code, message }),
            LookState::Cancelled => {}
            _ => self.subscribers.send(&Event::Failed { capture, code, message }),
        }
        Ok(())
    }
}

/// A process that failed is started anew, and its pack admitted anew.
fn dropped_on_failure<T>(model: &mut Option<LoadedModel>, result: Result<T, Failure>) -> Result<T, Failure> {
    if result.is_err() {
        *model = None;
    }
    result
}

fn interrupted() -> Failure {
    Failure::new(
        "internal",
        "The model's work was interrupted by an internal error. What the text reader proposed stands unchanged; try it \
         again.",
    )
}

fn ended() -> Failure {
    Failure::new("cancelled", "The model was stopped, because the app is closing. Nothing was changed.")
}
