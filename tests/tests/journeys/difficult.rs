//! Difficult and bad pictures: each is read, or refused with its own sentence, and the others go on.

use std::io::Write;

use super::program::{Sandbox, sample, text};

/// One chunk of a PNG file with its length and checksum.
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut body = kind.to_vec();
    body.extend(data);
    let mut checksum = u32::MAX;
    for byte in &body {
        checksum ^= u32::from(*byte);
        for _ in 0..8 {
            checksum = if checksum & 1 == 1 { (checksum >> 1) ^ 0xEDB8_8320 } else { checksum >> 1 };
        }
    }
    let length = u32::try_from(data.len()).expect("a short chunk");
    [&length.to_be_bytes()[..], &body, &(!checksum).to_be_bytes()].concat()
}

/// A PNG that claims that size and holds next to nothing.
fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let parts = [chunk(*b"IHDR", &header), chunk(*b"IDAT", &[0x78, 0x01]), chunk(*b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n", &parts.concat()[..]].concat()
}

#[test]
fn bad_input_gets_its_sentence_and_stops_nobody() {
    let sandbox = Sandbox::new();
    let whole = std::fs::read(sample("sample-launch.png")).expect("the sample");
    let empty = sandbox.write("empty.png", b"");
    let notes = sandbox.write("notes.png", b"just some notes, not a picture");
    let torn = sandbox.write("torn.png", &whole[..whole.len() / 2]);
    let huge = sandbox.write("huge.png", &png_claiming(20_000, 20_000));
    let long = sandbox.write("long.png", &png_claiming(100_001, 10));
    let good = sandbox.write("good.png", &whole);
    let twin = sandbox.write("twin.png", &whole);
    let files = [&empty, &notes, &torn, &huge, &long, &good, &twin];
    let mut arguments = vec!["add"];
    arguments.extend(files.iter().map(|file| text(file)));
    let answer = sandbox.run(&arguments);
    assert_eq!(answer.code, 2, "{}", answer.messages);
    assert_eq!(answer.json.len(), files.len(), "every file has its outcome");

    let outcome = |name: &str| {
        let found = answer.json.iter().find(|one| one["name"] == name);
        found.unwrap_or_else(|| panic!("an outcome for {name}"))["result"]["type"].clone()
    };
    assert_eq!(outcome("good.png"), "added");
    assert_eq!(outcome("twin.png"), "already_here");
    assert_eq!(outcome("notes.png"), "not_an_image");
    assert_eq!(outcome("empty.png"), "unreadable");
    let said = |name: &str, words: &str| {
        let line = answer.messages.lines().find(|line| line.contains(name));
        let line = line.unwrap_or_else(|| panic!("a sentence on {name} in {}", answer.messages));
        assert!(line.contains(words), "the sentence on {name} says {words:?}: {line}");
    };
    said("empty.png", "empty");
    said("notes.png", "not a picture");
    said("torn.png", "ends early");
    said("huge.png", "200 megapixels");
    said("long.png", "100000 a side");
    let sets = sandbox.value(&["review"]);
    assert_eq!(sets.as_array().map(Vec::len), Some(1), "the good picture is read all the same");
}

#[test]
fn a_page_of_thirty_thousand_pixels_is_read_to_its_end() {
    let sandbox = Sandbox::new();
    let page = image::open(sample("sample-launch.png")).expect("the sample opens").to_rgb8();
    let mut tall = image::RgbImage::from_pixel(page.width(), 30_000, *page.get_pixel(0, page.height() - 1));
    image::imageops::replace(&mut tall, &page, 0, 0);
    image::imageops::replace(&mut tall, &page, 0, i64::from(30_000 - page.height()));
    let path = sandbox.path("tall.png");
    tall.save(&path).expect("the page is written");
    let once = read_lines(&sandbox, &sample("sample-launch.png"));
    let lines = read_lines(&sandbox, &path);
    assert!(
        lines.len().abs_diff(2 * once.len()) <= 2,
        "the page stands twice on the tall one: {} lines, {} on the page itself",
        lines.len(),
        once.len()
    );
    let lowest = lines.iter().filter_map(|line| line["box"][1].as_u64()).max();
    assert!(lowest.is_some_and(|y| y > 29_000), "text at the very end is read");
}

#[test]
fn a_picture_of_a_hundred_megapixels_is_read() {
    let sandbox = Sandbox::new();
    let page = image::open(sample("sample-pricing.png")).expect("the sample opens").to_luma8();
    let mut wide = image::GrayImage::from_pixel(12_500, 8_000, *page.get_pixel(0, page.height() - 1));
    image::imageops::replace(&mut wide, &page, 6_000, 4_000);
    let path = sandbox.path("wide.png");
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new_with_quality(
        &mut bytes,
        image::codecs::png::CompressionType::Fast,
        image::codecs::png::FilterType::NoFilter,
    );
    wide.write_with_encoder(encoder).expect("the picture is encoded");
    std::fs::File::create(&path).and_then(|mut file| file.write_all(&bytes)).expect("the picture is written");
    let once = read_lines(&sandbox, &sample("sample-pricing.png"));
    let lines = read_lines(&sandbox, &path);
    let wanted = once.len() * 8 / 10;
    assert!(lines.len() >= wanted, "{} of {} lines are found in the large picture", lines.len(), once.len());
}

fn read_lines(sandbox: &Sandbox, path: &std::path::Path) -> Vec<serde_json::Value> {
    let mut command = std::process::Command::new(super::program::built("shortlist"));
    command.args(["read", text(path)]).current_dir(sandbox.path(""));
    let answer = super::program::answer(&command.output().expect("the program starts"));
    assert_eq!(answer.code, 0, "{}", answer.messages);
    answer.json[0]["lines"].as_array().expect("lines").clone()
}
