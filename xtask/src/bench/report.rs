//! The comparison as Markdown and as JSON.
//!
//! Invariant: a figure that was not measured is shown as a dash. Must not: round away a difference that counts.

use std::fmt::Write;

use serde_json::{Value, json};

use super::measure::median;
use super::{Outcome, Screenshot};

/// Key in the scorer's output, and heading.
const FIGURES: [(&str, &str); 5] = [
    ("word_recall", "word recall"),
    ("word_precision", "precision"),
    ("digit_tokens", "digit tokens"),
    ("cer", "CER"),
    ("line_f1", "line F1"),
];

pub(super) fn markdown(screenshots: &[Screenshot], outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    let mut row = |cells: Vec<String>| {
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    };
    let heading = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    row(heading(&[
        "engine",
        "wall s, median",
        "CPU s, median",
        "CPU s, total",
        "CPU share of psm 11, median / total",
        "memory MB, median",
        "memory MB, most",
    ]));
    row(vec!["---".to_owned(); 7]);
    let base = outcomes.iter().find(|outcome| outcome.name == "tesseract-psm11");
    for outcome in outcomes {
        let middle = median(&outcome.samples);
        let share = base.map_or_else(dash, |base| {
            format!(
                "{:.2} / {:.2}",
                middle.cpu / median(&base.samples).cpu.max(0.01),
                total(outcome) / total(base).max(0.01)
            )
        });
        row(vec![
            name(outcome),
            format!("{:.2}", middle.wall),
            format!("{:.2}", middle.cpu),
            format!("{:.1}", total(outcome)),
            share,
            format!("{:.0}", middle.memory),
            format!("{:.0}", outcome.samples.iter().map(|sample| sample.memory).fold(0.0, f64::max)),
        ]);
    }
    let _ = writeln!(text, "\nScreenshots: {}.{}\n", screenshots.len(), kept(outcomes));
    let groups: Vec<String> = outcomes
        .first()
        .and_then(|outcome| outcome.scores.as_object())
        .map(|groups| groups.keys().cloned().collect())
        .unwrap_or_default();
    if groups.is_empty() {
        text.push_str("No scorer was found, so accuracy was not measured.\n");
        return text;
    }
    let _ = writeln!(text, "| group | engine | {} |", FIGURES.map(|(_, heading)| heading).join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(FIGURES.len() + 2));
    for group in &groups {
        for outcome in outcomes {
            let scores = &outcome.scores[group];
            let figures = FIGURES.map(|(key, _)| {
                scores[key].as_f64().map_or_else(dash, |value| match key {
                    "cer" => format!("{:.2} %", value * 100.0),
                    _ => format!("{value:.3}"),
                })
            });
            let shown = group.rsplit(':').next().unwrap_or(group);
            let _ = writeln!(text, "| {shown} | {} | {} |", outcome.name, figures.join(" | "));
        }
    }
    text
}

fn name(outcome: &Outcome) -> String {
    if outcome.version.is_empty() {
        outcome.name.clone()
    } else {
        format!("{} ({})", outcome.name, outcome.version)
    }
}

fn kept(outcomes: &[Outcome]) -> String {
    let lines: Vec<String> = outcomes
        .iter()
        .filter(|outcome| outcome.kept > 0)
        .map(|outcome| format!(" {} of {}'s were measured in an earlier run.", outcome.kept, outcome.name))
        .collect();
    lines.concat()
}

fn total(outcome: &Outcome) -> f64 {
    outcome.samples.iter().map(|sample| sample.cpu).sum()
}

fn dash() -> String {
    "–".to_owned()
}

pub(super) fn json(screenshots: &[Screenshot], outcomes: &[Outcome]) -> Value {
    let engine = |outcome: &Outcome| {
        let pictures: Vec<Value> = screenshots
            .iter()
            .zip(&outcome.samples)
            .map(|(screenshot, sample)| {
                let mut value = sample.to_json();
                value["id"] = json!(screenshot.id);
                value
            })
            .collect();
        json!({
            "name": outcome.name,
            "version": outcome.version,
            "from_cache": outcome.kept,
            "median": median(&outcome.samples).to_json(),
            "cpu_s_total": total(outcome),
            "pictures": pictures,
            "groups": outcome.scores,
        })
    };
    json!({ "screenshots": screenshots.len(), "engines": outcomes.iter().map(engine).collect::<Vec<_>>() })
}
