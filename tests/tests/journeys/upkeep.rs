//! Keeping a library by the command line: versions of a page, notes, kept searches, removing for good, watched folders,
//! backups and repair; regions that are read again, tables of other programs.

use serde_json::Value;

use super::program::{Sandbox, answer, fixture, sample, text, variant};

/// A library in which the pricing sample was merged; answers with its tool, as JSON.
fn merged(sandbox: &Sandbox) -> Value {
    let added = sandbox.run(&["add", text(&sample("sample-pricing.png"))]);
    assert_eq!(added.code, 0, "{}", added.messages);
    let set = sandbox.value(&["review"])[0]["id"].as_str().expect("an id").to_owned();
    sandbox.value(&["review", &set, "--accept", "all", "--merge"]);
    let tool = sandbox.value(&["tools"])[0]["id"].as_str().expect("an id").to_owned();
    sandbox.value(&["tools", &tool])
}

/// The claims of one property.
fn claims<'a>(tool: &'a Value, property: &str) -> Vec<&'a Value> {
    let claims = tool["claims"].as_array().expect("claims");
    claims.iter().filter(|claim| claim["property"] == property).collect()
}

/// Where a claim stands: x, y, width and height of its first line.
fn place(claim: &Value) -> [u32; 4] {
    let bounds = &claim["evidence"][0]["lines"][0]["bounds"];
    ["x", "y", "width", "height"].map(|side| bounds[side].as_u64().expect("a number") as u32)
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

#[test]
fn a_later_version_of_a_page_is_compared_statement_by_statement() {
    let sandbox = Sandbox::new();
    let tool = merged(&sandbox);
    // The later page is the same without one feature.
    let features = claims(&tool, "feature");
    let gone = features.first().expect("the page names features");
    let [x, y, width, height] = place(gone);
    let mut picture = image::open(sample("sample-pricing.png")).expect("the sample opens").to_rgb8();
    let paper = *picture.get_pixel(x.saturating_sub(3), y);
    for row in y.saturating_sub(2)..y + height + 2 {
        for column in x.saturating_sub(2)..x + width + 2 {
            picture.put_pixel(column, row, paper);
        }
    }
    let later = sandbox.path("later.png");
    picture.save(&later).expect("the page is written");
    sandbox.run(&["add", text(&later)]);

    let waiting = sandbox.value(&["pages"]);
    let capture = waiting["waiting"][0]["capture"]["id"].as_str().expect("it is recognised").to_owned();
    sandbox.value(&["pages", &capture, "--answer", "new-version"]);
    let sets = sandbox.value(&["review"]);
    let set = list(&sets).iter().find(|set| set["capture"]["id"] == capture.as_str()).expect("a change set");
    let (set, crops) = (set["id"].as_str().expect("an id"), sandbox.path("crops"));
    let difference = sandbox.value(&["pages", "--difference", set, "--crops", text(&crops)]);
    assert_eq!((&difference["version"], &difference["earlier_version"]), (&2.into(), &1.into()));
    let statements = list(&difference["statements"]);
    let of = |kind: &str| statements.iter().filter(|each| each["kind"] == kind).collect::<Vec<_>>();
    assert_eq!(of("gone").len(), 1, "{statements:#?}");
    assert_eq!(of("gone")[0]["before"]["value"], gone["value"]);
    assert_eq!(of("gone")[0]["after"], Value::Null);
    assert!(of("unchanged").len() > 3, "{statements:#?}");
    for side in ["before", "after"] {
        assert!(of("unchanged").iter().all(|each| each[side]["evidence"]["capture"].is_string()));
    }
    for (place, statement) in statements.iter().enumerate() {
        for side in ["before", "after"] {
            let file = crops.join(format!("{:03}-{side}.png", place + 1));
            assert_eq!(file.is_file(), statement[side]["evidence"].is_object(), "{}", file.display());
            if file.is_file() {
                image::open(&file).expect("a crop is a picture");
            }
        }
    }
}

#[test]
fn notes_kept_searches_and_reasons_stay_and_are_found() {
    let sandbox = Sandbox::new();
    let tool = merged(&sandbox);
    let name = tool["name"].as_str().expect("a name");
    let claim = claims(&tool, "price")[0]["id"].as_str().expect("an id").to_owned();
    for (kind, which) in [("tool", name), ("capture", "sample-pricing.png"), ("claim", &claim)] {
        assert_eq!(sandbox.value(&["note", kind, which]), Value::Null);
        assert_eq!(sandbox.value(&["note", kind, which, "--set", "Ask for a quote"]), "Ask for a quote");
        assert_eq!(sandbox.value(&["note", kind, which]), "Ask for a quote");
    }
    let shown = sandbox.value(&["tools", name]);
    assert_eq!(
        (&shown["note"], &shown["claim_notes"][&claim]),
        (&"Ask for a quote".into(), &"Ask for a quote".into())
    );
    assert!(list(&sandbox.value(&["search", "quote"])).len() >= 3);
    assert_eq!(sandbox.value(&["note", "tool", name, "--set", ""]), Value::Null);
    assert_eq!(sandbox.run(&["note", "claim", "nobody"]).code, 3);

    sandbox.value(&["searches", "--save", "Priced", "price<100000"]);
    assert_eq!(sandbox.value(&["searches"])[0]["query"], "price<100000");
    assert_eq!(sandbox.value(&["searches", "Priced"])["tools"][0]["name"], name);
    assert_eq!(sandbox.value(&["searches", "--remove", "Priced"]), Value::Array(Vec::new()));
    assert_eq!(sandbox.run(&["searches", "Priced"]).code, 1, "it is gone");

    sandbox.run(&["add", text(&sample("sample-launch.png"))]);
    let sets = sandbox.value(&["review"]);
    let set = list(&sets).iter().find(|set| set["state"] == "open").expect("one waits")["id"].clone();
    let set = set.as_str().expect("an id");
    let view = sandbox.value(&["review", set, "--reject", "all", "--reason", "An advert"]);
    let operations = list(&view["change_set"]["operations"]);
    assert!(operations.iter().all(|each| each["decision"] == "rejected" && each["reason"] == "An advert"));
}

#[test]
fn what_is_removed_for_good_is_gone_also_after_going_back() {
    let sandbox = Sandbox::new();
    let tool = merged(&sandbox);
    sandbox.value(&["backup"]);
    let removed = claims(&tool, "feature")[0];
    let words = removed["raw_text"].as_str().expect("words");
    let [x, y, width, height] = place(removed);
    let region = format!("{x},{y},{width},{height}");
    let planned = sandbox.run(&["redact", "sample-pricing.png", "--box", &region]);
    assert_eq!((planned.code, planned.json.len()), (1, 1), "{}", planned.messages);
    assert!(planned.messages.contains("Say --yes"), "{}", planned.messages);
    assert_eq!(
        claims(&sandbox.value(&["tools", tool["id"].as_str().expect("an id")]), "feature").len(),
        claims(&tool, "feature").len()
    );
    let done = sandbox.value(&["redact", "sample-pricing.png", "--box", &region, "--yes"]);
    assert_eq!(done, planned.json[0]);
    assert!(list(&done["older_copies"]).len() == 1, "{done}");
    let found = |query: &str| list(&sandbox.value(&["search", query])).len();
    assert_eq!(found(words), 0);

    let backups = sandbox.value(&["backup", "--list"]);
    let oldest = list(&backups).last().expect("a backup");
    assert_eq!(oldest["holds"]["tools"], 1);
    let number = oldest["backup"]["number"].to_string();
    let joined = sandbox.run(&["restore", &number]);
    assert_eq!(joined.code, 3, "{}", joined.messages);
    assert!(joined.messages.contains("would bring them back"), "{}", joined.messages);
    let went = sandbox.value(&["restore", &number, "--exactly"]);
    assert_eq!(went["removed_again"], 1, "{went}");
    assert_eq!(found(words), 0);
    assert_eq!(sandbox.value(&["verify"]), Value::Array(Vec::new()));
    let history = sandbox.value(&["history"]);
    let newest = history[0]["description"].as_str().expect("a sentence");
    assert!(newest.starts_with("Went back to backup"), "{newest}");
}

#[test]
fn a_damaged_library_is_made_whole() {
    let sandbox = Sandbox::new();
    let tool = merged(&sandbox);
    sandbox.value(&["backup"]);
    assert_eq!(sandbox.value(&["repair"])["way"]["type"], "not_needed");
    let database = sandbox.path("library").join("library.db");
    std::fs::write(&database, "this is no database").expect("the file is written");
    assert_eq!(sandbox.run(&["tools"]).code, 3);
    let repaired = sandbox.value(&["repair"]);
    assert_eq!(repaired["way"]["type"], "backup", "{repaired}");
    assert_eq!(sandbox.value(&["tools", tool["id"].as_str().expect("an id")])["claims"], tool["claims"]);
    assert_eq!(sandbox.value(&["verify"]), Value::Array(Vec::new()));
}

#[test]
fn a_watched_folder_is_taken_in_paused_and_left() {
    let sandbox = Sandbox::new();
    let shots = sandbox.path("shots");
    std::fs::create_dir(&shots).expect("a folder");
    let page = variant(&sandbox, 1);
    std::fs::rename(&page, shots.join("first.png")).expect("the page is moved");
    sandbox.value(&["watch", "add", text(&shots), "--present"]);
    let taken = sandbox.run(&["watch", "run", "--once"]);
    assert_eq!((taken.code, taken.json.len()), (0, 1), "{}", taken.messages);
    assert_eq!(taken.json[0]["result"]["type"], "added");
    assert_eq!(list(&sandbox.value(&["review"])).len(), 1, "it was read as well");
    assert_eq!(sandbox.value(&["watch", "pause", text(&shots)])[0]["paused"], true);
    std::fs::write(shots.join("notes.txt"), "no picture").expect("the file is written");
    assert_eq!(sandbox.run(&["watch", "run", "--once"]).json.len(), 0, "paused");
    assert_eq!(sandbox.value(&["watch", "resume", text(&shots)])[0]["paused"], false);
    let refused = sandbox.run(&["watch", "run", "--once"]);
    assert_eq!((refused.code, &refused.json[0]["result"]["type"]), (2, &"not_an_image".into()));
    assert_eq!(sandbox.value(&["watch", "list"])[0]["failures"][0]["file"], "notes.txt");
    assert_eq!(sandbox.value(&["watch", "remove", text(&shots)]), Value::Array(Vec::new()));
    assert_eq!(list(&sandbox.value(&["captures"])).len(), 1, "captures stay");
}

#[test]
fn small_print_is_right_when_its_region_is_read_again() {
    let sandbox = Sandbox::new();
    let added = sandbox.run(&["add", text(&fixture("small-print.png"))]);
    assert_eq!(added.code, 0, "{}", added.messages);
    let set = sandbox.value(&["review"])[0]["id"].as_str().expect("an id").to_owned();
    let capture = sandbox.value(&["captures"])[0]["id"].as_str().expect("an id").to_owned();
    let detail = sandbox.value(&["call", "get_capture", &format!(r#"{{"id":"{capture}"}}"#)]);
    let lines = list(&detail["reading"]["lines"]);
    let line = lines.iter().find(|line| line["text"].as_str().is_some_and(|text| text.contains("25 GB")));
    let line = line.expect("the small print is found");
    let first = line["text"].as_str().expect("a text");
    let stands = "Billed yearly; includes 25 GB of storage and 3 seats.";
    assert_ne!(first, stands, "read with the whole page, type of seven pixels is misread");

    let [x, y, width, height] =
        ["x", "y", "width", "height"].map(|side| line["bounds"][side].as_u64().expect("a number"));
    let region = format!("{},{},{},{}", x - 6, y - 4, width + 12, height + 8);
    let draw = ["review", &set, "--draw", &region, "--tool", "Fernlight", "--property", "pricing"];
    let newest =
        |view: &Value| list(&view["change_set"]["operations"]).last().expect("one")["proposal"].clone();
    let drawn = newest(&sandbox.value(&draw));
    assert_eq!((&drawn["raw_text"], &drawn["status"]), (&stands.into(), &"needs_review".into()));
    assert_eq!(drawn["reasons"], serde_json::json!(["drawn_by_hand", "read_again"]));
    let [left, top, wide, tall] = ["x", "y", "width", "height"]
        .map(|side| drawn["evidence"][0]["bounds"][side].as_u64().expect("a number"));
    assert!(left.abs_diff(x) <= 3 && top.abs_diff(y) <= 3, "{drawn}");
    assert!(wide.abs_diff(width) <= 6 && tall.abs_diff(height) <= 5, "{drawn}");

    let by_hand = newest(&sandbox.value(&[&draw[..], &["--first-reading"]].concat()));
    assert_eq!(by_hand["raw_text"], first);

    // A worker that dies over the region: the first reading stays, and that is said.
    let mut command = sandbox.command(&draw);
    let failed =
        answer(&command.env("SHORTLIST_FAULT", "crash:region:").output().expect("the program starts"));
    assert_eq!(failed.code, 2, "{}", failed.messages);
    assert!(failed.messages.contains("could not be read again"), "{}", failed.messages);
    assert_eq!(newest(&failed.json[0])["raw_text"], first);
    let outside =
        sandbox.run(&["review", &set, "--draw", "9000,0,50,50", "--tool", "x", "--property", "feature"]);
    assert_eq!(outside.code, 1, "{}", outside.messages);
    assert!(outside.messages.contains("outside"), "{}", outside.messages);
}

#[test]
fn tools_are_listed_by_conditions_and_a_table_is_entered() {
    let sandbox = Sandbox::new();
    let table = sandbox.write(
        "tools.csv",
        b"name;price;license\nQuillmark;$12 / month;MIT\nInkwell;$30 / month;=1+1\n;free;\n",
    );
    let planned = sandbox.run(&["import", text(&table), "--dry-run"]);
    assert_eq!(planned.code, 3, "there is no library yet: {}", planned.messages);
    let done = sandbox.run(&["import", text(&table)]);
    assert_eq!((done.code, &done.json[0]["claims"]), (2, &6.into()), "{}", done.messages);
    assert_eq!(done.json[0]["refused"]["4"][0], "The row names no tool.");
    let names = |query: &str| -> Vec<Value> {
        list(&sandbox.value(&["tools", "--where", query])).iter().map(|tool| tool["name"].clone()).collect()
    };
    assert_eq!(names("price<20 licence:permissive"), ["Quillmark"]);
    assert_eq!(names("is:verified").len(), 2);
    assert!(names("is:stale").is_empty());
}
