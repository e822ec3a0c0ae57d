//! How a core is opened: where the library lies, who reads, and whether reading starts at once.

use std::path::PathBuf;
use std::sync::Arc;

use domain::pack::Packs;
use engine::worker::WorkerCommand;

/// Settings of one core.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) library: PathBuf,
    pub(crate) reader: String,
    pub(crate) worker: Option<WorkerCommand>,
    pub(crate) packs: Option<Arc<dyn Packs>>,
    pub(crate) read_only: bool,
    pub(crate) paused: bool,
}

impl Settings {
    /// The library in that folder, or in the platform's data folder; `reader` names the text reader.
    pub fn new(library: Option<PathBuf>, reader: &str) -> Self {
        Self {
            library: library.unwrap_or_else(default_library),
            reader: reader.to_owned(),
            worker: None,
            packs: None,
            read_only: false,
            paused: false,
        }
    }

    /// Uses another program as the worker than this one.
    #[must_use]
    pub fn with_worker(mut self, worker: WorkerCommand) -> Self {
        self.worker = Some(worker);
        self
    }

    /// The model packs of this computer; without them every command on packs says that there are none.
    #[must_use]
    pub fn with_packs(mut self, packs: Arc<dyn Packs>) -> Self {
        self.packs = Some(packs);
        self
    }

    /// Opens without the lock, beside a window that holds it; nothing can be changed.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Adds captures without reading them yet.
    #[must_use]
    pub const fn paused(mut self) -> Self {
        self.paused = true;
        self
    }
}

/// `shortlist/library` in the platform's data folder.
pub fn default_library() -> PathBuf {
    data_folder().join("library")
}

/// `shortlist/models` in the platform's data folder: the packs, shared by all libraries.
pub fn default_models() -> PathBuf {
    data_folder().join("models")
}

fn data_folder() -> PathBuf {
    dirs::data_dir().unwrap_or_else(|| PathBuf::from(".")).join("shortlist")
}
