//! The micro SmolVLM of `models/weights`, trained by us: it reads the 300 unseen pictures as transformers does, in f32
//! and with 8-bit weights, and reads nothing when it cannot see them.

use candle_core::{DType, Device, Tensor};
use domain::{AnswerForm, AnswerStep, Control, Picture, PictureQuestion, PixelBox};
use models::smolvlm::SmolVlm;
use models::vision_language::{LoadOptions, Precision};
use serde::Deserialize;

use super::{folder, values};

/// Two logits nearer than this may be ordered either way.
const TIE: f32 = 1e-3;
const MOST_TOKENS: usize = 12;

#[derive(Deserialize)]
struct Unseen {
    left: u32,
    top: u32,
    side: u32,
    text: String,
    ids: Vec<u32>,
    margins: Vec<f32>,
}

#[derive(Deserialize)]
struct Expected {
    question: String,
    input_ids: Vec<u32>,
    exact: f64,
    pictures: Vec<Unseen>,
}

fn expected() -> Expected {
    let text =
        std::fs::read(folder("micro-smolvlm").join("expected.json")).expect("the fixture is committed");
    serde_json::from_slice(&text).expect("the fixture is JSON")
}

fn pictures(expected: &Expected) -> Vec<Picture> {
    let sheet = image::open(folder("micro-smolvlm").join("words.png")).expect("the sheet").to_rgb8();
    let sheet = Picture { width: sheet.width(), height: sheet.height(), pixels: sheet.into_raw() };
    let place = |unseen: &Unseen| PixelBox::new(unseen.left, unseen.top, unseen.side, unseen.side);
    expected.pictures.iter().map(|unseen| sheet.cropped(place(unseen))).collect()
}

pub(crate) fn micro(precision: Precision) -> SmolVlm {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("weights/micro-smolvlm");
    SmolVlm::load(&folder, &LoadOptions { precision, ..LoadOptions::default() })
        .expect("the micro model loads")
}

/// The text and the tokens of each answer.
fn answers(model: &SmolVlm, expected: &Expected) -> Vec<(String, Vec<u32>)> {
    let ask = |picture: &Picture| {
        let question = PictureQuestion {
            picture,
            text: &expected.question,
            form: AnswerForm::Free,
            most_tokens: MOST_TOKENS,
            tile_budget: None,
        };
        let answer =
            model.answer_timed(&question, &mut |_: AnswerStep| Control::Continue).expect("an answer").0;
        (answer.text, answer.tokens)
    };
    pictures(expected).iter().map(ask).collect()
}

fn share(count: usize, of: usize) -> f64 {
    count as f64 / of as f64
}

#[test]
fn greedy_answers_to_unseen_pictures_are_those_of_transformers() {
    let expected = expected();
    let model = micro(Precision::Full);
    let mut exact = 0;
    for (unseen, (text, tokens)) in expected.pictures.iter().zip(answers(&model, &expected)) {
        // transformers counts the token that ends the answer.
        let sure = unseen.margins.iter().take_while(|margin| **margin > TIE).count();
        let compared = sure.min(unseen.ids.len() - 1);
        assert_eq!(tokens.get(..compared), unseen.ids.get(..compared), "\"{}\"", unseen.text);
        if sure == unseen.ids.len() {
            assert_eq!(tokens.len(), compared, "\"{}\" ends elsewhere", unseen.text);
        }
        exact += usize::from(text.trim() == unseen.text);
    }
    assert!(share(exact, expected.pictures.len()) >= 0.9, "{exact} pictures were read exactly");
    assert!((share(exact, expected.pictures.len()) - expected.exact).abs() < 0.005);
}

#[test]
fn eight_bit_weights_answer_as_full_ones_do() {
    let expected = expected();
    let (full, eight) = (micro(Precision::Full), micro(Precision::EightBit));
    let pairs = answers(&full, &expected).into_iter().zip(answers(&eight, &expected));
    let same = pairs.filter(|(full, eight)| full.1 == eight.1).count();
    assert!(share(same, expected.pictures.len()) >= 0.99, "{same} answers are identical");
}

/// With image features of zero it must guess, and cannot.
#[test]
fn without_seeing_it_reads_nothing() {
    let expected = expected();
    let model = micro(Precision::Full);
    // The prompt is the same for all pictures, so there is one blind answer.
    let mut tokens = expected.input_ids.clone();
    let places = tokens.iter().filter(|token| **token == 300).count();
    let blind = Tensor::zeros((1, places, 96), DType::F32, &Device::Cpu).expect("a tensor");
    for _ in 0..MOST_TOKENS {
        let logits = model.logits_from_features(&tokens, &blind).expect("logits");
        let last = values(&logits.get(tokens.len() - 1).expect("a row"));
        let best = (0u32..).zip(&last).max_by(|left, right| left.1.total_cmp(right.1)).expect("a token").0;
        tokens.push(best);
    }
    let answer = model.text(&tokens[expected.input_ids.len()..]).expect("a text");
    let right = expected.pictures.iter().filter(|unseen| answer.trim().starts_with(&unseen.text)).count();
    assert!(share(right, expected.pictures.len()) < 0.2, "{right} guesses are right: \"{answer}\"");
}
