//! Small pages of a few lines, one for each mistake that the rules once made on pages nobody had looked at.

use domain::{Extraction, Line, PageKind, PixelBox, Reading};

use crate::texts;

/// A line of a page: text, left, top and font size. Boxes are as wide as text of that size is on average.
fn line(text: &str, left: u32, top: u32, size: u32) -> Line {
    let width = (text.chars().count() as u32 * size) / 2;
    Line {
        text: text.to_owned(),
        bounds: PixelBox::new(left, top, width.max(1), size),
        confidence: 1.0,
        characters: vec![1.0; text.chars().count()],
        words: Vec::new(),
        font_height: size as f32,
        foreground: [20; 3],
        background: [255; 3],
        lettering: None,
    }
}

fn propose(lines: &[(&str, u32, u32, u32)]) -> Extraction {
    let lines = lines.iter().map(|(text, left, top, size)| line(text, *left, *top, *size)).collect();
    let reading = Reading { reader: "lines".to_owned(), width: 1280, height: 800, lines };
    engine::propose::propose(&reading)
}

/// Rows of a table or list from the top, 44 pixels apart.
fn row<'a>(cells: &[&'a str], number: u32) -> Vec<(&'a str, u32, u32, u32)> {
    cells.iter().zip([60, 420, 640, 860]).map(|(text, left)| (*text, left, 160 + 44 * number, 16)).collect()
}

const PROSE: (&str, u32, u32, u32) =
    ("Velmora keeps the minutes of every meeting and finds what was decided.", 100, 190, 16);

#[test]
fn a_greeting_is_no_part_of_the_name() {
    for greeting in ["Meet Velmora", "Introducing Velmora", "What is Velmora?"] {
        let extraction = propose(&[(greeting, 100, 100, 48), PROSE]);
        assert_eq!(extraction.tools[0].name(), Some("Velmora"), "{greeting}");
    }
}

#[test]
fn a_slogan_beside_the_name_is_not_taken_for_it() {
    let extraction = propose(&[
        ("Velmora", 100, 20, 20),
        ("Docs", 700, 20, 16),
        ("Blog", 800, 20, 16),
        ("Velmora — Your notes. Your rules", 100, 100, 44),
        PROSE,
    ]);
    let tool = &extraction.tools[0];
    assert_eq!(tool.name(), Some("Velmora"));
    assert_eq!(texts(tool, "tagline"), ["Your notes. Your rules"]);
}

#[test]
fn titles_of_sections_are_neither_name_nor_tagline() {
    for title in ["Frequently asked questions", "Choose your plan", "Welcome back", "From the blog"] {
        let extraction = propose(&[(title, 100, 100, 40), PROSE]);
        for tool in &extraction.tools {
            assert_ne!(tool.name(), Some(title));
            assert_eq!(texts(tool, "tagline"), [""; 0], "{title}");
        }
    }
}

#[test]
fn placeholder_latin_says_nothing() {
    let extraction = propose(&[
        ("Velmora", 100, 20, 20),
        ("Lorem ipsum dolor sit amet consectetur adipiscing elit.", 100, 120, 16),
        ("Curabitur arcu erat, accumsan id imperdiet et, porttitor at sem.", 100, 300, 16),
    ]);
    let claims: Vec<&str> = extraction
        .tools
        .iter()
        .flat_map(|tool| &tool.claims)
        .filter(|claim| claim.property != "name")
        .map(|claim| claim.raw_text.as_str())
        .collect();
    assert_eq!(claims, [""; 0]);
}

#[test]
fn the_page_tells_how_far_apart_lines_of_one_paragraph_stand() {
    // Two paragraphs of 24 pixels a line; the second pair of lines stands as far apart as paragraphs do.
    let extraction = propose(&[
        ("Velmora", 100, 20, 40),
        ("Velmora writes down what was said and sends the list of", 100, 100, 16),
        ("open points to everybody who was there.", 100, 124, 16),
        ("It joins calls on its own and leaves when the last of you", 100, 300, 16),
        ("has gone.", 100, 324, 16),
        ("Search every meeting by the words that were spoken in it", 100, 500, 16),
        ("Works with the calendar that your team uses already", 100, 533, 16),
    ]);
    let all: Vec<&str> = extraction.tools[0].claims.iter().map(|claim| claim.raw_text.as_str()).collect();
    assert!(all.contains(&"It joins calls on its own and leaves when the last of you has gone."), "{all:?}");
    assert!(
        all.iter().all(|text| !text.contains("spoken in it Works with")),
        "two paragraphs are two texts: {all:?}"
    );
}

#[test]
fn lines_under_a_tick_go_on_with_their_item() {
    let extraction = propose(&[
        ("Velmora", 100, 20, 40),
        ("Rules decide which notes reach", 120, 200, 16),
        ("which person of the team.", 100, 224, 16),
        ("Every change is kept for good", 120, 256, 16),
        ("and can be taken back later.", 100, 280, 16),
    ]);
    let all: Vec<&str> = extraction.tools[0].claims.iter().map(|claim| claim.raw_text.as_str()).collect();
    assert!(all.iter().all(|text| *text != "which person of the team."), "{all:?}");
}

#[test]
fn headlines_do_not_decide_what_running_text_is() {
    let extraction = propose(&[
        ("Velmora", 100, 20, 17),
        ("Notes that write themselves", 100, 100, 54),
        ("Velmora is a note taker for teams with many meetings.", 100, 190, 17),
        ("It joins every call and leaves with the last of you.", 100, 250, 17),
        ("Ready when you are", 100, 320, 34),
        ("Nobody has to take minutes any more.", 100, 400, 17),
    ]);
    let tool = &extraction.tools[0];
    assert_eq!(tool.name(), Some("Velmora"));
    assert!(
        tool.claims.iter().any(|claim| claim.raw_text.starts_with("Velmora is a note taker")),
        "text of the usual size is no picture"
    );
}

#[test]
fn the_title_over_all_plans_is_no_plan_and_a_plan_is_no_name() {
    let extraction = propose(&[
        ("Velmora", 100, 20, 20),
        ("Docs", 700, 20, 16),
        ("Blog", 800, 20, 16),
        ("Choose your plan", 100, 100, 34),
        ("$12 per month", 100, 170, 28),
        ("Personal", 100, 212, 20),
        ("$30 per month", 500, 170, 28),
        ("Studio", 500, 212, 20),
        ("Velmora keeps the minutes of every meeting and finds what was decided.", 100, 400, 16),
        ("It joins calls on its own and leaves when the last of you has gone.", 100, 460, 16),
    ]);
    let tool = &extraction.tools[0];
    assert_eq!(tool.name(), Some("Velmora"));
    assert_eq!(crate::prices(tool), ["Personal: $12 per month", "Studio: $30 per month"]);
}

#[test]
fn a_table_gives_each_value_to_the_tool_over_its_column() {
    let mut lines = vec![("Three note takers compared", 60, 40, 40)];
    for (number, cells) in [
        ["", "Velmora", "Quillstone", "Notary9"],
        ["Price", "$8 per month", "Free", "$15 per month"],
        ["Speaker labels", "✓", "✗", "✓"],
        ["Offline mode", "Yes", "Yes", "No"],
        ["Shared folders", "—", "✓", "✓"],
    ]
    .iter()
    .enumerate()
    {
        lines.extend(row(cells, number as u32).into_iter().filter(|(text, ..)| !text.is_empty()));
    }
    let extraction = propose(&lines);
    assert_eq!(extraction.page_kind, PageKind::Comparison);
    let names: Vec<_> = extraction.tools.iter().map(|tool| tool.name().unwrap_or_default()).collect();
    assert_eq!(names, ["Velmora", "Quillstone", "Notary9"]);
    let [first, second, third] = extraction.tools.as_slice() else { panic!("three tools") };
    assert_eq!(crate::prices(first), ["-: $8 per month"]);
    assert_eq!(crate::prices(second), ["-: Free"]);
    assert_eq!(crate::prices(third), ["-: $15 per month"]);
    let says = |tool: &domain::ProposedTool, label: &str| {
        tool.claims.iter().any(|claim| claim.raw_text.starts_with(label))
    };
    assert!(says(first, "Speaker labels") && says(first, "Offline mode") && !says(first, "Shared folders"));
    assert!(
        !says(second, "Speaker labels") && says(second, "Offline mode") && says(second, "Shared folders")
    );
    assert!(says(third, "Speaker labels") && !says(third, "Offline mode") && says(third, "Shared folders"));
}

#[test]
fn a_list_of_tools_gives_each_section_to_its_tool() {
    let extraction = propose(&[
        ("The 2 best note takers this year", 60, 40, 44),
        ("1. Velmora", 60, 130, 28),
        ("Velmora records every meeting and writes the minutes.", 60, 180, 16),
        ("Price: $8 per month", 60, 230, 16),
        ("2. Quillstone", 60, 330, 28),
        ("Quillstone listens on your own computer and uploads nothing.", 60, 380, 16),
        ("Price: Free", 60, 430, 16),
    ]);
    let [first, second] = extraction.tools.as_slice() else { panic!("two tools: {extraction:?}") };
    assert_eq!((first.name(), second.name()), (Some("Velmora"), Some("Quillstone")));
    assert_eq!(
        (crate::prices(first), crate::prices(second)),
        (vec!["-: $8 per month".to_owned()], vec!["-: Free".to_owned()])
    );
    assert!(first.claims.iter().any(|claim| claim.raw_text.starts_with("Velmora records")));
    assert!(second.claims.iter().any(|claim| claim.raw_text.starts_with("Quillstone listens")));
    assert!(second.claims.iter().all(|claim| !claim.raw_text.contains("Velmora")));
}

#[test]
fn a_tool_of_a_list_may_be_named_inside_the_sentence_under_its_heading() {
    let extraction = propose(&[
        ("The 2 best note takers this year", 60, 40, 44),
        ("Velmora", 60, 130, 28),
        ("Whoever sits in meetings all day will like Velmora at once.", 60, 180, 16),
        ("It records every meeting and writes the minutes.", 60, 210, 16),
        ("Quillstone", 60, 330, 28),
        ("Think of Quillstone as a pair of ears on your own computer.", 60, 380, 16),
        ("It keeps every recording on your own computer.", 60, 410, 16),
    ]);
    let [first, second] = extraction.tools.as_slice() else { panic!("two tools: {extraction:?}") };
    assert_eq!((first.name(), second.name()), (Some("Velmora"), Some("Quillstone")));
    assert!(first.claims.iter().any(|claim| claim.raw_text.starts_with("It records")));
    assert!(second.claims.iter().any(|claim| claim.raw_text.starts_with("It keeps")));
}

#[test]
fn counts_of_forks_are_no_claims() {
    let extraction = propose(&[
        ("north / velmora", 60, 20, 16),
        ("Pull requests 12", 60, 60, 14),
        ("Notes that write themselves in the terminal", 60, 110, 16),
        ("MIT license", 60, 150, 14),
        ("1.2k stars", 260, 150, 14),
        ("310 forks", 460, 150, 14),
        ("README", 60, 220, 14),
        ("Velmora is a note taker for the terminal.", 60, 270, 16),
    ]);
    let tool = &extraction.tools[0];
    assert_eq!(texts(tool, "tagline"), ["Notes that write themselves in the terminal"]);
    assert!(tool.claims.iter().all(|claim| !claim.raw_text.contains("forks")));
}

#[test]
fn two_items_that_were_read_as_one_text_wait_for_a_person() {
    for second in ["Whole notebooks can be cloned for the next project.", "velmora collects no telemetry."] {
        let extraction = propose(&[
            ("velmora", 60, 40, 44),
            ("Notes that write themselves", 60, 110, 20),
            ("Features", 60, 200, 28),
            ("velmora keeps drafts apart from finished notes", 60, 260, 16),
            (second, 60, 280, 16),
        ]);
        let claims = &extraction.tools[0].claims;
        let joined: Vec<_> =
            claims.iter().filter(|claim| claim.raw_text.contains(&format!("notes {second}"))).collect();
        assert!(joined.iter().all(|claim| claim.status == domain::Status::NeedsReview), "{joined:?}");
        assert!(claims.iter().any(|claim| claim.raw_text.contains("drafts apart")), "{second}");
    }
}

#[test]
fn a_line_without_a_label_goes_on_with_its_item() {
    let extraction = propose(&[
        ("Velmora", 60, 40, 44),
        ("Notes that write themselves", 60, 110, 20),
        ("Features", 60, 200, 28),
        ("Honest numbers: Drafts are counted by page", 60, 260, 16),
        ("Quick on its feet: Opening the largest notebook we have took", 60, 284, 16),
        ("3.8 seconds on our ageing test laptop.", 60, 308, 16),
        ("Free choice of tools: Notes open in any editor", 60, 332, 16),
        ("Own your words: Files stay on your own disk", 60, 356, 16),
    ]);
    let claims = &extraction.tools[0].claims;
    assert!(claims.iter().all(|claim| !claim.raw_text.starts_with("3.8 seconds")), "{claims:?}");
    assert!(
        claims.iter().any(|claim| claim.raw_text.contains("took 3.8 seconds on our ageing")),
        "{claims:?}"
    );
}

#[test]
fn a_title_on_a_page_without_a_name_over_it_is_no_sure_slogan() {
    let page = |top: &'static str| {
        propose(&[
            (top, 60, 20, 20),
            ("A month in the life of a notebook", 60, 140, 52),
            ("Velmora opens in a browser tab, since there is nothing to install.", 60, 230, 16),
            ("Velmora keeps drafts apart from finished notes.", 60, 290, 16),
            ("Velmora was made in Leipzig.", 60, 350, 16),
        ])
    };
    let sure = |extraction: &Extraction| {
        let tagline = extraction.tools[0].first("tagline");
        tagline.is_some_and(|claim| claim.status == domain::Status::Verified)
    };
    assert!(sure(&page("Velmora")));
    assert!(!sure(&page("and every page is yours.")));
}

#[test]
fn a_licence_and_a_count_that_were_read_as_one_text_are_no_claim() {
    let extraction = propose(&[
        ("north / velmora", 60, 20, 16),
        ("Pull requests 12", 60, 60, 14),
        ("Notes that write themselves in the terminal", 60, 110, 16),
        ("MIT license 310 forks", 60, 150, 14),
        ("README", 60, 220, 14),
        ("Velmora is a note taker for the terminal.", 60, 270, 16),
    ]);
    assert!(extraction.tools[0].claims.iter().all(|claim| !claim.raw_text.contains("forks")));
}

#[test]
fn the_headline_of_a_page_of_cells_is_not_its_running_text() {
    // Three running lines only: a large title, a lead and a note.
    let extraction = propose(&[
        ("Comparing 2 podcast hosts", 52, 6, 44),
        ("Big ideas need room to breathe.", 52, 82, 19),
        ("Kibable", 468, 131, 16),
        ("Driftport", 708, 131, 16),
        ("Price", 64, 174, 16),
        ("£9 /mo", 468, 174, 16),
        ("$45 / month", 708, 174, 16),
        ("Open formats", 64, 217, 16),
        ("✓", 468, 217, 16),
        ("—", 708, 217, 16),
        ("Publish by voice", 64, 260, 16),
        ("✓", 468, 260, 16),
        ("✓", 708, 260, 16),
        ("Room to think", 64, 303, 16),
        ("—", 468, 303, 16),
        ("✓", 708, 303, 16),
        ("All data from public pages.", 52, 346, 13),
    ]);
    let [first, second] = extraction.tools.as_slice() else { panic!("two tools: {extraction:?}") };
    assert_eq!((first.name(), second.name()), (Some("Kibable"), Some("Driftport")));
    assert_eq!(crate::prices(first), ["-: £9 per month"]);
    assert_eq!(crate::prices(second), ["-: $45 per month"]);
}

#[test]
fn a_free_plan_over_a_paid_one_has_its_price() {
    let extraction = propose(&[
        ("Velmora", 60, 20, 24),
        ("Pricing", 60, 80, 36),
        ("Individual", 92, 199, 16),
        ("Free", 600, 199, 16),
        ("Team", 92, 280, 16),
        ("$48 /month", 600, 280, 16),
        ("Company", 92, 360, 16),
        ("$96 /month", 600, 360, 16),
    ]);
    let mut found = crate::prices(&extraction.tools[0]);
    found.sort();
    assert_eq!(found, ["Company: $96 per month", "Individual: Free", "Team: $48 per month"]);
}

#[test]
fn what_little_speaks_for_waits_for_a_person() {
    // No brand, no headline: the name is a guess from one sentence.
    let extraction = propose(&[
        ("Velmora suggests who should be asked next.", 100, 400, 16),
        ("Every answer is kept for good.", 100, 470, 16),
    ]);
    let claims: Vec<_> = extraction.tools.iter().flat_map(|tool| &tool.claims).collect();
    let weak = |claim: &&&domain::ProposedClaim| {
        claim.reasons.iter().any(|reason| reason == engine::propose::WEAK_EVIDENCE)
    };
    assert!(claims.iter().filter(weak).count() > 0, "{claims:?}");
    for claim in claims {
        let review = claim.status == domain::Status::NeedsReview;
        assert_eq!(review, !claim.reasons.is_empty(), "{claim:?}");
        assert!((0.0..=1.0).contains(&claim.confidence));
    }
}

#[test]
fn a_label_over_its_value_is_read_as_both() {
    let card = |name, share, price, left| {
        [
            (name, left, 190, 24),
            ("Ship rate", left, 240, 14),
            (share, left, 261, 17),
            ("Price", left + 200, 240, 14),
            (price, left + 200, 261, 17),
        ]
    };
    let mut lines = vec![("Velmora vs Quillstone", 60, 40, 40)];
    lines.extend(card("Velmora", "75%", "$8 /user/month", 60));
    lines.extend(card("Quillstone", "100%", "Free", 680));
    let extraction = propose(&lines);
    let facts: Vec<_> =
        extraction.tools.iter().map(|tool| (texts(tool, "panel_ship"), crate::prices(tool))).collect();
    let fact = |share: &str, price: &str| (vec![share.to_owned()], vec![price.to_owned()]);
    assert_eq!(facts, [fact("75%", "-: $8 per seat per month"), fact("100%", "-: Free")]);
}

/// All texts that are proposed for the first tool.
fn said(extraction: &Extraction) -> Vec<&str> {
    extraction.tools[0].claims.iter().map(|claim| claim.raw_text.as_str()).collect()
}

#[test]
fn items_of_a_list_whose_bullets_were_not_read_are_texts_of_their_own() {
    let extraction = propose(&[
        ("Velmora", 100, 20, 40),
        PROSE,
        ("Features", 100, 250, 26),
        ("Works with Slack and Jira out of the box", 140, 300, 16),
        ("Minutes are searchable by every word", 140, 326, 16),
        ("Keeps all recordings on your own server", 140, 352, 16),
    ]);
    let all = said(&extraction);
    assert!(all.contains(&"Works with Slack and Jira out of the box"), "{all:?}");
    assert!(all.contains(&"Minutes are searchable by every word"), "{all:?}");
}

#[test]
fn titles_with_a_colon_open_items() {
    let extraction = propose(&[
        ("Velmora", 100, 20, 40),
        PROSE,
        ("Features", 100, 250, 26),
        ("Minutes: written while you talk and sent to everybody who was there", 100, 300, 16),
        ("Search: finds what was decided in any meeting of the last ten years", 100, 326, 16),
    ]);
    let all = said(&extraction);
    assert!(
        all.iter().any(|text| text.starts_with("Search: ") && text.ends_with("ten years")),
        "the second title opens a text of its own: {all:?}"
    );
}

#[test]
fn labels_in_a_row_are_no_part_of_the_line_over_them() {
    let extraction = propose(&[
        ("acme / velmora", 100, 20, 16),
        ("README", 100, 80, 16),
        ("Velmora", 100, 120, 36),
        ("Velmora keeps the minutes of every meeting.", 100, 190, 16),
        ("About", 900, 80, 16),
        ("Minutes that write themselves", 900, 112, 14),
        ("notes", 904, 140, 11),
        ("minutes", 950, 140, 11),
    ]);
    assert_eq!(texts(&extraction.tools[0], "tagline"), ["Minutes that write themselves"]);
}

#[test]
fn the_title_bar_of_a_window_claims_nothing() {
    let extraction = propose(&[
        ("Velmora - Check for updates every week", 40, 10, 16),
        ("Settings", 40, 60, 24),
        ("Velmora keeps the minutes of every meeting.", 40, 120, 16),
    ]);
    assert!(said(&extraction).iter().all(|text| !text.contains("Check for updates")), "{extraction:?}");
}

#[test]
fn a_line_about_the_price_under_the_name_is_no_slogan() {
    let extraction = propose(&[
        ("Velmora", 100, 100, 44),
        ("Save 20% when you pay for a year.", 100, 190, 16),
        ("Minutes that write themselves", 100, 230, 20),
    ]);
    assert_eq!(texts(&extraction.tools[0], "tagline"), ["Minutes that write themselves"]);
}

#[test]
fn what_a_page_does_with_a_tool_is_no_part_of_its_name() {
    let extraction = propose(&[("Velmora tested", 100, 20, 44), ("Reviews", 100, 90, 16), PROSE]);
    assert_eq!(extraction.tools[0].name(), Some("Velmora"));
}

#[test]
fn a_sentence_that_the_edge_cut_is_no_claim() {
    let extraction = propose(&[
        ("Velmora", 100, 20, 40),
        PROSE,
        ("Features", 100, 250, 26),
        ("Exports minutes as PDF, Word or", 140, 300, 16),
    ]);
    assert!(said(&extraction).iter().all(|text| !text.ends_with("Word or")), "{extraction:?}");
}

#[test]
fn votes_beside_the_name_are_no_slogan() {
    let card = |name, slogan, votes, left| {
        [
            (name, left, 190, 24),
            (slogan, left, 226, 16),
            ("Panel ship", left, 258, 14),
            ("75%", left, 279, 17),
            ("Community", left + 160, 258, 14),
            (votes, left + 160, 279, 17),
        ]
    };
    let mut lines = vec![("Velmora vs Quillstone", 60, 40, 40)];
    lines.extend(card("Velmora", "Minutes, written", "128 votes", 60));
    lines.extend(card("Quillstone", "Notes for careful people", "94 votes", 680));
    let extraction = propose(&lines);
    for tool in &extraction.tools {
        assert!(texts(tool, "tagline").iter().all(|text| !text.contains("votes")), "{tool:?}");
    }
}
