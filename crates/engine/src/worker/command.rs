//! How to start a worker, and how long to wait for it.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::protocol::ModelStart;

/// The program, its arguments and the limits of one worker.
#[derive(Debug, Clone)]
pub struct WorkerCommand {
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// Added to the environment of the child.
    pub environment: Vec<(OsString, OsString)>,
    /// Address space in bytes; `None` for no limit. Only Linux enforces it.
    pub memory_limit: Option<u64>,
    /// From the start of the process to its first answer: the reader loads its weights in that time.
    pub start_limit: Duration,
    /// Longest time in the decode stage without a message.
    pub decode_limit: Duration,
    /// Longest time in any other stage without a message.
    pub stage_limit: Duration,
    /// The same in the stages of a model, whose single steps can take long on a slow processor.
    pub model_limit: Duration,
    /// The model that the process is to load; without it, it is the text reader.
    pub model: Option<ModelStart>,
}

impl WorkerCommand {
    /// 4 GB: enough for 200 megapixels with 16 bits and an alpha channel, and the reader beside it.
    pub const MEMORY_LIMIT: u64 = 4 * 1024 * 1024 * 1024;

    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            environment: Vec::new(),
            memory_limit: Some(Self::MEMORY_LIMIT),
            start_limit: Duration::from_mins(1),
            decode_limit: Duration::from_secs(20),
            stage_limit: Duration::from_mins(1),
            model_limit: Duration::from_mins(10),
            model: None,
        }
    }

    /// The same program as the process of a model; `memory` is what the model is said to need.
    #[must_use]
    pub fn with_model(mut self, model: ModelStart, memory: Option<u64>) -> Self {
        // Address space, not memory: files are mapped, converted, and freed.
        self.memory_limit = memory.map(|memory| memory.saturating_mul(3).max(Self::MEMORY_LIMIT));
        self.start_limit = self.model_limit;
        self.model = Some(model);
        self
    }

    /// This same program with the hidden subcommand `worker`.
    pub fn current_program() -> io::Result<Self> {
        Ok(Self::new(std::env::current_exe()?, ["worker"]))
    }
}
