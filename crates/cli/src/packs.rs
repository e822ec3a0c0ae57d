//! `shortlist models`: packs, without a library.
//!
//! Invariant: a connection is opened only after a yes, typed or given with `--yes`.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use api::Error;
use api::domain::PackError;
use api::domain::pack::{Agreed, Pack, PackPlan, PackStage, PackState, PackStep, Packs, size_text};
use api::domain::reader::Control;
use indicatif::{ProgressBar, ProgressStyle};
use models::packs::{Options, PackFolder};

use crate::arguments::{InstallPack, Models};
use crate::outcome::{self, Exit};

pub(crate) fn options(models: Option<PathBuf>, offline: bool, pins: Option<PathBuf>) -> Options {
    Options { offline, pins, ..Options::new(models.unwrap_or_else(api::default_models)) }
}

pub(crate) fn run(mut options: Options, command: &Models) -> Result<Exit, Error> {
    if let Models::Install(install) = command {
        options.endpoint.clone_from(&install.endpoint);
    }
    let packs = PackFolder::new(options);
    match command {
        Models::List => outcome::json(&packs.list()).map(|()| Exit::Ok),
        Models::Install(install) => {
            let installed = install_pack(&packs, install);
            installed.and_then(|pack| outcome::json(&pack)).map(|()| Exit::Ok)
        }
        Models::Export { pack, file } => {
            shown(|progress| packs.export(pack, file, progress))?;
            outcome::json(&serde_json::json!({ "pack": pack, "file": file })).map(|()| Exit::Ok)
        }
        Models::Verify { pack } => verify(&packs, pack.as_deref()),
        Models::Measure { pack } => measure(&packs, pack.as_deref()),
        Models::Remove { pack, forget } => {
            packs.remove(pack, *forget)?;
            outcome::json(&find(&packs, pack)).map(|()| Exit::Ok)
        }
        Models::Use { pack, anyway } => {
            let pack = Some(pack.as_str()).filter(|pack| *pack != "none");
            packs.choose(pack, *anyway)?;
            outcome::json(&serde_json::json!({ "chosen": packs.chosen() })).map(|()| Exit::Ok)
        }
    }
}

/// A pack that is still listed; a forgotten one of a folder is not.
fn find(packs: &PackFolder, id: &str) -> Option<Pack> {
    packs.list().packs.into_iter().find(|pack| pack.id == id)
}

fn measure(packs: &PackFolder, pack: Option<&str>) -> Result<Exit, Error> {
    let id = match pack {
        Some(pack) => pack.to_owned(),
        None => api::chosen(packs).map_err(from_failure)?.id,
    };
    let bar = ProgressBar::new_spinner();
    let measured = api::measure(packs, &id, &crate::read::worker()?, |stage, done, total| {
        bar.set_message(model_step(stage, done, total));
        bar.tick();
    });
    bar.finish_and_clear();
    let measured = measured.map_err(from_failure)?;
    packs.note_measured(&id, &measured)?;
    outcome::json(&serde_json::json!({ "pack": id, "measured": measured })).map(|()| Exit::Ok)
}

pub(crate) fn from_failure(failure: api::Failure) -> Error {
    Error { code: failure.code, message: failure.message }
}

/// What a model does at the moment, in words.
pub(crate) fn model_step(stage: impl Into<api::types::Stage>, done: u32, total: u32) -> String {
    match stage.into() {
        api::types::Stage::Looking => format!("model looks at tile {} of {total}", (done + 1).min(total)),
        api::types::Stage::Considering => format!("model reads {total} tokens"),
        api::types::Stage::Answering => format!("model answers, {done} of at most {total} tokens"),
        _ => "model opens the picture".to_owned(),
    }
}

fn verify(packs: &PackFolder, pack: Option<&str>) -> Result<Exit, Error> {
    let there = |pack: &Pack| !matches!(pack.state, PackState::NotInstalled | PackState::Unfinished { .. });
    let wanted: Vec<String> = if let Some(pack) = pack {
        vec![pack.to_owned()]
    } else {
        packs.list().packs.into_iter().filter(there).map(|pack| pack.id).collect()
    };
    let mut exit = Exit::Ok;
    for id in wanted {
        let check = shown(|progress| packs.verify(&id, progress))?;
        if !check.damage.is_empty() {
            exit = Exit::VerificationFailed;
        }
        outcome::json(&check)?;
    }
    Ok(exit)
}

fn install_pack(packs: &PackFolder, install: &InstallPack) -> Result<Pack, Error> {
    if let Some(folder) = &install.folder {
        return shown(|progress| packs.install_folder(folder, install.pack.as_deref(), progress));
    }
    if let Some(file) = &install.file {
        return shown(|progress| packs.install_file(file, progress));
    }
    let id = install.pack.as_deref().unwrap_or_default();
    let list = packs.list();
    let pack = list.packs.iter().find(|pack| pack.id == id);
    let pack = pack.ok_or_else(|| PackError::Unknown(id.to_owned()))?;
    describe(pack, list.memory.free);
    agree(install.yes, "Ask the Hub (huggingface.co) for its files, sizes and hashes?")?;
    let plan = shown(|progress| packs.look_up(id, install.newest, progress))?;
    describe_plan(&plan);
    agree(install.yes, &format!("Download {}?", size_text(plan.bytes - plan.held)))?;
    let agreed = Agreed { commit: &plan.commit, bytes: plan.bytes };
    shown(|progress| packs.install(id, agreed, progress))
}

fn describe(pack: &Pack, free: u64) {
    eprintln!("{}", pack.title);
    eprintln!(
        "  repository  {}",
        pack.repository.as_deref().unwrap_or("none: install it from a folder or file")
    );
    eprintln!("  licence     {}", pack.licence.as_deref().unwrap_or("not known"));
    let size = pack.bytes.map_or_else(
        || "the Hub says it when asked".to_owned(),
        |bytes| format!("about {}", size_text(bytes)),
    );
    eprintln!("  size        {size}");
    let needed = pack
        .memory_needed
        .map_or_else(|| "not known".to_owned(), |needed| format!("about {}", size_text(needed)));
    eprintln!("  memory      {needed}; {} is free", size_text(free));
}

fn describe_plan(plan: &PackPlan) {
    let bound = if plan.bound { " (recorded or pinned)" } else { "" };
    eprintln!("  commit      {}{bound}", plan.commit);
    let held = if plan.held > 0 {
        format!(", {} of it is here already", size_text(plan.held))
    } else {
        String::new()
    };
    eprintln!("  files       {}, together {}{held}", plan.files.len(), size_text(plan.bytes));
    if let Some(free) = plan.disk_free {
        eprintln!("  disk        {} is free", size_text(free));
    }
}

/// Asks on the terminal; without a terminal nobody agrees.
fn agree(already: bool, question: &str) -> Result<(), Error> {
    if already {
        return Ok(());
    }
    let input = std::io::stdin();
    if !input.is_terminal() {
        eprintln!("{question} Nobody is there to answer. `--yes` agrees beforehand.");
        return Err(PackError::NotAgreed.into());
    }
    eprint!("{question} [y/N] ");
    // A terminal that cannot be written to still gives an answer, and only "y" is one.
    drop(std::io::stderr().flush());
    let mut answer = String::new();
    let read = input.lock().read_line(&mut answer);
    if read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(PackError::NotAgreed.into())
}

/// Runs long work with a bar on stderr.
fn shown<T>(
    run: impl FnOnce(&mut dyn FnMut(&PackStep) -> Control) -> Result<T, PackError>,
) -> Result<T, Error> {
    let bar = ProgressBar::new(0);
    if let Ok(style) =
        ProgressStyle::with_template("{msg} [{wide_bar}] {bytes} of {total_bytes} {bytes_per_sec} {eta}")
    {
        bar.set_style(style);
    }
    let result = run(&mut |step| {
        let doing = match step.stage {
            PackStage::Connecting => "connecting",
            PackStage::Downloading => "downloading",
            PackStage::Waiting => "waiting before another try",
            PackStage::Checking => "checking",
            PackStage::Copying => "copying",
        };
        bar.set_length(step.total);
        bar.set_position(step.done);
        bar.set_message(format!("{doing} {}", api::domain::text::visible(&step.file, 60)));
        Control::Continue
    });
    bar.finish_and_clear();
    Ok(result?)
}
