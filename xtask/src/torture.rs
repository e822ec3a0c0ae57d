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
    /// Made pages put to vision-language models under a grammar: invalid answers, words that are not on the page.
    Model {
        /// Pages for each model.
        #[arg(long, default_value_t = 500)]
        count: u64,
        /// The same seed tries the same pages.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Kills programs at random points while they add, merge, import, migrate, restore, go back and redact; nothing that they
    /// acknowledged may be lost.
    Store {
        #[arg(long, default_value_t = 1000)]
        count: u64,
        /// The same seed kills after the same times.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Cuts the power of a disk under such programs; needs Linux, root and loop devices.
    Power {
        #[arg(long, default_value_t = 200)]
        count: u64,
        /// The same seed cuts after the same times.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Lets every call that writes fail once, and from then on, with each error; needs Linux and a C compiler.
    Io,
}

pub(crate) fn run(torture: &Torture) -> anyhow::Result<()> {
    // With the program's own selection of packages, so that dependencies compiled for it are used again.
    let with_models = ["-p", "cli", "-p", "models"].as_slice();
    let of_store = ["-p", "store"].as_slice();
    let (packages, example, arguments) = match torture {
        Torture::Images { count, seed } => {
            (with_models, "torture_images", vec![count.to_string(), seed.to_string()])
        }
        Torture::Model { count, seed } => {
            let arguments = [("--count", count), ("--seed", seed)].into_iter();
            let arguments =
                arguments.flat_map(|(name, value)| [name.to_owned(), value.to_string()]).collect();
            (with_models, "torture_answers", arguments)
        }
        Torture::Store { count, seed } => {
            (of_store, "torture_store", vec!["kill".to_owned(), count.to_string(), seed.to_string()])
        }
        Torture::Power { count, seed } => {
            (of_store, "torture_store", vec!["power".to_owned(), count.to_string(), seed.to_string()])
        }
        Torture::Io => (of_store, "torture_store", vec!["io".to_owned()]),
    };
    let mut build = process::cargo();
    build.args(["build", "--release"]).args(packages).args(["--example", example]);
    if example == "torture_store" {
        // The program that it interrupts.
        build.args(["--example", "drill"]);
    }
    process::run(&mut build)?;
    process::run(Command::new(process::built("release/examples", example)).args(arguments))
}
