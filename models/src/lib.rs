//! The models of Shortlist in Candle: a text reader and a model of lines of our own, embedded in the binary, the
//! vision-language models that a user installs, and their packs.
//!
//! Invariant: nothing here touches the library or a window, only `packs::hub` touches the network, and a broken
//! weight file is an error that names the file and the tensor. Must not: decide what the library holds.

mod error;
mod folder;
mod kernels;
pub mod line_model;
pub mod loading;
pub mod packs;
pub mod smolvlm;
pub mod text_reader;
pub mod viewports;
pub mod vision_language;

pub use error::ModelError;
