//! What is written down beside the packs: the record of each, the choice, and pins.
//!
//! ```text
//! models/
//!   packs/<id>/           files in the Hub's layout, read-only
//!   records/<id>.json     origin, commit, size and SHA-256 of every file; outlives the files
//!   measured/<id>.json    how fast the pack was on this computer, and of which files that is
//!   unfinished/<id>/      an interrupted download
//!   settings.json         the chosen pack, whether connections are forbidden
//!   pins.json             optional: what may be installed, written by the user or an organisation
//! ```
//!
//! Invariant: a record is written after the bytes it speaks of are durable under their final names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::PackError;
use domain::pack::{Measured, PackFile, PackOrigin, is_pack_id};
use serde::{Deserialize, Serialize};

use super::disk;
use super::hashing::is_hex;
use super::memory::Shape;

/// What is known of one pack since its first installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) pack: String,
    pub(super) origin: PackOrigin,
    pub(super) licence: Option<String>,
    pub(super) languages: Vec<String>,
    pub(super) parameters: u64,
    pub(super) shape: Option<Shape>,
    pub(super) files: Vec<PackFile>,
    /// Times of the files when their hashes were checked, in the order of `files`, milliseconds since 1970.
    pub(super) checked: Vec<u64>,
    /// False after removal.
    pub(super) installed: bool,
}

impl Record {
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    pub(super) fn file(&self, name: &str) -> Option<&PackFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The commit that later downloads must have.
    pub(super) fn commit(&self) -> Option<&str> {
        match &self.origin {
            PackOrigin::Hub { commit, .. } => Some(commit),
            PackOrigin::PackFile { commit, .. } => commit.as_deref(),
            PackOrigin::Folder => None,
        }
    }

    /// Whether new files are those of the record, file for file.
    pub(super) fn demand(&self, files: &[PackFile]) -> Result<(), PackError> {
        let differs = |what: &str, expected: &str, found: &str| PackError::NotAsRecorded {
            what: what.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        for recorded in &self.files {
            let found = files.iter().find(|file| file.name == recorded.name);
            let found = found.ok_or_else(|| differs(&recorded.name, &recorded.sha256, ""))?;
            if found.sha256 != recorded.sha256 {
                return Err(differs(&recorded.name, &recorded.sha256, &found.sha256));
            }
        }
        match files.iter().find(|file| self.file(&file.name).is_none()) {
            Some(extra) => Err(differs(&extra.name, "", &extra.sha256)),
            None => Ok(()),
        }
    }
}

/// A measurement, and the files that it is of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct MeasuredFiles {
    pub(super) files: Vec<PackFile>,
    pub(super) measured: Measured,
}

/// The user's choices; shared by all libraries of this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    pub(super) chosen: Option<String>,
    pub(super) offline: bool,
}

/// What may be installed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pins {
    /// `shortlist-pins-1`.
    format: String,
    /// Packs that are not named here are refused.
    #[serde(default)]
    only_pinned: bool,
    packs: BTreeMap<String, Pin>,
}

/// What one pack must be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pin {
    /// 40 hexadecimal digits; for downloads.
    #[serde(default)]
    pub(super) commit: Option<String>,
    /// SHA-256 by file name; a file that is not named is free.
    #[serde(default)]
    pub(super) files: BTreeMap<String, String>,
}

const PINS_FORMAT: &str = "shortlist-pins-1";

impl Pins {
    /// Reads a file of pins; one that is not there pins nothing, unless it was `demanded`.
    pub(super) fn read(path: &Path, demanded: bool) -> Result<Self, PackError> {
        let unusable = |why: String| PackError::BadPins { file: path.display().to_string(), why };
        let Some(pins) = disk::read_json::<Self>(path).map_err(unusable)? else {
            return if demanded {
                Err(unusable("there is no such file".to_owned()))
            } else {
                Ok(Self::default())
            };
        };
        if pins.format != PINS_FORMAT {
            return Err(unusable(format!("its format is not \"{PINS_FORMAT}\"")));
        }
        for (pack, pin) in &pins.packs {
            if !is_pack_id(pack) {
                return Err(unusable("it names a pack that cannot be one".to_owned()));
            }
            if pin.commit.as_ref().is_some_and(|commit| !is_hex(commit, 40)) {
                return Err(unusable(format!("the commit of {pack} is not 40 hexadecimal digits")));
            }
            if pin.files.values().any(|hash| !is_hex(hash, 64)) {
                return Err(unusable(format!("a hash of {pack} is not 64 hexadecimal digits")));
            }
        }
        Ok(pins)
    }

    pub(super) fn of(&self, pack: &str) -> Option<&Pin> {
        self.packs.get(pack)
    }

    /// Whether a pack may be installed at all.
    pub(super) fn admit(&self, pack: &str) -> Result<(), PackError> {
        if self.only_pinned && self.of(pack).is_none() {
            return Err(PackError::NotPinned { pack: pack.to_owned() });
        }
        Ok(())
    }

    /// Whether these files are what the pins demand.
    pub(super) fn demand(&self, pack: &str, files: &[PackFile]) -> Result<(), PackError> {
        self.admit(pack)?;
        let Some(pin) = self.of(pack) else { return Ok(()) };
        for (name, expected) in &pin.files {
            let found = files.iter().find(|file| file.name == *name).map_or("", |file| file.sha256.as_str());
            if !found.eq_ignore_ascii_case(expected) {
                return Err(PackError::NotAsPinned {
                    what: name.clone(),
                    expected: expected.clone(),
                    found: found.to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// Where everything lies.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub(super) root: PathBuf,
}

impl Places {
    pub(super) fn pack(&self, id: &str) -> PathBuf {
        self.packs().join(id)
    }

    pub(super) fn packs(&self) -> PathBuf {
        self.root.join("packs")
    }

    pub(super) fn records(&self) -> PathBuf {
        self.root.join("records")
    }

    pub(super) fn record(&self, id: &str) -> PathBuf {
        self.records().join(format!("{id}.json"))
    }

    pub(super) fn all_unfinished(&self) -> PathBuf {
        self.root.join("unfinished")
    }

    pub(super) fn unfinished(&self, id: &str) -> PathBuf {
        self.all_unfinished().join(id)
    }

    // A plus sign stands in no id, so these two are never taken for a pack.

    /// Where a copy from a folder or a pack file grows.
    pub(super) fn copying(&self, id: &str) -> PathBuf {
        self.all_unfinished().join(format!("{id}+copy"))
    }

    /// Held by whoever changes the pack.
    pub(super) fn lock(&self, id: &str) -> PathBuf {
        self.all_unfinished().join(format!("{id}+lock"))
    }

    pub(super) fn measured(&self, id: &str) -> PathBuf {
        self.root.join("measured").join(format!("{id}.json"))
    }

    pub(super) fn settings(&self) -> PathBuf {
        self.root.join("settings.json")
    }

    pub(super) fn pins(&self) -> PathBuf {
        self.root.join("pins.json")
    }
}

/// Reads the record of a pack; the reason in words when it cannot be used.
pub(super) fn read(places: &Places, id: &str) -> Result<Option<Record>, String> {
    let record: Option<Record> = disk::read_json(&places.record(id))?;
    match record {
        Some(record) if record.pack != id => Err("it speaks of another pack".to_owned()),
        Some(record) if record.files.iter().any(|file| !super::layout::is_file_name(&file.name)) => {
            Err("it names a file that cannot be one".to_owned())
        }
        record => Ok(record),
    }
}
