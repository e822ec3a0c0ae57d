//! Watched folders from a terminal.

use std::time::Duration;

use api::types::{AddResult, ById, Nothing, PauseWatch};
use api::{Core, Error, Settings};

use crate::arguments::Watch;
use crate::library::{changeable, owner, reader};
use crate::outcome::{self, Exit};

/// Time between two looks; a file that did not change in between is done.
const INTERVAL: Duration = Duration::from_secs(2);

pub(crate) fn run(settings: Settings, watch: Watch) -> Result<Exit, Error> {
    let pause = |settings: Settings, folder: &str, paused: bool| {
        let core = owner(settings)?;
        let id = find(&core, folder)?;
        core.pause_watch(PauseWatch { id, paused })?;
        outcome::json(&core.watched_folders(Nothing {})?).map(|()| Exit::Ok)
    };
    match watch {
        Watch::List => outcome::json(&reader(settings)?.watched_folders(Nothing {})?).map(|()| Exit::Ok),
        Watch::Add { folder, present } => {
            outcome::json(&owner(settings)?.watch(&folder, present)?).map(|()| Exit::Ok)
        }
        Watch::Pause { folder } => pause(settings, &folder, true),
        Watch::Resume { folder } => pause(settings, &folder, false),
        Watch::Remove { folder } => {
            let core = owner(settings)?;
            let id = find(&core, &folder)?;
            core.remove_watch(ById { id })?;
            outcome::json(&core.watched_folders(Nothing {})?).map(|()| Exit::Ok)
        }
        Watch::Run { once } => take_in(&changeable(settings)?, once),
    }
}

fn find(core: &Core, wanted: &str) -> Result<String, Error> {
    let folders = core.watched_folders(Nothing {})?;
    let path = std::path::Path::new(wanted).canonicalize().unwrap_or_default().display().to_string();
    let found = folders.into_iter().find(|folder| folder.id == wanted || folder.path == path);
    found.map(|folder| folder.id).ok_or_else(|| {
        let wanted = api::domain::text::visible(wanted, 200);
        let message = format!(
            "\"{wanted}\" is not watched. Nothing was changed. `shortlist watch list` lists what is."
        );
        Error::new("not_found", message)
    })
}

fn take_in(core: &Core, once: bool) -> Result<Exit, Error> {
    let mut exit = Exit::Ok;
    let mut looks = 0;
    loop {
        for added in core.look_for_files()? {
            if matches!(added.result, AddResult::NotAnImage { .. } | AddResult::Unreadable { .. }) {
                exit = Exit::SomeFailed;
            }
            outcome::json(&added)?;
        }
        looks += 1;
        if once && looks == 2 {
            core.wait_idle();
            return Ok(exit);
        }
        std::thread::sleep(INTERVAL);
    }
}
