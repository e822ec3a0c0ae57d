//! The `capture` scheme: picture bytes by hash, whole or cropped, re-encoded as PNG.
//!
//! Invariant: an address is a 64-digit hash and numbers, nothing else reaches the disk; answers are never
//! documents: the type is fixed, sniffing is off and the content is sandboxed.

use std::borrow::Cow;

use api::domain::PixelBox;
use api::{Core, Error};
use tauri::http::{Request, Response, StatusCode, header};

/// Answers one request of the page.
pub(crate) fn respond(core: &Core, request: &Request<Vec<u8>>) -> Response<Cow<'static, [u8]>> {
    let answer = parse(request.uri().path(), request.uri().query().unwrap_or_default())
        .and_then(|address| core.picture(&address.sha256, address.crop, address.width));
    let (status, kind, body) = match answer {
        Ok(png) => (StatusCode::OK, "image/png", Cow::Owned(png)),
        Err(error) => {
            (StatusCode::NOT_FOUND, "text/plain; charset=utf-8", Cow::Owned(error.message.into_bytes()))
        }
    };
    let response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")
        .header(header::CACHE_CONTROL, "private, max-age=31536000, immutable")
        .body(body);
    response.unwrap_or_else(|_| Response::new(Cow::Borrowed(&[][..])))
}

#[derive(Debug, PartialEq)]
struct Address {
    sha256: String,
    crop: Option<PixelBox>,
    width: Option<u32>,
}

fn parse(path: &str, query: &str) -> Result<Address, Error> {
    let refused = || Error::new("bad_address", "This is not the address of a capture. Nothing was read.");
    let sha256 = path.trim_start_matches('/');
    if sha256.len() != 64 || !sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(refused());
    }
    let mut address = Address { sha256: sha256.to_owned(), crop: None, width: None };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or_else(refused)?;
        match key {
            "width" => address.width = Some(value.parse().map_err(|_| refused())?),
            "crop" => {
                let decoded = value.replace("%2C", ",").replace("%2c", ",");
                let numbers: Vec<u32> =
                    decoded.split(',').map(str::parse).collect::<Result<_, _>>().map_err(|_| refused())?;
                let [x, y, width, height] = numbers[..] else { return Err(refused()) };
                address.crop = Some(PixelBox::new(x, y, width, height));
            }
            _ => return Err(refused()),
        }
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use api::domain::PixelBox;

    #[test]
    fn only_hashes_and_numbers_are_addresses() {
        let hash = "0123456789abcdef".repeat(4);
        let address = parse(&format!("/{hash}"), "crop=1,2,3,4&width=300").expect("a good address");
        assert_eq!(address.crop, Some(PixelBox::new(1, 2, 3, 4)));
        assert_eq!(address.width, Some(300));
        for path in
            ["/../../etc/passwd", "/%2e%2e/x", "/", "/ABC", &format!("/{hash}/../x"), &format!("/{hash}\0")]
        {
            assert!(parse(path, "").is_err(), "{path} must not be an address");
        }
        for query in ["crop=1,2,3", "crop=-1,2,3,4", "width=huge", "file=/etc/passwd", "crop"] {
            assert!(parse(&format!("/{hash}"), query).is_err(), "{query} must be refused");
        }
    }
}
