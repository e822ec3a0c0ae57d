//! The process of one model: admitted by the packs, loaded, asked, and its failures told in words about models.
//!
//! Invariant: nothing is loaded that the packs have not admitted just before.

use domain::pack::{Measured, Packs};

use crate::Failure;
use crate::look::Look;
use crate::worker::{Cancellation, LookRequest, ModelStart, Process, Stage, WorkerCommand};

/// A model in its process.
pub(super) struct LoadedModel {
    pack: String,
    pub(super) name: String,
    process: Process,
}

/// The pack that was chosen and can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub id: String,
    /// Its title.
    pub name: String,
}

/// The chosen pack; an error that says what would be needed where there is none.
pub fn chosen(packs: &dyn Packs) -> Result<Chosen, Failure> {
    let list = packs.list();
    let Some(pack) = list.packs.iter().find(|pack| pack.chosen) else {
        let installed = list.packs.iter().any(|pack| pack.state.is_usable());
        let needed = if installed {
            "Choose one of the installed packs on the Models screen or with `shortlist models use PACK`."
        } else {
            "Install one on the Models screen or with `shortlist models install PACK`: from the Hub, a folder or a file."
        };
        return Err(Failure::new(
            "no_model",
            format!("This needs a model pack, and none is chosen. {needed} Everything else works without."),
        ));
    };
    if !pack.state.is_usable() {
        let notice = list.notice.unwrap_or_else(|| format!("{} cannot be used.", pack.title));
        return Err(Failure::new("model_unusable", notice));
    }
    Ok(Chosen { id: pack.id.clone(), name: pack.title.clone() })
}

/// A pack's title and what it is said to need, in bytes.
fn title_and_memory(packs: &dyn Packs, id: &str) -> (String, Option<u64>) {
    let list = packs.list();
    let found = list.packs.into_iter().find(|pack| pack.id == id);
    found.map_or_else(|| (id.to_owned(), None), |pack| (pack.title, pack.memory_needed))
}

impl LoadedModel {
    /// The model of a pack: the one that is loaded, or a new process in its place.
    pub(super) fn load<'a>(
        loaded: &'a mut Option<Self>,
        pack: &str,
        packs: &dyn Packs,
        worker: &WorkerCommand,
    ) -> Result<&'a mut Self, Failure> {
        if loaded.as_ref().is_some_and(|model| model.pack != pack) {
            // Its memory is needed for the other one.
            *loaded = None;
        }
        if loaded.is_none() {
            let command = admitted(pack, packs, worker)?;
            let name = command.model.as_ref().map(|model| model.name.clone()).unwrap_or_default();
            *loaded = Some(Self { pack: pack.to_owned(), name, process: Process::new(command) });
        }
        loaded.as_mut().ok_or_else(super::interrupted)
    }

    pub(super) fn look(
        &mut self,
        request: LookRequest,
        cancellation: &Cancellation,
        on_progress: impl FnMut(Stage, u32, u32),
    ) -> Result<Look, Failure> {
        self.process
            .look(request, cancellation, on_progress)
            .map_err(|failure| about_model(failure, &self.name))
    }

    pub(super) fn measure(
        &mut self,
        cancellation: &Cancellation,
        on_progress: impl FnMut(Stage, u32, u32),
    ) -> Result<Measured, Failure> {
        self.process.measure(cancellation, on_progress).map_err(|failure| about_model(failure, &self.name))
    }
}

/// The command that starts the process of a pack, after the packs have admitted it.
pub(crate) fn admitted(
    pack: &str,
    packs: &dyn Packs,
    worker: &WorkerCommand,
) -> Result<WorkerCommand, Failure> {
    let folder = packs.admit(pack).map_err(|error| Failure::new(error.code(), error.to_string()))?;
    let (name, memory) = title_and_memory(packs, pack);
    let weights_limit = Some(packs.list().memory.free);
    let start = ModelStart { folder: folder.into_os_string(), name, weights_limit };
    Ok(worker.clone().with_model(start, memory))
}

/// A failure of a process in words about the model; what the model itself said stays.
pub(crate) fn about_model(failure: Failure, name: &str) -> Failure {
    let (code, what) = match failure.code.as_str() {
        "worker_crashed" | "worker_panicked" => ("model_crashed", "crashed while it looked at the picture"),
        "worker_hung" => ("model_hung", "gave no sign for too long and was stopped"),
        "worker_out_of_memory" => ("model_out_of_memory", "needed more memory than it may have"),
        "worker_not_started" => ("model_not_loaded", "could not be started"),
        "cancelled" => {
            return Failure::new(
                "cancelled",
                "The model was stopped. What the text reader proposed stands unchanged.",
            );
        }
        _ => return failure,
    };
    let now = if code == "model_out_of_memory" {
        "choose a smaller pack on the Models screen"
    } else {
        "try it again, or verify the pack on the Models screen"
    };
    Failure::new(code, format!("{name} {what}. What the text reader proposed stands unchanged; {now}."))
}
