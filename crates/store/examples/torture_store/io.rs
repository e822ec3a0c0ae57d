//! Failing calls: the first, second, third … call of each kind fails with each error, once or from then on.
//!
//! A small library in C stands before the system's calls (`shim.c`); it needs Linux and a C compiler. A run that meets no
//! failure any more ends its row, so that every call of the program was met.

use std::io::{Error, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::program::{check, say, start, text};

const CALLS: [&str; 10] =
    ["write", "pwrite", "fsync", "fdatasync", "rename", "open", "ftruncate", "chmod", "mkdir", "unlink"];
/// What the drill does meanwhile: adding, deciding, merging, writing notes and backing up; removing for good.
const PROGRAMS: [[&str; 3]; 2] = [["write", "5", "2"], ["redact", "5", "1"]];
/// `EIO`, `ENOSPC`, `EDQUOT`, `EROFS` and `EMFILE` of Linux.
const ERRORS: [(&str, u32); 5] = [("EIO", 5), ("ENOSPC", 28), ("EDQUOT", 122), ("EROFS", 30), ("EMFILE", 24)];

/// Tries all of it, or what the words name.
pub(crate) fn run(words: &[String]) -> Result<u64> {
    let mut unknown = words.iter().filter(|word| {
        let errors = ERRORS.iter().map(|(name, _)| *name);
        !PROGRAMS.iter().map(|program| program[0]).chain(CALLS).chain(errors).any(|known| known == *word)
    });
    if let Some(word) = unknown.next() {
        return Err(Error::other(format!("no program, call or error is called {word}")));
    }
    let is_meant = |name: &str, of: &[&str]| {
        words.iter().any(|word| word == name) || !words.iter().any(|word| of.contains(&word.as_str()))
    };
    let programs = PROGRAMS.map(|program| program[0]);
    let errors = ERRORS.map(|(name, _)| name);
    let place = TempDir::new()?;
    let shim = built(place.path())?;
    let (mut points, mut losses, mut survived) = (0_u64, 0, 0_u64);
    for program in PROGRAMS.iter().filter(|program| is_meant(program[0], &programs)) {
        for call in CALLS.into_iter().filter(|call| is_meant(call, &CALLS)) {
            let before = points;
            for (name, error) in ERRORS.into_iter().filter(|(name, _)| is_meant(name, &errors)) {
                for sticky in [false, true] {
                    for at in 1.. {
                        let (hit, ended_well, found) = one(&shim, program, call, error, sticky, at)?;
                        if !hit {
                            break;
                        }
                        points += 1;
                        survived += u64::from(ended_well);
                        if let Some(found) = found {
                            losses += 1;
                            say(&format!("{} {call} {at} {name} sticky={sticky}: {found}", program[0]));
                        }
                    }
                }
            }
            say(&format!("{} {call}: {} failures", program[0], points - before));
        }
    }
    say(&format!("{points} failures, {losses} with losses; the program went on to its end after {survived}"));
    // A run that met nothing proves nothing.
    if points == 0 {
        return Err(Error::other("no call was met"));
    }
    Ok(losses)
}

fn built(place: &Path) -> Result<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/torture_store/shim.c");
    let shim = place.join("shim.so");
    let output = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-o"])
        .args([&shim, &source])
        .arg("-ldl")
        .output()?;
    if output.status.success() {
        return Ok(shim);
    }
    Err(Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))
}

fn one(
    shim: &Path,
    program: &[&str; 3],
    call: &str,
    error: u32,
    sticky: bool,
    at: u64,
) -> Result<(bool, bool, Option<String>)> {
    let place = TempDir::new()?;
    let (library, log, hit) =
        (place.path().join("library"), place.path().join("log"), place.path().join("hit"));
    let environment = [
        ("LD_PRELOAD", text(shim)),
        ("SHIM_CALL", call.to_owned()),
        ("SHIM_ERROR", error.to_string()),
        ("SHIM_AT", at.to_string()),
        ("SHIM_STICKY", u32::from(sticky).to_string()),
        ("SHIM_BELOW", text(&library)),
        ("SHIM_HIT", text(&hit)),
    ];
    let ended_well =
        start(&[program[0], &text(&library), program[1], program[2]], &log, &environment)?.wait()?.success();
    if !hit.exists() {
        return Ok((false, ended_well, None));
    }
    let acknowledged = std::fs::read(&log)?;
    let found = check(&library, &acknowledged)?;
    Ok((true, ended_well, found))
}
