//! Making two tools one, field by field, and parting them again.
//!
//! Invariant: no claim and no evidence is ever dropped. What a merge of tools did stands in a row of its own, so that it
//! can be taken apart long after other steps were taken; what was accepted since goes where its page called it.

use std::collections::BTreeMap;

use domain::merge::value_key;
use domain::property::{self, Cardinality};
use domain::text::{name_key, visible};
use domain::{Claim, Status};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::error::{Result, StoreError, count};
use crate::library::{Library, StepContext};
use crate::naming::{self, insert_alias};
use crate::rows::{
    CLAIM, EVIDENCE, FIELD_LOCK, Fields, NOTE, Recorder, SETTLEMENT, TERM_LINK, TOOL, TOOL_ALIAS, TOOL_MERGE,
    TOOL_RELATION, TOOL_VENDOR, Table, read, read_json, text, word,
};
use crate::types::{AliasKind, Keep, ToolMerge};
use crate::{clock, merge, tools};

/// What a merge of tools did, as far as it cannot be seen in the rows themselves.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Body {
    tool: Fields,
    /// Claims that were the absorbed tool's.
    moved: Vec<String>,
    /// Claims that both tools held: the kept one took over copies of the evidence.
    folded: Vec<Folded>,
    /// Claims that were closed by a choice, and claims that became disputed, with the status they had.
    closed: Vec<(String, Status)>,
    disputed: Vec<(String, Status)>,
    aliases: Vec<String>,
    /// The alias that the absorbed tool's name became.
    own_alias: String,
    /// Rows of other tables that were the absorbed tool's, and those that stand for them now.
    rows: Vec<(String, Fields)>,
    stand_ins: Vec<(String, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Folded {
    claim: String,
    status: Status,
    /// Copies of its evidence under the kept claim.
    evidence: Vec<String>,
}

impl Library {
    /// Makes `absorbed` part of `kept`: its name becomes an alias, its claims, evidence, relations, tags and notes move.
    ///
    /// `choices` says by property which claims stay current where both tools hold some; without a choice both do, but
    /// for the name. Answers with the id of the merge, by which [`Library::part_tools`] takes it apart.
    pub fn merge_tools(
        &self,
        kept: &str,
        absorbed: &str,
        choices: &BTreeMap<String, Keep>,
    ) -> Result<String, StoreError> {
        self.edit(|recorder, context| {
            let kept_name = tools::name_of(recorder.connection(), kept)?;
            let absorbed_name = tools::name_of(recorder.connection(), absorbed)?;
            if kept == absorbed {
                return Err(StoreError::SameTool);
            }
            let mut body = Body {
                tool: read_json(recorder.connection(), &TOOL, absorbed)?.unwrap_or_default(),
                ..Body::default()
            };
            move_claims(recorder, kept, absorbed, choices, context, &mut body)?;
            move_rows(recorder, kept, absorbed, &mut body)?;
            recorder.delete(&TOOL, absorbed)?;
            body.own_alias = insert_alias(recorder, kept, &absorbed_name, AliasKind::Name)?;
            let id = clock::new_id();
            recorder.insert(
                &TOOL_MERGE,
                &[
                    ("id", text(&id)),
                    ("tool", text(kept)),
                    ("absorbed", text(absorbed)),
                    ("name", text(&absorbed_name)),
                    ("body", text(serde_json::to_string(&body)?)),
                    ("at", text(&context.now)),
                ],
            )?;
            let title = format!("Made {} part of {}", visible(&absorbed_name, 60), visible(&kept_name, 60));
            Ok((Some(title), id))
        })
    }

    /// Takes a merge of tools apart: the absorbed tool comes back with its claims, and with those that were accepted
    /// since from pages that called it by its name. The two are remembered as different. Answers with the tool's id.
    pub fn part_tools(&self, merge: &str) -> Result<String, StoreError> {
        self.edit(|recorder, context| {
            let held = read_json(recorder.connection(), &TOOL_MERGE, merge)?;
            let held = held.ok_or_else(|| StoreError::unknown("merge of tools", merge))?;
            let field =
                |name: &str| held.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            let (kept, absorbed, name) = (field("tool"), field("absorbed"), field("name"));
            let body: Body = serde_json::from_str(&field("body"))?;
            recorder.delete(&TOOL_MERGE, merge)?;
            if read(recorder.connection(), &TOOL_ALIAS, &body.own_alias)?.is_some() {
                recorder.delete(&TOOL_ALIAS, &body.own_alias)?;
            }
            if let Some(holder) = tools::by_name(recorder.connection(), &name)? {
                return Err(naming::taken(recorder.connection(), &name, &holder));
            }
            recorder.insert_json(&TOOL, &body.tool)?;
            give_back(recorder, &kept, &absorbed, &field("at"), &body)?;
            for claim in accepted_under(recorder.connection(), &kept, &name)? {
                recorder.update(&CLAIM, &claim, &[("tool", text(&absorbed))])?;
                reopen_replaced(recorder, &kept, &claim)?;
            }
            let kept_name = tools::name_of(recorder.connection(), &kept)?;
            naming::remember_different(recorder, &kept_name, &name, Some("parted by hand"), &context.now)?;
            let title = format!("Parted {} from {}", visible(&name, 60), visible(&kept_name, 60));
            Ok((Some(title), absorbed))
        })
    }

    /// Moves claims, with those they replaced, to a new tool of that name. Answers with its id.
    pub fn take_out(&self, tool: &str, name: &str, claims: &[String]) -> Result<String, StoreError> {
        self.edit(|recorder, context| {
            let own = tools::name_of(recorder.connection(), tool)?;
            let name = naming::checked(name)?;
            naming::release(recorder, tool, name)?;
            let held = tools::current_claims(recorder.connection(), tool)?;
            if let Some(unknown) = claims.iter().find(|id| !held.iter().any(|claim| claim.id == **id)) {
                return Err(StoreError::unknown("current claim of this tool", unknown));
            }
            if claims.is_empty() || held.iter().all(|claim| claims.contains(&claim.id)) {
                return Err(StoreError::NothingLeft);
            }
            let id = clock::new_id();
            naming::insert_tool(recorder, &id, name, &context.now)?;
            for claim in claims {
                let mut next = Some(claim.clone());
                while let Some(claim) = next {
                    recorder.update(&CLAIM, &claim, &[("tool", text(&id))])?;
                    let sql =
                        "SELECT older.id FROM claim newer JOIN claim older ON older.id = newer.supersedes
                               WHERE newer.id = ?1 AND older.tool = ?2";
                    next =
                        recorder.connection().query_row(sql, [&claim, tool], |row| row.get(0)).optional()?;
                }
            }
            naming::remember_different(recorder, &own, name, Some("parted by hand"), &context.now)?;
            let claims = count(claims.len(), "claim");
            Ok((Some(format!("Took {} with {claims} out of {}", visible(name, 60), visible(&own, 60))), id))
        })
    }
}

pub(crate) fn of_tool(connection: &Connection, tool: &str) -> Result<Vec<ToolMerge>> {
    let mut statement =
        connection.prepare_cached("SELECT id, name, at FROM tool_merge WHERE tool = ?1 ORDER BY id")?;
    let merges = statement
        .query_map([tool], |row| Ok(ToolMerge { id: row.get(0)?, name: row.get(1)?, at: row.get(2)? }))?;
    Ok(merges.collect::<rusqlite::Result<_>>()?)
}

fn move_claims(
    recorder: &mut Recorder<'_>,
    kept: &str,
    absorbed: &str,
    choices: &BTreeMap<String, Keep>,
    context: &StepContext,
    body: &mut Body,
) -> Result<()> {
    let own = tools::current_claims(recorder.connection(), kept)?;
    let all = tools::claims_where(recorder.connection(), "tool = ?1", [absorbed])?;
    let choice = |property: &str| {
        let usual = if property == "name" { Keep::Kept } else { Keep::Both };
        choices.get(property).copied().unwrap_or(usual)
    };
    let close = |recorder: &mut Recorder<'_>, claim: &Claim| {
        let values = [("recorded_to", text(&context.now)), ("status", text(word(&Status::Superseded)?))];
        recorder.update(&CLAIM, &claim.id, &values)
    };
    for claim in &all {
        recorder.update(&CLAIM, &claim.id, &[("tool", text(kept))])?;
        body.moved.push(claim.id.clone());
        if claim.recorded_to.is_some() {
            continue;
        }
        let equal = own.iter().find(|held| {
            held.property == claim.property
                && held.speaker == claim.speaker
                && value_key(&held.value) == value_key(&claim.value)
        });
        if let Some(equal) = equal {
            let evidence = copy_evidence(recorder, claim, equal)?;
            close(recorder, claim)?;
            body.folded.push(Folded { claim: claim.id.clone(), status: claim.status, evidence });
            continue;
        }
        let rivals: Vec<&Claim> = own.iter().filter(|held| held.property == claim.property).collect();
        match choice(&claim.property) {
            Keep::Kept if !rivals.is_empty() => {
                close(recorder, claim)?;
                body.closed.push((claim.id.clone(), claim.status));
            }
            Keep::Kept => {}
            Keep::Absorbed => {
                for rival in rivals {
                    if !body.closed.iter().any(|(closed, _)| *closed == rival.id) {
                        close(recorder, rival)?;
                        body.closed.push((rival.id.clone(), rival.status));
                    }
                }
            }
            Keep::Both => dispute(recorder, claim, &rivals, body)?,
        }
    }
    Ok(())
}

/// Where one value is expected and one speaker said two, both stay and are marked.
fn dispute(recorder: &mut Recorder<'_>, claim: &Claim, rivals: &[&Claim], body: &mut Body) -> Result<()> {
    let one =
        property::find(&claim.property).is_some_and(|property| property.cardinality == Cardinality::One);
    let rivals: Vec<&&Claim> = rivals.iter().filter(|rival| rival.speaker == claim.speaker).collect();
    if !one || rivals.is_empty() {
        return Ok(());
    }
    for disputed in rivals.into_iter().copied().chain([claim]) {
        let is_new = !body.disputed.iter().any(|(known, _)| *known == disputed.id);
        if is_new && !matches!(disputed.status, Status::Entered | Status::Disputed) {
            recorder.update(&CLAIM, &disputed.id, &[("status", text(word(&Status::Disputed)?))])?;
            body.disputed.push((disputed.id.clone(), disputed.status));
        }
    }
    Ok(())
}

/// Adds what supports one claim to an equal one; answers with the ids of the copies.
fn copy_evidence(recorder: &mut Recorder<'_>, from: &Claim, to: &Claim) -> Result<Vec<String>> {
    let sql = "SELECT coalesce(max(ord), -1) + 1 FROM evidence WHERE claim = ?1";
    let first: i64 = recorder.connection().query_row(sql, [&to.id], |row| row.get(0))?;
    let mut copies = Vec::new();
    for evidence in from.evidence.iter().filter(|evidence| !to.evidence.contains(evidence)) {
        copies.push(merge::write_evidence(recorder, &to.id, first as usize + copies.len(), evidence)?);
    }
    Ok(copies)
}

/// Moves what else belongs to the absorbed tool. Where the kept tool has its own, the absorbed one's is only kept for
/// the day on which the two are parted.
fn move_rows(recorder: &mut Recorder<'_>, kept: &str, absorbed: &str, body: &mut Body) -> Result<()> {
    let connection = recorder.connection();
    let ids = |sql: &str| -> Result<Vec<String>> {
        let mut statement = connection.prepare_cached(sql)?;
        let ids = statement.query_map([absorbed], |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    };
    for alias in ids("SELECT id FROM tool_alias WHERE tool = ?1")? {
        recorder.update(&TOOL_ALIAS, &alias, &[("tool", text(kept))])?;
        body.aliases.push(alias);
    }
    for merge in ids("SELECT id FROM tool_merge WHERE tool = ?1")? {
        recorder.update(&TOOL_MERGE, &merge, &[("tool", text(kept))])?;
    }
    let groups: [(&'static Table, &str); 5] = [
        (&TOOL_RELATION, "SELECT id FROM tool_relation WHERE ?1 IN (tool, other)"),
        (&TERM_LINK, "SELECT id FROM term_link WHERE tool = ?1"),
        (&FIELD_LOCK, "SELECT id FROM field_lock WHERE tool = ?1"),
        (&SETTLEMENT, "SELECT id FROM settlement WHERE tool = ?1"),
        (&TOOL_VENDOR, "SELECT id FROM tool_vendor WHERE id = ?1"),
    ];
    for (table, sql) in groups {
        for id in ids(sql)? {
            move_row(recorder, table, &id, kept, absorbed, body)?;
        }
    }
    let note = format!("tool/{absorbed}");
    if read(recorder.connection(), &NOTE, &note)?.is_some() {
        move_note(recorder, &note, kept, body)?;
    }
    Ok(())
}

fn move_row(
    recorder: &mut Recorder<'_>,
    table: &'static Table,
    id: &str,
    kept: &str,
    absorbed: &str,
    body: &mut Body,
) -> Result<()> {
    let Some(row) = read_json(recorder.connection(), table, id)? else { return Ok(()) };
    recorder.delete(table, id)?;
    let mut moved = row.clone();
    for column in ["tool", "other"] {
        if moved.get(column).and_then(|value| value.as_str()) == Some(absorbed) {
            moved.insert(column.to_owned(), kept.into());
        }
    }
    let field = |name: &str| moved.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let new_id = match table.name {
        "tool_vendor" => kept.to_owned(),
        "field_lock" => format!("{kept}/{}", field("property")),
        _ => clock::new_id(),
    };
    let connection = recorder.connection();
    let exists = |sql: &str, values: &[&str]| -> Result<bool> {
        Ok(connection.prepare_cached(sql)?.exists(rusqlite::params_from_iter(values))?)
    };
    let is_known = match table.name {
        "tool_relation" => {
            field("tool") == field("other")
                || exists(
                    "SELECT 1 FROM tool_relation WHERE tool = ?1 AND kind = ?2 AND other = ?3",
                    &[&field("tool"), &field("kind"), &field("other")],
                )?
        }
        "term_link" => {
            exists("SELECT 1 FROM term_link WHERE term = ?1 AND tool = ?2", &[&field("term"), kept])?
        }
        _ => read(connection, table, &new_id)?.is_some(),
    };
    if !is_known {
        moved.insert("id".to_owned(), new_id.clone().into());
        recorder.insert_json(table, &moved)?;
        body.stand_ins.push((table.name.to_owned(), new_id));
    }
    body.rows.push((table.name.to_owned(), row));
    Ok(())
}

/// Notes of both tools become one text.
fn move_note(recorder: &mut Recorder<'_>, note: &str, kept: &str, body: &mut Body) -> Result<()> {
    let Some(row) = read_json(recorder.connection(), &NOTE, note)? else { return Ok(()) };
    let target = format!("tool/{kept}");
    recorder.delete(&NOTE, note)?;
    let own = read_json(recorder.connection(), &NOTE, &target)?;
    let text_of =
        |row: &Fields| row.get("text").and_then(|text| text.as_str()).unwrap_or_default().to_owned();
    if let Some(own) = own {
        let both = format!("{}\n\n{}", text_of(&own), text_of(&row));
        recorder.update(&NOTE, &target, &[("text", text(both))])?;
    } else {
        let mut moved = row.clone();
        moved.insert("id".to_owned(), target.clone().into());
        moved.insert("target".to_owned(), kept.into());
        recorder.insert_json(&NOTE, &moved)?;
        body.stand_ins.push((NOTE.name.to_owned(), target));
    }
    body.rows.push((NOTE.name.to_owned(), row));
    Ok(())
}

/// Gives the absorbed tool back what was its own and still stands as the merge left it.
fn give_back(recorder: &mut Recorder<'_>, kept: &str, absorbed: &str, at: &str, body: &Body) -> Result<()> {
    for claim in &body.moved {
        if column(recorder, claim, "tool")?.as_deref() == Some(kept) {
            recorder.update(&CLAIM, claim, &[("tool", text(absorbed))])?;
        }
    }
    let folded = body.folded.iter().map(|folded| (&folded.claim, folded.status));
    for (claim, status) in folded.chain(body.closed.iter().map(|(claim, status)| (claim, *status))) {
        if column(recorder, claim, "recorded_to")?.as_deref() == Some(at) {
            let values = [("recorded_to", Value::Null), ("status", text(word(&status)?))];
            recorder.update(&CLAIM, claim, &values)?;
        }
    }
    for copy in body.folded.iter().flat_map(|folded| &folded.evidence) {
        recorder.delete(&EVIDENCE, copy)?;
    }
    for (claim, status) in &body.disputed {
        if column(recorder, claim, "status")?.as_deref() == Some("disputed") {
            recorder.update(&CLAIM, claim, &[("status", text(word(status)?))])?;
        }
    }
    for alias in &body.aliases {
        if read(recorder.connection(), &TOOL_ALIAS, alias)?.is_some() {
            recorder.update(&TOOL_ALIAS, alias, &[("tool", text(absorbed))])?;
        }
    }
    for (table, id) in &body.stand_ins {
        recorder.delete(crate::rows::find(table)?, id)?;
    }
    for (table, row) in &body.rows {
        restore_row(recorder, crate::rows::find(table)?, row)?;
    }
    Ok(())
}

/// Puts a row back unless what it names is gone meanwhile.
fn restore_row(recorder: &mut Recorder<'_>, table: &'static Table, row: &Fields) -> Result<()> {
    let field = |name: &str| row.get(name).and_then(|value| value.as_str());
    let is_there = |table: &Table, id: Option<&str>| match id {
        Some(id) => Ok::<bool, StoreError>(read(recorder.connection(), table, id)?.is_some()),
        None => Ok(true),
    };
    let whole = is_there(&TOOL, field("tool"))?
        && is_there(&TOOL, field("other"))?
        && is_there(&crate::rows::TERM, field("term"))?;
    let known = is_there(table, field("id"))?;
    if whole && !known {
        recorder.insert_json(table, row)?;
    }
    Ok(())
}

/// What a claim replaced that goes to another tool is current again where it stays.
fn reopen_replaced(recorder: &mut Recorder<'_>, kept: &str, claim: &str) -> Result<()> {
    let sql = "SELECT older.id, older.locked FROM claim newer JOIN claim older ON older.id = newer.supersedes
               WHERE newer.id = ?1 AND older.tool = ?2 AND older.recorded_to = newer.recorded_from";
    let replaced: Option<(String, bool)> = recorder
        .connection()
        .query_row(sql, [claim, kept], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((older, locked)) = replaced {
        let status = if locked { Status::Entered } else { Status::NeedsReview };
        let values =
            [("recorded_to", Value::Null), ("valid_to", Value::Null), ("status", text(word(&status)?))];
        recorder.update(&CLAIM, &older, &values)?;
    }
    Ok(())
}

fn column(recorder: &Recorder<'_>, claim: &str, name: &str) -> Result<Option<String>> {
    let row = read_json(recorder.connection(), &CLAIM, claim)?;
    Ok(row.and_then(|row| row.get(name).and_then(|value| value.as_str()).map(str::to_owned)))
}

/// Claims of a tool that were accepted from pages which called it by that name.
fn accepted_under(connection: &Connection, tool: &str, name: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT claim.id FROM claim JOIN operation ON operation.id = claim.operation
           JOIN change_set_tool target ON target.change_set = operation.change_set AND target.ord = operation.tool
         WHERE claim.tool = ?1 AND target.name_key = ?2 ORDER BY claim.id",
    )?;
    let claims = statement.query_map([tool, &name_key(name)], |row| row.get(0))?;
    Ok(claims.collect::<rusqlite::Result<_>>()?)
}
