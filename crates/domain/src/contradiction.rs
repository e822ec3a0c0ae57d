//! Claims about one tool that cannot all be true.
//!
//! Invariant: only current claims are looked at; nothing is settled here. A question keeps its key as long as the same
//! claims stand against each other, so that a settled one is not asked again and a new one is.

use serde::{Deserialize, Serialize};

use crate::claim::{Claim, Value};
use crate::facets::licence_class;
use crate::merge::value_key;
use crate::property::{self, Cardinality};
use crate::text::fold;

/// How the sides of a contradiction came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ContradictionKind {
    /// One capture says both.
    WithinPage,
    /// The same speaker said one thing then and another later, and both are held as current.
    OverTime,
    /// Different speakers say different things.
    BetweenSpeakers,
}

/// Claims that stand against each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Contradiction {
    /// Stays the same as long as these claims stand against each other.
    pub key: String,
    pub tool: String,
    pub property: String,
    pub kind: ContradictionKind,
    /// Ids of the claims, in the order in which they were recorded; two or more.
    pub claims: Vec<String>,
}

/// What stands against each other among the claims of one tool, in the order of the properties.
pub fn contradictions(tool: &str, claims: &[Claim]) -> Vec<Contradiction> {
    let mut groups: Vec<(&str, String, Vec<&Claim>)> = Vec::new();
    for claim in claims.iter().filter(|claim| claim.recorded_to.is_none()) {
        let Some(slot) = slot(claim) else { continue };
        match groups.iter_mut().find(|(property, held, _)| *property == claim.property && *held == slot) {
            Some((_, _, members)) => members.push(claim),
            None => groups.push((&claim.property, slot, vec![claim])),
        }
    }
    let mut found: Vec<Contradiction> = groups
        .into_iter()
        .filter_map(|(property, _, members)| {
            let mut sides: Vec<String> = members.iter().map(|claim| side(claim)).collect();
            sides.sort_unstable();
            sides.dedup();
            if sides.len() < 2 {
                return None;
            }
            let claims: Vec<String> = members.iter().map(|claim| claim.id.clone()).collect();
            let mut sorted = claims.clone();
            sorted.sort_unstable();
            Some(Contradiction {
                key: sorted.join(" "),
                tool: tool.to_owned(),
                property: property.to_owned(),
                kind: kind(&members),
                claims,
            })
        })
        .collect();
    found.sort_by_key(|found| property::order(&found.property));
    found
}

/// Claims with the same slot can only be true together if they say the same.
fn slot(claim: &Claim) -> Option<String> {
    if claim.value == Value::NotStated {
        return None;
    }
    if let Value::Money(money) = &claim.value {
        let plan = money.plan.as_deref().map(fold).unwrap_or_default();
        let period = money.period.map_or("", crate::Period::label);
        let currency = money.currency.as_deref().unwrap_or_default();
        let free = money.amount == Some(0.0);
        // A free tier beside a paid plan is no contradiction unless both are said of one plan; other terms (annual
        // billing, another currency) are another price.
        let terms = money.qualifier.as_deref().map(fold).unwrap_or_default();
        return if plan.is_empty() {
            None
        } else if free {
            Some(format!("{plan}::::"))
        } else {
            Some(format!("{plan}:{period}:{currency}:{}:{terms}", money.per_seat))
        };
    }
    if claim.property == "license" {
        let Value::Text { text } = &claim.value else { return None };
        return licence_class(text).map(|_| String::new());
    }
    // What reviewers and sites rate is theirs: two of them may well differ.
    let is_opinion = matches!(claim.property.as_str(), "panel_ship" | "community_votes");
    let one =
        property::find(&claim.property).is_some_and(|property| property.cardinality == Cardinality::One);
    match (one, claim.property.as_str()) {
        (true, "name" | "tagline" | "description") => Some(speaker(claim)),
        (true, _) if is_opinion => Some(speaker(claim)),
        (true, _) => Some(String::new()),
        (false, _) => None,
    }
}

fn speaker(claim: &Claim) -> String {
    format!("{:?}", claim.speaker)
}

/// Two claims of one slot with the same side agree.
fn side(claim: &Claim) -> String {
    match &claim.value {
        Value::Text { text } if claim.property == "license" => {
            licence_class(text).map_or_else(String::new, |class| format!("{class:?}"))
        }
        Value::Money(money) => format!("{:?}", money.amount.map(f64::to_bits)),
        value => value_key(value),
    }
}

fn kind(claims: &[&Claim]) -> ContradictionKind {
    let captures = |claim: &Claim| -> Vec<String> {
        claim.evidence.iter().map(|evidence| evidence.capture.clone()).collect()
    };
    let differ = |left: &&Claim, right: &&Claim| side(left) != side(right);
    let mut kind = ContradictionKind::OverTime;
    for (place, left) in claims.iter().enumerate() {
        for right in claims[place + 1..].iter().filter(|right| differ(left, right)) {
            let held = captures(right);
            if captures(left).iter().any(|capture| held.contains(capture)) {
                return ContradictionKind::WithinPage;
            }
            if left.speaker != right.speaker {
                kind = ContradictionKind::BetweenSpeakers;
            }
        }
    }
    kind
}
