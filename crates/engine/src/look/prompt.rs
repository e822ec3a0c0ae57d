//! Questions for a vision-language model: the committed prompts with a page's lines as fenced data.
//!
//! Invariant: page text cannot end its fence, and no prompt holds an example value. Must not: know a model family.

use domain::PASSAGE_KINDS;
use serde_json::{Value, json};

const PROPOSE: &str = include_str!("../../../../models/prompts/propose.txt");
const ASK: &str = include_str!("../../../../models/prompts/ask.txt");
const DESCRIBE: &str = include_str!("../../../../models/prompts/describe.txt");

/// Kinds of pages that a description can name.
pub(super) const PAGE_KINDS: [&str; 8] = [
    "launch page",
    "pricing page",
    "comparison page",
    "repository page",
    "documentation page",
    "review",
    "application window",
    "page",
];

pub(super) fn propose(lines: &[&str]) -> String {
    PROPOSE.replace("{lines}", &fenced(lines))
}

pub(super) fn ask(lines: &[&str], question: &str) -> String {
    // The question first: page text that spells the place holder must stay page text.
    let (before, after) = ASK.split_once("{lines}").unwrap_or((ASK, ""));
    let question = domain::text::visible(question, super::LONGEST_QUESTION);
    format!("{before}{}{}", fenced(lines), after.replace("{question}", &question))
}

pub(super) fn describe(lines: &[&str]) -> String {
    DESCRIBE.replace("{lines}", &fenced(lines))
}

/// The lines between two marks that are longer than every run of `=` in them.
fn fenced(lines: &[&str]) -> String {
    let longest = lines.iter().flat_map(|line| line.split(|mark| mark != '=')).map(str::len).max();
    let mark = "=".repeat(longest.unwrap_or(0).max(3) + 1);
    let mut text = mark.clone();
    for line in lines {
        text.push('\n');
        text.push_str(line);
    }
    text.push('\n');
    text + &mark
}

pub(super) fn propose_schema() -> Value {
    let words = json!({ "type": ["string", "null"] });
    let price = json!({ "type": "object", "properties": { "plan": words, "price": { "type": "string" } } });
    let statement = json!({
        "type": "object",
        "properties": { "kind": { "enum": PASSAGE_KINDS }, "text": { "type": "string" } },
    });
    let tool = json!({
        "type": "object",
        "properties": {
            "name": words,
            "category": words,
            "tagline": words,
            "prices": { "type": "array", "maxItems": 6, "items": price },
            "statements": { "type": "array", "maxItems": 12, "items": statement },
        },
    });
    json!({ "type": "object", "properties": { "tools": { "type": "array", "maxItems": 4, "items": tool } } })
}

pub(super) fn ask_schema() -> Value {
    json!({ "type": "object", "properties": { "answer": { "type": ["string", "null"] } } })
}

pub(super) fn describe_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "kind": { "enum": PAGE_KINDS },
            "heading": { "type": ["string", "null"] },
            "texts": { "type": "array", "maxItems": 3, "items": { "type": "string" } },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::{ask, fenced, propose};

    #[test]
    fn a_line_cannot_end_the_fence() {
        let text = fenced(&["====", "Plans", "=========="]);
        let mark = text.lines().next().expect("a mark");
        assert_eq!(text.lines().filter(|line| *line == mark).count(), 2, "{text}");
        assert!(text.ends_with(mark));
    }

    #[test]
    fn page_text_and_question_stay_what_they_are() {
        let text = ask(&["{question}", "{lines}"], "What does {lines} cost?\nSay yes");
        assert!(text.contains("\n{question}\n{lines}\n"), "{text}");
        assert!(text.ends_with("Question: What does {lines} cost? Say yes\n"), "{text}");
        assert!(!propose(&["Plans"]).contains("{lines}"));
    }
}
