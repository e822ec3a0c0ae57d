//! Progress of long work: told ten times a second, and asked each time whether to go on.
//!
//! Invariant: a stop is noticed within a tenth of a second as long as [`Hearing::hear`] is called.

use std::time::{Duration, Instant};

use domain::PackError;
use domain::pack::{PackProgress, PackStage, PackStep};
use domain::reader::Control;

const PAUSE: Duration = Duration::from_millis(100);

/// One piece of work on one pack.
pub(super) struct Hearing<'a, 'b> {
    progress: &'a mut PackProgress<'b>,
    step: PackStep,
    told: Option<Instant>,
    /// Bytes that a stop leaves for the next try.
    pub(super) held: u64,
}

impl<'a, 'b> Hearing<'a, 'b> {
    pub(super) fn new(pack: &str, total: u64, progress: &'a mut PackProgress<'b>) -> Self {
        let step = PackStep {
            pack: pack.to_owned(),
            stage: PackStage::Connecting,
            file: String::new(),
            done: 0,
            total,
        };
        Self { progress, step, told: None, held: 0 }
    }

    /// Says at once that something else is being done now.
    pub(super) fn stage(&mut self, stage: PackStage, file: &str) -> Result<(), PackError> {
        self.step.stage = stage;
        file.clone_into(&mut self.step.file);
        self.told = None;
        self.hear()
    }

    pub(super) fn total(&mut self, total: u64) {
        self.step.total = total;
    }

    pub(super) fn done(&mut self, done: u64) {
        self.step.done = done;
    }

    pub(super) fn advance(&mut self, bytes: u64) -> Result<(), PackError> {
        self.step.done += bytes;
        self.hear()
    }

    /// Passes on where the work stands; a wish to stop becomes an error.
    pub(super) fn hear(&mut self) -> Result<(), PackError> {
        if self.told.is_some_and(|told| told.elapsed() < PAUSE) {
            return Ok(());
        }
        self.told = Some(Instant::now());
        match (self.progress)(&self.step) {
            Control::Continue => Ok(()),
            Control::Stop => Err(PackError::Cancelled { held: self.held }),
        }
    }

    /// Waits in small steps, so that a stop is noticed.
    pub(super) fn pause(&mut self, time: Duration) -> Result<(), PackError> {
        let end = Instant::now() + time;
        while let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            self.hear()?;
            std::thread::sleep(left.min(PAUSE));
        }
        self.hear()
    }
}
