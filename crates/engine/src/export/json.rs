//! JSON: everything a comparison holds, for programs; reading it back gives the same comparison.
//!
//! Invariant: the envelope names format and version, so that a later form can be told from this one. Each value also
//! carries what it says in typed form (quantities with unit and bound, SPDX expressions, dates), worked out of its words.

use domain::compare::Comparison;
use serde::Serialize;
use serde_json::Value as Json;

use super::Format;

pub(super) const FORMAT: Format = Format { id: "json", label: "JSON (complete)", extension: "json", write };

#[derive(Serialize)]
struct Envelope {
    format: &'static str,
    version: u32,
    comparison: Json,
}

fn write(comparison: &Comparison) -> String {
    // Strings, numbers and lists only: there is nothing in a comparison that JSON cannot hold.
    let mut comparison = serde_json::to_value(comparison).unwrap_or_default();
    for row in parts(&mut comparison, "rows") {
        for cell in parts(row, "cells") {
            for value in parts(cell, "values") {
                let Json::Object(fields) = value else { continue };
                let text = fields.get("text").and_then(Json::as_str).unwrap_or_default();
                let typed = serde_json::to_value(domain::typed_values(text)).unwrap_or_default();
                fields.insert("typed".to_owned(), typed);
            }
        }
    }
    let envelope = Envelope { format: "shortlist comparison", version: 1, comparison };
    serde_json::to_string_pretty(&envelope).unwrap_or_default() + "\n"
}

fn parts<'a>(value: &'a mut Json, name: &str) -> impl Iterator<Item = &'a mut Json> {
    value.get_mut(name).and_then(Json::as_array_mut).into_iter().flatten()
}
