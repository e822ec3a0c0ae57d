//! One row for each tool with what lists and filters show, kept beside the claims it is derived from.
//!
//! Invariant: made again for every tool that a step touches, in the same transaction; a missing row is made when the
//! library is opened.

use domain::contradiction::contradictions;
use domain::facets::Facets;
use domain::{Claim, Money, Status, Value};
use rusqlite::{Connection, Row, params};

use crate::error::Result;
use crate::rows::{from_word, word};
use crate::types::ToolSummary;
use crate::{clock, settling, tools};

/// Selects listed tools, with their columns in the order of [`of_row`].
pub(crate) fn select() -> String {
    format!("{COLUMNS}, coalesce(stale_from <= {}, 0) {FROM}", clock::SQL_NOW)
}

const COLUMNS: &str = "SELECT tool.id, tool.name, tool_vendor.name, tagline, category, entry_price, claims,
    captures, unsettled, contradictions, last_seen, monthly, currency, licence, offline, verified,
    (SELECT json_group_array(term.label) FROM term_link JOIN term ON term.id = term_link.term
     WHERE term_link.tool = tool.id AND term.scheme = 'tag')";
const FROM: &str = "FROM tool JOIN tool_summary ON tool_summary.id = tool.id LEFT JOIN tool_vendor ON tool_vendor.id = tool.id";

pub(crate) fn of_row(row: &Row<'_>) -> Result<ToolSummary> {
    Ok(ToolSummary {
        id: row.get(0)?,
        name: row.get(1)?,
        vendor: row.get(2)?,
        tagline: row.get(3)?,
        category: row.get(4)?,
        entry_price: row.get(5)?,
        claims: row.get(6)?,
        captures: row.get(7)?,
        unsettled: row.get(8)?,
        contradictions: row.get(9)?,
        last_seen: row.get(10)?,
        facets: Facets {
            monthly: row.get(11)?,
            currency: row.get(12)?,
            licence: row.get::<_, Option<String>>(13)?.map(from_word).transpose()?,
            offline: row.get(14)?,
            verified: row.get(15)?,
        },
        tags: serde_json::from_str(&row.get::<_, String>(16)?)?,
        stale: row.get(17)?,
    })
}

/// Makes the row of a tool again; a tool that is gone has none.
pub(crate) fn refresh(connection: &Connection, tool: &str) -> Result<()> {
    let there = connection.prepare_cached("SELECT 1 FROM tool WHERE id = ?1")?.exists([tool])?;
    if !there {
        connection.prepare_cached("DELETE FROM tool_summary WHERE id = ?1")?.execute([tool])?;
        return Ok(());
    }
    let claims = tools::current_claims(connection, tool)?;
    let settled = settling::settled_keys(connection, tool)?;
    let open =
        contradictions(tool, &claims).into_iter().filter(|found| !settled.contains(&found.key)).count();
    let mut captures: Vec<&str> =
        claims.iter().flat_map(|claim| &claim.evidence).map(|evidence| evidence.capture.as_str()).collect();
    captures.sort_unstable();
    captures.dedup();
    let unsettled =
        claims.iter().filter(|claim| !matches!(claim.status, Status::Verified | Status::Entered)).count();
    let seen = tools::last_seen(connection, &claims)?;
    let stale_from =
        claims.iter().filter_map(|claim| tools::stale_from(&claim.property, seen.get(&claim.id)?)).min();
    let last_seen = seen.into_values().max();
    let facets = Facets::of(&claims);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO tool_summary (id, tagline, category, entry_price, monthly, currency, licence, offline,
               verified, claims, captures, unsettled, contradictions, last_seen, stale_from)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            tool,
            best(&claims, "tagline"),
            best(&claims, "category"),
            entry_price(&claims),
            facets.monthly,
            facets.currency,
            facets.licence.map(|licence| word(&licence)).transpose()?,
            facets.offline,
            facets.verified,
            claims.len() as i64,
            captures.len() as i64,
            unsettled as i64,
            open as i64,
            last_seen,
            stale_from
        ])?;
    Ok(())
}

/// Makes the rows that are missing.
pub(crate) fn fill(connection: &Connection) -> Result<()> {
    let mut statement =
        connection.prepare("SELECT id FROM tool WHERE id NOT IN (SELECT id FROM tool_summary)")?;
    let missing: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    missing.iter().try_for_each(|tool| refresh(connection, tool))
}

/// Newest verified, else newest: the same rule as for every property with one value.
fn best(claims: &[Claim], property: &str) -> Option<String> {
    let mut own = claims.iter().filter(|claim| claim.property == property).rev();
    let newest = own.clone().next();
    let best = own.find(|claim| matches!(claim.status, Status::Verified | Status::Entered)).or(newest);
    best.map(|claim| claim.value.display())
}

/// The lowest stated amount; "contact sales" only where no amount is stated.
fn entry_price(claims: &[Claim]) -> Option<String> {
    let prices = claims.iter().filter_map(|claim| match &claim.value {
        Value::Money(money) if claim.property == "price" => Some(money),
        _ => None,
    });
    prices
        .min_by(|left, right| {
            let amount = |money: &Money| money.amount.unwrap_or(f64::INFINITY);
            amount(left).total_cmp(&amount(right))
        })
        .map(Money::display)
}
