//! The commands on a library.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use api::domain::text::name_key;
use api::domain::{Decision, Status};
use api::types::{
    AddOutcome, AddResult, AppEvent, ById, CaptureState, CaptureView, Compare, Decide, Export, Merge,
    ModelState, NameTool, Nothing, Search, SetCaptureField, Stage,
};
use api::{Core, Error, Headless, Settings};
use indicatif::ProgressBar;
use models::packs::{Options, PackFolder};

use crate::arguments::{Add, Command, Compare as CompareArguments, Review};
use crate::outcome::{self, Exit};
use crate::packs::model_step;
use crate::{backups, drawing, model, pages, text, upkeep, watching};

pub(crate) fn run(library: Option<PathBuf>, packs: Options, command: Command) -> Result<Exit, Error> {
    let settings = Settings::new(library, &models::text_reader::embedded_name())
        .with_packs(Arc::new(PackFolder::new(packs)));
    match command {
        // Both work without a library and never come here.
        Command::Read(_) | Command::Models(_) => Ok(Exit::Usage),
        Command::Add(add) => add_pictures(settings, &add),
        Command::Resume => read_waiting(changeable(settings)?).map(|_| Exit::Ok),
        Command::Look { captures } => {
            let core = changeable(settings)?;
            for capture in &captures {
                core.look_at_capture(ById { id: model::find(&core, capture)?.id })?;
            }
            let wanted = captures.clone();
            let read = read_waiting(core)?;
            let is_wanted = |capture: &&CaptureView| {
                wanted.iter().any(|name| *name == capture.id || *name == capture.name)
            };
            let mut exit = Exit::Ok;
            for capture in read.iter().filter(is_wanted) {
                if matches!(capture.model, Some(ModelState::Failed { .. })) {
                    exit = Exit::SomeFailed;
                }
                outcome::json(capture)?;
            }
            Ok(exit)
        }
        Command::Ask { capture, question } => model::ask(&reader(settings)?, &capture, &question),
        Command::AltText { capture, set, again } => {
            model::alt_text(&owner(settings)?, &capture, set.as_deref(), again)
        }
        Command::Captures => outcome::json(&reader(settings)?.list_captures(Nothing {})?).map(|()| Exit::Ok),
        Command::Review(review) => review_change_sets(settings, &review),
        Command::Undo => {
            let undone = owner(settings)?.undo(Nothing {})?;
            outcome::json(&undone).map(|()| Exit::Ok)
        }
        Command::Redo => {
            let redone = owner(settings)?.redo(Nothing {})?;
            outcome::json(&redone).map(|()| Exit::Ok)
        }
        Command::Tools { tool, as_of: Some(at), .. } => upkeep::tools_as_of(settings, tool.as_deref(), at),
        Command::Tools { query: Some(query), .. } => {
            let tools = reader(settings)?.find_tools(Search { query, limit: None })?;
            outcome::json(&tools).map(|()| Exit::Ok)
        }
        Command::Tools { tool: None, .. } => {
            let tools = reader(settings)?.list_tools(Nothing {})?;
            outcome::json(&tools).map(|()| Exit::Ok)
        }
        Command::Tools { tool: Some(tool), .. } => {
            let core = reader(settings)?;
            let id = find_tool(&core, &tool)?;
            outcome::json(&core.get_tool(ById { id })?).map(|()| Exit::Ok)
        }
        Command::Pages(arguments) => pages::pages(settings, arguments),
        Command::Same(same) => upkeep::same(settings, &same),
        Command::Contradictions(contradictions) => upkeep::contradictions(settings, contradictions),
        Command::Call { command, request } => upkeep::call(settings, &command, &request),
        Command::Compare(compare) => compare_tools(settings, &compare),
        Command::Search { query } => {
            let hits = reader(settings)?.search(Search { query, limit: None })?;
            outcome::json(&hits).map(|()| Exit::Ok)
        }
        Command::Export { format, tools } => {
            let core = reader(settings)?;
            let tools = tools.iter().map(|tool| find_tool(&core, tool)).collect::<Result<_, _>>()?;
            outcome::line(&core.export(Export { tools, format })?.text).map(|()| Exit::Ok)
        }
        Command::History => outcome::json(&reader(settings)?.history(Nothing {})?).map(|()| Exit::Ok),
        Command::Verify => {
            let damages = reader(settings)?.verify(Nothing {})?;
            outcome::json(&damages)?;
            Ok(if damages.is_empty() { Exit::Ok } else { Exit::VerificationFailed })
        }
        Command::Backup { list } => backups::backup(settings, list),
        Command::Restore { backup: Some(backup), exactly: true, .. } => backups::go_back(settings, &backup),
        Command::Restore { backup, from_journal, .. } => backups::restore(&settings, backup, from_journal),
        Command::Repair => outcome::json(&api::repair(&settings)?).map(|()| Exit::Ok),
        Command::Archive { folder } => upkeep::archive(settings, &folder),
        Command::Unarchive { folder } => upkeep::unarchive(&settings, &folder),
        Command::Redact(redact) => upkeep::redact(settings, &redact),
        Command::Watch(watch) => watching::run(settings, watch),
        Command::Searches(searches) => upkeep::searches(settings, searches),
        Command::Note(note) => upkeep::note(settings, note),
        Command::Trash(trash) => upkeep::trash(settings, trash),
        Command::Import { file, dry_run } => upkeep::import(settings, &file, dry_run),
        Command::Doctor => outcome::json(&reader(settings)?.app_status(Nothing {})?).map(|()| Exit::Ok),
    }
}

/// Opens for changes; a library that a window holds is refused with its reason. Nothing is read meanwhile.
pub(crate) fn owner(settings: Settings) -> Result<Core, Error> {
    changeable(settings.paused())
}

pub(crate) fn changeable(settings: Settings) -> Result<Core, Error> {
    let core = Core::open(settings, Box::new(Headless))?;
    if core.app_status(Nothing {})?.read_only {
        return Err(Error::new(
            "library_in_use",
            "The library is open in another window of the app on this computer. Nothing was changed. Close it and try again.",
        ));
    }
    Ok(core)
}

/// Opens for looking only, also beside a window.
pub(crate) fn reader(settings: Settings) -> Result<Core, Error> {
    Core::open(settings.read_only(), Box::new(Headless))
}

pub(crate) fn find_tool(core: &Core, wanted: &str) -> Result<String, Error> {
    let tools = core.list_tools(Nothing {})?;
    let found = tools.into_iter().find(|tool| tool.id == wanted || name_key(&tool.name) == name_key(wanted));
    found.map(|tool| tool.id).ok_or_else(|| {
        let wanted = api::domain::text::visible(wanted, 200);
        Error::new(
            "not_found",
            format!("No tool is called \"{wanted}\". Nothing was changed. `shortlist tools` lists them."),
        )
    })
}

fn add_pictures(settings: Settings, add: &Add) -> Result<Exit, Error> {
    let core = changeable(if add.no_wait { settings.paused() } else { settings })?;
    let mut outcomes = if add.samples { core.add_samples(Nothing {})? } else { Vec::new() };
    outcomes.extend(core.add_paths(&add.images));
    for added in &outcomes {
        let AddResult::Added { capture } = &added.result else { continue };
        for (field, value) in [("url", &add.url), ("captured_at", &add.taken)] {
            if let Some(value) = value {
                core.set_capture_field(SetCaptureField {
                    capture: capture.clone(),
                    field: field.to_owned(),
                    value: value.clone(),
                })?;
            }
        }
    }
    let captures = if add.no_wait { Vec::new() } else { read_waiting(core)? };
    report(&outcomes, &captures)
}

/// A sentence on one file; most name it themselves.
fn say(name: &str, message: &str) {
    if message.contains(name) {
        eprintln!("{message}");
    } else {
        eprintln!("{name}: {message}");
    }
}

/// Waits until nothing is left to read, saying on stderr what became of each capture.
fn read_waiting(core: Core) -> Result<Vec<CaptureView>, Error> {
    let names: HashMap<String, String> =
        core.list_captures(Nothing {})?.into_iter().map(|capture| (capture.id, capture.name)).collect();
    let events = core.events();
    let progress = std::thread::spawn(move || show_progress(&events, &names));
    core.wait_idle();
    core.shut_down();
    let captures = core.list_captures(Nothing {})?;
    // The stream of events ends with the core, and the display with the stream.
    drop(core);
    drop(progress.join());
    Ok(captures)
}

fn report(outcomes: &[AddOutcome], captures: &[CaptureView]) -> Result<Exit, Error> {
    let mut exit = Exit::Ok;
    for one in outcomes {
        outcome::json(one)?;
        match &one.result {
            AddResult::NotAnImage { message } | AddResult::Unreadable { message, .. } => {
                say(&one.name, message);
                exit = Exit::SomeFailed;
            }
            AddResult::InTrash { .. } => say(
                &one.name,
                "This was thrown away and lies in the trash. Nothing was added. Take it back with `shortlist trash --restore ID`.",
            ),
            AddResult::Added { capture } | AddResult::AlreadyHere { capture } => {
                let state = captures.iter().find(|known| known.id == *capture).map(|known| &known.state);
                if let Some(CaptureState::Failed { code, message }) = state {
                    say(&one.name, &format!("{message} ({code})"));
                    exit = Exit::SomeFailed;
                }
            }
        }
    }
    Ok(exit)
}

fn show_progress(events: &crossbeam_channel::Receiver<AppEvent>, names: &HashMap<String, String>) {
    let bar = ProgressBar::new_spinner();
    let name = |capture: &str| names.get(capture).map_or("capture", String::as_str);
    for event in events {
        match event {
            AppEvent::Progress { capture, state: CaptureState::Running { stage, done, total } } => {
                let stage = match stage {
                    Stage::Decoding => "decoding",
                    Stage::Reading => "reading text",
                    _ => "proposing claims",
                };
                bar.set_message(format!("{}: {stage}, {done} of {total}", name(&capture)));
                bar.tick();
            }
            AppEvent::Progress { capture, state: CaptureState::Ready } => {
                bar.suspend(|| eprintln!("{}: ready for review", name(&capture)));
            }
            AppEvent::ModelProgress { subject, state, .. } => match state {
                ModelState::Running { stage, done, total } => {
                    bar.set_message(format!("{}: {}", name(&subject), model_step(stage, done, total)));
                    bar.tick();
                }
                ModelState::Done => bar.suspend(|| eprintln!("{}: the model has looked", name(&subject))),
                ModelState::Failed { code, message } => {
                    bar.suspend(|| eprintln!("{}: {message} ({code})", name(&subject)));
                }
                _ => {}
            },
            _ => {}
        }
    }
    bar.finish_and_clear();
}

fn review_change_sets(settings: Settings, review: &Review) -> Result<Exit, Error> {
    let Some(id) = &review.change_set else {
        let core = reader(settings)?;
        let summaries = core.list_change_sets(Nothing {})?;
        if !review.text {
            return outcome::json(&summaries).map(|()| Exit::Ok);
        }
        // People read in the order in which they added; the list begins with the newest.
        for summary in summaries.into_iter().rev() {
            let view = core.get_change_set(ById { id: summary.id })?;
            outcome::line(&text::change_set(&view))?;
        }
        return Ok(Exit::Ok);
    };
    let changes = !review.accept.is_empty()
        || !review.reject.is_empty()
        || !review.edit.is_empty()
        || !review.name.is_empty()
        || review.draw.is_some()
        || review.merge;
    let core = if changes { owner(settings)? } else { reader(settings)? };
    let mut view = core.get_change_set(ById { id: id.clone() })?;
    let exit;
    (view.change_set, exit) = drawing::draw(&core, review, view.change_set)?;
    for named in &review.name {
        let (index, name) = pair(named)?;
        let tool = index.parse().map_err(|_| {
            Error::new("bad_request", "The index of the tool is a number, from 0. Nothing was changed.")
        })?;
        let revision = view.change_set.revision;
        view.change_set =
            core.name_tool(NameTool { change_set: id.clone(), revision, tool, name: name.to_owned() })?;
    }
    let reason = review.reason.clone();
    let decisions =
        [(&review.accept, Decision::Accepted, None), (&review.reject, Decision::Rejected, reason)];
    for (wanted, decision, reason) in decisions {
        let operations = chosen(&view.change_set, wanted);
        if !operations.is_empty() {
            let request = decide(&view.change_set, operations, decision, None);
            view.change_set = core.decide(Decide { reason, ..request })?;
        }
    }
    for edit in &review.edit {
        let (operation, edited) = pair(edit)?;
        let request =
            decide(&view.change_set, vec![operation.to_owned()], Decision::Edited, Some(edited.to_owned()));
        view.change_set = core.decide(request)?;
    }
    if review.merge {
        let revision = view.change_set.revision;
        let merged = core.merge(Merge { change_set: id.clone(), revision })?;
        return outcome::json(&merged).map(|()| exit);
    }
    if review.text {
        return outcome::line(&text::change_set(&view)).map(|()| exit);
    }
    outcome::json(&view).map(|()| exit)
}

fn decide(
    change_set: &api::domain::ChangeSet,
    operations: Vec<String>,
    decision: Decision,
    edited_text: Option<String>,
) -> Decide {
    let (change_set, revision) = (change_set.id.clone(), change_set.revision);
    Decide { change_set, revision, operations, decision, edited_text, reason: None }
}

fn chosen(change_set: &api::domain::ChangeSet, wanted: &[String]) -> Vec<String> {
    let word = |text: &str| wanted.iter().any(|given| given == text);
    change_set
        .operations
        .iter()
        .filter(|operation| {
            word("all")
                || word(&operation.id)
                || (word("verified") && operation.proposal.status == Status::Verified)
        })
        .map(|operation| operation.id.clone())
        .collect()
}

pub(crate) fn pair(text: &str) -> Result<(&str, &str), Error> {
    text.split_once('=')
        .ok_or_else(|| Error::new("bad_request", "This option is written KEY=TEXT. Nothing was changed."))
}

fn compare_tools(settings: Settings, arguments: &CompareArguments) -> Result<Exit, Error> {
    let core = reader(settings)?;
    let comparison = if arguments.proposals {
        core.compare_proposals(Nothing {})?
    } else {
        let tools = arguments.tools.iter().map(|tool| find_tool(&core, tool)).collect::<Result<_, _>>()?;
        Some(core.compare(Compare { tools })?)
    };
    match (comparison, arguments.text) {
        (None, true) => {
            outcome::line("Fewer than two named tools were found, so there is nothing to compare yet.")
        }
        (Some(comparison), true) => outcome::line(&text::comparison(&comparison)),
        (comparison, false) => outcome::json(&comparison),
    }
    .map(|()| Exit::Ok)
}
