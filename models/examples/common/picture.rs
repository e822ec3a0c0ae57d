//! Decoding of picture files as Pillow hands them to the processor.

use std::io::Read;
use std::path::Path;

use domain::Picture;
use image::DynamicImage;
use models::smolvlm::on_white;

/// Decodes a picture: 16-bit samples keep their upper byte, transparency is put on white.
pub(crate) fn open(path: &Path) -> Result<Picture, Box<dyn std::error::Error>> {
    let mut decoder = image::ImageReader::open(path)?.with_guessed_format()?;
    decoder.no_limits();
    let decoded = decoder.decode()?;
    let (width, height) = (decoded.width(), decoded.height());
    let upper =
        |samples: Vec<u16>| samples.into_iter().map(|sample| (sample >> 8) as u8).collect::<Vec<u8>>();
    if decoded.color().has_alpha() && !has_sixteen_bit_key(path)? {
        let rgba = match decoded {
            DynamicImage::ImageRgba16(_) | DynamicImage::ImageLumaA16(_) => {
                upper(decoded.into_rgba16().into_raw())
            }
            other => other.into_rgba8().into_raw(),
        };
        return Ok(on_white(width, height, &rgba).ok_or("the picture is too large")?);
    }
    let pixels = match decoded {
        DynamicImage::ImageRgb16(_) | DynamicImage::ImageLuma16(_) | DynamicImage::ImageRgba16(_) => {
            upper(decoded.into_rgb16().into_raw())
        }
        other => other.into_rgb8().into_raw(),
    };
    Ok(Picture { width, height, pixels })
}

/// Whether a file is a PNG with 16-bit colours, whose one transparent colour Pillow compares with 8-bit samples and so
/// does not find.
fn has_sixteen_bit_key(path: &Path) -> Result<bool, Box<dyn std::error::Error>> {
    let mut start = [0u8; 26];
    let read = std::fs::File::open(path)?.read(&mut start)?;
    // Signature, length and name of the header chunk, width and height, then bits a sample and kind of colour.
    Ok(read == start.len() && start.starts_with(b"\x89PNG") && start[24..] == [16, 2])
}
