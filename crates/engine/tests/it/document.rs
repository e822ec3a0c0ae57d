//! Files with several pictures, taken apart by a real worker process.

use std::fmt::Write;
use std::path::Path;

use engine::document::{self, Kind, Parts};
use engine::worker::{Cancellation, Process, ReadRequest, TakeApartRequest, WorkerCommand};
use image::codecs::gif::GifEncoder;
use image::{Frame, Rgba, RgbaImage};
use tempfile::TempDir;

fn animation(folder: &Path, shades: &[u8]) -> std::path::PathBuf {
    let path = folder.join("demo.gif");
    let mut encoder = GifEncoder::new(std::fs::File::create(&path).unwrap());
    let frame = |shade: &u8| Frame::new(RgbaImage::from_pixel(64, 16, Rgba([*shade, *shade, *shade, 255])));
    encoder.encode_frames(shades.iter().map(frame)).unwrap();
    path
}

fn taken_apart(path: &Path, folder: &Path) -> Result<Parts, engine::Failure> {
    let command = WorkerCommand::new(env!("CARGO_BIN_EXE_engine-test-worker"), [] as [&str; 0]);
    let picture = ReadRequest {
        id: "one".to_owned(),
        name: "demo.gif".to_owned(),
        path: path.as_os_str().to_owned(),
        sha256: None,
    };
    let request = TakeApartRequest { picture, folder: folder.as_os_str().to_owned() };
    Process::new(command).take_apart(request, &Cancellation::new(), |_, _, _| {})
}

#[test]
fn of_an_animation_the_frames_that_say_something_are_kept() {
    let folder = TempDir::new().unwrap();
    // The second frame's words come again on the third; the fifth says what the first said, in other pixels.
    let path = animation(folder.path(), &[0, 60, 110, 110, 20, 160, 0]);
    assert_eq!(document::kind(&path).unwrap(), Some(Kind::Animation));
    let parts = taken_apart(&path, folder.path()).unwrap();
    let numbers: Vec<u32> = parts.parts.iter().map(|part| part.number).collect();
    assert_eq!((numbers.as_slice(), parts.found, parts.left_out), ([1, 3, 6].as_slice(), 7, 0));
    for (part, shade) in parts.parts.iter().zip([0, 110, 160]) {
        let bytes = std::fs::read(folder.path().join(&part.file)).unwrap();
        let picture = engine::decode::decode(&bytes).unwrap();
        assert_eq!((picture.width, picture.height), (64, 16));
        assert!(picture.pixels.iter().all(|pixel| pixel.abs_diff(shade) < 3));
    }
}

#[test]
fn a_file_that_ends_early_gives_its_first_frames_and_a_picture_is_not_taken_apart() {
    let folder = TempDir::new().unwrap();
    let path = animation(folder.path(), &[0, 110, 160]);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 60]).unwrap();
    assert!(taken_apart(&path, folder.path()).unwrap().parts.len() < 3);
    std::fs::write(&path, &bytes[..20]).unwrap();
    assert_eq!(taken_apart(&path, folder.path()).unwrap_err().code, "not_several");

    let single = animation(folder.path(), &[0]);
    assert_eq!(document::kind(&single).unwrap(), None);
    assert_eq!(document::kind(folder.path()).unwrap(), None, "a folder is nothing of the kind");
}

#[test]
fn an_animated_png_is_taken_apart_and_others_are_pictures() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("demo.png");
    let write = |frames: u32, shades: &[u8]| {
        let mut encoder = png::Encoder::new(std::fs::File::create(&path).unwrap(), 64, 16);
        encoder.set_color(png::ColorType::Rgb);
        if frames > 1 {
            encoder.set_animated(frames, 0).unwrap();
        }
        let mut writer = encoder.write_header().unwrap();
        for shade in shades {
            writer.write_image_data(&[*shade; 64 * 16 * 3]).unwrap();
        }
        writer.finish().unwrap();
    };
    write(1, &[0]);
    assert_eq!(document::kind(&path).unwrap(), None);
    write(4, &[0, 110, 20, 160]);
    assert_eq!(document::kind(&path).unwrap(), Some(Kind::Animation));
    let parts = taken_apart(&path, folder.path()).unwrap();
    let numbers: Vec<u32> = parts.parts.iter().map(|part| part.number).collect();
    assert_eq!((numbers.as_slice(), parts.found), ([1, 2, 4].as_slice(), 4));
    // The first frame alone is still a picture for programs that know no animations.
    let picture = engine::decode::decode(&std::fs::read(&path).unwrap()).unwrap();
    assert!(picture.pixels.iter().all(|shade| *shade == 0));
}

/// A document with a page for each text; an empty text leaves the page blank.
fn pdf(folder: &Path, texts: &[&str]) -> std::path::PathBuf {
    let pages: Vec<String> = (0..texts.len()).map(|place| format!("{} 0 R", 4 + 2 * place)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {} >>", pages.join(" "), texts.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for (place, text) in texts.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Resources << /Font << /F 3 0 R >> >> /Contents {} 0 R >>",
            5 + 2 * place
        ));
        let drawn =
            if text.is_empty() { String::new() } else { format!("BT /F 24 Tf 20 40 Td ({text}) Tj ET") };
        objects.push(format!("<< /Length {} >>\nstream\n{drawn}\nendstream", drawn.len()));
    }
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        write!(file, "{} 0 obj\n{object}\nendobj\n", number + 1).unwrap();
    }
    let table = file.len();
    write!(file, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for place in places {
        writeln!(file, "{place:010} 00000 n ").unwrap();
    }
    write!(file, "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1)
        .unwrap();
    let path = folder.join("brochure.pdf");
    std::fs::write(&path, file).unwrap();
    path
}

#[test]
fn the_pages_of_a_document_are_drawn_and_blank_ones_left_out() {
    let folder = TempDir::new().unwrap();
    let path = pdf(folder.path(), &["Quillmark", "", "Inkwell"]);
    assert_eq!(document::kind(&path).unwrap(), Some(Kind::Document));
    let parts = taken_apart(&path, folder.path()).unwrap();
    let numbers: Vec<u32> = parts.parts.iter().map(|part| part.number).collect();
    assert_eq!((numbers.as_slice(), parts.found, parts.left_out), ([1, 3].as_slice(), 3, 0));
    for part in &parts.parts {
        let bytes = std::fs::read(folder.path().join(&part.file)).unwrap();
        let page = engine::decode::decode(&bytes).unwrap();
        assert_eq!((page.width, page.height), (400, 200));
        let dark = |from: u32, to: u32| {
            let rows = page.pixels.chunks_exact(1200).skip(from as usize).take((to - from) as usize);
            rows.flatten().filter(|shade| **shade < 100).count()
        };
        // The letters stand on a line 40 points from the bottom, 24 points high.
        assert!(dark(80, 125) > 1000, "{} dark", dark(80, 125));
        assert_eq!(dark(0, 70) + dark(140, 200), 0);
    }
}

#[test]
fn a_damaged_document_is_refused_with_a_reason() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("broken.pdf");
    std::fs::write(&path, b"%PDF-1.7\nnothing of the kind").unwrap();
    assert_eq!(taken_apart(&path, folder.path()).unwrap_err().code, "unreadable");
    let blank = pdf(folder.path(), &[""]);
    assert_eq!(taken_apart(&blank, folder.path()).unwrap_err().code, "empty_file");
}
