//! Change sets and comparisons for people at a terminal.
//!
//! Invariant: page text is made visible before it is printed, so that it cannot steer the terminal.

use std::fmt::Write as _;

use api::domain::compare::{Cell, Comparison};
use api::domain::property;
use api::domain::text::visible;
use api::domain::{Decision, Operation, Status};
use api::types::ChangeSetView;

const LONGEST: usize = 160;

/// One change set with its proposals.
pub(crate) fn change_set(view: &ChangeSetView) -> String {
    let mut text = String::new();
    let set = &view.change_set;
    let state = match set.state {
        api::domain::ChangeSetState::Open => "not reviewed",
        api::domain::ChangeSetState::Merged => "merged",
        api::domain::ChangeSetState::Reverted => "merged and undone",
        api::domain::ChangeSetState::Rejected => "rejected",
    };
    let sample = if view.capture.sample { ", sample" } else { "" };
    let _ = writeln!(text, "\n{}  [{state}{sample}]", visible(&view.capture.name, LONGEST));
    let _ = writeln!(text, "  change set {}", set.id);
    if set.operations.is_empty() {
        text.push_str("  No tool was recognised in this capture. The text is searchable.\n");
    }
    for (index, tool) in set.tools.iter().enumerate() {
        let name = if tool.name.is_empty() { "(unnamed tool)" } else { &tool.name };
        let _ = writeln!(text, "  {}", visible(name, LONGEST));
        for operation in set.operations.iter().filter(|operation| operation.tool as usize == index) {
            let _ = writeln!(text, "    {}", operation_line(operation));
            for line in opinion_lines(operation) {
                let _ = writeln!(text, "      {line}");
            }
        }
    }
    text.trim_end().to_owned()
}

fn operation_line(operation: &Operation) -> String {
    let proposal = &operation.proposal;
    let label = property::find(&proposal.property).map_or(proposal.property.as_str(), |found| found.label);
    let status = match proposal.status {
        Status::Verified => "verified",
        Status::NeedsReview => "needs review",
        Status::NotFound => "not found in image",
        Status::Entered => "entered by you",
        Status::Disputed => "disputed",
        Status::Superseded => "superseded",
    };
    let decision = match operation.decision {
        Decision::Pending => "",
        Decision::Accepted => ", accepted",
        Decision::Edited => ", edited",
        Decision::Rejected => ", rejected",
    };
    let value = match &operation.edited_text {
        Some(edited) => edited.clone(),
        None => proposal.value.display(),
    };
    format!("{label:<21} {}  [{status}{decision}]", visible(&value, LONGEST))
}

/// Who proposes it, where more than the rules spoke of it, and what another proposer reads instead.
fn opinion_lines(operation: &Operation) -> Vec<String> {
    let opinions = &operation.proposal.opinions;
    let agreeing = opinions.iter().filter(|opinion| opinion.instead.is_none());
    let names: Vec<String> = agreeing.map(|opinion| visible(&opinion.proposer, LONGEST)).collect();
    let mut lines = Vec::new();
    if !names.is_empty() {
        lines.push(format!("proposed by {}", names.join(" and ")));
    }
    for opinion in opinions {
        let Some(instead) = &opinion.instead else { continue };
        let who = visible(&opinion.proposer, LONGEST);
        let text = visible(&instead.text, LONGEST);
        lines.push(match (&instead.tool, &instead.property) {
            (Some(tool), _) => format!("{who} gives “{text}” to {}", visible(tool, LONGEST)),
            (None, Some(property)) => format!("{who} takes it for: {}", visible(property, LONGEST)),
            (None, None) => format!("{who} reads “{text}” instead"),
        });
    }
    lines
}

/// A comparison, one row under the other.
pub(crate) fn comparison(comparison: &Comparison) -> String {
    let mut text = String::new();
    let mark = if comparison.reviewed { "" } else { "  [not reviewed]" };
    let _ = writeln!(text, "\n{}{mark}", visible(&comparison.title, LONGEST));
    for row in &comparison.rows {
        let _ = writeln!(text, "  {}", row.label);
        for (tool, cell) in comparison.tools.iter().zip(&row.cells) {
            let _ = writeln!(text, "    {:<28} {}", visible(&tool.name, 28), cell_text(cell));
        }
    }
    text.trim_end().to_owned()
}

fn cell_text(cell: &Cell) -> String {
    if cell.values.is_empty() {
        return "not given".to_owned();
    }
    let separator = format!("\n{}", " ".repeat(33));
    cell.values.iter().map(|value| visible(&value.text, LONGEST)).collect::<Vec<_>>().join(&separator)
}
