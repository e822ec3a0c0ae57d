//! Kills a writer at random points and checks each time that nothing it acknowledged is lost.
//!
//! `torture_store COUNT SEED` starts the example `drill`, which must be built beside it, on a library in a temporary
//! folder: adding, drafting, deciding, merging, editing, backing up. The same seed kills after the same times.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

/// A library is begun anew after so many kills, so that checking it stays quick.
const KILLS_PER_LIBRARY: u64 = 50;

fn main() -> ExitCode {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let [count, seed] = numbers.as_slice() else {
        say("usage: torture_store COUNT SEED");
        return ExitCode::from(2);
    };
    match run(*count, *seed) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            say(&format!("{error}"));
            ExitCode::from(3)
        }
    }
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe means that nobody counts any more.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn run(count: u64, seed: u64) -> std::io::Result<u64> {
    let own = std::env::current_exe()?;
    let drill = own.with_file_name(format!("drill{}", std::env::consts::EXE_SUFFIX));
    let (mut failed, mut checked, mut unfinished) = (0, 0, 0);
    let mut state = seed;
    let mut place = tempfile::TempDir::new()?;
    let mut acknowledged = Vec::new();
    for kill in 0..count {
        if kill % KILLS_PER_LIBRARY == 0 {
            place = tempfile::TempDir::new()?;
            acknowledged.clear();
        }
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        let after = Duration::from_micros(2_000 + (state >> 40) % 400_000);
        let output = interrupted(&drill, place.path(), kill, after)?;
        if !output.ends_with(b"\n") {
            unfinished += 1;
        }
        acknowledged.extend(output);
        let (whole, said) = check(&drill, place.path(), &acknowledged)?;
        checked += 1;
        if !whole {
            failed += 1;
            say(&format!("kill {kill} after {} ms: {said}", after.as_millis()));
        }
    }
    say(&format!("{count} kills, {checked} checks, {unfinished} cut lines, {failed} with losses"));
    Ok(failed)
}

/// What the writer said before it was killed.
fn interrupted(drill: &Path, library: &Path, kill: u64, after: Duration) -> std::io::Result<Vec<u8>> {
    let log = library.with_extension("acknowledged");
    let arguments = ["write", &library.join("library").to_string_lossy(), &(kill * 1000).to_string(), "500"]
        .map(str::to_owned);
    let mut writer = Command::new(drill)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&log)?)
        .spawn()?;
    std::thread::sleep(after);
    writer.kill()?;
    writer.wait()?;
    let output = std::fs::read(&log)?;
    std::fs::remove_file(&log)?;
    Ok(output)
}

fn check(drill: &Path, library: &Path, acknowledged: &[u8]) -> std::io::Result<(bool, String)> {
    let folder: PathBuf = library.join("library");
    let mut checker =
        Command::new(drill).arg("check").arg(&folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut input) = checker.stdin.take() {
        // A checker that ended early says so by its status.
        let _ = input.write_all(acknowledged);
    }
    let output = checker.wait_with_output()?;
    Ok((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}
