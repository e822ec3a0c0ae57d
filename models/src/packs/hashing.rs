//! Hashes of files, read from the disk: what counts is what lies there, not what was received.
//!
//! Invariant: a file is hashed in pieces; its size is part of the answer.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use domain::PackError;
use domain::pack::StatedHash;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::disk;

const PIECE: usize = 1 << 20;

/// Size and hash of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hashed {
    pub(super) bytes: u64,
    pub(super) sha256: String,
    /// SHA-1 over git's blob header and the bytes; only where it was asked for.
    pub(super) git_blob: Option<String>,
}

impl Hashed {
    /// The hash of the kind that `stated` has, for comparing and for the message.
    pub(super) fn like(&self, stated: &StatedHash) -> (&str, String) {
        match stated {
            StatedHash::Sha256 { hex } => (&self.sha256, hex.to_ascii_lowercase()),
            StatedHash::GitBlob { hex } => {
                (self.git_blob.as_deref().unwrap_or_default(), hex.to_ascii_lowercase())
            }
        }
    }
}

/// Hashes a file; `git_blob` asks for the SHA-1 that git gives the content. `hear` gets the size of each piece and
/// may stop the work with an error.
pub(super) fn file(
    path: &Path,
    git_blob: bool,
    mut hear: impl FnMut(u64) -> Result<(), PackError>,
) -> Result<Hashed, PackError> {
    let unreadable = |error: std::io::Error| disk::cannot_read(path, &error);
    let mut file = File::open(path).map_err(unreadable)?;
    let announced = file.metadata().map_err(unreadable)?.len();
    let mut sha256 = Sha256::new();
    // https://git-scm.com/book/en/v2/Git-Internals-Git-Objects: the header is "blob", the length and a zero byte.
    let mut sha1 = git_blob.then(|| Sha1::new_with_prefix(format!("blob {announced}\0")));
    let mut piece = vec![0_u8; PIECE];
    let mut bytes = 0_u64;
    loop {
        let filled = file.read(&mut piece).map_err(unreadable)?;
        if filled == 0 {
            break;
        }
        sha256.update(&piece[..filled]);
        if let Some(sha1) = &mut sha1 {
            sha1.update(&piece[..filled]);
        }
        bytes += filled as u64;
        hear(filled as u64)?;
    }
    Ok(Hashed { bytes, sha256: hex(&sha256.finalize()), git_blob: sha1.map(|sha1| hex(&sha1.finalize())) })
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap_or_default();
    }
    text
}

/// Whether a text is a hash of `digits` hexadecimal digits.
pub(super) fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
