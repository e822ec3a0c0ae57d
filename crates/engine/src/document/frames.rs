//! The frames of an animation that say something of their own.
//!
//! Invariant: a frame is kept only if its words are not all on a frame that was kept before; a frame whose words all come
//! again on a later one (text that is being typed) gives way to it.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Cursor;
use std::path::Path;

use domain::text::fold;
use domain::{Control, Picture, ReadError, Reading, TextReader};
use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, Frames, ImageDecoder, ImageResult, Limits};

use super::{MOST_FRAMES, MOST_PARTS, Part, Parts, write};
use crate::{Failure, decode, picture};

/// Part of a frame's words that another one has to show, so that nothing is said anew; readings vary a little.
const NOTHING_NEW: f64 = 0.95;

struct Kept {
    words: BTreeSet<String>,
    part: Part,
}

pub(super) fn take_apart(
    bytes: &[u8],
    folder: &Path,
    reader: &dyn TextReader,
    on_part: &mut dyn FnMut(usize, usize) -> Control,
) -> Result<Parts, Failure> {
    let mut kept: Vec<Kept> = Vec::new();
    let mut seen: BTreeSet<u64> = BTreeSet::new();
    let (mut found, mut left_out) = (0, 0);
    for frame in frames(bytes).map_err(|error| unreadable(&error))? {
        // A file that ends early still has its first frames.
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) if found == 0 => return Err(unreadable(&error)),
            Err(_) => break,
        };
        found += 1;
        if found > MOST_FRAMES || kept.len() >= MOST_PARTS {
            left_out += 1;
            if found > 2 * MOST_FRAMES {
                break;
            }
            continue;
        }
        if on_part(found, 0) == Control::Stop {
            return Err(Failure::new("cancelled", "Taking the file apart was cancelled. Nothing was added."));
        }
        let shown = frame.into_buffer();
        let mut hasher = DefaultHasher::new();
        shown.as_raw().hash(&mut hasher);
        if !seen.insert(hasher.finish()) {
            continue;
        }
        let (width, height) = shown.dimensions();
        let shown = Picture { width, height, pixels: decode::on_paper(shown.into_raw()) };
        let reading = reader.read(&shown, &mut |_, _| on_part(found, 0)).map_err(|error| not_read(&error))?;
        let words = words(&reading);
        let is_said = |kept: &Kept| share(&words, &kept.words) >= NOTHING_NEW;
        // The first frame stands for an animation without any text.
        if !kept.is_empty() && (words.is_empty() || kept.iter().any(is_said)) {
            continue;
        }
        if let Some(last) = kept.last()
            && share(&last.words, &words) >= NOTHING_NEW
        {
            // What stays behind in the folder is removed with it.
            kept.pop();
        }
        let part = write(folder, found, &picture::file(&shown)?)?;
        kept.push(Kept { words, part });
    }
    let parts = kept.into_iter().map(|kept| kept.part).collect();
    Ok(Parts { parts, found: found as u32, left_out })
}

fn frames(bytes: &[u8]) -> ImageResult<Frames<'_>> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(decode::MAX_DECODER_MEMORY);
    // Every frame is as large as the whole animation.
    let side = decode::MAX_PIXELS.isqrt() as u32;
    (limits.max_image_width, limits.max_image_height) = (Some(side), Some(side));
    if bytes.starts_with(b"\x89PNG") {
        Ok(PngDecoder::with_limits(Cursor::new(bytes), limits)?.apng()?.into_frames())
    } else if bytes.starts_with(b"GIF") {
        let mut decoder = GifDecoder::new(Cursor::new(bytes))?;
        decoder.set_limits(limits)?;
        Ok(decoder.into_frames())
    } else {
        let mut decoder = WebPDecoder::new(Cursor::new(bytes))?;
        decoder.set_limits(limits)?;
        Ok(decoder.into_frames())
    }
}

fn words(reading: &Reading) -> BTreeSet<String> {
    let lines = reading.lines.iter().map(|line| fold(&line.text));
    lines
        .flat_map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Part of the words that the other frame shows, too; 1 for no words.
fn share(words: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    if words.is_empty() { 1.0 } else { words.intersection(other).count() as f64 / words.len() as f64 }
}

fn unreadable(error: &image::ImageError) -> Failure {
    let reason = domain::text::visible(&error.to_string(), 200);
    Failure::new(
        "unreadable",
        format!("The animation is damaged: {reason}. Nothing was added; copy or download the file again."),
    )
}

fn not_read(error: &ReadError) -> Failure {
    match error {
        ReadError::Cancelled => {
            Failure::new("cancelled", "Taking the file apart was cancelled. Nothing was added.")
        }
        ReadError::Failed(reason) => Failure::new(
            "reader_failed",
            format!(
                "A frame of this animation could not be read: {reason}. Nothing was added; try it again."
            ),
        ),
    }
}
