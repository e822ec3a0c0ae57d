//! Writes the small library that is kept as test data for the schema version of this program.
//!
//! `kept_library DIR` fills an empty folder: an accepted, an edited, a rejected and an undecided proposal, an undone
//! merge, a capture that failed and one that waits. Files of older versions stay as they are in `tests/data`.
#![expect(clippy::print_stderr, reason = "an example reports on the terminal")]

#[path = "../tests/it/made_up.rs"]
mod made_up;

use std::path::Path;
use std::process::ExitCode;

use domain::{ChangeSet, Decision, Extraction, PageKind, PixelBox, ProposedTool, Reading};
use store::{Access, JobOutcome, Library, Source, StoreError};

use crate::made_up::{line, proposal};

fn main() -> ExitCode {
    let Some(directory) = std::env::args().nth(1) else {
        eprintln!("usage: kept_library DIR");
        return ExitCode::from(2);
    };
    match fill(Path::new(&directory)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(3)
        }
    }
}

fn fill(directory: &Path) -> Result<(), StoreError> {
    let library = Library::open(directory, Access::Owner)?;
    let first = page(
        &library,
        1,
        &[
            ("Quillmark", &[("tagline", "Notes that file themselves"), ("feature", "Works offline")]),
            ("Inkwell", &[("tagline", "A well of ink")]),
        ],
    )?;
    let first = decide(&library, &first, &[0, 1, 3], Decision::Accepted, None)?;
    let first = decide(&library, &first, &[2], Decision::Edited, Some("Works without a network"))?;
    library.merge(&first.id, first.revision)?;
    let second = page(
        &library,
        2,
        &[("Quillmark", &[("tagline", "Papers that file themselves"), ("feature", "Fast")])],
    )?;
    let second = decide(&library, &second, &[0, 1], Decision::Accepted, None)?;
    let second = decide(&library, &second, &[2], Decision::Rejected, None)?;
    library.merge(&second.id, second.revision)?;
    let third = page(&library, 3, &[("墨水", &[("tagline", "ノートを自動で整理します")])])?;
    let third = decide(&library, &third, &[0, 1], Decision::Accepted, None)?;
    library.merge(&third.id, third.revision)?;
    library.undo()?;
    add(&library, 4)?;
    if let Some(job) = library.next_job()? {
        library.fail_job(&job.id, "decode", "The picture ends early.", false)?;
    }
    add(&library, 5)?;
    Ok(())
}

fn add(library: &Library, number: u8) -> Result<(), StoreError> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.push(number);
    library.add_capture(Source::Bytes { name: &format!("page-{number}.png"), bytes: &bytes })?;
    Ok(())
}

type Page<'a> = &'a [(&'a str, &'a [(&'a str, &'a str)])];

fn page(library: &Library, number: u8, tools: Page<'_>) -> Result<ChangeSet, StoreError> {
    add(library, number)?;
    let job = library.next_job()?.ok_or_else(|| StoreError::Encoding("no job".to_owned()))?;
    let mut lines = Vec::new();
    let mut proposed = Vec::new();
    for (name, claims) in tools {
        let mut own = Vec::new();
        for (property, text) in [("name", *name)].iter().chain(*claims) {
            let bounds = PixelBox::new(20, 20 + 30 * lines.len() as u32, 300, 18);
            own.push(proposal(property, text, bounds));
            lines.push(line(text, bounds));
        }
        proposed.push(ProposedTool { claims: own });
    }
    let outcome = JobOutcome {
        width: 800,
        height: 600,
        reading: Reading { reader: "kept 1".to_owned(), width: 800, height: 600, lines },
        extraction: Extraction {
            proposed_by: "kept 1".to_owned(),
            page_kind: PageKind::Launch,
            tools: proposed,
        },
        taken_at: None,
        seconds: 0.5,
        look_with: None,
    };
    let set = library.finish_job(&job.id, outcome)?;
    set.ok_or_else(|| StoreError::Encoding("no change set".to_owned()))
}

fn decide(
    library: &Library,
    set: &ChangeSet,
    places: &[usize],
    decision: Decision,
    text: Option<&str>,
) -> Result<ChangeSet, StoreError> {
    let ids: Vec<String> =
        places.iter().filter_map(|&place| set.operations.get(place).map(|held| held.id.clone())).collect();
    library.decide(&set.id, set.revision, &ids, decision, text, None)
}
