//! The core that a host opens: the library, the queue and the stream of events behind one `call`.
//!
//! Invariant: one core owns the library; every command goes through [`Core::call`], in the window and elsewhere.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use domain::compare::Comparison;
use domain::pack::{Measured, Pack, PackCheck, PackList, PackPlan, Packs};
use domain::{ChangeSet, Picture, PixelBox};
use engine::queue::{Event, Queue};
use engine::second_reader::{self, SecondReader};
use engine::worker::WorkerCommand;
use serde_json::Value;
use store::{Access, Library};

use crate::commands::region::LastRegion;
use crate::convert;
use crate::error::Error;
use crate::host::Host;
use crate::settings::Settings;
use crate::table::Table;
use crate::types::{
    AddAlias, AddOutcome, AddProposal, AltTextView, AnswerPage, AppEvent, AppStatus, AsOf, AskCapture,
    BackedUp, BackupContents, BackupNumber, BackupView, ById, ByIds, ByName, CallDifferent, CaptureAnswer,
    CaptureDetail, CaptureField, CaptureState, CaptureView, ChangeSetSummary, ChangeSetView, ClaimHistory,
    Compare, DamageView, Decide, Emptied, EventView, Export, Exported, ExportedPack, FormatView, Hit,
    ImportTable, Imported, InstallPack, LockClaim, LockProperty, LookUpPack, MarkTools, Merge, MergeTerms,
    MergeTools, Merged, ModelState, MoveOperations, NameTool, NoteOn, Nothing, OpenContradiction, Page,
    PageDifference, PageMatchView, PastTool, PastToolSummary, PauseWatch, PlanRedaction, ReadRegion, Redact,
    Redacted, RegionReading, Relate, RemovePack, RenameTool, SameToolView, SaveSearch, SavedSearch, Search,
    SearchRun, SetAltText, SetCaptureField, SetNote, SetOffline, SetVendor, Settle, TablePreview, Tag,
    TakeOut, Term, Terms, ToolAsOf, ToolSummary, ToolView, TrashedView, Undone, UsePack, Vocabulary,
    WatchedFolderView, WentBack,
};
use crate::watch::Waiting;
use crate::with_commands;

/// Largest request that a command takes, in bytes of JSON.
const LARGEST_REQUEST: usize = 8 * 1024 * 1024;

/// Time between two routine backups.
const BACKUP_INTERVAL: Duration = Duration::from_hours(4);

/// Reasons for which a library opens for looking only.
const LOOKABLE: [&str; 3] = ["library_in_use", "not_writable", "disk_full"];

/// The open library with its queue.
pub struct Core {
    settings: Settings,
    library: Arc<Library>,
    queue: Mutex<Option<Arc<Queue>>>,
    second_reader: Mutex<Option<Arc<SecondReader>>>,
    host: Box<dyn Host>,
    events: Arc<Announcer>,
    /// The picture that was decoded last: its crops are asked for one after the other.
    decoded: Mutex<Option<(String, Arc<Picture>)>>,
    read_only: bool,
    /// Packs that are worked on, and whether the user wants that to stop.
    pack_work: Mutex<HashMap<String, bool>>,
    waiting: Mutex<Waiting>,
    last_region: Mutex<Option<LastRegion>>,
    /// The table that was chosen last.
    table: Mutex<Option<Arc<Table>>>,
    /// Lets the thread of [`Core::back_up_in_background`] end with the core.
    upkeep: Mutex<Option<Sender<()>>>,
}

impl Core {
    /// Opens or creates the library and starts reading what waits. A library that another program holds is opened
    /// read-only; [`crate::types::AppStatus`] says so.
    pub fn open(settings: Settings, host: Box<dyn Host>) -> Result<Self, Error> {
        let wanted = if settings.read_only { Access::ReadOnly } else { Access::Owner };
        let (library, read_only) = match Library::open(&settings.library, wanted) {
            Ok(library) => (library, settings.read_only),
            // What cannot be owned can still be looked at.
            Err(error) if !settings.read_only && LOOKABLE.contains(&error.code()) => {
                (Library::open(&settings.library, Access::ReadOnly).map_err(convert::error)?, true)
            }
            Err(error) => return Err(convert::error(error)),
        };
        let library = Arc::new(library);
        let events = Arc::new(Announcer::default());
        let core = Self {
            library,
            queue: Mutex::new(None),
            second_reader: Mutex::new(None),
            host,
            events,
            decoded: Mutex::new(None),
            read_only,
            pack_work: Mutex::default(),
            upkeep: Mutex::default(),
            waiting: Mutex::default(),
            last_region: Mutex::default(),
            table: Mutex::default(),
            settings,
        };
        core.start_second_reader()?;
        if !read_only {
            core.start_queue(core.settings.paused)?;
        }
        Ok(core)
    }

    pub(crate) fn worker(&self) -> Result<WorkerCommand, Error> {
        match &self.settings.worker {
            Some(worker) => Ok(worker.clone()),
            None => WorkerCommand::current_program().map_err(|error| {
                Error::new("no_worker", format!("The program's own file was not found ({error}), so nothing can be read. The library is unchanged. Start the program again."))
            }),
        }
    }

    /// Beside a library that another program holds, the second reader still answers questions.
    fn start_second_reader(&self) -> Result<(), Error> {
        let Some(packs) = &self.settings.packs else { return Ok(()) };
        let settings = second_reader::Settings { errands_only: self.read_only || self.settings.paused };
        let (library, packs) = (Arc::clone(&self.library), Arc::clone(packs));
        let second_reader = SecondReader::start(library, packs, self.worker()?, settings);
        let received = second_reader.subscribe();
        let events = Arc::clone(&self.events);
        std::thread::spawn(move || {
            for event in received {
                events.forward_model(event);
            }
        });
        *self.second_reader.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(second_reader));
        Ok(())
    }

    fn start_queue(&self, paused: bool) -> Result<(), Error> {
        let settings = engine::queue::Settings { paused, packs: self.settings.packs.clone() };
        let queue = Queue::start(Arc::clone(&self.library), self.worker()?, settings);
        let received = queue.subscribe();
        let events = Arc::clone(&self.events);
        let second_reader = self.second_reader();
        std::thread::spawn(move || {
            for event in received {
                if let (Event::Ready { .. }, Some(second_reader)) = (&event, &second_reader) {
                    second_reader.wake();
                }
                events.forward(event);
            }
        });
        *self.queue.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(queue));
        Ok(())
    }

    /// Every event from now on.
    pub fn events(&self) -> Receiver<AppEvent> {
        self.events.subscribe()
    }

    /// Sends an event to every subscriber.
    pub fn announce(&self, event: AppEvent) {
        self.events.send(&event);
    }

    /// Writes a checked backup now and every few hours, unless nothing has changed since the newest one, and removes
    /// what lay in the trash for thirty days; on a thread of its own, as long as the core lives.
    pub fn back_up_in_background(&self) {
        if self.read_only {
            return;
        }
        let library = Arc::clone(&self.library);
        let events = Arc::clone(&self.events);
        let (keep, ended) = crossbeam_channel::bounded::<()>(0);
        *self.upkeep.lock().unwrap_or_else(PoisonError::into_inner) = Some(keep);
        std::thread::spawn(move || {
            let mut reason = "start";
            loop {
                let done = library.backup_if_changed(reason).and_then(|_| library.empty_trash(false));
                if let Err(error) = done {
                    let (code, message) = (error.code().to_owned(), error.to_string());
                    events.send(&AppEvent::Problem { code, message });
                }
                // The channel carries nothing; it closes with the core.
                if ended.recv_timeout(BACKUP_INTERVAL) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                reason = "routine";
            }
        });
    }

    /// Waits until nothing is left to read or to look at; for the command line and tests.
    pub fn wait_idle(&self) {
        if let Some(queue) = self.queue() {
            queue.wait_idle();
        }
        if let Some(second_reader) = self.second_reader() {
            second_reader.wake();
            second_reader.wait_idle();
        }
    }

    /// Stops the workers; what waits is read at the next start.
    pub fn shut_down(&self) {
        drop(self.upkeep.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.stop_reading();
    }

    /// Does something to the library while nobody reads, and goes on reading as before.
    pub(crate) fn without_reading<T>(&self, work: impl FnOnce() -> T) -> Result<T, Error> {
        let paused = self.queue().map(|queue| queue.is_paused());
        self.stop_reading();
        let done = work();
        self.start_second_reader()?;
        if let Some(paused) = paused {
            self.start_queue(paused)?;
        }
        Ok(done)
    }

    fn stop_reading(&self) {
        let second_reader = self.second_reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(second_reader) = second_reader {
            second_reader.shutdown();
        }
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(queue) = queue {
            queue.shutdown();
        }
    }

    /// The picture of a capture, or a part of it, as PNG; `width` reduces it.
    pub fn picture(
        &self,
        sha256: &str,
        crop: Option<PixelBox>,
        width: Option<u32>,
    ) -> Result<Vec<u8>, Error> {
        let picture = self.decoded_picture(sha256)?;
        engine::picture::part(&picture, crop, width).map_err(convert::failure)
    }

    pub(crate) fn decoded_picture(&self, sha256: &str) -> Result<Arc<Picture>, Error> {
        let mut last = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((held, picture)) = last.as_ref()
            && held == sha256
        {
            return Ok(Arc::clone(picture));
        }
        if !self.library.is_decoded(sha256).map_err(convert::error)? {
            return Err(Error::new(
                "not_decoded",
                "This capture has not been read yet, so it cannot be shown. It is kept unchanged.",
            ));
        }
        let path = self.library.capture_file(sha256).map_err(convert::error)?;
        let bytes = engine::decode::read_file(&path).map_err(convert::decode)?;
        let picture = Arc::new(engine::decode::decode(&bytes).map_err(convert::decode)?);
        *last = Some((sha256.to_owned(), Arc::clone(&picture)));
        Ok(picture)
    }

    /// Lets go of the picture that was decoded last, and of the region that was read last.
    pub(crate) fn forget_picture(&self) {
        *self.last_region.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.decoded.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    pub(crate) fn host(&self) -> &dyn Host {
        self.host.as_ref()
    }

    pub(crate) fn queue(&self) -> Option<Arc<Queue>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn second_reader(&self) -> Option<Arc<SecondReader>> {
        self.second_reader.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn wake_queue(&self) {
        if let Some(queue) = self.queue() {
            queue.wake();
        }
    }

    pub(crate) fn changed(&self, tags: &[Tag]) {
        self.announce(AppEvent::Changed { tags: tags.to_vec() });
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn packs(&self) -> Result<&dyn Packs, Error> {
        self.settings.packs.as_deref().ok_or_else(|| {
            Error::new("no_packs", "This program was started without model packs. Nothing was changed.")
        })
    }

    /// Files of watched folders that were seen once.
    pub(crate) const fn waiting(&self) -> &Mutex<Waiting> {
        &self.waiting
    }

    pub(crate) const fn table(&self) -> &Mutex<Option<Arc<Table>>> {
        &self.table
    }

    pub(crate) const fn last_region(&self) -> &Mutex<Option<LastRegion>> {
        &self.last_region
    }

    pub(crate) const fn pack_work(&self) -> &Mutex<HashMap<String, bool>> {
        &self.pack_work
    }

    pub(crate) const fn is_read_only(&self) -> bool {
        self.read_only
    }

    pub(crate) fn library_folder(&self) -> &PathBuf {
        &self.settings.library
    }
}

macro_rules! dispatch {
    ($($name:ident($request:ty) -> $response:ty),+ $(,)?) => {
        impl Core {
            /// Runs the command `name` with its request as JSON; the answer is JSON text, since a list of everything that a
            /// large library holds would take many times as much memory as a tree of values.
            pub fn call(&self, name: &str, request: Value) -> Result<String, Error> {
                if request.to_string().len() > LARGEST_REQUEST {
                    return Err(Error::new("too_large", "The request is too large. Nothing was changed."));
                }
                match name {
                    $(stringify!($name) => {
                        let request: $request = serde_json::from_value(request).map_err(bad_request)?;
                        let response: $response = self.$name(request)?;
                        serde_json::to_string(&response).map_err(bad_response)
                    })+
                    _ => Err(Error::new("unknown_command", "There is no such command. Nothing was changed.")),
                }
            }

            /// The names of all commands.
            pub const COMMANDS: &'static [&'static str] = &[$(stringify!($name)),+];
        }
    };
}

with_commands!(dispatch);

fn bad_request(error: serde_json::Error) -> Error {
    Error::new("bad_request", format!("The request was not understood ({error}). Nothing was changed."))
}

fn bad_response(error: serde_json::Error) -> Error {
    Error::new("internal", format!("The answer could not be written ({error}). The library is unchanged."))
}

/// Sends events to whoever listens.
#[derive(Default)]
struct Announcer {
    subscribers: Mutex<Vec<Sender<AppEvent>>>,
}

impl Announcer {
    fn subscribe(&self) -> Receiver<AppEvent> {
        let (sender, receiver) = unbounded();
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    fn send(&self, event: &AppEvent) {
        let mut subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        subscribers.retain(|subscriber| subscriber.send(event.clone()).is_ok());
    }

    fn settled(&self, capture: String, state: CaptureState) {
        self.send(&AppEvent::Progress { capture, state });
        self.send(&AppEvent::Changed { tags: vec![Tag::Captures, Tag::ChangeSets, Tag::Status] });
    }

    fn forward(&self, event: Event) {
        match event {
            Event::Progress { capture, stage, done, total } => {
                let state = CaptureState::Running { stage: convert::engine_stage(stage), done, total };
                self.send(&AppEvent::Progress { capture, state });
            }
            Event::Region { capture, stage, done, total } => {
                let stage = convert::engine_stage(stage);
                self.send(&AppEvent::RegionProgress { capture, stage, done, total });
            }
            Event::Ready { capture, .. } => self.settled(capture, CaptureState::Ready),
            Event::Failed { capture, code, message } => {
                self.settled(capture, CaptureState::Failed { code, message });
            }
            _ => self.send(&AppEvent::Changed { tags: vec![Tag::Captures, Tag::Status] }),
        }
    }

    fn looked(&self, subject: String, state: ModelState) {
        self.send(&AppEvent::ModelProgress { subject, errand: false, state });
        self.send(&AppEvent::Changed { tags: vec![Tag::Captures, Tag::ChangeSets, Tag::Status] });
    }

    fn forward_model(&self, event: second_reader::Event) {
        use second_reader::Event;
        match event {
            Event::Progress { subject, errand, stage, done, total } => {
                let state = ModelState::Running { stage: convert::engine_stage(stage), done, total };
                self.send(&AppEvent::ModelProgress { subject, errand, state });
            }
            Event::Joined { capture, .. } => self.looked(capture, ModelState::Done),
            Event::Cancelled { capture } => self.looked(capture, ModelState::Cancelled),
            Event::Failed { capture, code, message } => {
                self.looked(capture, ModelState::Failed { code, message });
            }
            Event::Stalled { code, message } => self.send(&AppEvent::Problem { code, message }),
            Event::Started { .. } | Event::Retrying { .. } | Event::Idle => {
                self.send(&AppEvent::Changed { tags: vec![Tag::Captures, Tag::Status] });
            }
        }
    }
}
