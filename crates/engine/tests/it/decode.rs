//! What becomes of good, unusual and bad image files.

use engine::decode::{DecodeError, decode, read_file};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage};

use crate::pictures::{crc, encoded, plain, png, png_header};

fn refusal(bytes: &[u8]) -> DecodeError {
    match decode(bytes) {
        Ok(picture) => panic!("decoded to {} × {}", picture.width, picture.height),
        Err(error) => error,
    }
}

fn code(bytes: &[u8]) -> &'static str {
    refusal(bytes).code()
}

fn pixel(picture: &domain::Picture, x: u32, y: u32) -> [u8; 3] {
    let start = (y as usize * picture.width as usize + x as usize) * 3;
    [picture.pixels[start], picture.pixels[start + 1], picture.pixels[start + 2]]
}

const FORMATS: [ImageFormat; 6] = [
    ImageFormat::Png,
    ImageFormat::Jpeg,
    ImageFormat::WebP,
    ImageFormat::Gif,
    ImageFormat::Bmp,
    ImageFormat::Tiff,
];

#[test]
fn every_format_decodes_to_its_size() {
    for format in FORMATS {
        let picture = decode(&encoded(&plain(37, 21, 200), format)).expect("a whole file decodes");
        assert_eq!((picture.width, picture.height), (37, 21), "{format:?}");
        assert_eq!(picture.pixels.len(), 37 * 21 * 3, "{format:?}");
        let [red, _, _] = pixel(&picture, 5, 5);
        assert!(red.abs_diff(200) <= 2, "{format:?} gave {red}");
    }
}

#[test]
fn no_bytes_are_an_empty_file() {
    assert_eq!(code(&[]), "empty_file");
}

#[test]
fn text_named_png_is_not_an_image() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("notes.png");
    std::fs::write(&path, "Price: $20 a month").expect("a file");
    let bytes = read_file(&path).expect("a regular file");
    assert_eq!(code(&bytes), "not_an_image");
}

#[test]
fn the_content_decides_and_not_the_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("page.jpg");
    std::fs::write(&path, png(10, 10, 9)).expect("a file");
    let picture = decode(&read_file(&path).expect("a regular file")).expect("a PNG");
    assert_eq!(picture.width, 10);
}

#[test]
fn a_folder_and_a_missing_file_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let refused = read_file(folder.path()).expect_err("a folder is no file");
    assert!(matches!(refused, DecodeError::NotAFile));
    let missing = read_file(&folder.path().join("gone.png")).expect_err("it does not exist");
    assert_eq!(missing.code(), "unreadable");
}

#[test]
fn files_cut_short_are_refused_and_say_so() {
    let noisy = DynamicImage::ImageRgb8(image::RgbImage::from_fn(80, 60, |x, y| {
        image::Rgb([(x * 7 + y * 13) as u8, (x * y) as u8, (x * 31) as u8])
    }));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp]
    {
        let whole = encoded(&noisy, format);
        decode(&whole).expect("the whole file decodes");
        let half = code(&whole[..whole.len() / 2]);
        assert_eq!(half, "truncated", "{format:?}");
    }
}

#[test]
fn no_cut_of_any_format_decodes_to_a_different_size_or_panics() {
    let image = plain(24, 18, 77);
    for format in FORMATS {
        let whole = encoded(&image, format);
        for end in 0..whole.len() {
            if let Ok(picture) = decode(&whole[..end]) {
                assert_eq!((picture.width, picture.height), (24, 18), "{format:?} cut at {end}");
            }
        }
    }
}

#[test]
fn more_than_200_megapixels_are_refused_by_the_header() {
    let error = refusal(&png_header(20_000, 10_001));
    assert_eq!(error.code(), "too_large");
    let sentence = error.to_string();
    assert!(sentence.contains("20000 × 10001") && sentence.contains("200 megapixels"), "{sentence}");
}

#[test]
fn more_than_100_000_pixels_a_side_are_refused_by_the_header() {
    assert_eq!(code(&png_header(100_001, 1)), "too_large");
    assert_eq!(code(&png_header(1, 100_001)), "too_large");
    assert_eq!(code(&png_header(u32::MAX >> 1, u32::MAX >> 1)), "too_large");
    // At the limit the header passes and the missing data is what is wrong.
    assert_eq!(code(&png_header(100_000, 2_000)), "truncated");
}

#[test]
fn a_hundred_megapixels_decode() {
    let bytes = encoded(&DynamicImage::ImageLuma8(GrayImage::new(10_000, 10_000)), ImageFormat::Png);
    let picture = decode(&bytes).expect("half of the limit");
    assert_eq!(picture.pixels.len(), 300_000_000);
}

#[test]
fn a_page_30_000_pixels_tall_decodes_whole() {
    let mut page = GrayImage::new(900, 30_000);
    page.put_pixel(899, 29_999, Luma([250]));
    let picture = decode(&encoded(&DynamicImage::ImageLuma8(page), ImageFormat::Png)).expect("a tall page");
    assert_eq!((picture.width, picture.height), (900, 30_000));
    assert_eq!(pixel(&picture, 899, 29_999), [250; 3]);
}

#[test]
fn sixteen_bits_become_eight() {
    let image = image::ImageBuffer::from_pixel(3, 3, image::Rgb([0xffff_u16, 0x8080, 0]));
    let picture = decode(&encoded(&DynamicImage::ImageRgb16(image), ImageFormat::Png)).expect("16 bits");
    assert_eq!(pixel(&picture, 1, 1), [255, 128, 0]);
}

#[test]
fn transparency_lies_on_white() {
    let mut image = RgbaImage::new(20, 20);
    for x in 0..20 {
        image.put_pixel(x, 3, Rgba([10, 20, 30, 255]));
    }
    let picture = decode(&encoded(&image.into(), ImageFormat::Png)).expect("alpha");
    assert_eq!(pixel(&picture, 0, 3), [10, 20, 30]);
    assert_eq!(pixel(&picture, 0, 10), [255; 3]);
}

#[test]
fn white_text_on_transparency_lies_on_black() {
    let mut image = RgbaImage::new(20, 20);
    for x in 0..20 {
        image.put_pixel(x, 3, Rgba([255, 255, 255, 255]));
    }
    let picture = decode(&encoded(&image.into(), ImageFormat::Png)).expect("alpha");
    assert_eq!(pixel(&picture, 0, 3), [255; 3]);
    assert_eq!(pixel(&picture, 0, 10), [0; 3]);
}

#[test]
fn rows_of_every_kind_of_png_give_the_pixels_of_the_whole_picture() {
    let mut image =
        RgbaImage::from_fn(19, 23, |x, y| Rgba([(x * 13) as u8, (y * 11) as u8, (x * y) as u8, 255]));
    let opaque = DynamicImage::from(image.clone());
    for kind in [
        DynamicImage::from(opaque.to_luma8()),
        opaque.to_luma_alpha8().into(),
        opaque.to_rgb8().into(),
        opaque.clone(),
        opaque.to_rgb16().into(),
    ] {
        let picture = decode(&encoded(&kind, ImageFormat::Png)).expect("a PNG");
        assert_eq!((picture.width, picture.height), (19, 23));
        assert!(picture.pixels == kind.to_rgb8().into_raw(), "{:?} changed on the way", kind.color());
    }
    image.put_pixel(4, 5, Rgba([100, 0, 200, 128]));
    let picture = decode(&encoded(&image.into(), ImageFormat::Png)).expect("alpha");
    assert_eq!(pixel(&picture, 4, 5), [177, 127, 227]);
}

#[test]
fn the_orientation_of_the_camera_is_applied() {
    let mut image = image::RgbImage::from_pixel(4, 2, image::Rgb([0, 0, 0]));
    image.put_pixel(0, 0, image::Rgb([255, 0, 0]));
    // 6: turned a quarter to the right, so the first pixel ends up at the top right.
    let picture = decode(&with_orientation(&encoded(&image.into(), ImageFormat::Png), 6)).expect("a PNG");
    assert_eq!((picture.width, picture.height), (2, 4));
    assert_eq!(pixel(&picture, 1, 0), [255, 0, 0]);
}

/// The PNG with an `eXIf` chunk that holds only the orientation.
fn with_orientation(png: &[u8], orientation: u8) -> Vec<u8> {
    let mut chunk = Vec::from(*b"eXIfII*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0");
    chunk.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    with_chunk(png, &chunk)
}

/// The PNG with another chunk (type and data) behind its header.
pub(crate) fn with_chunk(png: &[u8], chunk: &[u8]) -> Vec<u8> {
    // After the signature and the header chunk.
    let header_end = 8 + 25;
    let mut bytes = png[..header_end].to_vec();
    bytes.extend(((chunk.len() - 4) as u32).to_be_bytes());
    bytes.extend(chunk);
    bytes.extend(crc(chunk).to_be_bytes());
    bytes.extend(&png[header_end..]);
    bytes
}

#[test]
fn unusual_encodings_keep_their_colour() {
    let files: [(&str, &[u8]); 6] = [
        ("CMYK JPEG", include_bytes!("fixtures/cmyk.jpg")),
        ("progressive JPEG", include_bytes!("fixtures/progressive.jpg")),
        ("palette PNG", include_bytes!("fixtures/palette.png")),
        ("interlaced 16-bit PNG with alpha", include_bytes!("fixtures/interlaced16.png")),
        ("animated WebP", include_bytes!("fixtures/animated.webp")),
        ("16-bit LZW TIFF", include_bytes!("fixtures/lzw16.tiff")),
    ];
    for (name, bytes) in files {
        let picture = decode(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = pixel(&picture, 3, 3);
        let close = found.iter().zip([200_u8, 30, 60]).all(|(found, wanted)| found.abs_diff(wanted) <= 4);
        assert!(close, "{name} gave {found:?}");
    }
}

#[test]
fn the_first_frame_of_an_animation_counts() {
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for shade in [10, 240] {
            let frame = image::Frame::new(plain(8, 8, shade).into_rgba8());
            encoder.encode_frame(frame).expect("a frame");
        }
    }
    let [red, _, _] = pixel(&decode(&bytes).expect("a GIF"), 4, 4);
    assert!(red < 30, "the second frame was taken: {red}");
}
