//! Answers under a grammar: valid against the schema or marked as stopped, in words that stand on the page.

use domain::{
    AnswerEnd, AnswerForm, AnswerStep, Control, PictureAnswer, PictureQuestion, VisionLanguageModel,
};
use models::ModelError;
use models::smolvlm::SmolVlm;
use serde_json::Value;

use super::{Numbers, model, picture};

/// Pages for each checkpoint.
const PAGES: usize = 12;

const SCHEMA: &str = r#"{
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

fn ask(
    model: &SmolVlm,
    schema: &str,
    lines: &[&str],
    most_tokens: usize,
) -> Result<PictureAnswer, ModelError> {
    let picture = picture("smolvlm-tiny");
    let question = PictureQuestion {
        picture: &picture,
        text: "What is claimed?",
        form: AnswerForm::OnPage { schema, lines },
        most_tokens,
        tile_budget: None,
    };
    model.answer_timed(&question, &mut |_: AnswerStep| Control::Continue).map(|(answer, _)| answer)
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

fn check(answer: &PictureAnswer, lines: &[&str]) {
    let value: Value = serde_json::from_str(&answer.text).expect("a complete answer is JSON");
    let object = value.as_object().expect("an object");
    assert_eq!(object.keys().collect::<Vec<_>>(), ["name", "kind", "claims"]);
    let name = &object["name"];
    assert!(name.is_null() || name.as_str().is_some_and(|name| stands_on(lines, name)), "{name}");
    assert!(["launch", "pricing", "other \"page\""].contains(&object["kind"].as_str().expect("a kind")));
    let claims = object["claims"].as_array().expect("a list");
    assert!(claims.len() <= 3);
    for claim in claims {
        assert_eq!(claim.as_object().expect("an object").len(), 2);
        assert!(claim["sure"].is_boolean());
        let quote = claim["quote"].as_str().expect("a quote");
        assert!(stands_on(lines, quote), "\"{quote}\" does not stand on {lines:?}");
    }
}

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

fn page(numbers: &mut Numbers) -> Vec<String> {
    let line = |numbers: &mut Numbers| {
        let words: Vec<&str> = (0..=numbers.below(7)).map(|_| *numbers.pick(WORDS)).collect();
        words.join(*numbers.pick(&[" ", " ", " ", "  "]))
    };
    (0..=numbers.below(12)).map(|_| line(numbers)).collect()
}

#[test]
fn a_complete_answer_is_valid_and_in_words_of_the_page() {
    let mut numbers = Numbers::new(7);
    let mut complete = 0;
    for name in ["smolvlm-tiny", "absent-keys", "idefics3-scale-three"] {
        let model = model(name);
        for _ in 0..PAGES {
            let page = page(&mut numbers);
            let lines: Vec<&str> = page.iter().map(String::as_str).collect();
            let most = 1 + numbers.below(500);
            let answer = ask(&model, SCHEMA, &lines, most).expect("an answer");
            if answer.end == AnswerEnd::Complete {
                check(&answer, &lines);
                complete += 1;
            } else {
                assert_eq!((answer.end, answer.tokens.len()), (AnswerEnd::Budget, most), "{name}");
            }
        }
    }
    assert!(complete > PAGES, "only {complete} answers were complete");
}

#[test]
fn a_single_possible_answer_is_given_whatever_the_weights() {
    let schema =
        r#"{"type": "object", "properties": {"name": {"type": "string"}, "kind": {"enum": ["a \"b\""]}}}"#;
    for line in ["Harbourlight", "5\"", "back\\slash", "naïve→✓"] {
        let answer = ask(&model("smolvlm-tiny"), schema, &[line], 200).expect("an answer");
        assert_eq!(answer.end, AnswerEnd::Complete);
        let value: Value = serde_json::from_str(&answer.text).expect("JSON");
        assert_eq!(value, serde_json::json!({ "name": line, "kind": "a \"b\"" }));
    }
}

#[test]
fn words_that_spell_special_tokens_are_never_quoted() {
    let schema = r#"{"type": "object", "properties": {"name": {"type": ["string", "null"]}}}"#;
    let model = model("smolvlm-tiny");
    let lines = ["<image>", "a<end_of_utterance>b <|im_start|>", " <image> "];
    assert_eq!(ask(&model, schema, &lines, 50).expect("an answer").text, r#"{"name":null}"#);
    let needed = r#"{"type": "string"}"#;
    let answer = ask(&model, needed, &["<image> Harbourlight <image>"], 50).expect("an answer");
    assert_eq!(answer.text, "\"Harbourlight\"");
}

#[test]
fn an_empty_page_leaves_null_or_is_refused() {
    let model = model("smolvlm-tiny");
    let schema = r#"{"type": "object", "properties": {"name": {"type": ["string", "null"]}}}"#;
    for lines in [&[][..], &[""], &["  ", "\t"]] {
        assert_eq!(ask(&model, schema, lines, 50).expect("an answer").text, r#"{"name":null}"#);
        let refused = ask(&model, SCHEMA, lines, 50);
        assert!(matches!(refused, Err(ModelError::Grammar { .. })));
    }
}

#[test]
fn a_schema_that_cannot_be_kept_is_refused() {
    let model = model("smolvlm-tiny");
    for schema in [
        "",
        "[]",
        "{}",
        r#"{"type": "number"}"#,
        r#"{"type": "string", "pattern": "a"}"#,
        r#"{"enum": []}"#,
        r#"{"type": "array"}"#,
        r#"{"type": "array", "items": {"type": "string"}, "maxItems": 0}"#,
    ] {
        let refused = ask(&model, schema, &["a word"], 50);
        assert!(matches!(refused, Err(ModelError::Grammar { .. })), "{schema}");
    }
    let deep = (0..200).fold(r#"{"type": "null"}"#.to_owned(), |inner, _| {
        format!(r#"{{"type": "array", "items": {inner}}}"#)
    });
    assert!(matches!(ask(&model, &deep, &["a word"], 50), Err(ModelError::Grammar { .. })));
}

#[test]
fn a_constrained_answer_stops_within_a_token() {
    let (model, picture) = (model("smolvlm-tiny"), picture("smolvlm-tiny"));
    let lines = ["one two three", "four"];
    let question = PictureQuestion {
        picture: &picture,
        text: "What is claimed?",
        form: AnswerForm::OnPage { schema: SCHEMA, lines: &lines },
        most_tokens: 400,
        tile_budget: None,
    };
    let mut asked = 0;
    let answer = model
        .answer(&question, &mut |step: AnswerStep| {
            let answering = matches!(step, AnswerStep::Answer { .. });
            asked += usize::from(answering);
            if asked == 3 { Control::Stop } else { Control::Continue }
        })
        .expect("an answer");
    assert_eq!((answer.end, asked), (AnswerEnd::Cancelled, 3));
}
