//! Every command once: request, response, error code, cache tags; the one door to the core.
//!
//! Invariant: knows no Tauri, no Candle and no SQL; the text reader comes in as a worker program of the host.

pub mod bindings;
pub mod error;
pub mod schema;
pub mod types;

pub use error::Error;
