//! What the line model is trained on: `passages [--weights FILE] --out DIR LINES.json…` writes the passages of each page with their
//! buckets, their features, and what the rules and the embedded model (unless its weights are unusable) think of them.

#[path = "common/line_model.rs"]
mod line_model;
#[path = "common/page_lines.rs"]
mod page_lines;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use domain::{Passage, PassageModel, PassageOpinion};
use engine::propose::{JudgedPassage, judged_passages};
use models::line_model::{LineModel, encode};
use serde_json::{Value as Json, json};

type Failure = Box<dyn std::error::Error>;

#[expect(clippy::print_stderr, reason = "an example reports on the terminal")]
fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (mut out, mut inputs, mut weights) = (PathBuf::from("."), Vec::new(), None);
    while let Some(argument) = arguments.next() {
        if argument == "--out" {
            out = arguments.next().map_or(out, PathBuf::from);
        } else if argument == "--weights" {
            weights = arguments.next().map(PathBuf::from);
        } else {
            inputs.push(PathBuf::from(argument));
        }
    }
    let mut code = ExitCode::SUCCESS;
    let model = line_model::load(weights.as_deref()).ok();
    for input in &inputs {
        if let Err(error) = run(input, &out, model.as_ref()) {
            eprintln!("{}: {error}", input.display());
            code = ExitCode::from(2);
        }
    }
    code
}

fn run(input: &Path, out: &Path, model: Option<&LineModel>) -> Result<(), Failure> {
    let page: Json = serde_json::from_str(&std::fs::read_to_string(input)?)?;
    let found = judged_passages(&page_lines::reading(&page));
    let passages: Vec<Passage> = found.iter().map(|found| found.passage.clone()).collect();
    let opinions = model.and_then(|model| model.judge(&passages));
    let opinion = |index: usize| opinions.as_ref().and_then(|opinions| opinions.get(index));
    let passages: Vec<Json> =
        found.iter().enumerate().map(|(index, found)| entry(found, opinion(index))).collect();
    let name = input.file_name().ok_or("an input is a file")?;
    std::fs::create_dir_all(out)?;
    std::fs::write(out.join(name), serde_json::to_string(&passages)?)?;
    Ok(())
}

fn entry(found: &JudgedPassage, opinion: Option<&PassageOpinion>) -> Json {
    let encoded = encode(&found.passage);
    json!({
        "text": found.text,
        "masked": found.passage.text,
        "words": encoded.words,
        "pairs": encoded.pairs,
        "letters": encoded.letters,
        "heading": encoded.heading,
        "features": found.passage.features.to_vec(),
        "score": found.score,
        "cues": found.cues,
        "roles": opinion.map(|opinion| opinion.roles),
        "kinds": opinion.map(|opinion| opinion.kinds),
    })
}
