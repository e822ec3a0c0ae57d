//! What a thread of the engine shares with those who ask it: a state that can be waited for, its events, its end.
//!
//! Invariant: a holder that panics leaves the state usable to all others. Must not: know what the thread does.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};

/// Shortest time between two progress events of one capture.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// A state whose changes can be waited for.
pub(crate) struct Watched<S> {
    state: Mutex<S>,
    changed: Condvar,
}

impl<S> Watched<S> {
    pub(crate) fn new(state: S) -> Self {
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, S> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes everyone who waits for a change.
    pub(crate) fn update(&self, change: impl FnOnce(&mut S)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    pub(crate) fn wait<'a>(&self, state: MutexGuard<'a, S>) -> MutexGuard<'a, S> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn wait_at_most<'a>(&self, state: MutexGuard<'a, S>, most: Duration) -> MutexGuard<'a, S> {
        self.changed.wait_timeout(state, most).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits as long as `busy` says so.
    pub(crate) fn wait_while(&self, busy: impl Fn(&S) -> bool) {
        let mut state = self.lock();
        while busy(&state) {
            state = self.wait(state);
        }
    }
}

/// A thread that is joined once.
pub(crate) struct Background {
    name: &'static str,
    handle: Mutex<Option<JoinHandle<()>>>,
}

impl Background {
    pub(crate) fn start(name: &'static str, run: impl FnOnce() + Send + 'static) -> Self {
        Self { name, handle: Mutex::new(Some(std::thread::spawn(run))) }
    }

    /// Waits for its end.
    pub(crate) fn join(&self) {
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = handle
            && handle.join().is_err()
        {
            tracing::error!("the {} ended with a panic", self.name);
        }
    }
}

/// Hands events to everyone who listens.
pub(crate) struct Subscribers<E> {
    senders: Mutex<Vec<Sender<E>>>,
}

impl<E> Default for Subscribers<E> {
    fn default() -> Self {
        Self { senders: Mutex::default() }
    }
}

impl<E: Clone> Subscribers<E> {
    pub(crate) fn subscribe(&self) -> Receiver<E> {
        let (sender, receiver) = unbounded();
        self.senders.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    pub(crate) fn send(&self, event: &E) {
        let mut senders = self.senders.lock().unwrap_or_else(PoisonError::into_inner);
        senders.retain(|sender| sender.send(event.clone()).is_ok());
    }
}

/// Lets progress through when it is due.
#[derive(Default)]
pub(crate) struct Throttle {
    last: Option<Instant>,
}

impl Throttle {
    pub(crate) fn is_due(&mut self) -> bool {
        let due = self.last.is_none_or(|last| last.elapsed() >= PROGRESS_INTERVAL);
        if due {
            self.last = Some(Instant::now());
        }
        due
    }
}
