//! Where each pack stands, from records and files; nothing is changed here but the times of a successful check.
//!
//! Invariant: every known, recorded, present or unfinished pack is listed, a broken one as broken with its reason.

use std::collections::BTreeSet;
use std::path::Path;

use domain::PackError;
use domain::pack::{Measured, Pack, PackCheck, PackFile, PackList, PackStage, PackState, Packs, is_pack_id};

use super::download::Unfinished;
use super::progress::Hearing;
use super::record::{self, MeasuredFiles, Pins, Record};
use super::{PackFolder, catalogue, disk, hashing, memory};

impl PackFolder {
    /// Ids of all packs: the known ones in their order, then others by name.
    pub(super) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = catalogue::KNOWN.iter().map(|known| known.id.to_owned()).collect();
        let mut others = BTreeSet::new();
        for folder in [self.places.packs(), self.places.records()] {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name();
                let Some(name) = name.to_str() else { continue };
                let id = name.strip_suffix(".json").unwrap_or(name);
                if is_pack_id(id) && catalogue::known(id).is_none() {
                    others.insert(id.to_owned());
                }
            }
        }
        ids.extend(others);
        ids
    }

    pub(super) fn all(&self) -> PackList {
        let settings = self.settings();
        let mut notices = Vec::new();
        if let Err(why) = &settings {
            notices.push(format!(
                "The settings of the packs could not be read ({why}), so no pack is chosen and connections stay switched off. Reading works with rules. Choose again to write them anew."
            ));
        }
        if let Err(error) = self.pins() {
            notices.push(format!("{error} Reading is not affected."));
        }
        let packs: Vec<Pack> = self.ids().iter().map(|id| self.describe(id)).collect();
        if let Some(chosen) = settings.as_ref().ok().and_then(|settings| settings.chosen.as_deref()) {
            notices.extend(self.problem(chosen));
        }
        PackList {
            packs,
            folder: self.places.root.display().to_string(),
            memory: memory::of_this_computer(),
            disk_free: disk::free(&self.places.root),
            offline: self.options.offline || settings.map_or(true, |settings| settings.offline),
            offline_fixed: self.options.offline,
            notice: (!notices.is_empty()).then(|| notices.join(" ")),
        }
    }

    /// Why the chosen pack cannot be used, and what still works.
    fn problem(&self, chosen: &str) -> Option<String> {
        let title = catalogue::title(chosen);
        match self.state(chosen) {
            PackState::Ready | PackState::Unchecked { .. } => None,
            PackState::Missing { message } | PackState::Broken { message } => Some(format!(
                "{title} was chosen and cannot be used: {message} Reading, review, comparison and search go on with rules only."
            )),
            PackState::NotInstalled | PackState::Unfinished { .. } => Some(format!(
                "{title} was chosen and is not installed. Reading, review, comparison and search go on with rules only. Install it or choose another."
            )),
        }
    }

    /// Looks at sizes and times; hashes are compared by `check`.
    pub(super) fn state(&self, id: &str) -> PackState {
        let folder = self.places.pack(id);
        let record = match record::read(&self.places, id) {
            Ok(record) => record,
            Err(why) => {
                let message = format!("Its record cannot be used ({why}). Remove it and install it again.");
                return PackState::Broken { message };
            }
        };
        let Some(record) = record.filter(|record| record.installed) else {
            if folder.exists() {
                let message = "Its files are there without a record, so nothing vouches for them. Remove it and install it again.";
                return PackState::Broken { message: message.to_owned() };
            }
            return self.unfinished(id);
        };
        if !folder.is_dir() {
            let message = format!(
                "Its files are not in {}; the disk may not be connected. Connect it, install the pack again, or remove it.",
                folder.display()
            );
            return PackState::Missing { message };
        }
        let mut changed = None;
        for (index, file) in record.files.iter().enumerate() {
            let described = std::fs::symlink_metadata(folder.join(&file.name));
            match described {
                Ok(described) if described.is_file() && described.len() == file.bytes => {
                    if record.checked.get(index) != Some(&disk::modified(&described)) {
                        changed = Some(&file.name);
                    }
                }
                Ok(_) => {
                    let message = format!("{} does not have the recorded size. Install it again.", file.name);
                    return PackState::Broken { message };
                }
                Err(_) => {
                    return PackState::Broken {
                        message: format!("{} is not there. Install it again.", file.name),
                    };
                }
            }
        }
        match changed {
            None => PackState::Ready,
            Some(name) => PackState::Unchecked {
                message: format!("{name} was written to since its hash was checked. Verify the pack."),
            },
        }
    }

    fn unfinished(&self, id: &str) -> PackState {
        let unfinished = Unfinished::new(self.places.unfinished(id));
        match unfinished.plan().map(|plan| unfinished.held(&plan)) {
            Some(held) if held > 0 => PackState::Unfinished { held },
            _ => PackState::NotInstalled,
        }
    }

    pub(super) fn describe(&self, id: &str) -> Pack {
        let known = catalogue::known(id);
        let state = self.state(id);
        let record = record::read(&self.places, id).ok().flatten();
        let installed = record.as_ref().filter(|record| record.installed);
        let languages = |known: &catalogue::KnownPack| {
            known.languages.iter().map(|&language| language.to_owned()).collect()
        };
        let needed = installed.and_then(|record| record.shape.as_ref().map(memory::needed));
        Pack {
            id: id.to_owned(),
            title: catalogue::title(id),
            about: known.map_or_else(String::new, |known| known.about.to_owned()),
            repository: known.map(|known| known.repository.to_owned()),
            licence: record
                .as_ref()
                .and_then(|record| record.licence.clone())
                .or_else(|| known.map(|known| known.licence.to_owned())),
            languages: match &record {
                Some(record) if !record.languages.is_empty() => record.languages.clone(),
                _ => known.map(languages).unwrap_or_default(),
            },
            parameters: installed
                .map(|record| record.parameters)
                .or_else(|| known.map(|known| known.parameters)),
            bytes: record
                .as_ref()
                .map(Record::bytes)
                .or_else(|| known.and_then(|known| known.published_bytes)),
            measured: installed.and_then(|record| self.measured(record)),
            memory_needed: needed.or_else(|| known.and_then(catalogue::KnownPack::memory_needed)),
            origin: record.as_ref().map(|record| record.origin.clone()),
            files: record.map(|record| record.files).unwrap_or_default(),
            pinned: self.pins().is_ok_and(|pins| pins.of(id).is_some()),
            chosen: self.chosen().as_deref() == Some(id),
            state,
        }
    }

    /// The last measurement, where it is of just these files; one that cannot be read was none.
    fn measured(&self, record: &Record) -> Option<Measured> {
        let kept: MeasuredFiles = disk::read_json(&self.places.measured(&record.pack)).ok().flatten()?;
        (kept.files == record.files).then_some(kept.measured)
    }

    /// Hashes every recorded file; when all is well their times are written down anew.
    pub(super) fn check(
        &self,
        record: Record,
        pins: &Pins,
        hearing: &mut Hearing<'_, '_>,
    ) -> Result<PackCheck, PackError> {
        let folder = self.places.pack(&record.pack);
        hearing.total(record.bytes());
        let mut damage = Vec::new();
        let mut found = Vec::new();
        let mut checked = Vec::new();
        for file in &record.files {
            let path = folder.join(&file.name);
            hearing.stage(PackStage::Checking, &file.name)?;
            let time = std::fs::metadata(&path).map_or(0, |described| disk::modified(&described));
            match hashing::file(&path, false, |bytes| hearing.advance(bytes)) {
                Ok(hashed) if hashed.sha256 == file.sha256 => {
                    checked.push(time);
                    found.push(PackFile {
                        name: file.name.clone(),
                        bytes: hashed.bytes,
                        sha256: hashed.sha256,
                    });
                }
                Ok(_) => damage.push(format!("{} is not as recorded.", file.name)),
                Err(PackError::CannotRead { why, .. }) => {
                    damage.push(format!("{} could not be read ({why}).", file.name));
                }
                Err(error) => return Err(error),
            }
        }
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if record.file(&name).is_none() {
                let name = domain::text::visible(&name, 100);
                damage.push(format!("{name} does not belong to the pack."));
            }
        }
        if damage.is_empty()
            && let Err(error) = pins.demand(&record.pack, &found)
        {
            damage.push(error.to_string());
        }
        let result = PackCheck {
            pack: record.pack.clone(),
            files: record.files.len() as u32,
            bytes: record.bytes(),
            damage,
        };
        if result.damage.is_empty() && record.checked != checked {
            disk::write_json(&self.places.record(&record.pack), &Record { checked, ..record })?;
        }
        Ok(result)
    }

    /// Refuses a pack that is missing or broken.
    pub(super) fn demand_whole(&self, pack: &str) -> Result<(), PackError> {
        match self.state(pack) {
            PackState::Ready | PackState::Unchecked { .. } => Ok(()),
            PackState::Missing { message } | PackState::Broken { message } => {
                Err(PackError::Damaged { pack: catalogue::title(pack), why: message })
            }
            PackState::NotInstalled | PackState::Unfinished { .. } => {
                Err(PackError::NotInstalled { pack: catalogue::title(pack) })
            }
        }
    }

    /// Refuses a pack that needs more memory than is free, and names the largest that would fit.
    pub(super) fn demand_memory(&self, pack: &str) -> Result<(), PackError> {
        let asked = self.describe(pack);
        let free = memory::of_this_computer().free;
        let Some(needed) = asked.memory_needed.filter(|needed| *needed > free) else { return Ok(()) };
        let fitting = |pack: &&Pack| pack.memory_needed.is_some_and(|needed| needed <= free);
        let all: Vec<Pack> = self.ids().iter().map(|id| self.describe(id)).collect();
        let installed = all.iter().filter(|pack| pack.state == PackState::Ready).filter(fitting);
        let fits = installed
            .max_by_key(|pack| pack.memory_needed)
            .or_else(|| all.iter().filter(fitting).max_by_key(|pack| pack.memory_needed));
        let fits = fits.map(|pack| pack.title.clone());
        Err(PackError::NotEnoughMemory { pack: asked.title, needed, free, fits })
    }
}

/// A name for the pack from the folder it came in: its last part, or the repository's of a folder in the Hub's cache.
pub(super) fn id_of_folder(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut last = name(&folder).unwrap_or_default();
    if hashing::is_hex(&last, 40) {
        // …/models--Organisation--Name/snapshots/<commit>
        let cached = folder.parent().and_then(Path::parent).and_then(name);
        if let Some(repository) = cached.as_deref().and_then(|cached| cached.rsplit("--").next()) {
            repository.clone_into(&mut last);
        }
    }
    let plain: String = last
        .to_lowercase()
        .chars()
        .take(64)
        .map(|character| match character {
            'a'..='z' | '0'..='9' | '.' | '-' | '_' => character,
            _ => '-',
        })
        .collect();
    plain.trim_matches(['.', '-', '_']).to_owned()
}
