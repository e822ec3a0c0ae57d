//! The library as it was at a time that has passed.
//!
//! Invariant: exact, whatever was merged, edited and undone since: the recorded changes are followed back, newest first
//! in effect, and nothing is guessed from the times of the claims. Nothing is written.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{Claim, Evidence, property};
use rusqlite::Connection;

use crate::clock;
use crate::error::{Result, StoreError};
use crate::journal::Entry;
use crate::library::Library;
use crate::rows::{CLAIM, Change, EVIDENCE, Fields, TOOL, from_word, read_json};
use crate::types::{PastTool, PastToolSummary};

/// What one row was, as far as it differs from what it is now.
#[derive(Debug, Default)]
struct Past {
    existed: bool,
    columns: Fields,
    /// The row as it was deleted, if it is gone now.
    rest: Option<Fields>,
}

/// Rows that were changed since, by table and id.
type Overlay = HashMap<(&'static str, String), Past>;

impl Library {
    /// The tools of that time by name, with how many claims were current. `at` is RFC 3339 or a date (its first moment).
    pub fn tools_as_of(&self, at: &str) -> Result<Vec<PastToolSummary>, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let overlay = overlay(&snapshot, at)?;
        let mut counts: HashMap<String, i64> = HashMap::new();
        let sql = "SELECT tool, count(*) FROM claim WHERE recorded_to IS NULL GROUP BY tool";
        let mut statement = snapshot.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            counts.insert(row.get(0)?, row.get(1)?);
        }
        let mut tools: BTreeMap<String, String> = BTreeMap::new();
        let mut statement = snapshot.prepare_cached("SELECT id, name FROM tool")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            tools.insert(row.get(0)?, row.get(1)?);
        }
        for ((table, id), past) in &overlay {
            let now = read_json(&snapshot, crate::rows::find(table)?, id)?;
            let then = past.row(now.as_ref());
            if *table == TOOL.name {
                tools.remove(id);
                if let Some(then) = &then {
                    tools.insert(id.clone(), string(then, "name"));
                }
            } else if *table == CLAIM.name {
                for (row, change) in [(&now, -1), (&then, 1)] {
                    if let Some(row) = row
                        .as_ref()
                        .filter(|row| row.get("recorded_to").is_none_or(serde_json::Value::is_null))
                    {
                        *counts.entry(string(row, "tool")).or_default() += change;
                    }
                }
            }
        }
        let mut list: Vec<PastToolSummary> = tools
            .into_iter()
            .map(|(id, name)| PastToolSummary {
                claims: counts.get(&id).copied().unwrap_or(0).max(0) as u32,
                id,
                name,
            })
            .collect();
        list.sort_by_key(|tool| domain::text::name_key(&tool.name));
        Ok(list)
    }

    /// A tool with the claims that were current at that time.
    pub fn tool_as_of(&self, tool: &str, at: &str) -> Result<PastTool, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let overlay = overlay(&snapshot, at)?;
        let row = then(&snapshot, &overlay, TOOL.name, tool)?;
        let row = row.ok_or_else(|| StoreError::unknown("tool at that time", tool))?;
        let mut ids: HashSet<String> = HashSet::new();
        let mut statement = snapshot.prepare_cached("SELECT id FROM claim WHERE tool = ?1")?;
        for id in statement.query_map([tool], |row| row.get(0))? {
            ids.insert(id?);
        }
        let changed = |table: &str| -> Vec<String> {
            overlay.keys().filter(|(name, _)| *name == table).map(|(_, id)| id.clone()).collect()
        };
        ids.extend(changed(CLAIM.name));
        let mut rows = Vec::new();
        for id in ids {
            let Some(row) = then(&snapshot, &overlay, CLAIM.name, &id)? else { continue };
            let is_current = row.get("recorded_to").is_none_or(serde_json::Value::is_null);
            if is_current && string(&row, "tool") == tool {
                rows.push(row);
            }
        }
        let place =
            |row: &Fields, name: &str| row.get(name).and_then(serde_json::Value::as_i64).unwrap_or_default();
        rows.sort_by_key(|row| {
            (property::order(&string(row, "property")), place(row, "event"), place(row, "ord"))
        });
        let mut evidence_of: HashMap<String, Vec<String>> = HashMap::new();
        for id in changed(EVIDENCE.name) {
            if let Some(row) = then(&snapshot, &overlay, EVIDENCE.name, &id)? {
                evidence_of.entry(string(&row, "claim")).or_default().push(id);
            }
        }
        let mut claims = Vec::new();
        for row in rows {
            let id = string(&row, "id");
            let mut own: HashSet<String> = evidence_of.remove(&id).unwrap_or_default().into_iter().collect();
            let mut statement = snapshot.prepare_cached("SELECT id FROM evidence WHERE claim = ?1")?;
            for id in statement.query_map([&id], |row| row.get(0))? {
                own.insert(id?);
            }
            let mut evidence = Vec::new();
            for id in own {
                evidence.extend(then(&snapshot, &overlay, EVIDENCE.name, &id)?);
            }
            evidence.sort_by_key(|row| place(row, "ord"));
            claims.push(claim_of(&row, &evidence)?);
        }
        Ok(PastTool { id: tool.to_owned(), name: string(&row, "name"), claims })
    }
}

impl Past {
    fn row(&self, now: Option<&Fields>) -> Option<Fields> {
        if !self.existed {
            return None;
        }
        let mut row = self.rest.as_ref().or(now).cloned()?;
        row.extend(self.columns.clone());
        Some(row)
    }
}

/// What was changed after that time. For every column the oldest change counts, for it holds what stood there then.
fn overlay(connection: &Connection, at: &str) -> Result<Overlay> {
    let at = clock::parse(at.trim()).ok_or_else(|| StoreError::NotATime(domain::text::visible(at, 80)))?;
    // The order of events is that of their numbers, whatever the clock said.
    let sql = "SELECT coalesce(max(seq), 0) FROM event WHERE at <= ?1";
    let last: i64 = connection.query_row(sql, [at], |row| row.get(0))?;
    let mut overlay = Overlay::new();
    let mut statement = connection.prepare_cached(
        "SELECT line FROM event WHERE seq > ?1 AND kind NOT IN ('decide', 'name') ORDER BY seq",
    )?;
    let mut rows = statement.query([last])?;
    while let Some(row) = rows.next()? {
        let entry: Entry = serde_json::from_str(&row.get::<_, String>(0)?)?;
        for change in entry.changes {
            let Some(table) =
                [TOOL.name, CLAIM.name, EVIDENCE.name].into_iter().find(|name| *name == change.table())
            else {
                continue;
            };
            match change {
                Change::Insert { row, .. } => {
                    // A row that came back after it was deleted has its first change on record already.
                    overlay.entry((table, string(&row, "id"))).or_default();
                }
                Change::Update { id, before, .. } => {
                    let past = overlay
                        .entry((table, id))
                        .or_insert_with(|| Past { existed: true, ..Past::default() });
                    // What became of a row in a second life says nothing about the first.
                    if past.rest.is_none() {
                        for (column, value) in before {
                            past.columns.entry(column).or_insert(value);
                        }
                    }
                }
                Change::Delete { row, .. } => {
                    let past = overlay
                        .entry((table, string(&row, "id")))
                        .or_insert_with(|| Past { existed: true, ..Past::default() });
                    past.rest.get_or_insert(row);
                }
            }
        }
    }
    Ok(overlay)
}

fn then(connection: &Connection, overlay: &Overlay, table: &'static str, id: &str) -> Result<Option<Fields>> {
    let now = read_json(connection, crate::rows::find(table)?, id)?;
    Ok(match overlay.get(&(table, id.to_owned())) {
        Some(past) => past.row(now.as_ref()),
        None => now,
    })
}

fn string(row: &Fields, column: &str) -> String {
    row.get(column).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
}

fn claim_of(row: &Fields, evidence: &[Fields]) -> Result<Claim> {
    let optional = |column: &str| row.get(column).and_then(|value| value.as_str()).map(str::to_owned);
    let evidence = evidence.iter().map(|row| {
        Ok(Evidence {
            capture: string(row, "capture"),
            quote: string(row, "quote"),
            lines: serde_json::from_str(&string(row, "lines"))?,
            matched: from_word(string(row, "matched"))?,
        })
    });
    Ok(Claim {
        id: string(row, "id"),
        tool: string(row, "tool"),
        property: string(row, "property"),
        value: serde_json::from_str(&string(row, "value"))?,
        raw_text: string(row, "raw_text"),
        speaker: from_word(string(row, "speaker"))?,
        status: from_word(string(row, "status"))?,
        confidence: row
            .get("confidence")
            .and_then(serde_json::Value::as_f64)
            .map(|confidence| confidence as f32),
        evidence: evidence.collect::<Result<_>>()?,
        valid_from: string(row, "valid_from"),
        recorded_from: string(row, "recorded_from"),
        recorded_to: optional("recorded_to"),
        supersedes: optional("supersedes"),
        locked: row.get("locked").and_then(serde_json::Value::as_i64) == Some(1),
        proposed_by: string(row, "proposed_by"),
    })
}
