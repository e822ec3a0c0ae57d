//! `cargo xtask bench`: measurements beside the peers', in the same run on the same files.
//!
//! Invariant: every engine reads the same files one at a time, a process for each, taking turns; nothing is reported
//! that was not measured. Peers are measured only: nothing of theirs goes into the product.

mod accuracy;
mod engines;
mod measure;
mod report;
mod vlm;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::Value;

use crate::{eval, process};
use engines::{Engine, Kept};
use measure::Sample;

#[derive(Subcommand)]
pub(crate) enum Bench {
    /// Time, memory and accuracy of the text reader beside tesseract (psm 3 and 11) and, where given, rapidocr.
    Reader {
        /// Folder of ID.json and pictures in the evaluation kit's format.
        #[arg(long, default_value = "../shared/eval/dev")]
        truth: PathBuf,
        /// The kit's scorer; by default `score.py` in the folder above the truth.
        #[arg(long)]
        scorer: Option<PathBuf>,
        /// Only pictures of this size, for example 1280x800.
        #[arg(long)]
        size: Option<String>,
        /// Only this many pictures, the first by name.
        #[arg(long)]
        limit: Option<usize>,
        /// How often each engine reads each picture; the median counts.
        #[arg(long, default_value_t = 1)]
        runs: usize,
        /// Python of an environment with `rapidocr` and `onnxruntime`.
        #[arg(long)]
        rapidocr: Option<PathBuf>,
        /// Keeps what the peers read and used, and takes it from there the next time.
        #[arg(long)]
        peer_cache: Option<PathBuf>,
        /// Leaves the peers out.
        #[arg(long)]
        alone: bool,
        /// Prints JSON instead of Markdown.
        #[arg(long)]
        json: bool,
    },
    /// Time to first token, tokens a second and memory of the vision-language model beside transformers and llama.cpp.
    Vlm(vlm::Vlm),
}

/// One screenshot of a truth folder.
struct Screenshot {
    path: PathBuf,
    /// Without extension: the name of truth and prediction.
    id: String,
    truth: PathBuf,
}

/// What one engine did with all screenshots.
struct Outcome {
    name: String,
    version: String,
    /// One for each screenshot, medians over the runs.
    samples: Vec<Sample>,
    /// How many of them were measured in an earlier run.
    kept: usize,
    /// The scorer's groups; `null` without a scorer.
    scores: Value,
}

pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    let (truth, scorer, size, limit, runs, rapidocr, peer_cache, alone, json) = match bench {
        Bench::Vlm(chosen) => return vlm::run(chosen),
        Bench::Reader { truth, scorer, size, limit, runs, rapidocr, peer_cache, alone, json } => {
            (truth, scorer, size, limit, runs, rapidocr, peer_cache, alone, json)
        }
    };
    let screenshots = screenshots(truth, size.as_deref(), *limit)?;
    let scorer = scorer.clone().unwrap_or_else(|| truth.parent().unwrap_or(truth).join("score.py"));
    let engines = engines::all(*alone, rapidocr.as_deref())?;
    // Not through `process::run`, whose line would stand in front of the JSON.
    let built = process::cargo().args(["build", "--release", "-p", "cli"]).status()?;
    if !built.success() {
        bail!("the release build ended with {built}; nothing was measured");
    }
    let output = process::root().join("target/bench");
    if output.exists() {
        std::fs::remove_dir_all(&output)?;
    }
    let mut measured: Vec<Vec<Kept>> = engines.iter().map(|_| Vec::new()).collect();
    for (index, screenshot) in screenshots.iter().enumerate() {
        eprint_line(&format!("{} of {}: {}", index + 1, screenshots.len(), screenshot.id));
        for (engine, kept) in engines.iter().zip(&mut measured) {
            kept.push(engines::read(engine, screenshot, (*runs).max(1), peer_cache.as_deref(), &output)?);
        }
    }
    let mut outcomes = Vec::new();
    for (engine, kept) in engines.iter().zip(measured) {
        outcomes.push(outcome(engine, &kept, &screenshots, &scorer, &output)?);
    }
    if *json {
        println!("{}", serde_json::to_string_pretty(&report::json(&screenshots, &outcomes))?);
    } else {
        println!("{}", report::markdown(&screenshots, &outcomes));
    }
    Ok(())
}

fn outcome(
    engine: &Engine,
    kept: &[Kept],
    screenshots: &[Screenshot],
    scorer: &Path,
    output: &Path,
) -> anyhow::Result<Outcome> {
    let predictions = output.join(&engine.name).join("lines");
    std::fs::create_dir_all(&predictions)?;
    for (kept, screenshot) in kept.iter().zip(screenshots) {
        std::fs::write(predictions.join(format!("{}.json", screenshot.id)), kept.prediction.to_string())?;
    }
    let truths: Vec<&Path> = screenshots.iter().map(|screenshot| screenshot.truth.as_path()).collect();
    Ok(Outcome {
        name: engine.name.clone(),
        version: engine.version(),
        samples: kept.iter().map(|kept| kept.sample).collect(),
        kept: kept.iter().filter(|kept| kept.from_cache).count(),
        scores: accuracy::score(scorer, &truths, &predictions, output)?,
    })
}

/// The pictures that stand beside a truth file.
fn screenshots(folder: &Path, size: Option<&str>, limit: Option<usize>) -> anyhow::Result<Vec<Screenshot>> {
    let mut found = Vec::new();
    for path in eval::pictures(folder)? {
        let truth = path.with_extension("json");
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !truth.is_file() {
            bail!("{} has no truth beside it", path.display());
        }
        if let Some(size) = size {
            let text = std::fs::read_to_string(&truth)?;
            let value: Value =
                serde_json::from_str(&text).with_context(|| format!("{} is no JSON", truth.display()))?;
            if format!("{}x{}", value["size"][0], value["size"][1]) != size {
                continue;
            }
        }
        found.push(Screenshot { path, id, truth });
    }
    found.truncate(limit.unwrap_or(usize::MAX));
    if found.is_empty() {
        bail!("no picture of {} fits; nothing was measured", folder.display());
    }
    Ok(found)
}

#[expect(clippy::print_stderr, reason = "progress; the result alone goes to standard output")]
fn eprint_line(text: &str) {
    eprintln!("{text}");
}
