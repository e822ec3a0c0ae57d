//! `cargo xtask check`: the gate that runs no slow test: format, lints, types, generated files, house rules.

use crate::prerequisites::{self, Need};
use crate::process;

pub(crate) fn run() -> anyhow::Result<()> {
    prerequisites::ensure(Need::Window)?;
    process::run(process::cargo().args(["fmt", "--all", "--check"]))?;
    prerequisites::build_pages()?;
    for script in ["check", "lint"] {
        process::run(process::npm().args(["run", "--silent", script]))?;
    }
    process::run(process::cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    process::run(process::cargo().args(["test", "-p", "api", "--test", "it", "bindings"]))?;
    process::run(process::cargo().args(["test", "-p", "tests", "--test", "house_rules"]))
}
