//! Packs for tests: one folder with a scripted answer, admitted or refused.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use domain::PackError;
use domain::pack::{
    Agreed, HostConnections, Measured, Memory, Pack, PackCheck, PackList, PackPlan, PackProgress, PackState,
    Packs,
};

pub(crate) const TITLE: &str = "Scripted 1";

#[derive(Debug)]
pub(crate) struct OnePack {
    pub(crate) folder: PathBuf,
    pub(crate) chosen: AtomicBool,
    pub(crate) too_large: AtomicBool,
}

impl OnePack {
    /// A chosen pack whose model gives that answer to every question.
    pub(crate) fn new(folder: &Path, answer: &str) -> Self {
        let folder = folder.join("pack");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("answer.json"), answer).expect("the answer is written");
        Self { folder, chosen: AtomicBool::new(true), too_large: AtomicBool::new(false) }
    }
}

fn no_such<T>() -> Result<T, PackError> {
    Err(PackError::Unknown("scripted".to_owned()))
}

impl Packs for OnePack {
    fn list(&self) -> PackList {
        let chosen = self.chosen.load(Ordering::Relaxed);
        let pack = Pack {
            id: "scripted".to_owned(),
            title: TITLE.to_owned(),
            about: String::new(),
            repository: None,
            licence: None,
            languages: Vec::new(),
            parameters: None,
            bytes: None,
            memory_needed: Some(1_000_000),
            measured: None,
            state: PackState::Ready,
            origin: None,
            files: Vec::new(),
            pinned: false,
            chosen,
        };
        PackList {
            packs: vec![pack],
            folder: String::new(),
            memory: Memory { free: 1 << 40, total: 1 << 40 },
            disk_free: None,
            offline: true,
            offline_fixed: true,
            notice: None,
        }
    }

    fn look_up(&self, _: &str, _: bool, _: &mut PackProgress<'_>) -> Result<PackPlan, PackError> {
        no_such()
    }

    fn install(&self, _: &str, _: Agreed<'_>, _: &mut PackProgress<'_>) -> Result<Pack, PackError> {
        no_such()
    }

    fn install_folder(&self, _: &Path, _: Option<&str>, _: &mut PackProgress<'_>) -> Result<Pack, PackError> {
        no_such()
    }

    fn install_file(&self, _: &Path, _: &mut PackProgress<'_>) -> Result<Pack, PackError> {
        no_such()
    }

    fn export(&self, _: &str, _: &Path, _: &mut PackProgress<'_>) -> Result<(), PackError> {
        no_such()
    }

    fn verify(&self, _: &str, _: &mut PackProgress<'_>) -> Result<PackCheck, PackError> {
        no_such()
    }

    fn remove(&self, _: &str, _: bool) -> Result<(), PackError> {
        no_such()
    }

    fn choose(&self, pack: Option<&str>, _: bool) -> Result<(), PackError> {
        self.chosen.store(pack.is_some(), Ordering::Relaxed);
        Ok(())
    }

    fn chosen(&self) -> Option<String> {
        self.chosen.load(Ordering::Relaxed).then(|| "scripted".to_owned())
    }

    fn admit(&self, _: &str) -> Result<PathBuf, PackError> {
        if self.too_large.load(Ordering::Relaxed) {
            return Err(PackError::NotEnoughMemory {
                pack: TITLE.to_owned(),
                needed: 4_000_000_000,
                free: 1_000_000_000,
                fits: Some("Smaller 1".to_owned()),
            });
        }
        Ok(self.folder.clone())
    }

    fn note_measured(&self, _: &str, _: &Measured) -> Result<(), PackError> {
        Ok(())
    }

    fn set_offline(&self, _: bool) -> Result<(), PackError> {
        no_such()
    }

    fn connections(&self) -> Vec<HostConnections> {
        Vec::new()
    }
}
