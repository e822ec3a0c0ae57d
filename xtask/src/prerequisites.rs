//! What a fresh machine may lack, and how it gets it.
//!
//! Invariant: on Debian and Ubuntu missing packages are named; apt-get runs only as root or after a yes.

use std::io::{IsTerminal, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::process;

/// A system package and how to see that it is there.
struct Package {
    name: &'static str,
    probe: Probe,
}

enum Probe {
    /// A library as pkg-config knows it.
    Library(&'static str),
    Program(&'static str),
}

/// For building and running the window.
const WINDOW: &[Package] = &[
    Package { name: "build-essential", probe: Probe::Program("cc") },
    Package { name: "pkg-config", probe: Probe::Program("pkg-config") },
    Package { name: "libwebkit2gtk-4.1-dev", probe: Probe::Library("webkit2gtk-4.1") },
    Package { name: "librsvg2-dev", probe: Probe::Library("librsvg-2.0") },
];

/// For building the command line alone.
const COMMAND_LINE: &[Package] = &[Package { name: "build-essential", probe: Probe::Program("cc") }];

/// For the tests of the pages and of the window.
const TESTS: &[Package] = &[
    Package { name: "xvfb", probe: Probe::Program("Xvfb") },
    Package { name: "xauth", probe: Probe::Program("xauth") },
    Package { name: "xclip", probe: Probe::Program("xclip") },
    Package { name: "webkit2gtk-driver", probe: Probe::Program("WebKitWebDriver") },
    Package { name: "chromium", probe: Probe::Program("chromium") },
];

/// Which set of packages a command needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    CommandLine,
    Window,
    Tests,
}

/// Makes sure that everything is there, or says what is missing and how to get it.
pub(crate) fn ensure(need: Need) -> anyhow::Result<()> {
    if need != Need::CommandLine {
        node()?;
    }
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let wanted: Vec<&Package> = match need {
        Need::CommandLine => COMMAND_LINE.iter().collect(),
        Need::Window => WINDOW.iter().collect(),
        Need::Tests => WINDOW.iter().chain(TESTS).collect(),
    };
    let missing: Vec<&str> =
        wanted.iter().filter(|package| !is_there(package)).map(|package| package.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("These system packages are missing: {}", missing.join(" "));
    if !process::present("apt-get") {
        bail!(
            "install them with your system's package manager (the names are Debian's), then run this again"
        );
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0"));
    let by_hand = format!("sudo apt-get install -y --no-install-recommends {}", missing.join(" "));
    if !root && !agreed(&by_hand)? {
        bail!("nothing was installed; install them yourself and run this again:\n    {by_hand}");
    }
    let apt = |arguments: &[&str]| {
        let mut command = if root { Command::new("apt-get") } else { Command::new("sudo") };
        if !root {
            command.arg("apt-get");
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments).stdin(Stdio::null());
        command
    };
    process::run(&mut apt(&["update", "-q"]))?;
    let mut install = apt(&["install", "-y", "-q", "--no-install-recommends"]);
    process::run(install.args(&missing))
}

fn agreed(by_hand: &str) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("Run `{by_hand}` now? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn is_there(package: &Package) -> bool {
    match package.probe {
        Probe::Library(name) => {
            let status = Command::new("pkg-config").args(["--exists", name]).stderr(Stdio::null()).status();
            status.is_ok_and(|status| status.success())
        }
        // Some programs of this list do not know --version, so the PATH is searched instead of starting them.
        Probe::Program(name) => std::env::var_os("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file())),
    }
}

fn node() -> anyhow::Result<()> {
    let output = Command::new("node").arg("--version").output().context(
        "Node.js 20 or newer is needed to build the window's pages and was not found; install it and run this again",
    )?;
    let version = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches('v').to_owned();
    let major: u32 = version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    if major < 20 {
        bail!("Node.js 20 or newer is needed to build the window's pages; this is {version}");
    }
    Ok(())
}

/// Whether a window can be shown.
pub(crate) fn display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Installs the pages' packages when the lock file is newer than the last install, and builds the pages.
pub(crate) fn build_pages() -> anyhow::Result<()> {
    let modified = |path: &str| process::root().join(path).metadata().and_then(|data| data.modified()).ok();
    if modified("ui/node_modules/.package-lock.json") < modified("ui/package-lock.json") {
        process::run(process::npm().args(["ci", "--no-audit", "--no-fund"]))?;
    }
    process::run(process::npm().args(["run", "--silent", "build"]))
}
