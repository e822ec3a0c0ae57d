//! What the queue tells its subscribers.
//!
//! Invariant: a closed list; progress of one capture is sent at most ten times a second, every other event always.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};
use serde::Serialize;

use crate::worker::Stage;

/// Shortest time between two progress events of one capture.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// Something happened to a capture or to the queue. `capture` is the capture's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The worker took it up; `attempt` is 1 for the first time.
    Started {
        capture: String,
        attempt: u32,
    },
    Progress {
        capture: String,
        stage: Stage,
        done: u32,
        total: u32,
    },
    /// Read and stored; `change_set` is missing when nothing was proposed.
    Ready {
        capture: String,
        change_set: Option<String>,
    },
    /// The worker died over it; it is tried once more.
    Retrying {
        capture: String,
        code: String,
        message: String,
    },
    Failed {
        capture: String,
        code: String,
        message: String,
    },
    Cancelled {
        capture: String,
    },
    /// Nothing waits any more.
    Idle,
    Paused,
    Resumed,
    /// The queue cannot go on, for example because the disk is full; `wake` or `resume` tries again.
    Stalled {
        code: String,
        message: String,
    },
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
