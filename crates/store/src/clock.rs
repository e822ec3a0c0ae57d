//! The only place that asks for the time or for a new id.

/// Now, as RFC 3339 in UTC with milliseconds.
pub(crate) fn now() -> String {
    written(jiff::Timestamp::now())
}

/// A time in the form in which times are stored.
pub(crate) fn written(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}

/// Now in SQL, in the form in which times are stored.
pub(crate) const SQL_NOW: &str = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

/// A new id: UUID version 7, in its usual text form.
pub(crate) fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A time or date as typed, in the form in which times are stored; `None` if it is neither.
pub(crate) fn parse(text: &str) -> Option<String> {
    let timestamp = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    })?;
    Some(written(timestamp))
}

/// From when on more than that many whole days have passed since a stored time; never for what is no time.
pub(crate) fn more_days_than(at: &str, days: u32) -> Option<String> {
    let then = at.parse::<jiff::Timestamp>().ok()?;
    let passed = jiff::SignedDuration::from_hours(24 * (i64::from(days) + 1));
    then.checked_add(passed).ok().map(written)
}

/// Whole days since a stored time; 0 for a time that is still to come.
pub(crate) fn days_since(at: &str) -> i64 {
    let Ok(then) = at.parse::<jiff::Timestamp>() else { return 0 };
    let seconds = jiff::Timestamp::now().as_second() - then.as_second();
    (seconds / 86_400).max(0)
}
