//! `cargo xtask start`: from a checkout to the window on one's own screenshots.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::bail;

use crate::prerequisites::{self, Need};
use crate::process;

pub(crate) fn run(images: &[PathBuf], no_window: bool, library: Option<&Path>) -> anyhow::Result<()> {
    let images: Vec<PathBuf> = images.iter().map(|path| absolute(path)).collect();
    let missing: Vec<String> =
        images.iter().filter(|path| !path.exists()).map(|path| path.display().to_string()).collect();
    if !missing.is_empty() {
        bail!("nothing is there: {}. Nothing was built or read.", missing.join(", "));
    }
    if no_window || !prerequisites::display() {
        return in_terminal(&images, library);
    }
    prerequisites::ensure(Need::Window)?;
    prerequisites::build_pages()?;
    process::run(process::cargo().args(["build", "--release", "-p", "cli", "-p", "shortlist-window"]))?;
    let mut window = Command::new(process::built("release", "shortlist-window"));
    with_library(&mut window, library);
    if images.is_empty() {
        window.arg("--samples");
    }
    process::run(window.args(&images))
}

/// The same work without a display: proposals and the comparison, plainly marked as not reviewed.
fn in_terminal(images: &[PathBuf], library: Option<&Path>) -> anyhow::Result<()> {
    prerequisites::ensure(Need::CommandLine)?;
    process::run(process::cargo().args(["build", "--release", "-p", "cli"]))?;
    let program = process::built("release", "shortlist");
    let mut add = Command::new(&program);
    add.arg("add");
    with_library(&mut add, library);
    if images.is_empty() {
        add.arg("--samples");
    }
    // Exit status 2 says that some files could not be read; each was named, and the others are in.
    let added = add.args(images).stdout(Stdio::null()).status()?;
    if !matches!(added.code(), Some(0 | 2)) {
        bail!("the screenshots could not be added ({added})");
    }
    for arguments in [&["review", "--text"][..], &["compare", "--proposals", "--text"]] {
        let mut show = Command::new(&program);
        show.args(arguments);
        with_library(&mut show, library);
        process::run(&mut show)?;
    }
    Ok(())
}

fn with_library(command: &mut Command, library: Option<&Path>) {
    if let Some(library) = library {
        command.arg("--library").arg(absolute(library));
    }
}

/// Paths are given relative to where the user stands, and the work runs in the project's folder.
fn absolute(path: &Path) -> PathBuf {
    let stand = std::env::var_os("PWD").map_or_else(process::root, PathBuf::from);
    if path.is_absolute() { path.to_path_buf() } else { stand.join(path) }
}
