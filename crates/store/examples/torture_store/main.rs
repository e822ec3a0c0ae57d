//! Interrupts programs that work on a library and checks each time that nothing they acknowledged is lost.
//!
//! `torture_store kill COUNT SEED`: killed at random times while it adds and merges, enters tables, is brought up to date
//! from older schemas, is restored, goes back to a backup, is taken in from an archive, and redacts. `torture_store power COUNT SEED`: the power
//! fails (Linux and root only). `torture_store io [WHAT…]`: every call that writes fails once, and from then on (Linux only);
//! with words such as `redact fsync EIO` only while that is done, only that call, only that error.
//!
//! The work is done by the example `drill`, which must be built beside this one. The same seed interrupts after the same
//! times. Exit status 1 if anything was lost, 2 if the run is not possible here.

mod io;
mod kill;
mod power;
mod program;

use std::process::ExitCode;

use crate::program::say;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse::<u64>().ok());
    let result = match (arguments.first().map(String::as_str), number(1), number(2)) {
        (Some("kill"), Some(count), Some(seed)) => kill::run(count, seed),
        (Some("power"), Some(count), Some(seed)) => power::run(count, seed),
        (Some("io"), None, None) => io::run(&arguments[1..]),
        _ => {
            say("usage: torture_store kill COUNT SEED | power COUNT SEED | io [WHAT…]");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            say(&format!("{error}"));
            ExitCode::from(2)
        }
    }
}
