//! `cargo xtask bench`: measurements beside the peer's, in the same run on the same files.
//!
//! Invariant: CPU time is that of the whole process tree; both sides read the same files one at a time.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Subcommand;

use crate::{eval, process};

#[derive(Subcommand)]
pub(crate) enum Bench {
    /// Reading time of the text reader beside tesseract's (psm 11), a process for each screenshot on both sides.
    Reader {
        /// Folder of screenshots.
        #[arg(long, default_value = "../shared/eval/dev")]
        pictures: PathBuf,
        /// Only pictures of this size, for example 1280x800.
        #[arg(long)]
        size: Option<String>,
        /// How often each picture is read; the median counts.
        #[arg(long, default_value_t = 5)]
        runs: usize,
    },
}

/// One measured run: seconds of wall time and of CPU time, and peak memory in kilobytes.
#[derive(Clone, Copy)]
struct Sample {
    wall: f64,
    cpu: f64,
    memory: f64,
}

pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    let Bench::Reader { pictures, size, runs } = bench;
    if !process::present("tesseract") {
        bail!(
            "tesseract is the peer of this measurement; install it (Debian: tesseract-ocr) and run this again"
        );
    }
    process::run(process::cargo().args(["build", "--release", "-p", "cli"]))?;
    let program = process::built("release", "shortlist");
    println!("{:<44} {:>22} {:>22}", "", "shortlist", "tesseract");
    println!(
        "{:<44} {:>8} {:>6} {:>6} {:>8} {:>6} {:>6}",
        "picture", "wall s", "CPU s", "MB", "wall s", "CPU s", "MB"
    );
    let mut totals = Vec::new();
    for picture in eval::pictures(pictures)? {
        if let Some(size) = size {
            let identify = Command::new("identify").args(["-format", "%wx%h"]).arg(&picture).output();
            let found = identify.context("identify (Debian: imagemagick) is needed to choose by size")?;
            if String::from_utf8_lossy(&found.stdout) != *size {
                continue;
            }
        }
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        // Taking turns gives both sides the same machine.
        for _ in 0..*runs {
            let mut read = Command::new(&program);
            ours.push(measure(read.args(["read", "--json"]).arg(&picture))?);
            let mut peer = Command::new("tesseract");
            theirs.push(measure(peer.arg(&picture).args(["-", "--psm", "11"]))?);
        }
        let pair = (median(&ours), median(&theirs));
        let name = picture.file_name().unwrap_or_default().to_string_lossy().into_owned();
        line(&name, pair);
        totals.push(pair);
    }
    let ours: Vec<Sample> = totals.iter().map(|pair| pair.0).collect();
    let theirs: Vec<Sample> = totals.iter().map(|pair| pair.1).collect();
    if !ours.is_empty() {
        line("median of the pictures", (median(&ours), median(&theirs)));
    }
    Ok(())
}

fn line(name: &str, (ours, theirs): (Sample, Sample)) {
    println!(
        "{name:<44} {:>8.2} {:>6.2} {:>6.0} {:>8.2} {:>6.2} {:>6.0}",
        ours.wall,
        ours.cpu,
        ours.memory / 1024.0,
        theirs.wall,
        theirs.cpu,
        theirs.memory / 1024.0
    );
}

/// Runs it under GNU time, which counts the whole tree of processes that were waited for.
fn measure(command: &mut Command) -> anyhow::Result<Sample> {
    let report = std::env::temp_dir().join(format!("shortlist-bench-{}", std::process::id()));
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%U %S %M", "-o"]).arg(&report).arg(command.get_program()).args(command.get_args());
    timed.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let start = Instant::now();
    let status = timed.status().context("GNU time (Debian: time) is needed for this measurement")?;
    let wall = start.elapsed().as_secs_f64();
    let text = std::fs::read_to_string(&report)?;
    std::fs::remove_file(&report)?;
    if !status.success() {
        bail!("{} ended with {status}", command.get_program().to_string_lossy());
    }
    let numbers: Vec<f64> =
        text.lines().last().unwrap_or_default().split(' ').filter_map(|number| number.parse().ok()).collect();
    let [user, system, memory] = numbers[..] else { bail!("GNU time printed {text:?}") };
    Ok(Sample { wall, cpu: user + system, memory })
}

fn median(samples: &[Sample]) -> Sample {
    let middle = |value: fn(&Sample) -> f64| {
        let mut values: Vec<f64> = samples.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Sample { wall: middle(|s| s.wall), cpu: middle(|s| s.cpu), memory: middle(|s| s.memory) }
}
