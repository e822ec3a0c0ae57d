//! Checks every proposed claim against the lines that were read: is the quote there, and is it read well enough.
//!
//! Invariants: pure; a claim is never dropped, only marked; nothing is upgraded above what the page supports. A
//! status that the proposer lowered with a reason stays lowered.

mod subject;
mod values;

use domain::text::fold;
use domain::{EvidenceLine, Extraction, Line, MatchLevel, PixelBox, ProposedClaim, Reading, Status, Value};

pub use values::{
    CONDITIONAL, CONTRADICTS, DUPLICATE, HARDLY_VISIBLE, INSTRUCTION_LIKE, LOOKALIKE_CHARACTERS, NEGATED,
    OTHER_SUBJECT, PLANNED, PREDICTED, UNIT_UNCERTAIN, VAGUE, VALUE_DIFFERS,
};

/// No evidence was given.
pub const NO_EVIDENCE: &str = "no_evidence";
/// A box of the evidence is empty or leaves the picture.
pub const OUTSIDE_PICTURE: &str = "outside_picture";
/// The quote is not what stands under its boxes.
pub const NOT_UNDER_BOX: &str = "not_under_box";
/// The claim's text and the quotes of its evidence differ.
pub const QUOTE_DIFFERS: &str = "quote_differs";
/// A number was read with little confidence.
pub const DIGITS_UNCERTAIN: &str = "digits_uncertain";
/// The words were read with little confidence.
pub const TEXT_UNCERTAIN: &str = "text_uncertain";

/// Every character of a token with a digit has to reach this: one wrong digit is a wrong price.
const DIGIT_CONFIDENCE: f32 = 0.8;
/// The mean over the quoted characters has to reach this.
const TEXT_CONFIDENCE: f32 = 0.6;
/// Similarity from which two texts count as the same with reading errors.
const FUZZY: f32 = 0.8;
/// Share of the smaller of two boxes that the other has to cover to be the same place.
const SAME_PLACE: f32 = 0.5;

/// Sets match level, status and reasons of every claim.
pub fn ground(extraction: &mut Extraction, reading: &Reading) {
    let page = Page::new(reading);
    for claim in extraction.tools.iter_mut().flat_map(|tool| &mut tool.claims) {
        ground_claim(claim, &page);
    }
    values::check(extraction, reading);
}

fn ground_claim(claim: &mut ProposedClaim, page: &Page<'_>) {
    let lowered = claim.status == Status::NeedsReview && !claim.reasons.is_empty();
    let mut finding = Finding::default();
    if claim.evidence.is_empty() {
        finding.lower(MatchLevel::None, NO_EVIDENCE);
    }
    for evidence in &claim.evidence {
        page.check(evidence, &mut finding);
    }
    compare_quote(claim, &mut finding);

    claim.matched = finding.level;
    claim.status = match finding.level {
        MatchLevel::None => Status::NotFound,
        MatchLevel::Fuzzy => Status::NeedsReview,
        MatchLevel::Exact | MatchLevel::Normalised if lowered || !finding.reasons.is_empty() => {
            Status::NeedsReview
        }
        MatchLevel::Exact | MatchLevel::Normalised => Status::Verified,
    };
    for reason in finding.reasons {
        if !claim.reasons.iter().any(|known| known == reason) {
            claim.reasons.push(reason.to_owned());
        }
    }
}

/// The claim's own text against the quotes of its evidence, line breaks as blanks.
fn compare_quote(claim: &ProposedClaim, finding: &mut Finding) {
    // "The page leaves it blank" has the label as evidence and nothing else to quote.
    if claim.evidence.is_empty() || matches!(claim.value, Value::NotStated) {
        return;
    }
    let quote = claim.evidence.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    match agreement(&claim.raw_text, &quote) {
        MatchLevel::Exact => {}
        MatchLevel::Normalised => finding.level = weaker(finding.level, MatchLevel::Normalised),
        level @ (MatchLevel::Fuzzy | MatchLevel::None) => finding.lower(level, QUOTE_DIFFERS),
    }
}

/// The weakest match so far and what is wrong.
struct Finding {
    level: MatchLevel,
    reasons: Vec<&'static str>,
}

impl Default for Finding {
    fn default() -> Self {
        Self { level: MatchLevel::Exact, reasons: Vec::new() }
    }
}

impl Finding {
    fn lower(&mut self, level: MatchLevel, reason: &'static str) {
        self.level = weaker(self.level, level);
        self.note(reason);
    }

    fn note(&mut self, reason: &'static str) {
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }
}

const fn strength(level: MatchLevel) -> u8 {
    match level {
        MatchLevel::None => 0,
        MatchLevel::Fuzzy => 1,
        MatchLevel::Normalised => 2,
        MatchLevel::Exact => 3,
    }
}

const fn weaker(left: MatchLevel, right: MatchLevel) -> MatchLevel {
    if strength(left) <= strength(right) { left } else { right }
}

/// The reading, prepared for look-ups.
struct Page<'a> {
    width: u32,
    height: u32,
    lines: Vec<PageLine<'a>>,
}

struct PageLine<'a> {
    line: &'a Line,
    characters: Vec<Character>,
}

/// One character of a line with its estimated place.
#[derive(Clone, Copy)]
struct Character {
    value: char,
    confidence: f32,
    bounds: PixelBox,
}

impl<'a> Page<'a> {
    fn new(reading: &'a Reading) -> Self {
        let lines =
            reading.lines.iter().map(|line| PageLine { line, characters: place_characters(line) }).collect();
        Self { width: reading.width, height: reading.height, lines }
    }

    /// Looks for the quote under its box: as a part of one line, else as the words of all lines under it.
    fn check(&self, evidence: &EvidenceLine, finding: &mut Finding) {
        if !evidence.bounds.fits(self.width, self.height) {
            finding.lower(MatchLevel::None, OUTSIDE_PICTURE);
            return;
        }
        let near =
            self.lines.iter().filter(|line| !line.line.bounds.intersection(&evidence.bounds).is_empty());
        let mut best: Option<(MatchLevel, Vec<Character>)> = None;
        for line in near.clone() {
            if let Some((level, found)) = line.find(evidence)
                && best.as_ref().is_none_or(|(known, _)| strength(*known) < strength(level))
            {
                best = Some((level, found));
            }
        }
        if best.is_none() {
            // Evidence is one visual line: parts that were read as lines of their own stand side by side.
            let mut parts: Vec<&PageLine<'_>> = near.collect();
            parts.sort_by_key(|line| line.line.bounds.x);
            let under: Vec<Character> =
                parts.into_iter().flat_map(|line| line.under(&evidence.bounds)).collect();
            let text: String = under.iter().map(|character| character.value).collect();
            best = match agreement(&evidence.text, &text) {
                MatchLevel::None => None,
                level => Some((level, under)),
            };
        }
        let Some((level, characters)) = best else {
            finding.lower(MatchLevel::None, NOT_UNDER_BOX);
            return;
        };
        if level == MatchLevel::Fuzzy {
            finding.lower(level, NOT_UNDER_BOX);
        } else {
            finding.level = weaker(finding.level, level);
        }
        judge_confidence(&characters, finding);
    }
}

impl PageLine<'_> {
    /// The occurrence of the quote in this line that stands at the evidence's place.
    fn find(&self, evidence: &EvidenceLine) -> Option<(MatchLevel, Vec<Character>)> {
        let line: Vec<char> = self.characters.iter().map(|character| character.value).collect();
        let exact: Vec<char> = evidence.text.trim().chars().collect();
        let at = |range: std::ops::Range<usize>| {
            let found = &self.characters[range];
            same_place(&evidence.bounds, found).then(|| found.to_vec())
        };
        if let Some(found) = occurrences(&line, &exact).find_map(at) {
            return Some((MatchLevel::Exact, found));
        }
        let (folded, origin) = fold_with_origin(&line);
        let quote: Vec<char> = fold(&evidence.text).chars().collect();
        let at_origin =
            |range: std::ops::Range<usize>| at(*origin.get(range.start)?..*origin.get(range.end - 1)? + 1);
        occurrences(&folded, &quote).find_map(at_origin).map(|found| (MatchLevel::Normalised, found))
    }

    /// The characters whose centre lies under the box, and a blank to part them from the next line's.
    fn under(&self, bounds: &PixelBox) -> Vec<Character> {
        let mut found: Vec<Character> = self
            .characters
            .iter()
            .filter(|character| contains(bounds, character.bounds.center()))
            .copied()
            .collect();
        if let Some(last) = found.last().copied() {
            found.push(Character { value: ' ', confidence: 1.0, ..last });
        }
        found
    }
}

/// Where `needle` starts and ends in `text`.
fn occurrences<'a>(
    text: &'a [char],
    needle: &'a [char],
) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
    text.windows(needle.len().max(1))
        .enumerate()
        .filter(move |(_, window)| !needle.is_empty() && *window == needle)
        .map(|(start, window)| start..start + window.len())
}

/// The folded text, and for each of its characters the index of the character it came from.
fn fold_with_origin(text: &[char]) -> (Vec<char>, Vec<usize>) {
    let mut folded = Vec::with_capacity(text.len());
    let mut origin = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    for (index, character) in text.iter().enumerate() {
        if character.is_whitespace() {
            if folded.last().is_some_and(|last| *last != ' ') {
                folded.push(' ');
                origin.push(index);
            }
            continue;
        }
        for part in fold(character.encode_utf8(&mut buffer)).chars() {
            folded.push(part);
            origin.push(index);
        }
    }
    (folded, origin)
}

/// Characters get equal shares of their word's width; blanks the gap. A reader measures words, not letters.
fn place_characters(line: &Line) -> Vec<Character> {
    let text: Vec<char> = line.text.chars().collect();
    let mut placed: Vec<Character> = text
        .iter()
        .enumerate()
        .map(|(index, value)| Character {
            value: *value,
            confidence: line.characters.get(index).copied().unwrap_or(line.confidence),
            bounds: share(&line.bounds, index, text.len()),
        })
        .collect();
    let mut position = 0;
    for word in &line.words {
        let characters: Vec<char> = word.text.chars().collect();
        let Some(start) =
            occurrences(&text[position..], &characters).next().map(|range| position + range.start)
        else {
            continue;
        };
        for (index, character) in placed[start..start + characters.len()].iter_mut().enumerate() {
            character.bounds = share(&word.bounds, index, characters.len());
            if line.characters.len() != text.len() {
                character.confidence = word.confidence;
            }
        }
        position = start + characters.len();
    }
    placed
}

/// The `index`th of `count` equal parts, left to right.
fn share(bounds: &PixelBox, index: usize, count: usize) -> PixelBox {
    let edge = |index: usize| bounds.x + (u64::from(bounds.width) * index as u64 / count as u64) as u32;
    let (left, right) = (edge(index), edge(index + 1));
    PixelBox::new(left, bounds.y, (right - left).max(1), bounds.height)
}

fn same_place(bounds: &PixelBox, found: &[Character]) -> bool {
    let visible = found.iter().filter(|character| !character.value.is_whitespace());
    let Some(hull) = PixelBox::hull(visible.map(|character| &character.bounds)) else { return false };
    let smaller = hull.area().min(bounds.area()).max(1);
    hull.intersection(bounds).area() as f32 >= smaller as f32 * SAME_PLACE
}

fn contains(bounds: &PixelBox, (x, y): (f32, f32)) -> bool {
    x >= bounds.x as f32 && x < bounds.right() as f32 && y >= bounds.y as f32 && y < bounds.bottom() as f32
}

fn judge_confidence(characters: &[Character], finding: &mut Finding) {
    let visible = || characters.iter().filter(|character| !character.value.is_whitespace());
    let count = visible().count();
    let sum: f32 = visible().map(|character| character.confidence).sum();
    if count > 0 && sum / (count as f32) < TEXT_CONFIDENCE {
        finding.note(TEXT_UNCERTAIN);
    }
    let unsure = characters
        .split(|character| character.value.is_whitespace())
        .filter(|token| token.iter().any(|character| character.value.is_numeric()))
        .flatten()
        .any(|character| character.confidence < DIGIT_CONFIDENCE);
    if unsure {
        finding.note(DIGITS_UNCERTAIN);
    }
}

/// How two texts agree, blanks at the ends aside.
fn agreement(left: &str, right: &str) -> MatchLevel {
    let (left, right) = (left.trim(), right.trim());
    if left.is_empty() || right.is_empty() {
        return MatchLevel::None;
    }
    if left == right {
        return MatchLevel::Exact;
    }
    let (left, right) = (fold(left), fold(right));
    // A word broken at a hyphen is joined without a blank, and where blanks stand is the reader's guess.
    let letters = |text: &str| text.chars().filter(|character| *character != ' ').collect::<String>();
    if letters(&left) == letters(&right) {
        return MatchLevel::Normalised;
    }
    // Digits are never "about the same".
    let digits = |text: &str| text.chars().filter(|character| character.is_numeric()).collect::<String>();
    if digits(&left) == digits(&right) && similarity(&left, &right) >= FUZZY {
        MatchLevel::Fuzzy
    } else {
        MatchLevel::None
    }
}

/// Longest text that is compared letter by letter.
const LONGEST_COMPARED: usize = 2000;

/// 1 minus the edit distance over the longer length.
fn similarity(left: &str, right: &str) -> f32 {
    let left: Vec<char> = left.chars().take(LONGEST_COMPARED).collect();
    let right: Vec<char> = right.chars().take(LONGEST_COMPARED).collect();
    let longer = left.len().max(right.len());
    if longer == 0 {
        return 1.0;
    }
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.iter().enumerate() {
        let mut current = Vec::with_capacity(previous.len());
        current.push(row + 1);
        for (column, to) in right.iter().enumerate() {
            let replace = previous[column] + usize::from(from != to);
            current.push(replace.min(previous[column + 1] + 1).min(current[column] + 1));
        }
        previous = current;
    }
    1.0 - previous[right.len()] as f32 / longer as f32
}
