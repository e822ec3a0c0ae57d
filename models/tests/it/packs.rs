//! Model packs: installing, resuming, checking and refusing, against a Hub that behaves and one that does not.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::PackError;
use domain::pack::{Agreed, Pack, PackOrigin, PackState, PackStep, Packs};
use domain::reader::Control;
use models::packs::{Options, PackFolder, Patience};
use tempfile::TempDir;

use crate::fake_hub::{COMMIT, FakeHub, Fault, HubFault, PACK, REPOSITORY, WEIGHTS, pack_files, sha256};

struct Bench {
    folder: TempDir,
    hub: FakeHub,
    packs: PackFolder,
}

impl Bench {
    fn new() -> Self {
        Self::with(|_, options| options)
    }

    fn with(change: impl FnOnce(&Path, Options) -> Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let hub = FakeHub::start();
        let packs = PackFolder::new(change(folder.path(), options(folder.path(), &hub)));
        Self { folder, hub, packs }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("models")
    }

    fn installed(&self, name: &str) -> PathBuf {
        self.root().join("packs").join(PACK).join(name)
    }

    fn record(&self) -> PathBuf {
        self.root().join("records").join(format!("{PACK}.json"))
    }

    fn install(&self) -> Result<Pack, PackError> {
        install(&self.packs, false, &mut going_on)
    }

    fn pack(&self) -> Pack {
        find(&self.packs, PACK)
    }

    /// Nothing of the pack may be where whole packs are.
    fn assert_nothing_installed(&self) {
        assert!(!self.installed("").exists(), "there is no folder of the pack");
        assert!(!self.record().exists(), "there is no record");
    }

    /// After the fault is gone, the same folder comes to a whole pack.
    fn assert_next_try_succeeds(&self) {
        self.hub.faults(&[]);
        self.hub.hub_fault(HubFault::None);
        self.install().expect("the next try succeeds");
        assert_eq!(self.pack().state, PackState::Ready);
        assert_eq!(std::fs::read(self.installed(WEIGHTS)).expect("the weights"), self.hub.content(WEIGHTS));
    }
}

fn options(folder: &Path, hub: &FakeHub) -> Options {
    let patience = Patience {
        connect: Duration::from_secs(10),
        silence: Duration::from_millis(400),
        tries: 3,
        pause: Duration::ZERO,
    };
    Options { endpoint: Some(hub.endpoint.clone()), patience, ..Options::new(folder.join("models")) }
}

fn going_on(_: &PackStep) -> Control {
    Control::Continue
}

fn find(packs: &PackFolder, id: &str) -> Pack {
    packs.list().packs.into_iter().find(|pack| pack.id == id).expect("a listed pack")
}

fn install(
    packs: &PackFolder,
    newest: bool,
    progress: &mut dyn FnMut(&PackStep) -> Control,
) -> Result<Pack, PackError> {
    let plan = packs.look_up(PACK, newest, progress)?;
    packs.install(PACK, Agreed { commit: &plan.commit, bytes: plan.bytes }, progress)
}

/// A folder in the Hub's layout.
fn layout(root: &Path, name: &str, seed: u8) -> PathBuf {
    let folder = root.join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in pack_files(seed).into_iter().filter(|(name, _)| !name.contains('/')) {
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
    folder
}

#[test]
fn a_pack_from_the_hub_is_whole_recorded_and_counted() {
    let bench = Bench::new();
    let before = bench.packs.list();
    assert!(before.packs.iter().all(|pack| pack.state == PackState::NotInstalled), "{before:?}");
    assert!(bench.hub.asked().is_empty() && bench.packs.connections().is_empty(), "listing asks nobody");

    let plan = bench.packs.look_up(PACK, false, &mut going_on).expect("the Hub answers");
    assert_eq!((plan.commit.as_str(), plan.repository.as_str(), plan.bound), (COMMIT, REPOSITORY, false));
    let names: Vec<&str> = plan.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        ["README.md", "config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"],
        "neither other formats nor git's own files"
    );
    assert!(!bench.root().exists(), "looking up writes nothing");

    let mut stages = Vec::new();
    let mut last = 0;
    let agreed = Agreed { commit: &plan.commit, bytes: plan.bytes };
    let pack = bench.packs.install(PACK, agreed, &mut |step| {
        stages.push(step.stage);
        assert!(step.done >= last && step.done <= step.total, "progress goes forward: {step:?}");
        last = step.done;
        Control::Continue
    });
    let pack = pack.expect("the pack is installed");
    assert_eq!(last, plan.bytes, "progress comes to the end");
    assert_eq!(pack.state, PackState::Ready);
    let origin = PackOrigin::Hub { repository: REPOSITORY.to_owned(), commit: COMMIT.to_owned() };
    assert_eq!(pack.origin, Some(origin));
    let weights = pack.files.iter().find(|file| file.name == WEIGHTS).expect("the weights are recorded");
    assert_eq!(weights.sha256, sha256(&bench.hub.content(WEIGHTS)));
    assert!(std::fs::metadata(bench.installed(WEIGHTS)).expect("the file").permissions().readonly());
    assert!(!bench.root().join("unfinished").join(PACK).exists(), "nothing is left over");

    let counted: u32 = bench.packs.connections().iter().map(|host| host.connections).sum();
    assert_eq!(counted as usize, bench.hub.asked().len(), "every connection is counted");
    for asked in bench.hub.asked() {
        assert!(!asked.headers.contains("authorization") && !asked.headers.contains("cookie"), "{asked:?}");
    }
    assert_eq!(bench.install().expect_err("it is there").code(), "already_installed");
}

#[test]
fn a_dropped_connection_is_resumed_where_it_broke() {
    let bench = Bench::new();
    bench.hub.faults(&[Fault::Drop(300_000), Fault::Drop(300_000)]);
    bench.install().expect("the third request brings the rest");
    let ranges: Vec<String> = bench
        .hub
        .asked()
        .iter()
        .filter(|asked| asked.path == "/blob")
        .filter_map(|asked| {
            asked.headers.lines().find_map(|line| line.strip_prefix("range: ")).map(str::to_owned)
        })
        .collect();
    assert_eq!(ranges, ["bytes=300000-", "bytes=600000-"]);
    assert_eq!(std::fs::read(bench.installed(WEIGHTS)).expect("the weights"), bench.hub.content(WEIGHTS));
}

#[test]
fn what_was_received_outlives_the_program() {
    let bench = Bench::new();
    bench.hub.faults(&[Fault::Drop(300_000), Fault::Drop(0), Fault::Drop(0)]);
    let error = bench.install().expect_err("the tries are used up");
    assert_eq!(error.code(), "interrupted");
    assert!(error.to_string().contains("goes on from there"), "{error}");
    bench.assert_nothing_installed();
    assert!(matches!(bench.pack().state, PackState::Unfinished { held } if held >= 300_000));

    let again = PackFolder::new(options(bench.folder.path(), &bench.hub));
    let plan = again.look_up(PACK, false, &mut going_on).expect("the Hub answers");
    assert!(plan.held >= 300_000 && plan.held < plan.bytes, "{plan:?}");
    let agreed = Agreed { commit: &plan.commit, bytes: plan.bytes };
    again.install(PACK, agreed, &mut going_on).expect("the rest comes");
    assert!(bench.hub.asked().iter().any(|asked| asked.headers.contains("range: bytes=300000-")));
    assert_eq!(bench.pack().state, PackState::Ready);
}

#[test]
fn an_interrupted_download_stays_with_its_commit() {
    let bench = Bench::new();
    bench.hub.faults(&[Fault::Drop(300_000), Fault::Drop(0), Fault::Drop(0)]);
    bench.install().expect_err("the tries are used up");
    bench.hub.move_on(&"a".repeat(40));
    // The Hub of this test forgets old commits; what counts is that the old one was asked for.
    assert_eq!(bench.install().expect_err("the old commit is gone").code(), "not_on_hub");
    install(&bench.packs, true, &mut going_on).expect("the newest can be asked for");
    assert_eq!(bench.pack().state, PackState::Ready);
    assert_eq!(std::fs::read(bench.installed(WEIGHTS)).expect("the weights"), bench.hub.content(WEIGHTS));
}

#[test]
fn a_server_that_ignores_the_range_or_answers_another_does_no_harm() {
    for fault in [Fault::IgnoreRange, Fault::WrongRange, Fault::Status(416)] {
        let bench = Bench::new();
        bench.hub.faults(&[Fault::Drop(300_000), fault]);
        bench.install().unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        let weights = std::fs::read(bench.installed(WEIGHTS)).expect("the weights");
        assert_eq!(weights, bench.hub.content(WEIGHTS), "{fault:?}");
    }
}

#[test]
fn bad_bytes_are_never_installed() {
    let always = |fault: Fault| [fault; 3];
    let cases = [
        (Fault::WrongByte, "wrong_hash"),
        (Fault::ShortLength, "wrong_length"),
        (Fault::LongBody, "wrong_length"),
        (Fault::Compressed, "bad_answer"),
        (Fault::Loop, "redirect_loop"),
        (Fault::Status(404), "not_on_hub"),
        (Fault::Status(403), "not_allowed"),
        (Fault::Status(429), "too_many_requests"),
        (Fault::Status(500), "hub_failed"),
        (Fault::Status(418), "bad_answer"),
        (Fault::Stall(100_000), "stalled"),
        (Fault::Drop(0), "interrupted"),
    ];
    for (fault, code) in cases {
        let bench = Bench::new();
        bench.hub.faults(&always(fault));
        let error = bench.install().expect_err("the fault is noticed");
        assert_eq!(error.code(), code, "{fault:?}: {error}");
        assert!(error.to_string().ends_with('.'), "a sentence: {error}");
        bench.assert_nothing_installed();
        bench.assert_next_try_succeeds();
    }
}

#[test]
fn a_bad_answer_of_the_hub_itself_is_named() {
    let cases = [
        (HubFault::NoHash, "no_hash"),
        (HubFault::Status(404), "not_on_hub"),
        (HubFault::Status(401), "not_allowed"),
        (HubFault::Status(429), "too_many_requests"),
        (HubFault::Status(503), "hub_failed"),
        (HubFault::Loop, "redirect_loop"),
        (HubFault::NoJson, "bad_answer"),
        (HubFault::OtherCommit, "bad_answer"),
        (HubFault::Stall, "stalled"),
        (HubFault::WrongSize, "wrong_length"),
    ];
    for (fault, code) in cases {
        let bench = Bench::new();
        bench.hub.hub_fault(fault);
        let error = bench.install().expect_err("the fault is noticed");
        assert_eq!(error.code(), code, "{fault:?}: {error}");
        bench.assert_nothing_installed();
        bench.assert_next_try_succeeds();
    }
    let error = PackError::TooManyRequests { seconds: Some(7), held: 0 }.to_string();
    assert!(error.contains("in 7 seconds"), "the Hub's own time is passed on: {error}");
}

#[test]
fn a_hub_that_is_not_there_is_named() {
    let bench = Bench::with(|_, options| {
        let closed = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = closed.local_addr().expect("its address");
        Options { endpoint: Some(format!("http://{address}")), ..options }
    });
    let error = bench.install().expect_err("nobody listens");
    assert_eq!(error.code(), "no_connection", "{error}");
    assert!(error.to_string().contains("127.0.0.1"), "{error}");
    bench.assert_nothing_installed();
}

#[test]
fn cancelling_keeps_what_came_and_is_noticed_while_nothing_comes() {
    let bench = Bench::new();
    bench.hub.faults(&[Fault::Stall(300_000)]);
    let mut seen = 0;
    let error = install(&bench.packs, false, &mut |step| {
        seen = step.done;
        if step.done >= 300_000 { Control::Stop } else { Control::Continue }
    });
    let error = error.expect_err("it is stopped");
    assert!(matches!(error, PackError::Cancelled { held } if held >= 300_000), "{error:?}");
    bench.assert_nothing_installed();
    assert!(matches!(bench.pack().state, PackState::Unfinished { held } if held >= 300_000));
    bench.packs.remove(PACK, false).expect("the rest is deleted");
    assert_eq!(bench.pack().state, PackState::NotInstalled);
}

#[test]
fn offline_means_that_nobody_is_asked() {
    let fixed = Bench::with(|_, options| Options { offline: true, ..options });
    assert_eq!(fixed.install().expect_err("it is forbidden").code(), "offline");
    assert_eq!(fixed.packs.set_offline(false).expect_err("the start decides").code(), "offline_fixed");
    assert!(fixed.hub.asked().is_empty() && fixed.packs.connections().is_empty());

    let chosen = Bench::new();
    let plan = chosen.packs.look_up(PACK, false, &mut going_on).expect("allowed at first");
    let asked = chosen.hub.asked().len();
    chosen.packs.set_offline(true).expect("the setting is written");
    let agreed = Agreed { commit: &plan.commit, bytes: plan.bytes };
    let error = chosen.packs.install(PACK, agreed, &mut going_on).expect_err("now forbidden");
    assert_eq!(error.code(), "offline");
    assert_eq!(chosen.hub.asked().len(), asked, "nothing was sent");
    std::fs::write(chosen.root().join("settings.json"), "{").expect("a broken file");
    assert_eq!(chosen.install().expect_err("unknown means forbidden").code(), "offline");
    assert!(chosen.packs.list().notice.is_some_and(|notice| notice.contains("settings")));
}

#[test]
fn only_what_was_agreed_to_is_fetched() {
    let bench = Bench::new();
    let agreed = Agreed { commit: COMMIT, bytes: 1 };
    assert_eq!(
        bench.packs.install(PACK, agreed, &mut going_on).expect_err("never asked").code(),
        "not_agreed"
    );
    bench.packs.look_up(PACK, false, &mut going_on).expect("the Hub answers");
    let error = bench.packs.install(PACK, agreed, &mut going_on).expect_err("another size");
    assert_eq!(error.code(), "plan_changed");
    assert!(bench.hub.asked().iter().all(|asked| asked.method == "HEAD" || asked.path.starts_with("/api/")));
}

#[test]
fn the_record_binds_later_installations() {
    let bench = Bench::new();
    bench.install().expect("installed");
    bench.packs.remove(PACK, false).expect("removed");
    assert_eq!(bench.pack().state, PackState::NotInstalled);
    assert!(!bench.pack().files.is_empty(), "the record outlives the files");

    bench.hub.cheat();
    let error = bench.install().expect_err("other bytes under the same commit");
    assert_eq!(error.code(), "not_as_recorded", "{error}");
    let other = layout(bench.folder.path(), "other", 2);
    let error =
        bench.packs.install_folder(&other, Some(PACK), &mut going_on).expect_err("also from a folder");
    assert_eq!(error.code(), "not_as_recorded", "{error}");
    assert!(!bench.installed("").exists(), "nothing is half-installed");
    let same = layout(bench.folder.path(), "same", 1);
    bench.packs.install_folder(&same, Some(PACK), &mut going_on).expect("the recorded bytes are welcome");

    bench.packs.remove(PACK, true).expect("forgotten");
    bench.hub.move_on(&"b".repeat(40));
    bench.install().expect("without a record the newest counts");
}

#[test]
fn the_recorded_commit_is_asked_for_unless_the_newest_is_wanted() {
    let bench = Bench::new();
    bench.install().expect("installed");
    bench.packs.remove(PACK, false).expect("removed");
    let newest = "c".repeat(40);
    bench.hub.move_on(&newest);
    assert_eq!(bench.install().expect_err("the recorded commit is gone").code(), "not_on_hub");
    let pack = install(&bench.packs, true, &mut going_on).expect("the newest was asked for");
    assert!(matches!(pack.origin, Some(PackOrigin::Hub { commit, .. }) if commit == newest));
}

#[test]
fn pins_bind_every_way_in() {
    let right = sha256(&pack_files(1)[6].1);
    let pins = |commit: &str, hash: &str| {
        format!(
            r#"{{"format": "shortlist-pins-1", "only_pinned": true, "packs": {{"{PACK}":
                {{"commit": "{commit}", "files": {{"{WEIGHTS}": "{hash}"}}}}}}}}"#
        )
    };
    let bench = Bench::new();
    std::fs::create_dir_all(bench.root()).expect("the folder");
    let file = bench.root().join("pins.json");

    std::fs::write(&file, pins(COMMIT, &"0".repeat(64))).expect("the pins");
    assert_eq!(bench.install().expect_err("another hash is pinned").code(), "not_as_pinned");
    let folder = layout(bench.folder.path(), PACK, 1);
    let error = bench.packs.install_folder(&folder, None, &mut going_on).expect_err("also from a folder");
    assert_eq!(error.code(), "not_as_pinned");
    let error = bench.packs.install_folder(&folder, Some("other"), &mut going_on).expect_err("not named");
    assert_eq!(error.code(), "not_pinned");
    let error = bench.packs.look_up("smolvlm-500m", false, &mut going_on).expect_err("not named");
    assert_eq!(error.code(), "not_pinned");
    bench.assert_nothing_installed();

    for broken in ["{", r#"{"format": "other", "packs": {}}"#, &pins("main", &right), &pins(COMMIT, "xyz")] {
        std::fs::write(&file, broken).expect("the pins");
        assert_eq!(bench.install().expect_err("unusable pins").code(), "bad_pins", "{broken}");
        assert!(bench.packs.list().notice.is_some_and(|notice| notice.contains("pins")));
    }

    std::fs::write(&file, pins(COMMIT, &right)).expect("the pins");
    bench.install().expect("as pinned");
    assert!(bench.pack().pinned);
    std::fs::write(&file, pins(COMMIT, &"0".repeat(64))).expect("the pins");
    let check = bench.packs.verify(PACK, &mut going_on).expect("a check");
    assert!(check.damage.iter().any(|damage| damage.contains("pins")), "{check:?}");

    let named = Bench::with(|folder, options| Options { pins: Some(folder.join("none.json")), ..options });
    assert_eq!(named.install().expect_err("the named file is missing").code(), "bad_pins");
}

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

#[test]
fn two_at_once_do_not_mix() {
    let bench = Bench::new();
    let other = PackFolder::new(options(bench.folder.path(), &bench.hub));
    let mut second = None;
    install(&bench.packs, false, &mut |step| {
        if second.is_none() && step.done > 0 {
            second = Some(install(&other, false, &mut going_on));
        }
        Control::Continue
    })
    .expect("the first one goes on");
    let second = second.expect("the second was tried").expect_err("the second is refused");
    assert_eq!(second.code(), "busy");
}
