//! Reads pictures with the embedded reader: `read [--out DIR] IMAGE…`.
//!
//! Prints (or writes, one file for each picture) the lines as JSON; timings go to stderr. For measuring only.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use domain::{Control, Picture, Reading, TextReader};
use models::text_reader::EmbeddedReader;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let mut out = None;
    let mut images = Vec::new();
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--out" {
            out = arguments.next().map(PathBuf::from);
        } else {
            images.push(PathBuf::from(argument));
        }
    }
    match run(&images, out.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&error.to_string());
            ExitCode::from(2)
        }
    }
}

#[expect(clippy::print_stderr, reason = "an example reports on the terminal")]
fn log(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stdout, reason = "an example reports on the terminal")]
fn print(text: &str) {
    println!("{text}");
}

fn run(images: &[PathBuf], out: Option<&Path>) -> Result<(), Failure> {
    let start = Instant::now();
    let reader = EmbeddedReader::load()?;
    log(&format!("{} loaded in {:.1} ms", reader.name(), start.elapsed().as_secs_f64() * 1e3));
    for image in images {
        let start = Instant::now();
        let mut decoder = image::ImageReader::open(image)?.with_guessed_format()?;
        decoder.no_limits();
        let decoded = decoder.decode()?.to_rgb8();
        let picture =
            Picture { width: decoded.width(), height: decoded.height(), pixels: decoded.into_raw() };
        let decode = start.elapsed();
        // The stages follow each other; a count that starts again marks the next one.
        let (start, mut last, mut stages) = (Instant::now(), 0, Vec::new());
        let reading = reader.read(&picture, &mut |done: usize, total: usize| {
            if done < last {
                stages.push(start.elapsed());
            }
            last = if done == total { usize::MAX } else { done };
            Control::Continue
        })?;
        let stages: Vec<String> = stages.iter().map(|at| format!("{:.0}", at.as_secs_f64() * 1e3)).collect();
        log(&format!(
            "{}: {}x{}, {} lines, decode {:.0} ms, read {:.0} ms (stages began at {} ms)",
            image.display(),
            picture.width,
            picture.height,
            reading.lines.len(),
            decode.as_secs_f64() * 1e3,
            start.elapsed().as_secs_f64() * 1e3,
            stages.join(", "),
        ));
        let json = serde_json::to_string(&prediction(&reading))?;
        match (out, image.file_stem()) {
            (Some(folder), Some(stem)) => {
                std::fs::create_dir_all(folder)?;
                std::fs::write(folder.join(stem).with_extension("json"), json)?;
            }
            _ => print(&json),
        }
    }
    Ok(())
}

fn prediction(reading: &Reading) -> serde_json::Value {
    let lines: Vec<serde_json::Value> = reading
        .lines
        .iter()
        .map(|line| {
            let bounds = line.bounds;
            serde_json::json!({
                "text": line.text,
                "box": [bounds.x, bounds.y, bounds.width, bounds.height],
                "confidence": line.confidence,
                "words": line.words.iter().map(word).collect::<Vec<_>>(),
                "font_height": line.font_height,
                "foreground": line.foreground,
                "background": line.background,
            })
        })
        .collect();
    serde_json::json!({ "reader": reading.reader, "lines": lines })
}

fn word(word: &domain::Word) -> serde_json::Value {
    let bounds = word.bounds;
    serde_json::json!([word.text, bounds.x, bounds.y, bounds.width, bounds.height, word.confidence])
}
