//! Every command once: request, response, error code, cache tags; the one door to the core.
//!
//! Invariant: knows no Tauri, no Candle and no SQL; the text reader and the models come in as a worker
//! program of the host.

mod add;
pub mod bindings;
mod commands;
mod convert;
mod core;
pub mod error;
mod host;
mod moving;
pub mod prediction;
pub mod schema;
mod settings;
mod table;
pub mod types;
mod upkeep_types;
mod watch;
pub mod worker;

pub use domain;
pub use engine::Failure;
pub use engine::read::{PictureRead, ReadOutcome, measure, model_worker, read_images};
pub use engine::second_reader::chosen;
pub use engine::worker::Stage;
pub use engine::worker::WorkerCommand;

pub use crate::core::Core;
pub use error::Error;
pub use host::{Headless, Host, Pasted};
pub use moving::{backups, read_archive, repair, restore};
pub use settings::{Settings, default_library, default_models};
pub use store::Archived;
