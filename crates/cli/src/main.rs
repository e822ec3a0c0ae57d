//! The `shortlist` command: every command of the core from a terminal.
//!
//! Invariant: results go to stdout (JSON unless `--text` is asked for), progress and messages to stderr; exit codes
//! are 0 ok, 1 usage, 2 some items failed, 3 library locked or damaged, 4 verification failed.
#![expect(clippy::print_stderr, reason = "a command-line program talks to its terminal")]

mod arguments;
mod backups;
mod drawing;
mod library;
mod model;
mod outcome;
mod packs;
mod pages;
mod read;
mod text;
mod upkeep;
mod watching;

use std::process::ExitCode;

use api::Error;
use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::outcome::Exit;

fn main() -> ExitCode {
    if api::worker::is_requested() {
        return api::worker::run(models::loading::text_reader, |start| {
            models::loading::model(start.folder.as_ref(), start.weights_limit)
        });
    }
    tracing_subscriber::fmt().with_writer(std::io::stderr).without_time().init();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Ok };
            // A closed terminal is no reason to fail.
            drop(error.print());
            return exit.into();
        }
    };
    let options = packs::options(arguments.models, arguments.offline, arguments.pins);
    let (result, exit_of): (_, fn(&Error) -> Exit) = match arguments.command {
        Command::Read(read) => (read::run(options, &read), Exit::of_pack),
        Command::Models(command) => (packs::run(options, &command), Exit::of_pack),
        command => (library::run(arguments.library, options, command), Exit::of),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("{} ({})", error.message, error.code);
            exit_of(&error).into()
        }
    }
}
