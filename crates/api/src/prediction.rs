//! What `shortlist read --json` prints for one picture: text lines and proposed tools as plain JSON.
//!
//! Invariant: boxes are `[x, y, width, height]` in picture pixels; every value is a run of page text; `kind` is one
//! of the wire's eleven.

use domain::{ClaimKind, EvidenceLine, Extraction, PixelBox, ProposedClaim, ProposedTool, Value, property};
use engine::worker::ReadOutcome;
use serde_json::{Value as Json, json};

/// The object for one picture; `model` is the name of the vision-language model that looked too, and its seconds.
pub fn prediction(image: &str, outcome: &ReadOutcome, model: Option<&(String, f64)>) -> Json {
    let lines: Vec<Json> = outcome
        .reading
        .lines
        .iter()
        .map(|line| {
            json!({ "text": line.text, "box": pixel_box(&line.bounds), "confidence": rounded(line.confidence) })
        })
        .collect();
    json!({
        "image": image,
        "size": [outcome.width, outcome.height],
        "lines": lines,
        "tools": tools(&outcome.extraction),
        "page_kind": outcome.extraction.page_kind,
        "timings": outcome.timings,
        "reader": outcome.reading.reader,
        // Null where no vision-language model took part and the embedded rules proposed alone.
        "model": model.map(|(name, _)| name),
        "model_seconds": model.map(|(_, seconds)| (seconds * 1000.0).round() / 1000.0),
        "proposed_by": outcome.extraction.proposed_by,
    })
}

fn tools(extraction: &Extraction) -> Vec<Json> {
    extraction.tools.iter().map(tool).collect()
}

fn tool(tool: &ProposedTool) -> Json {
    let text = |property: &str| tool.first(property).map(|claim| claim.raw_text.clone());
    let panel = tool.first("panel_ship").and_then(|claim| match claim.value {
        Value::Percent { percent } => Some(percent),
        _ => None,
    });
    let claims: Vec<Json> = tool.claims.iter().filter(|claim| is_statement(claim)).map(statement).collect();
    let reviews: Vec<Json> = tool
        .all("review")
        .map(|review| {
            json!({ "quote": review.raw_text, "verdict": domain::verdict(&review.raw_text), "status": review.status,
                    "evidence": evidence(&review.evidence) })
        })
        .collect();
    json!({
        "name": text("name"),
        "fields": tool.claims.iter().filter(|claim| !is_statement(claim)).map(field).collect::<Vec<_>>(),
        "tagline": text("tagline"),
        "category": text("category"),
        "description": text("description"),
        "pricing": tool.all("price").map(price).collect::<Vec<_>>(),
        "claims": claims,
        "panel_ship_percent": panel,
        "community_votes": text("community_votes"),
        "reviews": reviews,
    })
}

/// How sure the value of a card's field is; the value itself stands under its own key.
fn field(claim: &ProposedClaim) -> Json {
    json!({
        "property": claim.property,
        "text": claim.raw_text,
        "confidence": rounded(claim.confidence),
        "status": claim.status,
        "reasons": claim.reasons,
        "opinions": claim.opinions,
    })
}

/// Whether a claim belongs to one of the kinds that are statements, not to a field of the tool's card.
fn is_statement(claim: &ProposedClaim) -> bool {
    property::find(&claim.property).is_some_and(|found| found.section == property::Section::Claims)
}

fn kind(id: &str) -> ClaimKind {
    property::find(id).map_or(ClaimKind::Other, |found| found.kind)
}

fn statement(claim: &ProposedClaim) -> Json {
    json!({
        "text": claim.raw_text,
        "kind": kind(&claim.property),
        "values": domain::typed_values(&claim.raw_text),
        "confidence": rounded(claim.confidence),
        "status": claim.status,
        "reasons": claim.reasons,
        "speaker": claim.speaker,
        "opinions": claim.opinions,
        "evidence": evidence(&claim.evidence),
    })
}

fn price(claim: &ProposedClaim) -> Json {
    let Value::Money(money) = &claim.value else {
        return json!({ "text": claim.raw_text, "status": claim.status, "evidence": evidence(&claim.evidence) });
    };
    json!({
        "text": claim.raw_text,
        "plan": money.plan,
        "amount": money.amount,
        "currency": money.currency,
        "period": money.period,
        "per_seat": money.per_seat,
        "qualifier": money.qualifier,
        "confidence": rounded(claim.confidence),
        "status": claim.status,
        "reasons": claim.reasons,
        "opinions": claim.opinions,
        "evidence": evidence(&claim.evidence),
    })
}

fn evidence(lines: &[EvidenceLine]) -> Vec<Json> {
    lines.iter().map(|line| json!({ "text": line.text, "box": pixel_box(&line.bounds) })).collect()
}

fn pixel_box(bounds: &PixelBox) -> [u32; 4] {
    [bounds.x, bounds.y, bounds.width, bounds.height]
}

/// Confidences carry four digits: more would suggest a precision that they do not have.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 10_000.0).round() / 10_000.0
}
