//! `cargo xtask`: the project's own commands over cargo, npm and the system's packages.
//!
//! Invariant: light dependencies only, so that it starts in seconds on a fresh machine; it never installs a system
//! package without being root or asking first.
#![expect(clippy::print_stdout, reason = "a command-line program talks to its terminal")]

mod bench;
mod check;
mod eval;
mod prerequisites;
mod process;
mod start;
mod test;
mod torture;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Shortlist's own commands.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what is missing, builds, reads the screenshots and opens the window on the result.
    Start {
        /// Screenshots or folders; without any the sample library opens.
        images: Vec<PathBuf>,
        /// Prints the result in the terminal even when there is a display.
        #[arg(long)]
        no_window: bool,
        /// Folder of the library; by default the platform's data folder.
        #[arg(long)]
        library: Option<PathBuf>,
    },
    /// Runs every test.
    Test,
    /// Formatting, lints, types and generated files.
    Check,
    /// Reads the screenshots of a truth folder with the release build and scores them, or scores pages made for it.
    Eval {
        /// Folder of ID.json and pictures, with `score.py` in the folder above it.
        #[arg(long, default_value = "../shared/eval/dev")]
        truth: PathBuf,
        /// Instead, pages that are made for it, of a split that the training never saw, from their own lines.
        #[arg(long)]
        made: Option<eval::Split>,
        /// How many pages are made.
        #[arg(long, default_value_t = 300)]
        count: u32,
    },
    /// Measurements, printed beside the peer's of the same run.
    Bench {
        #[command(subcommand)]
        bench: bench::Bench,
    },
    /// Tries to break the program; says what was tried and what was lost.
    Torture {
        #[command(subcommand)]
        torture: torture::Torture,
    },
}

fn main() -> anyhow::Result<()> {
    std::env::set_current_dir(process::root())?;
    match Arguments::parse().command {
        Command::Start { images, no_window, library } => start::run(&images, no_window, library.as_deref()),
        Command::Test => test::run(),
        Command::Check => check::run(),
        Command::Eval { truth, made: None, .. } => eval::run(&truth),
        Command::Eval { truth, made: Some(split), count } => eval::run_made(&truth, split, count),
        Command::Bench { bench } => bench::run(&bench),
        Command::Torture { torture } => torture::run(&torture),
    }
}
