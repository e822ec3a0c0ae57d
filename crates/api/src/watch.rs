//! Watched folders: looking for new files every few seconds and adding them.
//!
//! Invariant: a file is taken only when two looks in a row found it unchanged, so that one that is still being written is
//! waited for; a file that fails is listed and tried again when it changes. Links are not followed. Looking is done by
//! listing, which also works on network drives and needs no service of the system.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use store::WatchedFile;

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{AddOutcome, AddResult, ById, Nothing, PauseWatch, Tag, WatchedFolderView};

/// Time between two looks.
const INTERVAL: Duration = Duration::from_secs(2);
/// Most files and folders below folders that are looked at.
const MOST_FILES: usize = 20_000;
const MOST_DEPTH: usize = 8;
/// Names that programs give to files they are not done with.
const UNFINISHED: [&str; 5] = [".part", ".crdownload", ".download", ".tmp", ".partial"];

/// Files that the last look found and that were not known, by folder and path.
pub(crate) type Waiting = HashMap<(String, String), WatchedFile>;

impl Core {
    /// Watches a folder from now on. What lies there already is left alone unless `present` asks for it, too.
    pub fn watch(&self, folder: &Path, present: bool) -> Result<WatchedFolderView, Error> {
        let refused = |error: std::io::Error| {
            let folder = domain::text::visible(&folder.to_string_lossy(), 300);
            Error::new(
                "not_a_folder",
                format!(
                    "{folder} cannot be watched ({error}). Nothing was changed. Name a folder that can be opened."
                ),
            )
        };
        let folder = folder.canonicalize().map_err(refused)?;
        let held = list(&folder).map_err(refused)?;
        let library = self.library_folder().canonicalize().map_err(refused)?;
        if folder.starts_with(&library) || library.starts_with(&folder) {
            return Err(Error::new(
                "not_a_folder",
                "The library lies in this folder or the other way round, so it would add its own pictures again. Nothing was changed. Choose another folder.",
            ));
        }
        let known = if present { Vec::new() } else { held };
        let id = self.library().watch_folder(&folder, &known).map_err(convert::error)?;
        self.changed(&[Tag::Status]);
        let folders = self.watched_folders(Nothing {})?;
        folders.into_iter().find(|folder| folder.id == id).ok_or_else(|| {
            Error::new("not_found", "The folder was taken off the list meanwhile. Nothing was changed.")
        })
    }

    /// Watches a folder that the user chose in a dialog; nothing when the dialog was closed.
    pub fn choose_watched_folder(&self, _: Nothing) -> Result<Option<WatchedFolderView>, Error> {
        self.host().choose_watched_folder().map(|folder| self.watch(&folder, false)).transpose()
    }

    pub fn watched_folders(&self, _: Nothing) -> Result<Vec<WatchedFolderView>, Error> {
        let folders = self.library().watched_folders().map_err(convert::error)?;
        let shown = |folder: store::WatchedFolder| WatchedFolderView {
            problem: problem(&folder.path),
            id: folder.id,
            path: folder.path.display().to_string(),
            paused: folder.paused,
            added_at: folder.added_at,
            added: folder.added,
            failures: folder.failures,
        };
        Ok(folders.into_iter().map(shown).collect())
    }

    pub fn pause_watch(&self, request: PauseWatch) -> Result<Nothing, Error> {
        self.library().pause_watched(&request.id, request.paused).map_err(convert::error)?;
        self.changed(&[Tag::Status]);
        Ok(Nothing {})
    }

    pub fn remove_watch(&self, request: ById) -> Result<Nothing, Error> {
        self.library().unwatch_folder(&request.id).map_err(convert::error)?;
        self.changed(&[Tag::Status]);
        Ok(Nothing {})
    }

    /// One look at every folder that is not paused; answers with what became of the files that were taken.
    pub fn look_for_files(&self) -> Result<Vec<AddOutcome>, Error> {
        let mut outcomes = Vec::new();
        let mut still_waiting = Waiting::new();
        let before = std::mem::take(&mut *self.waiting().lock().unwrap_or_else(PoisonError::into_inner));
        for folder in self.library().watched_folders().map_err(convert::error)? {
            if folder.paused {
                continue;
            }
            // A folder that is away, such as a drive that was pulled out, is shown as such and looked at again.
            let Ok(files) = list(&folder.path) else { continue };
            let known = self.library().known_files(&folder.id).map_err(convert::error)?;
            for file in files {
                if known.get(&file.path).is_some_and(|held| *held == (file.bytes, file.modified.clone())) {
                    continue;
                }
                let key = (folder.id.clone(), file.path.clone());
                if before.get(&key) != Some(&file) {
                    still_waiting.insert(key, file);
                    continue;
                }
                outcomes.extend(self.take(&folder.id, &folder.path, &file)?);
            }
        }
        *self.waiting().lock().unwrap_or_else(PoisonError::into_inner) = still_waiting;
        if !outcomes.is_empty() {
            self.announce_added(&outcomes);
        }
        Ok(outcomes)
    }

    fn take(&self, folder: &str, place: &Path, file: &WatchedFile) -> Result<Vec<AddOutcome>, Error> {
        let path = place.join(&file.path);
        let outcomes = self.add_file(&path);
        let failure = outcomes.iter().find_map(|outcome| match &outcome.result {
            AddResult::NotAnImage { message } => Some(("not_an_image", message.as_str())),
            AddResult::Unreadable { code, message } => Some((code.as_str(), message.as_str())),
            _ => None,
        });
        let capture = outcomes.iter().find_map(|outcome| match &outcome.result {
            AddResult::Added { capture }
            | AddResult::AlreadyHere { capture }
            | AddResult::InTrash { capture } => Some(capture.as_str()),
            _ => None,
        });
        let noted = match (capture, failure) {
            (Some(capture), _) => Ok(capture),
            (None, Some(failure)) => Err(failure),
            (None, None) => Err(("not_added", "Nothing was found in this file.")),
        };
        // A full disk says nothing about the file, which is tried again by the next look.
        if !matches!(noted, Err(("disk_full", _))) {
            self.library().note_file(folder, file, noted).map_err(convert::error)?;
        }
        Ok(outcomes)
    }

    /// Looks every few seconds, on a thread of its own, as long as the core lives.
    pub fn watch_in_background(self: &Arc<Self>) {
        if self.is_read_only() {
            return;
        }
        let core = Arc::downgrade(self);
        std::thread::spawn(move || {
            let mut told = None;
            loop {
                std::thread::sleep(INTERVAL);
                let Some(core) = core.upgrade() else { return };
                // The same trouble is told once, not every two seconds.
                told = match core.look_for_files() {
                    Ok(_) => None,
                    Err(error) if told.as_ref() == Some(&error) => told,
                    Err(error) => {
                        let (code, message) = (error.code.clone(), error.message.clone());
                        core.announce(crate::types::AppEvent::Problem { code, message });
                        Some(error)
                    }
                };
            }
        });
    }
}

fn problem(folder: &Path) -> Option<String> {
    let error = std::fs::read_dir(folder).err()?;
    Some(format!(
        "The folder cannot be opened ({error}). Nothing in it is lost; it is looked at again when it is back."
    ))
}

/// The files below a folder, by path; hidden files and those that a program is not done with are left out.
fn list(folder: &Path) -> std::io::Result<Vec<WatchedFile>> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((place, below, depth)) = folders.pop() {
        let entries = match std::fs::read_dir(&place) {
            Ok(entries) => entries,
            Err(error) if depth == 0 => return Err(error),
            // What cannot be opened further down is looked at again the next time.
            Err(_) => continue,
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_unfinished = UNFINISHED.iter().any(|end| name.to_ascii_lowercase().ends_with(end));
            if name.starts_with(['.', '~']) || is_unfinished || files.len() + folders.len() > MOST_FILES {
                continue;
            }
            // Of a link this describes the link itself, which is neither.
            let Ok(described) = entry.metadata() else { continue };
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            if described.is_dir() && depth < MOST_DEPTH {
                folders.push((entry.path(), path, depth + 1));
            } else if described.is_file() && described.len() > 0 {
                files.push(WatchedFile { path, bytes: described.len(), modified: modified(&described) });
            }
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(files)
}

fn modified(described: &std::fs::Metadata) -> String {
    let since = described.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.map_or_else(|| "unknown".to_owned(), |since| since.as_nanos().to_string())
}
