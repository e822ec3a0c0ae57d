//! JSON: everything a comparison holds, for programs; reading it back gives the same comparison.
//!
//! Invariant: the envelope names format and version, so that a later form can be told from this one.

use domain::compare::Comparison;
use serde::Serialize;

use super::Format;

pub(super) const FORMAT: Format = Format { id: "json", label: "JSON (complete)", extension: "json", write };

#[derive(Serialize)]
struct Envelope<'a> {
    format: &'static str,
    version: u32,
    comparison: &'a Comparison,
}

fn write(comparison: &Comparison) -> String {
    let envelope = Envelope { format: "shortlist comparison", version: 1, comparison };
    // Strings, numbers and lists only: there is nothing in a comparison that JSON cannot hold.
    serde_json::to_string_pretty(&envelope).unwrap_or_default() + "\n"
}
