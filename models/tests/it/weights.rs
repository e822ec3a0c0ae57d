//! Broken weight files are errors that name file and tensor.

use models::ModelError;
use models::text_reader::EmbeddedReader;

use crate::support::{fixture, metadata, safetensors, seeded_files, seeded_tensors};

fn detector_with(change: impl FnOnce(&mut crate::support::Tensors)) -> Result<EmbeddedReader, ModelError> {
    let mut settings = metadata(&fixture("parity.safetensors"));
    settings.insert("format".to_owned(), "shortlist-text-detector-1".to_owned());
    let mut tensors = seeded_tensors(true, 0, 100);
    change(&mut tensors);
    EmbeddedReader::from_weights(&safetensors(&tensors, &settings), &seeded_files().1)
}

fn message(result: Result<EmbeddedReader, ModelError>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn the_embedded_weights_load() {
    assert!(EmbeddedReader::load().is_ok());
}

#[test]
fn a_missing_tensor_is_named() {
    let result = detector_with(|tensors| {
        tensors.remove("block8.first.weight");
    });
    assert!(matches!(&result, Err(ModelError::MissingTensor { .. })));
    assert_eq!(message(result), "the weight file detector.safetensors lacks the tensor block8.first.weight");
}

#[test]
fn a_tensor_of_another_shape_is_named() {
    let result = detector_with(|tensors| {
        let stem = tensors.get_mut("stem.weight").expect("the stem exists");
        stem.0 = vec![24, 24, 9, 1];
    });
    assert!(matches!(&result, Err(ModelError::TensorShape { tensor, .. }) if tensor == "stem.weight"));
}

#[test]
fn a_tensor_that_is_not_finite_is_named() {
    let result = detector_with(|tensors| {
        let head = tensors.get_mut("head.bias").expect("the head exists");
        head.1[3] = half::f16::NAN;
    });
    assert!(matches!(&result, Err(ModelError::TensorValue { tensor, .. }) if tensor == "head.bias"));
}

#[test]
fn files_that_are_cut_or_swapped_or_garbage_are_refused() {
    let (detector, recogniser) = seeded_files();
    let swapped = EmbeddedReader::from_weights(&recogniser, &detector);
    assert!(matches!(swapped, Err(ModelError::Format { .. })));
    for length in [0, 7, 8, 100, detector.len() / 2, detector.len() - 1] {
        let result = EmbeddedReader::from_weights(&detector[..length], &recogniser);
        assert!(matches!(result, Err(ModelError::Container { .. })), "{length} bytes were accepted");
    }
    let garbage = EmbeddedReader::from_weights(&[0xff; 4096], &recogniser);
    assert!(matches!(garbage, Err(ModelError::Container { .. })));
}

#[test]
fn an_unusable_setting_is_named() {
    let mut settings = metadata(&fixture("parity.safetensors"));
    settings.insert("format".to_owned(), "shortlist-text-detector-1".to_owned());
    let tensors = seeded_tensors(true, 0, 100);
    for (key, text) in [("core_threshold", "nan"), ("join_gap", "-1"), ("large_height", "tall")] {
        let mut settings = settings.clone();
        settings.insert(key.to_owned(), text.to_owned());
        let result = EmbeddedReader::from_weights(&safetensors(&tensors, &settings), &seeded_files().1);
        assert!(
            matches!(&result, Err(ModelError::Setting { key: named, .. }) if named == key),
            "{key}={text}"
        );
    }
    settings.remove("edge_reach");
    let result = EmbeddedReader::from_weights(&safetensors(&tensors, &settings), &seeded_files().1);
    assert!(matches!(&result, Err(ModelError::Setting { key, .. }) if key == "edge_reach"));
}
