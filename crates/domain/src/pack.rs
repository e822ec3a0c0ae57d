//! Model packs: what the program knows about a vision-language model before and after it is installed.
//!
//! A pack is a folder in the Hub's layout (config, tokenizer, safetensors) with a record of where it came from and of
//! the SHA-256 of every file. Invariant: a commit or hash in a record was stated by the source and checked against
//! the bytes; none is ever made up. Must not: touch a disk or a network; `models` does, behind [`Packs`].

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::pack_error::PackError;
use crate::reader::Control;

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PackFile {
    /// Plain file name, without folders.
    pub name: String,
    pub bytes: u64,
    /// 64 hexadecimal digits.
    pub sha256: String,
}

/// What the source says a file's content hashes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StatedHash {
    /// SHA-256 of the bytes: what the Hub states for large files.
    Sha256 { hex: String },
    /// SHA-1 of git's header and the bytes: what the Hub states for small files.
    GitBlob { hex: String },
}

/// One file that a download will fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PlannedFile {
    pub name: String,
    pub bytes: u64,
    pub hash: StatedHash,
}

/// What the Hub answered for a pack; the user agrees to exactly this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PackPlan {
    pub pack: String,
    pub repository: String,
    /// 40 hexadecimal digits, from the Hub's headers.
    pub commit: String,
    pub files: Vec<PlannedFile>,
    /// All files together.
    pub bytes: u64,
    /// What an earlier, interrupted download already holds.
    pub held: u64,
    /// Free on the disk that holds the packs, where the system says so.
    pub disk_free: Option<u64>,
    /// The commit is the one of the record or of the pins, not the newest.
    pub bound: bool,
}

/// Where an installed pack came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PackOrigin {
    /// Every file matched what the Hub stated for that commit.
    Hub { repository: String, commit: String },
    /// From one pack file; every file matched its manifest.
    PackFile { repository: Option<String>, commit: Option<String> },
    /// From a folder; the hashes were taken when it was copied, nobody stated them before.
    Folder,
}

/// Where a pack stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PackState {
    NotInstalled,
    /// A download was interrupted; `held` bytes are kept.
    Unfinished {
        held: u64,
    },
    Ready,
    /// A file's time changed since its hash was checked; its size did not.
    Unchecked {
        message: String,
    },
    /// It was installed, and its folder is not there now.
    Missing {
        message: String,
    },
    Broken {
        message: String,
    },
}

impl PackState {
    /// Whether the files are there with their recorded sizes.
    pub const fn is_usable(&self) -> bool {
        matches!(self, Self::Ready | Self::Unchecked { .. })
    }
}

/// A pack that is known or installed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Pack {
    /// Lower-case letters, digits, `.`, `-`, `_`.
    pub id: String,
    pub title: String,
    /// What it is good for, in one sentence; empty where nothing is known.
    pub about: String,
    pub repository: Option<String>,
    /// SPDX identifier as published.
    pub licence: Option<String>,
    pub languages: Vec<String>,
    pub parameters: Option<u64>,
    /// On this disk when installed, otherwise as published where that is known.
    pub bytes: Option<u64>,
    /// Estimate for running it on the processor, see `models::packs`.
    pub memory_needed: Option<u64>,
    /// The last measurement on this computer of just these files.
    pub measured: Option<Measured>,
    pub state: PackState,
    pub origin: Option<PackOrigin>,
    /// The recorded files; kept after removal, so that a later installation must match.
    pub files: Vec<PackFile>,
    pub pinned: bool,
    pub chosen: bool,
}

/// What a pack took on this computer, with a made-up page of 1280 by 800 pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Measured {
    /// What computed, for example "CPU, 8-bit".
    pub device: String,
    pub load_seconds: f64,
    /// From the question to the first token of the answer.
    pub first_token_seconds: f64,
    /// Missing where the answer had fewer than two tokens.
    pub tokens_per_second: Option<f64>,
    /// Most memory that the process held, in bytes; missing where the system does not say.
    pub peak_memory: Option<u64>,
}

/// Memory of this computer in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Memory {
    pub free: u64,
    pub total: u64,
}

/// All packs, and what the computer has room for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PackList {
    pub packs: Vec<Pack>,
    /// Folder of the packs, for showing only.
    pub folder: String,
    pub memory: Memory,
    pub disk_free: Option<u64>,
    /// Connections are forbidden.
    pub offline: bool,
    /// By the start of the program, so that the setting cannot change it.
    pub offline_fixed: bool,
    /// What is wrong with the chosen pack, the settings or the pins, and what still works.
    pub notice: Option<String>,
}

/// What became of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PackCheck {
    pub pack: String,
    pub files: u32,
    pub bytes: u64,
    /// One sentence for each file that is not as recorded; empty when all is well.
    pub damage: Vec<String>,
}

/// What a long piece of work on a pack does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PackStage {
    Connecting,
    Downloading,
    /// Waits before another try.
    Waiting,
    Checking,
    Copying,
}

/// Progress of one piece of work; `done` and `total` are bytes of the whole pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PackStep {
    pub pack: String,
    pub stage: PackStage,
    pub file: String,
    pub done: u64,
    pub total: u64,
}

/// Hears progress and may stop the work; called at least ten times a second while bytes move or are waited for.
pub type PackProgress<'a> = dyn FnMut(&PackStep) -> Control + 'a;

/// Connections opened to one host since the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HostConnections {
    pub host: String,
    pub connections: u32,
}

/// What the user agreed to: `PackPlan` without its list of files.
#[derive(Debug, Clone, Copy)]
pub struct Agreed<'a> {
    pub commit: &'a str,
    pub bytes: u64,
}

/// The packs of this computer. One implementation, in `models`; the only way to a connection.
pub trait Packs: Send + Sync + std::fmt::Debug {
    /// Every known and installed pack. Never fails: what is broken is listed as broken.
    fn list(&self) -> PackList;

    /// Asks the Hub for commit, files, sizes and hashes. Opens connections, so the user must have agreed.
    ///
    /// `newest` leaves the recorded commit; pins hold nevertheless.
    fn look_up(
        &self,
        pack: &str,
        newest: bool,
        progress: &mut PackProgress<'_>,
    ) -> Result<PackPlan, PackError>;

    /// Downloads what was agreed to; continues an interrupted download of the same commit.
    fn install(
        &self,
        pack: &str,
        agreed: Agreed<'_>,
        progress: &mut PackProgress<'_>,
    ) -> Result<Pack, PackError>;

    /// Copies a folder in the Hub's layout; `name` becomes the id, by default the folder's name.
    fn install_folder(
        &self,
        folder: &Path,
        name: Option<&str>,
        progress: &mut PackProgress<'_>,
    ) -> Result<Pack, PackError>;

    /// Unpacks one pack file.
    fn install_file(&self, file: &Path, progress: &mut PackProgress<'_>) -> Result<Pack, PackError>;

    /// Writes an installed pack into one new file.
    fn export(&self, pack: &str, file: &Path, progress: &mut PackProgress<'_>) -> Result<(), PackError>;

    /// Hashes every file and compares with the record and the pins.
    fn verify(&self, pack: &str, progress: &mut PackProgress<'_>) -> Result<PackCheck, PackError>;

    /// Deletes the files, also of an interrupted download; `forget` deletes the record too.
    fn remove(&self, pack: &str, forget: bool) -> Result<(), PackError>;

    /// The pack that proposals come from; `None` is rules only. `anyway` chooses it although memory is short now.
    fn choose(&self, pack: Option<&str>, anyway: bool) -> Result<(), PackError>;

    /// The chosen pack, when there is one.
    fn chosen(&self) -> Option<String>;

    /// The door before loading: the folder of a pack that is whole and fits into the memory that is free now.
    fn admit(&self, pack: &str) -> Result<PathBuf, PackError>;

    /// Keeps a measurement beside the record of an installed pack.
    fn note_measured(&self, pack: &str, measured: &Measured) -> Result<(), PackError>;

    fn set_offline(&self, offline: bool) -> Result<(), PackError>;

    /// One entry for each host; empty while nothing was asked for.
    fn connections(&self) -> Vec<HostConnections>;
}

/// Whether a text can be the id of a pack, on every file system: 1 to 64 of `a-z 0-9 . - _`, beginning and ending
/// with a letter or digit, and no device name of Windows.
pub fn is_pack_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    let ends = |byte: Option<&u8>| byte.is_some_and(|byte| plain(*byte));
    let device = text.split('.').next().is_some_and(|stem| {
        matches!(stem, "con" | "prn" | "aux" | "nul")
            || (stem.len() == 4
                && (stem.starts_with("com") || stem.starts_with("lpt"))
                && stem.as_bytes()[3].is_ascii_digit())
    });
    bytes.len() <= 64
        && ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|byte| plain(*byte) || matches!(byte, b'.' | b'-' | b'_'))
        && !device
}

/// How the name of a pack file ends, after a dot.
pub const PACK_FILE_EXTENSION: &str = "shortlist-pack";

/// A size for people, in the decimal units that the Hub and disks use: `513 MB`, `2.03 GB`.
pub fn size_text(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        // What would round to "1000 MB" is said in the next unit.
        1_000_000..999_500_000 => format!("{:.0} MB", bytes as f64 / 1e6),
        _ => {
            let text = format!("{:.2}", bytes as f64 / 1e9);
            format!("{} GB", text.trim_end_matches('0').trim_end_matches('.'))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_pack_id, size_text};

    #[test]
    fn ids_are_safe_names_everywhere() {
        for good in ["smolvlm-256m", "a", "granite-docling-258m", "x.y_z-1", "common"] {
            assert!(is_pack_id(good), "{good}");
        }
        let long = "a".repeat(65);
        for bad in
            ["", ".", "..", "-a", "a-", "A", "a/b", "a\\b", "a b", "ä", "con", "nul.x", "com1", &long, "a\0"]
        {
            assert!(!is_pack_id(bad), "{bad:?}");
        }
    }

    #[test]
    fn sizes_read_well() {
        let said = [512, 1_500, 513_000_000, 999_600_000, 2_030_000_000, 5_000_000_000].map(size_text);
        assert_eq!(said, ["512 bytes", "2 kB", "513 MB", "1 GB", "2.03 GB", "5 GB"]);
    }
}
