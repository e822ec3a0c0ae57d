//! Made pages for answers under a grammar, and whether an answer keeps to its schema and its page.

#![allow(dead_code, reason = "each user takes a part")]

use serde_json::Value;

/// A page's name, kind and claims, most of them in the page's own words.
pub(crate) const SCHEMA: &str = r#"{
    "type": "object",
    "properties": {
        "name": { "type": ["string", "null"] },
        "kind": { "enum": ["launch", "pricing", "other \"page\""] },
        "claims": {
            "type": "array",
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": { "quote": { "type": "string" }, "sure": { "type": "boolean" } }
            }
        }
    }
}"#;

/// Words that are hard on a grammar, a tokenizer or JSON.
const WORDS: &[&str] = &[
    "a",
    "Free",
    "per",
    "month",
    "Harbourlight",
    "ships",
    "SHIPS",
    "$29",
    "€1.299,00",
    "99.9%",
    "\"",
    "\\",
    "\"quoted\"",
    "a/b",
    "{",
    "}",
    "[x]",
    ":",
    ",",
    "<",
    "&amp;",
    "~|^",
    "naïve",
    "größer",
    "漢字",
    "あ",
    "✓",
    "→",
    "Ünïcödé",
    "<end_of_utterance>",
    "<image>",
    "null",
    "true",
    "\\n",
];

/// The lines of a page.
pub(crate) fn page(numbers: &mut Numbers) -> Vec<String> {
    let line = |numbers: &mut Numbers| {
        let words: Vec<&str> = (0..=numbers.below(7)).map(|_| *numbers.pick(WORDS)).collect();
        words.join(*numbers.pick(&[" ", " ", " ", "  "]))
    };
    (0..=numbers.below(12)).map(|_| line(numbers)).collect()
}

/// Whether `text` is a run of whole words of one line, with the line's own spaces.
fn stands_on(lines: &[&str], text: &str) -> bool {
    lines.iter().any(|line| {
        line.match_indices(text).any(|(start, _)| {
            let before = line[..start].chars().next_back();
            let after = line[start + text.len()..].chars().next();
            let edge = |neighbour: Option<char>| neighbour.is_none_or(char::is_whitespace);
            edge(before) && edge(after) && !text.trim().is_empty() && text.trim() == text
        })
    })
}

/// What an answer to [`SCHEMA`] about a page with these lines does that it must not do.
pub(crate) fn violation(answer: &str, lines: &[&str]) -> Option<String> {
    let value: Value = match serde_json::from_str(answer) {
        Ok(value) => value,
        Err(error) => return Some(format!("it is no JSON: {error}")),
    };
    let known = ["name", "kind", "claims"];
    if value.as_object().is_none_or(|object| object.keys().ne(known)) {
        return Some("it has other keys".to_owned());
    }
    let on_page = |text: &Value| text.as_str().is_some_and(|text| stands_on(lines, text));
    if !value["name"].is_null() && !on_page(&value["name"]) {
        return Some(format!("the name {} does not stand on the page", value["name"]));
    }
    if !["launch", "pricing", "other \"page\""].iter().any(|kind| value["kind"] == *kind) {
        return Some(format!("{} is no kind", value["kind"]));
    }
    let Some(claims) = value["claims"].as_array().filter(|claims| claims.len() <= 3) else {
        return Some("the claims are no list of at most three".to_owned());
    };
    claims.iter().find_map(|claim| {
        if claim.as_object().is_none_or(|claim| claim.keys().ne(["quote", "sure"]))
            || !claim["sure"].is_boolean()
        {
            return Some(format!("{claim} is no claim"));
        }
        (!on_page(&claim["quote"]))
            .then(|| format!("the quote {} does not stand on the page", claim["quote"]))
    })
}

/// Numbers that look random and are the same in every run (`SplitMix64`).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x ^ (x >> 31)) % bound as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
