//! Model packs through the program: install, check, carry to another computer, choose; full disks and refusals.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::fake_hub::{COMMIT, FakeHub, PACK, WEIGHTS};
use super::program::{Answer, Sandbox, answer, built, text};

fn install(sandbox: &Sandbox, hub: &FakeHub, more: &[&str]) -> Answer {
    let mut arguments = vec!["models", "install", PACK, "--endpoint", &hub.endpoint];
    arguments.extend(more);
    sandbox.run(&arguments)
}

fn pack(sandbox: &Sandbox) -> Value {
    let list = sandbox.value(&["models", "list"]);
    let packs = list["packs"].as_array().expect("packs").clone();
    packs.into_iter().find(|pack| pack["id"] == PACK).expect("the pack is listed")
}

#[test]
fn a_pack_is_installed_after_a_yes_checked_carried_away_and_chosen() {
    let (sandbox, hub) = (Sandbox::new(), FakeHub::start());
    let refused = install(&sandbox, &hub, &[]);
    assert_eq!(refused.code, 1, "nobody said yes: {}", refused.messages);
    assert!(refused.messages.contains("Apache-2.0") && refused.messages.contains("HuggingFaceTB/"));
    let refused = install(&sandbox, &hub, &["--yes", "--offline"]);
    assert!(refused.messages.contains("(offline)"), "{}", refused.messages);
    assert!(hub.asked().is_empty(), "nothing was sent");
    assert!(!sandbox.path("models").exists() && !sandbox.path("library").exists(), "nothing was written");

    let installed = install(&sandbox, &hub, &["--yes"]);
    assert_eq!(installed.code, 0, "{}", installed.messages);
    assert!(installed.messages.contains(COMMIT), "the commit is shown: {}", installed.messages);
    assert_eq!(installed.json[0]["state"]["type"], "ready");
    assert_eq!(sandbox.value(&["models", "verify"])["damage"], serde_json::json!([]));

    let file = sandbox.path("stick.shortlist-pack");
    sandbox.value(&["models", "export", PACK, text(&file)]);
    let other = Sandbox::new();
    let carried = other.value(&["models", "install", "--file", text(&file), "--offline"]);
    assert_eq!(carried["origin"]["commit"], COMMIT);
    assert_eq!(other.value(&["models", "use", PACK])["chosen"], PACK);
    assert_eq!(other.run(&["add", "--samples", "--no-wait"]).code, 0);
    let doctor = other.value(&["doctor"]);
    assert_eq!((&doctor["model"], &doctor["connections"]), (&"SmolVLM 256M Instruct".into(), &0.into()));

    // A broken pack costs nothing but itself.
    let weights = other.path("models").join("packs").join(PACK).join(WEIGHTS);
    std::fs::remove_file(&weights).expect("deleted");
    let doctor = other.value(&["doctor"]);
    assert_eq!(doctor["model"], Value::Null);
    let notice = doctor["model_notice"].as_str().expect("it is said").to_owned();
    assert!(notice.contains("rules only") && notice.contains(WEIGHTS), "{notice}");
    assert_eq!(other.run(&["models", "verify"]).code, 4);
    assert_eq!(other.run(&["models", "use", PACK]).code, 2);
    assert_eq!(other.value(&["models", "remove", PACK])["state"]["type"], "not_installed");
    assert_eq!(other.value(&["doctor"])["model_notice"], Value::Null);
    assert_eq!(other.run(&["models", "use", "unheard-of"]).code, 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_what_came_and_installs_nothing() {
    let (sandbox, hub) = (Sandbox::new(), FakeHub::start());
    // A limit on the size of files stands for a full disk: 400 blocks of 512 bytes, a quarter of the weights.
    let limited = "trap '' XFSZ; ulimit -f 400; exec \"$@\"";
    let output = Command::new("sh")
        .args(["-c", limited, "sh"])
        .arg(built("shortlist"))
        .args(["models", "install", PACK, "--yes", "--endpoint", &hub.endpoint, "--models"])
        .arg(sandbox.path("models"))
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let full = answer(&output);
    assert_eq!(full.code, 2, "{}", full.messages);
    assert!(full.messages.contains("(disk_full)") && full.messages.contains("are kept"), "{}", full.messages);
    let state = &pack(&sandbox)["state"];
    assert_eq!(state["type"], "unfinished", "{state}");
    assert!(state["held"].as_u64().is_some_and(|held| held > 100_000), "{state}");
    assert!(!sandbox.path("models").join("packs").exists(), "nothing is half-installed");

    let again = install(&sandbox, &hub, &["--yes"]);
    assert_eq!(again.code, 0, "{}", again.messages);
    assert!(
        hub.asked().iter().any(|asked| asked.headers.contains("range: bytes=")),
        "the rest was asked for"
    );
}
