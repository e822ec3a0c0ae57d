//! Tools and their claims.
//!
//! Invariant: reading only; order comes from the events that recorded the claims, never from the clock.

use std::collections::{BTreeMap, HashMap};

use domain::facets::days_fresh;
use domain::text::name_key;
use domain::{Claim, Evidence, property};
use rusqlite::{Connection, OptionalExtension, Params};

use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::rows::from_word;
use crate::types::{Alias, Relation, Seen, Tool, ToolSummary};
use crate::{clock, marks, pages, settling, summary, tool_merges};

impl Library {
    /// All tools by name.
    pub fn tools(&self) -> Result<Vec<ToolSummary>, StoreError> {
        let reader = self.reader();
        let mut statement =
            reader.prepare_cached(&format!("{} ORDER BY tool.name_key, tool.id", summary::select()))?;
        let mut rows = statement.query([])?;
        let mut tools = Vec::new();
        while let Some(row) = rows.next()? {
            tools.push(summary::of_row(row)?);
        }
        Ok(tools)
    }

    /// A tool with its current claims and those that became history.
    pub fn tool(&self, id: &str) -> Result<Tool, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let name = name_of(&snapshot, id)?;
        let all = claims_where(&snapshot, "tool = ?1", [id])?;
        let (mut claims, mut history): (Vec<Claim>, Vec<Claim>) =
            all.into_iter().partition(|claim| claim.recorded_to.is_none());
        claims.sort_by_key(|claim| property::order(&claim.property));
        history.reverse();
        let (open, settled) = settling::of_tool(&snapshot, id, &claims)?;
        Ok(Tool {
            id: id.to_owned(),
            name,
            vendor: vendor_of(&snapshot, id)?,
            aliases: aliases_of(&snapshot, id)?,
            relations: relations_of(&snapshot, id)?,
            merged: tool_merges::of_tool(&snapshot, id)?,
            locked: locked_properties(&snapshot, id)?,
            contradictions: open,
            settled,
            categories: marks::terms_of(&snapshot, id, "category")?,
            tags: marks::terms_of(&snapshot, id, "tag")?,
            note: marks::note_of(&snapshot, "tool", id)?,
            claim_notes: marks::notes_on(&snapshot, &claims)?,
            seen: seen(&snapshot, &claims)?,
            claims,
            history,
        })
    }

    /// The tool with that name or alias, compared by letters and digits.
    pub fn tool_named(&self, name: &str) -> Result<Option<String>, StoreError> {
        by_name(&self.reader(), name)
    }

    /// The name of a tool.
    pub fn tool_name(&self, id: &str) -> Result<String, StoreError> {
        name_of(&self.reader(), id)
    }
}

pub(crate) fn name_of(connection: &Connection, id: &str) -> Result<String> {
    let mut statement = connection.prepare_cached("SELECT name FROM tool WHERE id = ?1")?;
    let name = statement.query_row([id], |row| row.get(0)).optional()?;
    name.ok_or_else(|| StoreError::unknown("tool", id))
}

pub(crate) fn vendor_of(connection: &Connection, id: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT name FROM tool_vendor WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

pub(crate) fn aliases_of(connection: &Connection, id: &str) -> Result<Vec<Alias>> {
    let mut statement = connection
        .prepare_cached("SELECT id, name, kind FROM tool_alias WHERE tool = ?1 ORDER BY name_key")?;
    let mut rows = statement.query([id])?;
    let mut aliases = Vec::new();
    while let Some(row) = rows.next()? {
        aliases.push(Alias { id: row.get(0)?, name: row.get(1)?, kind: from_word(row.get(2)?)? });
    }
    Ok(aliases)
}

/// Relations in both directions; those that another tool has to this one are marked as coming from there.
fn relations_of(connection: &Connection, id: &str) -> Result<Vec<Relation>> {
    let mut statement = connection.prepare_cached(
        "SELECT tool_relation.id, tool_relation.kind, tool_relation.tool = ?1, other.id, other.name, tool_relation.note
         FROM tool_relation JOIN tool other
           ON other.id = CASE WHEN tool_relation.tool = ?1 THEN tool_relation.other ELSE tool_relation.tool END
         WHERE ?1 IN (tool_relation.tool, tool_relation.other) ORDER BY tool_relation.kind, other.name_key",
    )?;
    let mut rows = statement.query([id])?;
    let mut relations = Vec::new();
    while let Some(row) = rows.next()? {
        relations.push(Relation {
            id: row.get(0)?,
            kind: from_word(row.get(1)?)?,
            from_here: row.get(2)?,
            tool: row.get(3)?,
            name: row.get(4)?,
            note: row.get(5)?,
        });
    }
    Ok(relations)
}

pub(crate) fn locked_properties(connection: &Connection, id: &str) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT property FROM field_lock WHERE tool = ?1 ORDER BY property")?;
    let properties = statement.query_map([id], |row| row.get(0))?;
    Ok(properties.collect::<rusqlite::Result<_>>()?)
}

/// The keys of all names of a tool.
pub(crate) fn name_keys(connection: &Connection, id: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT name_key FROM tool WHERE id = ?1 UNION ALL SELECT name_key FROM tool_alias WHERE tool = ?1",
    )?;
    let keys = statement.query_map([id], |row| row.get(0))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

fn seen(connection: &Connection, claims: &[Claim]) -> Result<Vec<Seen>> {
    let times = last_seen(connection, claims)?;
    let now = clock::now();
    let seen = claims.iter().filter_map(|claim| {
        let at = times.get(&claim.id)?.clone();
        let stale = stale_from(&claim.property, &at).is_some_and(|from| from <= now);
        Some(Seen { claim: claim.id.clone(), at, stale })
    });
    Ok(seen.collect())
}

/// From when on a claim that was last seen `at` is stale.
pub(crate) fn stale_from(property: &str, at: &str) -> Option<String> {
    clock::more_days_than(at, days_fresh(property))
}

/// When each claim was last seen on a page, by id; claims without evidence are missing.
pub(crate) fn last_seen(connection: &Connection, claims: &[Claim]) -> Result<BTreeMap<String, String>> {
    let mut times: HashMap<&str, String> = HashMap::new();
    let mut seen = BTreeMap::new();
    for claim in claims {
        for evidence in &claim.evidence {
            let at = if let Some(at) = times.get(evidence.capture.as_str()) {
                at.clone()
            } else {
                let at = pages::captured_at(connection, &evidence.capture)?;
                times.insert(&evidence.capture, at.clone());
                at
            };
            let latest: &mut String = seen.entry(claim.id.clone()).or_default();
            if *latest < at {
                *latest = at;
            }
        }
    }
    Ok(seen)
}

/// The tool with that name or alias, compared by letters and digits.
pub(crate) fn by_name(connection: &Connection, name: &str) -> Result<Option<String>> {
    let key = name_key(name);
    if key.is_empty() {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "SELECT id FROM tool WHERE name_key = ?1 UNION ALL SELECT tool FROM tool_alias WHERE name_key = ?1",
    )?;
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
