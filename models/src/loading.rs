//! The two readers as a worker process makes them.
//!
//! Invariant: an error is a sentence for people that names the file. Must not: choose which pack is loaded.

use std::path::Path;

use domain::{TextReader, VisionLanguageModel};

use crate::text_reader::EmbeddedReader;
use crate::vision_language::{Hardware, LoadOptions, Precision, load};

/// The embedded text reader.
///
/// # Errors
/// Why its weights cannot be used.
pub fn text_reader() -> Result<Box<dyn TextReader>, String> {
    let reader = EmbeddedReader::load().map_err(|error| error.to_string())?;
    Ok(Box::new(reader))
}

/// A checkpoint folder on the fastest hardware that this build can use; `weights_limit` in bytes.
///
/// # Errors
/// Which file cannot be used, and why.
pub fn model(folder: &Path, weights_limit: Option<u64>) -> Result<Box<dyn VisionLanguageModel>, String> {
    let hardware = Hardware::available().into_iter().next().unwrap_or_default();
    // On a processor 8 bits halve the time and more than halve the memory (docs/measurements.md).
    let precision = if hardware == Hardware::Cpu { Precision::EightBit } else { Precision::Full };
    let options = LoadOptions { hardware, precision, memory_limit: weights_limit };
    load(folder, &options).map_err(|error| error.to_string())
}
