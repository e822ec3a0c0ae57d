//! Why a model could not be loaded or run.
//!
//! Invariant: every message names the file, and the tensor or key where there is one. Must not: hold picture text.

/// A weight file is not what the program expects, or the computation itself failed.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("the weight file {file} cannot be read: {reason}")]
    Container { file: String, reason: String },
    #[error("the weight file {file} has the format \"{found}\" where \"{expected}\" is needed")]
    Format { file: String, expected: String, found: String },
    #[error("the weight file {file} lacks the tensor {tensor}")]
    MissingTensor { file: String, tensor: String },
    #[error("the tensor {tensor} of {file} has the shape {found:?} where {expected:?} is needed")]
    TensorShape { file: String, tensor: String, expected: Vec<usize>, found: Vec<usize> },
    #[error("the tensor {tensor} of {file} holds {found} values, which cannot be used for it")]
    TensorType { file: String, tensor: String, found: String },
    #[error("the tensor {tensor} of {file} holds a value that is not a finite number")]
    TensorValue { file: String, tensor: String },
    #[error("the setting {key} of {file} is unusable: {reason}")]
    Setting { file: String, key: String, reason: String },
    #[error("the file {file} cannot be read: {reason}")]
    File { file: String, reason: String },
    #[error("the model cannot be given this input: {reason}")]
    Input { reason: String },
    #[error("the question has {tokens} tokens, and the model reads {most}")]
    TooLong { tokens: usize, most: usize },
    #[error("the model needs {needed} bytes of memory where {allowed} are allowed")]
    Memory { needed: u64, allowed: u64 },
    #[error("the answer's grammar cannot be used: {reason}")]
    Grammar { reason: String },
    #[error("the computation failed: {0}")]
    Computation(#[from] candle_core::Error),
}
