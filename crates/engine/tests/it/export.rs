//! Exports carry everything and let nothing from a page act.

use domain::compare::{Cell, CellValue, ComparedTool, Comparison, Row};
use domain::property::Section;
use domain::{Evidence, EvidenceLine, MatchLevel, PixelBox, Speaker, Status, Value};
use engine::export::FORMATS;
use proptest::prelude::*;

fn write(format: &str, comparison: &Comparison) -> String {
    let format = FORMATS.iter().find(|known| known.id == format).expect("a known format");
    (format.write)(comparison)
}

fn value(text: &str) -> CellValue {
    CellValue {
        claim: Some("claim-1".to_owned()),
        text: text.to_owned(),
        value: Value::text(text),
        speaker: Speaker::Site,
        status: Status::Verified,
        evidence: vec![Evidence {
            capture: "capture-1".to_owned(),
            quote: text.to_owned(),
            lines: vec![EvidenceLine { text: text.to_owned(), bounds: PixelBox::new(10, 20, 300, 18) }],
            matched: MatchLevel::Exact,
        }],
        valid_from: "2026-11-21T00:00:00Z".to_owned(),
    }
}

fn comparison(text: &str) -> Comparison {
    let tool = |name: &str| ComparedTool { id: name.to_lowercase(), name: name.to_owned() };
    Comparison {
        title: "Acme vs Borealis".to_owned(),
        tools: vec![tool("Acme"), tool("Borealis")],
        rows: vec![Row {
            property: "tagline".to_owned(),
            label: "Tagline".to_owned(),
            section: Section::Identity,
            cells: vec![Cell { values: vec![value(text)] }, Cell::default()],
            differs: true,
        }],
        reviewed: true,
    }
}

#[test]
fn markdown_is_a_table_with_its_sources() {
    insta::assert_snapshot!(write("markdown", &comparison("Ship *faster* | now")), @r"
    # Acme vs Borealis

    |  | Acme | Borealis |
    | --- | --- | --- |
    | Tagline | Ship \*faster\* \| now (1) | not given |

    ## Sources

    1. Acme, Tagline: “Ship \*faster\* \| now” (site, verified, 2026-11-21T00:00:00Z; capture capture-1, pixels 300 × 18 at 10, 20)
    ");
}

#[test]
fn markdown_says_when_nobody_has_reviewed() {
    let unreviewed = Comparison { reviewed: false, ..comparison("Fast") };
    assert!(write("markdown", &unreviewed).contains("not reviewed by a person"));
}

#[test]
fn csv_neutralises_formulas() {
    for payload in ["=1+2", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1"] {
        let csv = write("csv", &comparison(payload));
        let line = csv.lines().nth(1).expect("one value");
        let cell = line.split("\",\"").nth(3).expect("the value's cell");
        assert!(cell.starts_with('\''), "{payload:?} became {cell:?}");
    }
    assert!(write("csv", &comparison("Says \"hello\"")).contains("\"Says \"\"hello\"\"\""));
}

proptest! {
    #[test]
    fn json_gives_the_same_comparison_back(text in "\\PC{0,60}") {
        let before = comparison(&text);
        let json: serde_json::Value = serde_json::from_str(&write("json", &before)).expect("valid JSON");
        let after: Comparison = serde_json::from_value(json["comparison"].clone()).expect("a comparison");
        prop_assert_eq!(after, before);
    }

    #[test]
    fn no_page_text_breaks_out_of_its_markdown_cell(text in "[a-z |\\\\`*_<>\\[\\]()!#&\n-]{0,40}") {
        let markdown = write("markdown", &comparison(&text));
        prop_assert_eq!(markdown.lines().count(), write("markdown", &comparison("plain")).lines().count());
        let unescaped = |mark: char| {
            let mut escaped = false;
            markdown.chars().filter(|character| {
                let counts = *character == mark && !escaped;
                escaped = *character == '\\' && !escaped;
                counts
            }).count()
        };
        prop_assert_eq!(unescaped('|'), 12, "cells: {}", markdown);
        for mark in ['<', '[', '`', '*', '&'] {
            prop_assert_eq!(unescaped(mark), 0, "{}: {}", mark, markdown);
        }
    }
}

#[test]
fn json_says_what_a_value_is_in_typed_form_and_reads_back() {
    let comparison = comparison("Apache License 2.0, up to 30 minutes");
    let written: serde_json::Value = serde_json::from_str(&write("json", &comparison)).unwrap();
    let typed = &written["comparison"]["rows"][0]["cells"][0]["values"][0]["typed"];
    let types: Vec<&str> =
        typed.as_array().unwrap().iter().filter_map(|value| value["type"].as_str()).collect();
    assert_eq!(types, ["quantity", "license"], "{typed}");
    assert_eq!(typed[1]["expression"], "Apache-2.0");
    let back: Comparison = serde_json::from_value(written["comparison"].clone()).unwrap();
    assert_eq!(back, comparison);
}
