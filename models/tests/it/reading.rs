//! Whole pictures: odd sizes, cancelling, and the same answer on any number of threads.

use domain::{Control, Picture, ReadError, TextReader};
use models::text_reader::EmbeddedReader;

use crate::support::{read, seeded_files};

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
    for (width, height) in [(0, 0), (0, 5), (1, 1), (1, 700), (900, 1), (3, 2), (33, 31), (5000, 3), (2, 4000)] {
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
    let (detector, recogniser) = seeded_files();
    let reader = EmbeddedReader::from_weights(&detector, &recogniser).expect("the seeded weights load");
    let picture = busy(416, 288);
    let one = on_threads(1, || (reader.detector_maps(&picture).expect("maps"), read(&reader, &picture).expect("lines")));
    let two = on_threads(2, || (reader.detector_maps(&picture).expect("maps"), read(&reader, &picture).expect("lines")));
    assert!(!one.1.lines.is_empty(), "the comparison would be of nothing");
    assert!(one == two);
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
