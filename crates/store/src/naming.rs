//! What tools are called and how they are related: names, aliases, vendors, relations, and which tools may be one.
//!
//! Invariant: a name belongs to one tool. A suggestion changes nothing, and an answer of "different" is remembered by
//! the names, so that it outlives the tools.

use std::collections::BTreeSet;

use domain::same_tool::{NamedTool, SameTool, pair_of, suggestions, suggestions_for};
use domain::text::{name_key, visible};
use rusqlite::Connection;

use crate::error::{Result, StoreError};
use crate::library::Library;
use crate::rows::{
    Recorder, TOOL, TOOL_ALIAS, TOOL_DIFFERENT, TOOL_RELATION, TOOL_VENDOR, optional, read, text, word,
};
use crate::types::{AliasKind, RelationKind};
use crate::{clock, tools};

impl Library {
    /// Renames a tool; the old name stays as an alias.
    pub fn rename_tool(&self, tool: &str, name: &str) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let old = tools::name_of(recorder.connection(), tool)?;
            let name = checked(name)?;
            if old == name {
                return Ok((None, ()));
            }
            if name_key(&old) != name_key(name) {
                release(recorder, tool, name)?;
                insert_alias(recorder, tool, &old, AliasKind::Former)?;
            }
            recorder.update(&TOOL, tool, &[("name", text(name)), ("name_key", text(name_key(name)))])?;
            Ok((Some(format!("Renamed {} to {}", visible(&old, 60), visible(name, 60))), ()))
        })
    }

    /// Gives a tool another name under which pages may speak of it.
    pub fn add_alias(&self, tool: &str, name: &str, kind: AliasKind) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let own = tools::name_of(recorder.connection(), tool)?;
            let name = checked(name)?;
            match tools::by_name(recorder.connection(), name)? {
                Some(held) if held == tool => return Ok((None, ())),
                Some(held) => return Err(taken(recorder.connection(), name, &held)),
                None => {}
            }
            insert_alias(recorder, tool, name, kind)?;
            Ok((Some(format!("{} is also called {}", visible(&own, 60), visible(name, 60))), ()))
        })
    }

    /// Takes an alias back; pages that use it speak of another tool from then on.
    pub fn remove_alias(&self, alias: &str) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let row = crate::rows::read_json(recorder.connection(), &TOOL_ALIAS, alias)?;
            let row = row.ok_or_else(|| StoreError::unknown("alias", alias))?;
            recorder.delete(&TOOL_ALIAS, alias)?;
            let name = row.get("name").and_then(|name| name.as_str()).unwrap_or_default();
            Ok((Some(format!("Removed the other name {}", visible(name, 60))), ()))
        })
    }

    /// Says who makes a tool; an empty name takes it back.
    pub fn set_vendor(&self, tool: &str, vendor: &str) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let name = tools::name_of(recorder.connection(), tool)?;
            let vendor = vendor.trim();
            let held = tools::vendor_of(recorder.connection(), tool)?;
            if held.as_deref().unwrap_or_default() == vendor {
                return Ok((None, ()));
            }
            recorder.delete(&TOOL_VENDOR, tool)?;
            if vendor.is_empty() {
                return Ok((Some(format!("Removed the vendor of {}", visible(&name, 60))), ()));
            }
            let values = [("id", text(tool)), ("name", text(vendor)), ("name_key", text(name_key(vendor)))];
            recorder.insert(&TOOL_VENDOR, &values)?;
            Ok((Some(format!("{} is made by {}", visible(&name, 60), visible(vendor, 60))), ()))
        })
    }

    /// Relates a tool to another one: `tool` is `kind` of `other`.
    pub fn relate(
        &self,
        tool: &str,
        kind: RelationKind,
        other: &str,
        note: Option<&str>,
    ) -> Result<(), StoreError> {
        self.edit(|recorder, context| {
            let name = tools::name_of(recorder.connection(), tool)?;
            let other_name = tools::name_of(recorder.connection(), other)?;
            if tool == other {
                return Err(StoreError::SameTool);
            }
            let kind_word = word(&kind)?;
            let known = "SELECT 1 FROM tool_relation WHERE tool = ?1 AND kind = ?2 AND other = ?3";
            if recorder.connection().prepare_cached(known)?.exists([tool, &kind_word, other])? {
                return Ok((None, ()));
            }
            let title = format!("{} {} {}", visible(&name, 60), kind.label(), visible(&other_name, 60));
            recorder.insert(
                &TOOL_RELATION,
                &[
                    ("id", text(clock::new_id())),
                    ("tool", text(tool)),
                    ("kind", text(kind_word)),
                    ("other", text(other)),
                    ("note", optional(note.map(str::trim).filter(|note| !note.is_empty()))),
                    ("at", text(&context.now)),
                ],
            )?;
            Ok((Some(title), ()))
        })
    }

    pub fn remove_relation(&self, relation: &str) -> Result<(), StoreError> {
        self.edit(|recorder, _| {
            let row = crate::rows::read_json(recorder.connection(), &TOOL_RELATION, relation)?;
            let row = row.ok_or_else(|| StoreError::unknown("relation", relation))?;
            recorder.delete(&TOOL_RELATION, relation)?;
            let field =
                |name: &str| row.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            let kind: RelationKind = crate::rows::from_word(field("kind"))?;
            let name =
                |tool: &str| tools::name_of(recorder.connection(), tool).map(|name| visible(&name, 60));
            let (tool, other) = (name(&field("tool"))?, name(&field("other"))?);
            Ok((Some(format!("Took back that {tool} {} {other}", kind.label())), ()))
        })
    }

    /// Pairs of tools that may be one, the most alike first.
    pub fn same_tools(&self) -> Result<Vec<SameTool>, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        Ok(suggestions(&named_tools(&snapshot)?, &different(&snapshot)?))
    }

    /// Tools that may be the one that a page calls so; none if the library holds that very name.
    pub fn same_tools_for(&self, name: &str) -> Result<Vec<SameTool>, StoreError> {
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        if name_key(name).is_empty() || tools::by_name(&snapshot, name)?.is_some() {
            return Ok(Vec::new());
        }
        Ok(suggestions_for(name, &named_tools(&snapshot)?, &different(&snapshot)?))
    }

    /// Remembers that two names mean two tools, so that it is not asked again.
    pub fn call_different(&self, name: &str, other: &str, reason: Option<&str>) -> Result<(), StoreError> {
        self.edit(|recorder, context| {
            let (name, other) = (checked(name)?, checked(other)?);
            let (name_shown, other_shown) = (visible(name, 60), visible(other, 60));
            let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
            remember_different(recorder, name, other, reason, &context.now)?;
            Ok((Some(format!("{name_shown} and {other_shown} are different tools")), ()))
        })
    }
}

/// Remembers that two names mean two tools.
pub(crate) fn remember_different(
    recorder: &mut Recorder<'_>,
    name: &str,
    other: &str,
    reason: Option<&str>,
    now: &str,
) -> Result<()> {
    let (left, right) = pair_of(name, other);
    let id = format!("{left}/{right}");
    if left == right || read(recorder.connection(), &TOOL_DIFFERENT, &id)?.is_some() {
        return Ok(());
    }
    recorder.insert(
        &TOOL_DIFFERENT,
        &[
            ("id", text(id)),
            ("name_key", text(left)),
            ("other_key", text(right)),
            ("reason", optional(reason)),
            ("at", text(now)),
        ],
    )
}

/// A name that can be a tool's, without the blanks around it.
pub(crate) fn checked(name: &str) -> Result<&str> {
    let name = name.trim();
    if name_key(name).is_empty() { Err(StoreError::EmptyName) } else { Ok(name) }
}

/// Refuses a name that another tool has; an alias of this tool is given up for it.
pub(crate) fn release(recorder: &mut Recorder<'_>, tool: &str, name: &str) -> Result<()> {
    match tools::by_name(recorder.connection(), name)? {
        None => Ok(()),
        Some(held) if held == tool => {
            let alias: String = recorder.connection().query_row(
                "SELECT id FROM tool_alias WHERE name_key = ?1",
                [name_key(name)],
                |row| row.get(0),
            )?;
            recorder.delete(&TOOL_ALIAS, &alias)
        }
        Some(held) => Err(taken(recorder.connection(), name, &held)),
    }
}

pub(crate) fn taken(connection: &Connection, name: &str, holder: &str) -> StoreError {
    match tools::name_of(connection, holder) {
        Ok(holder) => StoreError::NameTaken { name: visible(name, 80), tool: visible(&holder, 80) },
        Err(error) => error,
    }
}

/// Adds a tool of that name.
pub(crate) fn insert_tool(recorder: &mut Recorder<'_>, id: &str, name: &str, now: &str) -> Result<()> {
    recorder.insert(
        &TOOL,
        &[
            ("id", text(id)),
            ("name", text(name)),
            ("name_key", text(name_key(name))),
            ("created_at", text(now)),
        ],
    )
}

/// Adds an alias and answers with its id.
pub(crate) fn insert_alias(
    recorder: &mut Recorder<'_>,
    tool: &str,
    name: &str,
    kind: AliasKind,
) -> Result<String> {
    let id = clock::new_id();
    recorder.insert(
        &TOOL_ALIAS,
        &[
            ("id", text(&id)),
            ("tool", text(tool)),
            ("name", text(name)),
            ("name_key", text(name_key(name))),
            ("kind", text(word(&kind)?)),
        ],
    )?;
    Ok(id)
}

fn named_tools(connection: &Connection) -> Result<Vec<NamedTool>> {
    let mut statement = connection.prepare_cached(
        "SELECT tool.id, tool.name, tool_vendor.name FROM tool
         LEFT JOIN tool_vendor ON tool_vendor.id = tool.id ORDER BY tool.id",
    )?;
    let mut rows = statement.query([])?;
    let mut found: Vec<NamedTool> = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(NamedTool { id: row.get(0)?, names: vec![row.get(1)?], vendor: row.get(2)? });
    }
    let mut statement =
        connection.prepare_cached("SELECT tool, name FROM tool_alias ORDER BY tool, name_key")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let tool: String = row.get(0)?;
        if let Ok(place) = found.binary_search_by(|held| held.id.cmp(&tool)) {
            found[place].names.push(row.get(1)?);
        }
    }
    Ok(found)
}

fn different(connection: &Connection) -> Result<BTreeSet<(String, String)>> {
    let mut statement = connection.prepare_cached("SELECT name_key, other_key FROM tool_different")?;
    let pairs = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(pairs.collect::<rusqlite::Result<_>>()?)
}
