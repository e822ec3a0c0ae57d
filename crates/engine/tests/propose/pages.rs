//! What the rules propose for our own fixture pages.

use domain::{PageKind, Speaker, Value};

use crate::{prices, propose, reading, texts};

#[test]
fn a_launch_page_gives_one_tool_with_claims_of_the_right_kinds() {
    let extraction = propose("sample-launch");
    assert_eq!(extraction.page_kind, PageKind::Launch);
    let [tool] = extraction.tools.as_slice() else { panic!("one tool, not {}", extraction.tools.len()) };
    assert_eq!(tool.name(), Some("Larkspool"));
    assert_eq!(texts(tool, "tagline"), ["Replay any failing build on your own machine"]);
    assert_eq!(texts(tool, "license"), ["The recorder is released under the Apache 2.0 license."]);
    assert_eq!(
        texts(tool, "compatibility"),
        ["Supports GitHub Actions, GitLab CI, Buildkite and plain shell scripts on Linux and macOS."]
    );
    assert_eq!(texts(tool, "limitation"), ["Windows runners are not supported yet."]);
    assert_eq!(texts(tool, "adoption"), ["1,900 teams replay their builds with Larkspool"]);
    assert_eq!(
        texts(tool, "privacy_security"),
        ["Tokens and passwords are masked before a recording leaves the runner."]
    );
    assert!(texts(tool, "performance").contains(&"3% overhead while recording a typical build".to_owned()));
    assert!(texts(tool, "feature").contains(
        &"Larkspool replays a recorded run with the same clock, seeds and network answers.".to_owned()
    ));
    let reviews: Vec<_> = tool.all("review").collect();
    assert_eq!(reviews.len(), 2);
    assert!(reviews.iter().all(|review| review.speaker == Speaker::User));
    assert_eq!(
        reviews[0].raw_text,
        "“We stopped rerunning the pipeline and hoping. Larkspool showed us the race on the first replay.”"
    );
    let all: Vec<&str> = tool.claims.iter().map(|claim| claim.raw_text.as_str()).collect();
    for not_a_claim in
        ["Sample page", "Read the docs", "Changelog", "What people say", "Ines Okafor", "© 2026"]
    {
        assert!(all.iter().all(|text| !text.contains(not_a_claim)), "{not_a_claim:?} is no claim");
    }
}

#[test]
fn evidence_lines_follow_the_visual_lines() {
    let extraction = propose("sample-launch");
    let license = extraction.tools[0].first("license").expect("a licence claim");
    let lines: Vec<&str> = license.evidence.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(lines, ["The recorder is released under the", "Apache 2.0 license."]);
    assert!(license.evidence[0].bounds.bottom() <= license.evidence[1].bounds.y + 4);
}

#[test]
fn a_part_of_a_line_has_only_its_words_as_evidence() {
    let extraction = propose("sample-launch");
    let limitation = extraction.tools[0].first("limitation").expect("a limitation");
    let pricing = extraction.tools[0].first("pricing").expect("a pricing claim");
    let (first, second) = (limitation.evidence[0].bounds, pricing.evidence[0].bounds);
    assert!(first.right() <= second.x, "{first:?} stands left of {second:?} on one line");
}

#[test]
fn plans_have_amount_currency_period_and_name() {
    let extraction = propose("sample-pricing");
    assert_eq!(extraction.page_kind, PageKind::Pricing);
    let tool = &extraction.tools[0];
    assert_eq!(tool.name(), Some("Mossbench"));
    assert_eq!(
        prices(tool),
        ["Solo: Free", "Team: $18 per seat per month (billed yearly)", "Company: Contact sales"]
    );
    let features = texts(tool, "feature");
    for feature in ["Unlimited repositories", "Quarantine flaky tests on their own", "Slack and Teams alerts"]
    {
        assert!(features.contains(&feature.to_owned()), "{feature} in {features:?}");
    }
    assert!(texts(tool, "privacy_security").contains(&"SAML single sign-on".to_owned()));
}

#[test]
fn struck_prices_commas_and_price_words_are_understood() {
    let extraction = propose("pricing-four");
    let tool = &extraction.tools[0];
    assert_eq!(tool.name(), Some("Kettlewise"));
    let mut prices = prices(tool);
    prices.sort();
    assert_eq!(
        prices,
        [
            "Agency: €29.50 per seat per month (billed annually)",
            "Group: Contact sales",
            "Hobby: Free",
            "Studio: €12 per seat per month"
        ]
    );
    assert!(texts(tool, "feature").contains(&"Assignment rules".to_owned()));
}

fn assert_sample_comparison(page: &str) {
    assert_comparison(page, propose(page));
}

fn assert_comparison(page: &str, extraction: domain::Extraction) {
    assert_eq!(extraction.page_kind, PageKind::Comparison, "{page}");
    let [left, right] = extraction.tools.as_slice() else {
        panic!("{page}: two tools, not {}", extraction.tools.len())
    };
    assert_eq!((left.name(), right.name()), (Some("Larkspool"), Some("Mossbench")), "{page}");
    assert_eq!(texts(left, "category"), ["Debugging Tools"], "{page}");
    assert_eq!(texts(right, "category"), ["Testing Tools"], "{page}");
    assert_eq!(texts(left, "tagline"), ["Replay any failing build on your own machine"], "{page}");
    assert_eq!(texts(right, "tagline"), ["Finds flaky tests before they cost you a release"], "{page}");
    let panel = |tool: &domain::ProposedTool| tool.first("panel_ship").map(|claim| claim.value.clone());
    assert_eq!(panel(left), Some(Value::Percent { percent: 75.0 }), "{page}");
    assert_eq!(panel(right), Some(Value::Percent { percent: 100.0 }), "{page}");
    for tool in [left, right] {
        assert_eq!(
            tool.first("community_votes").map(|claim| &claim.value),
            Some(&Value::NotStated),
            "{page}"
        );
        assert_eq!(tool.all("review").count(), 4, "{page}");
        assert!(tool.all("review").all(|review| review.speaker == Speaker::Reviewer), "{page}");
        assert_eq!(tool.all("description").count(), 1, "{page}");
        assert!(tool.all("feature").all(|claim| claim.speaker == Speaker::Site), "{page}");
    }
    assert_eq!(prices(left), ["-: $12 per month"], "{page}");
    assert_eq!(prices(right), ["-: Free"], "{page}");
    assert!(texts(left, "review")[0].starts_with("“The recording hook"), "{page}");
    assert!(texts(left, "review")[3].starts_with("“At $12 per seat"), "{page}");
    assert!(texts(right, "review")[0].starts_with("“It reads the reports"), "{page}");
    assert!(texts(right, "review")[3].ends_with("quarantine feature.”"), "{page}");
    assert_eq!(texts(left, "license"), ["The recorder is released under the Apache 2.0 license."], "{page}");
}

#[test]
fn two_columns_give_each_tool_its_own_values() {
    assert_sample_comparison("sample-comparison");
}

#[test]
fn cards_under_each_other_give_each_tool_its_own_values() {
    assert_sample_comparison("sample-comparison-560");
}

#[test]
fn a_comparison_table_is_read_by_column_and_quotes_by_their_label() {
    let extraction = propose("comparison-table");
    let [left, right] = extraction.tools.as_slice() else {
        panic!("two tools, not {}", extraction.tools.len())
    };
    assert_eq!((left.name(), right.name()), (Some("Sandgrouse"), Some("Plainfold")));
    assert_eq!(texts(left, "panel_ship"), ["50%"]);
    assert_eq!(texts(right, "panel_ship"), ["100%"]);
    assert_eq!(texts(left, "community_votes"), ["—"]);
    assert_eq!(texts(right, "community_votes"), ["41 votes"]);
    assert_eq!(prices(left), ["-: $8 per month"]);
    assert_eq!(prices(right), ["-: Free"]);
    assert_eq!(texts(left, "category"), ["Form Builders"]);
    assert_eq!(texts(right, "category"), ["Spreadsheet Tools"]);
    assert_eq!(texts(left, "review").len(), 2);
    assert!(texts(right, "review")[1].starts_with("“It breaks at"));
}

#[test]
fn centred_cards_are_read_by_column() {
    let extraction = propose("comparison-centred");
    let [left, right] = extraction.tools.as_slice() else {
        panic!("two tools, not {}", extraction.tools.len())
    };
    assert_eq!((left.name(), right.name()), (Some("Tidegate"), Some("Orchard Lint")));
    assert_eq!(texts(left, "tagline"), ["Feature flags that fail closed"]);
    assert_eq!(prices(left), ["-: Contact sales (Paid)"]);
    assert_eq!(prices(right), ["-: Free"]);
    assert_eq!(texts(right, "license"), ["The rules are MIT-licensed."]);
    assert_eq!(texts(left, "performance"), ["Flags are read in under 2 ms."]);
    assert!(texts(left, "review")[1].starts_with("“There is no free tier"));
    assert!(texts(right, "review")[1].starts_with("“Linters are a crowded shelf"));
}

#[test]
fn a_repository_page_gives_features_and_no_commands() {
    for page in ["readme", "readme-520"] {
        let extraction = propose(page);
        assert_eq!(extraction.page_kind, PageKind::Repository, "{page}");
        let tool = &extraction.tools[0];
        assert_eq!(tool.name(), Some("brooklet"), "{page}");
        assert_eq!(
            texts(tool, "tagline"),
            ["A small stream processor for log files in a single binary"],
            "{page}"
        );
        assert_eq!(texts(tool, "performance"), ["Handles 400,000 lines per second on one core."], "{page}");
        assert_eq!(texts(tool, "compatibility"), ["Runs on Linux, macOS and Windows."], "{page}");
        assert!(
            texts(tool, "license")
                .contains(&"brooklet is distributed under the terms of the MPL-2.0 license.".to_owned()),
            "{page}"
        );
        assert!(
            texts(tool, "limitation").contains(&"brooklet does not join streams yet.".to_owned()),
            "{page}"
        );
        let all: Vec<&str> = tool.claims.iter().map(|claim| claim.raw_text.as_str()).collect();
        for not_a_claim in
            ["cargo install", "brooklet run", "Pull requests", "Install brooklet with", "streaming"]
        {
            assert!(
                all.iter().all(|text| !text.contains(not_a_claim)),
                "{page}: {not_a_claim:?} is no claim"
            );
        }
    }
}

#[test]
fn testimonials_without_quotation_marks_are_what_users_say() {
    let extraction = propose("landing-dark");
    let tool = &extraction.tools[0];
    assert_eq!(tool.name(), Some("Parlance"));
    assert_eq!(texts(tool, "tagline"), ["Meetings that write their own minutes"]);
    assert_eq!(texts(tool, "review").len(), 3);
    assert!(texts(tool, "adoption").contains(&"Trusted by 4,200 teams in 31 countries".to_owned()));
    assert_eq!(texts(tool, "benchmark"), ["96% word accuracy on the Harbour test set"]);
    let all: Vec<&str> = tool.claims.iter().map(|claim| claim.raw_text.as_str()).collect();
    for not_a_claim in ["Quarrystone", "Mara Quist", "Careers", "Log in", "Start for free"] {
        assert!(all.iter().all(|text| !text.contains(not_a_claim)), "{not_a_claim:?} is no claim");
    }
}

#[test]
fn facts_in_rows_and_quotes_beside_a_lens_column_find_their_tool() {
    let extraction = propose("comparison-rows");
    let [left, right] = extraction.tools.as_slice() else {
        panic!("two tools, not {}", extraction.tools.len())
    };
    assert_eq!((left.name(), right.name()), (Some("Quillstack"), Some("Hearthbase")));
    assert_eq!(
        (texts(left, "panel_ship"), texts(right, "panel_ship")),
        (vec!["25%".to_owned()], vec!["75%".to_owned()])
    );
    assert_eq!(texts(left, "category"), ["Note Keeping"]);
    assert_eq!(prices(left), ["-: Contact sales (Paid)"]);
    assert_eq!(prices(right), ["-: Free"]);
    assert_eq!((texts(left, "review").len(), texts(right, "review").len()), (3, 3));
    assert!(
        texts(left, "review")[0].ends_with("without an interface for plugins.”"),
        "the verdict is no part of the quote"
    );
    assert!(texts(right, "review")[1].starts_with("“Twenty thousand rows"));
}

#[test]
fn facts_in_one_line_are_told_apart() {
    let extraction = propose("comparison-inline");
    let [first, second] = extraction.tools.as_slice() else {
        panic!("two tools, not {}", extraction.tools.len())
    };
    assert_eq!((first.name(), second.name()), (Some("Ferrymark"), Some("Lintel Cloud")));
    assert_eq!(
        first.first("panel_ship").map(|claim| claim.value.clone()),
        Some(Value::Percent { percent: 75.0 })
    );
    assert_eq!(texts(first, "community_votes"), ["12 votes"]);
    assert_eq!(second.first("community_votes").map(|claim| claim.value.clone()), Some(Value::NotStated));
    assert_eq!(prices(second), ["-: $5 per month"]);
    assert_eq!(texts(first, "review").len(), 2);
    assert!(texts(second, "review")[1].starts_with("“Sleeping services"));
}

#[test]
fn rough_font_sizes_and_broken_lines_do_not_change_the_answer() {
    let mut reading = reading("sample-comparison");
    for (index, line) in reading.lines.iter_mut().enumerate() {
        // A reader's estimate is off by up to a tenth, differently for each line.
        line.font_height *= 0.92 + 0.02 * ((index * 7) % 9) as f32;
    }
    let mut broken = Vec::new();
    for line in reading.lines.drain(..) {
        let half = line.words.len() / 2;
        if half < 3 {
            broken.push(line);
            continue;
        }
        for words in [&line.words[..half], &line.words[half..]] {
            let bounds =
                domain::PixelBox::hull(words.iter().map(|word| &word.bounds)).expect("words have boxes");
            let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            broken.push(domain::Line { text, bounds, words: words.to_vec(), ..line.clone() });
        }
    }
    reading.lines = broken;
    assert_comparison("rough sample-comparison", engine::propose::propose(&reading));
}

#[test]
fn a_window_is_named_by_its_title_and_not_by_its_menu() {
    let extraction = propose("app-window");
    assert_eq!(extraction.tools[0].name(), Some("Saltmarsh"));
    let claims: Vec<String> =
        extraction.tools.iter().flat_map(|tool| &tool.claims).map(|claim| claim.raw_text.clone()).collect();
    assert!(
        claims.contains(&"Saltmarsh keeps one copy for every day of the last month.".to_owned()),
        "{claims:?}"
    );
    for not_a_claim in ["Schedules", "Yesterday", "Workstation"] {
        assert!(claims.iter().all(|text| !text.contains(not_a_claim)), "{not_a_claim:?} is no claim");
    }
}
