//! Reading picture files without a library: the same worker processes and the same stages as the queue.
//!
//! Invariant: one result per path, in order; a picture that fails, whatever it does to a worker, fails alone, and a model
//! that fails costs nothing of what the text reader read.

use std::path::{Path, PathBuf};

use domain::pack::{Measured, Packs};

use crate::look::{Look, Task};
use crate::second_reader::{about_model, admitted};
use crate::worker::{Cancellation, LookRequest, Process, ReadRequest, Stage, WorkerCommand};
pub use crate::worker::{ReadOutcome, Timings};
use crate::{Failure, fuse};

/// What came out of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureRead {
    /// With what the model proposed, where one looked.
    pub outcome: ReadOutcome,
    /// The model's name and the seconds it took, or why it gave nothing; missing where none was to look.
    pub model: Option<Result<(String, f64), Failure>>,
}

/// The worker command of a pack's model, once the packs have admitted it.
pub fn model_worker(packs: &dyn Packs, pack: &str, worker: &WorkerCommand) -> Result<WorkerCommand, Failure> {
    admitted(pack, packs, worker)
}

/// Reads each picture, lets the model look where there is one, and hands each result on as soon as it is there.
pub fn read_images(
    paths: &[PathBuf],
    worker: &WorkerCommand,
    model: Option<&WorkerCommand>,
    mut on_result: impl FnMut(&Path, Result<PictureRead, Failure>),
) {
    let mut process = Process::new(worker.clone());
    let mut model = model.map(|command| (name_of(command), Process::new(command.clone())));
    let cancellation = Cancellation::new();
    for path in paths {
        let request = ReadRequest {
            id: path.to_string_lossy().into_owned(),
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            path: path.clone().into_os_string(),
            sha256: None,
        };
        let result = process.read(&request, &cancellation, |_, _, _| {}).map(|outcome| {
            let model = model.as_mut().map(|(name, process)| (name.as_str(), process));
            looked_at(outcome, request, model, &cancellation)
        });
        on_result(path, result);
    }
}

fn looked_at(
    mut outcome: ReadOutcome,
    picture: ReadRequest,
    model: Option<(&str, &mut Process)>,
    cancellation: &Cancellation,
) -> PictureRead {
    let Some((name, process)) = model else { return PictureRead { outcome, model: None } };
    let request = LookRequest {
        picture,
        reading: outcome.reading.clone(),
        page_kind: outcome.extraction.page_kind,
        task: Task::Propose,
    };
    let started = std::time::Instant::now();
    let look =
        process.look(request, cancellation, |_, _, _| {}).map_err(|failure| about_model(failure, name));
    let model = look.map(|look| {
        if let Look::Proposed { extraction } = look {
            outcome.extraction = fuse::extractions(std::mem::take(&mut outcome.extraction), &extraction);
        }
        (name.to_owned(), started.elapsed().as_secs_f64())
    });
    PictureRead { outcome, model: Some(model) }
}

fn name_of(command: &WorkerCommand) -> String {
    command.model.as_ref().map(|model| model.name.clone()).unwrap_or_default()
}

/// How fast a pack is on this computer; `on_progress` gets the stage and `done` of `total`.
pub fn measure(
    packs: &dyn Packs,
    pack: &str,
    worker: &WorkerCommand,
    on_progress: impl FnMut(Stage, u32, u32),
) -> Result<Measured, Failure> {
    let command = admitted(pack, packs, worker)?;
    let name = name_of(&command);
    let measured = Process::new(command).measure(&Cancellation::new(), on_progress);
    measured.map_err(|failure| about_model(failure, &name))
}
