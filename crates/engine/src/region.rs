//! A part of a picture read by itself, enlarged where its type is small.
//!
//! What is small may be misread, or missed among large type; read at several sizes, the answer on which the sizes agree
//! best is taken. Invariants: the same pixels give the same answer; boxes are those of the whole picture. Must not: look
//! at what was read before.

use domain::{Control, Line, Picture, PixelBox, Progress, ReadError, Reading, TextReader};
use image::RgbImage;
use image::imageops::{self, FilterType};
use serde::{Deserialize, Serialize};

/// Pixels beyond the region that the reader sees too, so that letters at its edge stay whole.
const MARGIN: u32 = 12;
/// Lines that are lower than this, in pixels, are read enlarged as well.
const SMALL_LINE: u32 = 14;
/// So are lines of which the reader is less sure.
const SURE: f32 = 0.9;
/// How many times as large small type is read.
const ENLARGED: [u32; 3] = [2, 3, 4];
/// Most pixels of an enlarged part: about as many as a page has.
const LARGEST: u64 = 6_000_000;

/// What was read in a region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegionRead {
    /// Lines in pixels of the whole picture; those of the margin are among them.
    pub reading: Reading,
    /// How many times as large as it is the part was read for this answer.
    pub enlarged: u32,
}

/// Reads the part of a picture around `region`.
pub fn read(
    reader: &dyn TextReader,
    picture: &Picture,
    region: PixelBox,
    progress: &mut dyn Progress,
) -> Result<RegionRead, ReadError> {
    let part = region.padded(MARGIN, picture.width, picture.height);
    let cut = picture.cropped(part);
    // Sizes count as one work, so that its progress never goes back.
    let sizes = 1 + ENLARGED.len();
    let mut pass = 0;
    let mut at_size = |size: u32| -> Result<RegionRead, ReadError> {
        let mut report = |done: usize, total: usize| -> Control {
            let total = total.max(1);
            progress.report(pass * total + done.min(total), sizes * total)
        };
        let mut reading = reader.read(&enlarged(&cut, size), &mut report)?;
        pass += 1;
        for line in &mut reading.lines {
            put_back(line, part, size);
        }
        (reading.width, reading.height) = (picture.width, picture.height);
        Ok(RegionRead { reading, enlarged: size })
    };
    let plain = at_size(1)?;
    let (small, sure) = judged(&plain.reading, region);
    if !small && sure {
        return Ok(plain);
    }
    let mut reads = Vec::new();
    for size in ENLARGED {
        if part.area() * u64::from(size * size) <= LARGEST {
            reads.push(at_size(size)?);
        }
    }
    // Small type at its own size is what the first reading has seen already.
    if !small || reads.is_empty() {
        reads.insert(0, plain);
    }
    Ok(most_agreed(reads, region))
}

/// Whether there is small type in the region, or perhaps any, and whether the reader is sure of all of it.
fn judged(reading: &Reading, region: PixelBox) -> (bool, bool) {
    let inside: Vec<&Line> =
        reading.lines.iter().filter(|line| !line.bounds.intersection(&region).is_empty()).collect();
    let small = inside.is_empty() || inside.iter().any(|line| line.bounds.height < SMALL_LINE);
    (small, inside.iter().all(|line| line.confidence >= SURE))
}

/// The reading whose words are nearest to those of the others, each counted as much as its reader trusts it; of equal
/// ones the least enlarged.
fn most_agreed(reads: Vec<RegionRead>, region: PixelBox) -> RegionRead {
    let texts: Vec<(String, f64)> = reads.iter().map(|read| said(&read.reading, region)).collect();
    let agreement = |place: usize| -> f64 {
        let (text, own) = &texts[place];
        let others = texts.iter().enumerate().filter(|(other, _)| *other != place);
        own + others
            .map(|(_, (other, trust))| trust * strsim::normalized_levenshtein(text, other))
            .sum::<f64>()
    };
    let best = (0..reads.len()).rev().max_by(|left, right| agreement(*left).total_cmp(&agreement(*right)));
    let mut reads = reads;
    reads.swap_remove(best.unwrap_or_default())
}

/// The words inside the region, and how sure the reader is of them; 0 where it read none.
fn said(reading: &Reading, region: PixelBox) -> (String, f64) {
    let words = reading.words_within(region);
    let text = words.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    let inside = reading.lines.iter().filter(|line| !line.bounds.intersection(&region).is_empty());
    let sure = inside.map(|line| f64::from(line.confidence)).reduce(f64::min);
    let sure = if text.is_empty() { None } else { sure };
    (text, sure.unwrap_or_default())
}

fn enlarged(cut: &Picture, size: u32) -> Picture {
    let (width, height) = (cut.width * size, cut.height * size);
    let grown = (size > 1)
        .then(|| RgbImage::from_raw(cut.width, cut.height, cut.pixels.clone()))
        .flatten()
        // Smooth, as a browser enlarges what the reader has learnt from.
        .map(|image| imageops::resize(&image, width, height, FilterType::CatmullRom));
    grown.map_or_else(|| cut.clone(), |image| Picture { width, height, pixels: image.into_raw() })
}

/// From pixels of the enlarged part to those of the whole picture.
fn put_back(line: &mut Line, part: PixelBox, size: u32) {
    let back = |bounds: PixelBox| {
        let (left, top) = (bounds.x / size, bounds.y / size);
        let (right, bottom) = (bounds.right().div_ceil(size), bounds.bottom().div_ceil(size));
        PixelBox::new(part.x + left, part.y + top, right - left, bottom - top)
    };
    let reduced = |length: &mut Option<f32>| *length = length.map(|length| length / size as f32);
    line.bounds = back(line.bounds);
    for word in &mut line.words {
        word.bounds = back(word.bounds);
    }
    line.font_height /= size as f32;
    if let Some(lettering) = &mut line.lettering {
        reduced(&mut lettering.x_height);
        reduced(&mut lettering.cap_height);
        reduced(&mut lettering.stroke_width);
    }
}
