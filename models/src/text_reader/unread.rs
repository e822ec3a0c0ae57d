//! Ink of a line box that no character accounts for.
//!
//! A small `/month` set beside a large `$29` often falls into one box and is lost to a recogniser that has adapted to
//! the large letters. Invariant: a box is split only where ink was left over. Must not: read.

use std::ops::Range;

use super::boxes::TextBox;
use super::crop::Crop;
use super::lines::Glyph;
use super::recogniser::HEIGHT;

/// Ink from this strength on belongs to a letter.
const INK: f32 = 0.25;
/// How far from its most certain column a character may reach, in text heights.
const REACH: f32 = 0.6;
/// Less leftover ink than this, in text heights, may be a stroke of the last character or a speck.
const LEAST: f32 = 0.3;
/// Ink lower than this share of the line's is of a smaller font.
const SMALLER: f32 = 0.68;

/// Ink lower than this share of the line's has lost its detail in the line's crop.
const FAR_SMALLER: f32 = 0.48;
/// Small characters at the end that are less certain than this on average are read again.
const GUESS: f32 = 0.85;

/// Neighbouring columns with ink, and the rows they reach over.
struct InkRun {
    columns: Range<usize>,
    rows: Range<usize>,
}

/// The part of the box that was read, and the part whose ink was left over, if there is one.
pub(super) fn split(
    crop: &Crop,
    item: &TextBox,
    glyphs: &[Glyph],
    text_height: f32,
) -> Option<(TextBox, TextBox)> {
    let runs = ink_runs(crop, text_height);
    let (first, last) = (glyphs.first()?, glyphs.last()?);
    let reach = REACH * text_height;
    let behind = runs.iter().position(|run| run.columns.start as f32 > last.extent.end + reach);
    let behind = behind.map(|start| start..runs.len());
    let ahead = runs.iter().rposition(|run| (run.columns.end as f32) < first.extent.start - reach);
    let ahead = ahead.map(|end| 0..end + 1);
    let enough = |part: &Range<usize>| {
        let columns: usize = runs[part.clone()].iter().map(|run| run.columns.len()).sum();
        columns as f32 >= LEAST * text_height
    };
    let tallest = runs.iter().map(|run| run.rows.len()).max()?;
    let smaller = |run: &InkRun| (run.rows.len() as f32) < SMALLER * tallest as f32;
    let small = runs.iter().rposition(|run| !smaller(run)).map_or(0, |last| last + 1);
    let small = Some(small..runs.len()).filter(|part| part.start > 0 && enough(part) && part.len() > 1);
    let guessed = small.filter(|part| {
        let start = runs[part.start].columns.start as f32;
        let (mut sum, mut count) = (0.0, 0.0);
        for glyph in glyphs.iter().filter(|glyph| glyph.column >= start && glyph.character != ' ') {
            sum += glyph.certainty();
            count += 1.0;
        }
        let top = runs[part.clone()].iter().map(|run| run.rows.start).min().unwrap_or(0);
        let bottom = runs[part.clone()].iter().map(|run| run.rows.end).max().unwrap_or(0);
        sum < GUESS * count || ((bottom - top) as f32) < FAR_SMALLER * tallest as f32
    });
    let gap = |left: usize, right: usize| {
        let (left, right) = (&runs[left].columns, &runs[right].columns);
        crop.picture_column(usize::midpoint(left.end, right.start) as f32)
    };
    if let Some(mut part) = guessed.or(behind.filter(enough)) {
        // The small letters begin where the large ones end, even if some were taken for a character.
        while part.start > 1 && smaller(&runs[part.start]) && smaller(&runs[part.start - 1]) {
            part.start -= 1;
        }
        if part.start == 0 {
            return None;
        }
        let cut = gap(part.start - 1, part.start);
        let rest = tight(crop, &runs[part], TextBox { left: cut, ..*item });
        return Some((TextBox { right: cut, ..*item }, rest));
    }
    let part = ahead.filter(enough)?;
    if part.end >= runs.len() {
        return None;
    }
    let cut = gap(part.end - 1, part.end);
    let rest = tight(crop, &runs[part], TextBox { right: cut, ..*item });
    Some((TextBox { left: cut, ..*item }, rest))
}

/// A box round the ink, with the room that ascenders and descenders have in a line box.
fn tight(crop: &Crop, runs: &[InkRun], limits: TextBox) -> TextBox {
    let top = runs.iter().map(|run| run.rows.start).min().unwrap_or(0) as f32;
    let bottom = runs.iter().map(|run| run.rows.end).max().unwrap_or(HEIGHT) as f32;
    let height = bottom - top;
    let left = runs.first().map_or(0, |run| run.columns.start) as f32;
    let right = runs.last().map_or(crop.width, |run| run.columns.end) as f32;
    TextBox {
        left: crop.picture_column(left).max(limits.left),
        right: crop.picture_column(right).min(limits.right.max(crop.picture_column(right))),
        top: crop.picture_row(top - 0.04 * height),
        bottom: crop.picture_row(bottom + 0.1 * height),
        confidence: limits.confidence,
    }
}

/// Runs of columns with ink; narrow blanks inside a letter do not end a run.
fn ink_runs(crop: &Crop, text_height: f32) -> Vec<InkRun> {
    // The crop's outermost rows and columns often hold the edge of a button or a neighbouring line.
    let rows = 1..HEIGHT - 1;
    let margin = (0.1 * text_height) as usize;
    let mut runs: Vec<InkRun> = Vec::new();
    for column in margin..crop.width.saturating_sub(margin) {
        let inked = |row: &usize| crop.values[row * crop.width + column] > INK;
        let Some(top) = rows.clone().find(inked) else { continue };
        let bottom = rows.clone().rfind(inked).unwrap_or(top) + 1;
        match runs.last_mut() {
            Some(run) if run.columns.end == column => {
                run.columns.end = column + 1;
                run.rows = run.rows.start.min(top)..run.rows.end.max(bottom);
            }
            _ => runs.push(InkRun { columns: column..column + 1, rows: top..bottom }),
        }
    }
    runs
}
