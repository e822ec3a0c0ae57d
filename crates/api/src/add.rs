//! Adding pictures: folders are walked, every file gets an outcome, nothing is skipped silently.
//!
//! Invariant: links inside folders are not followed and are named as such; a bad file never stops the others.

use std::path::{Path, PathBuf};

use engine::document::Kind;
use engine::worker::{Cancellation, Process, ReadRequest, TakeApartRequest};
use store::{PartOf, Source};

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::host::Pasted;
use crate::types::{AddOutcome, AddResult, AppEvent, Tag};

/// Most files taken from dropped folders at once; the rest is reported, not lost.
const MOST_FILES: usize = 10_000;

const SAMPLES: [(&str, &[u8]); 3] = [
    ("sample-launch.png", include_bytes!("../samples/sample-launch.png")),
    ("sample-pricing.png", include_bytes!("../samples/sample-pricing.png")),
    ("sample-comparison.png", include_bytes!("../samples/sample-comparison.png")),
];

impl Core {
    /// Adds files and folders; one outcome for each file, in order.
    pub fn add_paths(&self, paths: &[PathBuf]) -> Vec<AddOutcome> {
        let mut outcomes = Vec::new();
        let mut files = Vec::new();
        let (packs, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| self.is_pack_file(path));
        for path in packs {
            self.add_dropped_pack(path);
        }
        for path in paths {
            collect(path, true, &mut files, &mut outcomes);
        }
        for path in files {
            outcomes.extend(self.add_file(&path));
        }
        self.announce_added(&outcomes);
        outcomes
    }

    /// Adds one file, without telling anybody yet; a file with several pictures has an outcome for each.
    pub(crate) fn add_file(&self, path: &Path) -> Vec<AddOutcome> {
        let name = file_name(path);
        let whole = || {
            let added = self.library().add_capture(Source::File { path });
            vec![AddOutcome { name: name.clone(), result: outcome(added) }]
        };
        // What cannot be opened or is no picture is refused with its reason when it is added whole.
        let Ok(Some(kind)) = engine::document::kind(path) else { return whole() };
        match self.add_parts(path, &name, kind) {
            Ok(Some(outcomes)) => outcomes,
            Ok(None) => whole(),
            Err(error) => {
                let result = AddResult::Unreadable { code: error.code, message: error.message };
                vec![AddOutcome { name: name.clone(), result }]
            }
        }
    }

    /// Takes a file apart and adds its pictures; `None` where its first picture says all there is.
    fn add_parts(&self, path: &Path, name: &str, kind: Kind) -> Result<Option<Vec<AddOutcome>>, Error> {
        let unreadable = |error: std::io::Error| {
            Error::new(
                "unreadable",
                format!(
                    "The file could not be read ({error}). Nothing was added. Check that it exists and may be read."
                ),
            )
        };
        let sha256 = store::hash_file(path).map_err(unreadable)?;
        let known = self.library().parts_of(&sha256).map_err(convert::error)?;
        if !known.is_empty() {
            let here = |capture: store::Capture| AddOutcome {
                name: capture.name,
                result: AddResult::AlreadyHere { capture: capture.id },
            };
            return Ok(Some(known.into_iter().map(here).collect()));
        }
        let folder = self.library().workplace().map_err(convert::error)?;
        let picture = ReadRequest {
            id: sha256.clone(),
            name: name.to_owned(),
            path: path.as_os_str().to_owned(),
            sha256: Some(sha256.clone()),
        };
        let request = TakeApartRequest { picture, folder: folder.path().as_os_str().to_owned() };
        let mut process = Process::new(self.worker()?);
        let parts =
            process.take_apart(request, &Cancellation::new(), |_, _, _| {}).map_err(convert::failure)?;
        if let [only] = parts.parts.as_slice()
            && only.number == 1
            && kind == Kind::Animation
        {
            return Ok(None);
        }
        let document = name;
        let (mut outcomes, mut captures) = (Vec::new(), Vec::new());
        for part in parts.parts {
            let bytes = std::fs::read(folder.path().join(&part.file)).map_err(unreadable)?;
            let which = format!("{} {}", kind.part(), part.number);
            let name = format!("{name} ({which})");
            let of = PartOf { sha256: &sha256, document, part: &which };
            let added = self.library().add_part(&name, &bytes, &of);
            captures.extend(added.iter().map(|added| added.capture.id.clone()));
            outcomes.push(AddOutcome { name, result: outcome(added) });
        }
        if kind == Kind::Animation && captures.len() > 1 {
            self.library().show_one_page(name, &captures).map_err(convert::error)?;
        }
        if parts.left_out > 0 {
            let message = format!(
                "{} of {} {}s were not looked at, because the file holds more than are taken at once. Nothing of them was added; save the missing ones as pictures.",
                parts.left_out,
                parts.found,
                kind.part()
            );
            outcomes.push(AddOutcome {
                name: name.to_owned(),
                result: AddResult::Unreadable { code: "left_out".to_owned(), message },
            });
        }
        Ok(Some(outcomes))
    }

    /// The same on a thread of its own, for drops: the window must not wait for the disk.
    pub fn add_in_background(self: &std::sync::Arc<Self>, paths: Vec<PathBuf>) {
        let core = std::sync::Arc::clone(self);
        std::thread::spawn(move || core.add_paths(&paths));
    }

    /// The sample pages, marked as samples.
    pub(crate) fn insert_samples(&self) -> Vec<AddOutcome> {
        let mut outcomes = Vec::new();
        for (name, bytes) in SAMPLES {
            let added = self.library().add_sample(Source::Bytes { name, bytes });
            outcomes.push(AddOutcome { name: name.to_owned(), result: outcome(added) });
        }
        self.announce_added(&outcomes);
        outcomes
    }

    /// The sample pages when the library holds no capture yet.
    pub fn add_samples_when_empty(&self) -> Result<(), Error> {
        if self.library().captures().map_err(convert::error)?.is_empty() {
            self.insert_samples();
        }
        Ok(())
    }

    /// What lies on the clipboard.
    pub(crate) fn paste(&self) -> Result<Vec<AddOutcome>, Error> {
        let nothing = || {
            Error::new(
                "nothing_to_paste",
                "There is no picture on the clipboard. Nothing was added. Copy a screenshot first.",
            )
        };
        match self.host().clipboard().ok_or_else(nothing)? {
            Pasted::Files(paths) => Ok(self.add_paths(&paths)),
            Pasted::Pixels { width, height, rgba } => {
                let png = engine::picture::pasted(width, height, rgba).map_err(convert::failure)?;
                let name = "Pasted picture.png";
                let added = self.library().add_capture(Source::Bytes { name, bytes: &png });
                let outcomes = vec![AddOutcome { name: name.to_owned(), result: outcome(added) }];
                self.announce_added(&outcomes);
                Ok(outcomes)
            }
        }
    }

    /// Every way in is told to the window in the same way, whoever asked for it.
    pub(crate) fn announce_added(&self, outcomes: &[AddOutcome]) {
        self.wake_queue();
        self.announce(AppEvent::Added { outcomes: outcomes.to_vec() });
        self.announce(AppEvent::Changed { tags: vec![Tag::Captures, Tag::Status] });
    }
}

fn outcome(added: Result<store::Added, store::StoreError>) -> AddResult {
    match added {
        Ok(added) if added.in_trash => AddResult::InTrash { capture: added.capture.id },
        Ok(added) if added.already_here => AddResult::AlreadyHere { capture: added.capture.id },
        Ok(added) => AddResult::Added { capture: added.capture.id },
        Err(error) if error.code() == "not_an_image" => AddResult::NotAnImage { message: error.to_string() },
        Err(error) => AddResult::Unreadable { code: error.code().to_owned(), message: error.to_string() },
    }
}

/// Lists the files below `path` in name order; `given` tells paths that the user named from those found in folders.
fn collect(path: &Path, given: bool, files: &mut Vec<PathBuf>, outcomes: &mut Vec<AddOutcome>) {
    let mut refuse = |code: &str, message: String| {
        let result = AddResult::Unreadable { code: code.to_owned(), message };
        outcomes.push(AddOutcome { name: file_name(path), result });
    };
    let described = if given { path.metadata() } else { path.symlink_metadata() };
    let described = match described {
        Ok(described) => described,
        Err(error) => {
            return refuse(
                "unreadable",
                format!("The file could not be opened ({error}). It was not added."),
            );
        }
    };
    if described.is_symlink() {
        return refuse(
            "link",
            "This is a link inside a folder; links are not followed. Add the file itself.".to_owned(),
        );
    }
    if !described.is_dir() {
        if files.len() >= MOST_FILES {
            return refuse(
                "too_many",
                format!("More than {MOST_FILES} files at once. Add the rest afterwards."),
            );
        }
        files.push(path.to_path_buf());
        return;
    }
    match std::fs::read_dir(path) {
        Ok(entries) => {
            let mut inside: Vec<PathBuf> =
                entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
            inside.sort();
            for entry in inside {
                collect(&entry, false, files, outcomes);
            }
        }
        Err(error) => refuse(
            "unreadable",
            format!("The folder could not be listed ({error}). Nothing in it was added."),
        ),
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    domain::text::visible(&name, 200)
}
