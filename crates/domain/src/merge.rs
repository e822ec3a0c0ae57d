//! What accepted operations do to the claims of a tool, and how a value typed by a reviewer is understood.
//!
//! Invariant: a claim is never rewritten. A changed value is a new claim that supersedes the old one; an equal value
//! only adds evidence; a claim locked by hand yields to nothing but another hand. Ids and times are handed in.

use std::collections::HashSet;

use crate::change_set::{Operation, OperationKind};
use crate::claim::{Claim, Evidence, Money, Period, Status, Value};
use crate::property::{self, Cardinality, Datatype};
use crate::text::fold;

/// What an operation would do to the current claims of its tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The value is held already: only evidence is added.
    Corroborate { claim: String },
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
}

/// Why a text cannot be the value of a property.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("\"{0}\" holds no percentage between 0 and 100. Nothing was changed. Type a number such as 87%.")]
    Percent(String),
    #[error(
        "\"{0}\" holds no price. Nothing was changed. Type an amount such as $20 per month, or Free, or Contact sales."
    )]
    Money(String),
}

impl Ledger {
    /// `claims` are the tool's current claims; claims that are history are left out by the caller.
    pub fn new(tool: impl Into<String>, claims: Vec<Claim>) -> Self {
        Self { tool: tool.into(), claims, fresh: HashSet::new() }
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
        let cardinality =
            property::find(&proposal.property).map_or(Cardinality::Many, |property| property.cardinality);
        let rivals: Vec<&Claim> = held
            .into_iter()
            .filter(|claim| {
                cardinality == Cardinality::One
                    || same_slot(&claim.value, &value)
                    || same_origin(claim, &proposal.raw_text, &proposal.value)
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
            Effect::Blocked { .. } => {}
            Effect::Corroborate { claim } => {
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
                    proposed_by: context.proposed_by.to_owned(),
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

/// Understands a value typed by a reviewer. What the text does not mention (plan, seat, qualifier) stays as read.
pub fn edit_value(property: &str, original: &Value, text: &str) -> Result<Value, EditError> {
    let text = text.trim();
    let folded = fold(text);
    if matches!(folded.as_str(), "-" | "not stated") {
        return Ok(Value::NotStated);
    }
    let datatype = property::find(property).map_or(Datatype::Text, |property| property.datatype);
    match (datatype, original) {
        (Datatype::Percent, _) => {
            let number = number(&folded).filter(|number| (0.0..=100.0).contains(number));
            number
                .map(|percent| Value::Percent { percent })
                .ok_or_else(|| EditError::Percent(text.to_owned()))
        }
        (Datatype::Money, original) => {
            let original = match original {
                Value::Money(money) => money.clone(),
                _ => no_money(),
            };
            edit_money(original, text, &folded).map(Value::Money)
        }
        (Datatype::Text, Value::Count { .. }) => {
            Ok(folded.parse().map_or_else(|_| Value::text(text), |count| Value::Count { count }))
        }
        (Datatype::Text, _) => Ok(Value::text(text)),
    }
}

const fn no_money() -> Money {
    Money { amount: None, currency: None, period: None, plan: None, per_seat: false, qualifier: None }
}

fn edit_money(mut money: Money, text: &str, folded: &str) -> Result<Money, EditError> {
    let words: Vec<&str> =
        folded.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    let says = |any: &[&str]| words.iter().any(|word| any.contains(word));
    if let Some(amount) = number(folded) {
        money.amount = Some(amount);
    } else if says(&["free"]) {
        money.amount = Some(0.0);
        money.period = None;
        money.per_seat = false;
        return Ok(money);
    } else if says(&["contact", "custom", "talk", "quote"]) {
        money.amount = None;
        return Ok(money);
    } else {
        return Err(EditError::Money(text.to_owned()));
    }
    let symbols = [('$', "USD"), ('€', "EUR"), ('£', "GBP"), ('¥', "JPY"), ('₹', "INR")];
    let symbol = symbols.iter().find(|(symbol, _)| folded.contains(*symbol)).map(|(_, code)| *code);
    let codes =
        ["usd", "eur", "gbp", "jpy", "inr", "chf", "cad", "aud", "sek", "nok", "dkk", "pln", "cny", "brl"];
    let code = words.iter().find(|word| codes.contains(word)).map(|word| word.to_uppercase());
    if let Some(currency) = code.or_else(|| symbol.map(str::to_owned)) {
        money.currency = Some(currency);
    }
    let periods: [(&[&str], Period); 6] = [
        (&["hour", "hr", "hourly"], Period::Hour),
        (&["day", "daily"], Period::Day),
        (&["week", "wk", "weekly"], Period::Week),
        (&["month", "mo", "monthly"], Period::Month),
        (&["year", "yr", "yearly", "annual", "annually", "annum"], Period::Year),
        (&["once", "lifetime"], Period::Once),
    ];
    // The first period named is what one payment covers ("per month, billed annually").
    let named = words
        .iter()
        .find_map(|word| periods.iter().find(|(names, _)| names.contains(word)).map(|(_, period)| *period));
    money.period = named.or(money.period);
    money.per_seat = money.per_seat || says(&["seat", "user", "member", "editor"]);
    Ok(money)
}

/// The first number of a text; the last separator counts as decimal unless three digits follow it.
fn number(text: &str) -> Option<f64> {
    let start = text.find(|character: char| character.is_ascii_digit())?;
    let rest = &text[start..];
    let end = rest
        .char_indices()
        .find(|&(position, character)| {
            let separator = matches!(character, '.' | ',' | ' ' | '\'');
            let next_is_digit =
                rest[position + character.len_utf8()..].starts_with(|next: char| next.is_ascii_digit());
            !(character.is_ascii_digit() || (separator && next_is_digit))
        })
        .map_or(rest.len(), |(position, _)| position);
    let written = &rest[..end];
    let decimal = written.rfind(['.', ',']).filter(|&position| {
        let fraction = &written[position + 1..];
        let separator = &written[position..=position];
        let thousands = fraction.len() == 3 && !written.starts_with('0');
        !fraction.contains(' ') && written.matches(separator).count() == 1 && !thousands
    });
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let plain = match decimal {
        Some(position) => format!("{}.{}", digits(&written[..position]), digits(&written[position + 1..])),
        None => digits(written),
    };
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Decision, EvidenceLine, MatchLevel, PixelBox, ProposedClaim, Speaker};

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

    fn edited_price(original: &Value, text: &str) -> Money {
        match edit_value("price", original, text).unwrap() {
            Value::Money(money) => money,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn numbers_are_read_in_both_conventions() {
        let cases = [
            ("$20", 20.0),
            ("19.99 usd", 19.99),
            ("19,99 €", 19.99),
            ("1,099", 1099.0),
            ("1.099,00 €", 1099.0),
            ("1,099.00", 1099.0),
            ("1 099,50", 1099.5),
            ("$0.002 per token", 0.002),
            ("0,125", 0.125),
            ("1,234,567", 1_234_567.0),
            ("20/month, billed yearly", 20.0),
            ("87%", 87.0),
            ("$5.", 5.0),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        assert_eq!(number("free"), None);
    }

    #[test]
    fn an_edited_price_keeps_what_the_text_does_not_mention() {
        let original = price(20.0, Some("Pro"), Some(Period::Month));
        let money = edited_price(&original, "24");
        assert_eq!(
            (money.amount, money.period, money.plan.as_deref()),
            (Some(24.0), Some(Period::Month), Some("Pro"))
        );
        let money = edited_price(&original, "US$240 per user per year");
        assert_eq!((money.amount, money.currency.as_deref()), (Some(240.0), Some("USD")));
        assert_eq!((money.period, money.per_seat), (Some(Period::Year), true));
        assert_eq!(edited_price(&original, "30 CHF/mo, billed annually").currency.as_deref(), Some("CHF"));
        assert_eq!(edited_price(&original, "30 CHF/mo, billed annually").period, Some(Period::Month));
        assert_eq!(edited_price(&original, "Free").amount, Some(0.0));
        assert_eq!(edited_price(&original, "Contact sales").amount, None);
        assert!(edit_value("price", &original, "cheap").is_err());
        assert_eq!(edit_value("price", &original, " — "), Ok(Value::NotStated));
    }

    #[test]
    fn other_edits_follow_the_property() {
        let text = Value::text("x");
        assert_eq!(edit_value("panel_ship", &text, "87.5 %"), Ok(Value::Percent { percent: 87.5 }));
        assert!(edit_value("panel_ship", &text, "870").is_err());
        assert_eq!(
            edit_value("community_votes", &Value::Count { count: 3 }, "12"),
            Ok(Value::Count { count: 12 })
        );
        assert_eq!(edit_value("tagline", &text, " Notes "), Ok(Value::text("Notes")));
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

        #[test]
        fn whatever_is_typed_is_a_value_or_an_error(number in 0..property::PROPERTIES.len(), text in ".{0,40}") {
            let property = &property::PROPERTIES[number];
            if let Ok(value) = edit_value(property.id, &Value::text("x"), &text) {
                // What is stored can be read back.
                let json = serde_json::to_string(&value).unwrap();
                prop_assert_eq!(value_key(&serde_json::from_str(&json).unwrap()), value_key(&value));
            }
        }
    }
}
