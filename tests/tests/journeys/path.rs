//! The main path: read, add, review, merge, undo, search, compare, verify.

use serde_json::Value;

use super::program::{Answer, Sandbox, answer, built, sample, text};
use std::process::Command;

fn names(value: &Value, key: &str) -> Vec<String> {
    let list = value.as_array().expect("a list");
    list.iter().filter_map(|item| item[key].as_str().map(str::to_owned)).collect()
}

fn read(arguments: &[&str]) -> Answer {
    answer(
        &Command::new(built("shortlist")).arg("read").args(arguments).output().expect("the program starts"),
    )
}

#[test]
fn read_prints_lines_and_tools_with_their_places() {
    let picture = sample("sample-comparison.png");
    let answer = read(&["--json", text(&picture)]);
    assert_eq!(answer.code, 0, "{}", answer.messages);
    let page = &answer.json[0];
    let tools = names(&page["tools"], "name");
    assert_eq!(tools.len(), 2, "a comparison page shows two tools, not {tools:?}");
    let (width, height) =
        (page["size"][0].as_u64().expect("a width"), page["size"][1].as_u64().expect("a height"));
    let lines = page["lines"].as_array().expect("lines");
    assert!(lines.len() > 20, "the page has more than twenty lines of text");
    for line in lines {
        let corner = |index: usize| line["box"][index].as_u64().expect("whole pixels");
        assert!(
            corner(0) + corner(2) <= width && corner(1) + corner(3) <= height,
            "{line} lies inside the picture"
        );
    }
    for tool in page["tools"].as_array().expect("tools") {
        for claim in tool["claims"].as_array().expect("claims") {
            assert!(!claim["evidence"].as_array().expect("evidence").is_empty(), "{claim} names its place");
        }
    }
}

#[test]
fn read_writes_one_file_for_each_picture_and_never_over_an_input() {
    let sandbox = Sandbox::new();
    let out = sandbox.path("out");
    let answer =
        read(&["--out", text(&out), text(&sample("sample-launch.png")), text(&sample("sample-pricing.png"))]);
    assert_eq!(answer.code, 0, "{}", answer.messages);
    assert!(out.join("sample-launch.json").is_file() && out.join("sample-pricing.json").is_file());

    let disguised = sandbox.path("page.json");
    std::fs::copy(sample("sample-launch.png"), &disguised).expect("a copy");
    let before = std::fs::read(&disguised).expect("the input");
    let answer = read(&["--out", text(disguised.parent().expect("a folder")), text(&disguised)]);
    assert_ne!(answer.code, 0, "writing over an input is refused");
    assert_eq!(std::fs::read(&disguised).expect("the input"), before, "the input is unchanged");
}

#[test]
fn a_screenshot_becomes_reviewed_claims_that_can_be_compared_and_undone() {
    let sandbox = Sandbox::new();
    let added = sandbox.run(&["add", "--samples"]);
    assert_eq!(added.code, 0, "{}", added.messages);
    assert_eq!(added.json.len(), 3, "each sample has an outcome");

    let sets = sandbox.value(&["review"]);
    assert_eq!(names(&sets, "state"), ["open", "open", "open"], "nothing is merged without a person");
    assert_eq!(
        sandbox.value(&["tools"]),
        Value::Array(Vec::new()),
        "the library holds nothing before the review"
    );

    let comparison = sets
        .as_array()
        .expect("change sets")
        .iter()
        .find(|set| set["capture"]["name"] == "sample-comparison.png");
    let set =
        comparison.expect("the comparison page has a change set")["id"].as_str().expect("an id").to_owned();
    let view = sandbox.value(&["review", &set]);
    let operations = view["change_set"]["operations"].as_array().expect("operations");
    let find = |property: &str| {
        operations
            .iter()
            .find(|operation| operation["proposal"]["property"] == property)
            .expect("it was proposed")
    };
    let tagline = find("tagline")["id"].as_str().expect("an id").to_owned();
    let rejected = find("review")["id"].as_str().expect("an id").to_owned();
    let edit = format!("{tagline}=Edited by hand");
    sandbox.value(&["review", &set, "--accept", "all"]);
    sandbox.value(&["review", &set, "--reject", &rejected]);
    let merged = sandbox.value(&["review", &set, "--edit", &edit, "--merge"]);
    assert_eq!(merged["tools"].as_array().map(Vec::len), Some(2), "{merged}");

    let tools = sandbox.value(&["tools"]);
    let tool_names = names(&tools, "name");
    assert_eq!(tool_names.len(), 2, "{tools}");
    assert!(tools.to_string().contains("Edited by hand"), "the edited value is the library's");

    let compared = sandbox.value(&["compare", &tool_names[0], &tool_names[1]]);
    assert_eq!(compared["reviewed"], true);
    let row = |property: &str| {
        let rows = compared["rows"].as_array().expect("rows");
        rows.iter()
            .find(|row| row["property"] == property)
            .unwrap_or_else(|| panic!("a row {property}"))
            .clone()
    };
    for property in ["category", "tagline", "entry_price", "panel_ship", "community_votes", "description"] {
        assert_eq!(
            row(property)["cells"].as_array().map(Vec::len),
            Some(2),
            "{property} has a cell for each tool"
        );
    }

    let hits = sandbox.value(&["search", "Edited by hand"]);
    assert!(!hits.as_array().expect("hits").is_empty(), "the edited claim is found");

    let undone = sandbox.value(&["undo"]);
    assert!(undone["description"].as_str().is_some_and(|text| text.contains("erge")), "{undone}");
    assert_eq!(sandbox.value(&["tools"]), Value::Array(Vec::new()), "the undo takes everything back");
    sandbox.value(&["redo"]);
    assert_eq!(sandbox.value(&["tools"]), tools, "the redo brings the same tools back");

    assert_eq!(sandbox.value(&["verify"]), Value::Array(Vec::new()), "nothing is damaged");
    let backup = sandbox.value(&["backup"]);
    assert!(std::path::Path::new(backup["path"].as_str().expect("a path")).is_file());
}

#[test]
fn exports_hold_what_the_comparison_shows() {
    let sandbox = Sandbox::new();
    sandbox.run(&["add", "--samples"]);
    for set in names(&sandbox.value(&["review"]), "id") {
        sandbox.value(&["review", &set, "--accept", "all", "--merge"]);
    }
    let tools = names(&sandbox.value(&["tools"]), "name");
    assert!(tools.len() >= 2, "{tools:?}");
    let output =
        sandbox.command(&["export", "--format", "markdown", &tools[0], &tools[1]]).output().expect("it runs");
    let markdown = String::from_utf8(output.stdout).expect("text");
    assert!(markdown.contains(&tools[0]) && markdown.contains(&tools[1]), "{markdown}");
    assert_eq!(sandbox.run(&["export", "--format", "nonsense", &tools[0], &tools[1]]).code, 1);
}

#[test]
fn wrong_use_has_its_exit_code_and_changes_nothing() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&["compare", "only-one"]).code, 1);
    assert_eq!(sandbox.run(&["no-such-command"]).code, 1);
    sandbox.run(&["add", "--samples", "--no-wait"]);
    let unknown = sandbox.run(&["tools", "Nobody Knows This"]);
    assert_eq!(unknown.code, 1);
    assert!(unknown.messages.contains("Nothing was changed"), "{}", unknown.messages);
}
