//! Wrong, cut and hostile checkpoint folders: an error that names file and tensor, never a panic or a large allocation.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use models::ModelError;
use models::smolvlm::SmolVlm;
use models::vision_language::LoadOptions;
use serde_json::{Value, json};

use super::{Numbers, folder};

const FIXTURE: &str = "smolvlm-tiny";
const SHARDED: &str = "grouped-fifteen-five-tied-sharded";

/// A folder that is removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed lies in the build folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(fixture: &str) -> Scratch {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("hostile-{}-{number}", std::process::id());
    let target = Scratch(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
    fs::create_dir_all(target.path()).expect("a folder");
    for entry in fs::read_dir(folder(fixture)).expect("the fixture") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), target.path().join(entry.file_name())).expect("a copy");
    }
    target
}

fn load(path: &Path) -> Result<SmolVlm, ModelError> {
    SmolVlm::load(path, &LoadOptions::default())
}

fn error(path: &Path) -> ModelError {
    load(path).err().expect("the folder is refused")
}

fn edit(path: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let bytes = fs::read(path.join(file)).expect("the file");
    let mut value: Value = serde_json::from_slice(&bytes).expect("JSON");
    change(&mut value);
    fs::write(path.join(file), value.to_string()).expect("written");
}

/// The header of a safetensors file, and its values.
fn parts(path: &Path) -> (Value, Vec<u8>) {
    let bytes = fs::read(path).expect("the file");
    let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
    (serde_json::from_slice(&bytes[8..8 + length]).expect("JSON"), bytes[8 + length..].to_vec())
}

fn write_parts(path: &Path, header: &Value, data: &[u8]) {
    let header = header.to_string().into_bytes();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header);
    bytes.extend(data);
    fs::write(path, bytes).expect("written");
}

#[test]
fn a_missing_file_is_named() {
    for file in ["config.json", "tokenizer.json", "preprocessor_config.json", "model.safetensors"] {
        let target = copy(FIXTURE);
        fs::remove_file(target.path().join(file)).expect("removed");
        let error = error(target.path());
        assert!(matches!(&error, ModelError::File { file: named, .. } if named == file), "{error}");
    }
    assert!(matches!(error(Path::new("/nowhere/at/all")), ModelError::File { .. }));
}

#[test]
fn an_unusable_setting_is_named() {
    let cases: &[(&str, Value)] = &[
        ("/model_type", json!("llava")),
        ("/scale_factor", json!(0)),
        ("/scale_factor", json!(3)),
        ("/image_token_id", json!(100_000)),
        ("/vision_config/hidden_size", json!(0)),
        ("/vision_config/image_size", json!(1_000_000_000)),
        ("/vision_config/patch_size", json!(0)),
        ("/vision_config/num_attention_heads", json!(3)),
        ("/vision_config/hidden_act", json!("relu")),
        ("/text_config/vocab_size", json!(u64::MAX)),
        ("/text_config/num_hidden_layers", json!(u32::MAX)),
        ("/text_config/num_key_value_heads", json!(2)),
        ("/text_config/num_attention_heads", json!(0)),
        ("/text_config/head_dim", json!(7)),
        ("/text_config/rope_theta", json!(-1.0)),
        ("/text_config/rms_norm_eps", json!(1e9)),
        ("/text_config/max_position_embeddings", json!(0)),
    ];
    for (place, value) in cases {
        let target = copy(FIXTURE);
        edit(target.path(), "config.json", |config| {
            let (parent, key) = place.rsplit_once('/').expect("a place");
            config.pointer_mut(parent).expect("the part exists")[key] = value.clone();
        });
        let error = error(target.path());
        let named = place.rsplit('/').next().expect("a key");
        let place_named = matches!(&error, ModelError::Setting { file, key, .. } if file == "config.json" && key.ends_with(named));
        assert!(place_named, "{place}: {error}");
    }
    let target = copy(FIXTURE);
    edit(target.path(), "config.json", |config| {
        config["text_config"]["rope_scaling"] = json!({"type": "yarn"});
    });
    assert!(matches!(error(target.path()), ModelError::Setting { .. }));
    for (key, value) in [
        ("resample", json!(77)),
        ("max_image_size", json!({"longest_edge": 99})),
        ("size", json!({"longest_edge": 1u64 << 40})),
    ] {
        let target = copy(FIXTURE);
        edit(target.path(), "preprocessor_config.json", |settings| settings[key] = value.clone());
        assert!(matches!(error(target.path()), ModelError::Setting { key: named, .. } if named == key));
    }
}

#[test]
fn files_that_are_no_json_are_named() {
    for file in [
        "config.json",
        "tokenizer.json",
        "preprocessor_config.json",
        "chat_template.json",
        "generation_config.json",
    ] {
        for bytes in [&b""[..], b"{", b"\xff\xfe", b"{\"a\": 1}{"] {
            let target = copy(FIXTURE);
            fs::write(target.path().join(file), bytes).expect("written");
            let error = error(target.path());
            assert!(
                matches!(&error, ModelError::File { file: named, .. } if named == file),
                "{file}: {error}"
            );
        }
    }
}

#[test]
fn a_tokenizer_that_does_not_fit_the_model_is_refused() {
    let target = copy(FIXTURE);
    edit(target.path(), "config.json", |config| config["image_token_id"] = json!(5));
    assert!(matches!(error(target.path()), ModelError::File { file, .. } if file == "tokenizer.json"));
}

#[test]
fn hostile_templates_end() {
    let cases = [
        "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}<image>",
        "{{ 'no picture' }}",
        "<image><image>",
        "{% include '/etc/passwd' %}<image>",
        "{{ messages",
    ];
    for template in cases {
        let target = copy(FIXTURE);
        edit(target.path(), "chat_template.json", |file| file["chat_template"] = json!(template));
        let model = load(target.path()).expect("the folder loads");
        let refused =
            model.processor().inputs(&super::picture(FIXTURE), "Why?", None).map(|inputs| inputs.grid);
        assert!(matches!(refused, Err(ModelError::File { .. })), "{template}");
    }
}

#[test]
fn a_wrong_tensor_is_named() {
    let weights = "model.safetensors";
    let names: Vec<String> = {
        let (header, _) = parts(&folder(FIXTURE).join(weights));
        header.as_object().expect("tensors").keys().filter(|name| *name != "__metadata__").cloned().collect()
    };
    for name in &names {
        // A tensor under another name.
        let target = copy(FIXTURE);
        let path = target.path().join(weights);
        let (header, data) = parts(&path);
        let mut missing = header.clone();
        let tensor = missing.as_object_mut().expect("tensors").remove(name).expect("the tensor");
        missing["another"] = tensor;
        write_parts(&path, &missing, &data);
        let found = load(target.path());
        if name == "lm_head.weight" {
            assert!(found.is_ok(), "without a head of its own the model uses its embeddings");
        } else {
            let error = found.err().expect("refused");
            assert!(matches!(&error, ModelError::MissingTensor { tensor, .. } if tensor == name), "{error}");
        }
        // The same values in another shape.
        let mut turned = header.clone();
        turned[name]["shape"].as_array_mut().expect("a shape").insert(0, json!(1));
        write_parts(&path, &turned, &data);
        let error = error(target.path());
        assert!(matches!(&error, ModelError::TensorShape { tensor, .. } if tensor == name), "{error}");
        // Another type of the same size.
        let mut retyped = header.clone();
        retyped[name]["dtype"] = json!("I32");
        write_parts(&path, &retyped, &data);
        let error = load(target.path()).err().expect("refused");
        assert!(matches!(&error, ModelError::TensorType { tensor, .. } if tensor == name), "{error}");
        // A value that is no number.
        let mut data = data;
        let start = header[name]["data_offsets"][0].as_u64().expect("an offset") as usize;
        data[start..start + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        write_parts(&path, &header, &data);
        let error = load(target.path()).err().expect("refused");
        assert!(matches!(&error, ModelError::TensorValue { tensor, .. } if tensor == name), "{error}");
    }
}

#[test]
fn headers_that_lie_about_sizes_are_refused() {
    let target = copy(FIXTURE);
    let path = target.path().join("model.safetensors");
    let (header, data) = parts(&path);
    let name = "model.text_model.norm.weight";
    let lies: [(&str, Value); 6] = [
        ("shape", json!([u64::MAX])),
        ("shape", json!([u64::MAX, u64::MAX])),
        ("shape", json!([1u64 << 40])),
        ("data_offsets", json!([0, u64::MAX])),
        ("data_offsets", json!([8, 4])),
        ("dtype", json!("Q8")),
    ];
    for (key, lie) in lies {
        let mut header = header.clone();
        header[name][key] = lie.clone();
        write_parts(&path, &header, &data);
        assert!(matches!(error(target.path()), ModelError::Container { .. }), "{key} {lie}");
    }
    for length in [0u64, 1, u64::MAX, 1 << 40, 17 << 20] {
        let mut bytes = length.to_le_bytes().to_vec();
        bytes.extend([b'{'; 64]);
        fs::write(&path, bytes).expect("written");
        assert!(matches!(error(target.path()), ModelError::Container { .. }), "a header of {length} bytes");
    }
}

#[test]
fn an_index_cannot_lead_out_of_the_folder_or_promise_what_is_not_there() {
    let index = "model.safetensors.index.json";
    for wrong in ["../model.safetensors", "/etc/passwd", "..", "", "a/b", "none.safetensors"] {
        let target = copy(SHARDED);
        edit(target.path(), index, |index| {
            let map = index["weight_map"].as_object_mut().expect("a map");
            let first = map.keys().next().expect("a tensor").clone();
            map.insert(first, json!(wrong));
        });
        assert!(matches!(error(target.path()), ModelError::File { .. }), "\"{wrong}\"");
    }
    let target = copy(SHARDED);
    edit(target.path(), index, |index| {
        index["weight_map"]["promised"] = json!("model-00001-of-00003.safetensors");
    });
    assert!(matches!(error(target.path()), ModelError::MissingTensor { tensor, .. } if tensor == "promised"));
}

#[test]
fn a_model_larger_than_allowed_is_refused_before_it_is_read() {
    let options = LoadOptions { memory_limit: Some(1000), ..LoadOptions::default() };
    let refused = SmolVlm::load(&folder(FIXTURE), &options).err().expect("refused");
    // The weights of the fixture are f32 on disk, so the file is the memory and its header.
    let (_, data) = parts(&folder(FIXTURE).join("model.safetensors"));
    assert!(matches!(refused, ModelError::Memory { needed, allowed: 1000 } if needed == data.len() as u64));
}

#[test]
fn damaged_weight_files_never_panic() {
    let target = copy(FIXTURE);
    let path = target.path().join("model.safetensors");
    let whole = fs::read(&path).expect("the file");
    let header = 8 + u64::from_le_bytes(whole[..8].try_into().expect("eight bytes")) as usize;
    let mut numbers = Numbers::new(3);
    for round in 0..300 {
        let mut bytes = whole.clone();
        bytes[numbers.below(header)] ^= 1 << numbers.below(8);
        let cut = round % 3 == 0;
        if cut {
            bytes.truncate(numbers.below(whole.len()));
        }
        fs::write(&path, bytes).expect("written");
        let loaded = load(target.path());
        assert!(!cut || loaded.is_err(), "a cut file was accepted");
    }
}
