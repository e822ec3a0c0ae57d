//! Values that a person enters without a page: from a table of another program, or by hand.
//!
//! Invariant: such claims are the analyst's, marked as entered, locked and without evidence; what can be entered is, in
//! one step that can be undone, and every value that cannot is named with its reason.

use std::collections::{BTreeMap, BTreeSet};

use domain::merge::{Effect, Ledger, MergeContext};
use domain::text::visible;
use domain::{Decision, MatchLevel, Operation, OperationKind, ProposedClaim, Speaker, Status, Value};

use crate::error::{Result, StoreError, count};
use crate::library::{Library, StepContext};
use crate::rows::Recorder;
use crate::{clock, merge, naming, tools};

/// One value to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteredValue {
    /// Where it stands in its table, for naming it.
    pub row: u32,
    /// Name of the tool; it is made if there is none.
    pub tool: String,
    /// Id of a property of [`domain::property::PROPERTIES`].
    pub property: &'static str,
    pub text: String,
}

/// What became of entered values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entered {
    /// Tools that received something.
    pub tools: u32,
    pub claims: u32,
    /// Values that the library held already.
    pub known: u32,
    /// Row and reason.
    pub refused: Vec<(u32, String)>,
}

impl Library {
    /// Enters values in one step that is called `title`; with `dry_run` only says what would happen.
    pub fn enter_values(
        &self,
        title: &str,
        values: &[EnteredValue],
        dry_run: bool,
    ) -> Result<Entered, StoreError> {
        if dry_run {
            let reader = self.reader();
            let mut sorted = Sorted::new(values);
            for (name, own) in std::mem::take(&mut sorted.by_tool) {
                let tool = tools::by_name(&reader, &name)?;
                let claims = match &tool {
                    Some(tool) => tools::current_claims(&reader, tool)?,
                    None => Vec::new(),
                };
                sorted.apply(&mut Ledger::new(tool.unwrap_or_default(), claims), &own, &clock::now());
            }
            return Ok(sorted.entered);
        }
        self.edit(|recorder, context| {
            let mut sorted = Sorted::new(values);
            for (name, own) in std::mem::take(&mut sorted.by_tool) {
                enter(recorder, &mut sorted, &name, &own, context)?;
            }
            let entered = sorted.entered;
            let what = count(entered.claims as usize, "claim");
            let title = (entered.claims > 0).then(|| format!("{} ({what})", visible(title, 120)));
            Ok((title, entered))
        })
    }
}

/// Values by tool, and what became of them so far.
struct Sorted<'a> {
    by_tool: BTreeMap<String, Vec<&'a EnteredValue>>,
    entered: Entered,
}

impl<'a> Sorted<'a> {
    fn new(values: &'a [EnteredValue]) -> Self {
        let mut sorted = Self { by_tool: BTreeMap::new(), entered: Entered::default() };
        // Two spellings of one name are one tool; the first spelling counts.
        let mut spelt: BTreeMap<String, String> = BTreeMap::new();
        let mut nameless = BTreeSet::new();
        for value in values {
            let key = domain::text::name_key(&value.tool);
            if key.is_empty() {
                if nameless.insert(value.row) {
                    sorted.entered.refused.push((value.row, "The row names no tool.".to_owned()));
                }
                continue;
            }
            let name = spelt.entry(key).or_insert_with(|| value.tool.trim().to_owned());
            sorted.by_tool.entry(name.clone()).or_default().push(value);
        }
        sorted
    }

    /// Carries values out on a tool's claims; answers with whether any was new.
    fn apply(&mut self, ledger: &mut Ledger, values: &[&EnteredValue], now: &str) -> bool {
        let context =
            MergeContext { capture: "", width: 0, height: 0, valid_from: now, now, proposed_by: "entered" };
        let before = self.entered.claims;
        for value in values {
            let operation = operation(value);
            match ledger.apply(&operation, &context, clock::new_id()) {
                Ok(Effect::Corroborate { .. }) => self.entered.known += 1,
                Ok(_) => self.entered.claims += 1,
                Err(error) => self.entered.refused.push((value.row, error.to_string())),
            }
        }
        let any = self.entered.claims > before;
        self.entered.tools += u32::from(any);
        any
    }
}

fn enter(
    recorder: &mut Recorder<'_>,
    sorted: &mut Sorted<'_>,
    name: &str,
    values: &[&EnteredValue],
    context: &StepContext,
) -> Result<()> {
    let held = tools::by_name(recorder.connection(), name)?;
    let tool = held.clone().unwrap_or_else(clock::new_id);
    let claims = tools::current_claims(recorder.connection(), &tool)?;
    let mut ledger = Ledger::new(&tool, claims.clone());
    if !sorted.apply(&mut ledger, values, &context.now) {
        return Ok(());
    }
    if held.is_none() {
        naming::insert_tool(recorder, &tool, name, &context.now)?;
    }
    for (place, claim) in ledger.claims().iter().enumerate() {
        match claims.iter().find(|held| held.id == claim.id) {
            Some(old) => merge::write_changed(recorder, old, claim, &context.now)?,
            None => merge::write_new(recorder, claim, context.seq, None, place as i64)?,
        }
    }
    Ok(())
}

fn operation(value: &EnteredValue) -> Operation {
    Operation {
        id: String::new(),
        tool: 0,
        kind: OperationKind::Add,
        proposal: ProposedClaim {
            property: value.property.to_owned(),
            value: Value::text(""),
            raw_text: value.text.clone(),
            speaker: Speaker::Analyst,
            confidence: 1.0,
            status: Status::Entered,
            reasons: Vec::new(),
            evidence: Vec::new(),
            matched: MatchLevel::None,
            opinions: Vec::new(),
        },
        decision: Decision::Edited,
        edited_text: Some(value.text.clone()),
        reason: None,
    }
}
