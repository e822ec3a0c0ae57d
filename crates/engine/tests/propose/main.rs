//! What the rules propose: on our own fixture pages, on price texts, and on lines that make no sense at all.

mod layouts;
mod pages;
mod prices;
mod sound;
mod traps;

use std::path::Path;

use domain::{Extraction, Line, PixelBox, ProposedTool, Reading, Value, Word};
use serde_json::Value as Json;

/// The lines that the render script took from the document of a fixture page.
fn reading(page: &str) -> Reading {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(format!("{page}.json"));
    let text = std::fs::read_to_string(&path).expect("the fixture is committed");
    let json: Json = serde_json::from_str(&text).expect("the fixture is JSON");
    let number = |value: &Json| value.as_f64().expect("a number").max(0.0).round() as u32;
    let bounds = |values: &[Json]| {
        PixelBox::new(number(&values[0]), number(&values[1]), number(&values[2]), number(&values[3]))
    };
    let array = |value: &Json| value.as_array().expect("an array").clone();
    let colour = |value: &Json| {
        let parts: Vec<u8> = array(value).iter().map(|part| number(part).min(255) as u8).collect();
        [parts[0], parts[1], parts[2]]
    };
    let lines = array(&json["lines"])
        .iter()
        .map(|line| {
            let text = line["text"].as_str().expect("a text").to_owned();
            Line {
                bounds: bounds(&array(&line["box"])),
                confidence: 1.0,
                characters: vec![1.0; text.chars().count()],
                words: array(&line["words"])
                    .iter()
                    .map(|word| {
                        let word = array(word);
                        Word {
                            text: word[0].as_str().expect("a word").to_owned(),
                            bounds: bounds(&word[1..]),
                            confidence: 1.0,
                        }
                    })
                    .collect(),
                font_height: line["font_px"].as_f64().expect("a size") as f32,
                foreground: colour(&line["foreground"]),
                background: colour(&line["background"]),
                lettering: None,
                text,
            }
        })
        .collect();
    Reading {
        reader: "fixture".to_owned(),
        width: number(&json["size"][0]),
        height: number(&json["size"][1]),
        lines,
    }
}

fn propose(page: &str) -> Extraction {
    engine::propose::propose(&reading(page))
}

/// Raw texts of a property of a tool, in page order.
fn texts(tool: &ProposedTool, property: &str) -> Vec<String> {
    tool.all(property).map(|claim| claim.raw_text.clone()).collect()
}

/// Plan, amount, currency and period of every price, in page order.
fn prices(tool: &ProposedTool) -> Vec<String> {
    tool.all("price")
        .map(|claim| match &claim.value {
            Value::Money(money) => format!("{}: {}", money.plan.as_deref().unwrap_or("-"), money.display()),
            other => panic!("a price is money, not {other:?}"),
        })
        .collect()
}
