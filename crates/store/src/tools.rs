//! Tools and their claims.
//!
//! Invariant: reading only; order comes from the events that recorded the claims, never from the clock.

use std::collections::HashMap;

use domain::text::name_key;
use domain::{Claim, Evidence, Status, Value, property};
use rusqlite::{Connection, OptionalExtension, Params};

use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::rows::from_word;
use crate::types::{Tool, ToolSummary};

impl Library {
    /// All tools by name.
    pub fn tools(&self) -> Result<Vec<ToolSummary>, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let mut claims: HashMap<String, Vec<Claim>> = HashMap::new();
        for claim in claims_where(&snapshot, "recorded_to IS NULL", [])? {
            claims.entry(claim.tool.clone()).or_default().push(claim);
        }
        let mut statement = snapshot.prepare_cached("SELECT id, name FROM tool ORDER BY name_key, id")?;
        let mut rows = statement.query([])?;
        let mut tools = Vec::new();
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let own = claims.remove(&id).unwrap_or_default();
            tools.push(summary(id, row.get(1)?, &own));
        }
        Ok(tools)
    }

    /// A tool with its current claims and those that became history.
    pub fn tool(&self, id: &str) -> Result<Tool, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let name = snapshot
            .prepare_cached("SELECT name FROM tool WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?
            .ok_or_else(|| StoreError::unknown("tool", id))?;
        let all = claims_where(&snapshot, "tool = ?1", [id])?;
        let (mut claims, mut history): (Vec<Claim>, Vec<Claim>) =
            all.into_iter().partition(|claim| claim.recorded_to.is_none());
        claims.sort_by_key(|claim| property_order(&claim.property));
        history.reverse();
        Ok(Tool { id: id.to_owned(), name, claims, history })
    }
}

fn property_order(id: &str) -> usize {
    let order = property::PROPERTIES.iter().position(|property| property.id == id);
    order.unwrap_or(property::PROPERTIES.len())
}

fn summary(id: String, name: String, claims: &[Claim]) -> ToolSummary {
    // Newest verified, else newest: the same rule as for every property with one value.
    let best = |property: &str| {
        let mut own = claims.iter().filter(|claim| claim.property == property).rev();
        let newest = own.clone().next();
        own.find(|claim| matches!(claim.status, Status::Verified | Status::Entered)).or(newest)
    };
    let mut captures: Vec<&str> =
        claims.iter().flat_map(|claim| &claim.evidence).map(|evidence| evidence.capture.as_str()).collect();
    captures.sort_unstable();
    captures.dedup();
    let unsettled =
        claims.iter().filter(|claim| !matches!(claim.status, Status::Verified | Status::Entered)).count();
    ToolSummary {
        tagline: best("tagline").map(|claim| claim.value.display()),
        category: best("category").map(|claim| claim.value.display()),
        entry_price: entry_price(claims),
        claims: claims.len() as u32,
        captures: captures.len() as u32,
        unsettled: unsettled as u32,
        id,
        name,
    }
}

/// The lowest stated amount; "contact sales" only where no amount is stated.
fn entry_price(claims: &[Claim]) -> Option<String> {
    let prices = claims.iter().filter_map(|claim| match &claim.value {
        Value::Money(money) if claim.property == "price" => Some(money),
        _ => None,
    });
    prices
        .min_by(|left, right| {
            let amount = |money: &domain::Money| money.amount.unwrap_or(f64::INFINITY);
            amount(left).total_cmp(&amount(right))
        })
        .map(domain::Money::display)
}

/// The tool with that name, compared by letters and digits.
pub(crate) fn by_name(connection: &Connection, name: &str) -> Result<Option<String>> {
    let key = name_key(name);
    if key.is_empty() {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached("SELECT id FROM tool WHERE name_key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

pub(crate) fn current_claims(connection: &Connection, tool: &str) -> Result<Vec<Claim>> {
    claims_where(connection, "tool = ?1 AND recorded_to IS NULL", [tool])
}

/// Claims with their evidence in the order in which they were recorded. `condition` is a constant of this crate.
pub(crate) fn claims_where(
    connection: &Connection,
    condition: &str,
    values: impl Params + Clone,
) -> Result<Vec<Claim>> {
    let sql = format!(
        "SELECT id, tool, property, value, raw_text, speaker, status, confidence, valid_from, recorded_from,
           recorded_to, supersedes, locked, proposed_by
         FROM claim WHERE {condition} ORDER BY event, ord"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(values.clone())?;
    let mut claims = Vec::new();
    let mut places = HashMap::new();
    while let Some(row) = rows.next()? {
        let claim = Claim {
            id: row.get(0)?,
            tool: row.get(1)?,
            property: row.get(2)?,
            value: serde_json::from_str(&row.get::<_, String>(3)?)?,
            raw_text: row.get(4)?,
            speaker: from_word(row.get(5)?)?,
            status: from_word(row.get(6)?)?,
            confidence: row.get::<_, Option<f64>>(7)?.map(|confidence| confidence as f32),
            evidence: Vec::new(),
            valid_from: row.get(8)?,
            recorded_from: row.get(9)?,
            recorded_to: row.get(10)?,
            supersedes: row.get(11)?,
            locked: row.get(12)?,
            proposed_by: row.get(13)?,
        };
        places.insert(claim.id.clone(), claims.len());
        claims.push(claim);
    }
    let sql = format!(
        "SELECT claim, capture, quote, lines, matched FROM evidence
         WHERE claim IN (SELECT id FROM claim WHERE {condition}) ORDER BY claim, ord"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(values)?;
    while let Some(row) = rows.next()? {
        let evidence = Evidence {
            capture: row.get(1)?,
            quote: row.get(2)?,
            lines: serde_json::from_str(&row.get::<_, String>(3)?)?,
            matched: from_word(row.get(4)?)?,
        };
        if let Some(&place) = places.get(&row.get::<_, String>(0)?) {
            claims[place].evidence.push(evidence);
        }
    }
    Ok(claims)
}
