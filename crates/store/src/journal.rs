//! The journal: one line of JSON for each step a person took, chained by hashes, in a plain file beside the database.
//!
//! Invariant: a line is on the disk before its step is acknowledged. Together with the captures the journal rebuilds
//! the library without `SQLite`. It never holds less than the database acknowledges, and at most one step more.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use domain::PixelBox;
use serde::{Deserialize, Serialize};

use crate::error::{Result, io};
use crate::files::sync_folder;
use crate::rows::{Change, Fields};

/// What a journal starts from.
pub(crate) const NO_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What kind of step an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Proposals were accepted, edited, rejected or put back.
    Decide,
    /// A target tool was named.
    Name,
    Merge,
    /// Any other change of the library that can be undone.
    Edit,
    /// Something was removed for good; it cannot be undone.
    Redact,
    Undo,
    Redo,
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) at: String,
    pub(crate) kind: EventKind,
    pub(crate) title: String,
    pub(crate) change_set: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) undo_of: Option<String>,
    /// The capture that a merge drew from, so that the journal and the picture files suffice to rebuild the claims.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) capture: Option<Fields>,
    /// Further captures that the changes name, for the same reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) captures: Vec<Fields>,
    pub(crate) changes: Vec<Change>,
    /// What a redaction blackened, so that it can be repeated on an older copy: boxes in upright pixels, never words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) regions: Vec<PixelBox>,
    /// BLAKE3 of the previous line, without its line break.
    pub(crate) previous: String,
}

impl Entry {
    pub(crate) fn line(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }
}

pub(crate) fn hash(line: &str) -> String {
    blake3::hash(line.as_bytes()).to_hex().to_string()
}

/// The open journal file.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
    /// An unfinished line could not be removed; nothing may be written behind it.
    unsound: bool,
}

/// What stands at the end of the journal.
pub(crate) struct Tail {
    /// Whole lines after the event `after`, oldest first, as they stand.
    pub(crate) newer: Vec<String>,
    /// Whether the line of event `after` was found with the hash that the database knows.
    pub(crate) joined: bool,
    /// Bytes of a last line that never became whole.
    pub(crate) torn: u64,
}

impl Journal {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path);
        let file = file.map_err(io("Opening the journal", path))?;
        let length = file.metadata().map_err(io("Opening the journal", path))?.len();
        Ok(Self { path: path.to_owned(), file, length, unsound: false })
    }

    /// Reads backwards until the line that the database knows as its last event.
    pub(crate) fn tail(&mut self, after: i64, known_hash: &str) -> Result<Tail> {
        let mut window: u64 = 1 << 16;
        loop {
            let start = self.length.saturating_sub(window);
            let bytes = self.read_from(start)?;
            let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |position| position + 1);
            let torn = (bytes.len() - whole) as u64;
            let mut lines: Vec<&[u8]> = bytes[..whole].split(|byte| *byte == b'\n').collect();
            lines.pop();
            if start > 0 && !lines.is_empty() {
                // The first line of the window may have begun before it.
                lines.remove(0);
            }
            if after == 0 && start == 0 {
                let newer = lines.into_iter().map(lossless).collect();
                return Ok(Tail { newer, joined: true, torn });
            }
            let known = |line: &&[u8]| blake3::hash(line).to_hex().as_str() == known_hash;
            let join = if after == 0 { None } else { lines.iter().rposition(known) };
            if let Some(position) = join {
                let newer = lines[position + 1..].iter().map(|line| lossless(line)).collect();
                return Ok(Tail { newer, joined: true, torn });
            }
            if start == 0 {
                let newer = lines.into_iter().map(lossless).collect();
                return Ok(Tail { newer, joined: false, torn });
            }
            window *= 4;
        }
    }

    /// Appends whole lines and waits until they are on the disk. On failure the file is as it was.
    pub(crate) fn append(&mut self, lines: &[String]) -> Result<()> {
        let before = self.length;
        let mut bytes = lines.join("\n");
        bytes.push('\n');
        let written = self.file.write_all(bytes.as_bytes()).and_then(|()| self.file.sync_all());
        match written {
            Ok(()) => {
                self.length += bytes.len() as u64;
                Ok(())
            }
            Err(error) => {
                let failed = io("Writing the journal", self.path.as_path())(error);
                // The caller asks whether this worked; what it reports is why the line was not written.
                let _ = self.cut(before);
                Err(failed)
            }
        }
    }

    /// Cuts the file to a length that it had before.
    pub(crate) fn cut(&mut self, length: u64) -> Result<()> {
        let cut = self.file.set_len(length).and_then(|()| self.file.sync_all());
        self.unsound = cut.is_err();
        cut.map_err(io("Cutting the journal", self.path.as_path()))?;
        self.length = length;
        Ok(())
    }

    /// Whether the file holds something else than whole lines.
    pub(crate) const fn is_unsound(&self) -> bool {
        self.unsound
    }

    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// Puts a new file with these lines in the place of the old one, which is gone.
    pub(crate) fn replace(
        &mut self,
        temporary: &Path,
        lines: impl Iterator<Item = rusqlite::Result<String>>,
    ) -> Result<()> {
        let failed = || io("Writing the journal anew", self.path.as_path());
        let mut fresh =
            tempfile::Builder::new().prefix("journal-").tempfile_in(temporary).map_err(failed())?;
        let mut writer = std::io::BufWriter::new(fresh.as_file_mut());
        for line in lines {
            let line = line?;
            writer.write_all(line.as_bytes()).and_then(|()| writer.write_all(b"\n")).map_err(failed())?;
        }
        writer.flush().map_err(failed())?;
        drop(writer);
        fresh.as_file().sync_all().map_err(failed())?;
        fresh.persist(&self.path).map_err(|error| failed()(error.error))?;
        self.path.parent().map_or(Ok(()), sync_folder)?;
        *self = Self::open(&self.path.clone())?;
        Ok(())
    }

    /// Puts the file aside under a name of its own and starts again with the given lines.
    pub(crate) fn start_again(&mut self, aside: &Path, lines: &[String]) -> Result<()> {
        std::fs::rename(&self.path, aside).map_err(io("Putting the journal aside", aside))?;
        *self = Self::open(&self.path.clone())?;
        if !lines.is_empty() {
            self.append(lines)?;
        }
        self.path.parent().map_or(Ok(()), sync_folder)
    }

    fn read_from(&mut self, start: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.file.seek(SeekFrom::Start(start)).and_then(|_| (&self.file).read_to_end(&mut bytes));
        read.map_err(io("Reading the journal", self.path.as_path()))?;
        Ok(bytes)
    }
}

/// Bytes that are no UTF-8 cannot be a line of ours; they stay recognisable as such.
fn lossless(line: &[u8]) -> String {
    String::from_utf8_lossy(line).into_owned()
}

/// All whole lines of a journal, for checks.
pub(crate) fn read_lines(path: &Path) -> Result<Vec<String>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io("Reading the journal", path)(error)),
    };
    let mut lines: Vec<String> = bytes.split(|byte| *byte == b'\n').map(lossless).collect();
    lines.pop();
    Ok(lines)
}
