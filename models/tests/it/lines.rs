//! The line model: the port agrees with the reference, answers are probabilities, and a broken file is named.

use domain::{PASSAGE_FEATURES, Passage, PassageModel};
use models::line_model::LineModel;
use serde_json::Value as Json;

fn reference() -> Json {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/lines.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("the fixture is committed"))
        .expect("the fixture is JSON")
}

/// The reference's passages; their features follow the same simple rule.
fn passages(reference: &Json) -> Vec<Passage> {
    let texts = reference["texts"].as_array().expect("texts");
    let passage = |(row, text): (usize, &Json)| Passage {
        text: text.as_str().expect("a text").to_owned(),
        heading: String::new(),
        features: std::array::from_fn::<f32, PASSAGE_FEATURES, _>(|column| {
            ((row * 7 + column * 3) % 10) as f32 / 10.0
        }),
    };
    texts.iter().enumerate().map(passage).collect()
}

#[test]
fn the_port_answers_as_the_reference_does() {
    let reference = reference();
    let opinions =
        LineModel::load().expect("the embedded weights").judge(&passages(&reference)).expect("answers");
    for (row, opinion) in opinions.iter().enumerate() {
        let sorts = [("roles", opinion.roles.as_slice()), ("kinds", opinion.kinds.as_slice())];
        for (name, found) in sorts {
            for (column, share) in found.iter().enumerate() {
                let expected = reference[name][row][column].as_f64().expect("a share") as f32;
                // The weights are stored with half the digits.
                assert!((share - expected).abs() < 0.01, "{name} {row} {column}: {share} for {expected}");
            }
            assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        }
    }
}

#[test]
fn an_empty_page_and_odd_texts_are_answered() {
    let model = LineModel::load().expect("the embedded weights");
    assert_eq!(model.judge(&[]), Some(Vec::new()));
    for text in ["", " ", "\u{0}\u{202e}", "💥".repeat(500).as_str(), "{name}{name}", "0.0.0,,,"] {
        let passage =
            Passage { text: text.to_owned(), heading: text.to_owned(), features: [0.0; PASSAGE_FEATURES] };
        assert_eq!(model.judge(&[passage]).map(|opinions| opinions.len()), Some(1), "{text:?}");
    }
}

#[test]
fn a_broken_weight_file_is_named() {
    for bytes in [&b""[..], b"not a weight file"] {
        let error = LineModel::from_weights(bytes).err().expect("no weights").to_string();
        assert!(error.contains("lines.safetensors"), "{error}");
    }
}
