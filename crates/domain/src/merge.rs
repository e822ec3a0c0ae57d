//! What accepted operations do to the claims of a tool.
//!
//! Invariant: a claim is never rewritten. A changed value is a new claim that supersedes the old one; an equal value
//! only adds evidence; a claim locked by hand yields to nothing but another hand. Ids and times are handed in.

use std::collections::{HashMap, HashSet};

use crate::change_set::{Operation, OperationKind};
use crate::claim::{Claim, Evidence, Money, Period, Status, Value};
use crate::edit::EditError;
use crate::page::{Rewording, likeness_of, rewording};
use crate::property::{self, Cardinality};
use crate::text::{fold, name_key};

/// What an operation would do to the current claims of its tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The value is held already: only evidence is added.
    Corroborate { claim: String },
    /// An earlier version of the page says the same in other words, or the tool goes by that name too: only evidence
    /// is added.
    Reword { claim: String },
    /// The property of this tool is locked; machines may not change it.
    Locked,
    /// A value corrected by hand stands there; machines may not change it.
    Blocked { claim: String },
    /// A new claim; `replaces` become history, `disputes` came from the same merge and stay beside it.
    Add { replaces: Vec<String>, disputes: Vec<String> },
}

/// What a merge is told from outside.
#[derive(Debug, Clone)]
pub struct MergeContext<'a> {
    /// Id of the capture that the change set came from.
    pub capture: &'a str,
    pub width: u32,
    pub height: u32,
    /// When the page was captured.
    pub valid_from: &'a str,
    /// When the merge happens.
    pub now: &'a str,
    pub proposed_by: &'a str,
}

/// The current claims of one tool while a merge works on them.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    tool: String,
    claims: Vec<Claim>,
    fresh: HashSet<String>,
    locked: HashSet<String>,
    /// Keys of the names that the tool is known by.
    names: HashSet<String>,
    /// What an earlier version of the page said in the place of an operation, by the operation's id.
    earlier: HashMap<String, (String, Rewording)>,
}

impl Ledger {
    /// `claims` are the tool's current claims; claims that are history are left out by the caller.
    pub fn new(tool: impl Into<String>, claims: Vec<Claim>) -> Self {
        Self { tool: tool.into(), claims, ..Self::default() }
    }

    /// Properties of this tool that machines may not change.
    #[must_use]
    pub fn with_locked(mut self, properties: impl IntoIterator<Item = String>) -> Self {
        self.locked = properties.into_iter().collect();
        self
    }

    /// Keys of all names of the tool: a page that uses one of them only names it differently.
    #[must_use]
    pub fn with_names(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.names = keys.into_iter().collect();
        self
    }

    /// Pairs the operations with what earlier versions of their page said in their place. `captures` are those versions,
    /// `operations` everything that the page proposes about this tool, decided or not.
    #[must_use]
    pub fn with_earlier_page(mut self, captures: &HashSet<String>, operations: &[&Operation]) -> Self {
        let is_earlier = |claim: &&Claim| {
            claim.recorded_to.is_none()
                && claim.property != "name"
                && matches!(claim.value, Value::Text { .. })
                && claim.evidence.iter().any(|evidence| captures.contains(&evidence.capture))
        };
        let says = |claim: &Claim, operation: &Operation| {
            claim.property == operation.proposal.property && claim.speaker == operation.proposal.speaker
        };
        let same = |claim: &Claim, operation: &Operation| {
            says(claim, operation) && value_key(&claim.value) == value_key(&operation.proposal.value)
        };
        let mut pairs = Vec::new();
        for claim in self.claims.iter().filter(is_earlier) {
            if operations.iter().any(|operation| same(claim, operation)) {
                continue;
            }
            for operation in operations {
                let Value::Text { text } = &operation.proposal.value else { continue };
                let new = says(claim, operation) && !self.claims.iter().any(|held| same(held, operation));
                let before = claim.value.display();
                let difference = rewording(&before, text);
                if new && difference != Rewording::Unrelated {
                    let alike = likeness_of(&fold(&before), &fold(text));
                    pairs.push((alike, claim.id.clone(), operation.id.clone(), difference));
                }
            }
        }
        // The most alike first; each claim and each operation has one counterpart.
        pairs.sort_by(|left, right| right.0.total_cmp(&left.0));
        let mut taken = HashSet::new();
        for (_, claim, operation, difference) in pairs {
            if !taken.contains(&claim) && !self.earlier.contains_key(&operation) {
                taken.insert(claim.clone());
                self.earlier.insert(operation, (claim, difference));
            }
        }
        self
    }

    /// All claims given or made, including those that became history in this merge.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// What the operation would do now.
    pub fn effect(&self, operation: &Operation) -> Result<Effect, EditError> {
        let value = operation.value()?;
        let proposal = &operation.proposal;
        let key = value_key(&value);
        let held: Vec<&Claim> = self
            .claims
            .iter()
            .filter(|claim| {
                claim.recorded_to.is_none()
                    && claim.property == proposal.property
                    && claim.speaker == proposal.speaker
            })
            .collect();
        if let Some(equal) = held.iter().find(|claim| value_key(&claim.value) == key) {
            return Ok(Effect::Corroborate { claim: equal.id.clone() });
        }
        if proposal.property == "name"
            && !operation.is_by_hand()
            && self.names.contains(&name_key(&value.display()))
            && let Some(name) = held.first()
        {
            return Ok(Effect::Reword { claim: name.id.clone() });
        }
        let earlier = self.earlier.get(&operation.id).filter(|_| !operation.is_by_hand());
        let earlier = earlier.filter(|(claim, _)| held.iter().any(|held| held.id == *claim));
        if let Some((claim, Rewording::Cosmetic)) = earlier {
            return Ok(Effect::Reword { claim: claim.clone() });
        }
        if !operation.is_by_hand() && self.locked.contains(&proposal.property) {
            return Ok(Effect::Locked);
        }
        let cardinality =
            property::find(&proposal.property).map_or(Cardinality::Many, |property| property.cardinality);
        let rivals: Vec<&Claim> = held
            .into_iter()
            .filter(|claim| {
                cardinality == Cardinality::One
                    || same_slot(&claim.value, &value)
                    || same_origin(claim, &proposal.raw_text, &proposal.value)
                    || earlier.is_some_and(|(earlier, _)| *earlier == claim.id)
            })
            .collect();
        let is_fresh = |claim: &&Claim| self.fresh.contains(&claim.id);
        if !operation.is_by_hand()
            && let Some(locked) = rivals.iter().find(|claim| claim.locked && !is_fresh(claim))
        {
            return Ok(Effect::Blocked { claim: locked.id.clone() });
        }
        let ids = |claims: Vec<&Claim>| claims.into_iter().map(|claim| claim.id.clone()).collect();
        let (fresh, older): (Vec<&Claim>, Vec<&Claim>) = rivals.into_iter().partition(is_fresh);
        // One page may well list a plan twice (monthly, yearly); only single-valued properties contradict themselves.
        let disputes = if cardinality == Cardinality::One { ids(fresh) } else { Vec::new() };
        Ok(Effect::Add { replaces: ids(older), disputes })
    }

    /// The effect in the words of a change set.
    pub fn kind(&self, operation: &Operation) -> Result<OperationKind, EditError> {
        Ok(match self.effect(operation)? {
            Effect::Corroborate { claim } => OperationKind::Corroborate { claim },
            Effect::Reword { claim } => {
                let before = self.display(&claim);
                OperationKind::Reword { claim, before }
            }
            Effect::Locked => OperationKind::Locked,
            Effect::Blocked { claim } => {
                let before = self.display(&claim);
                OperationKind::Blocked { claim, before }
            }
            Effect::Add { replaces, .. } => match replaces.into_iter().next() {
                Some(claim) => {
                    let before = self.display(&claim);
                    OperationKind::Replace { claim, before }
                }
                None => OperationKind::Add,
            },
        })
    }

    /// Carries the operation out. `id` names the new claim if there is one.
    pub fn apply(
        &mut self,
        operation: &Operation,
        context: &MergeContext<'_>,
        id: String,
    ) -> Result<Effect, EditError> {
        let effect = self.effect(operation)?;
        let evidence = evidence_of(operation, context.capture);
        match &effect {
            Effect::Blocked { .. } | Effect::Locked => {}
            Effect::Corroborate { claim } | Effect::Reword { claim } => {
                if let (Some(claim), Some(evidence)) = (self.find_mut(claim), evidence)
                    && !claim.evidence.contains(&evidence)
                {
                    claim.evidence.push(evidence);
                }
            }
            Effect::Add { replaces, disputes } => {
                for replaced in replaces {
                    if let Some(claim) = self.find_mut(replaced) {
                        claim.recorded_to = Some(context.now.to_owned());
                        claim.status = Status::Superseded;
                    }
                }
                for disputed in disputes {
                    if let Some(claim) = self.find_mut(disputed)
                        && claim.status != Status::Entered
                    {
                        claim.status = Status::Disputed;
                    }
                }
                let by_hand = operation.is_by_hand();
                let status = match accepted_status(operation, context.width, context.height) {
                    Status::Entered => Status::Entered,
                    _ if !disputes.is_empty() => Status::Disputed,
                    status => status,
                };
                self.fresh.insert(id.clone());
                self.claims.push(Claim {
                    id,
                    tool: self.tool.clone(),
                    property: operation.proposal.property.clone(),
                    value: operation.value()?,
                    raw_text: operation.proposal.raw_text.clone(),
                    speaker: operation.proposal.speaker,
                    status,
                    confidence: (!by_hand).then_some(operation.proposal.confidence),
                    evidence: evidence.into_iter().collect(),
                    valid_from: context.valid_from.to_owned(),
                    recorded_from: context.now.to_owned(),
                    recorded_to: None,
                    supersedes: replaces.first().cloned(),
                    locked: by_hand,
                    proposed_by: operation.proposal.proposers(context.proposed_by).join(" and "),
                });
            }
        }
        Ok(effect)
    }

    fn find_mut(&mut self, id: &str) -> Option<&mut Claim> {
        self.claims.iter_mut().find(|claim| claim.id == id)
    }

    fn display(&self, id: &str) -> String {
        self.claims.iter().find(|claim| claim.id == id).map(|claim| claim.value.display()).unwrap_or_default()
    }
}

/// The status of an accepted operation: a person looked at the region and agreed, if there is a region.
///
/// Without evidence inside the picture nothing is `verified`; an edited value is always `entered`.
pub fn accepted_status(operation: &Operation, width: u32, height: u32) -> Status {
    let proposal = &operation.proposal;
    if operation.is_by_hand() {
        return Status::Entered;
    }
    let inside = !proposal.evidence.is_empty()
        && proposal.matched != crate::claim::MatchLevel::None
        && proposal.evidence.iter().all(|line| line.bounds.fits(width, height));
    match proposal.status {
        Status::NotFound => Status::NotFound,
        _ if inside => Status::Verified,
        _ => Status::NeedsReview,
    }
}

/// Two values with the same key are the same value.
pub fn value_key(value: &Value) -> String {
    match value {
        Value::Text { text } => format!("text:{}", fold(text)),
        Value::Money(money) => {
            let amount = money.amount.map_or_else(|| "none".to_owned(), |amount| amount.to_string());
            let currency = money.currency.as_deref().map(fold).unwrap_or_default();
            format!("money:{amount}:{currency}:{}", money_slot(money))
        }
        Value::Percent { percent } => format!("percent:{percent}"),
        Value::Count { count } => format!("count:{count}"),
        Value::NotStated => "not stated".to_owned(),
    }
}

/// Prices of one plan with the same terms take each other's place; prices without a plan stand side by side.
fn same_slot(held: &Value, incoming: &Value) -> bool {
    match (held, incoming) {
        (Value::Money(held), Value::Money(incoming)) => {
            held.plan.is_some() && money_slot(held) == money_slot(incoming)
        }
        _ => false,
    }
}

/// Whether a held claim was read from the same words, so that only its value differs.
fn same_origin(held: &Claim, raw_text: &str, proposed: &Value) -> bool {
    let plan = |value: &Value| match value {
        Value::Money(money) => money.plan.as_deref().map(fold),
        _ => None,
    };
    let text = fold(raw_text);
    !text.is_empty() && fold(&held.raw_text) == text && plan(&held.value) == plan(proposed)
}

fn money_slot(money: &Money) -> String {
    let text = |text: &Option<String>| text.as_deref().map(fold).unwrap_or_default();
    let period = money.period.map_or("", Period::label);
    format!("{}:{period}:{}:{}", text(&money.plan), money.per_seat, text(&money.qualifier))
}

fn evidence_of(operation: &Operation, capture: &str) -> Option<Evidence> {
    let proposal = &operation.proposal;
    if proposal.evidence.is_empty() {
        return None;
    }
    Some(Evidence {
        capture: capture.to_owned(),
        quote: proposal.raw_text.clone(),
        lines: proposal.evidence.clone(),
        matched: proposal.matched,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Decision, EvidenceLine, MatchLevel, PixelBox, ProposedClaim, Speaker};

    const fn no_money() -> Money {
        Money { amount: None, currency: None, period: None, plan: None, per_seat: false, qualifier: None }
    }

    const CONTEXT: MergeContext<'static> = MergeContext {
        capture: "capture",
        width: 100,
        height: 100,
        valid_from: "2026-01-01T00:00:00Z",
        now: "2026-01-02T00:00:00Z",
        proposed_by: "rules 1",
    };

    fn operation(property: &str, text: &str, edited: Option<&str>) -> Operation {
        let line = EvidenceLine { text: text.to_owned(), bounds: PixelBox::new(1, 1, 50, 10) };
        Operation {
            id: format!("{property} {text}"),
            tool: 0,
            kind: OperationKind::Add,
            proposal: ProposedClaim {
                property: property.to_owned(),
                value: Value::text(text),
                raw_text: text.to_owned(),
                speaker: Speaker::Site,
                confidence: 0.9,
                status: Status::Verified,
                reasons: Vec::new(),
                evidence: vec![line],
                matched: MatchLevel::Exact,
                opinions: Vec::new(),
            },
            decision: if edited.is_some() { Decision::Edited } else { Decision::Accepted },
            edited_text: edited.map(str::to_owned),
            reason: None,
        }
    }

    fn price(amount: f64, plan: Option<&str>, period: Option<Period>) -> Value {
        let plan = plan.map(str::to_owned);
        Value::Money(Money { amount: Some(amount), period, plan, ..no_money() })
    }

    #[test]
    fn prices_take_each_others_place_only_within_a_plan_and_its_terms() {
        let month = || price(20.0, Some("Pro"), Some(Period::Month));
        assert!(same_slot(&month(), &price(24.0, Some("PRO"), Some(Period::Month))));
        assert!(!same_slot(&month(), &price(24.0, Some("Pro"), Some(Period::Year))));
        assert!(!same_slot(&month(), &price(24.0, Some("Team"), Some(Period::Month))));
        assert!(!same_slot(&price(20.0, None, None), &price(24.0, None, None)));
    }

    #[test]
    fn a_plan_listed_twice_on_one_page_is_two_prices() {
        let mut ledger = Ledger::new("tool", Vec::new());
        for (place, amount) in [20.0, 24.0].into_iter().enumerate() {
            let mut operation = operation("price", &format!("${amount}"), None);
            operation.proposal.value = price(amount, Some("Pro"), Some(Period::Month));
            ledger.apply(&operation, &CONTEXT, format!("claim {place}")).unwrap();
        }
        assert_eq!(ledger.claims().iter().filter(|claim| claim.recorded_to.is_none()).count(), 2);
        // The next page knows one price: both older ones become history.
        let mut next = Ledger::new("tool", ledger.claims().to_vec());
        let mut operation = operation("price", "$30", None);
        operation.proposal.value = price(30.0, Some("Pro"), Some(Period::Month));
        let effect = next.apply(&operation, &CONTEXT, "claim 2".to_owned()).unwrap();
        let replaces = vec!["claim 0".to_owned(), "claim 1".to_owned()];
        assert_eq!(effect, Effect::Add { replaces, disputes: Vec::new() });
    }

    #[test]
    fn a_later_version_of_a_page_rewords_and_changes_what_the_earlier_said() {
        let mut ledger = Ledger::new("tool", Vec::new());
        for text in ["Notes that file themselves", "3 seats for free", "Works offline"] {
            ledger.apply(&operation("feature", text, None), &CONTEXT, text.to_owned()).unwrap();
        }
        let later: Vec<Operation> =
            ["Notes which file themselves", "1 seat for free", "Works offline", "Dark mode"]
                .map(|text| operation("feature", text, None))
                .into();
        let earlier = HashSet::from(["capture".to_owned()]);
        let of = |ledger: &Ledger| later.iter().map(|one| ledger.kind(one).unwrap()).collect::<Vec<_>>();
        let ledger = Ledger::new("tool", ledger.claims().to_vec());
        assert_eq!(of(&ledger)[0], OperationKind::Add, "on another page it is another claim");
        let mut ledger = ledger.with_earlier_page(&earlier, &later.iter().collect::<Vec<_>>());
        let (notes, seats) = ("Notes that file themselves".to_owned(), "3 seats for free".to_owned());
        let expected = [
            OperationKind::Reword { claim: notes.clone(), before: notes.clone() },
            OperationKind::Replace { claim: seats.clone(), before: seats },
            OperationKind::Corroborate { claim: "Works offline".to_owned() },
            OperationKind::Add,
        ];
        assert_eq!(of(&ledger), expected);
        let context = MergeContext { capture: "later", ..CONTEXT };
        let effect = ledger.apply(&later[0], &context, "new".to_owned()).unwrap();
        assert_eq!(effect, Effect::Reword { claim: notes });
        let held = &ledger.claims()[0];
        assert_eq!(
            (held.evidence.len(), held.evidence[1].quote.as_str()),
            (2, "Notes which file themselves")
        );
        let mut by_hand = later[0].clone();
        by_hand.decision = Decision::Edited;
        by_hand.edited_text = Some("Files notes".to_owned());
        assert_eq!(
            ledger.kind(&by_hand),
            Ok(OperationKind::Add),
            "what is typed is not compared with the page"
        );
    }

    #[test]
    fn a_locked_property_takes_evidence_and_hands_but_no_machine() {
        let mut ledger = Ledger::new("tool", Vec::new()).with_locked(["feature".to_owned()]);
        assert_eq!(ledger.kind(&operation("feature", "Fast", None)), Ok(OperationKind::Locked));
        assert_eq!(ledger.kind(&operation("tagline", "Fast", None)), Ok(OperationKind::Add));
        let by_hand = operation("feature", "Fast", Some("Quick"));
        ledger.apply(&by_hand, &CONTEXT, "one".to_owned()).unwrap();
        let again = operation("feature", "Quick", None);
        assert_eq!(ledger.kind(&again), Ok(OperationKind::Corroborate { claim: "one".to_owned() }));
    }

    #[test]
    fn the_same_evidence_is_not_added_twice() {
        let mut ledger = Ledger::new("tool", Vec::new());
        let operation = operation("feature", "Works offline", None);
        for id in ["one", "two", "three"] {
            ledger.apply(&operation, &CONTEXT, id.to_owned()).unwrap();
        }
        assert_eq!(ledger.claims().len(), 1);
        assert_eq!(ledger.claims()[0].evidence.len(), 1);
    }

    fn any_operation() -> impl Strategy<Value = Operation> {
        let property = prop_oneof![Just("tagline"), Just("feature"), Just("community_votes")];
        (property, 0..4_u8, prop::option::of(0..3_u8)).prop_map(|(property, text, edited)| {
            let edited = edited.map(|edited| format!("typed {edited}"));
            operation(property, &format!("Text {text}"), edited.as_deref())
        })
    }

    proptest! {
        #[test]
        fn merges_never_rewrite_and_never_touch_what_is_locked(
            merges in prop::collection::vec(prop::collection::vec(any_operation(), 1..5), 1..8)
        ) {
            let mut claims: Vec<Claim> = Vec::new();
            for (number, operations) in merges.iter().enumerate() {
                let mut ledger = Ledger::new("tool", claims.clone());
                for (place, operation) in operations.iter().enumerate() {
                    let shown = ledger.kind(operation).unwrap();
                    let effect = ledger.apply(operation, &CONTEXT, format!("{number}.{place}")).unwrap();
                    let agrees = match (&shown, &effect) {
                        (OperationKind::Corroborate { claim: shown }, Effect::Corroborate { claim })
                        | (OperationKind::Blocked { claim: shown, .. }, Effect::Blocked { claim }) => shown == claim,
                        (OperationKind::Replace { claim, .. }, Effect::Add { replaces, .. }) => replaces.first() == Some(claim),
                        (OperationKind::Add, Effect::Add { replaces, .. }) => replaces.is_empty(),
                        _ => false,
                    };
                    prop_assert!(agrees, "{shown:?} {effect:?}");
                    let blocked = matches!(effect, Effect::Blocked { .. });
                    prop_assert!(!(operation.is_by_hand() && blocked));
                    let value = value_key(&operation.value().unwrap());
                    let holds = ledger.claims().iter().any(|claim| {
                        claim.recorded_to.is_none()
                            && claim.property == operation.proposal.property
                            && value_key(&claim.value) == value
                    });
                    prop_assert!(holds || blocked);
                }
                let by_hand = operations.iter().any(Operation::is_by_hand);
                for (old, new) in claims.iter().zip(ledger.claims()) {
                    prop_assert_eq!(&old.id, &new.id);
                    prop_assert_eq!((&old.value, &old.raw_text, &old.supersedes), (&new.value, &new.raw_text, &new.supersedes));
                    prop_assert!(new.evidence.starts_with(&old.evidence));
                    prop_assert!(old.recorded_to.is_none() || old == new, "history was changed");
                    prop_assert!(!old.locked || by_hand || old.recorded_to == new.recorded_to);
                }
                claims = ledger.claims().to_vec();
            }
            for claim in &claims {
                if let Some(before) = &claim.supersedes {
                    let before = claims.iter().find(|other| &other.id == before).unwrap();
                    prop_assert!(before.recorded_to.is_some() && before.status == Status::Superseded);
                }
            }
        }
    }
}
