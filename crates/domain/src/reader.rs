//! The traits through which the engine uses models; `models` implements them, `engine` never sees Candle.

use crate::reading::{Picture, Reading};

/// What the caller wants a long computation to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    Continue,
    Stop,
}

/// Receives progress and may stop the work; called at least once per strip or batch.
pub trait Progress {
    /// `done` of `total` units of the current stage.
    fn report(&mut self, done: usize, total: usize) -> Control;
}

impl<F: FnMut(usize, usize) -> Control> Progress for F {
    fn report(&mut self, done: usize, total: usize) -> Control {
        self(done, total)
    }
}

/// Why a reading failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("the work was cancelled")]
    Cancelled,
    #[error("the reader failed: {0}")]
    Failed(String),
}

/// Reads every text line of a picture. Deterministic: same pixels, same answer, on any number of threads.
pub trait TextReader: Send + Sync {
    /// Name and version, recorded with every reading.
    fn name(&self) -> String;

    fn read(&self, picture: &Picture, progress: &mut dyn Progress) -> Result<Reading, ReadError>;
}
