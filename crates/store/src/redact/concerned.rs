//! What a redaction concerns: rows of the library and of its history that rest on the regions, and texts that stand
//! nowhere else.
//!
//! Invariant: looks only. What is known of a claim counts whether it stands, was replaced or was taken back.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::redaction::{Stripped, is_covered, strip};
use domain::text::fold;
use domain::{EvidenceLine, PixelBox, ProposedClaim, Reading};
use rusqlite::{Connection, OptionalExtension};

use super::Redacted;
use crate::error::{Result, StoreError};
use crate::journal::Entry;
use crate::rows::{Change, Fields, OPERATION, find, read_json};
use crate::scrub::{Removal, Scrub, names_one};

pub(super) struct Concerned {
    pub(super) stripped: Stripped,
    pub(super) removal: Removal,
    evidence: u32,
    also_on: BTreeSet<String>,
}

impl Concerned {
    pub(super) fn answer(self, older_copies: Vec<String>) -> Redacted {
        Redacted {
            regions: self.stripped.regions,
            texts: self.stripped.removed,
            claims: self.removal.removed("claim").cloned().collect(),
            evidence: self.evidence,
            proposals: self.removal.removed("operation").count() as u32,
            also_on: self.also_on.into_iter().collect(),
            older_copies,
        }
    }
}

/// A row as it stands, or as the history knows it.
#[derive(Default)]
struct Rows {
    evidence: BTreeMap<String, Fields>,
    claims: BTreeMap<String, Fields>,
    operations: BTreeMap<String, Fields>,
    /// Ids of operations of which only a decision is known.
    decided: BTreeMap<String, String>,
}

impl Rows {
    fn load(connection: &Connection, capture: &str) -> Result<Self> {
        let mut rows = Self::default();
        // Whatever was read on the capture names it, or one of its change sets.
        let sets: Vec<String> = connection
            .prepare("SELECT id FROM change_set WHERE capture = ?1")?
            .query_map([capture], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let known: HashSet<String> = connection
            .prepare("SELECT id FROM change_set")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let named: HashSet<&str> = sets.iter().map(String::as_str).chain([capture]).collect();
        let mut statement = connection.prepare("SELECT line, change_set FROM event ORDER BY seq")?;
        let mut lines = statement.query([])?;
        while let Some(row) = lines.next()? {
            let (line, set): (String, String) = (row.get(0)?, row.get(1)?);
            let is_of_lost_draft = !set.is_empty() && !known.contains(&set);
            if !is_of_lost_draft && !names_one(&line, &named) {
                continue;
            }
            let entry: Entry = serde_json::from_str(&line)?;
            for change in entry.changes {
                match change {
                    Change::Insert { table, row } | Change::Delete { table, row } => rows.keep(&table, row),
                    Change::Update { table, id, .. } if table == OPERATION.name => {
                        rows.decided.insert(id, entry.change_set.clone());
                    }
                    Change::Update { .. } => {}
                }
            }
        }
        drop(lines);
        let ids = |sql: &str| -> Result<Vec<String>> {
            let mut statement = connection.prepare(sql)?;
            let ids = statement.query_map([capture], |row| row.get(0))?;
            Ok(ids.collect::<rusqlite::Result<_>>()?)
        };
        let of_capture = "SELECT evidence.claim FROM evidence WHERE evidence.capture = ?1";
        for (table, sql) in [
            ("evidence", format!("SELECT id FROM evidence WHERE claim IN ({of_capture})")),
            ("claim", format!("SELECT id FROM claim WHERE id IN ({of_capture})")),
            (
                "operation",
                "SELECT operation.id FROM operation JOIN change_set ON change_set.id = operation.change_set
                 WHERE change_set.capture = ?1"
                    .to_owned(),
            ),
        ] {
            for id in ids(&sql)? {
                if let Some(row) = read_json(connection, find(table)?, &id)? {
                    rows.keep(table, row);
                }
            }
        }
        Ok(rows)
    }

    fn keep(&mut self, table: &str, row: Fields) {
        let kept = match table {
            "evidence" => &mut self.evidence,
            "claim" => &mut self.claims,
            "operation" => &mut self.operations,
            _ => return,
        };
        kept.insert(string(&row, "id"), row);
    }
}

pub(super) fn string(row: &Fields, column: &str) -> String {
    row.get(column).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
}

pub(super) fn concerned(connection: &Connection, capture: &str, regions: &[PixelBox]) -> Result<Concerned> {
    let size = connection.query_row("SELECT width, height FROM capture WHERE id = ?1", [capture], |row| {
        Ok((row.get::<_, Option<u32>>(0)?, row.get::<_, Option<u32>>(1)?))
    })?;
    let (Some(width), Some(height)) = size else { return Err(StoreError::NotDecoded) };
    let whole = PixelBox::new(0, 0, width, height);
    let regions: Vec<PixelBox> = regions
        .iter()
        .map(|region| region.intersection(&whole))
        .filter(|region| !region.is_empty())
        .collect();
    if regions.is_empty() {
        return Err(StoreError::OutsidePicture);
    }
    let sql = "SELECT body FROM reading WHERE id = ?1";
    let body: Option<String> = connection.query_row(sql, [capture], |row| row.get(0)).optional()?;
    let reading: Reading = body.map_or(Ok(Reading::default()), |body| serde_json::from_str(&body))?;
    let stripped = strip(&reading, &regions);
    let rows = Rows::load(connection, capture)?;
    let mut removal = Removal::default();
    let mut texts: Vec<String> = stripped.removed.clone();
    texts.extend(
        stripped.removed.iter().flat_map(|run| run.split(' ')).filter(|word| tells(word)).map(str::to_owned),
    );
    let evidence = remove_evidence(&rows, capture, &stripped.regions, &mut removal, &mut texts)?;
    remove_operations(connection, &rows, capture, &stripped.regions, &mut removal, &mut texts)?;
    remove_dependents(connection, &rows, capture, &mut removal)?;
    removal.scrub = Scrub::new(texts);
    let also_on = keep_only_here(connection, capture, &stripped, &mut removal.scrub)?;
    remove_differences(connection, &mut removal)?;
    Ok(Concerned { stripped, removal, evidence, also_on })
}

/// A word that tells something by itself, wherever it stands: numbers, addresses, keys.
fn tells(word: &str) -> bool {
    let inside = word.trim_matches(|sign: char| !sign.is_alphanumeric());
    inside.chars().count() >= 5 && inside.chars().any(|sign| sign.is_ascii_digit() || "@/_=".contains(sign))
}

fn is_touched(lines: &str, regions: &[PixelBox]) -> Result<bool> {
    let lines: Vec<EvidenceLine> = serde_json::from_str(lines)?;
    Ok(lines.iter().any(|line| is_covered(&line.bounds, regions)))
}

/// Evidence that lies under the regions, and claims that have no other. Answers with how many pieces the others lose.
fn remove_evidence(
    rows: &Rows,
    capture: &str,
    regions: &[PixelBox],
    removal: &mut Removal,
    texts: &mut Vec<String>,
) -> Result<u32> {
    let mut touched: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for (id, row) in &rows.evidence {
        let of_claim = touched.entry(string(row, "claim")).or_default();
        if string(row, "capture") == capture && is_touched(&string(row, "lines"), regions)? {
            of_claim.0 += 1;
            removal.remove("evidence", id);
            texts.push(string(row, "quote"));
            texts.extend(lines_of(&string(row, "lines"))?);
        } else {
            of_claim.1 += 1;
        }
    }
    let mut lost = 0;
    for (claim, (gone, left)) in touched {
        let Some(row) = rows.claims.get(&claim) else { continue };
        if gone > 0 && left == 0 {
            texts.push(string(row, "raw_text"));
            texts.extend(text_of(&string(row, "value"))?);
            let older = row.get("supersedes").and_then(|older| older.as_str()).map(str::to_owned);
            removal.replaced.insert(claim.clone(), older);
            removal.remove("claim", claim);
        } else {
            lost += gone;
        }
    }
    Ok(lost)
}

fn lines_of(lines: &str) -> Result<Vec<String>> {
    let lines: Vec<EvidenceLine> = serde_json::from_str(lines)?;
    Ok(lines.into_iter().map(|line| line.text).collect())
}

fn text_of(value: &str) -> Result<Option<String>> {
    Ok(match serde_json::from_str(value)? {
        domain::Value::Text { text } => Some(text),
        _ => None,
    })
}

/// Proposals that were read under the regions; also those that were never found on the page, unless a person took them.
fn remove_operations(
    connection: &Connection,
    rows: &Rows,
    capture: &str,
    regions: &[PixelBox],
    removal: &mut Removal,
    texts: &mut Vec<String>,
) -> Result<()> {
    let mut of_set = connection.prepare_cached("SELECT capture FROM change_set WHERE id = ?1")?;
    let mut shows = |set: &str| -> Result<Option<bool>> {
        let shown: Option<String> = of_set.query_row([set], |row| row.get(0)).optional()?;
        Ok(shown.map(|shown| shown == capture))
    };
    for (id, row) in &rows.operations {
        if shows(&string(row, "change_set"))? == Some(false) {
            continue;
        }
        let proposal: ProposedClaim = serde_json::from_str(&string(row, "proposal"))?;
        let is_taken = matches!(string(row, "decision").as_str(), "accepted" | "edited");
        if is_gone(&proposal, regions) || (proposal.evidence.is_empty() && !is_taken) {
            texts.extend(proposal.evidence.iter().map(|line| line.text.clone()));
            texts.extend([proposal.raw_text.clone(), string(row, "edited_text")]);
            if let domain::Value::Text { text } = &proposal.value {
                texts.push(text.clone());
            }
            removal.remove("operation", id);
        }
    }
    // Drafts that were replaced since left their decisions in the history, and nobody can say any more about what.
    for (id, set) in &rows.decided {
        if !rows.operations.contains_key(id)
            && shows(set)? != Some(false)
            && read_json(connection, &OPERATION, id)?.is_none()
        {
            removal.remove("operation", id);
        }
    }
    Ok(())
}

pub(super) fn is_gone(proposal: &ProposedClaim, regions: &[PixelBox]) -> bool {
    let others = proposal.opinions.iter().filter_map(|opinion| opinion.instead.as_ref());
    let mut lines = proposal.evidence.iter().chain(others.flat_map(|other| &other.evidence));
    lines.any(|line| is_covered(&line.bounds, regions))
}

/// What hangs on rows that are gone.
fn remove_dependents(
    connection: &Connection,
    rows: &Rows,
    capture: &str,
    removal: &mut Removal,
) -> Result<()> {
    let mut tools = BTreeSet::new();
    for claim in removal.removed("claim").cloned().collect::<Vec<_>>() {
        removal.remove("note", format!("claim/{claim}"));
        let mut statement =
            connection.prepare_cached("SELECT id FROM settlement WHERE instr(claims, ?1) > 0")?;
        for id in statement.query_map([&claim], |row| row.get::<_, String>(0))? {
            removal.remove("settlement", id?);
        }
        tools.extend(rows.claims.get(&claim).map(|row| string(row, "tool")));
    }
    for operation in removal.removed("operation").cloned().collect::<Vec<_>>() {
        let mut statement = connection.prepare_cached("SELECT id FROM rejected WHERE operation = ?1")?;
        for id in statement.query_map([&operation], |row| row.get::<_, String>(0))? {
            removal.remove("rejected", id?);
        }
    }
    for tool in tools {
        let mut left = connection.prepare_cached("SELECT id FROM claim WHERE tool = ?1")?;
        let left: Vec<String> =
            left.query_map([&tool], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let known = rows.claims.iter().filter(|(_, row)| string(row, "tool") == tool).map(|(id, _)| id);
        if !left.iter().chain(known).all(|claim| removal.is_removed("claim", claim)) {
            continue;
        }
        // A merge from another page that was taken back may be repeated, and then needs the tool.
        let sql = "SELECT 1 FROM event WHERE kind = 'merge' AND instr(line, ?1) > 0 AND instr(line, ?2) = 0";
        if connection.prepare_cached(sql)?.exists([tool.as_str(), capture])? {
            continue;
        }
        for (table, sql) in [
            ("tool_alias", "SELECT id FROM tool_alias WHERE tool = ?1"),
            ("tool_relation", "SELECT id FROM tool_relation WHERE ?1 IN (tool, other)"),
            ("tool_merge", "SELECT id FROM tool_merge WHERE tool = ?1"),
            ("field_lock", "SELECT id FROM field_lock WHERE tool = ?1"),
            ("settlement", "SELECT id FROM settlement WHERE tool = ?1"),
            ("term_link", "SELECT id FROM term_link WHERE tool = ?1"),
        ] {
            let mut statement = connection.prepare_cached(sql)?;
            for id in statement.query_map([&tool], |row| row.get::<_, String>(0))? {
                removal.remove(table, id?);
            }
        }
        removal.remove("note", format!("tool/{tool}"));
        removal.remove("tool_vendor", tool.clone());
        removal.remove("tool", tool);
    }
    Ok(())
}

/// Keeps of the texts those that stand nowhere else. Answers with the captures on which something removed still stands.
fn keep_only_here(
    connection: &Connection,
    capture: &str,
    stripped: &Stripped,
    scrub: &mut Scrub,
) -> Result<BTreeSet<String>> {
    let mut elsewhere: BTreeSet<String> = BTreeSet::new();
    let mut also_on = BTreeSet::new();
    let here: String =
        stripped.reading.lines.iter().map(|line| fold(&line.text)).collect::<Vec<_>>().join("\n");
    elsewhere.extend(scrub.found_in(&here).into_iter().map(str::to_owned));
    let mut statement = connection.prepare(
        "SELECT id, body FROM reading WHERE id <> ?1
         UNION ALL SELECT capture, json_array(quote) FROM evidence WHERE capture <> ?1",
    )?;
    let mut rows = statement.query([capture])?;
    while let Some(row) = rows.next()? {
        let (id, body): (String, String) = (row.get(0)?, row.get(1)?);
        for text in scrub.texts_within(&body) {
            if stripped.removed.iter().any(|removed| removed == text) {
                also_on.insert(id.clone());
            }
            elsewhere.insert(text.to_owned());
        }
    }
    drop(rows);
    drop(statement);
    scrub.retain(|text| !elsewhere.contains(text));
    Ok(also_on)
}

/// Names that are gone need not be told apart any more.
fn remove_differences(connection: &Connection, removal: &mut Removal) -> Result<()> {
    let mut statement = connection.prepare("SELECT id, name_key, other_key FROM tool_different")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (left, right): (String, String) = (row.get(1)?, row.get(2)?);
        if removal.scrub.is_key(&left) || removal.scrub.is_key(&right) {
            removal.remove("tool_different", row.get::<_, String>(0)?);
        }
    }
    Ok(())
}
