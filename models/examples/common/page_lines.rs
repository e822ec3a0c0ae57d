//! Readings from lines that were exported as JSON.
//!
//! Form: `{"size": [w, h], "lines": [{"text", "box": [x, y, w, h], "words": [[text, x, y, w, h]…], "font_px"}]}`, with
//! `confidence`, `foreground` and `background` where known.

use domain::{Line, PixelBox, Reading, Word};
use serde_json::{Value as Json, json};

fn pixel_box(numbers: &[Json]) -> PixelBox {
    let number =
        |index: usize| numbers.get(index).and_then(Json::as_f64).unwrap_or(0.0).max(0.0).round() as u32;
    PixelBox::new(number(0), number(1), number(2), number(3))
}

fn numbers(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The reading that a page's JSON describes.
pub(crate) fn reading(page: &Json) -> Reading {
    let colour = |value: &Json, otherwise: u8| {
        let channel = |index: usize| {
            numbers(value).get(index).and_then(Json::as_u64).map_or(otherwise, |part| part.min(255) as u8)
        };
        [channel(0), channel(1), channel(2)]
    };
    let lines = numbers(&page["lines"])
        .iter()
        .map(|line| {
            let text = line["text"].as_str().unwrap_or_default().to_owned();
            let bounds = pixel_box(numbers(&line["box"]));
            let words = numbers(&line["words"])
                .iter()
                .filter_map(|word| {
                    let parts = numbers(word);
                    let text = parts.first()?.as_str()?.to_owned();
                    let confidence = parts.get(5).and_then(Json::as_f64).unwrap_or(1.0) as f32;
                    Some(Word { text, bounds: pixel_box(&parts[1..]), confidence })
                })
                .collect();
            let size = line["font_px"].as_f64().or(line["font_height"].as_f64());
            Line {
                characters: vec![1.0; text.chars().count()],
                confidence: line["confidence"].as_f64().unwrap_or(1.0) as f32,
                font_height: size.map_or(bounds.height as f32, |size| size as f32),
                foreground: colour(&line["foreground"], 0),
                background: colour(&line["background"], 255),
                lettering: None,
                text,
                bounds,
                words,
            }
        })
        .collect();
    let size = pixel_box(&[json!(0), json!(0), page["size"][0].clone(), page["size"][1].clone()]);
    Reading { reader: "exported lines".to_owned(), width: size.width, height: size.height, lines }
}
