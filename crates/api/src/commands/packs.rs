//! Model packs: listing, installing, checking, choosing. A connection is opened only when the request says that the
//! user agreed.
//!
//! Invariant: paths come from dialogs and drops of the host, never from the page.

use std::path::Path;
use std::sync::PoisonError;

use domain::PackError;
use domain::pack::{
    Agreed, PACK_FILE_EXTENSION, Pack, PackCheck, PackList, PackPlan, PackProgress, PackStep, Packs,
};
use domain::reader::Control;

use crate::core::Core;
use crate::error::Error;
use crate::types::{
    AppEvent, ById, ExportedPack, InstallPack, LookUpPack, Nothing, RemovePack, SetOffline, Tag, UsePack,
};

impl Core {
    pub fn list_packs(&self, _: Nothing) -> Result<PackList, Error> {
        Ok(self.packs()?.list())
    }

    pub fn look_up_pack(&self, request: LookUpPack) -> Result<PackPlan, Error> {
        if !request.agreed {
            return Err(PackError::NotAgreed.into());
        }
        self.work(|packs, progress| packs.look_up(&request.pack, request.newest, progress))
    }

    pub fn install_pack(&self, request: InstallPack) -> Result<Pack, Error> {
        if !request.agreed {
            return Err(PackError::NotAgreed.into());
        }
        let agreed = Agreed { commit: &request.commit, bytes: request.bytes };
        self.work(|packs, progress| packs.install(&request.pack, agreed, progress))
    }

    pub fn add_pack_folder(&self, _: Nothing) -> Result<Option<Pack>, Error> {
        let Some(folder) = self.host().choose_pack_folder() else { return Ok(None) };
        self.work(|packs, progress| packs.install_folder(&folder, None, progress)).map(Some)
    }

    pub fn add_pack_file(&self, _: Nothing) -> Result<Option<Pack>, Error> {
        let Some(file) = self.host().choose_pack_file() else { return Ok(None) };
        self.work(|packs, progress| packs.install_file(&file, progress)).map(Some)
    }

    pub fn export_pack(&self, request: ById) -> Result<Option<ExportedPack>, Error> {
        let name = format!("{}.{PACK_FILE_EXTENSION}", request.id);
        let Some(path) = self.host().save_pack_file(&name) else { return Ok(None) };
        self.work(|packs, progress| packs.export(&request.id, &path, progress))?;
        Ok(Some(ExportedPack { path: path.display().to_string() }))
    }

    pub fn verify_pack(&self, request: ById) -> Result<PackCheck, Error> {
        self.work(|packs, progress| packs.verify(&request.id, progress))
    }

    /// Stops what is being done with a pack; what is not being done needs no stopping.
    pub fn cancel_pack(&self, request: ById) -> Result<Nothing, Error> {
        let mut work = self.pack_work().lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stop) = work.get_mut(&request.id) {
            *stop = true;
        }
        Ok(Nothing {})
    }

    pub fn remove_pack(&self, request: RemovePack) -> Result<Nothing, Error> {
        let removed = self.packs()?.remove(&request.pack, request.forget);
        self.changed(&[Tag::Packs, Tag::Status]);
        removed?;
        Ok(Nothing {})
    }

    pub fn use_pack(&self, request: UsePack) -> Result<Nothing, Error> {
        self.packs()?.choose(request.pack.as_deref(), request.anyway)?;
        self.changed(&[Tag::Packs, Tag::Status]);
        Ok(Nothing {})
    }

    pub fn set_offline(&self, request: SetOffline) -> Result<Nothing, Error> {
        self.packs()?.set_offline(request.offline)?;
        self.changed(&[Tag::Packs, Tag::Status]);
        Ok(Nothing {})
    }

    /// Whether a dropped file is a pack by its name; what it holds is checked when it is unpacked.
    pub(crate) fn is_pack_file(&self, path: &Path) -> bool {
        self.packs().is_ok() && path.extension().is_some_and(|extension| extension == PACK_FILE_EXTENSION)
    }

    /// Installs a dropped pack file and tells the window what became of it.
    pub(crate) fn add_dropped_pack(&self, path: &Path) {
        match self.work(|packs, progress| packs.install_file(path, progress)) {
            Ok(pack) => self.announce(AppEvent::PackInstalled { title: pack.title }),
            Err(Error { code, message }) => self.announce(AppEvent::Problem { code, message }),
        }
    }

    /// Runs a long piece of work: tells progress, can be cancelled under the pack's id, and announces what changed.
    fn work<T>(
        &self,
        run: impl FnOnce(&dyn Packs, &mut PackProgress<'_>) -> Result<T, PackError>,
    ) -> Result<T, Error> {
        let packs = self.packs()?;
        let mut begun = None;
        let mut progress = |step: &PackStep| {
            let mut work = self.pack_work().lock().unwrap_or_else(PoisonError::into_inner);
            if begun.is_none() && !work.contains_key(&step.pack) {
                work.insert(step.pack.clone(), false);
                begun = Some(step.pack.clone());
            }
            self.announce(AppEvent::PackProgress { step: step.clone() });
            if work.get(&step.pack) == Some(&true) { Control::Stop } else { Control::Continue }
        };
        let result = run(packs, &mut progress);
        if let Some(pack) = begun {
            self.pack_work().lock().unwrap_or_else(PoisonError::into_inner).remove(&pack);
        }
        self.changed(&[Tag::Packs, Tag::Status]);
        Ok(result?)
    }
}
