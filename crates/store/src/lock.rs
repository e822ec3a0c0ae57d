//! One owner for each library: a lock that the operating system releases when its holder dies.
//!
//! Invariant: the lock is on `library.lock`, never on the database; its content only serves the message.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::clock;
use crate::error::{Result, StoreError, io};

/// Held as long as the library is open for writing.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(path: &Path) -> Result<Self> {
        let failed = |what| io(what, path);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed("Opening the lock file"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let (holder, pid) = holder(&mut file);
                return Err(StoreError::LibraryInUse { holder, pid });
            }
            Err(TryLockError::Error(error)) => return Err(failed("Locking the library")(error)),
        }
        let content = format!(
            "process {}\nsince {}\nversion {}\n",
            std::process::id(),
            clock::now(),
            env!("CARGO_PKG_VERSION")
        );
        file.set_len(0).map_err(failed("Writing the lock file"))?;
        file.seek(SeekFrom::Start(0)).map_err(failed("Writing the lock file"))?;
        file.write_all(content.as_bytes()).map_err(failed("Writing the lock file"))?;
        Ok(Self { _file: file })
    }
}

fn holder(file: &mut File) -> (String, Option<u32>) {
    let mut content = String::new();
    // On some systems a locked file cannot be read; the message then goes without the number.
    if file.take(400).read_to_string(&mut content).is_err() {
        return ("another process".to_owned(), None);
    }
    let pid = content.lines().find_map(|line| line.strip_prefix("process ")?.parse::<u32>().ok());
    match pid {
        Some(pid) => (format!("process {pid}"), Some(pid)),
        None => ("another process".to_owned(), None),
    }
}
