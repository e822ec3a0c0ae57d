//! Two proposers, one change set: what a second one agrees with, disputes and adds.
//!
//! Invariants: pure; agreement raises confidence and never a status, a dispute lowers the status and keeps both readings,
//! what only the second proposer says needs a person's look; what a person has decided is not touched. Said again, the
//! same changes nothing. Must not: drop a proposal of the first proposer.

use std::collections::HashSet;

use domain::join::{Joined, JoinedProposal};
use domain::property::{self, Cardinality, Section};
use domain::text::{fold, name_key};
use domain::{
    ChangeSet, ChangeSetState, Decision, Extraction, Instead, MatchLevel, Opinion, ProposedClaim,
    ProposedTool, Status, Value,
};

/// Two proposers read different things.
pub const PROPOSERS_DISAGREE: &str = "proposers_disagree";
/// Only the model proposes it.
pub const MODEL_ALONE: &str = "model_alone";

/// Agreement makes nothing certain.
const MOST_CONFIDENCE: f32 = 0.99;
/// Share of the smaller box that two places have in common when they are the same place.
const SAME_PLACE: f32 = 0.5;

/// A proposal that was there before.
struct Known<'a> {
    tool: usize,
    proposer: &'a str,
    claim: &'a ProposedClaim,
    /// Nobody has decided on it yet.
    undecided: bool,
}

/// What became of one proposal that was there before, or what is new.
enum Finding {
    Changed { known: usize, claim: ProposedClaim },
    Added { tool: Target, claim: ProposedClaim },
}

#[derive(Clone, PartialEq, Eq)]
enum Target {
    /// Index of a tool that was there before.
    Known(usize),
    New {
        name: String,
        index: usize,
    },
}

/// Joins a model's proposals to the change sets of their capture.
pub fn join(sets: &[ChangeSet], model: &Extraction) -> Joined {
    let mut names: Vec<String> = Vec::new();
    let mut known = Vec::new();
    let mut ids = Vec::new();
    for set in sets {
        let places: Vec<usize> = set.tools.iter().map(|tool| position(&mut names, &tool.name)).collect();
        for operation in &set.operations {
            let undecided = operation.decision == Decision::Pending;
            // What was withdrawn before anyone looked at it was never proposed.
            let gone = set.state == ChangeSetState::Rejected && undecided;
            let Some(tool) = places.get(operation.tool as usize).copied().filter(|_| !gone) else { continue };
            let undecided = undecided && set.state == ChangeSetState::Open;
            known.push(Known { tool, proposer: &set.proposed_by, claim: &operation.proposal, undecided });
            ids.push(operation.id.clone());
        }
    }
    let mut joined = Joined { proposed_by: model.proposed_by.clone(), ..Joined::default() };
    for finding in findings(&names, &known, model) {
        match finding {
            Finding::Changed { known, claim } => joined.changed.push((ids[known].clone(), claim)),
            Finding::Added { tool, claim } => {
                let name = match tool {
                    Target::Known(tool) => names[tool].clone(),
                    Target::New { name, .. } => name,
                };
                joined.added.push(JoinedProposal { tool: name, proposal: claim });
            }
        }
    }
    joined
}

/// Joins a model's proposals to those of the rules, where there is no library.
pub fn extractions(mut first: Extraction, model: &Extraction) -> Extraction {
    let names: Vec<String> =
        first.tools.iter().map(|tool| tool.name().unwrap_or_default().to_owned()).collect();
    let places: Vec<(usize, usize)> = (first.tools.iter().enumerate())
        .flat_map(|(tool, proposed)| (0..proposed.claims.len()).map(move |claim| (tool, claim)))
        .collect();
    let known: Vec<Known<'_>> = places
        .iter()
        .map(|&(tool, claim)| Known {
            tool,
            proposer: &first.proposed_by,
            claim: &first.tools[tool].claims[claim],
            undecided: true,
        })
        .collect();
    let found = findings(&names, &known, model);
    drop(known);
    let mut new: Vec<(usize, ProposedTool)> = Vec::new();
    for finding in found {
        match finding {
            Finding::Changed { known, claim } => {
                let (tool, place) = places[known];
                first.tools[tool].claims[place] = claim;
            }
            Finding::Added { tool: Target::Known(tool), claim } => first.tools[tool].claims.push(claim),
            Finding::Added { tool: Target::New { index, .. }, claim } => {
                match new.iter_mut().find(|(known, _)| *known == index) {
                    Some((_, tool)) => tool.claims.push(claim),
                    None => new.push((index, ProposedTool { claims: vec![claim] })),
                }
            }
        }
    }
    first.tools.extend(new.into_iter().map(|(_, tool)| tool));
    first.proposed_by = format!("{} and {}", first.proposed_by, model.proposed_by);
    first
}

/// The place of a tool's name among the names, which are made one by one; a name is the same in any case.
fn position(names: &mut Vec<String>, name: &str) -> usize {
    let key = name_key(name);
    names.iter().position(|known| name_key(known) == key).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

fn findings(names: &[String], known: &[Known<'_>], model: &Extraction) -> Vec<Finding> {
    let mut found = Vec::new();
    // Later findings on one known proposal build on the earlier ones.
    let mut changed: Vec<Option<ProposedClaim>> = vec![None; known.len()];
    let mut said = HashSet::new();
    for (index, tool) in model.tools.iter().enumerate() {
        let target = target(names, known, model, index);
        let target_name = match &target {
            Target::Known(tool) => names[*tool].as_str(),
            Target::New { name, .. } => name.as_str(),
        };
        for claim in &tool.claims {
            // A model that repeats itself has said it once, and of several kinds for the same words the first counts.
            let what = if is_statement(claim) { "statement" } else { claim.property.as_str() };
            if !said.insert((name_key(target_name), what.to_owned(), fold(&claim.raw_text))) {
                continue;
            }
            match relation(known, &target, claim) {
                Relation::Agrees(place) => {
                    let now = changed[place].as_ref().unwrap_or(known[place].claim);
                    if known[place].undecided
                        && let Some(claim) = agreed(now, known[place].proposer, claim, &model.proposed_by)
                    {
                        changed[place] = Some(claim);
                    }
                }
                Relation::Disputes { place, subject, add } => {
                    let other = &known[place];
                    let property = (other.claim.property != claim.property).then(|| claim.property.clone());
                    let instead = instead(claim, subject.then(|| target_name.to_owned()), property);
                    if other.undecided {
                        let now = changed[place].as_ref().unwrap_or(other.claim);
                        changed[place] = disputed(now, other.proposer, &model.proposed_by, instead)
                            .or(changed[place].take());
                    }
                    if add {
                        let back = subject.then(|| names[other.tool].clone());
                        let opinions = vec![
                            opinion(&model.proposed_by, None),
                            opinion(other.proposer, Some(self::instead(other.claim, back, None))),
                        ];
                        let claim = lowered(claim, PROPOSERS_DISAGREE, opinions);
                        found.push(Finding::Added { tool: target.clone(), claim });
                    }
                }
                Relation::New => {
                    let claim = lowered(claim, MODEL_ALONE, vec![opinion(&model.proposed_by, None)]);
                    found.push(Finding::Added { tool: target.clone(), claim });
                }
            }
        }
    }
    let changed = changed.into_iter().enumerate();
    found.extend(changed.filter_map(|(known, claim)| claim.map(|claim| Finding::Changed { known, claim })));
    found
}

/// Which of the known tools the model speaks of: by name, by being the only one, or by the places it points to.
fn target(names: &[String], known: &[Known<'_>], model: &Extraction, index: usize) -> Target {
    let tool = &model.tools[index];
    let name = tool.name().unwrap_or_default();
    let key = name_key(name);
    let new = || Target::New { name: name.to_owned(), index };
    if !key.is_empty() {
        if let Some(found) = names.iter().position(|name| name_key(name) == key) {
            return Target::Known(found);
        }
        let contains = |known: &String| {
            let known = name_key(known);
            known.len().min(key.len()) >= 3 && (known.contains(&key) || key.contains(&known))
        };
        // A longer name of one tool, and not of two.
        let mut longer = (0..names.len()).filter(|found| contains(&names[*found]));
        if let (Some(found), None) = (longer.next(), longer.next()) {
            return Target::Known(found);
        }
    }
    let shared = |found: usize| {
        let mine = known.iter().filter(|known| known.tool == found && known.claim.property != "name");
        mine.filter(|known| tool.claims.iter().any(|claim| same_place(claim, known.claim))).count()
    };
    let closest = (0..names.len()).map(|found| (shared(found), found)).max_by_key(|(count, _)| *count);
    // On a page of one tool, what has no name of its own is about that one.
    let alone = names.len() == 1 && (model.tools.len() == 1 || key.is_empty());
    match closest {
        Some((_, found)) if alone => Target::Known(found),
        Some((1.., found)) if key.is_empty() => Target::Known(found),
        _ => new(),
    }
}

/// How a proposal of the model stands to what is known.
enum Relation {
    Agrees(usize),
    Disputes {
        place: usize,
        /// The two differ in the tool.
        subject: bool,
        /// The model's own reading is a proposal of its own.
        add: bool,
    },
    New,
}

fn relation(known: &[Known<'_>], target: &Target, claim: &ProposedClaim) -> Relation {
    let same_tool = |other: &Known<'_>| *target == Target::Known(other.tool);
    let same_property = |other: &Known<'_>| other.claim.property == claim.property;
    let place = |wanted: &dyn Fn(&Known<'_>) -> bool| known.iter().position(wanted);
    if let Some(place) =
        place(&|other| same_tool(other) && same_property(other) && same_value(other.claim, claim))
    {
        return Relation::Agrees(place);
    }
    // What is not on the page disputes nothing.
    if claim.matched == MatchLevel::None {
        return Relation::New;
    }
    if let Some(place) = place(&|other| {
        !same_tool(other)
            && same_property(other)
            && claim.property != "name"
            && same_place(other.claim, claim)
            && same_value(other.claim, claim)
    }) {
        return Relation::Disputes { place, subject: true, add: true };
    }
    if let Some(place) = place(&|other| {
        same_tool(other)
            && is_statement(other.claim)
            && is_statement(claim)
            && same_place(other.claim, claim)
            && fold(&other.claim.raw_text) == fold(&claim.raw_text)
    }) {
        return Relation::Disputes { place, subject: false, add: false };
    }
    if let Some(place) =
        place(&|other| same_tool(other) && same_property(other) && excludes(other.claim, claim))
    {
        return Relation::Disputes { place, subject: false, add: true };
    }
    Relation::New
}

fn is_statement(claim: &ProposedClaim) -> bool {
    property::find(&claim.property).is_some_and(|found| found.section == Section::Claims)
}

/// Whether two values of one property of one tool cannot both be right.
fn excludes(one: &ProposedClaim, other: &ProposedClaim) -> bool {
    if let (Value::Money(left), Value::Money(right)) = (&one.value, &other.value) {
        let plan = |money: &domain::Money| money.plan.as_deref().map(name_key);
        let slot = plan(left).is_some() && plan(left) == plan(right) && left.period == right.period;
        return slot || same_place(one, other);
    }
    property::find(&one.property).is_some_and(|found| found.cardinality == Cardinality::One)
}

/// Whether two values say the same: equal when parsed, or one text within the other at the same place.
fn same_value(one: &ProposedClaim, other: &ProposedClaim) -> bool {
    match (&one.value, &other.value) {
        (Value::Money(left), Value::Money(right)) => {
            let agree =
                |left: Option<&str>, right: Option<&str>| left.is_none() || right.is_none() || left == right;
            let plans = (left.plan.as_deref().map(name_key), right.plan.as_deref().map(name_key));
            let same_plan = plans.0.is_none() || plans.1.is_none() || plans.0 == plans.1;
            let periods = left.period.is_none() || right.period.is_none() || left.period == right.period;
            let amounts = match (left.amount, right.amount) {
                (Some(left), Some(right)) => (left - right).abs() < 1e-9,
                (left, right) => left.is_none() && right.is_none(),
            };
            amounts
                && periods
                && agree(left.currency.as_deref(), right.currency.as_deref())
                && (same_place(one, other) || (same_plan && left.plan.is_some()))
        }
        (Value::Text { .. }, Value::Text { .. }) => {
            let (left, right) = (fold(&one.raw_text), fold(&other.raw_text));
            left == right || (same_place(one, other) && (within(&left, &right) || within(&right, &left)))
        }
        (left, right) => left == right,
    }
}

/// Whole words of a text, in their order.
fn within(text: &str, words: &str) -> bool {
    !words.is_empty() && format!(" {text} ").contains(&format!(" {words} "))
}

fn same_place(one: &ProposedClaim, other: &ProposedClaim) -> bool {
    one.evidence.iter().any(|left| {
        other.evidence.iter().any(|right| {
            let shared = left.bounds.intersection(&right.bounds).area() as f32;
            let smaller = left.bounds.area().min(right.bounds.area()) as f32;
            smaller > 0.0 && shared >= SAME_PLACE * smaller
        })
    })
}

fn opinion(proposer: &str, instead: Option<Instead>) -> Opinion {
    Opinion { proposer: proposer.to_owned(), instead }
}

fn instead(claim: &ProposedClaim, tool: Option<String>, property: Option<String>) -> Instead {
    Instead { tool, property, text: claim.raw_text.clone(), evidence: claim.evidence.clone() }
}

/// The known proposal with the model's agreement; `None` where it had that already.
fn agreed(
    known: &ProposedClaim,
    proposer: &str,
    claim: &ProposedClaim,
    model: &str,
) -> Option<ProposedClaim> {
    if known.proposers(proposer).contains(&model) {
        return None;
    }
    let mut agreed = known.clone();
    if agreed.opinions.is_empty() {
        agreed.opinions.push(opinion(proposer, None));
    }
    agreed.opinions.push(opinion(model, None));
    // Two independent witnesses are wrong only where both are.
    let both = 1.0 - (1.0 - known.confidence) * (1.0 - claim.confidence);
    agreed.confidence = both.min(MOST_CONFIDENCE).max(known.confidence);
    Some(agreed)
}

/// The known proposal with the model's other reading; `None` where it was noted already.
fn disputed(known: &ProposedClaim, proposer: &str, model: &str, instead: Instead) -> Option<ProposedClaim> {
    let noted = |other: &Opinion| other.proposer == model && other.instead.as_ref() == Some(&instead);
    if known.opinions.iter().any(noted) || known.proposers(proposer) == [model] {
        return None;
    }
    let mut disputed = known.clone();
    if disputed.opinions.is_empty() {
        disputed.opinions.push(opinion(proposer, None));
    }
    disputed.opinions.push(opinion(model, Some(instead)));
    if disputed.status == Status::Verified {
        disputed.status = Status::NeedsReview;
    }
    note(&mut disputed, PROPOSERS_DISAGREE);
    Some(disputed)
}

fn lowered(claim: &ProposedClaim, reason: &str, opinions: Vec<Opinion>) -> ProposedClaim {
    let mut claim = claim.clone();
    claim.opinions = opinions;
    if claim.status == Status::Verified {
        claim.status = Status::NeedsReview;
    }
    note(&mut claim, reason);
    claim
}

fn note(claim: &mut ProposedClaim, reason: &str) {
    if !claim.reasons.iter().any(|known| known == reason) {
        claim.reasons.push(reason.to_owned());
    }
}
