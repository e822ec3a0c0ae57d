//! Starting the drill, with what it said.

use std::io::{Error, Result, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe means that nobody counts any more.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Random numbers: a linear congruential generator, so that a seed means the same everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) % if most == 0 { 1 } else { most }
    }
}

pub(crate) fn drill() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.with_file_name(format!("drill{}", std::env::consts::EXE_SUFFIX)))
}

/// Starts the drill with its output in a file.
pub(crate) fn start(arguments: &[&str], log: &Path, environment: &[(&str, String)]) -> Result<Child> {
    Command::new(drill()?)
        .args(arguments)
        .envs(environment.iter().map(|(name, value)| (*name, value)))
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(log)?)
        .stderr(Stdio::null())
        .spawn()
}

/// Runs the drill to its end; an error if it failed.
pub(crate) fn finished(arguments: &[&str]) -> Result<String> {
    let output = Command::new(drill()?).args(arguments).stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(said) } else { Err(Error::other(format!("{arguments:?}: {said}"))) }
}

/// Compares a library with what was acknowledged; what is wrong, if anything is.
pub(crate) fn check(library: &Path, acknowledged: &[u8]) -> Result<Option<String>> {
    let mut checker = Command::new(drill()?)
        .arg("check")
        .arg(library)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = checker.stdin.take() {
        // A checker that ended early says so by its status.
        let _ = input.write_all(acknowledged);
    }
    let output = checker.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok((!output.status.success()).then_some(said))
}

pub(crate) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            std::fs::copy(&path, &target)?;
        }
    }
    Ok(())
}
