//! Prompt, pixels, image features, logits and greedy answers against transformers.

use domain::{AnswerEnd, AnswerForm, AnswerStep, Control, PictureQuestion};
use models::smolvlm::SmolVlm;
use models::vision_language::{LoadOptions, Precision};
use sha2::{Digest, Sha256};

use super::{Expected, FIXTURES, folder, model, picture, relative_difference, tensor, values};

#[test]
fn prompts_and_pixels_are_those_of_the_processor() {
    for name in FIXTURES {
        let expected = Expected::of(name);
        let inputs =
            model(name).processor().inputs(&picture(name), expected.question(), None).expect("inputs");
        assert_eq!(inputs.tokens, expected.tokens("input_ids"), "{name}: token ids");
        assert_eq!(inputs.grid.rows, expected.facts["rows"], "{name}: rows");
        assert_eq!(inputs.grid.columns, expected.facts["columns"], "{name}: columns");
        let pixels = values(&inputs.pixel_values);
        if expected.has("pixel_values") {
            assert!(pixels == expected.floats("pixel_values"), "{name}: pixel values");
        }
        let bytes: Vec<u8> = pixels.iter().flat_map(|value| value.to_le_bytes()).collect();
        let digest = format!("{:x}", Sha256::digest(bytes));
        assert_eq!(digest, expected.facts["pixel_values_sha256"], "{name}: hash of the pixel values");
    }
}

#[test]
fn image_features_and_logits_are_those_of_transformers() {
    for name in FIXTURES {
        let expected = Expected::of(name);
        let model = model(name);
        // The same ids and pixels on both sides; pixels too large to commit are those whose hash was compared.
        let pixels = if expected.has("pixel_values") {
            tensor(expected.floats("pixel_values"), &expected.shape("pixel_values")[1..])
        } else {
            model.processor().inputs(&picture(name), expected.question(), None).expect("inputs").pixel_values
        };
        let outputs = model.forward(&expected.tokens("input_ids"), &pixels).expect("a full pass");
        let features =
            relative_difference(&values(&outputs.image_features), &expected.floats("image_features"));
        assert!(features <= 1e-4, "{name}: image features differ by {features}");
        assert_eq!(outputs.logits.dims(), &expected.shape("logits")[1..], "{name}: shape of the logits");
        let logits = relative_difference(&values(&outputs.logits), &expected.floats("logits"));
        assert!(logits <= 1e-3, "{name}: logits differ by {logits}");
    }
}

#[test]
fn greedy_answers_are_those_of_transformers() {
    for name in FIXTURES {
        let expected = Expected::of(name);
        let (ids, margins) = (expected.tokens("greedy_ids"), expected.floats("greedy_margins"));
        let model = model(name);
        let picture = picture(name);
        let question = PictureQuestion {
            picture: &picture,
            text: expected.question(),
            form: AnswerForm::Free,
            most_tokens: ids.len(),
            tile_budget: None,
        };
        let (answer, _) =
            model.answer_timed(&question, &mut |_: AnswerStep| Control::Continue).expect("an answer");
        // The fixture goes on behind the end of an answer; a near tie may be decided either way.
        let sure = margins.iter().take_while(|margin| **margin > 1e-3).count();
        let compared = sure.min(answer.tokens.len());
        assert_eq!(answer.tokens[..compared], ids[..compared], "{name}");
        match answer.end {
            AnswerEnd::Budget => assert_eq!(answer.tokens.len(), ids.len(), "{name}"),
            AnswerEnd::Complete => assert!(compared < ids.len(), "{name}"),
            AnswerEnd::Cancelled => panic!("{name}: nobody cancelled"),
        }
    }
}

#[test]
fn eight_bit_weights_stay_near() {
    let options = LoadOptions { precision: Precision::EightBit, ..LoadOptions::default() };
    for name in FIXTURES {
        let expected = Expected::of(name);
        let model = SmolVlm::load(&folder(name), &options).expect("the fixture loads");
        let inputs = model.processor().inputs(&picture(name), expected.question(), None).expect("inputs");
        let outputs = model.forward(&inputs.tokens, &inputs.pixel_values).expect("a full pass");
        let features =
            relative_difference(&values(&outputs.image_features), &expected.floats("image_features"));
        let logits = relative_difference(&values(&outputs.logits), &expected.floats("logits"));
        assert!((1e-5..0.06).contains(&features), "{name}: image features differ by {features}");
        assert!((1e-5..0.06).contains(&logits), "{name}: logits differ by {logits}");
    }
}
