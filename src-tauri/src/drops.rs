//! Native drops: files and folders dragged anywhere onto the window.
//!
//! Invariant: paths stay in Rust; the page only learns how many files hover and what became of each.

use std::sync::Arc;

use api::Core;
use api::types::AppEvent;
use tauri::DragDropEvent;

/// Passes one step of a drag on to the core.
pub(crate) fn handle(core: &Arc<Core>, event: &DragDropEvent) {
    match event {
        DragDropEvent::Enter { paths, .. } => {
            core.announce(AppEvent::DropHover { hovering: true, files: paths.len() as u32 });
        }
        DragDropEvent::Leave => core.announce(AppEvent::DropHover { hovering: false, files: 0 }),
        DragDropEvent::Drop { paths, .. } => {
            core.announce(AppEvent::DropHover { hovering: false, files: 0 });
            core.add_in_background(paths.clone());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::handle;
    use api::domain::pack::{PackStep, Packs};
    use api::domain::reader::Control;
    use api::types::{AddResult, AppEvent};
    use api::{Core, Headless, Settings};
    use models::packs::{Options, PackFolder};
    use std::path::Path;
    use std::sync::Arc;
    use std::time::Duration;
    use tauri::{DragDropEvent, PhysicalPosition};

    #[test]
    fn every_dropped_file_gets_its_outcome() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = folder.path().join("notes.png");
        let empty = folder.path().join("empty.png");
        std::fs::write(&text, "not a picture").expect("the file is written");
        std::fs::write(&empty, "").expect("the file is written");
        let settings = Settings::new(Some(folder.path().join("library")), "no reader").paused();
        let core = Arc::new(Core::open(settings, Box::new(Headless)).expect("the library opens"));
        let events = core.events();

        let position = PhysicalPosition::new(10.0, 10.0);
        handle(&core, &DragDropEvent::Enter { paths: vec![text.clone(), empty.clone()], position });
        handle(&core, &DragDropEvent::Drop { paths: vec![text, empty], position });

        let mut hovered = false;
        let outcomes = loop {
            match events.recv_timeout(Duration::from_secs(30)).expect("the drop is answered") {
                AppEvent::DropHover { hovering: true, files } => hovered = files == 2,
                AppEvent::Added { outcomes } => break outcomes,
                _ => {}
            }
        };
        assert!(hovered, "the page hears how many files hover");
        assert_eq!(outcomes.len(), 2, "no file is skipped silently");
        assert!(matches!(outcomes[0].result, AddResult::NotAnImage { .. }), "{outcomes:?}");
        assert!(matches!(&outcomes[1].result, AddResult::Unreadable { code, .. } if code == "empty_file"));
    }

    #[test]
    fn a_dropped_pack_file_is_installed_and_a_broken_one_is_told() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let packs = |name: &str| Arc::new(PackFolder::new(Options::new(folder.path().join(name))));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/weights/micro-smolvlm");
        let (file, broken) = (folder.path().join("a.shortlist-pack"), folder.path().join("b.shortlist-pack"));
        let theirs = packs("theirs");
        let go_on = &mut |_: &PackStep| Control::Continue;
        theirs.install_folder(&source, Some("micro"), go_on).expect("the folder is installed");
        theirs.export("micro", &file, go_on).expect("the file is written");
        std::fs::write(&broken, "no archive").expect("the file is written");

        let ours = packs("ours");
        let settings = Settings::new(Some(folder.path().join("library")), "no reader")
            .with_packs(Arc::clone(&ours) as Arc<dyn Packs>)
            .paused();
        let core = Arc::new(Core::open(settings, Box::new(Headless)).expect("the library opens"));
        let events = core.events();
        let position = PhysicalPosition::new(10.0, 10.0);
        handle(&core, &DragDropEvent::Drop { paths: vec![file, broken], position });
        let (mut installed, mut problem) = (None, None);
        while installed.is_none() || problem.is_none() {
            match events.recv_timeout(Duration::from_secs(30)).expect("the drop is answered") {
                AppEvent::PackInstalled { title } => installed = Some(title),
                AppEvent::Problem { code, .. } => problem = Some(code),
                _ => {}
            }
        }
        assert_eq!((installed.as_deref(), problem.as_deref()), (Some("micro"), Some("bad_pack_file")));
        let list = ours.list();
        let pack = list.packs.iter().find(|pack| pack.id == "micro").expect("the pack is listed");
        assert!(pack.state.is_usable() && !pack.chosen, "installed, and chosen by nobody");
    }
}
