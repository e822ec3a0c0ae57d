//! A writer to be interrupted, and the check afterwards; for fault drills from outside (kill, full disk, power cut).
//!
//! `write`, `enter` and `redact` (DIR FIRST COUNT) work on a library and print a line for every step that was
//! acknowledged: captures, drafts, decisions, merges, notes, entered tables, backups, redactions. `migrate`, `restore`,
//! `archive` and `unarchive` do one thing. `check DIR < LINES` opens the library again and exits with 1 if anything that
//! was acknowledged is missing; `facts DIR` prints what it holds; `look DIR` opens it for reading.

#[path = "../tests/it/made_up.rs"]
mod made_up;

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use domain::{ChangeSetState, Decision, Extraction, PixelBox, ProposedTool, Reading};
use store::{Access, EnteredValue, JobOutcome, Library, OlderCopies, Source, StoreError};

use crate::made_up::{line, proposal};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["write", directory, first, count] => match (first.parse(), count.parse()) {
            (Ok(first), Ok(count)) => write(Path::new(directory), first, count).map(|()| true),
            _ => return usage(),
        },
        ["enter", directory, first, count] => match (first.parse(), count.parse()) {
            (Ok(first), Ok(count)) => enter(Path::new(directory), first, count).map(|()| true),
            _ => return usage(),
        },
        ["redact", directory, first, count] => match (first.parse(), count.parse()) {
            (Ok(first), Ok(count)) => redact(Path::new(directory), first, count).map(|()| true),
            _ => return usage(),
        },
        ["migrate", directory] => opened(Path::new(directory)).map(|_| true),
        ["restore", directory, backup] => {
            Library::restore(Path::new(directory), Some(Path::new(backup))).map(|_| true)
        }
        ["archive", directory, archive] => opened(Path::new(directory))
            .and_then(|library| library.write_archive(Path::new(archive)))
            .map(|_| true),
        ["unarchive", archive, directory] => {
            Library::read_archive(Path::new(archive), Path::new(directory)).map(|_| true)
        }
        ["goback", directory, number] => opened(Path::new(directory))
            .and_then(|library| library.go_back(number.parse().unwrap_or_default()))
            .map(|_| true),
        ["facts", directory] => facts(Path::new(directory)),
        ["check", directory] => check(Path::new(directory)),
        ["look", directory] => look(Path::new(directory)),
        _ => return usage(),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            say(&format!("error {} {error}", error.code()));
            ExitCode::from(3)
        }
    }
}

fn usage() -> ExitCode {
    say(
        "usage: drill write|enter|redact DIR FIRST COUNT | migrate DIR | restore DIR BACKUP | goback DIR NUMBER",
    );
    say(
        "       drill archive DIR ARCHIVE | unarchive ARCHIVE DIR | check DIR < ACKNOWLEDGEMENTS | facts DIR | look DIR",
    );
    ExitCode::from(2)
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe means that nobody counts any more.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn outcome(name: &str) -> JobOutcome {
    let number: u32 = name.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let mut texts = vec![
        ("name", format!("Tool {}", number % 7)),
        ("tagline", format!("What page {number} says")),
        ("feature", format!("Feature {number}")),
    ];
    if name.starts_with("secret") {
        texts.push(("feature", secret(number)));
    }
    let bounds = |place: usize| PixelBox::new(10, 10 + 40 * place as u32, 300, 20);
    let claims =
        texts.iter().enumerate().map(|(place, (property, text))| proposal(property, text, bounds(place)));
    let lines = texts.iter().enumerate().map(|(place, (_, text))| line(text, bounds(place))).collect();
    JobOutcome {
        width: 800,
        height: 600,
        extraction: Extraction {
            proposed_by: "drill".to_owned(),
            tools: vec![ProposedTool { claims: claims.collect() }],
            ..Extraction::default()
        },
        reading: Reading { reader: "drill".to_owned(), width: 800, height: 600, lines },
        taken_at: None,
        seconds: 0.0,
        look_with: None,
    }
}

/// What stands on a page that is to be redacted, in its fourth line.
fn secret(number: u32) -> String {
    format!("Codename Zephyr-{number}")
}

/// Adds a page, accepts everything on it and merges.
fn merged(library: &Library, name: &str, number: u32) -> Result<String, StoreError> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes
        .extend((0..20_000_u32).flat_map(|place| (place ^ number.wrapping_mul(2_654_435_761)).to_le_bytes()));
    let added = library.add_capture(Source::Bytes { name, bytes: &bytes })?;
    say(&format!("capture {}", added.capture.sha256));
    while let Some(job) = library.next_job()? {
        let Some(set) = library.finish_job(&job.id, outcome(&job.capture.name))? else { continue };
        say(&format!("draft {}", set.id));
        let ids: Vec<String> = set.operations.iter().map(|operation| operation.id.clone()).collect();
        let set = library.decide(&set.id, set.revision, &ids, Decision::Accepted, None, None)?;
        say(&format!("accept {}", set.id));
        match library.merge(&set.id, set.revision) {
            Ok(_) => say(&format!("merge {}", set.id)),
            Err(error) if error.code() == "conflict" => {}
            Err(error) => return Err(error),
        }
    }
    Ok(added.capture.id)
}

fn write(directory: &Path, first: u32, count: u32) -> Result<(), StoreError> {
    let library = opened(directory)?;
    for number in first..first.saturating_add(count) {
        merged(&library, &format!("page-{number}.png"), number)?;
        // Other steps on the claims, and a copy of everything, so that kills meet them too.
        if let Some(tool) = library.tool_named(&format!("Tool {}", number % 7))? {
            library.set_note("tool", &tool, &format!("note {number}"))?;
            say(&format!("note {tool} {number}"));
        }
        if number % 6 == 5 {
            library.backup("drill")?;
        }
    }
    Ok(())
}

/// Enters tables of values, each in one step, and backs up.
fn enter(directory: &Path, first: u32, count: u32) -> Result<(), StoreError> {
    let library = opened(directory)?;
    for number in first..first.saturating_add(count) {
        let value = |row| EnteredValue {
            row,
            tool: format!("Entered {}", row % 5),
            property: "feature",
            text: format!("Row {row} of table {number}"),
        };
        let values: Vec<EnteredValue> = (0..VALUES).map(value).collect();
        library.enter_values(&format!("Table {number}"), &values, false)?;
        say(&format!("enter {number}"));
        if number % 3 == 2 {
            let path = library.backup("drill")?;
            say(&format!("backup {}", path.display()));
        }
    }
    Ok(())
}

/// Values of one table.
const VALUES: u32 = 40;

/// Merges pages and removes a line of each for good.
fn redact(directory: &Path, first: u32, count: u32) -> Result<(), StoreError> {
    let library = opened(directory)?;
    for number in first..first.saturating_add(count) {
        let capture = merged(&library, &format!("secret-{number}.png"), number)?;
        let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), &number.to_le_bytes(), b"redacted"].concat();
        let region = PixelBox::new(10, 130, 300, 20);
        // Beginning anew, a page may have been redacted already.
        library.redact(&capture, &[region], &picture, OlderCopies::Remove)?;
        say(&format!("redact {number}"));
    }
    Ok(())
}

fn opened(directory: &Path) -> Result<Library, StoreError> {
    let library = Library::open(directory, Access::Owner)?;
    for notice in library.notices() {
        say(&format!("notice {}", notice.code));
    }
    Ok(library)
}

/// What the library holds, in an order and in words that do not depend on ids; 1 if a check finds something.
fn facts(directory: &Path) -> Result<bool, StoreError> {
    let library = Library::open(directory, Access::Owner)?;
    for tool in library.tools()? {
        let tool = library.tool(&tool.id)?;
        let mut claims: Vec<String> =
            tool.claims.iter().map(|claim| format!("{}={}", claim.property, claim.value.display())).collect();
        claims.sort();
        say(&format!("{}: {}; {} replaced", tool.name, claims.join(", "), tool.history.len()));
    }
    say(&format!("{} captures", library.captures()?.len()));
    let found = library.verify()?;
    for damage in &found {
        say(&format!("finding {}: {}", damage.subject, damage.message));
    }
    Ok(found.is_empty())
}

fn look(directory: &Path) -> Result<bool, StoreError> {
    let library = Library::open(directory, Access::ReadOnly)?;
    for tool in library.tools()? {
        say(&format!("tool {} {} claims", tool.name, tool.claims));
    }
    say(&format!("{} hits for \"page\"", library.search("page", 1000)?.len()));
    Ok(library.verify()?.is_empty())
}

/// Whether everything that was acknowledged is there, whole and decided as it was.
fn check(directory: &Path) -> Result<bool, StoreError> {
    let library = Library::open(directory, Access::Owner)?;
    let mut findings: Vec<String> = library
        .verify()?
        .into_iter()
        .map(|damage| format!("{}: {}", damage.subject, damage.message))
        .collect();
    let entered = entered(&library)?;
    // A table is one step: all of it or nothing.
    findings.extend(
        entered
            .iter()
            .filter(|(_, rows)| **rows != VALUES as usize)
            .map(|(number, rows)| format!("{rows} rows of table {number}")),
    );
    let captures: HashSet<String> = library.captures()?.into_iter().map(|capture| capture.sha256).collect();
    let sets: BTreeMap<String, domain::ChangeSet> =
        library.change_sets()?.into_iter().map(|set| (set.id.clone(), set)).collect();
    let mut acknowledged = 0;
    let mut newest_backup: Option<String> = None;
    let redacts = library.captures()?.iter().any(|capture| capture.name.starts_with("secret"));
    for line in std::io::stdin().lock().lines() {
        // A line that was cut short by the kill was not read by anybody as an acknowledgement.
        let Ok(line) = line else { break };
        let Some((step, id)) = line.split_once(' ') else { continue };
        let holds = match step {
            // A redaction takes the original's place away with it.
            "capture" if id.len() == 64 => captures.contains(id) || redacts,
            "draft" if id.len() == 36 => sets.contains_key(id),
            "accept" if id.len() == 36 => sets.get(id).is_some_and(|set| {
                set.operations.iter().all(|operation| operation.decision == Decision::Accepted)
            }),
            "enter" => id.parse::<u32>().is_ok_and(|number| entered.get(&number) == Some(&(VALUES as usize))),
            "backup" => {
                // Older ones are rotated away.
                newest_backup = Some(id.to_owned());
                continue;
            }
            "redact" => id.parse::<u32>().is_ok_and(|number| !holds_text(directory, &secret(number))),
            "note" if id.len() > 37 => id.split_once(' ').is_some_and(|(tool, number)| {
                let held = library.note("tool", tool).ok().flatten();
                let held = held.and_then(|note| note.strip_prefix("note ")?.parse::<u32>().ok());
                // A later note takes the place of an earlier one.
                held.zip(number.parse::<u32>().ok()).is_some_and(|(held, said)| held >= said)
            }),
            "merge" if id.len() == 36 => sets.get(id).is_some_and(|set| set.state == ChangeSetState::Merged),
            _ => continue,
        };
        acknowledged += 1;
        if !holds {
            findings.push(format!("lost: {line}"));
        }
    }
    if let Some(path) = newest_backup.filter(|path| !Path::new(path).is_file()) {
        findings.push(format!("lost: backup {path}"));
    }
    for notice in library.notices() {
        say(&format!("notice {}", notice.code));
    }
    for finding in &findings {
        say(&format!("finding {finding}"));
    }
    say(&format!("checked {acknowledged} acknowledgements, {} findings", findings.len()));
    Ok(findings.is_empty())
}

/// Rows of entered tables that are held, by table.
fn entered(library: &Library) -> Result<BTreeMap<u32, usize>, StoreError> {
    let mut tables = BTreeMap::new();
    for tool in library.tools()?.iter().filter(|tool| tool.name.starts_with("Entered")) {
        for claim in library.tool(&tool.id)?.claims {
            let table = claim.raw_text.rsplit_once("of table ").and_then(|(_, number)| number.parse().ok());
            if let Some(table) = table {
                *tables.entry(table).or_default() += 1;
            }
        }
    }
    Ok(tables)
}

/// Whether any file below the folder holds the text.
fn holds_text(folder: &Path, text: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            return holds_text(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        // The number is whole only if no digit follows.
        bytes
            .windows(text.len() + 1)
            .any(|found| found.starts_with(text.as_bytes()) && !found.last().is_some_and(u8::is_ascii_digit))
    })
}
