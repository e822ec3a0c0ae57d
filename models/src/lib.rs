//! The models of Shortlist: a text reader of our own, embedded in the binary and run in Candle.
//!
//! Invariant: nothing here touches the network, the library or a window, and a broken weight file is an error that
//! names the file and the tensor. Must not: decide what a text means.

mod error;
mod kernels;
pub mod packs;
pub mod text_reader;

pub use error::ModelError;
