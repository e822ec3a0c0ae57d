//! `cargo xtask eval`: reads a truth folder's screenshots with the release build, or makes pages with exact truth, runs
//! the kit's scorer, and reports what the statuses and confidences are worth.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::process;

/// Screenshots through the built program, with its reader.
pub(crate) fn run(truth: &Path) -> anyhow::Result<()> {
    let pictures = pictures(truth)?;
    let scorer = scorer(truth)?;
    process::run(process::cargo().args(["build", "--release", "-p", "cli"]))?;
    let output = emptied("eval")?;
    let mut read = Command::new(process::built("release", "shortlist"));
    read.args(["read", "--json", "--out"]).arg(&output).args(&pictures);
    read.stdout(std::process::Stdio::null());
    process::run(&mut read)?;
    score(&scorer, truth, &output)
}

/// Pages about invented tools, made here with exact truth, from their own lines: how names, prices and claims are found.
pub(crate) fn run_made(kit: &Path, split: Split, count: u32) -> anyhow::Result<()> {
    let scorer = scorer(kit)?;
    let training = process::root().join("models/training");
    if !training.join("node_modules").is_dir() {
        process::run(process::npm().current_dir(&training).args(["ci", "--no-audit", "--no-fund"]))?;
    }
    let (truth, output) = (emptied("made-truth")?, emptied("made-read")?);
    let mut make = Command::new("python3");
    make.arg(training.join("claims/make.py")).args(["--split", split.name(), "--no-pictures", "--count"]);
    process::run(make.arg(count.to_string()).arg("--out").arg(&truth))?;
    let mut pages = files(&truth)?;
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut propose = process::cargo();
    propose.args(["run", "--release", "--quiet", "-p", "models", "--example", "propose", "--", "--out"]);
    // Hundreds of paths would hide the rest of the output.
    println!("> propose for {} pages", pages.len());
    let status = propose.arg(&output).args(&pages).status().context("the proposer could not be started")?;
    if !status.success() {
        bail!("the proposer ended with {status}");
    }
    score(&scorer, &truth, &output)
}

/// What the training never saw.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Split {
    Validation,
    Test,
    Unseen,
}

impl Split {
    fn name(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::Test => "test",
            Self::Unseen => "unseen",
        }
    }
}

/// The kit's own scorer, in the folder above its truth.
fn scorer(truth: &Path) -> anyhow::Result<PathBuf> {
    let scorer = truth.parent().unwrap_or(truth).join("score.py");
    if !scorer.is_file() {
        bail!("{} is not there; the scorer lies in the folder above the truth", scorer.display());
    }
    Ok(scorer)
}

fn emptied(name: &str) -> anyhow::Result<PathBuf> {
    let folder = process::root().join("target").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(folder)
}

fn score(scorer: &Path, truth: &Path, output: &Path) -> anyhow::Result<()> {
    let mut score = Command::new("python3");
    score.arg(scorer).arg("--truth").arg(truth).arg("--pred").arg(output).arg("--per-page");
    process::run(&mut score)?;
    let mut report = Command::new("python3");
    report.arg(process::root().join("models/training/claims/report.py")).arg("--scorer").arg(scorer);
    report.arg("--truth").arg(truth).arg("--pred").arg(output).arg("--list");
    process::run(&mut report)
}

/// The pictures that stand beside the truth files.
pub(crate) fn pictures(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut pictures = files(folder)?;
    pictures.retain(|path| {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        ["png", "jpg", "jpeg", "webp"].contains(&extension.as_str())
    });
    if pictures.is_empty() {
        bail!("there is no picture in {}", folder.display());
    }
    Ok(pictures)
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.sort();
    Ok(found)
}
