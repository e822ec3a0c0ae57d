//! Downloads: whole, resumed, refused, bound by records and pins.

use domain::PackError;
use domain::pack::{Agreed, PackOrigin, PackState, Packs};
use domain::reader::Control;
use models::packs::{Options, PackFolder};

use super::{Bench, going_on, install, layout, options};
use crate::fake_hub::{COMMIT, Fault, HubFault, PACK, REPOSITORY, WEIGHTS, pack_files, sha256};

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
