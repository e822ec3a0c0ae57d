//! Whatever lines come in: no panic, the same answer twice, and nothing that does not stand on the page.

use domain::{Line, PixelBox, Reading, Word};
use engine::propose::propose;
use proptest::prelude::*;

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

fn assert_grounded(reading: &Reading) {
    let extraction = propose(reading);
    assert_eq!(extraction, propose(reading), "the same reading gives the same proposals");
    for claim in extraction.tools.iter().flat_map(|tool| &tool.claims) {
        assert!(domain::property::find(&claim.property).is_some(), "{} is a property", claim.property);
        assert!((0.0..=1.0).contains(&claim.confidence), "confidence {} of {claim:?}", claim.confidence);
        assert!(!claim.evidence.is_empty(), "no evidence for {claim:?}");
        let quoted: String = claim.evidence.iter().map(|line| squeezed(&line.text)).collect();
        assert_eq!(squeezed(&claim.raw_text), quoted, "evidence of {claim:?}");
        for evidence in &claim.evidence {
            for word in evidence.text.split_whitespace() {
                assert!(
                    reading.lines.iter().any(|line| line.text.contains(word)),
                    "{word:?} of {claim:?} stands on no line"
                );
            }
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Larkspool",
        "vs",
        "Mossbench",
        "Panel ship",
        "75%",
        "—",
        "Free",
        "Entry",
        "Community",
        "$12/mo",
        "$",
        "29",
        "/ month",
        "“It works”",
        "is a tool that runs on Linux.",
        "Pricing",
        "About",
        "Features",
        "©",
        "2026",
        "pip install x",
        "README",
        "owner / repo Public",
        "• item",
        "billed yearly",
        "\"",
        "MIT license",
        "1.2k stars",
        "Reviewer scorecard",
        "Pro",
        "Docs",
    ])
    .prop_map(str::to_owned);
    let any = "\\PC{0,24}";
    prop::collection::vec(prop_oneof![3 => known, 1 => any.prop_map(|text: String| text)], 1..6)
        .prop_map(|parts| parts.join(" "))
}

prop_compose! {
    fn line()(
        text in text(),
        (x, y) in (0_u32..1400, 0_u32..1400),
        (width, height) in (0_u32..900, 0_u32..80),
        font_height in prop_oneof![8 => 6.0_f32..70.0, 1 => Just(f32::NAN), 1 => Just(0.0), 1 => Just(f32::INFINITY)],
        confidence in prop_oneof![6 => 0.0_f32..1.0, 1 => Just(f32::NAN)],
        foreground in any::<[u8; 3]>(),
        background in any::<[u8; 3]>(),
        with_words in any::<bool>(),
    ) -> Line {
        let count = text.split_whitespace().count().max(1) as u32;
        let words = text.split_whitespace().enumerate().map(|(index, word)| Word {
            text: word.to_owned(),
            bounds: PixelBox::new(x + index as u32 * (width / count), y, width / count, height),
            confidence: 1.0,
        }).collect();
        Line {
            bounds: PixelBox::new(x, y, width, height),
            confidence,
            characters: vec![1.0; text.chars().count()],
            words: if with_words { words } else { Vec::new() },
            font_height,
            foreground,
            background,
            lettering: None,
            text,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_lines_are_read_soundly(lines in prop::collection::vec(line(), 0..40)) {
        assert_grounded(&Reading { reader: "any".to_owned(), width: 1400, height: 1500, lines });
    }
}

#[test]
fn fixture_pages_are_read_soundly() {
    for page in PAGES {
        assert_grounded(&crate::reading(page));
    }
}

const PAGES: &[&str] = &[
    "sample-launch",
    "sample-pricing",
    "sample-comparison",
    "sample-comparison-560",
    "readme",
    "readme-520",
    "landing-dark",
    "pricing-four",
    "comparison-table",
    "comparison-centred",
    "comparison-rows",
    "comparison-inline",
    "app-window",
];

#[test]
fn boxes_at_the_end_of_the_number_range_do_no_harm() {
    let mut reading = crate::reading("sample-pricing");
    for line in &mut reading.lines {
        line.bounds = PixelBox::new(u32::MAX - 5, u32::MAX - 5, 40, 20);
        line.words.clear();
    }
    assert_grounded(&reading);
}

#[test]
fn an_empty_page_proposes_nothing() {
    let extraction = propose(&Reading { reader: "any".to_owned(), width: 0, height: 0, lines: Vec::new() });
    assert!(extraction.tools.is_empty());
}
