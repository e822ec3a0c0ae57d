//! The app is killed in the middle of its work; nothing acknowledged may be lost and nothing done twice.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::program::{Sandbox, sample, text, variant};

#[test]
fn ten_captures_survive_a_kill_in_the_middle() {
    let sandbox = Sandbox::new();
    // Something accepted before the kill: it must be there afterwards.
    sandbox.run(&["add", text(&sample("sample-comparison.png"))]);
    let set = sandbox.value(&["review"])[0]["id"].as_str().expect("an id").to_owned();
    sandbox.value(&["review", &set, "--accept", "all", "--merge"]);
    let accepted = sandbox.value(&["tools"]);

    let pages: Vec<_> = (1..=10).map(|index| variant(&sandbox, index)).collect();
    let mut arguments = vec!["add", "--no-wait"];
    arguments.extend(pages.iter().map(|page| text(page)));
    let added = sandbox.run(&arguments);
    assert_eq!(added.json.len(), 10, "{}", added.messages);

    // The program says on stderr when a capture is ready; the kill comes after the third, with seven to go.
    let mut child = sandbox
        .command(&["resume"])
        .env("SHORTLIST_FAULT", "slow=200")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let reports = BufReader::new(child.stderr.take().expect("stderr is ours"));
    let ready = reports.lines().map_while(Result::ok).filter(|line| line.contains("ready")).take(3).count();
    child.kill().expect("the kill is delivered");
    child.wait().expect("the program ends");
    assert_eq!(ready, 3, "the kill comes in the middle");

    let resumed = sandbox.run(&["resume"]);
    assert_eq!(resumed.code, 0, "{}", resumed.messages);
    let sets = sandbox.value(&["review"]);
    let captures: Vec<String> = sets
        .as_array()
        .expect("change sets")
        .iter()
        .map(|set| set["capture"]["id"].as_str().expect("an id").to_owned())
        .collect();
    let distinct: BTreeSet<&String> = captures.iter().collect();
    assert_eq!(captures.len(), 11, "every capture has arrived");
    assert_eq!(distinct.len(), 11, "and none has arrived twice");
    assert_eq!(sandbox.value(&["tools"]), accepted, "nothing accepted is lost");
    assert_eq!(sandbox.value(&["verify"]).as_array().map(Vec::len), Some(0), "nothing is damaged");
}

#[test]
fn a_worker_that_dies_or_outgrows_its_memory_fails_one_capture_only() {
    for (fault, code) in [("crash", "worker_crashed"), ("memory", "worker_out_of_memory")] {
        let sandbox = Sandbox::new();
        let good = variant(&sandbox, 1);
        let bad = variant(&sandbox, 2);
        let marked = sandbox.path("faulty.png");
        std::fs::rename(&bad, &marked).expect("the file is renamed");
        let mut command = sandbox.command(&["add", text(&good), text(&marked), text(&variant(&sandbox, 3))]);
        command.env("SHORTLIST_FAULT", format!("{fault}:faulty"));
        let answer = super::program::answer(&command.output().expect("the program starts"));
        assert_eq!(answer.code, 2, "{fault}: {}", answer.messages);
        assert!(answer.messages.contains(code), "{fault}: {}", answer.messages);
        let sets = sandbox.value(&["review"]);
        assert_eq!(sets.as_array().map(Vec::len), Some(2), "{fault}: the other two captures arrive");
    }
}
