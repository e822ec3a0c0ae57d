//! Two or more tools side by side: pure arrangement of claims into rows and cells.
//!
//! Invariant: a missing value stays missing (an empty cell is "not given"); values that disagree are stacked,
//! never averaged; each value keeps its evidence. This module must not decide which tool is better.

use serde::{Deserialize, Serialize};

use crate::claim::{Claim, Evidence, Speaker, Status, Value};
use crate::extraction::ProposedTool;
use crate::property::{PROPERTIES, Section};

/// One value in a cell, with where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CellValue {
    /// Id of the claim; `None` for a value that was only proposed.
    pub claim: Option<String>,
    pub text: String,
    pub value: Value,
    pub speaker: Speaker,
    pub status: Status,
    pub evidence: Vec<Evidence>,
    /// When it stood on the page, RFC 3339; empty for a proposal.
    pub valid_from: String,
}

/// One tool's values of one row; no value means "not given".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Cell {
    pub values: Vec<CellValue>,
}

/// One line of the comparison, with a cell for each tool in the order of [`Comparison::tools`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Row {
    /// Property id, or `entry_price` for the price that is worked out from the plans.
    pub property: String,
    pub label: String,
    pub section: Section,
    pub cells: Vec<Cell>,
    /// Whether the tools differ here.
    pub differs: bool,
}

/// A tool as a column of the comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComparedTool {
    pub id: String,
    pub name: String,
}

/// Tools side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Comparison {
    pub title: String,
    pub tools: Vec<ComparedTool>,
    pub rows: Vec<Row>,
    /// Whether every value was accepted by a person.
    pub reviewed: bool,
}

/// A tool with its values, as the comparison takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolRecord {
    pub id: String,
    pub name: String,
    pub reviewed: bool,
    /// Property id and value.
    pub values: Vec<(String, CellValue)>,
}

impl ToolRecord {
    /// A record of accepted claims.
    pub fn from_claims(id: &str, name: &str, claims: &[Claim]) -> Self {
        let values = claims.iter().map(|claim| (claim.property.clone(), CellValue::from(claim))).collect();
        Self { id: id.to_owned(), name: name.to_owned(), reviewed: true, values }
    }

    /// A record of what was proposed for one tool on one capture; nothing of it is reviewed.
    pub fn from_proposal(id: &str, capture: &str, proposed: &ProposedTool) -> Self {
        let values = proposed
            .claims
            .iter()
            .map(|claim| {
                let evidence = Evidence {
                    capture: capture.to_owned(),
                    quote: claim.raw_text.clone(),
                    lines: claim.evidence.clone(),
                    matched: claim.matched,
                };
                let value = CellValue {
                    claim: None,
                    text: claim.value.display(),
                    value: claim.value.clone(),
                    speaker: claim.speaker,
                    status: claim.status,
                    evidence: vec![evidence],
                    valid_from: String::new(),
                };
                (claim.property.clone(), value)
            })
            .collect();
        let name = proposed.name().unwrap_or_default().to_owned();
        Self { id: id.to_owned(), name, reviewed: false, values }
    }

    /// Adds the values of another record of the same tool, leaving out those it already has.
    pub fn absorb(&mut self, other: Self) {
        for (property, value) in other.values {
            let known = self.values.iter().any(|(held, existing)| {
                *held == property && crate::text::fold(&existing.text) == crate::text::fold(&value.text)
            });
            if !known {
                self.values.push((property, value));
            }
        }
        self.reviewed &= other.reviewed;
    }

    fn cell(&self, property: &str) -> Cell {
        let values = self.values.iter().filter(|(held, _)| held == property);
        Cell { values: values.map(|(_, value)| value.clone()).collect() }
    }

    /// The cheapest stated price: what it takes to begin. Amounts in different currencies or periods are not
    /// ranked against each other; free comes first, then the first stated amount, then "contact sales".
    fn entry_price(&self) -> Cell {
        let prices = self.cell("price").values;
        let amount = |value: &CellValue| match &value.value {
            Value::Money(money) => money.amount,
            _ => None,
        };
        let unit = |value: &CellValue| match &value.value {
            Value::Money(money) => (money.currency.clone(), money.period),
            _ => (None, None),
        };
        let free = prices.iter().find(|value| amount(value) == Some(0.0));
        let entry = free.or_else(|| {
            let first = prices.iter().find(|value| amount(value).is_some())?;
            prices.iter().filter(|value| amount(value).is_some() && unit(value) == unit(first)).min_by(
                |left, right| amount(left).unwrap_or(f64::MAX).total_cmp(&amount(right).unwrap_or(f64::MAX)),
            )
        });
        Cell { values: entry.or_else(|| prices.first()).cloned().into_iter().collect() }
    }
}

impl From<&Claim> for CellValue {
    fn from(claim: &Claim) -> Self {
        Self {
            claim: Some(claim.id.clone()),
            text: claim.value.display(),
            value: claim.value.clone(),
            speaker: claim.speaker,
            status: claim.status,
            evidence: claim.evidence.clone(),
            valid_from: claim.valid_from.clone(),
        }
    }
}

/// Arranges the records as columns. Rows of the seed page are always there, even when nobody stated them; the
/// rows of claims only where at least one tool has one. The name stands in the heading, not in a row.
pub fn compare(records: &[ToolRecord]) -> Comparison {
    let mut rows = Vec::new();
    for property in PROPERTIES.iter().filter(|property| property.id != "name") {
        if property.id == "price" {
            let cells = records.iter().map(ToolRecord::entry_price).collect();
            rows.push(row("entry_price", "Entry price", property.section, cells));
        }
        let label = if property.id == "price" { "Plans" } else { property.label };
        let cells: Vec<Cell> = records.iter().map(|record| record.cell(property.id)).collect();
        let always = matches!(property.section, Section::Identity)
            || matches!(property.id, "panel_ship" | "community_votes");
        if always || cells.iter().any(|cell| !cell.values.is_empty()) {
            rows.push(row(property.id, label, property.section, cells));
        }
    }
    let tools: Vec<ComparedTool> = records
        .iter()
        .map(|record| ComparedTool { id: record.id.clone(), name: record.name.clone() })
        .collect();
    let names: Vec<&str> = tools
        .iter()
        .map(|tool| if tool.name.is_empty() { "Unnamed tool" } else { tool.name.as_str() })
        .collect();
    Comparison {
        title: names.join(" vs "),
        tools,
        rows,
        reviewed: records.iter().all(|record| record.reviewed),
    }
}

fn row(property: &str, label: &str, section: Section, cells: Vec<Cell>) -> Row {
    let folded = |cell: &Cell| -> Vec<String> {
        cell.values.iter().map(|value| crate::text::fold(&value.text)).collect()
    };
    let differs = cells.windows(2).any(|pair| folded(&pair[0]) != folded(&pair[1]));
    Row { property: property.to_owned(), label: label.to_owned(), section, cells, differs }
}
