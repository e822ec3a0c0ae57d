//! Alt text: one or two sentences for someone who cannot see the picture, in words of the page and of ours.
//!
//! Invariant: quoted words stand on the page; without a model the reading alone is enough. Must not: describe what
//! nobody read, such as looks or moods.

use domain::text::visible;
use domain::{PageKind, Reading};
use serde::Deserialize;

use super::places::places;
use super::prompt::PAGE_KINDS;

/// Longest quotation, in characters.
const LONGEST_QUOTE: usize = 120;

/// What a model says of a page.
#[derive(Deserialize)]
pub(super) struct Description {
    kind: String,
    heading: Option<String>,
    #[serde(default)]
    texts: Vec<String>,
}

impl Description {
    /// As a sentence; words that do not stand on the page are left out.
    pub(super) fn sentence(self, reading: &Reading) -> String {
        let kind = PAGE_KINDS.iter().find(|kind| **kind == self.kind).copied().unwrap_or("page");
        let on_page = |text: &String| !places(reading, text).is_empty();
        let heading = self.heading.filter(on_page);
        let mut texts: Vec<String> = Vec::new();
        for text in self.texts.into_iter().filter(on_page) {
            if Some(&text) != heading.as_ref() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        sentence(kind, heading.as_deref(), &texts)
    }
}

/// From what was read and proposed, without a model: `tools` are the names of the proposed tools.
pub fn of_reading(kind: PageKind, tools: &[String], reading: &Reading) -> String {
    let kind = match kind {
        PageKind::Launch => "launch page",
        PageKind::Pricing => "pricing page",
        PageKind::Comparison => "comparison page",
        PageKind::Repository => "repository page",
        PageKind::Unknown => "page",
    };
    // The largest letters are the heading; the first of equals stands highest.
    let heading = reading
        .lines
        .iter()
        .filter(|line| line.text.chars().any(char::is_alphabetic))
        .reduce(|first, line| if line.font_height > first.font_height * 1.05 { line } else { first });
    let heading = heading.map(|line| line.text.as_str());
    let about: Vec<String> = tools
        .iter()
        .filter(|name| !heading.is_some_and(|heading| heading.contains(name.as_str())))
        .cloned()
        .collect();
    sentence(kind, heading, &about)
}

fn sentence(kind: &str, heading: Option<&str>, texts: &[String]) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    let mut said = format!("Screenshot of {article} {kind}");
    if let Some(heading) = heading {
        said = format!("{said} with the heading “{}”", visible(heading, LONGEST_QUOTE));
    }
    said.push('.');
    let quoted: Vec<String> =
        texts.iter().map(|text| format!("“{}”", visible(text, LONGEST_QUOTE))).collect();
    if let Some((last, others)) = quoted.split_last() {
        let list = if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) };
        said = format!("{said} It shows {list}.");
    }
    said
}
