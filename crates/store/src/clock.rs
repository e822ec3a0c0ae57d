//! The only place that asks for the time or for a new id.

/// Now, as RFC 3339 in UTC with milliseconds.
pub(crate) fn now() -> String {
    let now = jiff::Timestamp::now();
    format!("{now:.3}")
}

/// A new id: UUID version 7, in its usual text form.
pub(crate) fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
