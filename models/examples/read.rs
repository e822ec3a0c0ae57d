//! Reads pictures with the embedded reader: `read [--out DIR] [--raw] [--draw OUT.png] IMAGE…`.
//!
//! Prints (or writes, one file for each picture) the lines as JSON; timings go to stderr. `--raw` gives the
//! recogniser's own probabilities instead of calibrated confidences, `--draw` the last picture with the found lines
//! and words drawn over it. For measuring and looking only.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use domain::{Control, Picture, PixelBox, Reading, TextReader};
use models::text_reader::EmbeddedReader;

type Failure = Box<dyn std::error::Error>;

#[derive(Default)]
struct Options {
    images: Vec<PathBuf>,
    out: Option<PathBuf>,
    draw: Option<PathBuf>,
    raw: bool,
}

fn main() -> ExitCode {
    let mut options = Options::default();
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--out") => options.out = arguments.next().map(PathBuf::from),
            Some("--draw") => options.draw = arguments.next().map(PathBuf::from),
            Some("--raw") => options.raw = true,
            _ => options.images.push(PathBuf::from(argument)),
        }
    }
    match run(&options) {
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

fn run(options: &Options) -> Result<(), Failure> {
    let start = Instant::now();
    let mut reader = EmbeddedReader::load()?;
    log(&format!("{} loaded in {:.1} ms", reader.name(), start.elapsed().as_secs_f64() * 1e3));
    if options.raw {
        reader = reader.uncalibrated();
    }
    for image in &options.images {
        let start = Instant::now();
        let mut picture = engine::decode::decode(&engine::decode::read_file(image)?)?;
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
        if let Some(path) = &options.draw {
            draw(&mut picture, &reading);
            let whole = image::RgbImage::from_raw(picture.width, picture.height, picture.pixels);
            whole.ok_or("the picture has no pixels")?.save(path)?;
        }
        let json = serde_json::to_string(&prediction(&reading))?;
        match (&options.out, image.file_stem()) {
            (Some(folder), Some(stem)) => write(folder, Path::new(stem), &json)?,
            _ if options.draw.is_none() => print(&json),
            _ => {}
        }
    }
    Ok(())
}

fn write(folder: &Path, stem: &Path, json: &str) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join(stem).with_extension("json"), json)?;
    Ok(())
}

/// Lines green where they are certain and red where not, words blue below them.
fn draw(picture: &mut Picture, reading: &Reading) {
    for line in &reading.lines {
        for word in &line.words {
            let floor = PixelBox { y: word.bounds.bottom().saturating_sub(1), height: 1, ..word.bounds };
            frame(picture, floor, [40, 90, 230]);
        }
        let doubt = (255.0 * (1.0 - line.confidence).clamp(0.0, 1.0)) as u8;
        frame(picture, line.bounds.padded(1, picture.width, picture.height), [doubt, 180 - doubt / 2, 60]);
    }
}

fn frame(picture: &mut Picture, bounds: PixelBox, color: [u8; 3]) {
    for y in bounds.y..bounds.bottom().min(picture.height) {
        for x in bounds.x..bounds.right().min(picture.width) {
            let edge = x == bounds.x || y == bounds.y || x + 1 == bounds.right() || y + 1 == bounds.bottom();
            if edge {
                let start = (y as usize * picture.width as usize + x as usize) * 3;
                picture.pixels[start..start + 3].copy_from_slice(&color);
            }
        }
    }
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
                "characters": line.characters,
                "words": line.words.iter().map(word).collect::<Vec<_>>(),
                "font_height": line.font_height,
                "lettering": line.lettering,
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
