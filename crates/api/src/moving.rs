//! Moving a library: archives and restoring backups.
//!
//! Invariant: paths come from the command line or from dialogs, never from the page.

use std::path::{Path, PathBuf};

use store::{Archived, Library, Repaired};

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::settings::Settings;
use crate::types::BackupView;

/// Puts a backup in the place of the library's database; see [`Library::restore`].
pub fn restore(settings: &Settings, backup: Option<&Path>) -> Result<PathBuf, Error> {
    Library::restore(&settings.library, backup).map_err(convert::error)
}

/// The backups of a library that need not be open, newest first.
pub fn backups(settings: &Settings) -> Result<Vec<BackupView>, Error> {
    let backups = Library::backups(&settings.library).map_err(convert::error)?;
    Ok(backups.into_iter().map(convert::backup).collect())
}

/// Makes a damaged library whole; see [`Library::repair`].
pub fn repair(settings: &Settings) -> Result<Repaired, Error> {
    Library::repair(&settings.library).map_err(convert::error)
}

/// Makes the library named by the settings out of an archive.
pub fn read_archive(settings: &Settings, archive: &Path) -> Result<Archived, Error> {
    Library::read_archive(archive, &settings.library).map_err(convert::error)
}

impl Core {
    /// Writes the whole library into a new folder of plain files.
    pub fn write_archive(&self, folder: &Path) -> Result<Archived, Error> {
        self.library().write_archive(folder).map_err(convert::error)
    }
}
