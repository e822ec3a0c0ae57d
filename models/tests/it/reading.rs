//! Whole pictures: odd sizes, cancelling, and the same answer on any number of threads.

use domain::{Control, Picture, ReadError, TextReader};
use models::text_reader::EmbeddedReader;

use crate::support::{picture, read, seeded_files};

fn plain(width: u32, height: u32) -> Picture {
    Picture { width, height, pixels: vec![230; width as usize * height as usize * 3] }
}

/// Bars and dots of many sizes, so that even a network with meaningless weights finds something.
fn busy(width: u32, height: u32) -> Picture {
    let mut picture = plain(width, height);
    for y in 0..height as usize {
        for x in 0..width as usize {
            let ink = (y / 9 + x / 40).is_multiple_of(3) && (x * 7 + y * 3) % 11 < 6;
            if ink {
                let start = (y * width as usize + x) * 3;
                picture.pixels[start..start + 3].copy_from_slice(&[20, (x % 200) as u8, (y % 250) as u8]);
            }
        }
    }
    picture
}

fn on_threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().expect("a thread pool").install(work)
}

#[test]
fn pictures_of_odd_sizes_are_read_without_failing() {
    let reader = EmbeddedReader::load().expect("the embedded weights load");
    let (detector, recogniser) = seeded_files();
    let meaningless = EmbeddedReader::from_weights(&detector, &recogniser).expect("the seeded weights load");
    for (width, height) in
        [(0, 0), (0, 5), (1, 1), (1, 700), (900, 1), (3, 2), (33, 31), (5000, 3), (2, 4000)]
    {
        for reader in [&reader, &meaningless] {
            let reading = read(reader, &busy(width, height)).expect("the picture is read");
            assert_eq!((reading.width, reading.height), (width, height));
            for line in &reading.lines {
                assert!(line.bounds.fits(width, height));
                assert!(line.words.iter().all(|word| word.bounds.fits(width, height)));
                assert_eq!(line.characters.len(), line.text.chars().count());
            }
        }
    }
}

#[test]
fn a_blank_picture_has_no_lines() {
    let reader = EmbeddedReader::load().expect("the embedded weights load");
    assert!(read(&reader, &plain(400, 300)).expect("the picture is read").lines.is_empty());
}

#[test]
fn a_picture_whose_bytes_do_not_fit_its_size_is_refused() {
    let reader = EmbeddedReader::load().expect("the embedded weights load");
    let picture = Picture { width: 10, height: 10, pixels: vec![0; 299] };
    assert!(matches!(read(&reader, &picture), Err(ReadError::Failed(_))));
}

#[test]
fn the_number_of_threads_does_not_change_the_answer() {
    let reader = EmbeddedReader::load().expect("the embedded weights load");
    let page = picture("page.png");
    let one = on_threads(1, || read(&reader, &page).expect("the picture is read"));
    let two = on_threads(2, || read(&reader, &page).expect("the picture is read"));
    assert!(one.lines.len() > 10, "the comparison would be of little");
    assert!(one == two);
}

/// The lines of `page.png`, as a person reads them.
const LINES: [&str; 17] = [
    "Harbourlight",
    "Features",
    "Prices",
    "Questions",
    "Notes that sail with you",
    "Harbourlight keeps every meeting in one quiet place. Search 1200 pages in half a",
    "second, offline and without an account.",
    "Dinghy",
    "Schooner",
    "Fleet",
    "$0",
    "$29 / month",
    "$199 / year",
    "Start now",
    "Try it free",
    "Contact us",
    "Released under the MIT licence in March 2026",
];

#[test]
fn a_page_is_read_line_by_line_in_order_with_places_and_colours() {
    let reader = EmbeddedReader::load().expect("the embedded weights load");
    let reading = read(&reader, &picture("page.png")).expect("the picture is read");
    let texts: Vec<&str> = reading.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, LINES);
    assert_eq!(reading.reader, reader.name());

    let price = &reading.lines[12];
    assert!(price.bounds.overlap(&domain::PixelBox::new(622, 234, 162, 34)) > 0.7, "{:?}", price.bounds);
    assert!((24.0..35.0).contains(&price.font_height), "{}", price.font_height);
    let words: Vec<&str> = price.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(words, ["$199", "/", "year"]);
    // The first word ends where the slash has not begun, and the last begins behind it.
    assert!((690..702).contains(&price.words[0].bounds.right()), "{:?}", price.words[0].bounds);
    assert!((712..728).contains(&price.words[2].bounds.x), "{:?}", price.words[2].bounds);

    let near = |found: [u8; 3], wanted: [u8; 3]| {
        found.iter().zip(wanted).all(|(found, wanted)| found.abs_diff(wanted) <= 40)
    };
    let button = &reading.lines[13];
    assert!(near(button.foreground, [255, 255, 255]), "{:?}", button.foreground);
    assert!(near(button.background, [0x2f, 0x6f, 0x4f]), "{:?}", button.background);
    for line in reading.lines.iter().filter(|line| line.text.contains(|c: char| c.is_ascii_digit())) {
        assert!(line.confidence > 0.9, "the numbers of \"{}\" are doubted: {:?}", line.text, line.characters);
    }
}

#[test]
fn a_page_taller_than_a_strip_is_read_without_losing_or_doubling_a_line() {
    let reader = EmbeddedReader::load().expect("the embedded weights load");
    let page = picture("page.png");
    let copies = 9;
    let mut tall = Picture { width: page.width, height: page.height * copies, pixels: Vec::new() };
    for _ in 0..copies {
        tall.pixels.extend_from_slice(&page.pixels);
    }
    let mut strips = 0;
    let reading = reader
        .read(&tall, &mut |_: usize, total: usize| {
            strips = strips.max(total);
            Control::Continue
        })
        .expect("the picture is read");
    assert!(strips > 1, "the picture fits one strip");
    let texts: Vec<&str> = reading.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, LINES.repeat(copies as usize));
}

#[test]
fn reading_stops_when_it_is_told_to() {
    let reader = EmbeddedReader::load().expect("the embedded weights load");
    let picture = busy(1200, 900);
    for allowed in [0, 1, 5, 20] {
        let mut calls = 0;
        let result = reader.read(&picture, &mut |done: usize, total: usize| {
            assert!(done <= total);
            calls += 1;
            if calls > allowed { Control::Stop } else { Control::Continue }
        });
        assert!(matches!(result, Err(ReadError::Cancelled)));
        assert_eq!(calls, allowed + 1, "nothing is asked after the answer to stop");
    }
}
