//! Builds proposed claims from passages of a layout.
//!
//! Invariant: `raw_text` is the passage as it stands and `evidence` covers exactly its words.

use std::ops::Range;

use domain::{EvidenceLine, MatchLevel, Money, ProposedClaim, Speaker, Status, Value};

use super::claims::Statement;
use super::prices::PricePlace;
use super::roles::Layout;

/// The rules found little that speaks for it: a title that may not be the name, a sentence that may be no claim.
pub const WEAK_EVIDENCE: &str = "weak_evidence";
/// The sentence may be of another kind than the one it is filed under.
pub const KIND_UNCERTAIN: &str = "kind_uncertain";

/// How sure the rules have to be of a property for its value to be verified without a person's look.
pub(super) fn least_certainty(property: &str) -> f32 {
    match property {
        "name" => 0.53,
        "tagline" => 0.62,
        _ => 0.56,
    }
}

/// Shares of right proposals at points of the rules' certainty, fitted on made pages of the splits `train` and
/// `validation` (`models/training/claims`); between the points it is a straight line. Ascending in both.
fn calibration(property: &str) -> &'static [(f32, f32)] {
    match property {
        "name" => &[(0.3, 0.7), (0.53, 0.85), (0.6, 0.97), (0.97, 0.98)],
        "tagline" => &[(0.6, 0.3), (0.65, 0.7), (0.75, 0.9), (0.9, 0.95)],
        "price" | "panel_ship" | "community_votes" | "review" => &[(0.4, 0.6), (0.8, 0.93), (0.9, 0.97)],
        _ => &[(0.3, 0.6), (0.53, 0.75), (0.575, 0.85), (0.7, 0.88), (0.85, 0.94), (0.95, 0.97)],
    }
}

fn calibrated(property: &str, certainty: f32) -> f32 {
    let points = calibration(property);
    let after = points.iter().position(|(at, _)| *at >= certainty);
    match after {
        None => points.last().map_or(certainty, |(_, share)| *share),
        Some(0) => points.first().map_or(certainty, |(at, share)| share * certainty / at),
        Some(index) => {
            let ((low, from), (high, to)) = (points[index - 1], points[index]);
            from + (to - from) * (certainty - low) / (high - low)
        }
    }
}

/// A claim whose value is its own text.
pub(super) fn text_claim(
    layout: &Layout,
    property: &str,
    parts: &[(usize, Range<usize>)],
    speaker: Speaker,
    certainty: f32,
) -> ProposedClaim {
    let text = passage(layout, parts);
    claim(layout, property, Value::text(text), parts, speaker, certainty)
}

/// A claim with a value read out of the passage.
pub(super) fn claim(
    layout: &Layout,
    property: &str,
    value: Value,
    parts: &[(usize, Range<usize>)],
    speaker: Speaker,
    certainty: f32,
) -> ProposedClaim {
    let evidence = parts.iter().flat_map(|(block, range)| layout.blocks[*block].evidence(range)).collect();
    let read = parts_confidence(layout, parts);
    finish(property, value, passage(layout, parts), evidence, speaker, certainty, read, Vec::new())
}

/// A statement about a tool with its kind.
pub(super) fn statement(layout: &Layout, statement: &Statement, speaker: Speaker) -> ProposedClaim {
    let parts = &statement.parts;
    let mut found = text_claim(layout, statement.property, parts, speaker, statement.certainty);
    if !statement.joint {
        return found;
    }
    // Certainties of rules and model together are probabilities already.
    found.status = Status::Verified;
    found.reasons.clear();
    if statement.certainty < LEAST_SURE {
        found.status = Status::NeedsReview;
        found.reasons.push(WEAK_EVIDENCE.to_owned());
    }
    // Under which heading a statement is filed says nothing against what it states: a mark, not a doubt.
    if statement.kind_certainty < KIND_SURE {
        found.reasons.push(KIND_UNCERTAIN.to_owned());
    }
    found.confidence = statement.certainty * read_share(parts_confidence(layout, parts));
    found
}

/// How sure rules and model together have to be that a passage is a statement about the tool for it to be verified
/// without a person's look. Chosen on made pages of the split `validation`.
const LEAST_SURE: f32 = 0.85;

/// Below it, the kind of a statement is marked as uncertain.
const KIND_SURE: f32 = 0.7;

/// A price claim.
pub(super) fn price_claim(price: PricePlace, speaker: Speaker) -> ProposedClaim {
    let mut reasons = Vec::new();
    if price.repaired {
        reasons.push("digits_uncertain".to_owned());
    }
    if price.unit_guessed {
        reasons.push("unit_uncertain".to_owned());
    }
    let certainty = if reasons.is_empty() { 0.85 } else { 0.4 };
    let money: Money = price.money;
    finish(
        "price",
        Value::Money(money),
        price.text,
        price.evidence,
        speaker,
        certainty,
        price.confidence,
        reasons,
    )
}

#[expect(clippy::too_many_arguments, reason = "the one place where all parts of a proposal meet")]
fn finish(
    property: &str,
    value: Value,
    raw_text: String,
    evidence: Vec<EvidenceLine>,
    speaker: Speaker,
    certainty: f32,
    read: f32,
    mut reasons: Vec<String>,
) -> ProposedClaim {
    if certainty < least_certainty(property) && reasons.is_empty() {
        reasons.push(WEAK_EVIDENCE.to_owned());
    }
    let certainty = calibrated(property, certainty);
    ProposedClaim {
        property: property.to_owned(),
        value,
        raw_text,
        speaker,
        confidence: (certainty * read_share(read)).clamp(0.0, 1.0),
        status: if reasons.is_empty() { Status::Verified } else { Status::NeedsReview },
        reasons,
        evidence,
        matched: MatchLevel::Exact,
        opinions: Vec::new(),
    }
}

/// The least sure block of a passage.
fn parts_confidence(layout: &Layout, parts: &[(usize, Range<usize>)]) -> f32 {
    parts.iter().map(|(block, _)| layout.blocks[*block].confidence()).fold(1.0, f32::min)
}

/// What badly read words leave of a confidence.
fn read_share(read: f32) -> f32 {
    0.4 + 0.6 * if read.is_finite() { read.clamp(0.0, 1.0) } else { 0.0 }
}

fn passage(layout: &Layout, parts: &[(usize, Range<usize>)]) -> String {
    let texts: Vec<&str> =
        parts.iter().filter_map(|(block, range)| layout.text(*block).get(range.clone())).collect();
    texts.join(" ")
}
