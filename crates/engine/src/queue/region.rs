//! Parts of captures that a person drew and waits for: read by the queue's own worker, before the next job.
//!
//! Invariant: what was read before is neither looked at nor changed, whatever becomes of the part; each wish is answered
//! exactly once, also when the queue ends.

use crossbeam_channel::{Sender, bounded};
use domain::PixelBox;

use super::{Event, Queue, Shared, stored_badly};
use crate::Failure;
use crate::background::Throttle;
use crate::region::RegionRead;
use crate::worker::{Cancellation, Process, ReadRequest, RegionRequest};

/// A part of a capture that is to be read.
pub(super) struct Wanted {
    pub(super) capture: String,
    pub(super) region: PixelBox,
    pub(super) cancellation: Cancellation,
    answer: Sender<Result<RegionRead, Failure>>,
}

impl Queue {
    /// Reads a part of a capture by itself and waits for it. Where a capture is being read, that one is finished first.
    pub fn read_region(&self, capture: &str, region: PixelBox) -> Result<RegionRead, Failure> {
        let (answer, read) = bounded(1);
        let cancellation = Cancellation::new();
        let wanted = Wanted { capture: capture.to_owned(), region, cancellation, answer };
        self.shared.state.update(|state| {
            // Nobody takes wishes any more; the dropped one ends the wait.
            if !state.stopping {
                state.regions.push_back(wanted);
            }
        });
        read.recv().unwrap_or_else(|_| {
            let message = "The region was not read, because the app is closing. Nothing was changed.";
            Err(Failure::new("cancelled", message))
        })
    }

    /// Stops reading parts of a capture; where none is read, nothing happens.
    pub fn cancel_region(&self, capture: &str) {
        let state = self.shared.state.lock();
        let waiting = state.regions.iter().map(|wanted| (&wanted.capture, &wanted.cancellation));
        let running = state.region.iter().map(|(capture, cancellation)| (capture, cancellation));
        for (_, cancellation) in waiting.chain(running).filter(|(of, _)| *of == capture) {
            cancellation.cancel();
        }
    }
}

impl Shared {
    pub(super) fn answer(&self, process: &mut Process, wanted: Wanted) {
        let read = self.read_region(process, &wanted).map_err(about_region);
        // Whoever asked may have gone.
        drop(wanted.answer.send(read));
    }

    fn read_region(&self, process: &mut Process, wanted: &Wanted) -> Result<RegionRead, Failure> {
        let capture = self.library.capture(&wanted.capture).map_err(|error| stored_badly(&error))?;
        let path = self.library.capture_file(&capture.sha256).map_err(|error| stored_badly(&error))?;
        let picture = ReadRequest {
            id: format!("region of {}", capture.id),
            name: capture.name,
            path: path.into_os_string(),
            sha256: Some(capture.sha256),
        };
        let request = RegionRequest { picture, region: wanted.region };
        let mut throttle = Throttle::default();
        process.read_region(request, &wanted.cancellation, |stage, done, total| {
            if throttle.is_due() {
                let capture = wanted.capture.clone();
                self.subscribers.send(&Event::Region { capture, stage, done, total });
            }
        })
    }
}

/// A failure of the worker in words about the region; what the worker said of a file stays.
fn about_region(failure: Failure) -> Failure {
    let what = match failure.code.as_str() {
        "worker_crashed" | "worker_panicked" => "the reading process crashed over it",
        "worker_hung" => "the reading process gave no sign for too long and was stopped",
        "worker_out_of_memory" => "the reading process needed more memory than it may have",
        "reader_failed" => "the reader failed at it",
        "cancelled" => {
            let message = "Reading the region was stopped. The words of the first reading stay.";
            return Failure::new("cancelled", message);
        }
        _ => return failure,
    };
    Failure::new(
        failure.code,
        format!(
            "The region could not be read again: {what}. Nothing was changed and the words of the first reading stay; \
             propose those, or try it again."
        ),
    )
}
