//! Reads one line box: crop, recogniser, characters, words with boxes, colours.
//!
//! Invariant: `characters` of a line has one confidence per `char` of its text. A box that reads as nothing is
//! dropped. Must not: look at other lines.

use std::ops::Range;

use domain::{Line, PixelBox, Word};

use super::boxes::TextBox;
use super::crop::{Crop, crop, step_column};
use super::decode::{Character, read};
use super::pixels::Pixels;
use super::recogniser::{Logits, Recogniser, STEP_COLUMNS};
use super::settings::RecogniserSettings;
use super::{digits, icons, ink, lettering, shapes, unread};
use crate::ModelError;

/// Ascender height to descender depth in em, as common text fonts have it: what a line box spans.
const BOX_IN_EM: f32 = 0.95;
/// Wider lines are read in pieces, which bounds the memory of one line.
const PIECE_COLUMNS: usize = 2048;
/// Columns with weaker ink are blank.
const BLANK: f32 = 0.2;
/// A blank of this many text heights separates two lines.
const WIDEST_BLANK: f32 = 1.1;
/// Room of one character in box heights, letter-spaced capitals included.
const WIDEST_PITCH: f32 = 2.5;
/// Pixels; lower lines of dashes are rules.
const RULE_HEIGHT: f32 = 14.0;
/// A box that was trimmed to less than this many heights holds no letter of its own.
const NARROWEST: f32 = 0.2;
/// Pixels; text that low is a blur.
const UNREADABLE_HEIGHT: f32 = 9.0;

/// One character and where it stands in the crop.
pub(super) struct Glyph {
    pub(super) character: char,
    /// Crop column of its most certain step.
    pub(super) column: f32,
    /// First and last crop column at which it was seen.
    pub(super) extent: Range<f32>,
    /// The recogniser's own probability.
    pub(super) confidence: f32,
    /// A digit beside room for another one.
    pub(super) doubtful: bool,
    /// Other characters that the recogniser held possible, likeliest first.
    pub(super) alternatives: Vec<(char, f32)>,
}

impl Glyph {
    /// Confidence of a doubtful digit: low enough that the number is marked to be checked.
    const DOUBTFUL: f32 = 0.4;

    /// The raw probability, unless something speaks against it.
    pub(super) fn certainty(&self) -> f32 {
        self.checked(self.confidence)
    }

    /// What the reading says: the share of such characters that are right.
    fn shown(&self, settings: &RecogniserSettings) -> f32 {
        settings
            .calibration
            .as_ref()
            .map_or(self.confidence, |calibration| self.checked(calibration.confidence(self.confidence)))
    }

    fn checked(&self, confidence: f32) -> f32 {
        if self.doubtful { confidence.min(Self::DOUBTFUL) } else { confidence }
    }
}

/// The lines of one box: usually one, none where nothing can be read, more where the box holds several.
pub(super) fn read_box(
    picture: &Pixels<'_>,
    item: &TextBox,
    recogniser: &Recogniser,
    settings: &RecogniserSettings,
) -> Result<Vec<Line>, ModelError> {
    let (crop, glyphs) = recognise(picture, item, recogniser, settings)?;
    let Some((main, other)) = unread::split(&crop, item, &glyphs, settings.text_height) else {
        return Ok(lines_of(picture, item, &crop, glyphs, settings));
    };
    let mut parts = Vec::new();
    for (part, is_main) in [(&main, true), (&other, false)] {
        let (crop, mut glyphs) = recognise(picture, part, recogniser, settings)?;
        if is_main {
            // The crop's margin shows a piece of the other part.
            glyphs.retain(|glyph| (part.left..=part.right).contains(&crop.picture_column(glyph.column)));
            tidy_blanks(&mut glyphs);
        }
        parts.extend(lines_of(picture, part, &crop, glyphs, settings));
    }
    parts.sort_by_key(|line| line.bounds.x);
    let whole = lines_of(picture, item, &crop, glyphs, settings);
    // What was left over may be an icon: the parts must say more, or the same with more certainty.
    let worth = |lines: &[Line]| -> f32 {
        lines.iter().flat_map(|line| &line.characters).map(|sure| sure - 0.5).sum()
    };
    Ok(if worth(&parts) > worth(&whole) { parts } else { whole })
}

fn recognise(
    picture: &Pixels<'_>,
    item: &TextBox,
    recogniser: &Recogniser,
    settings: &RecogniserSettings,
) -> Result<(Crop, Vec<Glyph>), ModelError> {
    let crop = crop(picture, item, settings);
    let mut glyphs = Vec::new();
    for (piece, logits) in probabilities(&crop, recogniser, settings)? {
        let next: Vec<Glyph> =
            read(&logits).iter().filter_map(|character| glyph(character, &piece, settings)).collect();
        join(&mut glyphs, next, settings.text_height);
    }
    tidy_blanks(&mut glyphs);
    shapes::settle(&mut glyphs, &crop);
    digits::mark_doubtful(&mut glyphs, &crop, settings.text_height);
    Ok((crop, glyphs))
}

/// What the recogniser says about each piece of a crop, from left to right.
pub(super) fn probabilities(
    crop: &Crop,
    recogniser: &Recogniser,
    settings: &RecogniserSettings,
) -> Result<Vec<(Range<usize>, Logits)>, ModelError> {
    let run = |piece: Range<usize>| {
        let logits = if piece.len() == crop.width {
            recogniser.run(&crop.values, crop.width)?
        } else {
            recogniser.run(&crop.columns(&piece), piece.len())?
        };
        Ok((piece, logits))
    };
    crop.pieces(PIECE_COLUMNS.min(settings.maximum_width)).into_iter().map(run).collect()
}

/// Cuts at blanks that are too wide for one line: neighbouring menu entries, buttons or table cells.
fn lines_of(
    picture: &Pixels<'_>,
    item: &TextBox,
    crop: &Crop,
    mut glyphs: Vec<Glyph>,
    settings: &RecogniserSettings,
) -> Vec<Line> {
    let ink = crop.column_ink();
    let mut lines = Vec::new();
    let mut rest = *item;
    let mut start = 0;
    if let Some(count) = icons::leading(&glyphs, &ink, settings.text_height) {
        glyphs.drain(..count);
        rest.left = glyphs
            .first()
            .map_or(rest.left, |first| crop.picture_column(ink_start(&ink, first.extent.start)));
    }
    if let Some(count) = icons::trailing(&glyphs, &ink, settings.text_height) {
        glyphs.truncate(glyphs.len() - count);
        rest.right = glyphs
            .last()
            .map_or(rest.right, |last| crop.picture_column(ink_end(&ink, last.extent.end)).min(rest.right));
    }
    for index in 1..glyphs.len().saturating_sub(1) {
        if glyphs[index].character == ' ' {
            let gap = blank_between(&ink, glyphs[index - 1].extent.end, glyphs[index + 1].extent.start);
            if gap.end - gap.start >= WIDEST_BLANK * settings.text_height {
                let part = TextBox { right: crop.picture_column(gap.start), ..rest };
                lines.extend(line(picture, &part, crop, &ink, &glyphs[start..index], settings));
                rest.left = crop.picture_column(gap.end);
                start = index + 1;
            }
        }
    }
    lines.extend(line(picture, &rest, crop, &ink, &glyphs.split_off(start), settings));
    lines
}

fn line(
    picture: &Pixels<'_>,
    item: &TextBox,
    crop: &Crop,
    ink: &[f32],
    glyphs: &[Glyph],
    settings: &RecogniserSettings,
) -> Option<Line> {
    let bounds = whole_pixels(picture, item)?;
    if glyphs.is_empty() || !plausible(item, glyphs) {
        return None;
    }
    let (foreground, background) = ink::colours(picture, &bounds);
    let characters: Vec<f32> = glyphs.iter().map(|glyph| glyph.shown(settings)).collect();
    Some(Line {
        text: glyphs.iter().map(|glyph| glyph.character).collect(),
        bounds,
        confidence: line_confidence(&characters),
        words: words(picture, item, crop, ink, glyphs, &characters),
        characters,
        font_height: item.height() / BOX_IN_EM,
        foreground,
        background,
        lettering: Some(lettering::measure(glyphs, crop, ink)),
    })
}

/// Rules, borders and icons are sometimes taken for a line. Their few characters do not fill the box, are guesses, or
/// are dashes throughout.
fn plausible(item: &TextBox, glyphs: &[Glyph]) -> bool {
    let count = glyphs.len() as f32;
    let mean = glyphs.iter().map(Glyph::certainty).sum::<f32>() / count;
    let pitch = item.width() / item.height().max(1.0) / count;
    let blurred = item.height() < UNREADABLE_HEIGHT;
    let least = if blurred { 0.7 } else { 0.45 };
    let dashes =
        glyphs.iter().filter(|glyph| matches!(glyph.character, '-' | '–' | '—' | '_')).count() as f32;
    let flat = item.height() < RULE_HEIGHT && count > 2.0;
    let rule = dashes > 0.6 * count && (flat || blurred || count > 8.0);
    let says_something = glyphs
        .iter()
        .any(|glyph| glyph.character.is_alphanumeric() || "$€£¥₹✓✕→←↑↓★☆•…?!&+×—".contains(glyph.character));
    let narrow = item.width() < NARROWEST * item.height();
    !narrow && mean >= least && pitch <= WIDEST_PITCH && !rule && says_something
}

fn glyph(character: &Character, piece: &Range<usize>, settings: &RecogniserSettings) -> Option<Glyph> {
    let start = piece.start as f32;
    Some(Glyph {
        character: settings.charset.get(character.class)?.chars().next()?,
        column: start + step_column(character.step),
        extent: start + (character.steps.start * STEP_COLUMNS) as f32
            ..start + (character.steps.end * STEP_COLUMNS) as f32,
        confidence: character.probability,
        doubtful: false,
        alternatives: character
            .alternatives
            .iter()
            .filter_map(|(class, probability)| {
                Some((settings.charset.get(*class)?.chars().next()?, *probability))
            })
            .collect(),
    })
}

/// Appends the characters of the next piece; the cut went through a gap, which is a blank when it is wide enough.
fn join(glyphs: &mut Vec<Glyph>, next: Vec<Glyph>, text_height: f32) {
    if let (Some(last), Some(first)) = (glyphs.last(), next.first())
        && last.character != ' '
        && first.character != ' '
        && first.column - last.column > 0.75 * text_height
    {
        let middle = f32::midpoint(last.column, first.column);
        glyphs.push(Glyph {
            character: ' ',
            column: middle,
            extent: middle..middle,
            confidence: 0.5,
            doubtful: false,
            alternatives: Vec::new(),
        });
    }
    glyphs.extend(next);
}

/// No blanks at the ends, and never two in a row.
fn tidy_blanks(glyphs: &mut Vec<Glyph>) {
    let mut blank = true;
    glyphs.retain(|glyph| {
        let keep = !(blank && glyph.character == ' ');
        blank = glyph.character == ' ';
        keep
    });
    if glyphs.last().is_some_and(|glyph| glyph.character == ' ') {
        glyphs.pop();
    }
}

/// Between the mean and the weakest character.
fn line_confidence(characters: &[f32]) -> f32 {
    let mean = characters.iter().sum::<f32>() / characters.len().max(1) as f32;
    let weakest = characters.iter().copied().fold(1.0, f32::min);
    (mean * weakest).sqrt()
}

fn words(
    picture: &Pixels<'_>,
    item: &TextBox,
    crop: &Crop,
    ink: &[f32],
    glyphs: &[Glyph],
    characters: &[f32],
) -> Vec<Word> {
    let mut groups: Vec<(&[Glyph], f32)> = Vec::new();
    let mut start = 0;
    for group in glyphs.split(|glyph| glyph.character == ' ') {
        let weakest = characters[start..start + group.len()].iter().copied().fold(1.0, f32::min);
        start += group.len() + 1;
        if !group.is_empty() {
            groups.push((group, weakest));
        }
    }
    let mut left = item.left;
    let mut words = Vec::with_capacity(groups.len());
    for (index, (group, confidence)) in groups.iter().enumerate() {
        let (right, next_left) = match (group.last(), groups.get(index + 1).and_then(|next| next.0.first())) {
            (Some(last), Some(first)) => {
                let gap = blank_between(ink, last.extent.end, first.extent.start);
                (crop.picture_column(gap.start), crop.picture_column(gap.end))
            }
            _ => (item.right, item.right),
        };
        if let Some(bounds) = whole_pixels(picture, &TextBox { left, right, ..*item }) {
            words.push(Word {
                text: group.iter().map(|glyph| glyph.character).collect(),
                bounds,
                confidence: *confidence,
            });
        }
        left = next_left;
    }
    words
}

/// The first column of the ink at or before a column.
fn ink_start(ink: &[f32], column: f32) -> f32 {
    let mut start = column.max(0.0) as usize;
    while start > 0 && ink.get(start - 1).is_some_and(|ink| *ink >= BLANK) {
        start -= 1;
    }
    start as f32
}

/// One past the last column of the ink at or behind a column.
fn ink_end(ink: &[f32], column: f32) -> f32 {
    let mut end = column.max(0.0) as usize;
    while ink.get(end).is_some_and(|ink| *ink >= BLANK) {
        end += 1;
    }
    end as f32
}

/// The longest run of blank columns between two characters, or the middle where there is none.
pub(super) fn blank_between(ink: &[f32], from: f32, to: f32) -> Range<f32> {
    let middle = f32::midpoint(from, to);
    let mut best = middle..middle;
    let mut open: Option<usize> = None;
    let (first, last) = (from.min(to).max(0.0) as usize, from.max(to).max(0.0) as usize);
    for column in first..=last + 1 {
        let blank = column <= last && ink.get(column).is_some_and(|ink| *ink < BLANK);
        match (open, blank) {
            (None, true) => open = Some(column),
            (Some(start), false) => {
                if (column - start) as f32 > best.end - best.start {
                    best = start as f32..column as f32;
                }
                open = None;
            }
            _ => {}
        }
    }
    best
}

/// The smallest whole pixels round a box, inside the picture; at least one pixel each way.
pub(super) fn whole_pixels(picture: &Pixels<'_>, item: &TextBox) -> Option<PixelBox> {
    let span = |from: f32, to: f32, limit: usize| {
        let limit = limit as u32;
        let start = (from.round().max(0.0) as u32).min(limit.saturating_sub(1));
        let end = (to.round().max(0.0) as u32).clamp(start + 1, limit.max(start + 1));
        (start, end - start)
    };
    let (x, width) = span(item.left, item.right, picture.width);
    let (y, height) = span(item.top, item.bottom, picture.height);
    let bounds = PixelBox::new(x, y, width, height);
    bounds.fits(picture.width as u32, picture.height as u32).then_some(bounds)
}
