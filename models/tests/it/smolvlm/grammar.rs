//! Answers under a grammar: valid against the schema or marked as stopped, in words that stand on the page.

use domain::{
    AnswerEnd, AnswerForm, AnswerStep, Control, PictureAnswer, PictureQuestion, VisionLanguageModel,
};
use models::ModelError;
use models::smolvlm::SmolVlm;
use serde_json::Value;

use super::pages::{Numbers, SCHEMA, page, violation};
use super::{model, picture};

/// Pages for each checkpoint.
const PAGES: usize = 12;

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
                assert_eq!(violation(&answer.text, &lines), None, "{name}");
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
