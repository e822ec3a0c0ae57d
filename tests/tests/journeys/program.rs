//! The built `shortlist` program, a library of its own for each test, and pictures.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder for one test with a library in it.
pub(crate) struct Sandbox {
    folder: TempDir,
}

/// What one run of the program gave back.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) json: Vec<Value>,
    pub(crate) messages: String,
}

/// Program `name` of the build that this test belongs to.
pub(crate) fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this test has a path");
    let folder = test.ancestors().nth(2).expect("tests lie in deps below the build's folder");
    let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "{} is not built: run `cargo xtask test`", program.display());
    program
}

/// A picture of the samples.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/api/samples").join(name)
}

/// A picture of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("the file is written");
        path
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(built("shortlist"));
        command.args(arguments).arg("--library").arg(self.path("library"));
        command.arg("--models").arg(self.path("models"));
        command.stdin(Stdio::null()).env_remove("SHORTLIST_FAULT");
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        answer(&self.command(arguments).output().expect("the program starts"))
    }

    /// Runs it and expects success and one JSON value.
    pub(crate) fn value(&self, arguments: &[&str]) -> Value {
        let answer = self.run(arguments);
        assert_eq!(answer.code, 0, "{arguments:?}: {}", answer.messages);
        assert_eq!(answer.json.len(), 1, "{arguments:?} prints one value");
        answer.json.into_iter().next().unwrap_or_default()
    }
}

pub(crate) fn answer(output: &Output) -> Answer {
    let text = String::from_utf8(output.stdout.clone()).expect("the output is text");
    let json = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    Answer { code: output.status.code().unwrap_or(-1), json, messages }
}

/// Text of a path for an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("the path is text")
}

/// A variant of a sample that differs in one pixel, so that its hash is another.
pub(crate) fn variant(sandbox: &Sandbox, index: u8) -> PathBuf {
    let mut picture = image::open(sample("sample-pricing.png")).expect("the sample opens").to_rgb8();
    picture.put_pixel(0, 0, image::Rgb([index, 0, 0]));
    let path = sandbox.path(&format!("page-{index}.png"));
    picture.save(&path).expect("the variant is written");
    path
}
