//! When a picture file says that it was taken: EXIF, else the time in a PNG file.
//!
//! Invariant: runs in the worker process only; a file whose metadata cannot be understood says nothing, and its pixels are
//! read all the same.

use std::io::Cursor;

use exif::{DateTime, Exif, In, Reader, Tag, Value};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

/// Years that a clock may show; others are those of a clock that was never set.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// RFC 3339 in UTC. A time without its distance from UTC is taken for one of this computer's time zone.
pub fn taken_at(bytes: &[u8]) -> Option<String> {
    let taken = of_exif(bytes).or_else(|| of_png(bytes))?;
    Some(format!("{taken:.3}"))
}

/// When the picture was taken (EXIF 2.32, tags 36867 and 36881).
fn of_exif(bytes: &[u8]) -> Option<Timestamp> {
    let exif = Reader::new().read_from_container(&mut Cursor::new(bytes)).ok()?;
    let mut taken = DateTime::from_ascii(ascii(&exif, Tag::DateTimeOriginal)?).ok()?;
    if let Some(offset) = ascii(&exif, Tag::OffsetTimeOriginal) {
        // A distance that is none leaves the time of day, which is right to within a day.
        let _ = taken.parse_offset(offset);
    }
    let date = date(taken.year, taken.month, taken.day)?;
    let time = time(taken.hour, taken.minute, taken.second)?;
    let zone = match taken.offset {
        Some(minutes) => TimeZone::fixed(Offset::from_seconds(i32::from(minutes) * 60).ok()?),
        None => TimeZone::system(),
    };
    Some(date.to_datetime(time).to_zoned(zone).ok()?.timestamp())
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => texts.first().map(Vec::as_slice),
        _ => None,
    }
}

/// When the picture was changed last, in UTC (PNG specification, section 11.3.6.1).
fn of_png(bytes: &[u8]) -> Option<Timestamp> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    loop {
        // Length, type, data, and four bytes of checksum.
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let data = after.get(..length)?;
        match (kind, data) {
            (b"tIME", &[high, low, month, day, hour, minute, second]) => {
                let date = date(u16::from_be_bytes([high, low]), month, day)?;
                let at = date.to_datetime(time(hour, minute, second)?);
                return Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp());
            }
            (b"IEND", _) => return None,
            _ => rest = after.get(length.checked_add(4)?..)?,
        }
    }
}

fn date(year: u16, month: u8, day: u8) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A leap second counts as the one before.
fn time(hour: u8, minute: u8, second: u8) -> Option<Time> {
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second.min(59)).ok()?, 0)
        .ok()
}
