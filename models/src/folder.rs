//! The files of a checkpoint folder in the Hub's layout, each read with a bound on its size.
//!
//! Invariant: an error names the file; nothing outside the folder is opened. Must not: know what the files mean.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::ModelError;

/// Largest text file that is read: the largest tokenizer known has some 30 MB.
const MOST_TEXT: u64 = 128 << 20;

pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf() }
    }

    /// Opens a file that stands directly in the folder.
    pub(crate) fn open(&self, name: &str) -> Result<File, ModelError> {
        // An index file may name its parts; a name with a path in it would lead out of the folder.
        if Path::new(name).file_name().is_none_or(|last| last != name) {
            return Err(unreadable(name, "its name leads out of the folder"));
        }
        File::open(self.path.join(name)).map_err(|error| unreadable(name, &error.to_string()))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path.join(name).is_file()
    }

    /// The bytes of a small file.
    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, ModelError> {
        let mut bytes = Vec::new();
        let read = self.open(name)?.take(MOST_TEXT + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(name, &error.to_string()))?;
        if bytes.len() as u64 > MOST_TEXT {
            return Err(unreadable(name, &format!("it is larger than {MOST_TEXT} bytes")));
        }
        Ok(bytes)
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, ModelError> {
        serde_json::from_slice(&self.bytes(name)?).map_err(|error| unreadable(name, &error.to_string()))
    }

    /// A file that a checkpoint may lack.
    pub(crate) fn optional_json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ModelError> {
        match std::fs::metadata(self.path.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            _ => self.json(name).map(Some),
        }
    }

    /// The folder's own name, for showing.
    pub(crate) fn name(&self) -> String {
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        path.file_name().map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

pub(crate) fn unreadable(file: &str, reason: &str) -> ModelError {
    ModelError::File { file: file.to_owned(), reason: reason.to_owned() }
}

pub(crate) fn bad_setting(file: &str, key: &str, reason: &str) -> ModelError {
    ModelError::Setting { file: file.to_owned(), key: key.to_owned(), reason: reason.to_owned() }
}
