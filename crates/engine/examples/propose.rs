//! Proposals for lines that were exported as JSON: `propose --out DIR LINES.json…`, for measuring the rules without a reader.
//!
//! Input: `{"size": [w, h], "lines": [{"text", "box": [x, y, w, h], "words": [[text, x, y, w, h]…], "font_px"}]}`, with
//! `confidence`, `foreground` and `background` where known. Output: one prediction file for each input.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use domain::{Extraction, Line, PixelBox, ProposedClaim, ProposedTool, Reading, Value, Word};
use serde_json::{Value as Json, json};

type Failure = Box<dyn std::error::Error>;

/// The properties that are claims of a kind.
const KINDS: &[&str] = &[
    "feature",
    "performance",
    "benchmark",
    "compatibility",
    "license",
    "privacy_security",
    "pricing",
    "adoption",
    "availability",
    "limitation",
    "other",
];

#[expect(clippy::print_stderr, reason = "an example reports on the terminal")]
fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (mut out, mut inputs) = (PathBuf::from("."), Vec::new());
    while let Some(argument) = arguments.next() {
        if argument == "--out" {
            out = arguments.next().map_or(out, PathBuf::from);
        } else {
            inputs.push(PathBuf::from(argument));
        }
    }
    let mut failed = false;
    for input in &inputs {
        if let Err(error) = run(input, &out) {
            eprintln!("{}: {error}", input.display());
            failed = true;
        }
    }
    if failed || inputs.is_empty() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

fn run(input: &Path, out: &Path) -> Result<(), Failure> {
    let page: Json = serde_json::from_str(&std::fs::read_to_string(input)?)?;
    let reading = reading(&page);
    let mut extraction = engine::propose::propose(&reading);
    engine::ground::ground(&mut extraction, &reading);
    let name = input.file_name().ok_or("an input is a file")?;
    std::fs::create_dir_all(out)?;
    std::fs::write(out.join(name), serde_json::to_string_pretty(&prediction(&extraction, &page))?)?;
    Ok(())
}

fn pixel_box(numbers: &[Json]) -> PixelBox {
    let number =
        |index: usize| numbers.get(index).and_then(Json::as_f64).unwrap_or(0.0).max(0.0).round() as u32;
    PixelBox::new(number(0), number(1), number(2), number(3))
}

fn numbers(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn reading(page: &Json) -> Reading {
    let colour = |value: &Json, otherwise: u8| {
        let channel = |index: usize| {
            numbers(value).get(index).and_then(Json::as_u64).map_or(otherwise, |part| part.min(255) as u8)
        };
        [channel(0), channel(1), channel(2)]
    };
    let lines = numbers(&page["lines"])
        .iter()
        .map(|line| {
            let text = line["text"].as_str().unwrap_or_default().to_owned();
            let bounds = pixel_box(numbers(&line["box"]));
            let words = numbers(&line["words"])
                .iter()
                .filter_map(|word| {
                    let parts = numbers(word);
                    let text = parts.first()?.as_str()?.to_owned();
                    let confidence = parts.get(5).and_then(Json::as_f64).unwrap_or(1.0) as f32;
                    Some(Word { text, bounds: pixel_box(&parts[1..]), confidence })
                })
                .collect();
            let size = line["font_px"].as_f64().or(line["font_height"].as_f64());
            Line {
                characters: vec![1.0; text.chars().count()],
                confidence: line["confidence"].as_f64().unwrap_or(1.0) as f32,
                font_height: size.map_or(bounds.height as f32, |size| size as f32),
                foreground: colour(&line["foreground"], 0),
                background: colour(&line["background"], 255),
                lettering: None,
                text,
                bounds,
                words,
            }
        })
        .collect();
    let size = pixel_box(&[json!(0), json!(0), page["size"][0].clone(), page["size"][1].clone()]);
    Reading { reader: "exported lines".to_owned(), width: size.width, height: size.height, lines }
}

fn prediction(extraction: &Extraction, page: &Json) -> Json {
    json!({
        "page_kind": extraction.page_kind,
        "lines": page["lines"],
        "tools": extraction.tools.iter().map(tool).collect::<Vec<_>>(),
    })
}

fn tool(tool: &ProposedTool) -> Json {
    let first = |property: &str| tool.first(property).map(|claim| claim.raw_text.clone());
    let pricing: Vec<Json> = tool
        .all("price")
        .filter_map(|claim| {
            let Value::Money(money) = &claim.value else { return None };
            let period = money.period.map(domain::Period::label);
            Some(json!({ "text": claim.raw_text, "plan": money.plan, "amount": money.amount, "currency": money.currency, "period": period, "confidence": claim.confidence, "status": claim.status, "reasons": claim.reasons }))
        })
        .collect();
    let claims = tool.claims.iter().filter(|claim| KINDS.contains(&claim.property.as_str()));
    let panel = tool.first("panel_ship").and_then(|claim| match claim.value {
        Value::Percent { percent } => Some(percent),
        _ => None,
    });
    json!({
        "name": first("name"),
        "fields": tool.claims.iter().filter(|claim| !KINDS.contains(&claim.property.as_str())).map(|claim| json!({ "property": claim.property, "text": claim.raw_text, "confidence": claim.confidence, "status": claim.status, "reasons": claim.reasons })).collect::<Vec<_>>(),
        "category": first("category"),
        "tagline": first("tagline"),
        "description": first("description"),
        "pricing": pricing,
        "claims": claims.map(claim).collect::<Vec<_>>(),
        "panel_ship_percent": panel,
        "community_votes": tool.first("community_votes").map(|claim| claim.value.display()),
        "reviews": tool.all("review").map(|claim| json!({ "quote": claim.raw_text, "verdict": domain::verdict(&claim.raw_text), "status": claim.status })).collect::<Vec<_>>(),
    })
}

fn claim(claim: &ProposedClaim) -> Json {
    let evidence: Vec<Json> = claim
        .evidence
        .iter()
        .map(|line| {
            let bounds = line.bounds;
            json!({ "text": line.text, "box": [bounds.x, bounds.y, bounds.width, bounds.height] })
        })
        .collect();
    json!({ "text": claim.raw_text, "kind": claim.property, "confidence": claim.confidence, "status": claim.status, "reasons": claim.reasons, "evidence": evidence })
}
