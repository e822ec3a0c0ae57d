//! The state of the app: status bar, vocabulary, history and checks.

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{AppStatus, DamageView, EventView, Nothing, Tag, Undone, Vocabulary};

impl Core {
    pub fn app_status(&self, _: Nothing) -> Result<AppStatus, Error> {
        let notices: Vec<&str> =
            self.library().notices().iter().map(|notice| notice.message.as_str()).collect();
        let packs = self.packs().ok();
        let list = packs.map(domain::pack::Packs::list);
        let hosts = packs.map(domain::pack::Packs::connections).unwrap_or_default();
        let usable = |pack: &&domain::pack::Pack| pack.chosen && pack.state.is_usable();
        Ok(AppStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            library: self.library_folder().display().to_string(),
            reader: self.settings().reader.clone(),
            waiting: self.library().waiting_jobs().map_err(convert::error)?,
            looking: self.library().waiting_looks().map_err(convert::error)?,
            connections: hosts.iter().map(|host| host.connections).sum(),
            hosts,
            offline: list.as_ref().is_none_or(|list| list.offline),
            model: list
                .as_ref()
                .and_then(|list| list.packs.iter().find(usable))
                .map(|pack| pack.title.clone()),
            model_notice: list.and_then(|list| list.notice),
            read_only: self.is_read_only(),
            paused: self.queue().is_some_and(|queue| queue.is_paused()),
            undo: self.library().next_undo().map_err(convert::error)?.map(|step| step.description),
            redo: self.library().next_redo().map_err(convert::error)?.map(|step| step.description),
            recovered: (!notices.is_empty()).then(|| notices.join(" ")),
        })
    }

    pub fn vocabulary(&self, _: Nothing) -> Result<Vocabulary, Error> {
        Ok(Vocabulary { properties: domain::property::PROPERTIES.to_vec() })
    }

    pub fn history(&self, _: Nothing) -> Result<Vec<EventView>, Error> {
        let events = self.library().history().map_err(convert::error)?;
        Ok(events.into_iter().map(convert::event).collect())
    }

    pub fn undo(&self, _: Nothing) -> Result<Option<Undone>, Error> {
        let undone = self.library().undo().map_err(convert::error)?;
        self.changed(&[Tag::ChangeSets, Tag::Tools, Tag::Status]);
        Ok(undone.map(convert::undone))
    }

    pub fn redo(&self, _: Nothing) -> Result<Option<Undone>, Error> {
        let redone = self.library().redo().map_err(convert::error)?;
        self.changed(&[Tag::ChangeSets, Tag::Tools, Tag::Status]);
        Ok(redone.map(convert::undone))
    }

    pub fn verify(&self, _: Nothing) -> Result<Vec<DamageView>, Error> {
        self.library().check_index().map_err(convert::error)?;
        let damages = self.library().verify().map_err(convert::error)?;
        Ok(damages.into_iter().map(convert::damage).collect())
    }
}
