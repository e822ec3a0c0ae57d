//! CSV: one line for each value, for spreadsheets.
//!
//! Invariant: no cell can run as a formula. A cell that a spreadsheet might take for one gets a leading apostrophe;
//! this changes the text, so JSON is the format to read back.

use domain::compare::Comparison;

use super::{Format, matched, speaker, status};

pub(super) const FORMAT: Format = Format { id: "csv", label: "CSV (spreadsheet)", extension: "csv", write };

const HEADER: [&str; 12] = [
    "property",
    "label",
    "tool",
    "value",
    "speaker",
    "status",
    "valid_from",
    "quote",
    "match",
    "capture",
    "boxes",
    "reviewed",
];

fn write(comparison: &Comparison) -> String {
    let mut text = String::new();
    line(&mut text, &HEADER.map(str::to_owned));
    let reviewed = if comparison.reviewed { "yes" } else { "no" };
    for row in &comparison.rows {
        for (tool, cell) in comparison.tools.iter().zip(&row.cells) {
            for value in &cell.values {
                let evidence = value.evidence.first();
                let boxes = evidence.map_or_else(String::new, |evidence| {
                    let boxes = evidence.lines.iter().map(|line| {
                        let bounds = line.bounds;
                        format!("{} {} {} {}", bounds.x, bounds.y, bounds.width, bounds.height)
                    });
                    boxes.collect::<Vec<_>>().join("; ")
                });
                line(
                    &mut text,
                    &[
                        row.property.clone(),
                        row.label.clone(),
                        tool.name.clone(),
                        value.text.clone(),
                        speaker(value.speaker).to_owned(),
                        status(value.status).to_owned(),
                        value.valid_from.clone(),
                        evidence.map_or_else(String::new, |evidence| evidence.quote.clone()),
                        evidence.map_or("", |evidence| matched(evidence.matched)).to_owned(),
                        evidence.map_or_else(String::new, |evidence| evidence.capture.clone()),
                        boxes,
                        reviewed.to_owned(),
                    ],
                );
            }
        }
    }
    text
}

fn line(text: &mut String, fields: &[String; HEADER.len()]) {
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push('"');
        text.push_str(&neutral(field).replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}

/// Spreadsheets look past leading blanks and treat the full-width forms alike.
fn neutral(field: &str) -> String {
    let clean: String =
        field.chars().filter(|character| !matches!(character, '\0'..='\x08' | '\x0b'..='\x1f')).collect();
    let first = clean.trim_start().chars().next();
    let starts_formula = matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
        || clean.starts_with(['\t', '\r', '\n']);
    if starts_formula { format!("'{clean}") } else { clean }
}
