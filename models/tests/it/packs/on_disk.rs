//! Folders, pack files, damage, and memory.

use domain::pack::{PackOrigin, PackState, Packs};
use models::packs::Options;

use super::{Bench, going_on, layout};
use crate::fake_hub::{COMMIT, PACK, WEIGHTS, pack_files};

#[test]
fn a_pack_travels_in_one_file() {
    let bench = Bench::new();
    bench.install().expect("installed");
    let file = bench.folder.path().join("smolvlm.shortlist-pack");
    bench.packs.export(PACK, &file, &mut going_on).expect("exported");
    let error = bench.packs.export(PACK, &file, &mut going_on).expect_err("no file is overwritten");
    assert_eq!(error.code(), "cannot_write");

    let other = Bench::with(|_, options| Options { offline: true, ..options });
    let pack = other.packs.install_file(&file, &mut going_on).expect("installed without a network");
    assert_eq!(pack.state, PackState::Ready);
    assert_eq!((pack.files, pack.licence.as_deref()), (bench.pack().files, Some("Apache-2.0")));
    assert!(
        matches!(&pack.origin, Some(PackOrigin::PackFile { commit: Some(commit), .. }) if commit == COMMIT)
    );
    assert!(other.hub.asked().is_empty());
    assert_eq!(other.packs.verify(PACK, &mut going_on).expect("a check").damage, Vec::<String>::new());
}

#[test]
fn a_damaged_pack_file_is_refused_whole() {
    let bench = Bench::new();
    bench.install().expect("installed");
    let file = bench.folder.path().join("pack");
    bench.packs.export(PACK, &file, &mut going_on).expect("exported");
    let good = std::fs::read(&file).expect("the file");
    let text = String::from_utf8_lossy(&good[..4096]).into_owned();
    let changed = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len(), "the archive keeps its form");
        let at = text.find(from).expect("the words are there");
        let mut bytes = good.clone();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        bytes
    };
    let mut flipped = good.clone();
    let middle = good.len() / 2;
    flipped[middle] ^= 1;
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", Vec::new(), "bad_pack_file"),
        ("no archive", b"hello".repeat(1000), "bad_pack_file"),
        ("cut short", good[..middle].to_vec(), "bad_pack_file"),
        ("one bit", flipped, "wrong_hash"),
        ("a path as the id", changed("\"smolvlm-256m\"", "\"../../../abc\""), "bad_name"),
        ("a path as a name", changed("\"config.json\"", "\"../fig.json\""), "bad_layout"),
        ("another format", changed("shortlist-pack-1", "shortlist-pack-9"), "bad_pack_file"),
    ];
    let other = Bench::new();
    for (what, bytes, code) in cases {
        let path = other.folder.path().join("damaged");
        std::fs::write(&path, bytes).expect("the file");
        let error = other.packs.install_file(&path, &mut going_on).expect_err(what);
        assert_eq!(error.code(), code, "{what}: {error}");
        other.assert_nothing_installed();
        let left = std::fs::read_dir(other.root().join("unfinished")).into_iter().flatten().flatten();
        assert!(left.into_iter().all(|entry| entry.path().is_file()), "{what}: nothing is left over");
    }
}

#[test]
fn a_folder_that_is_no_pack_is_refused_by_the_file_that_is_wrong() {
    let bench = Bench::new();
    let header = |text: &str, data: usize| {
        let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(text.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        bytes
    };
    let good = |name: &str| pack_files(1).into_iter().find(|(held, _)| held == name).expect("a file").1;
    let mut cut = good(WEIGHTS);
    cut.truncate(1000);
    let huge = r#"{"a": {"dtype": "F32", "shape": [18446744073709551615, 9], "data_offsets": [0, 4]}}"#;
    let cases: Vec<(&str, Option<Vec<u8>>, &str)> = vec![
        ("config.json", None, "config.json"),
        ("config.json", Some(b"[]".to_vec()), "config.json"),
        ("config.json", Some(br#"{"model_type": "llama"}"#.to_vec()), "llama"),
        ("tokenizer.json", None, "tokenizer.json"),
        ("tokenizer.json", Some(b"{".to_vec()), "tokenizer.json"),
        (WEIGHTS, None, WEIGHTS),
        (WEIGHTS, Some(Vec::new()), WEIGHTS),
        (WEIGHTS, Some(cut), "cut short"),
        (WEIGHTS, Some(vec![255; 100]), "header"),
        (WEIGHTS, Some(header("{}", 0)), "no tensors"),
        (WEIGHTS, Some(header(huge, 4)), "impossible shape"),
        (
            WEIGHTS,
            Some(header(r#"{"a": {"dtype": "I8", "shape": [4], "data_offsets": [0, 4]}}"#, 4)),
            "type other than",
        ),
    ];
    for (index, (name, bytes, words)) in cases.into_iter().enumerate() {
        let folder = layout(bench.folder.path(), &format!("case-{index}"), 1);
        match bytes {
            Some(bytes) => std::fs::write(folder.join(name), bytes).expect("the file"),
            None => std::fs::remove_file(folder.join(name)).expect("the file"),
        }
        let error = bench.packs.install_folder(&folder, None, &mut going_on).expect_err(words);
        assert_eq!(error.code(), "bad_layout", "{error}");
        assert!(error.to_string().contains(words), "{words}: {error}");
    }
    assert!(!bench.root().join("packs").exists());
    let empty = bench.folder.path().join("nothing");
    assert_eq!(
        bench.packs.install_folder(&empty, None, &mut going_on).expect_err("nothing").code(),
        "cannot_read"
    );
}

#[test]
fn weights_in_parts_need_their_index_and_all_their_parts() {
    let bench = Bench::new();
    let folder = layout(bench.folder.path(), "parts", 1);
    let (first, second) = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
    std::fs::rename(folder.join(WEIGHTS), folder.join(first)).expect("renamed");
    let refused = |words: &str| {
        let error = bench.packs.install_folder(&folder, None, &mut going_on).expect_err(words);
        assert!(error.to_string().contains(words), "{error}");
    };
    refused("index");
    let index = format!(r#"{{"weight_map": {{"a": "{first}", "b": "{second}"}}}}"#);
    std::fs::write(folder.join("model.safetensors.index.json"), index).expect("the index");
    refused(second);
    std::fs::copy(folder.join(first), folder.join(second)).expect("the second part");
    let pack = bench.packs.install_folder(&folder, None, &mut going_on).expect("whole now");
    assert_eq!((pack.id.as_str(), pack.parameters), ("parts", Some(400_000)));
    assert!(matches!(pack.origin, Some(PackOrigin::Folder)));
}

#[test]
fn damage_is_found_said_and_repaired() {
    let bench = Bench::new();
    bench.install().expect("installed");
    bench.packs.choose(Some(PACK), true).expect("chosen");
    assert!(bench.packs.list().notice.is_none());

    // One changed byte of the same length: only a check finds it.
    let path = bench.installed("config.json");
    std::fs::remove_file(&path).expect("deleted");
    let mut bytes = bench.hub.content("config.json");
    bytes[3] ^= 1;
    std::fs::write(&path, &bytes).expect("written");
    assert!(matches!(bench.pack().state, PackState::Unchecked { .. }), "{:?}", bench.pack().state);
    let check = bench.packs.verify(PACK, &mut going_on).expect("a check");
    assert_eq!(check.damage, ["config.json is not as recorded."]);
    assert_eq!(bench.packs.admit(PACK).expect_err("not loaded").code(), "damaged_pack");

    // Another length shows at once, and the app starts and says what still works.
    std::fs::write(&path, b"{}").expect("written");
    assert!(matches!(bench.pack().state, PackState::Broken { .. }));
    let notice = bench.packs.list().notice.expect("the chosen pack is broken");
    assert!(notice.contains("rules only") && notice.contains("config.json"), "{notice}");

    // Installing again fetches only what is damaged.
    let before = bench.hub.asked().len();
    bench.install().expect("repaired");
    let fetched: Vec<String> = bench.hub.asked()[before..]
        .iter()
        .filter(|asked| asked.method == "GET" && !asked.path.starts_with("/api/"))
        .map(|asked| asked.path.rsplit('/').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(fetched, ["config.json"]);
    assert_eq!(bench.pack().state, PackState::Ready);
    std::fs::write(bench.installed("chat_template.jinja"), "more").expect("written");
    let check = bench.packs.verify(PACK, &mut going_on).expect("a check");
    assert_eq!(check.damage, ["chat_template.jinja does not belong to the pack."]);

    // The disk is gone.
    std::fs::rename(bench.root().join("packs"), bench.root().join("away")).expect("moved away");
    assert!(matches!(bench.pack().state, PackState::Missing { .. }));
    let notice = bench.packs.list().notice.expect("the chosen pack is missing");
    assert!(notice.contains("rules only"), "{notice}");
    assert_eq!(bench.packs.admit(PACK).expect_err("not loaded").code(), "damaged_pack");
    std::fs::rename(bench.root().join("away"), bench.root().join("packs")).expect("back again");
    std::fs::remove_file(bench.installed("chat_template.jinja")).expect("deleted");
    bench.packs.admit(PACK).expect("whole again");
    bench.packs.remove(PACK, false).expect("removed");
    assert_eq!(bench.packs.chosen(), None);
    assert!(bench.packs.list().notice.is_none());
}

#[test]
fn a_broken_record_breaks_only_its_pack() {
    let bench = Bench::new();
    bench.install().expect("installed");
    for broken in ["{", "[]", "{\"pack\": \"other\"}"] {
        std::fs::write(bench.record(), broken).expect("written");
        assert!(matches!(bench.pack().state, PackState::Broken { .. }), "{broken}");
        assert_eq!(bench.packs.list().packs.len(), models::packs::catalogue::KNOWN.len());
        assert_eq!(bench.packs.choose(Some(PACK), true).expect_err("broken").code(), "damaged_pack");
    }
    std::fs::remove_file(bench.record()).expect("deleted");
    assert!(matches!(bench.pack().state, PackState::Broken { .. }), "files without a record");
    bench.packs.remove(PACK, false).expect("removed");
    assert_eq!(bench.pack().state, PackState::NotInstalled);
    assert_eq!(bench.packs.remove(PACK, false).expect_err("nothing there").code(), "not_installed");
    assert_eq!(bench.packs.remove("../x", true).expect_err("no pack").code(), "not_found");
}

#[test]
fn more_memory_than_is_free_is_refused_with_what_would_fit() {
    let bench = Bench::new();
    // A config that asks for more keys and values than any computer holds.
    let folder = layout(bench.folder.path(), "huge", 1);
    let config = r#"{"model_type": "smolvlm", "text_config": {"num_hidden_layers": 100000, "hidden_size": 65536,
        "num_attention_heads": 128, "num_key_value_heads": 128, "head_dim": 512},
        "vision_config": {"image_size": 512, "patch_size": 16}}"#;
    std::fs::write(folder.join("config.json"), config).expect("written");
    let huge = bench.packs.install_folder(&folder, None, &mut going_on).expect("installing needs no memory");
    let small = layout(bench.folder.path(), "small", 1);
    bench.packs.install_folder(&small, None, &mut going_on).expect("installed");
    let list = bench.packs.list();
    assert!(huge.memory_needed > Some(list.memory.free), "{:?} of {:?}", huge.memory_needed, list.memory);

    for error in [bench.packs.admit("huge").err(), bench.packs.choose(Some("huge"), false).err()] {
        let error = error.expect("refused before a byte is loaded");
        assert_eq!(error.code(), "not_enough_memory");
        assert!(error.to_string().contains("choose small"), "the pack that fits is named: {error}");
    }
    bench.packs.choose(Some("huge"), true).expect("a choice for later");
    assert_eq!(bench.packs.chosen().as_deref(), Some("huge"));
    assert!(bench.packs.admit("small").expect("it fits").join(WEIGHTS).is_file());
}
