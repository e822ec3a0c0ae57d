//! What the core asks of the program around it: dialogs and the clipboard.
//!
//! Invariant: operations, not system calls; a host without a desktop answers with nothing.

use std::path::PathBuf;

/// What lay on the clipboard.
pub enum Pasted {
    /// `width * height * 4` bytes, red green blue alpha.
    Pixels {
        width: u32,
        height: u32,
        rgba: Vec<u8>,
    },
    Files(Vec<PathBuf>),
}

/// The program around the core.
pub trait Host: Send + Sync {
    /// Files the user chose in a dialog; empty when the dialog was closed.
    fn choose_images(&self) -> Vec<PathBuf>;

    /// A picture or files from the clipboard.
    fn clipboard(&self) -> Option<Pasted>;

    /// A folder to be watched that the user chose in a dialog.
    fn choose_watched_folder(&self) -> Option<PathBuf> {
        None
    }

    /// A table of another program that the user chose in a dialog.
    fn choose_table(&self) -> Option<PathBuf> {
        None
    }

    /// A folder with a model that the user chose in a dialog.
    fn choose_pack_folder(&self) -> Option<PathBuf> {
        None
    }

    /// A pack file that the user chose in a dialog.
    fn choose_pack_file(&self) -> Option<PathBuf> {
        None
    }

    /// Where the user wants a pack file to be written; `name` is proposed.
    fn save_pack_file(&self, name: &str) -> Option<PathBuf> {
        let _ = name;
        None
    }
}

/// A host without a desktop: the command line and tests.
pub struct Headless;

impl Host for Headless {
    fn choose_images(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    fn clipboard(&self) -> Option<Pasted> {
        None
    }
}
