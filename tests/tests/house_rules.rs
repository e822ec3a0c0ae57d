//! The rules of the house that a machine can check: who may depend on whom, and what a source file looks like.
//!
//! The rules stand in docs/architecture.md; this test fails when the code leaves them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Each of our crates and those of ours that it may depend on.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("models", &["domain"]),
    ("engine", &["domain", "store"]),
    ("api", &["domain", "engine", "store"]),
    ("cli", &["api", "models"]),
    ("shortlist-window", &["api", "models"]),
    ("tests", &[]),
    ("xtask", &[]),
];

/// Crates from outside that exactly one of ours may name.
const OWNED: &[(&str, &str)] = &[
    ("rusqlite", "store"),
    ("hayro", "engine"),
    ("candle-core", "models"),
    ("candle-nn", "models"),
    ("gemm", "models"),
    ("ureq", "models"),
    ("hf-hub", "models"),
    ("tauri", "shortlist-window"),
    ("arboard", "shortlist-window"),
];

/// Crates that open network connections and that none of ours may name; the two that `models` may stand in `OWNED`.
const NETWORK: &[&str] = &["reqwest", "hyper", "curl", "isahc", "tungstenite"];

/// The one file that may use the network.
const NETWORK_DOOR: &str = "models/src/packs/hub.rs";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf()
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

/// Name and direct dependencies (those of tests left out) of each of our crates.
fn crates() -> Vec<(String, BTreeSet<String>)> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let names = dependencies
                .iter()
                .filter(|dependency| dependency["kind"] != "dev")
                .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
                .collect();
            (package["name"].as_str().expect("a name").to_owned(), names)
        })
        .collect()
}

#[test]
fn dependencies_run_one_way() {
    let ours: BTreeSet<&str> = MAY_DEPEND_ON.iter().map(|(name, _)| *name).collect();
    for (name, dependencies) in crates() {
        let allowed = MAY_DEPEND_ON.iter().find(|(listed, _)| *listed == name).map_or_else(
            || panic!("{name} is a new crate: list it in MAY_DEPEND_ON and docs/architecture.md"),
            |(_, allowed)| *allowed,
        );
        for dependency in dependencies.iter().filter(|dependency| ours.contains(dependency.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn each_outside_crate_has_one_owner() {
    for (name, dependencies) in crates() {
        for (outside, owner) in OWNED {
            assert!(
                name == *owner || !dependencies.contains(*outside),
                "only {owner} knows {outside}, but {name} depends on it"
            );
        }
        for network in NETWORK {
            assert!(!dependencies.contains(*network), "{name} must not open connections through {network}");
        }
    }
}

/// Every committed source file.
fn sources() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--", "*.rs", "*.ts", "*.svelte", "*.py", "*.mjs"])
        .current_dir(root())
        .output()
        .expect("git runs");
    let listed = String::from_utf8(output.stdout).expect("file names are text");
    let files: Vec<PathBuf> =
        listed.lines().map(|line| root().join(line)).filter(|path| path.is_file()).collect();
    assert!(files.len() > 20, "the list of sources is empty, so nothing would be checked");
    files
}

#[test]
fn modules_open_with_a_comment_and_stay_short() {
    let mut wrong = Vec::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).expect("a source is text");
        let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        let lines = text.lines().count();
        if lines > 600 && !shown.ends_with("bindings.ts") {
            wrong.push(format!("{shown} has {lines} lines: is it one room or several?"));
        }
        if path.extension().is_some_and(|extension| extension == "rs") && !text.starts_with("//!") {
            wrong.push(format!("{shown} does not open with a comment on its purpose"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_page_door_knows_tauri() {
    for path in sources() {
        let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        if !shown.starts_with("ui/src/") || shown == "ui/src/host/tauri.ts" {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source is text");
        assert!(!text.contains("@tauri-apps/"), "{shown} goes round the one door to the core");
        assert!(!text.contains("{@html"), "{shown} would show page text as HTML");
    }
}

#[test]
fn rules_know_no_disk_no_clock_and_no_network() {
    for path in sources() {
        let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        let text = std::fs::read_to_string(&path).expect("a source is text");
        if shown.starts_with("crates/domain/src/") || shown.starts_with("crates/engine/src/propose/") {
            for outside in ["std::fs", "std::time", "std::env", "std::process", "std::thread"] {
                assert!(!text.contains(outside), "{shown} is pure and must not use {outside}");
            }
        }
        let ours =
            ["crates/", "models/src/", "src-tauri/src/"].iter().any(|folder| shown.starts_with(folder));
        if ours && !shown.contains("/tests/") {
            for network in ["std::net", "ureq::", "hf_hub::"] {
                assert!(
                    shown == NETWORK_DOOR || !text.contains(network),
                    "{shown} must not use {network}: only {NETWORK_DOOR} opens connections"
                );
            }
            let clock =
                ["SystemTime::now", "Timestamp::now", "Zoned::now"].iter().any(|now| text.contains(now));
            assert!(
                !clock || shown.starts_with("crates/store/src/"),
                "{shown}: only the store asks for the time"
            );
        }
    }
}

#[test]
fn every_reason_has_a_sentence_in_the_window() {
    let sentences = std::fs::read_to_string(root().join("ui/src/format.ts")).expect("the window's words");
    let mut seen = 0;
    for path in sources() {
        let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        if !shown.starts_with("crates/engine/src/") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source is text");
        for line in text.lines().filter(|line| line.starts_with("pub const ") && line.contains(": &str = \""))
        {
            let code = line.split('"').nth(1).unwrap_or_default();
            assert!(sentences.contains(&format!("\n  {code}: '")), "{shown}: no sentence for {code}");
            seen += 1;
        }
    }
    assert!(seen > 15, "the codes were not found where they used to stand");
}

#[test]
fn every_property_is_documented() {
    let listed = std::fs::read_to_string(root().join("crates/domain/src/property/mod.rs")).expect("the list");
    let folder = root().join("crates/domain/src/property");
    for entry in std::fs::read_dir(folder).expect("the folder of the properties") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let Some(id) = name.strip_suffix(".rs").filter(|id| *id != "mod") else { continue };
        assert!(listed.contains(&format!("    {id},\n")), "{id} is missing in the list of properties");
    }
    let adding = std::fs::read_to_string(root().join("docs/adding.md")).expect("docs/adding.md");
    assert!(adding.contains("crates/domain/src/property"), "docs/adding.md says how a property is added");
}
