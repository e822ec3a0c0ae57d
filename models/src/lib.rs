//! The models of Shortlist: a text reader of our own, embedded in the binary and run in Candle, and the packs of
//! vision-language models.
//!
//! Invariant: nothing here touches the library or a window, only `packs::hub` touches the network, and a broken
//! weight file is an error that names the file and the tensor. Must not: decide what a text means.

mod error;
mod kernels;
pub mod packs;
pub mod text_reader;

pub use error::ModelError;
