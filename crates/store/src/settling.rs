//! What a person says about claims themselves: which of two that contradict each other holds, what is no longer true,
//! what machines may not touch; and the whole story of one claim.
//!
//! Invariant: nothing is deleted. A claim that loses becomes history with its evidence, and what was settled stays
//! settled as long as the same claims stand against each other.

use std::collections::HashSet;

use domain::contradiction::{Contradiction, contradictions};
use domain::text::visible;
use domain::{Claim, Status};
use rusqlite::{Connection, OptionalExtension};

use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::rows::{CLAIM, FIELD_LOCK, Recorder, SETTLEMENT, optional, read, text, word};
use crate::types::{ClaimHistory, OpenContradiction, Settlement, Sighting};
use crate::{clock, marks, pages, tools};

impl Library {
    /// Everything that stands against each other and was not settled, by the name of the tool.
    pub fn contradictions(&self) -> Result<Vec<OpenContradiction>, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let mut statement = snapshot.prepare_cached(
            "SELECT tool.id FROM tool JOIN tool_summary ON tool_summary.id = tool.id
             WHERE contradictions > 0 ORDER BY tool.name_key",
        )?;
        let ids: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut found = Vec::new();
        for id in ids {
            let name = tools::name_of(&snapshot, &id)?;
            let claims = tools::current_claims(&snapshot, &id)?;
            for contradiction in of_tool(&snapshot, &id, &claims)?.0 {
                let concerned = |claim: &&Claim| contradiction.claims.contains(&claim.id);
                let claims = claims.iter().filter(concerned).cloned().collect();
                found.push(OpenContradiction { name: name.clone(), contradiction, claims });
            }
        }
        Ok(found)
    }

    /// Settles a contradiction: with a chosen claim the others become history, without one all stay and the note says
    /// why both can be true.
    pub fn settle(
        &self,
        tool: &str,
        key: &str,
        chosen: Option<&str>,
        note: Option<&str>,
    ) -> Result<(), StoreError> {
        self.edit(|recorder, context| {
            let name = tools::name_of(recorder.connection(), tool)?;
            let claims = tools::current_claims(recorder.connection(), tool)?;
            let found = contradictions(tool, &claims).into_iter().find(|found| found.key == key);
            let found = found.ok_or_else(|| StoreError::unknown("open contradiction", key))?;
            if let Some(chosen) = chosen {
                if !found.claims.iter().any(|claim| claim == chosen) {
                    return Err(StoreError::unknown("claim in this contradiction", chosen));
                }
                for loser in found.claims.iter().filter(|claim| *claim != chosen) {
                    close(recorder, loser, &context.now)?;
                }
                let disputed =
                    claims.iter().any(|claim| claim.id == chosen && claim.status == Status::Disputed);
                if disputed {
                    recorder.update(&CLAIM, chosen, &[("status", text(word(&Status::Verified)?))])?;
                }
            }
            let note = note.map(str::trim).filter(|note| !note.is_empty());
            recorder.insert(
                &SETTLEMENT,
                &[
                    ("id", text(clock::new_id())),
                    ("tool", text(tool)),
                    ("property", text(&found.property)),
                    ("claims", text(key)),
                    ("chosen", optional(chosen)),
                    ("note", optional(note)),
                    ("at", text(&context.now)),
                ],
            )?;
            let verb = if chosen.is_some() { "Chose a value of" } else { "Explained two values of" };
            let label = property_label(&found.property);
            Ok((Some(format!("{verb} {label} of {}", visible(&name, 60))), ()))
        })
    }

    /// Says that a claim no longer holds: it becomes history.
    pub fn retire(&self, claim: &str) -> Result<(), StoreError> {
        self.edit(|recorder, context| {
            let held = current(recorder.connection(), claim)?;
            close(recorder, claim, &context.now)?;
            let claim = shown(recorder.connection(), &held)?;
            Ok((Some(format!("Said that {claim} no longer holds")), ()))
        })
    }

    /// Locks a claim against machines, or unlocks it.
    pub fn lock_claim(&self, claim: &str, locked: bool) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let held = current(recorder.connection(), claim)?;
            recorder.update(&CLAIM, claim, &[("locked", i64::from(locked).into())])?;
            let verb = if locked { "Locked" } else { "Unlocked" };
            Ok((Some(format!("{verb} {}", shown(recorder.connection(), &held)?)), ()))
        })
    }

    /// Locks a property of a tool against machines, or unlocks it.
    pub fn lock_property(&self, tool: &str, property: &str, locked: bool) -> Result<(), StoreError> {
        self.edit(|recorder, context| {
            let name = tools::name_of(recorder.connection(), tool)?;
            let known = domain::property::find(property);
            let known = known.ok_or_else(|| StoreError::unknown("property", property))?;
            let id = format!("{tool}/{property}");
            let held = read(recorder.connection(), &FIELD_LOCK, &id)?.is_some();
            match (locked, held) {
                (true, false) => recorder.insert(
                    &FIELD_LOCK,
                    &[
                        ("id", text(&id)),
                        ("tool", text(tool)),
                        ("property", text(property)),
                        ("at", text(&context.now)),
                    ],
                )?,
                (false, true) => recorder.delete(&FIELD_LOCK, &id)?,
                _ => return Ok((None, ())),
            }
            let verb = if locked { "Locked" } else { "Unlocked" };
            Ok((Some(format!("{verb} {} of {}", known.label, visible(&name, 60))), ()))
        })
    }

    /// Everything known about one statement: what it replaced and was replaced by, and each sighting with its quote.
    pub fn claim_history(&self, claim: &str) -> Result<ClaimHistory, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let mut versions = Vec::new();
        let mut next = Some(claim.to_owned());
        let mut seen = HashSet::new();
        while let Some(id) = next.take().filter(|id| seen.insert(id.clone())) {
            let held = one(&snapshot, &id)?;
            next.clone_from(&held.supersedes);
            versions.push(held);
        }
        versions.reverse();
        let mut last = claim.to_owned();
        while let Some(newer) = follower(&snapshot, &last)?.filter(|id| seen.insert(id.clone())) {
            versions.push(one(&snapshot, &newer)?);
            last = newer;
        }
        let mut sightings = Vec::new();
        for version in &versions {
            for evidence in &version.evidence {
                let sql = "SELECT version FROM capture_source WHERE id = ?1";
                sightings.push(Sighting {
                    claim: version.id.clone(),
                    at: pages::captured_at(&snapshot, &evidence.capture)?,
                    page_version: snapshot
                        .query_row(sql, [&evidence.capture], |row| row.get(0))
                        .optional()?,
                    evidence: evidence.clone(),
                });
            }
        }
        sightings.sort_by(|left, right| left.at.cmp(&right.at));
        let notes = marks::notes_on(&snapshot, &versions)?;
        Ok(ClaimHistory { versions, sightings, notes })
    }
}

pub(crate) fn one(connection: &Connection, claim: &str) -> Result<Claim> {
    let found = tools::claims_where(connection, "id = ?1", [claim])?.pop();
    found.ok_or_else(|| StoreError::unknown("claim", claim))
}

fn current(connection: &Connection, claim: &str) -> Result<Claim> {
    let held = one(connection, claim)?;
    if held.recorded_to.is_some() { Err(StoreError::unknown("current claim", claim)) } else { Ok(held) }
}

fn follower(connection: &Connection, claim: &str) -> Result<Option<String>> {
    let sql = "SELECT id FROM claim WHERE supersedes = ?1 ORDER BY event, ord LIMIT 1";
    Ok(connection.prepare_cached(sql)?.query_row([claim], |row| row.get(0)).optional()?)
}

/// A claim by its tool and field. Titles stay in the history for good; page text may have to be removed one day.
pub(crate) fn shown(connection: &Connection, claim: &Claim) -> Result<String> {
    let tool = visible(&tools::name_of(connection, &claim.tool)?, 60);
    Ok(format!("a claim on {tool} ({})", property_label(&claim.property)))
}

fn property_label(property: &str) -> &'static str {
    domain::property::find(property).map_or("another field", |known| known.label)
}

fn close(recorder: &mut Recorder<'_>, claim: &str, now: &str) -> Result<()> {
    let values = [("recorded_to", text(now)), ("status", text(word(&Status::Superseded)?))];
    recorder.update(&CLAIM, claim, &values)?;
    Ok(())
}

/// Keys of contradictions that were settled without making a claim history.
pub(crate) fn settled_keys(connection: &Connection, tool: &str) -> Result<HashSet<String>> {
    let mut statement = connection.prepare_cached("SELECT claims FROM settlement WHERE tool = ?1")?;
    let keys = statement.query_map([tool], |row| row.get(0))?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// Open contradictions of a tool, and what was settled.
pub(crate) fn of_tool(
    connection: &Connection,
    tool: &str,
    claims: &[Claim],
) -> Result<(Vec<Contradiction>, Vec<Settlement>)> {
    let mut statement = connection.prepare_cached(
        "SELECT id, property, claims, chosen, note, at FROM settlement WHERE tool = ?1 ORDER BY id DESC",
    )?;
    let settled = statement.query_map([tool], |row| {
        Ok(Settlement {
            id: row.get(0)?,
            property: row.get(1)?,
            key: row.get(2)?,
            chosen: row.get(3)?,
            note: row.get(4)?,
            at: row.get(5)?,
        })
    })?;
    let settled: Vec<Settlement> = settled.collect::<rusqlite::Result<_>>()?;
    let mut open = contradictions(tool, claims);
    open.retain(|found| !settled.iter().any(|settled| settled.key == found.key));
    Ok((open, settled))
}
