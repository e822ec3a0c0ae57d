//! Sizes, grids, tile budgets and prompts; pixels equal to Pillow's on the pictures of `reference/fixtures/preprocess`.

#[path = "../../../examples/common/picture.rs"]
mod picture_file;

use domain::Picture;
use models::ModelError;
use models::smolvlm::{Grid, Preprocessor, on_white};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{model, values};

fn plain(width: u32, height: u32) -> Picture {
    Picture { width, height, pixels: vec![90; width as usize * height as usize * 3] }
}

#[test]
fn the_grid_follows_shape_and_budget() {
    // Frames of 512 pixels, as in the table of the family's sizes.
    let model = model("patch-sixteen-512");
    let grid = |width, height, tiles| {
        let inputs = model.processor().inputs(&plain(width, height), "", Some(tiles)).expect("inputs");
        let frames = inputs.pixel_values.dim(0).expect("frames");
        assert_eq!(frames, inputs.grid.rows * inputs.grid.columns + 1);
        (inputs.grid.rows, inputs.grid.columns)
    };
    assert_eq!(grid(1280, 720, 1), (0, 0));
    assert_eq!(grid(1280, 800, 2), (2, 2));
    assert_eq!(grid(1280, 854, 3), (2, 3));
    assert_eq!(grid(1280, 855, 3), (3, 3));
    assert_eq!(grid(1170, 2532, 2), (2, 1));
    assert_eq!(grid(1, 3000, 2), (2, 1));
}

#[test]
fn a_picture_whose_bytes_do_not_fit_its_size_is_refused() {
    let model = model("smolvlm-tiny");
    for picture in [
        Picture { width: 10, height: 10, pixels: vec![0; 299] },
        Picture { width: 0, height: 0, pixels: Vec::new() },
        Picture { width: u32::MAX, height: u32::MAX, pixels: vec![0; 3] },
    ] {
        let refused = model.processor().inputs(&picture, "", None).map(|inputs| inputs.grid);
        assert!(matches!(refused, Err(ModelError::Input { .. })));
    }
}

#[test]
fn plain_pictures_stay_plain_whatever_their_size() {
    let model = model("smolvlm-tiny");
    for (width, height) in [(1, 1), (1, 500), (500, 1), (33, 31), (64, 64), (2000, 7)] {
        let inputs = model.processor().inputs(&plain(width, height), "", None).expect("inputs");
        let pixels = values(&inputs.pixel_values);
        let scaled = (f64::from(90) / 255.0) as f32;
        let expected = ((scaled - 0.5) / 0.5).to_bits();
        assert!(pixels.iter().all(|value| value.to_bits() == expected), "{width}×{height}");
    }
}

#[test]
fn transparent_pixels_show_white() {
    let picture = on_white(3, 1, &[9, 8, 7, 0, 9, 8, 7, 255, 0, 100, 255, 128]).expect("the sizes fit");
    assert_eq!(picture.pixels, [255, 255, 255, 9, 8, 7, 127, 177, 255]);
    assert!(on_white(3, 1, &[0; 11]).is_none());
}

/// A byte of the pictures that `models/reference/make_preprocess_fixtures.py` describes.
fn byte(seed: u64, index: u64) -> u8 {
    let mut x = (index + 1 + seed * 1_000_003).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^= x >> 31;
    (x >> 56) as u8
}

fn made(case: &Value) -> Picture {
    let number = |key: &str| case[key].as_u64().expect("a number");
    let (seed, width, height) = (number("seed"), number("width"), number("height"));
    let channels = match case["mode"].as_str().expect("a mode") {
        "L" => 1,
        "LA" => 2,
        "RGB" => 3,
        _ => 4,
    };
    let value = |x: u64, y: u64, c: u64| match case["kind"].as_str().expect("a kind") {
        "noise" => byte(seed, (y * width + x) * channels + c),
        "blocks" => {
            let side = 1 + seed % 13;
            byte(seed, ((y / side) * width.div_ceil(side) + x / side) * channels + c)
        }
        "gradient" => ((x * (3 + c) + y * (5 + 2 * c) + seed) % 256) as u8,
        _ if byte(seed, x / 3 + 977 * (y / 11)) < 96 => (17 * c) as u8,
        _ => (255 - 9 * c) as u8,
    };
    let mut rgba = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let colours = if channels < 3 { [0, 0, 0] } else { [0, 1, 2] };
            rgba.extend(colours.map(|c| value(x, y, c)));
            rgba.push(if channels % 2 == 0 { value(x, y, channels - 1) } else { 255 });
        }
    }
    on_white(width as u32, height as u32, &rgba).expect("the sizes fit")
}

#[test]
fn pixels_equal_those_of_pillow_to_the_bit() {
    let place = super::folder("preprocess");
    let cases: Value =
        serde_json::from_slice(&std::fs::read(place.join("cases.json")).expect("the fixture")).expect("JSON");
    let cases = cases["cases"].as_array().expect("cases");
    assert!(cases.len() >= 200);
    let mut wrong = Vec::new();
    for case in cases {
        let picture = match case["file"].as_str() {
            Some(file) => picture_file::open(&place.join(file)).expect("the picture is decoded"),
            None => made(case),
        };
        let settings = json!({
            "size": { "longest_edge": case["longest_edge"] },
            "max_image_size": { "longest_edge": case["tile"] },
            "do_image_splitting": case["splitting"],
        });
        let side = case["tile"].as_u64().expect("a size") as usize;
        let preprocessor = Preprocessor::from_settings(&settings.to_string(), side).expect("settings");
        let (grid, pixels) = preprocessor.process(&picture, None).expect("pixels");
        assert_eq!((&json!(grid.rows), &json!(grid.columns)), (&case["rows"], &case["columns"]), "{case}");
        assert_eq!(json!(pixels.dim(0).expect("frames")), case["frames"], "{case}");
        let bytes: Vec<u8> = values(&pixels).iter().flat_map(|value| value.to_le_bytes()).collect();
        if format!("{:x}", Sha256::digest(bytes)) != case["pixel_values_sha256"] {
            wrong.push(case.to_string());
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn prompts_of_every_grid_are_those_of_the_processor() {
    let place = super::folder("preprocess");
    let cases: Value =
        serde_json::from_slice(&std::fs::read(place.join("cases.json")).expect("the fixture")).expect("JSON");
    let question = cases["question"].as_str().expect("a question");
    let prompts = cases["prompts"].as_array().expect("prompts");
    assert!(prompts.len() > 20);
    for prompt in prompts {
        let model = model(prompt["tokenizer"].as_str().expect("a fixture"));
        let side = |key: &str| prompt[key].as_u64().expect("a number") as usize;
        let grid = Grid { rows: side("rows"), columns: side("columns") };
        let tokens = model.processor().prompt_tokens(grid, question).expect("a prompt");
        assert_eq!(json!(tokens), prompt["input_ids"], "{grid:?}");
    }
}
