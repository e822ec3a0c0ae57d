//! Accuracy of predictions by the evaluation kit's own scorer.
//!
//! Invariant: every engine is scored by the same program on the same truth files. Must not: score by itself.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::Value;

/// The scorer's groups for some truth files; `null` where there is no scorer.
pub(super) fn score(
    scorer: &Path,
    truths: &[&Path],
    predictions: &Path,
    output: &Path,
) -> anyhow::Result<Value> {
    if !scorer.is_file() {
        return Ok(Value::Null);
    }
    // A page of the truth folder that was not read would count as empty.
    let chosen = output.join("truth");
    std::fs::create_dir_all(&chosen)?;
    for truth in truths {
        std::fs::copy(truth, chosen.join(truth.file_name().unwrap_or_default()))?;
    }
    let mut command = Command::new("python3");
    command.arg(scorer).arg("--truth").arg(&chosen).arg("--pred").arg(predictions).arg("--json");
    let printed = command.output().context("python3 is needed for the scorer")?;
    if !printed.status.success() {
        bail!("the scorer ended with {}: {}", printed.status, String::from_utf8_lossy(&printed.stderr));
    }
    let value: Value = serde_json::from_slice(&printed.stdout).context("the scorer printed no JSON")?;
    Ok(value["groups"].clone())
}
