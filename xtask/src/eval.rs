//! `cargo xtask eval`: reads a truth folder's screenshots with the release build, runs its scorer, and reports what the
//! statuses and confidences are worth.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::process;

pub(crate) fn run(truth: &Path) -> anyhow::Result<()> {
    let pictures = pictures(truth)?;
    let scorer = truth.parent().unwrap_or(truth).join("score.py");
    if !scorer.is_file() {
        bail!("{} is not there; the scorer lies in the folder above the truth", scorer.display());
    }
    process::run(process::cargo().args(["build", "--release", "-p", "cli"]))?;
    let output = process::root().join("target/eval");
    if output.exists() {
        std::fs::remove_dir_all(&output)?;
    }
    let mut read = Command::new(process::built("release", "shortlist"));
    read.args(["read", "--json", "--out"]).arg(&output).args(&pictures);
    read.stdout(std::process::Stdio::null());
    process::run(&mut read)?;
    let mut score = Command::new("python3");
    score.arg(&scorer).arg("--truth").arg(truth).arg("--pred").arg(&output).arg("--per-page");
    process::run(&mut score)?;
    let mut report = Command::new("python3");
    report.arg(process::root().join("models/training/claims/report.py")).arg("--scorer").arg(&scorer);
    report.arg("--truth").arg(truth).arg("--pred").arg(&output).arg("--list");
    process::run(&mut report)
}

/// The pictures that stand beside the truth files.
pub(crate) fn pictures(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    let mut pictures: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
            ["png", "jpg", "jpeg", "webp"].contains(&extension.as_str())
        })
        .collect();
    pictures.sort();
    if pictures.is_empty() {
        bail!("there is no picture in {}", folder.display());
    }
    Ok(pictures)
}
