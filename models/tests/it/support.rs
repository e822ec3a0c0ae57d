//! Weights by formula, pictures and readers that the tests share.

use std::collections::HashMap;
use std::path::PathBuf;

use domain::{Control, Picture, ReadError, Reading, TextReader};
use models::text_reader::EmbeddedReader;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

pub(crate) fn fixture_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixture_path(name)).expect("the fixture is committed")
}

pub(crate) fn picture(name: &str) -> Picture {
    let decoded = image::open(fixture_path(name)).expect("the fixture is a picture").to_rgb8();
    Picture { width: decoded.width(), height: decoded.height(), pixels: decoded.into_raw() }
}

pub(crate) fn floats(file: &SafeTensors<'_>, name: &str) -> Vec<f32> {
    let view = file.tensor(name).expect("the fixture has this tensor");
    view.data()
        .chunks_exact(4)
        .map(|bytes| f32::from_le_bytes(bytes.try_into().expect("four bytes")))
        .collect()
}

pub(crate) fn metadata(bytes: &[u8]) -> HashMap<String, String> {
    let (_, header) = SafeTensors::read_metadata(bytes).expect("the fixture is a safetensors file");
    header.metadata().clone().expect("the fixture has metadata")
}

/// Numbers in [-1, 1) from `SplitMix64`, as `models/reference/make_fixtures.py` makes them.
fn numbers(seed: u64, count: usize) -> Vec<f64> {
    (1..=count as u64)
        .map(|index| {
            let mut x = index.wrapping_add(seed.wrapping_mul(1_000_003)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            x ^= x >> 31;
            (x >> 40) as f64 / f64::from(1u32 << 23) - 1.0
        })
        .collect()
}

/// Layer name, shape of its weight. The order of names is the order of seeds.
fn layers(detector: bool, classes: usize) -> Vec<(String, Vec<usize>)> {
    let square = |name: &str, inputs: usize, outputs: usize, kernel: usize| {
        (name.to_owned(), vec![outputs, inputs, kernel, kernel])
    };
    let mut layers = Vec::new();
    if detector {
        layers.push(square("stem", 24, 24, 3));
        layers.push(square("down4a", 24, 48, 3));
        layers.push(square("down4b", 48, 48, 3));
        layers.push(square("down8", 48, 64, 3));
        layers.push(square("down16", 64, 96, 3));
        layers.push(square("down32", 96, 128, 3));
        for (block, channels) in [("block8", 64), ("block16", 96), ("block32a", 128), ("block32b", 128)] {
            for part in ["first", "second"] {
                layers.push(square(&format!("{block}.{part}"), channels, channels, 3));
            }
        }
        layers.push(square("merge16", 64, 64, 3));
        layers.push(square("merge8", 64, 48, 3));
        layers.push(square("merge2", 24, 24, 3));
        layers.push(square("top16", 128, 64, 1));
        layers.push(square("side16", 96, 64, 1));
        layers.push(square("side8", 64, 64, 1));
        layers.push(square("side4", 48, 48, 1));
        layers.push(square("top2", 48, 24, 1));
        layers.push(square("side2", 24, 24, 1));
        layers.push(square("head", 24, 5, 1));
    } else {
        layers.push(square("conv1a", 4, 32, 3));
        layers.push(square("conv2a", 32, 64, 3));
        layers.push(square("conv2b", 64, 64, 3));
        layers.push(square("conv3a", 64, 128, 3));
        layers.push(square("conv3b", 128, 128, 3));
        for (block, channels) in [("rest2", 64), ("rest3", 128)] {
            for part in ["first", "second"] {
                layers.push(square(&format!("{block}.{part}"), channels, channels, 3));
            }
        }
        layers.push(("collapse".to_owned(), vec![192, 512]));
        for block in 0..6 {
            layers.push((format!("block{block}.norm"), vec![192]));
            layers.push((format!("block{block}.conv"), vec![192, 192, 5]));
        }
        layers.push(("norm".to_owned(), vec![192]));
        layers.push(("expand".to_owned(), vec![192, 192]));
        layers.push(("classify".to_owned(), vec![classes, 96, 3]));
    }
    layers
}

/// Tensors of one network by name: shape and f16 values.
pub(crate) type Tensors = HashMap<String, (Vec<usize>, Vec<half::f16>)>;

pub(crate) fn seeded_tensors(detector: bool, classes: usize, first_seed: u64) -> Tensors {
    let mut shapes: Vec<(String, Vec<usize>)> = Vec::new();
    for (layer, shape) in layers(detector, classes) {
        shapes.push((format!("{layer}.bias"), vec![shape[0]]));
        shapes.push((format!("{layer}.weight"), shape));
    }
    shapes.sort();
    let tensor = |(index, (name, shape)): (usize, (String, Vec<usize>))| {
        let count: usize = shape.iter().product();
        let fan_in = (count / shape[0]) as f64;
        let values = numbers(first_seed + index as u64, count).into_iter().map(|number| {
            let number = if name.ends_with("norm.weight") {
                1.0 + 0.1 * number
            } else if name.ends_with("bias") {
                0.1 * number
            } else {
                number * (6.0 / fan_in).sqrt()
            };
            half::f16::from_f32(number as f32)
        });
        let values = values.collect();
        (name, (shape, values))
    };
    shapes.into_iter().enumerate().map(tensor).collect()
}

pub(crate) fn safetensors(tensors: &Tensors, metadata: &HashMap<String, String>) -> Vec<u8> {
    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
        .iter()
        .map(|(name, (shape, values))| {
            (name.clone(), shape.clone(), values.iter().flat_map(|value| value.to_le_bytes()).collect())
        })
        .collect();
    let views = bytes.iter().map(|(name, shape, data)| {
        (name, TensorView::new(Dtype::F16, shape.clone(), data).expect("shape and data fit"))
    });
    safetensors::serialize(views, Some(metadata.clone())).expect("the tensors can be written")
}

/// The two weight files of the parity fixture.
pub(crate) fn seeded_files() -> (Vec<u8>, Vec<u8>) {
    let mut metadata = metadata(&fixture("parity.safetensors"));
    let charset: Vec<String> = serde_json::from_str(&metadata["charset"]).expect("a list of strings");
    metadata.insert("format".to_owned(), "shortlist-text-detector-1".to_owned());
    let detector = safetensors(&seeded_tensors(true, 0, 100), &metadata);
    metadata.insert("format".to_owned(), "shortlist-text-recogniser-2".to_owned());
    let recogniser = safetensors(&seeded_tensors(false, charset.len(), 500), &metadata);
    (detector, recogniser)
}

pub(crate) fn read(reader: &EmbeddedReader, picture: &Picture) -> Result<Reading, ReadError> {
    reader.read(picture, &mut |_: usize, _: usize| Control::Continue)
}
