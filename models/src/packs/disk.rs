//! The disk under the packs: whole files or none, folders that survive a power cut, and errors with their reason.
//!
//! Invariant: a file under its final name is complete and fsynced, and so is the entry in its folder.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use domain::PackError;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Largest of our own JSON files.
const LARGEST_JSON: u64 = 4 * 1024 * 1024;

pub(super) fn cannot_read(path: &Path, error: &std::io::Error) -> PackError {
    PackError::CannotRead { path: path.display().to_string(), why: error.to_string() }
}

/// Writing failed; a full disk and a limit on file sizes have a sentence of their own. `held` bytes are kept.
pub(super) fn cannot_write(path: &Path, error: &std::io::Error, held: u64) -> PackError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            PackError::DiskFull { needed: 0, free: None, held }
        }
        _ => PackError::CannotWrite { path: path.display().to_string(), why: error.to_string() },
    }
}

pub(super) fn make_folder(path: &Path) -> Result<(), PackError> {
    std::fs::create_dir_all(path).map_err(|error| cannot_write(path, &error, 0))
}

/// Makes the entries of a folder durable; Windows does so by itself and cannot open folders.
pub(super) fn sync_folder(path: &Path) -> Result<(), PackError> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| cannot_write(path, &error, 0))
}

/// Renames and makes both folders durable.
pub(super) fn rename(from: &Path, to: &Path) -> Result<(), PackError> {
    std::fs::rename(from, to).map_err(|error| cannot_write(to, &error, 0))?;
    for folder in [from.parent(), to.parent()].into_iter().flatten() {
        sync_folder(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
    }
    Ok(())
}

/// Replaces a JSON file as a whole: beside it, fsync, rename.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), PackError> {
    let text = serde_json::to_vec_pretty(value)
        .map_err(|error| cannot_write(path, &std::io::Error::other(error), 0))?;
    let beside = PathBuf::from(format!("{}.new", path.display()));
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(&text)?;
        file.write_all(b"\n")?;
        file.sync_all()
    });
    written.map_err(|error| cannot_write(&beside, &error, 0))?;
    rename(&beside, path)
}

/// Reads a JSON file; `None` when there is none, and the reason in words when it cannot be used.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, String> {
    let described = match std::fs::metadata(path) {
        Ok(described) => described,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    if described.len() > LARGEST_JSON {
        return Err("it is too large".to_owned());
    }
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map(Some).map_err(|error| error.to_string())
}

/// Deletes a folder with everything in it; one that is not there is no error.
pub(super) fn remove_folder(path: &Path) -> Result<(), PackError> {
    #[cfg(windows)]
    allow_deletion(path);
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(cannot_write(path, &error, 0)),
        _ => Ok(()),
    }
}

/// Deletes a file; one that is not there is no error.
pub(super) fn remove_file(path: &Path) -> Result<(), PackError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(cannot_write(path, &error, 0)),
        _ => Ok(()),
    }
}

/// Windows deletes no read-only file.
#[cfg(windows)]
#[expect(clippy::permissions_set_readonly_false, reason = "the files are deleted next")]
fn allow_deletion(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Ok(described) = entry.metadata() {
            let mut permissions = described.permissions();
            permissions.set_readonly(false);
            // A file that stays read-only fails to be deleted, and that is reported.
            drop(std::fs::set_permissions(entry.path(), permissions));
        }
    }
}

/// Keeps a checked file from being written to by accident.
pub(super) fn make_read_only(path: &Path) -> Result<(), PackError> {
    let set = std::fs::metadata(path).and_then(|described| {
        let mut permissions = described.permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(path, permissions)
    });
    set.map_err(|error| cannot_write(path, &error, 0))
}

/// Free bytes on the disk that holds `path` or its nearest existing folder.
pub(super) fn free(path: &Path) -> Option<u64> {
    path.ancestors().find(|folder| folder.is_dir()).and_then(|folder| fs4::available_space(folder).ok())
}

/// Milliseconds since 1970 at which a file was written last; 0 where the system does not say.
pub(super) fn modified(described: &std::fs::Metadata) -> u64 {
    let since = described.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_millis() as u64)
}
