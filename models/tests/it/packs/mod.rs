//! Model packs: installing, resuming, checking and refusing, against a Hub that behaves and one that does not.

mod from_hub;
mod on_disk;

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::PackError;
use domain::pack::{Agreed, Pack, PackState, PackStep, Packs};
use domain::reader::Control;
use models::packs::{Options, PackFolder, Patience};
use tempfile::TempDir;

use crate::fake_hub::{FakeHub, HubFault, PACK, WEIGHTS, pack_files};

struct Bench {
    folder: TempDir,
    hub: FakeHub,
    packs: PackFolder,
}

impl Bench {
    fn new() -> Self {
        Self::with(|_, options| options)
    }

    fn with(change: impl FnOnce(&Path, Options) -> Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let hub = FakeHub::start();
        let packs = PackFolder::new(change(folder.path(), options(folder.path(), &hub)));
        Self { folder, hub, packs }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("models")
    }

    fn installed(&self, name: &str) -> PathBuf {
        self.root().join("packs").join(PACK).join(name)
    }

    fn record(&self) -> PathBuf {
        self.root().join("records").join(format!("{PACK}.json"))
    }

    fn install(&self) -> Result<Pack, PackError> {
        install(&self.packs, false, &mut going_on)
    }

    fn pack(&self) -> Pack {
        find(&self.packs, PACK)
    }

    /// Nothing of the pack may be where whole packs are.
    fn assert_nothing_installed(&self) {
        assert!(!self.installed("").exists(), "there is no folder of the pack");
        assert!(!self.record().exists(), "there is no record");
    }

    /// After the fault is gone, the same folder comes to a whole pack.
    fn assert_next_try_succeeds(&self) {
        self.hub.faults(&[]);
        self.hub.hub_fault(HubFault::None);
        self.install().expect("the next try succeeds");
        assert_eq!(self.pack().state, PackState::Ready);
        assert_eq!(std::fs::read(self.installed(WEIGHTS)).expect("the weights"), self.hub.content(WEIGHTS));
    }
}

fn options(folder: &Path, hub: &FakeHub) -> Options {
    let patience = Patience {
        connect: Duration::from_secs(10),
        silence: Duration::from_millis(1500),
        tries: 3,
        pause: Duration::ZERO,
    };
    Options { endpoint: Some(hub.endpoint.clone()), patience, ..Options::new(folder.join("models")) }
}

fn going_on(_: &PackStep) -> Control {
    Control::Continue
}

fn find(packs: &PackFolder, id: &str) -> Pack {
    packs.list().packs.into_iter().find(|pack| pack.id == id).expect("a listed pack")
}

fn install(
    packs: &PackFolder,
    newest: bool,
    progress: &mut dyn FnMut(&PackStep) -> Control,
) -> Result<Pack, PackError> {
    let plan = packs.look_up(PACK, newest, progress)?;
    packs.install(PACK, Agreed { commit: &plan.commit, bytes: plan.bytes }, progress)
}

/// A folder in the Hub's layout.
fn layout(root: &Path, name: &str, seed: u8) -> PathBuf {
    let folder = root.join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in pack_files(seed).into_iter().filter(|(name, _)| !name.contains('/')) {
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
    folder
}
