//! Markdown: a table of the values, then the quotes they rest on, for people.
//!
//! Invariant: text from a page can make no heading, link, picture, HTML or table cell of its own.

use std::fmt::Write;

use domain::compare::{Cell, CellValue, Comparison};
use domain::text::visible;

use super::{Format, speaker, status};

pub(super) const FORMAT: Format =
    Format { id: "markdown", label: "Markdown (table with sources)", extension: "md", write };

/// Longest text that is shown of one value.
const LONGEST: usize = 2000;

fn write(comparison: &Comparison) -> String {
    let mut text = format!("# {}\n\n", escaped(&comparison.title));
    if !comparison.reviewed {
        text.push_str("Read from screenshots and not reviewed by a person.\n\n");
    }
    let mut sources = Sources::default();
    let names: Vec<String> = comparison.tools.iter().map(|tool| escaped(&tool.name)).collect();
    table_line(&mut text, "", &names);
    table_line(&mut text, "---", &vec!["---".to_owned(); names.len()]);
    for row in &comparison.rows {
        let cells: Vec<String> = row
            .cells
            .iter()
            .zip(&comparison.tools)
            .map(|(cell, tool)| sources.cell(cell, &format!("{}, {}", tool.name, row.label)))
            .collect();
        table_line(&mut text, &escaped(&row.label), &cells);
    }
    if !sources.list.is_empty() {
        text.push_str("\n## Sources\n\n");
        text.push_str(&sources.list);
    }
    text
}

fn table_line(text: &mut String, heading: &str, cells: &[String]) {
    let _ = writeln!(text, "| {heading} | {} |", cells.join(" | "));
}

/// The quotes behind the values, numbered in the order of the table.
#[derive(Default)]
struct Sources {
    count: usize,
    list: String,
}

impl Sources {
    fn cell(&mut self, cell: &Cell, place: &str) -> String {
        if cell.values.is_empty() {
            return "not given".to_owned();
        }
        let values: Vec<String> = cell.values.iter().map(|value| self.value(value, place)).collect();
        values.join("; ")
    }

    fn value(&mut self, value: &CellValue, place: &str) -> String {
        let mut shown = escaped(&value.text);
        for evidence in &value.evidence {
            self.count += 1;
            let _ = write!(shown, " ({})", self.count);
            let boxes: Vec<String> = evidence
                .lines
                .iter()
                .map(|line| {
                    let bounds = line.bounds;
                    format!("{} × {} at {}, {}", bounds.width, bounds.height, bounds.x, bounds.y)
                })
                .collect();
            let date = if value.valid_from.is_empty() {
                String::new()
            } else {
                format!(", {}", escaped(&value.valid_from))
            };
            let _ = writeln!(
                self.list,
                "{}. {}: “{}” ({}, {}{date}; capture {}, pixels {})",
                self.count,
                escaped(place),
                escaped(&evidence.quote),
                speaker(value.speaker),
                status(value.status),
                escaped(&evidence.capture),
                boxes.join("; "),
            );
        }
        if value.evidence.is_empty() {
            let _ = write!(shown, " ({})", status(value.status));
        }
        shown
    }
}

/// Text without any meaning in Markdown; it never stands at the start of a line, so marks that only count there
/// stay as they are.
fn escaped(text: &str) -> String {
    let shown = visible(text, LONGEST);
    let mut escaped = String::with_capacity(shown.len() + 8);
    let mut rest = shown.as_str();
    while let Some(character) = rest.chars().next() {
        // Renderers make links of bare addresses.
        let address = rest.starts_with("://") || (character == '.' && ends_with_www(&escaped));
        if address || r"\`*_[]{}<>|~&$#@^".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
        rest = &rest[character.len_utf8()..];
    }
    escaped
}

fn ends_with_www(text: &str) -> bool {
    text.len() >= 3
        && text.is_char_boundary(text.len() - 3)
        && text[text.len() - 3..].eq_ignore_ascii_case("www")
}
