//! Model packs on this computer: known, installed, checked, chosen; from the Hub, a folder or one pack file.
//!
//! Invariant: a pack is whole or not there: files grow elsewhere, are hashed from the disk, compared with what the
//! source stated, the record and the pins, and take their place in one rename. Only `hub` opens connections, and only
//! when `look_up` or `install` is called while connections are allowed. Must not: load weights.

pub mod catalogue;
mod copy;
mod disk;
mod download;
mod hashing;
mod hub;
mod layout;
pub mod memory;
mod progress;
mod record;
mod state;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::PackError;
use domain::pack::{
    Agreed, HostConnections, Measured, Pack, PackCheck, PackFile, PackList, PackOrigin, PackPlan,
    PackProgress, PackStage, PackState, Packs, PlannedFile, StatedHash, is_pack_id,
};

use copy::PackFileReader;
use download::Unfinished;
use hub::{Connections, Hub};
use progress::Hearing;
use record::{MeasuredFiles, Pins, Places, Record, Settings};

pub use hub::{ENDPOINT, Patience};

/// How the packs are opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the packs, by convention `shortlist/models` beside the libraries.
    pub folder: PathBuf,
    /// Forbids every connection, whatever the setting says.
    pub offline: bool,
    /// A file of pins instead of `pins.json` in the folder; when named it must be there.
    pub pins: Option<PathBuf>,
    /// Another address than the public Hub's, for tests.
    pub endpoint: Option<String>,
    pub patience: Patience,
}

impl Options {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, offline: false, pins: None, endpoint: None, patience: Patience::default() }
    }
}

/// The packs in one folder. Opening touches nothing and cannot fail; what is wrong is told by `list`.
#[derive(Debug)]
pub struct PackFolder {
    places: Places,
    options: Options,
    hub: Hub,
    connections: Arc<Connections>,
    /// What was looked up and may be agreed to.
    plans: Mutex<HashMap<String, PackPlan>>,
}

/// Says that a pack is being changed; ends when it is dropped.
struct Lock {
    _file: File,
}

/// A pack that lies ready outside its place.
struct Arrival<'a> {
    pack: &'a str,
    folder: PathBuf,
    files: Vec<PackFile>,
    origin: PackOrigin,
    licence: Option<String>,
    languages: Vec<String>,
    /// The record that it must be like.
    against: Option<&'a Record>,
}

impl PackFolder {
    pub fn new(options: Options) -> Self {
        let connections = Arc::new(Connections::default());
        let endpoint = options.endpoint.as_deref().unwrap_or(ENDPOINT);
        let hub = Hub::new(endpoint, options.patience, Arc::clone(&connections));
        let places = Places { root: options.folder.clone() };
        Self { places, options, hub, connections, plans: Mutex::default() }
    }

    fn pins(&self) -> Result<Pins, PackError> {
        match &self.options.pins {
            Some(path) => Pins::read(path, true),
            None => Pins::read(&self.places.pins(), false),
        }
    }

    fn record(&self, pack: &str) -> Result<Option<Record>, PackError> {
        record::read(&self.places, pack).map_err(|why| {
            let why = format!("its record cannot be used ({why}).");
            PackError::Damaged { pack: catalogue::title(pack), why }
        })
    }

    fn demand_connections(&self) -> Result<(), PackError> {
        if self.options.offline || self.settings().map_or(true, |settings| settings.offline) {
            return Err(PackError::Offline);
        }
        Ok(())
    }

    /// An unreadable file forbids connections, for it may have done so before.
    fn settings(&self) -> Result<Settings, String> {
        Ok(disk::read_json(&self.places.settings())?.unwrap_or_default())
    }

    fn lock(&self, pack: &str) -> Result<Lock, PackError> {
        if !is_pack_id(pack) {
            return Err(PackError::BadName(pack.to_owned()));
        }
        let path = self.places.lock(pack);
        disk::make_folder(&self.places.all_unfinished())?;
        let file = File::create(&path).map_err(|error| disk::cannot_write(&path, &error, 0))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(PackError::Busy { pack: catalogue::title(pack) }),
            Err(std::fs::TryLockError::Error(error)) => Err(disk::cannot_write(&path, &error, 0)),
        }
    }

    /// Refuses to install over a pack that is whole.
    fn demand_absent(&self, pack: &str) -> Result<(), PackError> {
        match self.state(pack) {
            PackState::Ready | PackState::Unchecked { .. } => {
                Err(PackError::AlreadyInstalled { pack: catalogue::title(pack) })
            }
            _ => Ok(()),
        }
    }

    /// The recorded files of a pack that is there, whole or not.
    fn installed(&self, pack: &str) -> Result<Record, PackError> {
        self.demand_known(pack)?;
        let record = self.record(pack)?.filter(|record| record.installed);
        record.ok_or_else(|| PackError::NotInstalled { pack: catalogue::title(pack) })
    }

    fn demand_known(&self, pack: &str) -> Result<(), PackError> {
        if is_pack_id(pack) && self.ids().iter().any(|id| id == pack) {
            return Ok(());
        }
        Err(PackError::Unknown(pack.to_owned()))
    }

    /// The last steps of every installation: record and pins, layout, place, record.
    fn settle(&self, arrival: Arrival<'_>) -> Result<Pack, PackError> {
        let Arrival { pack, folder, files, origin, licence, languages, against } = arrival;
        if let Some(record) = against {
            record.demand(&files)?;
        }
        self.pins()?.demand(pack, &files)?;
        let layout = layout::inspect(&folder)?;
        let place = self.places.pack(pack);
        let mut checked = Vec::new();
        for file in &files {
            let path = folder.join(&file.name);
            disk::make_read_only(&path)?;
            let described = std::fs::metadata(&path).map_err(|error| disk::cannot_read(&path, &error))?;
            checked.push(disk::modified(&described));
        }
        disk::make_folder(&self.places.packs())?;
        disk::remove_folder(&place)?;
        disk::sync_folder(&folder)?;
        disk::rename(&folder, &place)?;
        let record = Record {
            pack: pack.to_owned(),
            origin,
            licence,
            languages,
            parameters: layout.parameters,
            shape: layout.shape,
            files,
            checked,
            installed: true,
        };
        disk::write_json(&self.places.record(pack), &record)?;
        Ok(self.describe(pack))
    }

    /// Copies into a folder of its own and settles; whatever fails, the copy is deleted.
    fn arrive(
        &self,
        pack: &str,
        origin: PackOrigin,
        licence: Option<String>,
        languages: Vec<String>,
        copy: impl FnOnce(&Path) -> Result<Vec<PackFile>, PackError>,
    ) -> Result<Pack, PackError> {
        let _lock = self.lock(pack)?;
        self.demand_absent(pack)?;
        self.pins()?.admit(pack)?;
        let record = self.record(pack)?;
        let folder = self.places.copying(pack);
        disk::remove_folder(&folder)?;
        let arrived = copy(&folder).and_then(|files| {
            let against = record.as_ref();
            self.settle(Arrival { pack, folder: folder.clone(), files, origin, licence, languages, against })
        });
        if arrived.is_err() {
            disk::remove_folder(&folder)?;
        }
        arrived
    }

    /// What record and pins say of a file before it is fetched.
    fn demand_planned(
        pack: &str,
        files: &[PlannedFile],
        record: Option<&Record>,
        pins: &Pins,
    ) -> Result<(), PackError> {
        for file in files {
            let StatedHash::Sha256 { hex } = &file.hash else { continue };
            let expected = record.and_then(|record| record.file(&file.name));
            if let Some(expected) = expected.filter(|expected| !expected.sha256.eq_ignore_ascii_case(hex)) {
                return Err(PackError::NotAsRecorded {
                    what: file.name.clone(),
                    expected: expected.sha256.clone(),
                    found: hex.clone(),
                });
            }
            let pinned = pins.of(pack).and_then(|pin| pin.files.get(&file.name));
            if let Some(expected) = pinned.filter(|expected| !expected.eq_ignore_ascii_case(hex)) {
                return Err(PackError::NotAsPinned {
                    what: file.name.clone(),
                    expected: expected.clone(),
                    found: hex.clone(),
                });
            }
        }
        Ok(())
    }

    fn ask_the_hub(
        &self,
        pack: &str,
        newest: bool,
        hearing: &mut Hearing<'_, '_>,
    ) -> Result<PackPlan, PackError> {
        let known = catalogue::known(pack).ok_or_else(|| PackError::Unknown(pack.to_owned()))?;
        self.demand_connections()?;
        let pins = self.pins()?;
        pins.admit(pack)?;
        let record = self.record(pack)?.filter(|_| !newest);
        let unfinished = Unfinished::new(self.places.unfinished(pack));
        let begun = unfinished.plan();
        let pinned = pins.of(pack).and_then(|pin| pin.commit.as_deref());
        let bound = pinned.or_else(|| record.as_ref().and_then(Record::commit));
        let begun_commit = begun.as_ref().filter(|_| !newest).map(|plan| plan.commit.as_str());
        let revision = bound.or(begun_commit).unwrap_or("main");

        hearing.stage(PackStage::Connecting, known.repository)?;
        let listing = self.hub.listing(known.repository, revision, hearing)?;
        let commit = listing.sha.to_ascii_lowercase();
        if revision != "main" && !revision.eq_ignore_ascii_case(&commit) {
            return Err(self.hub.bad(format!("commit {commit} where {revision} was asked for")));
        }
        let names = layout::choose(listing.siblings.iter().map(|file| file.rfilename.as_str()))?;
        let mut files = Vec::new();
        for name in names {
            hearing.stage(PackStage::Connecting, &name)?;
            let stated = self.hub.stated(known.repository, &commit, &name, hearing)?;
            if !stated.commit.eq_ignore_ascii_case(&commit) {
                return Err(self.hub.bad(format!("commit {} for {name} of {commit}", stated.commit)));
            }
            files.push(PlannedFile { name, bytes: stated.bytes, hash: stated.hash });
        }
        let bytes = layout::demand_sizes(files.iter().map(|file| (file.name.as_str(), file.bytes)))?;
        Self::demand_planned(pack, &files, record.as_ref(), &pins)?;
        let mut plan = PackPlan {
            pack: pack.to_owned(),
            repository: known.repository.to_owned(),
            bound: bound.is_some(),
            commit,
            files,
            bytes,
            held: 0,
            disk_free: disk::free(&self.places.root),
        };
        if begun.is_some_and(|begun| begun.commit == plan.commit) {
            plan.held = unfinished.held(&plan);
        }
        Ok(plan)
    }
}

impl Packs for PackFolder {
    fn list(&self) -> PackList {
        self.all()
    }

    fn look_up(
        &self,
        pack: &str,
        newest: bool,
        progress: &mut PackProgress<'_>,
    ) -> Result<PackPlan, PackError> {
        self.demand_known(pack)?;
        self.demand_absent(pack)?;
        let plan = self.ask_the_hub(pack, newest, &mut Hearing::new(pack, 0, progress))?;
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        plans.insert(pack.to_owned(), plan.clone());
        Ok(plan)
    }

    fn install(
        &self,
        pack: &str,
        agreed: Agreed<'_>,
        progress: &mut PackProgress<'_>,
    ) -> Result<Pack, PackError> {
        self.demand_known(pack)?;
        self.demand_connections()?;
        let _lock = self.lock(pack)?;
        self.demand_absent(pack)?;
        let looked_up = self.plans.lock().unwrap_or_else(PoisonError::into_inner).get(pack).cloned();
        let plan = looked_up.ok_or(PackError::NotAgreed)?;
        if plan.commit != agreed.commit || plan.bytes != agreed.bytes {
            return Err(PackError::PlanChanged { found: plan.commit, bytes: plan.bytes });
        }
        let known = catalogue::known(pack).ok_or_else(|| PackError::Unknown(pack.to_owned()))?;
        let record = self.record(pack)?;
        let unfinished = Unfinished::new(self.places.unfinished(pack));
        let mut hearing = Hearing::new(pack, plan.bytes, progress);
        let files = unfinished.complete(&self.hub, &plan, &self.places.pack(pack), &mut hearing)?;
        // A newer commit was asked for knowingly, so the old record does not bind it.
        let against = record.as_ref().filter(|record| record.commit() == Some(plan.commit.as_str()));
        let settled = self.settle(Arrival {
            pack,
            folder: unfinished.files(),
            files,
            origin: PackOrigin::Hub { repository: plan.repository, commit: plan.commit },
            licence: Some(known.licence.to_owned()),
            languages: known.languages.iter().map(|&language| language.to_owned()).collect(),
            against,
        })?;
        disk::remove_folder(&self.places.unfinished(pack))?;
        disk::remove_file(&self.places.measured(pack))?;
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).remove(pack);
        Ok(settled)
    }

    fn install_folder(
        &self,
        folder: &Path,
        name: Option<&str>,
        progress: &mut PackProgress<'_>,
    ) -> Result<Pack, PackError> {
        let layout = layout::inspect(folder)?;
        let pack = match name {
            Some(name) => name.to_owned(),
            None => state::id_of_folder(folder),
        };
        if !is_pack_id(&pack) {
            return Err(PackError::BadName(pack));
        }
        let known = catalogue::known(&pack);
        let licence = known.map(|known| known.licence.to_owned());
        let languages = known.map_or(&[][..], |known| known.languages);
        let languages = languages.iter().map(|&language| language.to_owned()).collect();
        self.arrive(&pack, PackOrigin::Folder, licence, languages, |target| {
            copy::folder(folder, &layout.files, target, &mut Hearing::new(&pack, 0, progress))
        })
    }

    fn install_file(&self, file: &Path, progress: &mut PackProgress<'_>) -> Result<Pack, PackError> {
        let reader = PackFileReader::open(file)?;
        let manifest = reader.manifest.clone();
        let origin = match manifest.origin {
            PackOrigin::Hub { repository, commit } => {
                PackOrigin::PackFile { repository: Some(repository), commit: Some(commit) }
            }
            PackOrigin::Folder => PackOrigin::PackFile { repository: None, commit: None },
            again @ PackOrigin::PackFile { .. } => again,
        };
        self.arrive(&manifest.pack, origin, manifest.licence, manifest.languages, |target| {
            reader.unpack(target, &mut Hearing::new(&manifest.pack, 0, progress))
        })
    }

    fn export(&self, pack: &str, file: &Path, progress: &mut PackProgress<'_>) -> Result<(), PackError> {
        let record = self.installed(pack)?;
        let mut hearing = Hearing::new(pack, record.bytes(), progress);
        copy::export(&record, &self.places.pack(pack), file, &mut hearing)
    }

    fn verify(&self, pack: &str, progress: &mut PackProgress<'_>) -> Result<PackCheck, PackError> {
        let record = self.installed(pack)?;
        let _lock = self.lock(pack)?;
        let pins = self.pins()?;
        self.check(record, &pins, &mut Hearing::new(pack, 0, progress))
    }

    fn remove(&self, pack: &str, forget: bool) -> Result<(), PackError> {
        self.demand_known(pack)?;
        let recorded = self.places.record(pack).exists();
        if self.state(pack) == PackState::NotInstalled && !(forget && recorded) {
            return Err(PackError::NotInstalled { pack: catalogue::title(pack) });
        }
        let _lock = self.lock(pack)?;
        match self.record(pack) {
            Ok(Some(record)) if !forget => {
                let removed = Record { installed: false, ..record };
                disk::write_json(&self.places.record(pack), &removed)?;
            }
            // A record that cannot be read vouches for nothing.
            Ok(None | Some(_)) | Err(_) => disk::remove_file(&self.places.record(pack))?,
        }
        disk::remove_folder(&self.places.pack(pack))?;
        disk::remove_folder(&self.places.unfinished(pack))?;
        disk::remove_file(&self.places.measured(pack))?;
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).remove(pack);
        if self.chosen().as_deref() == Some(pack) {
            self.choose(None, true)?;
        }
        Ok(())
    }

    fn choose(&self, pack: Option<&str>, anyway: bool) -> Result<(), PackError> {
        if let Some(pack) = pack {
            self.installed(pack)?;
            self.demand_whole(pack)?;
            if !anyway {
                self.demand_memory(pack)?;
            }
        }
        let mut settings = self.settings().unwrap_or(Settings { offline: true, chosen: None });
        settings.chosen = pack.map(str::to_owned);
        disk::write_json(&self.places.settings(), &settings)
    }

    fn chosen(&self) -> Option<String> {
        self.settings().ok().and_then(|settings| settings.chosen)
    }

    fn admit(&self, pack: &str) -> Result<PathBuf, PackError> {
        let record = self.installed(pack)?;
        if let PackState::Unchecked { .. } = self.state(pack) {
            let _lock = self.lock(pack)?;
            let mut hear = |_: &_| domain::reader::Control::Continue;
            let check = self.check(record, &self.pins()?, &mut Hearing::new(pack, 0, &mut hear))?;
            if let Some(why) = check.damage.first() {
                return Err(PackError::Damaged { pack: catalogue::title(pack), why: why.clone() });
            }
        }
        self.demand_whole(pack)?;
        self.demand_memory(pack)?;
        Ok(self.places.pack(pack))
    }

    fn note_measured(&self, pack: &str, measured: &Measured) -> Result<(), PackError> {
        let record = self.installed(pack)?;
        let kept = MeasuredFiles { files: record.files, measured: measured.clone() };
        disk::write_json(&self.places.measured(pack), &kept)
    }

    fn set_offline(&self, offline: bool) -> Result<(), PackError> {
        if self.options.offline {
            return Err(PackError::OfflineFixed);
        }
        let mut settings = self.settings().unwrap_or_default();
        settings.offline = offline;
        disk::write_json(&self.places.settings(), &settings)
    }

    fn connections(&self) -> Vec<HostConnections> {
        self.connections.list()
    }
}
