//! The engines of the comparison: how each is started on one picture and what lines it printed.
//!
//! Invariant: peers run as their users install them, with their default threads. Must not: tune a peer or a picture.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::Screenshot;
use super::measure::{self, Sample, median};
use crate::process;

/// Prints the lines of one picture as JSON.
const RAPIDOCR: &str = include_str!("rapidocr.py");

pub(super) struct Engine {
    pub(super) name: String,
    kind: Kind,
}

enum Kind {
    Ours,
    Tesseract { mode: &'static str },
    Rapidocr { python: std::path::PathBuf },
}

/// What an engine read and what it took.
pub(super) struct Kept {
    pub(super) sample: Sample,
    /// An object with `lines`, as the kit wants it.
    pub(super) prediction: Value,
    pub(super) from_cache: bool,
}

/// Ours first.
pub(super) fn all(alone: bool, rapidocr: Option<&Path>) -> anyhow::Result<Vec<Engine>> {
    let mut engines = vec![Engine { name: "shortlist".to_owned(), kind: Kind::Ours }];
    if alone {
        return Ok(engines);
    }
    if !process::present("tesseract") {
        bail!("tesseract is a peer of this measurement: install it (Debian: tesseract-ocr) or add --alone");
    }
    for mode in ["3", "11"] {
        engines.push(Engine { name: format!("tesseract-psm{mode}"), kind: Kind::Tesseract { mode } });
    }
    if let Some(python) = rapidocr {
        engines.push(Engine {
            name: "rapidocr".to_owned(),
            kind: Kind::Rapidocr { python: python.to_path_buf() },
        });
    }
    Ok(engines)
}

impl Engine {
    pub(super) fn version(&self) -> String {
        let output = match &self.kind {
            Kind::Ours => return String::new(),
            Kind::Tesseract { .. } => Command::new("tesseract").arg("--version").output(),
            Kind::Rapidocr { python } => Command::new(python)
                .args([
                    "-c",
                    "from importlib.metadata import version; print('rapidocr', version('rapidocr'))",
                ])
                .output(),
        };
        let printed = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
        String::from_utf8_lossy(&printed).lines().next().unwrap_or_default().trim().to_owned()
    }

    /// The program with its arguments; it leaves its result in `folder`.
    fn command(&self, screenshot: &Screenshot, folder: &Path) -> Command {
        match &self.kind {
            Kind::Ours => {
                let mut command = Command::new(process::built("release", "shortlist"));
                command.args(["read", "--json", "--out"]).arg(folder).arg(&screenshot.path);
                command
            }
            Kind::Tesseract { mode } => {
                let mut command = Command::new("tesseract");
                command.arg(&screenshot.path).arg(folder.join(&screenshot.id)).args(["--psm", mode, "tsv"]);
                command
            }
            Kind::Rapidocr { python } => {
                let mut command = Command::new(python);
                let result = folder.join(format!("{}.json", screenshot.id));
                command.args(["-c", RAPIDOCR]).arg(&screenshot.path).arg(result);
                command
            }
        }
    }

    fn prediction(&self, screenshot: &Screenshot, folder: &Path) -> anyhow::Result<Value> {
        let extension = if matches!(self.kind, Kind::Tesseract { .. }) { "tsv" } else { "json" };
        let path = folder.join(format!("{}.{extension}", screenshot.id));
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("{} left no result for {}", self.name, screenshot.id))?;
        if extension == "tsv" {
            return Ok(json!({ "lines": lines_of_table(&text) }));
        }
        let value: Value = serde_json::from_str(&text)?;
        Ok(json!({ "lines": value["lines"] }))
    }
}

/// Reads one picture, or takes what a peer did with it in an earlier run.
pub(super) fn read(
    engine: &Engine,
    screenshot: &Screenshot,
    runs: usize,
    cache: Option<&Path>,
    output: &Path,
) -> anyhow::Result<Kept> {
    let bytes = screenshot.path.metadata()?.len();
    let file = cache
        .filter(|_| !matches!(engine.kind, Kind::Ours))
        .map(|cache| cache.join(&engine.name).join(format!("{}.json", screenshot.id)));
    if let Some(kept) = file.as_deref().and_then(|file| cached(file, bytes)) {
        return Ok(kept);
    }
    let folder = output.join(&engine.name).join("work");
    std::fs::create_dir_all(&folder)?;
    let samples = (0..runs)
        .map(|_| measure::run(&engine.command(screenshot, &folder), &folder))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let (sample, prediction) = (median(&samples), engine.prediction(screenshot, &folder)?);
    if let Some(file) = file {
        let value = json!({ "bytes": bytes, "sample": sample.to_json(), "prediction": prediction });
        std::fs::create_dir_all(file.parent().unwrap_or(&file))?;
        std::fs::write(file, value.to_string())?;
    }
    Ok(Kept { sample, prediction, from_cache: false })
}

/// `None` where nothing usable was kept, or another picture of that name.
fn cached(file: &Path, bytes: u64) -> Option<Kept> {
    let value: Value = serde_json::from_str(&std::fs::read_to_string(file).ok()?).ok()?;
    let sample = Sample::from_json(&value["sample"]).filter(|_| value["bytes"] == bytes)?;
    Some(Kept { sample, prediction: value["prediction"].clone(), from_cache: true })
}

/// Tesseract's table to lines: words of one block, paragraph and line belong together.
fn lines_of_table(table: &str) -> Vec<Value> {
    struct Line<'a> {
        key: [&'a str; 3],
        words: Vec<&'a str>,
        edges: [i64; 4],
    }
    let mut lines: Vec<Line<'_>> = Vec::new();
    for row in table.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let ["5", _, block, paragraph, line, _, left, top, width, height, _, text] = cells[..] else {
            continue;
        };
        let numbers: Vec<i64> =
            [left, top, width, height].iter().filter_map(|cell| cell.parse().ok()).collect();
        let ([x, y, width, height], false) =
            (numbers[..].try_into().unwrap_or([0; 4]), text.trim().is_empty())
        else {
            continue;
        };
        let key = [block, paragraph, line];
        match lines.last_mut().filter(|last| last.key == key) {
            Some(last) => {
                last.words.push(text.trim());
                let [left, top, right, bottom] = last.edges;
                last.edges = [left.min(x), top.min(y), right.max(x + width), bottom.max(y + height)];
            }
            None => lines.push(Line { key, words: vec![text.trim()], edges: [x, y, x + width, y + height] }),
        }
    }
    let shown = |line: &Line<'_>| {
        let [left, top, right, bottom] = line.edges;
        json!({ "text": line.words.join(" "), "box": [left, top, right - left, bottom - top] })
    };
    lines.iter().map(shown).collect()
}
