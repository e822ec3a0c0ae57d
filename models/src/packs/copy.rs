//! Packs from a folder and from one pack file, and into one.
//!
//! A pack file is a plain tar archive (POSIX.1-1988 `ustar`; sizes from 8 GB on in GNU's form). Its first entry is
//! `shortlist-pack.json`:
//!
//! ```json
//! {"format": "shortlist-pack-1", "pack": "smolvlm-256m", "licence": "Apache-2.0", "languages": ["English"],
//!  "origin": {"type": "hub", "repository": "…", "commit": "…"},
//!  "files": [{"name": "config.json", "bytes": 1234, "sha256": "…"}]}
//! ```
//!
//! The other entries are exactly the files of that list, in its order, under their plain names. Invariant: an entry
//! is written only where the list says, so no path of the archive is ever used as one.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use domain::PackError;
use domain::pack::{PackFile, PackOrigin, PackStage, is_pack_id};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::download::demand_room;
use super::hashing::{self, hex, is_hex};
use super::progress::Hearing;
use super::record::Record;
use super::{disk, layout};

const MANIFEST: &str = "shortlist-pack.json";
const FORMAT: &str = "shortlist-pack-1";
const LARGEST_MANIFEST: u64 = 1024 * 1024;
const PIECE: usize = 1 << 20;

/// The first entry of a pack file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    pub(super) pack: String,
    pub(super) licence: Option<String>,
    #[serde(default)]
    pub(super) languages: Vec<String>,
    pub(super) origin: PackOrigin,
    pub(super) files: Vec<PackFile>,
}

fn bad(why: impl Into<String>) -> PackError {
    PackError::BadPackFile { why: why.into() }
}

/// An opened pack file whose manifest was read and checked.
pub(super) struct PackFileReader {
    path: PathBuf,
    pub(super) manifest: Manifest,
}

impl PackFileReader {
    pub(super) fn open(path: &Path) -> Result<Self, PackError> {
        let file = File::open(path).map_err(|error| disk::cannot_read(path, &error))?;
        let mut archive = tar::Archive::new(BufReader::new(file));
        let mut entries = archive.entries().map_err(|error| bad(error.to_string()))?;
        let first = entries.next().ok_or_else(|| bad("it is empty"))?;
        let mut first = first.map_err(|_| bad("it is no tar archive"))?;
        if first.path_bytes() != MANIFEST.as_bytes() || first.size() > LARGEST_MANIFEST {
            return Err(bad(format!("it does not begin with {MANIFEST}")));
        }
        let mut text = Vec::new();
        first
            .read_to_end(&mut text)
            .map_err(|error| bad(format!("its list of files ends early ({error})")))?;
        let manifest: Manifest = serde_json::from_slice(&text)
            .map_err(|error| bad(format!("its list of files is wrong ({error})")))?;
        if manifest.format != FORMAT {
            return Err(bad(format!("its format is not \"{FORMAT}\", it may come from a newer version")));
        }
        if !is_pack_id(&manifest.pack) {
            return Err(PackError::BadName(manifest.pack));
        }
        let names = layout::choose(manifest.files.iter().map(|file| file.name.as_str()))?;
        if names.len() != manifest.files.len() || manifest.files.iter().any(|file| !is_hex(&file.sha256, 64))
        {
            return Err(bad("its list names files that do not belong to a pack, or without a hash"));
        }
        layout::demand_sizes(manifest.files.iter().map(|file| (file.name.as_str(), file.bytes)))?;
        Ok(Self { path: path.to_path_buf(), manifest })
    }

    /// Unpacks into a new folder and checks every file against the manifest.
    pub(super) fn unpack(
        &self,
        folder: &Path,
        hearing: &mut Hearing<'_, '_>,
    ) -> Result<Vec<PackFile>, PackError> {
        let total: u64 = self.manifest.files.iter().map(|file| file.bytes).sum();
        hearing.total(total);
        demand_room(folder, total, 0)?;
        disk::make_folder(folder)?;
        let file = File::open(&self.path).map_err(|error| disk::cannot_read(&self.path, &error))?;
        let mut archive = tar::Archive::new(BufReader::new(file));
        let mut entries = archive.entries().map_err(|error| bad(error.to_string()))?.skip(1);
        for expected in &self.manifest.files {
            let name = &expected.name;
            let entry = entries.next().ok_or_else(|| bad(format!("it ends before {name}")))?;
            let mut entry = entry.map_err(|_| bad(format!("it ends before {name}")))?;
            if !entry.header().entry_type().is_file()
                || entry.path_bytes() != name.as_bytes()
                || entry.size() != expected.bytes
            {
                return Err(bad(format!("its entries are not those of its list (at {name})")));
            }
            let target = folder.join(name);
            let copied = copy(&mut entry, &self.path, &target, name, hearing)?;
            if copied != expected.bytes {
                return Err(bad(format!("it ends in the middle of {name}")));
            }
            let found = taken(&target, name, hearing)?;
            if !found.sha256.eq_ignore_ascii_case(&expected.sha256) {
                return Err(PackError::WrongHash {
                    file: name.clone(),
                    expected: expected.sha256.to_ascii_lowercase(),
                    found: found.sha256,
                });
            }
        }
        if entries.next().is_some() {
            return Err(bad("it holds more than its list names"));
        }
        Ok(self.manifest.files.clone())
    }
}

/// Copies the files of a pack out of a folder in the Hub's layout; hashes are taken of what was written.
pub(super) fn folder(
    source: &Path,
    names: &[String],
    target: &Path,
    hearing: &mut Hearing<'_, '_>,
) -> Result<Vec<PackFile>, PackError> {
    let mut total = 0;
    for name in names {
        let path = source.join(name);
        total += std::fs::metadata(&path).map_err(|error| disk::cannot_read(&path, &error))?.len();
    }
    hearing.total(total);
    demand_room(target, total, 0)?;
    disk::make_folder(target)?;
    let mut files = Vec::new();
    for name in names {
        let (from, to) = (source.join(name), target.join(name));
        let mut open = File::open(&from).map_err(|error| disk::cannot_read(&from, &error))?;
        copy(&mut open, &from, &to, name, hearing)?;
        files.push(taken(&to, name, hearing)?);
    }
    Ok(files)
}

/// Copies everything into a new file and makes it durable; gives the number of bytes.
fn copy(
    from: &mut impl Read,
    source: &Path,
    target: &Path,
    name: &str,
    hearing: &mut Hearing<'_, '_>,
) -> Result<u64, PackError> {
    hearing.stage(PackStage::Copying, name)?;
    let unwritable = |error: std::io::Error| disk::cannot_write(target, &error, 0);
    let mut to = OpenOptions::new().write(true).create_new(true).open(target).map_err(unwritable)?;
    let mut piece = vec![0_u8; PIECE];
    let mut bytes = 0;
    loop {
        let filled = from.read(&mut piece).map_err(|error| disk::cannot_read(source, &error))?;
        if filled == 0 {
            break;
        }
        to.write_all(&piece[..filled]).map_err(unwritable)?;
        bytes += filled as u64;
        hearing.advance(filled as u64)?;
    }
    to.sync_all().map_err(unwritable)?;
    Ok(bytes)
}

/// Size and hash of a file that was written.
fn taken(path: &Path, name: &str, hearing: &mut Hearing<'_, '_>) -> Result<PackFile, PackError> {
    hearing.stage(PackStage::Checking, name)?;
    let hashed = hashing::file(path, false, |_| hearing.hear())?;
    Ok(PackFile { name: name.to_owned(), bytes: hashed.bytes, sha256: hashed.sha256 })
}

/// Writes an installed pack into one new file; a file whose bytes are not as recorded stops it.
pub(super) fn export(
    record: &Record,
    folder: &Path,
    target: &Path,
    hearing: &mut Hearing<'_, '_>,
) -> Result<(), PackError> {
    let unwritable = |path: &Path, error: &std::io::Error| disk::cannot_write(path, error, 0);
    if target.exists() {
        return Err(unwritable(target, &std::io::Error::other("there is a file of that name already")));
    }
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
    demand_room(parent.unwrap_or(Path::new(".")), record.bytes(), 0)?;
    let beside = PathBuf::from(format!("{}.part", target.display()));
    let created = OpenOptions::new().write(true).create_new(true).open(&beside);
    let file = created.map_err(|error| unwritable(&beside, &error))?;
    let written = write_archive(record, folder, file, &beside, hearing);
    let finished = written.and_then(|()| disk::rename(&beside, target));
    finished.inspect_err(|_| {
        // The reason is on its way to the user; a rest that cannot be deleted bears a name that says what it is.
        drop(std::fs::remove_file(&beside));
    })
}

fn write_archive(
    record: &Record,
    folder: &Path,
    file: File,
    path: &Path,
    hearing: &mut Hearing<'_, '_>,
) -> Result<(), PackError> {
    let unwritable = |error: std::io::Error| disk::cannot_write(path, &error, 0);
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        pack: record.pack.clone(),
        licence: record.licence.clone(),
        languages: record.languages.clone(),
        origin: record.origin.clone(),
        files: record.files.clone(),
    };
    let text =
        serde_json::to_vec_pretty(&manifest).map_err(|error| unwritable(std::io::Error::other(error)))?;
    let mut archive = tar::Builder::new(BufWriter::with_capacity(PIECE, file));
    archive.append_data(&mut header(text.len() as u64), MANIFEST, text.as_slice()).map_err(unwritable)?;
    for recorded in &record.files {
        hearing.stage(PackStage::Copying, &recorded.name)?;
        let source = folder.join(&recorded.name);
        let open = File::open(&source).map_err(|error| disk::cannot_read(&source, &error))?;
        let mut watched = Watched { inner: open, sha256: Sha256::new(), hearing, bytes: 0, stopped: None };
        let appended = archive.append_data(&mut header(recorded.bytes), &recorded.name, &mut watched);
        if let Some(stopped) = watched.stopped.take() {
            return Err(stopped);
        }
        appended.map_err(unwritable)?;
        if watched.bytes != recorded.bytes || hex(&watched.sha256.finalize()) != recorded.sha256 {
            return Err(PackError::Damaged {
                pack: record.pack.clone(),
                why: format!("{} is not as recorded.", recorded.name),
            });
        }
    }
    let file = archive.into_inner().and_then(|buffer| buffer.into_inner().map_err(std::io::Error::from));
    file.and_then(|file| file.sync_all()).map_err(unwritable)
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o644);
    header.set_entry_type(tar::EntryType::Regular);
    header
}

/// A reader that hashes what passes and stops when the user wishes.
struct Watched<'a, 'b, 'c> {
    inner: File,
    sha256: Sha256,
    hearing: &'a mut Hearing<'b, 'c>,
    bytes: u64,
    stopped: Option<PackError>,
}

impl Read for Watched<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let filled = self.inner.read(buffer)?;
        self.sha256.update(&buffer[..filled]);
        self.bytes += filled as u64;
        if let Err(stopped) = self.hearing.advance(filled as u64) {
            self.stopped = Some(stopped);
            return Err(std::io::Error::other("stopped"));
        }
        Ok(filled)
    }
}
