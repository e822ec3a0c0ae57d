//! The Candle networks and the post-processing against PyTorch and numpy.

use models::text_reader::{EmbeddedReader, boxes_of_maps};
use safetensors::SafeTensors;

use crate::support::{fixture, floats, metadata, seeded_files};

fn largest_difference(left: &[f32], right: &[f32]) -> f32 {
    assert_eq!(left.len(), right.len());
    left.iter().zip(right).map(|(left, right)| (left - right).abs()).fold(0.0, f32::max)
}

fn reader() -> EmbeddedReader {
    let (detector, recogniser) = seeded_files();
    EmbeddedReader::from_weights(&detector, &recogniser).expect("the seeded weights are complete")
}

#[test]
fn detector_maps_agree_with_pytorch() {
    let bytes = fixture("parity.safetensors");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let pixels = file.tensor("picture").expect("the fixture has a picture").data().to_vec();
    let picture = domain::Picture { width: 128, height: 96, pixels };
    let maps = reader().detector_maps(&picture).expect("the maps are computed");
    let expected = floats(&file, "maps");
    let scale = expected.iter().fold(0.0f32, |most, value| most.max(value.abs()));
    assert!(scale > 0.1, "the fixture's maps are empty");
    let difference = largest_difference(&maps, &expected);
    assert!(difference < 1e-3, "the maps differ by {difference}");
}

#[test]
fn recogniser_logits_and_texts_agree_with_pytorch() {
    let bytes = fixture("parity.safetensors");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let texts: Vec<String> = serde_json::from_str(&metadata(&bytes)["texts"]).expect("a list of strings");
    let pixels = file.tensor("picture").expect("the fixture has a picture").data().to_vec();
    let picture = domain::Picture { width: 128, height: 96, pixels };
    let reader = reader();
    let boxes = floats(&file, "boxes");
    assert_eq!(boxes.len(), 4 * texts.len());
    for (index, (place, text)) in boxes.chunks_exact(4).zip(&texts).enumerate() {
        let place = place.try_into().expect("four numbers");
        let (logits, read) = reader.line_logits(&picture, place).expect("the line is read");
        let difference = largest_difference(&logits, &floats(&file, &format!("logits{index}")));
        assert!(difference < 1e-3, "the logits of line {index} differ by {difference}");
        assert_eq!(&read, text);
    }
}

#[test]
fn boxes_of_made_up_maps_agree_with_numpy() {
    let bytes = fixture("parity.safetensors");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let (detector, _) = seeded_files();
    let columns = file.tensor("line_maps").expect("the fixture has maps").shape()[1];
    let mut boxes = boxes_of_maps(&detector, &floats(&file, "line_maps"), columns).expect("boxes are found");
    boxes.sort_by(|left, right| left[1].total_cmp(&right[1]));
    let expected = floats(&file, "line_boxes");
    assert_eq!(boxes.len(), 4);
    let difference = largest_difference(&boxes.concat(), &expected);
    assert!(difference < 1e-2, "the boxes differ by {difference}: {boxes:?}");
}
