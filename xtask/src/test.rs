//! `cargo xtask test`: every test there is, and a short run of the torture.

use std::path::Path;
use std::process::Command;

use crate::prerequisites::{self, Need};
use crate::process;

pub(crate) fn run() -> anyhow::Result<()> {
    prerequisites::ensure(Need::Tests)?;
    prerequisites::build_pages()?;
    for script in ["check", "lint", "test", "test:pages"] {
        process::run(process::npm().args(["run", "--silent", script]))?;
    }
    // The window's tests drive the built program, so it is built before they run.
    process::run(process::cargo().args(["build", "--workspace", "--all-targets"]))?;
    process::run(process::cargo().args(["test", "--workspace"]))?;
    process::run(Command::new(process::built("debug/examples", "torture_images")).arg("500"))?;
    process::run(Command::new(process::built("debug/examples", "torture_store")).args(["kill", "28", "1"]))?;
    // Failing writes at each point of a removal for good: whether a commit was kept is in doubt there. All kinds of calls
    // and errors are met by `cargo xtask torture io`.
    if cfg!(target_os = "linux") {
        let io = ["io", "redact", "fsync", "EIO"];
        let mut torture = Command::new(process::built("debug/examples", "torture_store"));
        // In memory, where nobody waits for a disk.
        if Path::new("/dev/shm").is_dir() {
            torture.env("TMPDIR", "/dev/shm");
        }
        process::run(torture.args(io))?;
    }
    Ok(())
}
