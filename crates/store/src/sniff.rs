//! What a file is, told by its first bytes; names and extensions are not trusted.

/// The picture format, or a reason in words why the bytes are no picture that can be read.
pub(crate) fn picture_format(start: &[u8]) -> Result<&'static str, String> {
    let has = |magic: &[u8]| start.starts_with(magic);
    if has(b"\x89PNG\r\n\x1a\n") {
        return Ok("png");
    }
    if has(b"\xff\xd8\xff") {
        return Ok("jpeg");
    }
    if has(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
        return Ok("webp");
    }
    if has(b"GIF87a") || has(b"GIF89a") {
        return Ok("gif");
    }
    if has(b"II*\0") || has(b"MM\0*") || has(b"II+\0") || has(b"MM\0+") {
        return Ok("tiff");
    }
    // "BM" alone also begins ordinary text; the size of the information header tells.
    if has(b"BM") && matches!(start.get(14..18), Some([12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0])) {
        return Ok("bmp");
    }
    Err(reason(start))
}

fn reason(start: &[u8]) -> String {
    let has = |magic: &[u8]| start.starts_with(magic);
    let kind = if has(b"%PDF-") {
        "it is a PDF document"
    } else if has(b"PK\x03\x04") {
        "it is a ZIP archive or an office document"
    } else if has(b"\x1f\x8b") {
        "it is a compressed archive"
    } else if start.get(4..8) == Some(b"ftyp") {
        match start.get(8..12) {
            Some(b"heic" | b"heix" | b"mif1" | b"msf1" | b"hevc") => "it is an HEIC photo",
            Some(b"avif" | b"avis") => "it is an AVIF picture",
            _ => "it is a video or a media container",
        }
    } else if has(b"\0\0\x01\0") {
        "it is an icon file"
    } else if has(b"8BPS") {
        "it is a Photoshop document"
    } else if has(b"\x7fELF") || has(b"MZ") {
        "it is a program"
    } else {
        return text_reason(start).to_owned();
    };
    kind.to_owned()
}

fn text_reason(start: &[u8]) -> &'static str {
    let sample = &start[..start.len().min(1024)];
    let readable = match std::str::from_utf8(sample) {
        Ok(text) => text,
        // A character may be cut at the end of the sample.
        Err(error) if error.valid_up_to() + 4 > sample.len() => {
            std::str::from_utf8(&sample[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => "",
    };
    if readable.is_empty()
        || readable.chars().any(|character| character.is_control() && !character.is_whitespace())
    {
        return "its first bytes are of no known picture format";
    }
    let lower = readable.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if lower.contains("<svg") {
        "it is an SVG drawing"
    } else if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        "it is a web page"
    } else {
        "it is a text file"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_by_their_first_bytes() {
        let mut bitmap = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0".to_vec();
        bitmap.extend([40, 0, 0, 0]);
        let cases: [(&[u8], &str); 7] = [
            (b"\x89PNG\r\n\x1a\nrest", "png"),
            (b"\xff\xd8\xff\xe0", "jpeg"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
            (b"GIF89a..", "gif"),
            (b"II*\0....", "tiff"),
            (b"MM\0*....", "tiff"),
            (&bitmap, "bmp"),
        ];
        for (bytes, format) in cases {
            assert_eq!(picture_format(bytes), Ok(format));
        }
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
        let cases: [(&[u8], &str); 9] = [
            (b"%PDF-1.7", "PDF"),
            (b"PK\x03\x04....", "ZIP"),
            (b"\0\0\0\x18ftypheic", "HEIC"),
            (b"\0\0\0\x18ftypavif", "AVIF"),
            (b"<?xml version='1.0'?>\n<svg xmlns=", "SVG"),
            (b"<!DOCTYPE html><html>", "web page"),
            ("BM is how this sentence begins, grüße".as_bytes(), "text"),
            (b"RIFF\x10\0\0\0WAVEfmt ", "no known picture format"),
            (b"\x89PN", "no known picture format"),
        ];
        for (bytes, reason) in cases {
            let why = picture_format(bytes).unwrap_err();
            assert!(why.contains(reason), "{why} should mention {reason}");
        }
    }

    #[test]
    fn a_character_cut_at_the_end_of_the_sample_is_still_text() {
        let mut bytes = vec![b'a'; 1023];
        bytes.extend("ü".as_bytes());
        assert_eq!(picture_format(&bytes), Err("it is a text file".to_owned()));
    }
}
