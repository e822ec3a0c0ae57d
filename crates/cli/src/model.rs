//! What the chosen model does for captures of the library.

use api::types::{AppEvent, AskCapture, ById, CaptureView, ModelState, Nothing, SetAltText};
use api::{Core, Error};
use indicatif::ProgressBar;

use crate::outcome::{self, Exit};
use crate::packs::model_step;

/// The capture with that id, the beginning of its SHA-256, or the only one with that name.
pub(crate) fn find(core: &Core, wanted: &str) -> Result<CaptureView, Error> {
    let captures = core.list_captures(Nothing {})?;
    let named = captures.iter().filter(|capture| capture.name == wanted).count();
    let is_hash = wanted.len() >= 8;
    let found = captures.into_iter().find(|capture| {
        capture.id == wanted
            || (named == 1 && capture.name == wanted)
            || (is_hash && capture.sha256.starts_with(wanted))
    });
    found.ok_or_else(|| {
        let shown = api::domain::text::visible(wanted, 200);
        let message = if named > 1 {
            format!("{named} captures are called \"{shown}\". Nothing was changed. Name one by its id; `shortlist captures` lists them.")
        } else {
            format!("No capture is called \"{shown}\". Nothing was changed. `shortlist captures` lists them.")
        };
        Error::new("not_found", message)
    })
}

pub(crate) fn ask(core: &Core, capture: &str, question: &str) -> Result<Exit, Error> {
    let capture = find(core, capture)?.id;
    let question = question.to_owned();
    let answer = shown(core, || core.ask_capture(AskCapture { capture, question }))?;
    outcome::json(&answer).map(|()| Exit::Ok)
}

pub(crate) fn alt_text(core: &Core, capture: &str, set: Option<&str>, again: bool) -> Result<Exit, Error> {
    let capture = find(core, capture)?.id;
    let kept = if let Some(text) = set {
        core.set_alt_text(SetAltText { capture, text: text.to_owned() })?
    } else {
        let kept = core.get_capture(ById { id: capture.clone() })?.alt_text;
        if again || kept.is_none() {
            shown(core, || core.describe_capture(ById { id: capture }))?
        } else {
            kept
        }
    };
    outcome::json(&kept).map(|()| Exit::Ok)
}

/// Shows on stderr what a model does while `run` waits for it.
fn shown<T>(core: &Core, run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let (events, bar) = (core.events(), ProgressBar::new_spinner());
    let (stop, stopped) = crossbeam_channel::bounded::<()>(0);
    let display = {
        let bar = bar.clone();
        std::thread::spawn(move || {
            loop {
                crossbeam_channel::select! {
                    recv(events) -> event => match event {
                        Ok(AppEvent::ModelProgress { state: ModelState::Running { stage, done, total }, .. }) => {
                            bar.set_message(model_step(stage, done, total));
                            bar.tick();
                        }
                        Ok(_) => {}
                        Err(_) => return,
                    },
                    recv(stopped) -> _ => return,
                }
            }
        })
    };
    let result = run();
    drop(stop);
    drop(display.join());
    bar.finish_and_clear();
    result
}
