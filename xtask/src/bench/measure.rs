//! One measured run of a program: wall time, CPU time and peak memory of its whole process tree.
//!
//! Invariant: CPU time is the kernel's count of every process that was waited for; memory is the sum of each
//! process's own peak, which is never less than the tree's peak. Must not: measure anything on a system without /proc.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

/// How often the tree is looked at. A process's own peak is kept by the kernel, so only one that lives for less than
/// this can be missed.
const INTERVAL: Duration = Duration::from_millis(20);

#[derive(Clone, Copy)]
pub(super) struct Sample {
    /// Seconds.
    pub(super) wall: f64,
    /// Seconds, user and system.
    pub(super) cpu: f64,
    /// Megabytes.
    pub(super) memory: f64,
}

impl Sample {
    pub(super) fn to_json(self) -> Value {
        json!({ "wall_s": rounded(self.wall), "cpu_s": rounded(self.cpu), "memory_mb": rounded(self.memory) })
    }

    pub(super) fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            wall: value["wall_s"].as_f64()?,
            cpu: value["cpu_s"].as_f64()?,
            memory: value["memory_mb"].as_f64()?,
        })
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Runs it under GNU time, which counts the whole tree of processes that were waited for.
pub(super) fn run(command: &Command, scratch: &Path) -> anyhow::Result<Sample> {
    if !Path::new("/proc/self/status").exists() {
        bail!("memory of a process tree is read from /proc, which this system does not have");
    }
    let report = scratch.join("time.txt");
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["-f", "%U %S", "-o"]).arg(&report).arg(command.get_program()).args(command.get_args());
    timed.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let mut child = timed.spawn().context("GNU time (Debian: time) is needed for this measurement")?;
    let mut peaks: Vec<(u32, f64)> = Vec::new();
    let status = loop {
        for process in descendants(child.id()) {
            let Some(peak) = peak_of(process) else { continue };
            match peaks.iter_mut().find(|(known, _)| *known == process) {
                Some((_, most)) => *most = most.max(peak),
                None => peaks.push((process, peak)),
            }
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(INTERVAL);
    };
    let wall = start.elapsed().as_secs_f64();
    if !status.success() {
        bail!("{} ended with {status}", command.get_program().to_string_lossy());
    }
    let text = std::fs::read_to_string(&report)?;
    let numbers: Vec<f64> =
        text.lines().last().unwrap_or_default().split(' ').filter_map(|number| number.parse().ok()).collect();
    let [user, system] = numbers[..] else { bail!("GNU time printed {text:?}") };
    Ok(Sample { wall, cpu: user + system, memory: peaks.iter().map(|(_, peak)| peak).sum() })
}

/// Children of a process and theirs.
fn descendants(process: u32) -> Vec<u32> {
    let mut found = Vec::new();
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else { return found };
    for thread in threads.flatten() {
        let children = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|child| child.parse().ok()) {
            found.push(child);
            found.extend(descendants(child));
        }
    }
    found
}

/// Megabytes that a process had in memory at most so far.
fn peak_of(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// The median of each figure.
pub(super) fn median(samples: &[Sample]) -> Sample {
    let middle = |value: fn(&Sample) -> f64| {
        let mut values: Vec<f64> = samples.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Sample { wall: middle(|s| s.wall), cpu: middle(|s| s.cpu), memory: middle(|s| s.memory) }
}
