//! What the second reader tells its subscribers.
//!
//! Invariant: a closed list; progress of one piece of work is sent at most ten times a second, every other event always.

use serde::Serialize;

use crate::worker::Stage;

/// Something happened to the look at a capture, to an errand or to the second reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// A capture's turn has come.
    Started {
        capture: String,
    },
    /// `subject` is a capture, or a pack that is measured; `errand` when somebody waits for an answer.
    Progress {
        subject: String,
        errand: bool,
        stage: Stage,
        done: u32,
        total: u32,
    },
    /// The model's proposals are stored; `change_set` is missing when there was nothing to add.
    Joined {
        capture: String,
        change_set: Option<String>,
    },
    /// The model's process died over it; it is tried once more.
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
    Idle,
    /// It cannot go on, for example because the disk is full; `wake` tries again.
    Stalled {
        code: String,
        message: String,
    },
}
