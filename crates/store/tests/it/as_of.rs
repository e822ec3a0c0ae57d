//! The library as it was, whatever happened since.

use std::collections::BTreeMap;

use domain::Claim;

use crate::support::{Fixture, claim, named, price};

/// A time that lies between the step before and the step after it, on the library's clock of milliseconds.
fn now() -> String {
    let clock = || format!("{:.3}", jiff::Timestamp::now());
    let turned = |from: &str| {
        while clock().as_str() <= from {
            std::hint::spin_loop();
        }
    };
    turned(&clock());
    let now = clock();
    turned(&now);
    now
}

fn texts(claims: &[Claim]) -> Vec<(String, usize)> {
    claims.iter().map(|claim| (claim.value.display(), claim.evidence.len())).collect()
}

#[test]
fn every_state_can_be_looked_at_again() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    let start = now();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes"), price("Pro", 20.0)])]);
    let tool = fixture.only_tool().id;
    let mut states = vec![(now(), library.tool(&tool).unwrap().claims)];
    fixture.merged(2, vec![named("Quillmark", vec![claim("tagline", "Papers"), price("Pro", 24.0)])]);
    states.push((now(), library.tool(&tool).unwrap().claims));
    fixture.merged(3, vec![named("Quillmarks", vec![claim("tagline", "Papers"), claim("feature", "Fast")])]);
    let other = library.tool_named("Quillmarks").unwrap().unwrap();
    states.push((now(), library.tool(&tool).unwrap().claims));
    let parts = now();
    library.merge_tools(&tool, &other, &BTreeMap::new()).unwrap();
    states.push((now(), library.tool(&tool).unwrap().claims));
    library.rename_tool(&tool, "Inkwell").unwrap();
    for _ in 0..4 {
        library.undo().unwrap().unwrap();
    }
    states.push((now(), library.tool(&tool).unwrap().claims));
    library.undo().unwrap().unwrap();
    assert!(library.tools().unwrap().is_empty());

    for (at, claims) in &states {
        let past = library.tool_as_of(&tool, at).unwrap();
        assert_eq!(past.name, "Quillmark");
        assert_eq!(texts(&past.claims), texts(claims), "at {at}");
        assert_eq!(&past.claims, claims);
    }
    assert!(library.tools_as_of(&start).unwrap().is_empty());
    let names: Vec<(String, u32)> =
        library.tools_as_of(&parts).unwrap().into_iter().map(|tool| (tool.name, tool.claims)).collect();
    assert_eq!(names, [("Quillmark".to_owned(), 3), ("Quillmarks".to_owned(), 3)]);
    assert_eq!(library.tool_as_of(&tool, &start).unwrap_err().code(), "unknown");
    assert_eq!(library.tool_as_of(&tool, "yesterday").unwrap_err().code(), "not_a_time");
}
