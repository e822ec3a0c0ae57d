//! Proposals for lines that were exported as JSON: `propose [--rules] [--weights FILE] --out DIR LINES.json…`, for measuring without a reader.
//!
//! Input: see `common/page_lines.rs`. Output: one prediction file for each input. `--rules` leaves the line model out.

#[path = "common/line_model.rs"]
mod line_model;
#[path = "common/page_lines.rs"]
mod page_lines;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use domain::{Extraction, PASSAGE_KINDS, PassageModel, ProposedClaim, ProposedTool, Value};
use page_lines::reading;
use serde_json::{Value as Json, json};

type Failure = Box<dyn std::error::Error>;

#[expect(clippy::print_stderr, reason = "an example reports on the terminal")]
fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (mut out, mut inputs, mut rules) = (PathBuf::from("."), Vec::new(), false);
    let mut weights = None;
    while let Some(argument) = arguments.next() {
        if argument == "--rules" {
            rules = true;
        } else if argument == "--out" {
            out = arguments.next().map_or(out, PathBuf::from);
        } else if argument == "--weights" {
            weights = arguments.next().map(PathBuf::from);
        } else {
            inputs.push(PathBuf::from(argument));
        }
    }
    let mut failed = false;
    let model = match line_model::load(weights.as_deref()) {
        _ if rules => None,
        Ok(model) => Some(model),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let model = model.as_ref().map(|model| model as &dyn PassageModel);
    let start = Instant::now();
    for input in &inputs {
        if let Err(error) = run(input, &out, model) {
            eprintln!("{}: {error}", input.display());
            failed = true;
        }
    }
    eprintln!(
        "{} pages, {:.1} ms each",
        inputs.len(),
        start.elapsed().as_secs_f64() * 1e3 / inputs.len().max(1) as f64
    );
    if failed || inputs.is_empty() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

fn run(input: &Path, out: &Path, model: Option<&dyn PassageModel>) -> Result<(), Failure> {
    let page: Json = serde_json::from_str(&std::fs::read_to_string(input)?)?;
    let reading = reading(&page);
    let mut extraction = engine::propose::propose_with(&reading, model);
    engine::ground::ground(&mut extraction, &reading);
    let name = input.file_name().ok_or("an input is a file")?;
    std::fs::create_dir_all(out)?;
    std::fs::write(out.join(name), serde_json::to_string_pretty(&prediction(&extraction, &page))?)?;
    Ok(())
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
    let claims = tool.claims.iter().filter(|claim| PASSAGE_KINDS.contains(&claim.property.as_str()));
    let panel = tool.first("panel_ship").and_then(|claim| match claim.value {
        Value::Percent { percent } => Some(percent),
        _ => None,
    });
    json!({
        "name": first("name"),
        "fields": tool.claims.iter().filter(|claim| !PASSAGE_KINDS.contains(&claim.property.as_str())).map(|claim| json!({ "property": claim.property, "text": claim.raw_text, "confidence": claim.confidence, "status": claim.status, "reasons": claim.reasons })).collect::<Vec<_>>(),
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
