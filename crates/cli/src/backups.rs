//! Backups from a terminal: made, listed, put in the database's place, gone back to.

use std::path::{Path, PathBuf};

use api::types::{BackupNumber, BackupView, Nothing};
use api::{Error, Settings};

use crate::library::{owner, reader};
use crate::outcome::{self, Exit};

pub(crate) fn backup(settings: Settings, list: bool) -> Result<Exit, Error> {
    if !list {
        return outcome::json(&owner(settings)?.backup(Nothing {})?).map(|()| Exit::Ok);
    }
    let core = reader(settings)?;
    let backups = core.list_backups(Nothing {})?;
    let listed = backups.into_iter().map(|backup| {
        // A copy that cannot be looked into is listed, too, with the reason.
        let (holds, problem) = match core.backup_contents(BackupNumber { number: backup.number }) {
            Ok(holds) => (Some(holds), None),
            Err(error) => (None, Some(error)),
        };
        serde_json::json!({ "backup": backup, "holds": holds, "problem": problem })
    });
    outcome::json(&listed.collect::<Vec<_>>()).map(|()| Exit::Ok)
}

pub(crate) fn restore(
    settings: &Settings,
    backup: Option<PathBuf>,
    from_journal: bool,
) -> Result<Exit, Error> {
    if backup.is_none() && !from_journal {
        return Err(Error::new(
            "bad_request",
            "Name a backup, or say --from-journal. Nothing was changed. `shortlist backup --list` lists them.",
        ));
    }
    let backup = match backup {
        // A number is looked for only where no file is called so.
        Some(named) if !named.exists() => Some(find(settings, &named)?.path.into()),
        named => named,
    };
    let kept = api::restore(settings, backup.as_deref())?;
    outcome::json(&serde_json::json!({ "old_database": kept })).map(|()| Exit::Ok)
}

pub(crate) fn go_back(settings: Settings, wanted: &Path) -> Result<Exit, Error> {
    let number = find(&settings, wanted)?.number;
    let core = owner(settings)?;
    outcome::json(&core.go_back(BackupNumber { number })?).map(|()| Exit::Ok)
}

/// A backup of the library by its number or file.
fn find(settings: &Settings, wanted: &Path) -> Result<BackupView, Error> {
    let number: Option<u64> = wanted.to_str().and_then(|text| text.parse().ok());
    let file = wanted.file_name();
    let found = api::backups(settings)?
        .into_iter()
        .find(|backup| Some(backup.number) == number || Path::new(&backup.path).file_name() == file);
    found.ok_or_else(|| {
        let wanted = api::domain::text::visible(&wanted.display().to_string(), 200);
        let message = format!(
            "The library has no backup \"{wanted}\". Nothing was changed. `shortlist backup --list` lists them."
        );
        Error::new("not_found", message)
    })
}
