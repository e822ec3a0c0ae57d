//! When a picture file says that it was taken.

use std::io::Cursor;

use engine::taken::taken_at;
use exif::experimental::Writer;
use exif::{Field, In, Tag, Value};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageFormat};

use crate::decode::with_chunk;
use crate::pictures::{encoded, plain};

fn metadata(fields: &[(Tag, &str)]) -> Vec<u8> {
    let fields: Vec<Field> = fields
        .iter()
        .map(|(tag, text)| Field {
            tag: *tag,
            ifd_num: In::PRIMARY,
            value: Value::Ascii(vec![text.as_bytes().to_vec()]),
        })
        .collect();
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut bytes = Cursor::new(Vec::new());
    writer.write(&mut bytes, false).unwrap();
    bytes.into_inner()
}

/// A grey picture in both formats, with that metadata.
fn pictures(fields: &[(Tag, &str)]) -> [Vec<u8>; 2] {
    fn written(mut encoder: impl ImageEncoder, exif: Vec<u8>) {
        encoder.set_exif_metadata(exif).unwrap();
        encoder.write_image(&[128; 8 * 8 * 3], 8, 8, ExtendedColorType::Rgb8).unwrap();
    }
    let (mut jpeg, mut png) = (Vec::new(), Vec::new());
    written(JpegEncoder::new(&mut jpeg), metadata(fields));
    written(PngEncoder::new(&mut png), metadata(fields));
    [jpeg, png]
}

fn plain_png() -> Vec<u8> {
    encoded(&plain(8, 8, 128), ImageFormat::Png)
}

#[test]
fn the_camera_or_the_program_that_took_it_says_when() {
    for picture in
        pictures(&[(Tag::DateTimeOriginal, "2026:02:03 10:20:30"), (Tag::OffsetTimeOriginal, "+05:30")])
    {
        assert_eq!(taken_at(&picture).as_deref(), Some("2026-02-03T04:50:30.000Z"));
        engine::decode::decode(&picture).unwrap();
        // Cut anywhere, it says the same or nothing.
        for end in 0..picture.len() {
            let said = taken_at(&picture[..end]);
            assert!(said.is_none_or(|said| said == "2026-02-03T04:50:30.000Z"));
        }
    }
    // Without the distance from UTC it is a time of this computer's zone, at most a day off.
    for picture in pictures(&[(Tag::DateTimeOriginal, "2026:02:03 10:20:30")]) {
        let said = taken_at(&picture).unwrap();
        assert!(said.starts_with("2026-02-0"), "{said}");
    }
}

#[test]
fn a_png_file_says_when_it_was_changed_last() {
    let time = |month: u8, second: u8| [b"tIME".as_slice(), &[0x07, 0xea, month, 3, 10, 20, second]].concat();
    let picture = with_chunk(&plain_png(), &time(2, 60));
    assert_eq!(taken_at(&picture).as_deref(), Some("2026-02-03T10:20:59.000Z"));
    assert_eq!(taken_at(&with_chunk(&plain_png(), &time(13, 0))), None, "no such month");
    assert_eq!(taken_at(&with_chunk(&plain_png(), b"tIME\x07")), None);
}

#[test]
fn what_says_nothing_or_nonsense_is_left_alone() {
    assert_eq!(taken_at(&plain_png()), None);
    assert_eq!(taken_at(b"no picture"), None);
    for text in ["0000:00:00 00:00:00", "    :  :     :  :  ", "1970:01:01 00:00:00", "today"] {
        for picture in pictures(&[(Tag::DateTimeOriginal, text)]) {
            assert_eq!(taken_at(&picture), None, "{text}");
        }
    }
}
