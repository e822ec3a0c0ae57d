//! Small pictures made by the tests.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageFormat, RgbImage};

/// A plain picture; `shade` makes each one's bytes its own.
pub(crate) fn plain(width: u32, height: u32, shade: u8) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, image::Rgb([shade; 3])))
}

pub(crate) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("the encoder takes this picture");
    bytes.into_inner()
}

pub(crate) fn png(width: u32, height: u32, shade: u8) -> Vec<u8> {
    encoded(&plain(width, height, shade), ImageFormat::Png)
}

/// Writes a plain picture under `folder`.
pub(crate) fn file(folder: &Path, name: &str, shade: u8) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, png(64, 48, shade)).expect("the temporary folder is writable");
    path
}

/// A PNG of `width` × `height` whose header is right and whose data is missing.
pub(crate) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = Vec::from(*b"IHDR");
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut bytes = Vec::from(*b"\x89PNG\r\n\x1a\n");
    bytes.extend(13_u32.to_be_bytes());
    bytes.extend(&header);
    bytes.extend(crc(&header).to_be_bytes());
    bytes.extend([0, 0, 0, 0]);
    bytes.extend(b"IDAT");
    bytes.extend(crc(b"IDAT").to_be_bytes());
    bytes
}

/// The checksum that PNG chunks carry.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| {
                if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
            },
        )
    })
}
