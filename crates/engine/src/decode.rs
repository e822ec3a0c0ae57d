//! Bytes of an image file to upright RGB pixels.
//!
//! Invariants: the content decides, never the file name; sizes are checked in the header before pixels are
//! allocated; a file that ends early is refused, because missing rows would read as an empty page. Colour profiles
//! and all metadata but the orientation are ignored. Of an animation the first frame counts.

mod alpha;
mod png_rows;

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use domain::Picture;
use image::error::LimitErrorKind;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

/// Longest side, in pixels.
pub const MAX_SIDE: u32 = 100_000;
/// Most pixels of one picture.
pub const MAX_PIXELS: u64 = 200_000_000;
/// Largest file, in bytes.
pub const MAX_FILE: u64 = 512 * 1024 * 1024;
/// Most bytes the decoder may hold: 200 megapixels at 16 bits with alpha, and some room.
pub(crate) const MAX_DECODER_MEMORY: u64 = 1_800_000_000;

/// Why a file gave no picture.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("The file is empty (0 bytes). Nothing was read; save the screenshot again and add that file.")]
    EmptyFile,
    #[error(
        "This is not an image in a format that can be read (PNG, JPEG, WebP, GIF, BMP or TIFF). Nothing was read; \
         take a screenshot of it or convert it to PNG."
    )]
    NotAnImage,
    #[error(
        "The {format} file ends early: a part of the picture is missing. Nothing was read; copy or download the \
         file again."
    )]
    Truncated { format: &'static str },
    #[error(
        "The picture is too large: {width} × {height} pixels; the limit is {MAX_SIDE} a side and {} megapixels. \
         Nothing was read; crop it into parts and add those.",
        MAX_PIXELS / 1_000_000
    )]
    TooLarge { width: u64, height: u64 },
    #[error(
        "The file is too large: {} MB; the limit is {} MB. Nothing was read; save it as PNG or crop it into parts.",
        bytes / 1_048_576,
        MAX_FILE / 1_048_576
    )]
    FileTooLarge { bytes: u64 },
    #[error(
        "Decoding this picture needs more memory than the limit of {} MB. Nothing was read; crop it into parts and \
         add those.",
        MAX_DECODER_MEMORY / 1_000_000
    )]
    NeedsTooMuchMemory,
    #[error("The file could not be opened: {0}. Nothing was read; check that it exists and may be read.")]
    NotOpened(String),
    #[error("This is not a regular file. Nothing was read; choose an image file.")]
    NotAFile,
    #[error("The {format} file is damaged: {reason}. Nothing was read; copy or download the file again.")]
    Unreadable { format: &'static str, reason: String },
}

impl DecodeError {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile => "empty_file",
            Self::NotAnImage | Self::NotAFile => "not_an_image",
            Self::Truncated { .. } => "truncated",
            Self::TooLarge { .. } | Self::FileTooLarge { .. } | Self::NeedsTooMuchMemory => "too_large",
            Self::NotOpened(_) | Self::Unreadable { .. } => "unreadable",
        }
    }
}

/// The bytes of an image file; only regular files are read, so that a pipe or device cannot block for ever.
pub fn read_file(path: &Path) -> Result<Vec<u8>, DecodeError> {
    let refused = |error: io::Error| DecodeError::NotOpened(error.to_string());
    // Asked before opening: opening a pipe already blocks.
    if !path.metadata().map_err(refused)?.is_file() {
        return Err(DecodeError::NotAFile);
    }
    let file = File::open(path).map_err(refused)?;
    let size = file.metadata().map_err(refused)?.len();
    if size > MAX_FILE {
        return Err(DecodeError::FileTooLarge { bytes: size });
    }
    let mut bytes = Vec::with_capacity(size as usize);
    // The file may grow while it is read.
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(DecodeError::FileTooLarge { bytes: bytes.len() as u64 });
    }
    Ok(bytes)
}

/// The upright picture in 8-bit RGB.
pub fn decode(bytes: &[u8]) -> Result<Picture, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::EmptyFile);
    }
    let format = sniff(bytes)?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODER_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| classify(format, bytes, error))?;

    let (width, height) = decoder.dimensions();
    check_size(u64::from(width), u64::from(height))?;
    if format == ImageFormat::Jpeg && !jpeg_is_complete(bytes) {
        return Err(DecodeError::Truncated { format: label(format) });
    }
    // Unreadable metadata is no reason to refuse readable pixels.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    if format == ImageFormat::Png
        && orientation == Orientation::NoTransforms
        && let Some(picture) = png_rows::decode(bytes)
    {
        return picture.map_err(|error| classify(format, bytes, error));
    }
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| classify(format, bytes, error))?;
    image.apply_orientation(orientation);
    let (width, height) = (image.width(), image.height());
    let pixels = if image.color().has_alpha() {
        alpha::flattened(image.into_rgba8().into_raw())
    } else {
        image.into_rgb8().into_raw()
    };
    Ok(Picture { width, height, pixels })
}

/// RGBA pixels laid on plain paper, as RGB.
pub(crate) fn on_paper(rgba: Vec<u8>) -> Vec<u8> {
    alpha::flattened(rgba)
}

fn sniff(bytes: &[u8]) -> Result<ImageFormat, DecodeError> {
    let format = image::guess_format(bytes).map_err(|_| DecodeError::NotAnImage)?;
    if format.reading_enabled() { Ok(format) } else { Err(DecodeError::NotAnImage) }
}

const fn check_size(width: u64, height: u64) -> Result<(), DecodeError> {
    let side = MAX_SIDE as u64;
    if width > side || height > side || width * height > MAX_PIXELS {
        return Err(DecodeError::TooLarge { width, height });
    }
    Ok(())
}

const fn label(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Gif => "GIF",
        ImageFormat::Bmp => "BMP",
        ImageFormat::Tiff => "TIFF",
        _ => "image",
    }
}

fn classify(format: ImageFormat, bytes: &[u8], error: ImageError) -> DecodeError {
    if ends_early(&error) || announces_more(format, bytes) {
        return DecodeError::Truncated { format: label(format) };
    }
    match error {
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            DecodeError::NeedsTooMuchMemory
        }
        // Wrapped errors carry the format's name again; the innermost one says what is wrong.
        other => DecodeError::Unreadable {
            format: label(format),
            reason: domain::text::visible(innermost(&other).trim_end_matches('.'), 200),
        },
    }
}

fn ends_early(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut current = Some(error);
    while let Some(error) = current {
        let io_error = match error.downcast_ref::<ImageError>() {
            Some(ImageError::IoError(io_error)) => Some(io_error),
            _ => error.downcast_ref::<io::Error>(),
        };
        if io_error.is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof) {
            return true;
        }
        current = error.source();
    }
    false
}

/// Whether the container itself says that bytes are missing; decoders report that in their own ways.
fn announces_more(format: ImageFormat, bytes: &[u8]) -> bool {
    let length = |at: usize| {
        bytes.get(at..at + 4).and_then(|part| part.try_into().ok()).map_or(0, u32::from_le_bytes) as usize
    };
    match format {
        ImageFormat::WebP => length(4).saturating_add(8) > bytes.len(),
        ImageFormat::Bmp => length(2) > bytes.len(),
        // The trailer; some programs pad the file with zeros.
        ImageFormat::Gif => bytes.iter().rev().find(|byte| **byte != 0) != Some(&b';'),
        _ => false,
    }
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error.to_string();
    let mut current = error.source();
    while let Some(error) = current {
        last = error.to_string();
        current = error.source();
    }
    last
}

/// Whether the entropy-coded data runs up to the end-of-image marker. The decoder fills missing rows with grey.
fn jpeg_is_complete(bytes: &[u8]) -> bool {
    let mut position = 2;
    loop {
        // The next marker; inside a scan, stuffed zeros and restart markers belong to the data.
        let Some(offset) = bytes.get(position..).and_then(|rest| {
            rest.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xff | 0xd0..=0xd7))
        }) else {
            return false;
        };
        position += offset;
        match bytes[position + 1] {
            0xd9 => return true,
            0x01 | 0xd8 => position += 2,
            _ => {
                let Some(length) = bytes.get(position + 2..position + 4) else { return false };
                position += 2 + usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
            }
        }
    }
}
