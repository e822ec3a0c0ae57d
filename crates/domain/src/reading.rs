//! What a text reader returns for one picture: lines with boxes, words and confidences.
//!
//! Invariant: every box lies inside the picture; text is what was read, unchanged. Layout and meaning come later.

use serde::{Deserialize, Serialize};

use crate::claim::EvidenceLine;
use crate::geometry::PixelBox;

/// Decoded pixels, upright, 8-bit RGB, row by row without padding: `pixels.len() == width * height * 3`.
#[derive(Clone)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<u8>,
}

impl Picture {
    /// The part of the picture that lies in `bounds`; what lies outside the picture is left out.
    #[must_use]
    pub fn cropped(&self, bounds: PixelBox) -> Self {
        let bounds = bounds.intersection(&PixelBox::new(0, 0, self.width, self.height));
        let (start, length) = (bounds.x as usize * 3, bounds.width as usize * 3);
        let rows = self.pixels.chunks_exact((self.width as usize * 3).max(1));
        let rows = rows.skip(bounds.y as usize).take(bounds.height as usize);
        let pixels = rows.flat_map(|row| &row[start..start + length]).copied().collect();
        Self { width: bounds.width, height: bounds.height, pixels }
    }
}

/// One word of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Word {
    pub text: String,
    pub bounds: PixelBox,
    /// 0 to 1.
    pub confidence: f32,
}

/// Measured shape of a line's letters, in picture pixels. A value is missing where no letter of the line shows it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Lettering {
    /// Height of small letters without ascender, such as `x`.
    pub x_height: Option<f32>,
    /// Height of capitals and digits.
    pub cap_height: Option<f32>,
    /// Width of upright strokes; about 0.09 em in regular and 0.14 em in bold text faces.
    pub stroke_width: Option<f32>,
}

/// One visual line of text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Line {
    pub text: String,
    pub bounds: PixelBox,
    /// 0 to 1, the weakest characters weigh most.
    pub confidence: f32,
    /// One value for each `char` of `text`, 0 to 1.
    pub characters: Vec<f32>,
    pub words: Vec<Word>,
    /// Estimated font size in picture pixels (em height).
    pub font_height: f32,
    /// Ink colour, RGB.
    pub foreground: [u8; 3],
    /// Colour behind the ink, RGB.
    pub background: [u8; 3],
    /// Missing in readings of readers that do not measure it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub lettering: Option<Lettering>,
}

/// All text lines of one picture, top to bottom, and who read them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reading {
    /// Name and version of the reader, for provenance.
    pub reader: String,
    pub width: u32,
    pub height: u32,
    pub lines: Vec<Line>,
}

impl Reading {
    /// What was read in a region: of each line the words whose middle lies inside, or the whole line where its words are
    /// not known.
    pub fn words_within(&self, region: PixelBox) -> Vec<EvidenceLine> {
        let mut found = Vec::new();
        for line in &self.lines {
            if line.words.is_empty() {
                if region.holds_middle(&line.bounds) {
                    found.push(EvidenceLine { text: line.text.clone(), bounds: line.bounds });
                }
                continue;
            }
            let words: Vec<_> = line.words.iter().filter(|word| region.holds_middle(&word.bounds)).collect();
            let Some(bounds) = PixelBox::hull(words.iter().map(|word| &word.bounds)) else { continue };
            let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            found.push(EvidenceLine { text, bounds });
        }
        found
    }
}
