//! Two hundred made pairs of near names: every one is asked about, and strangers are not.

use std::collections::BTreeSet;

use domain::same_tool::{
    Kinship, LikenessGround, NamedTool, name_likeness, pair_of, suggestions, suggestions_for,
};

/// Pairs as pages write them, with what they would be to each other.
const WRITTEN: [(&str, &str, Kinship); 30] = [
    ("SmolVLM-3B", "SmolVLM2-2B", Kinship::Version),
    ("SmolVLM2-2B", "SmolVLM2 Turbo", Kinship::Version),
    ("Cursor Background Agents", "Cursor Background Agent", Kinship::Same),
    ("Cursor v0.50 – Background Agent & Codebase Refactoring", "Cursor Background Agent", Kinship::Same),
    ("Visual Studio Code", "VS Code", Kinship::Same),
    ("Visual Studio Code", "VSCode", Kinship::Same),
    ("Notion", "Notion AI", Kinship::Same),
    ("Linear", "Linear.app", Kinship::Same),
    ("The Browser Company", "Browser Company", Kinship::Same),
    ("Café Writer", "Cafe Writer", Kinship::Same),
    ("Research & Notes", "Research and Notes", Kinship::Same),
    ("GitHub Copilot", "Copilot", Kinship::Same),
    ("Copilot Workspace", "Copilot Workspaces", Kinship::Same),
    ("PaliGemma-3B", "PaliGemma 2", Kinship::Version),
    ("Phi-3.5-Vision", "Phi-3-Vision", Kinship::Version),
    ("Phi-3.5-Vision", "Phi-3.5-Vision-Instruct", Kinship::Edition),
    ("MiniCPM-V 2.6", "MiniCPM-V", Kinship::Version),
    ("Llama 3.1 8B", "Llama 3.1 70B", Kinship::Version),
    ("Quillmark Pro", "Quillmark", Kinship::Edition),
    ("Quillmark Enterprise", "Quillmark Community", Kinship::Edition),
    ("Open Source Insights", "OSI", Kinship::Same),
    ("TablePlus", "Table Plus", Kinship::Same),
    ("Obsidain", "Obsidian", Kinship::Same),
    ("Raycast", "Raycst", Kinship::Same),
    ("DataBricks", "Databricks", Kinship::Same),
    ("get Plausible", "Plausible", Kinship::Same),
    ("Figma for Teams", "Figma", Kinship::Edition),
    ("Postgres Pro 16", "Postgres Pro 15", Kinship::Version),
    ("墨水 Pro", "墨水", Kinship::Edition),
    ("Ink Well", "Well Ink", Kinship::Same),
];

const BASES: [&str; 17] = [
    "Quillmark",
    "Inkwell Notes",
    "Paperloom",
    "Gridsmith",
    "Harbor Pilot",
    "Lanternfish",
    "Mossy Query",
    "Northbeam Metrics",
    "Oakdesk",
    "Pinecone Vector",
    "Riverbed Logs",
    "Saltmarsh",
    "Tidepool Sync",
    "Umbra Vault",
    "Wicker Forms",
    "Yarrow Chat Client",
    "Zephyr Builds",
];

fn made() -> Vec<(String, String, Option<Kinship>)> {
    let mut pairs: Vec<(String, String, Option<Kinship>)> = WRITTEN
        .iter()
        .map(|(left, right, kinship)| ((*left).to_owned(), (*right).to_owned(), Some(*kinship)))
        .collect();
    for base in BASES {
        let mut swapped: Vec<char> = base.chars().collect();
        swapped.swap(1, 2);
        let near = [
            (format!("{base}s"), Kinship::Same),
            (format!("{base} 2"), Kinship::Version),
            (format!("{base} v1.5"), Kinship::Version),
            (format!("{base} Enterprise"), Kinship::Edition),
            (format!("{base} Lite"), Kinship::Edition),
            (format!("{base}.ai"), Kinship::Same),
            (base.to_uppercase().replace(' ', "-"), Kinship::Same),
            (swapped.into_iter().collect(), Kinship::Same),
            (accented(base), Kinship::Same),
            (format!("The {base} App"), Kinship::Same),
        ];
        pairs.extend(near.into_iter().map(|(name, kinship)| (base.to_owned(), name, Some(kinship))));
    }
    pairs
}

/// The first vowel with an accent.
fn accented(name: &str) -> String {
    let place = name.find(['a', 'e', 'i', 'o', 'u']).unwrap();
    format!("{}\u{301}{}", &name[..=place], &name[place + 1..])
}

fn tool(id: usize, name: &str) -> NamedTool {
    NamedTool { id: id.to_string(), names: vec![name.to_owned()], vendor: None }
}

#[test]
fn all_of_two_hundred_near_pairs_are_asked_about() {
    let pairs = made();
    assert_eq!(pairs.len(), 200);
    let nobody = BTreeSet::new();
    for (left, right, kinship) in &pairs {
        assert_ne!(left, right);
        let found = suggestions(&[tool(0, left), tool(1, right)], &nobody);
        assert_eq!(found.len(), 1, "{left} / {right}");
        let likeness = &found[0].likeness;
        if let Some(kinship) = kinship {
            assert_eq!(likeness.kinship, *kinship, "{left} / {right}: {likeness:?}");
        }
        assert!(!likeness.grounds.is_empty());
        assert_eq!(name_likeness(right, left).unwrap().kinship, likeness.kinship, "{left} / {right}");
        assert_eq!(suggestions_for(right, &[tool(0, left)], &nobody).len(), 1, "{left} / {right}");
    }
}

#[test]
fn strangers_are_not_asked_about() {
    let strangers = [
        "Quillmark",
        "Inkwell",
        "Paperloom",
        "Gridsmith",
        "Harbor Pilot",
        "Lanternfish",
        "Mossy Query",
        "Linear",
        "Notion",
        "Obsidian",
        "Raycast",
        "Figma",
        "Databricks",
        "Plausible",
        "Devin",
        "Moondream",
        "MobileVLM",
        "PaliGemma",
        "Google Vision",
        "AWS Rekognition",
        "Claude",
        "Copilot",
        "Postgres",
        "Redis",
        "Kafka",
        "Jira",
        "Trello",
        "Asana",
        "Miro",
        "Sketch",
        "Zed",
        "Helix",
        "Vim",
        "Emacs",
        "Docker",
        "Podman",
        "Bun",
        "Deno",
        "Node",
        "Vite",
    ];
    let tools: Vec<NamedTool> = strangers.iter().enumerate().map(|(id, name)| tool(id, name)).collect();
    let found = suggestions(&tools, &BTreeSet::new());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_was_called_different_is_not_asked_again_and_a_vendor_counts() {
    let mut tools = vec![tool(0, "SmolVLM-3B"), tool(1, "SmolVLM2-2B")];
    let alone = suggestions(&tools, &BTreeSet::new())[0].likeness.score;
    for tool in &mut tools {
        tool.vendor = Some("Hugging Face".to_owned());
    }
    let together = &suggestions(&tools, &BTreeSet::new())[0].likeness;
    assert!(together.score > alone && together.grounds.contains(&LikenessGround::SameVendor));
    let different = BTreeSet::from([pair_of("SmolVLM2-2B", "SmolVLM-3B")]);
    assert!(suggestions(&tools, &different).is_empty());
}

#[test]
fn an_alias_is_a_name_like_any_other() {
    let tools = [
        NamedTool {
            id: "a".to_owned(),
            names: vec!["Visual Studio Code".to_owned(), "Code OSS".to_owned()],
            vendor: None,
        },
        tool(1, "Code-OSS"),
    ];
    let found = suggestions(&tools, &BTreeSet::new());
    assert_eq!(found[0].names, ["Code OSS".to_owned(), "Code-OSS".to_owned()]);
    assert_eq!(found[0].likeness.grounds, [LikenessGround::SameWords]);
}
