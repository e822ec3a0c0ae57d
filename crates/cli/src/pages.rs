//! Pages over time from a terminal: which captures show one page, and what a later version says differently.

use std::path::Path;

use api::domain::PixelBox;
use api::domain::page::PageAnswer;
use api::types::{AnswerPage, ById, Nothing, PageDifference};
use api::{Core, Error, Settings};

use crate::arguments::{Answer, Pages};
use crate::library::{owner, reader};
use crate::outcome::{self, Exit};

/// Pixels around the words of a crop.
const MARGIN: u32 = 8;

pub(crate) fn pages(settings: Settings, pages: Pages) -> Result<Exit, Error> {
    if let Some(change_set) = pages.difference {
        let core = reader(settings)?;
        let difference = core.page_difference(ById { id: change_set })?;
        if let (Some(difference), Some(folder)) = (&difference, &pages.crops) {
            write_crops(&core, difference, folder)?;
        }
        return outcome::json(&difference).map(|()| Exit::Ok);
    }
    let (Some(capture), Some(answer)) = (pages.capture, pages.answer) else {
        let core = reader(settings)?;
        let waiting = core.page_matches(Nothing {})?;
        let pages = core.list_pages(Nothing {})?;
        return outcome::json(&serde_json::json!({ "waiting": waiting, "pages": pages })).map(|()| Exit::Ok);
    };
    let core = owner(settings)?;
    let suggested = || -> Result<String, Error> {
        let waiting = core.page_matches(Nothing {})?;
        let found = waiting.into_iter().find(|found| found.capture.id == capture);
        found.map(|found| found.earlier.id).ok_or_else(|| {
            Error::new(
                "bad_request",
                "Nothing is suggested for this capture. Nothing was changed. Name the earlier capture with --earlier.",
            )
        })
    };
    let earlier = pages.earlier.map_or_else(suggested, Ok)?;
    let answer = match answer {
        Answer::NewVersion => PageAnswer::NewVersion,
        Answer::SecondSighting => PageAnswer::SecondSighting,
        Answer::Separate => PageAnswer::Separate,
    };
    core.answer_page(AnswerPage { capture, earlier, answer })?;
    outcome::json(&core.list_pages(Nothing {})?).map(|()| Exit::Ok)
}

/// `001-before.png` and `001-after.png` for the first statement, and so on; what stands in no picture has no file.
fn write_crops(core: &Core, difference: &PageDifference, folder: &Path) -> Result<(), Error> {
    let failed = |error: std::io::Error| {
        let message = format!(
            "The parts of the pictures could not be written ({error}). The library is unchanged. Choose another folder."
        );
        Error::new("not_written", message)
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    for (place, statement) in difference.statements.iter().enumerate() {
        for (side, shown) in [("before", &statement.before), ("after", &statement.after)] {
            let Some(evidence) = shown.as_ref().and_then(|shown| shown.evidence.as_ref()) else { continue };
            let capture = core.get_capture(ById { id: evidence.capture.clone() })?.capture;
            let (Some(width), Some(height)) = (capture.width, capture.height) else { continue };
            let Some(whole) = PixelBox::hull(evidence.lines.iter().map(|line| &line.bounds)) else {
                continue;
            };
            let png = match core.picture(&capture.sha256, Some(whole.padded(MARGIN, width, height)), None) {
                Ok(png) => png,
                // A picture that was removed for good; the words of the statement are kept.
                Err(error) if matches!(error.code.as_str(), "missing_file" | "not_decoded") => continue,
                Err(error) => return Err(error),
            };
            let name = format!("{:03}-{side}.png", place + 1);
            std::fs::write(folder.join(name), png).map_err(failed)?;
        }
    }
    Ok(())
}
