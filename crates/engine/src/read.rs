//! Reading picture files without a library: the same worker process and the same stages as the queue.
//!
//! Invariant: one result per path, in order; a picture that fails, whatever it does to the worker, fails alone.

use std::path::{Path, PathBuf};

use crate::Failure;
use crate::worker::{Cancellation, Process, ReadRequest, WorkerCommand};
pub use crate::worker::{ReadOutcome, Timings};

/// Reads each picture and hands its result on as soon as it is there.
pub fn read_images(
    paths: &[PathBuf],
    worker: &WorkerCommand,
    mut on_result: impl FnMut(&Path, Result<ReadOutcome, Failure>),
) {
    let mut process = Process::new(worker.clone());
    let cancellation = Cancellation::new();
    for path in paths {
        let request = ReadRequest {
            id: path.to_string_lossy().into_owned(),
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            path: path.clone().into_os_string(),
            sha256: None,
        };
        let result = process.read(&request, &cancellation, |_, _, _| {});
        on_result(path, result);
    }
}
