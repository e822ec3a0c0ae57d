//! The capture files: original bytes under their SHA-256, written so that a row never names a file that is not whole.
//!
//! Invariant: source without following links → `tmp/` while hashing → fsync → rename without replacing → fsync of the
//! folders → only then the row. A file in `captures/` is never written to again.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::{Result, StoreError, io};
use crate::sniff;

/// Largest capture file.
pub const MAX_CAPTURE_BYTES: u64 = 512 * 1024 * 1024;

/// Where a new capture comes from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// A file named by the user; links and special files are refused.
    File { path: &'a Path },
    /// Bytes from the clipboard or the bundled sample library.
    Bytes { name: &'a str, bytes: &'a [u8] },
}

/// A file that stands in `captures/`.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) sha256: String,
    pub(crate) name: String,
    pub(crate) format: &'static str,
    pub(crate) bytes: u64,
}

/// The folders of a library that hold files.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) captures: PathBuf,
    pub(crate) temporary: PathBuf,
}

impl Source<'_> {
    fn name(&self) -> String {
        match self {
            Self::File { path } => path
                .file_name()
                .map_or_else(|| "unnamed".to_owned(), |name| name.to_string_lossy().into_owned()),
            Self::Bytes { name, .. } => (*name).to_owned(),
        }
    }
}

impl Files {
    /// Copies a picture into the store. The row that makes it a capture is the caller's.
    pub(crate) fn store(&self, source: Source<'_>) -> Result<Stored> {
        self.store_up_to(source, MAX_CAPTURE_BYTES)
    }

    pub(crate) fn store_up_to(&self, source: Source<'_>, limit: u64) -> Result<Stored> {
        let name = source.name();
        match source {
            Source::File { path } => {
                let file = open_regular(path, &name)?;
                self.copy(file, name, limit)
            }
            Source::Bytes { bytes, .. } => self.copy(bytes, name, limit),
        }
    }

    fn copy(&self, mut source: impl Read, name: String, limit: u64) -> Result<Stored> {
        let unreadable = |name: &str, error: &std::io::Error| StoreError::CannotRead {
            name: name.to_owned(),
            why: error.to_string(),
        };
        let too_large = |name: &str| StoreError::TooLarge {
            name: name.to_owned(),
            limit_megabytes: limit.div_ceil(1 << 20),
        };
        let mut buffer = vec![0_u8; 1 << 20];
        let mut filled = read_some(&mut source, &mut buffer).map_err(|error| unreadable(&name, &error))?;
        if filled == 0 {
            return Err(StoreError::Empty { name });
        }
        let format = match sniff::picture_format(&buffer[..filled]) {
            Ok(format) => format,
            Err(why) => return Err(StoreError::NotAnImage { name, why }),
        };
        let mut temporary = tempfile::Builder::new()
            .prefix("capture-")
            .tempfile_in(&self.temporary)
            .map_err(io("Making a temporary file", self.temporary.as_path()))?;
        let writing = |path: &Path| io("Copying the picture", path.to_owned());
        let mut hasher = Sha256::new();
        let mut bytes: u64 = 0;
        while filled > 0 {
            bytes += filled as u64;
            if bytes > limit {
                return Err(too_large(&name));
            }
            hasher.update(&buffer[..filled]);
            temporary.write_all(&buffer[..filled]).map_err(writing(temporary.path()))?;
            filled = read_some(&mut source, &mut buffer).map_err(|error| unreadable(&name, &error))?;
        }
        make_read_only(temporary.as_file()).map_err(writing(temporary.path()))?;
        temporary.as_file().sync_all().map_err(writing(temporary.path()))?;

        let sha256 = hex(&hasher.finalize());
        let folder = self.captures.join(&sha256[..2]);
        let target = folder.join(&sha256);
        let new_folder = !folder.is_dir();
        std::fs::create_dir_all(&folder).map_err(io("Making a folder", folder.as_path()))?;
        match temporary.persist_noclobber(&target) {
            Ok(_) => {}
            Err(failed) if failed.error.kind() == std::io::ErrorKind::AlreadyExists => {
                // The same picture, unless what stands there was damaged; then the fresh copy takes its place.
                if hash_file(&target).map_err(io("Reading a capture file", target.as_path()))? != sha256 {
                    failed.file.persist(&target).map_err(|error| writing(&target)(error.error))?;
                }
            }
            Err(failed) => return Err(writing(&target)(failed.error)),
        }
        sync_folder(&folder)?;
        if new_folder {
            sync_folder(&self.captures)?;
        }
        Ok(Stored { sha256, name, format, bytes })
    }

    /// The place of a capture file; the name is checked, the file is not.
    pub(crate) fn path(&self, sha256: &str) -> Result<PathBuf> {
        if !is_sha256(sha256) {
            return Err(StoreError::NotAHash(domain::text::visible(sha256, 80)));
        }
        Ok(self.captures.join(&sha256[..2]).join(sha256))
    }

    /// Removes a picture whose row says that it is gone; a missing file is as good as a removed one.
    pub(crate) fn remove(&self, sha256: &str) -> Result<()> {
        let path = self.path(sha256)?;
        match std::fs::remove_file(&path) {
            Ok(()) => path.parent().map_or(Ok(()), sync_folder),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(io("Removing a picture", path)(error)),
        }
    }

    /// Removes what an interrupted copy left behind.
    pub(crate) fn clear_temporary(&self) -> Result<()> {
        let listing = std::fs::read_dir(&self.temporary);
        for entry in listing.map_err(io("Reading a folder", self.temporary.as_path()))? {
            let entry = entry.map_err(io("Reading a folder", self.temporary.as_path()))?;
            let path = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let removed =
                if is_folder { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            removed.map_err(io("Removing a temporary file", path))?;
        }
        Ok(())
    }
}

pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
        text.extend([digit(byte >> 4), digit(byte & 15)]);
        text
    })
}

/// SHA-256 of a file's content.
pub fn hash_file(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0_u8; 1 << 20];
    let mut hasher = Sha256::new();
    loop {
        let filled = read_some(&mut file, &mut buffer)?;
        if filled == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        hasher.update(&buffer[..filled]);
    }
}

/// Enough of a file to tell what it is.
pub(crate) fn first_bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?.take(1024).read_to_end(&mut start)?;
    Ok(start)
}

/// Fills as much of the buffer as the source gives; zero means the end.
fn read_some(source: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn open_regular(path: &Path, name: &str) -> Result<File> {
    let not_a_file = |what| StoreError::NotAFile { name: name.to_owned(), what };
    let unreadable = |error: std::io::Error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::PermissionDenied => "this account may not read it".to_owned(),
            _ => error.to_string(),
        };
        StoreError::CannotRead { name: name.to_owned(), why }
    };
    let kind = std::fs::symlink_metadata(path).map_err(unreadable)?.file_type();
    if kind.is_symlink() {
        return Err(not_a_file("a link to another file"));
    }
    if kind.is_dir() {
        return Err(not_a_file("a folder"));
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        // Between the look above and this call the path may have become a link or a pipe.
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
    }
    let file = options.open(path).map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err(not_a_file("no ordinary file"));
    }
    Ok(file)
}

#[cfg(unix)]
fn make_read_only(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o444))
}

#[cfg(not(unix))]
fn make_read_only(_file: &File) -> std::io::Result<()> {
    // A read-only file cannot be renamed or replaced on some systems; the hash guards the content there.
    Ok(())
}

/// Makes renames and new files of a folder durable.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(io("Storing a folder", path))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the Unix form can fail")]
pub(crate) fn sync_folder(_path: &Path) -> Result<()> {
    // Windows has no such call; NTFS journals renames.
    Ok(())
}
