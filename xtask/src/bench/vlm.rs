//! The vision-language model beside its peers, by the scripts of `tests/benchmarks/vlm`, and its parity at full size.
//!
//! Invariant: the release build is what is measured, on random weights of the published shapes. Must not: time anything
//! itself.

use std::path::PathBuf;
use std::process::Command;

use anyhow::bail;
use clap::Args;

use crate::process;

#[derive(Args)]
pub(crate) struct Vlm {
    /// Published shape: 256m or 500m.
    #[arg(long, default_value = "256m")]
    size: String,
    /// How often each engine answers; the median counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// How often the peers answer, where fewer than `runs`.
    #[arg(long)]
    peer_runs: Option<usize>,
    /// Tokens of the answer.
    #[arg(long, default_value_t = 32)]
    tokens: usize,
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Tile budget N; llama.cpp knows 4 only.
    #[arg(long, default_value_t = 4)]
    tiles: usize,
    /// f32 or `q8_0`; transformers has f32 only.
    #[arg(long, default_value = "f32")]
    dtype: String,
    /// Python of an environment with what `models/reference/README.md` names.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// Work folder in which `llama_cpp.py build` has run; without it llama.cpp is left out.
    #[arg(long)]
    llama: Option<PathBuf>,
    /// Leaves transformers out.
    #[arg(long)]
    skip_transformers: bool,
    /// Compares image features and logits with what transformers computes, instead of measuring.
    #[arg(long)]
    parity: bool,
}

pub(crate) fn run(chosen: &Vlm) -> anyhow::Result<()> {
    let examples = ["--example", "generate", "--example", "logits"];
    // Not through `process::run`, whose line would stand in front of the JSON.
    let built =
        process::cargo().args(["build", "--release", "-p", "cli", "-p", "models"]).args(examples).status()?;
    if !built.success() {
        bail!("the release build ended with {built}; nothing was measured");
    }
    if chosen.parity {
        return parity(chosen);
    }
    let mut command = Command::new(&chosen.python);
    command.arg(process::root().join("tests/benchmarks/vlm/run.py"));
    command.arg("--ours").arg(process::built("release/examples", "generate"));
    command.args(["--size", &chosen.size, "--dtype", &chosen.dtype]);
    for (name, number) in [
        ("--runs", chosen.runs),
        ("--tokens", chosen.tokens),
        ("--threads", chosen.threads),
        ("--tiles", chosen.tiles),
    ] {
        command.args([name, &number.to_string()]);
    }
    if let Some(runs) = chosen.peer_runs {
        command.args(["--peer-runs", &runs.to_string()]);
    }
    if let Some(work) = &chosen.llama {
        command.arg("--llama").arg(work);
    }
    if chosen.skip_transformers {
        command.arg("--skip-transformers");
    }
    demand(&mut command)
}

/// Full-size weights on both sides, the same ids and pixels.
fn parity(chosen: &Vlm) -> anyhow::Result<()> {
    let folder = process::root().join(format!("models/reference/full/smolvlm-{}", chosen.size));
    let expected = folder.join("expected.safetensors");
    if !expected.is_file() {
        let script = process::root().join("models/reference/make_vlm_fixtures.py");
        demand(Command::new(&chosen.python).arg(script).args(["--full", &chosen.size]))?;
    }
    let mut command = Command::new(process::built("release/examples", "logits"));
    command.arg("--model").arg(&folder).arg("--input").arg(&expected);
    demand(command.args(["--dtype", &chosen.dtype, "--compare"]))
}

fn demand(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status()?;
    if status.success() { Ok(()) } else { bail!("{command:?} ended with {status}") }
}
