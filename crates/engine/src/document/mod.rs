//! Files that hold several pictures: animations are taken apart into the frames that say something of their own,
//! documents into their pages.
//!
//! Invariant: pixels are made in the worker process only; [`kind`] looks at the container and decodes nothing. The text
//! decides which frames differ, never the pixels. Whatever is left out is counted.

mod frames;
mod pages;

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use domain::TextReader;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::decode::{self, DecodeError};

/// Most pictures that one file becomes.
pub const MOST_PARTS: usize = 100;
/// Most frames that are looked at.
const MOST_FRAMES: usize = 1000;

/// Bytes at the beginning of a file in which its kind shows.
const START: u64 = 64 * 1024;

/// What holds several pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Animation,
    Document,
}

impl Kind {
    /// What one of its pictures is called.
    pub const fn part(self) -> &'static str {
        match self {
            Self::Animation => "frame",
            Self::Document => "page",
        }
    }
}

/// One picture out of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Place in the file, from 1.
    pub number: u32,
    /// Name of a PNG file in the folder that was asked for.
    pub file: OsString,
}

/// What became of a file that was taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Parts {
    pub parts: Vec<Part>,
    /// Pictures that the file was found to hold.
    pub found: u32,
    /// Of these, the ones not looked at, because there were too many.
    pub left_out: u32,
}

/// What several pictures a file holds; `None` for a file with one picture, and for anything else.
pub fn kind(path: &Path) -> Result<Option<Kind>, DecodeError> {
    let is_file = path.symlink_metadata().is_ok_and(|described| described.is_file());
    if !is_file {
        return Ok(None);
    }
    let mut start = Vec::new();
    let opened = File::open(path).and_then(|file| file.take(START).read_to_end(&mut start));
    opened.map_err(|error| DecodeError::NotOpened(error.to_string()))?;
    // Of a GIF the frames have to be counted.
    Ok(if start.starts_with(b"GIF8") { kind_of(&decode::read_file(path)?) } else { kind_of(&start) })
}

fn kind_of(bytes: &[u8]) -> Option<Kind> {
    // Some programs put a line or two before it (ISO 32000-1, annex H.3.4.1).
    let start = &bytes[..bytes.len().min(1024)];
    if start.windows(5).any(|part| part == b"%PDF-") && image::guess_format(bytes).is_err() {
        return Some(Kind::Document);
    }
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..16) == Some(b"WEBPVP8X");
    // The animation bit of the extended header (WebP container specification, "Extended File Format").
    let animated_webp = is_webp && bytes.get(20).is_some_and(|flags| flags & 0b10 != 0);
    (animated_webp || png_frames(bytes) > 1 || gif_frames(bytes) > 1).then_some(Kind::Animation)
}

/// How many pictures an animated PNG announces before its pixels (PNG specification, section 11.3.6.3); 0 for another.
fn png_frames(bytes: &[u8]) -> u32 {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n").unwrap_or_default();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        if after.starts_with(b"IDAT") {
            break;
        }
        if after.starts_with(b"acTL") {
            let frames = after.get(4..8).and_then(|frames| frames.try_into().ok());
            return frames.map_or(0, u32::from_be_bytes);
        }
        // After the type: the data, and four bytes of checksum.
        rest = length.checked_add(8).and_then(|end| after.get(end..)).unwrap_or_default();
    }
    0
}

/// How many pictures a GIF holds, by its blocks (`GIF89a` specification); 0 for another file.
fn gif_frames(bytes: &[u8]) -> usize {
    if !bytes.starts_with(b"GIF8") {
        return 0;
    }
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3_usize << ((flags & 7) + 1) };
    let Some(flags) = bytes.get(10) else { return 0 };
    let mut at = 13 + table(*flags);
    let mut frames = 0;
    loop {
        match bytes.get(at) {
            // An extension: a label, then data.
            Some(0x21) => at += 2,
            Some(0x2c) => {
                let Some(flags) = bytes.get(at + 9) else { return frames };
                at += 11 + table(*flags);
                frames += 1;
            }
            _ => return frames,
        }
        // Blocks of data, each with its length in front; an empty one is the last.
        while let Some(length) = bytes.get(at) {
            at += 1 + usize::from(*length);
            if *length == 0 {
                break;
            }
        }
    }
}

/// Takes a file apart into PNG files in `folder`. `on_part` hears of every picture that was looked at, and of how many
/// there are if that is known, and says whether to go on.
pub(crate) fn take_apart(
    bytes: &[u8],
    folder: &Path,
    reader: &dyn TextReader,
    on_part: &mut dyn FnMut(usize, usize) -> domain::Control,
) -> Result<Parts, Failure> {
    match kind_of(bytes) {
        Some(Kind::Animation) => frames::take_apart(bytes, folder, reader, on_part),
        Some(Kind::Document) => pages::take_apart(bytes, folder, on_part),
        None => Err(Failure::new(
            "not_several",
            "This file does not hold several pictures. Nothing was added; add it as a picture.",
        )),
    }
}

/// The file of one part, written whole.
fn write(folder: &Path, number: usize, png: &[u8]) -> Result<Part, Failure> {
    let file = OsString::from(format!("part-{number:05}.png"));
    std::fs::write(folder.join(&file), png).map_err(|error| {
        Failure::new(
            "not_written",
            format!("A picture of this file could not be stored ({error}). Nothing was added; free some space and add it again."),
        )
    })?;
    Ok(Part { number: number as u32, file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_several_pictures_are_told_by_their_blocks() {
        let frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4c, 1, 0];
        let mut gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
        gif.extend([0x21, 0xf9, 4, 0, 10, 0, 0, 0]);
        gif.extend(frame);
        assert_eq!(kind_of(&[gif.as_slice(), b";"].concat()), None, "one frame is a picture");
        gif.extend(frame);
        assert_eq!(kind_of(&[gif.as_slice(), b";"].concat()), Some(Kind::Animation));
        for end in 0..gif.len() {
            kind_of(&gif[..end]);
        }
        assert_eq!(kind_of(b"\n%PDF-1.7\n"), Some(Kind::Document));
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n %PDF-1.7"), None, "a picture that speaks of one is a picture");
        let apng = |frames: u8| {
            let header = [b"\0\0\0\x0dIHDR".as_slice(), &[0; 17]].concat();
            [b"\x89PNG\r\n\x1a\n", header.as_slice(), b"\0\0\0\x08acTL\0\0\0", &[frames]].concat()
        };
        assert_eq!((kind_of(&apng(1)), kind_of(&apng(2))), (None, Some(Kind::Animation)));
        let webp = |flags: u8| [b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0".as_slice(), &[flags, 0, 0, 0]].concat();
        assert_eq!((kind_of(&webp(0)), kind_of(&webp(2))), (None, Some(Kind::Animation)));
    }
}
