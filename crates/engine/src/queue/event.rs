//! What the queue tells its subscribers.
//!
//! Invariant: a closed list; progress of one capture is sent at most ten times a second, every other event always.

use serde::Serialize;

use crate::worker::Stage;

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
    /// Progress of a part of a capture that somebody waits for.
    Region {
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
