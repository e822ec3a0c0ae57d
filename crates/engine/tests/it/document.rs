//! Files with several pictures, taken apart by a real worker process.

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
