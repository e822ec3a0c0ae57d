//! `cargo xtask torture`: long runs that try to break the program, beyond what the tests try.
//!
//! Invariant: each run prints what it tried and what was lost, and fails if anything was. The work is done by programs
//! of the crates that are tortured; this only builds and starts them.

use std::process::Command;

use clap::Subcommand;

use crate::process;

#[derive(Subcommand)]
pub(crate) enum Torture {
    /// Damaged and random pictures of at most 256 px a side through decoding and reading.
    Images {
        #[arg(long, default_value_t = 1000)]
        count: u64,
        /// The same seed tries the same pictures.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

pub(crate) fn run(torture: &Torture) -> anyhow::Result<()> {
    let Torture::Images { count, seed } = torture;
    // With the program's own selection of packages, so that dependencies compiled for it are used again.
    process::run(process::cargo().args([
        "build",
        "--release",
        "-p",
        "cli",
        "-p",
        "models",
        "--example",
        "torture_images",
    ]))?;
    let mut command = Command::new(process::built("release/examples", "torture_images"));
    process::run(command.args([count.to_string(), seed.to_string()]))
}
