//! The upkeep of a library: tools that are one, contradictions; and any command by its name.

use std::collections::BTreeMap;
use std::path::Path;

use api::domain::PixelBox;
use api::types::{
    AsOf, ById, ByIds, CallDifferent, Keep, MergeTools, NoteOn, Nothing, OlderCopies, PlanRedaction,
    SaveSearch, SetNote, Settle, ToolAsOf,
};
use api::{Core, Error, Settings};
use serde_json::Value;

use crate::arguments::{Contradictions, Note, NoteKind, Redact, Same, Searches, Trash};
use crate::library::{find_tool, owner, pair, reader};
use crate::model;
use crate::outcome::{self, Exit};

pub(crate) fn tools_as_of(settings: Settings, tool: Option<&str>, at: String) -> Result<Exit, Error> {
    let core = reader(settings)?;
    match tool {
        None => outcome::json(&core.tools_as_of(AsOf { at })?),
        Some(tool) => {
            let past = core.tools_as_of(AsOf { at: at.clone() })?;
            let key = api::domain::text::name_key(tool);
            let named = |held: &&api::types::PastToolSummary| {
                held.id == tool || api::domain::text::name_key(&held.name) == key
            };
            let tool = past.iter().find(named).map_or_else(|| tool.to_owned(), |held| held.id.clone());
            outcome::json(&core.tool_as_of(ToolAsOf { tool, at })?)
        }
    }
    .map(|()| Exit::Ok)
}

pub(crate) fn same(settings: Settings, same: &Same) -> Result<Exit, Error> {
    if let Some(id) = &same.part {
        return outcome::json(&owner(settings)?.part_tools(ById { id: id.clone() })?).map(|()| Exit::Ok);
    }
    if !same.merge && !same.different {
        return outcome::json(&reader(settings)?.same_tools(Nothing {})?).map(|()| Exit::Ok);
    }
    let [kept, absorbed] = same.tools.as_slice() else {
        return Err(Error::new("bad_request", "Name two tools. Nothing was changed."));
    };
    let core = owner(settings)?;
    if same.different {
        let request = CallDifferent { name: kept.clone(), other: absorbed.clone(), reason: None };
        return outcome::json(&core.call_different(request)?).map(|()| Exit::Ok);
    }
    let (kept, absorbed) = (find_tool(&core, kept)?, find_tool(&core, absorbed)?);
    let mut choices = BTreeMap::new();
    for choice in &same.keep {
        let (property, which) = pair(choice)?;
        let keep = match which {
            "kept" => Keep::Kept,
            "absorbed" => Keep::Absorbed,
            "both" => Keep::Both,
            _ => return Err(Error::new("bad_request", "Keep kept, absorbed or both. Nothing was changed.")),
        };
        choices.insert(property.to_owned(), keep);
    }
    outcome::json(&core.merge_tools(MergeTools { kept, absorbed, choices })?).map(|()| Exit::Ok)
}

pub(crate) fn contradictions(settings: Settings, arguments: Contradictions) -> Result<Exit, Error> {
    let Some(key) = arguments.settle else {
        return outcome::json(&reader(settings)?.contradictions(Nothing {})?).map(|()| Exit::Ok);
    };
    let core = owner(settings)?;
    let open = core.contradictions(Nothing {})?;
    let found = open.into_iter().find(|open| open.contradiction.key == key).ok_or_else(|| {
        Error::new(
            "not_found",
            "There is no such contradiction. Nothing was changed. `shortlist contradictions` lists them.",
        )
    })?;
    let tool = found.contradiction.tool;
    core.settle(Settle { tool, key, chosen: arguments.choose, note: arguments.note })?;
    outcome::json(&core.contradictions(Nothing {})?).map(|()| Exit::Ok)
}

pub(crate) fn archive(settings: Settings, folder: &Path) -> Result<Exit, Error> {
    outcome::json(&reader(settings)?.write_archive(folder)?).map(|()| Exit::Ok)
}

pub(crate) fn unarchive(settings: &Settings, folder: &Path) -> Result<Exit, Error> {
    outcome::json(&api::read_archive(settings, folder)?).map(|()| Exit::Ok)
}

pub(crate) fn trash(settings: Settings, trash: Trash) -> Result<Exit, Error> {
    let ids = trash.captures;
    if trash.empty {
        return outcome::json(&owner(settings)?.empty_trash(Nothing {})?).map(|()| Exit::Ok);
    }
    if ids.is_empty() {
        return outcome::json(&reader(settings)?.list_trash(Nothing {})?).map(|()| Exit::Ok);
    }
    let core = owner(settings)?;
    if trash.restore {
        core.restore_captures(ByIds { ids })?;
    } else {
        core.trash_captures(ByIds { ids })?;
    }
    outcome::json(&core.list_trash(Nothing {})?).map(|()| Exit::Ok)
}

pub(crate) fn note(settings: Settings, note: Note) -> Result<Exit, Error> {
    let core = if note.set.is_some() { owner(settings)? } else { reader(settings)? };
    let (kind, target) = match note.on {
        NoteKind::Tool => ("tool", find_tool(&core, &note.which)?),
        NoteKind::Capture => ("capture", model::find(&core, &note.which)?.id),
        NoteKind::Claim => {
            ("claim", core.claim_history(ById { id: note.which.clone() }).map(|_| note.which)?)
        }
    };
    let kind = kind.to_owned();
    if let Some(text) = note.set {
        core.set_note(SetNote { kind: kind.clone(), target: target.clone(), text })?;
    }
    outcome::json(&core.get_note(NoteOn { kind, target })?).map(|()| Exit::Ok)
}

pub(crate) fn redact(settings: Settings, redact: &Redact) -> Result<Exit, Error> {
    let regions = redact.boxes.iter().map(|text| region(text)).collect::<Result<Vec<_>, _>>()?;
    if !redact.yes {
        let core = reader(settings)?;
        let capture = model::find(&core, &redact.capture)?.id;
        outcome::json(&core.plan_redaction(PlanRedaction { capture, regions })?)?;
        let message = "This is what would be removed for good; it cannot be undone. Nothing was changed. Say --yes to carry it out.";
        return Err(Error::new("not_agreed", message));
    }
    let core = owner(settings)?;
    let capture = model::find(&core, &redact.capture)?.id;
    let older_copies = if redact.remove_copies { OlderCopies::Remove } else { OlderCopies::Keep };
    let redacted = core.redact(api::types::Redact { capture, regions, older_copies })?;
    outcome::json(&redacted)?;
    if !redacted.older_copies.is_empty() {
        let copies = redacted.older_copies.len();
        eprintln!(
            "{copies} older copies in the library's folder still hold what was removed (see older_copies). Restoring one brings it back. Repeat the command with --remove-copies to delete them."
        );
    }
    Ok(Exit::Ok)
}

pub(crate) fn region(text: &str) -> Result<PixelBox, Error> {
    let numbers: Option<Vec<u32>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some([x, y, width, height]) => Ok(PixelBox::new(*x, *y, *width, *height)),
        _ => Err(Error::new(
            "bad_request",
            "A part of a picture is written as X,Y,WIDTH,HEIGHT in pixels, such as 40,120,300,24. Nothing was changed.",
        )),
    }
}

pub(crate) fn searches(settings: Settings, searches: Searches) -> Result<Exit, Error> {
    if let [name, query] = searches.save.as_slice() {
        let request = SaveSearch { name: name.clone(), query: query.clone() };
        return outcome::json(&owner(settings)?.save_search(request)?).map(|()| Exit::Ok);
    }
    let find = |core: &Core, wanted: &str| {
        let held = core.saved_searches(Nothing {})?;
        held.into_iter().find(|held| held.id == wanted || held.name == wanted).ok_or_else(|| {
            let wanted = api::domain::text::visible(wanted, 200);
            let message = format!(
                "No search is saved as \"{wanted}\". Nothing was changed. `shortlist searches` lists them."
            );
            Error::new("not_found", message)
        })
    };
    if let Some(wanted) = searches.remove {
        let core = owner(settings)?;
        let id = find(&core, &wanted)?.id;
        core.remove_search(ById { id })?;
        return outcome::json(&core.saved_searches(Nothing {})?).map(|()| Exit::Ok);
    }
    let core = reader(settings)?;
    match searches.search {
        None => outcome::json(&core.saved_searches(Nothing {})?),
        Some(wanted) => {
            let id = find(&core, &wanted)?.id;
            outcome::json(&core.run_search(ById { id })?)
        }
    }
    .map(|()| Exit::Ok)
}

pub(crate) fn import(settings: Settings, file: &Path, dry_run: bool) -> Result<Exit, Error> {
    let core = if dry_run { reader(settings)? } else { owner(settings)? };
    let imported = core.import_csv(file, dry_run)?;
    outcome::json(&imported)?;
    Ok(if imported.refused.is_empty() { Exit::Ok } else { Exit::SomeFailed })
}

/// Looks first and takes the library over only for a command that has to change it.
pub(crate) fn call(settings: Settings, command: &str, request: &str) -> Result<Exit, Error> {
    if command == "list" {
        return outcome::json(&Core::COMMANDS).map(|()| Exit::Ok);
    }
    let request: Value = serde_json::from_str(request).map_err(|error| {
        Error::new("bad_request", format!("The request is no JSON ({error}). Nothing was changed."))
    })?;
    let looked = reader(settings.clone()).and_then(|core| core.call(command, request.clone()));
    let answer = match looked {
        Err(error) if matches!(error.code.as_str(), "read_only" | "no_library") => {
            owner(settings)?.call(command, request)?
        }
        looked => looked?,
    };
    outcome::line(&answer).map(|()| Exit::Ok)
}
