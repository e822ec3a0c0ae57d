//! Frames on a pipe: a little-endian `u32` length, then that many bytes of JSON.
//!
//! Invariant: a length above the cap is refused before anything is allocated for it, and memory grows only with
//! bytes that really arrived. The other side of the pipe is not trusted.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Largest body of one frame.
pub const FRAME_LIMIT: u32 = 64 * 1024 * 1024;

/// Why a frame could not be sent or received.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("the frame announces {announced} bytes; the limit is {FRAME_LIMIT}")]
    TooLong { announced: u64 },
    #[error("the pipe ended inside a frame")]
    Truncated,
    #[error("the frame does not hold a message: {0}")]
    Malformed(#[source] serde_json::Error),
    #[error("the pipe failed: {0}")]
    Io(#[from] io::Error),
}

/// The next body, or `None` when the pipe ended between two frames.
pub fn read_frame(reader: &mut impl Read) -> Result<Option<Vec<u8>>, FrameError> {
    let mut header = Vec::with_capacity(4);
    reader.by_ref().take(4).read_to_end(&mut header)?;
    if header.is_empty() {
        return Ok(None);
    }
    let Ok(header) = <[u8; 4]>::try_from(header.as_slice()) else {
        return Err(FrameError::Truncated);
    };
    let length = u32::from_le_bytes(header);
    if length > FRAME_LIMIT {
        return Err(FrameError::TooLong { announced: u64::from(length) });
    }
    let mut body = Vec::new();
    reader.by_ref().take(u64::from(length)).read_to_end(&mut body)?;
    if body.len() < length as usize { Err(FrameError::Truncated) } else { Ok(Some(body)) }
}

/// Writes one frame and flushes it.
pub fn write_frame(writer: &mut impl Write, body: &[u8]) -> Result<(), FrameError> {
    let length = u32::try_from(body.len()).ok().filter(|length| *length <= FRAME_LIMIT);
    let Some(length) = length else {
        return Err(FrameError::TooLong { announced: body.len() as u64 });
    };
    writer.write_all(&length.to_le_bytes())?;
    writer.write_all(body)?;
    writer.flush()?;
    Ok(())
}

/// The next message, or `None` when the pipe ended between two frames.
pub fn receive<T: DeserializeOwned>(reader: &mut impl Read) -> Result<Option<T>, FrameError> {
    let Some(body) = read_frame(reader)? else { return Ok(None) };
    serde_json::from_slice(&body).map(Some).map_err(FrameError::Malformed)
}

/// Sends one message.
pub fn send<T: Serialize>(writer: &mut impl Write, message: &T) -> Result<(), FrameError> {
    let body = serde_json::to_vec(message).map_err(FrameError::Malformed)?;
    write_frame(writer, &body)
}
