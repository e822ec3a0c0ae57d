//! Claims that cannot all be true are found, and those that can be are left alone.

use domain::contradiction::{ContradictionKind, contradictions};
use domain::{Claim, Evidence, MatchLevel, Money, Period, Speaker, Status, Value};

pub(crate) fn claim(id: &str, property: &str, value: Value, speaker: Speaker, capture: &str) -> Claim {
    let raw_text = value.display();
    Claim {
        id: id.to_owned(),
        tool: "tool".to_owned(),
        property: property.to_owned(),
        evidence: vec![Evidence {
            capture: capture.to_owned(),
            quote: raw_text.clone(),
            lines: Vec::new(),
            matched: MatchLevel::Exact,
        }],
        value,
        raw_text,
        speaker,
        status: Status::Verified,
        confidence: Some(0.9),
        valid_from: "2026-01-01T00:00:00Z".to_owned(),
        recorded_from: "2026-01-01T00:00:00Z".to_owned(),
        recorded_to: None,
        supersedes: None,
        locked: false,
        proposed_by: "rules 1".to_owned(),
    }
}

pub(crate) fn price(amount: f64, plan: Option<&str>, period: Period) -> Value {
    Value::Money(Money {
        amount: Some(amount),
        currency: Some("USD".to_owned()),
        period: Some(period),
        plan: plan.map(str::to_owned),
        per_seat: false,
        qualifier: None,
    })
}

fn kinds(claims: &[Claim]) -> Vec<(String, ContradictionKind)> {
    contradictions("tool", claims).into_iter().map(|found| (found.property, found.kind)).collect()
}

#[test]
fn one_page_two_captures_two_speakers() {
    let (month, pro) = (Period::Month, Some("Pro"));
    let of = |id, amount, speaker, capture| claim(id, "price", price(amount, pro, month), speaker, capture);
    let first = of("1", 20.0, Speaker::Site, "one");
    let cases = [
        (of("2", 24.0, Speaker::Site, "one"), ContradictionKind::WithinPage),
        (of("2", 24.0, Speaker::Site, "two"), ContradictionKind::OverTime),
        (of("2", 24.0, Speaker::Reviewer, "two"), ContradictionKind::BetweenSpeakers),
    ];
    for (second, expected) in cases {
        let found = contradictions("tool", &[first.clone(), second]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].kind, found[0].claims.len()), (expected, 2));
    }
}

#[test]
fn what_can_be_true_together_is_left_alone() {
    let site = Speaker::Site;
    let text = |text: &str| Value::text(text);
    let together = [
        claim("1", "price", price(20.0, Some("Pro"), Period::Month), site, "one"),
        claim("2", "price", price(200.0, Some("Pro"), Period::Year), site, "one"),
        claim("3", "price", price(40.0, Some("Team"), Period::Month), site, "one"),
        claim("4", "feature", text("Works offline"), site, "one"),
        claim("5", "feature", text("Single sign-on"), site, "one"),
        claim("6", "license", text("Apache 2.0"), site, "one"),
        claim("7", "license", text("Licensed under the Apache License, Version 2.0"), Speaker::Vendor, "two"),
        claim("8", "panel_ship", Value::Percent { percent: 75.0 }, site, "one"),
        claim("9", "tagline", text("Notes"), site, "one"),
        claim("10", "tagline", text("A place for notes"), Speaker::Vendor, "two"),
    ];
    assert_eq!(kinds(&together), []);
}

#[test]
fn licences_of_different_strength_stand_against_each_other_until_one_is_history() {
    let mut claims = [
        claim("1", "license", Value::text("MIT"), Speaker::Site, "one"),
        claim("2", "license", Value::text("GPL-3.0"), Speaker::Vendor, "two"),
    ];
    assert_eq!(kinds(&claims), [("license".to_owned(), ContradictionKind::BetweenSpeakers)]);
    claims[0].recorded_to = Some("2026-02-01T00:00:00Z".to_owned());
    assert_eq!(kinds(&claims), []);
}

#[test]
fn the_key_stays_with_the_claims_and_not_with_their_order() {
    let one = claim("1", "category", Value::text("Notes"), Speaker::Site, "one");
    let other = claim("2", "category", Value::text("Databases"), Speaker::Vendor, "two");
    let key = |claims: &[Claim]| contradictions("tool", claims)[0].key.clone();
    assert_eq!(key(&[one.clone(), other.clone()]), key(&[other, one]));
}
