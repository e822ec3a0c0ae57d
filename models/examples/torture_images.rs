//! Throws damaged and random pictures at decoding and reading: `torture_images COUNT [SEED]`.
//!
//! Every picture has at most 256 px a side. Whole files of each format are bent (bits, bytes, cuts, pieces swapped or
//! repeated), headers are followed by noise, and pictures of noise, stripes, dots and extreme shapes are read.
//! Prints what was tried and what failed; exit status 1 when anything panicked, hung, grew or gave an impossible
//! reading. The same seed tries the same pictures.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::{Control, PixelBox, TextReader};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, RgbaImage};
use models::text_reader::EmbeddedReader;

const FORMATS: [ImageFormat; 6] = [
    ImageFormat::Png,
    ImageFormat::Jpeg,
    ImageFormat::WebP,
    ImageFormat::Gif,
    ImageFormat::Bmp,
    ImageFormat::Tiff,
];
const LARGEST_SIDE: u32 = 256;
/// A picture that takes more seconds of processor time than this hangs; one of this size takes some milliseconds.
const PATIENCE: f64 = 30.0;
/// The same for a process that waits, by the clock.
const STANDSTILL: Duration = Duration::from_mins(20);
/// Megabytes that the process may have had in memory at most. A header may announce a picture of 200 megapixels.
const MOST_MEMORY: u64 = 2_600;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(count)), Ok(seed)) = (arguments.next(), arguments.next().unwrap_or(Ok(1))) else {
        log("torture_images COUNT [SEED]");
        return ExitCode::from(1);
    };
    match run(count, seed) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            log(&format!("the reader did not load: {error}"));
            ExitCode::from(1)
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

/// Whether nothing failed.
fn run(count: u64, seed: u64) -> Result<bool, models::ModelError> {
    let reader = EmbeddedReader::load()?;
    std::panic::set_hook(Box::new(|panic| log(&panic.to_string())));
    let started = Instant::now();
    watch();
    let (mut outcomes, mut failures) = (BTreeMap::<String, u64>::new(), 0);
    for number in 0..count {
        if number > 0 && number.is_multiple_of(5000) {
            log(&format!("{number} tried, {failures} failed, {:.0} s", started.elapsed().as_secs_f64()));
        }
        CURRENT.store(number, Ordering::Relaxed);
        let mut random = Random::new(seed, number);
        let bytes = picture_file(&mut random);
        match catch_unwind(AssertUnwindSafe(|| attempt(&reader, &bytes))) {
            Ok(Ok(outcome)) => *outcomes.entry(outcome).or_default() += 1,
            Ok(Err(reason)) => {
                failures += 1;
                log(&format!("picture {number} of seed {seed}: {reason}"));
            }
            Err(_) => {
                failures += 1;
                log(&format!("picture {number} of seed {seed}: panicked"));
            }
        }
    }
    let memory = peak_memory();
    print(&format!("{count} pictures of seed {seed} in {:.0} s", started.elapsed().as_secs_f64()));
    for (outcome, times) in &outcomes {
        print(&format!("  {times:>8}  {outcome}"));
    }
    print(&format!("  {failures:>8}  failed"));
    if let Some(memory) = memory {
        print(&format!("peak memory {memory} MB"));
    }
    Ok(failures == 0 && memory.is_none_or(|memory| memory <= MOST_MEMORY))
}

/// The picture being tried, for the watchdog.
static CURRENT: AtomicU64 = AtomicU64::new(0);

/// Ends the process when one picture takes too much processor time, or no time at all for very long.
fn watch() {
    std::thread::spawn(|| {
        let mut last = (0, Instant::now(), processor_seconds());
        loop {
            std::thread::sleep(Duration::from_millis(500));
            let number = CURRENT.load(Ordering::Relaxed);
            if number != last.0 {
                last = (number, Instant::now(), processor_seconds());
            }
            let worked = processor_seconds().zip(last.2).map(|(now, then)| now - then);
            if worked.is_some_and(|seconds| seconds > PATIENCE) || last.1.elapsed() > STANDSTILL {
                log(&format!("picture {number} hangs"));
                std::process::abort();
            }
        }
    });
}

/// Processor time of this process, where the system tells: a machine that is busy elsewhere is no hang.
fn processor_seconds() -> Option<f64> {
    /// Ticks a second, which Linux has fixed for what it shows to programs.
    const TICKS: f64 = 100.0;
    let status = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name in brackets: state, parent, …; user and system time are the 12th and 13th of these.
    let mut fields = status.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

/// What became of one file, or what is wrong about it.
fn attempt(reader: &EmbeddedReader, bytes: &[u8]) -> Result<String, String> {
    let picture = match engine::decode::decode(bytes) {
        Ok(picture) => picture,
        Err(error) => return Ok(format!("refused: {}", error.code())),
    };
    if picture.pixels.len() as u64 != u64::from(picture.width) * u64::from(picture.height) * 3 {
        return Err("the pixels do not fit the size".to_owned());
    }
    // A bent header can announce a large picture; reading it tells nothing that a small one does not.
    if picture.width.max(picture.height) > 4 * LARGEST_SIDE {
        return Ok("decoded, too large to be read here".to_owned());
    }
    let reading = reader
        .read(&picture, &mut |_: usize, _: usize| Control::Continue)
        .map_err(|error| format!("was not read: {error}"))?;
    for line in &reading.lines {
        let inside = |bounds: &PixelBox| bounds.fits(picture.width, picture.height);
        let share = |value: &f32| (0.0..=1.0).contains(value);
        if !inside(&line.bounds) || !line.words.iter().all(|word| inside(&word.bounds)) {
            return Err(format!("a box lies outside the picture: {:?}", line.bounds));
        }
        if !line.characters.iter().all(share) || line.characters.len() != line.text.chars().count() {
            return Err(format!("the confidences of {:?} are impossible", line.text));
        }
    }
    if let Some(line) = reading.lines.first() {
        let support = reader.support(&picture, line.bounds, &line.text).map_err(|error| error.to_string())?;
        if support
            .is_some_and(|support| support.characters.iter().any(|score| score.is_nan() || *score > 0.0))
        {
            return Err(format!("the support of {:?} is impossible", line.text));
        }
    }
    Ok(if reading.lines.is_empty() { "read, no text" } else { "read, with text" }.to_owned())
}

/// `SplitMix64`: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn new(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// Below `limit`, which is not zero.
    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.next() as u8
    }
}

/// The bytes of one file, mostly damaged.
fn picture_file(random: &mut Random) -> Vec<u8> {
    let format = FORMATS[random.below(FORMATS.len())];
    let mut bytes = Vec::new();
    if image_of(random, format).write_to(&mut Cursor::new(&mut bytes), format).is_err() {
        return bytes;
    }
    match random.below(8) {
        // As it is: a strange picture in a sound file.
        0 | 1 => {}
        2 => bytes.truncate(random.below(bytes.len() + 1)),
        3 => {
            for _ in 0..=random.below(16) {
                let (at, bit) = (random.below(bytes.len()), random.below(8));
                bytes[at] ^= 1 << bit;
            }
        }
        4 => {
            // Headers are short and decide much.
            for _ in 0..=random.below(4) {
                let at = random.below(bytes.len().min(64));
                bytes[at] = random.byte();
            }
        }
        5 => {
            let keep = random.below(bytes.len().min(128));
            for byte in &mut bytes[keep..] {
                *byte = random.byte();
            }
        }
        6 => {
            let (from, to) = (random.below(bytes.len()), random.below(bytes.len()));
            let piece: Vec<u8> = bytes[from.min(to)..from.max(to)].to_vec();
            let at = random.below(bytes.len());
            bytes.splice(at..at, piece);
        }
        _ => {
            let (from, to) = (random.below(bytes.len()), random.below(bytes.len()));
            bytes.drain(from.min(to)..from.max(to));
        }
    }
    bytes
}

/// A picture of at most [`LARGEST_SIDE`] a side, in a pixel type that the format takes.
fn image_of(random: &mut Random, format: ImageFormat) -> DynamicImage {
    let side = |random: &mut Random| match random.below(6) {
        0 => 1,
        1 => LARGEST_SIDE,
        _ => 1 + random.below(LARGEST_SIDE as usize) as u32,
    };
    let (width, height) = (side(random), side(random));
    let pattern = random.below(5);
    let (paper, ink) =
        ([random.byte(), random.byte(), random.byte()], [random.byte(), random.byte(), random.byte()]);
    let pitch = 2 + random.below(30) as u32;
    let mut noise = Random(random.next());
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb(match pattern {
            0 => [noise.byte(), noise.byte(), noise.byte()],
            // Bars and gaps of the size of letters, so that the reader finds lines.
            1 => {
                let stroke = y % (2 * pitch) < pitch && (x * 7 + y / pitch * 5) % pitch < 1 + pitch / 3;
                if stroke { ink } else { paper }
            }
            2 => [(x * 255 / width) as u8, (y * 255 / height) as u8, ink[2]],
            3 => {
                if noise.below(20) == 0 {
                    ink
                } else {
                    paper
                }
            }
            _ => paper,
        })
    });
    let image = DynamicImage::ImageRgb8(pixels);
    match (random.below(4), format) {
        (
            0,
            ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif | ImageFormat::Tiff | ImageFormat::Bmp,
        ) => {
            let mut image: RgbaImage = image.into_rgba8();
            image.pixels_mut().for_each(|pixel| pixel.0[3] = noise.byte());
            image.into()
        }
        (1, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Tiff) => {
            let image: GrayImage = image.into_luma8();
            image.into()
        }
        (2, ImageFormat::Png | ImageFormat::Tiff) => image.into_rgb16().into(),
        _ => image,
    }
}

/// Megabytes at most so far, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}
