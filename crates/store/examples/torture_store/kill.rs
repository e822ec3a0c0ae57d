//! Kills at random times.
//!
//! Invariant: what is done once (migrations, restoring, going back, taking in) is compared with what it leads to
//! undisturbed; going back may also leave what was there before.

use std::io::Result;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::program::{Dice, check, copy, finished, say, start, text};

/// A library is begun anew after so many kills, so that checking it stays quick.
const KILLS_PER_LIBRARY: u64 = 25;

/// Programs that go on until they are killed; each works on a library of its own.
const ENDLESS: [&str; 3] = ["write", "enter", "redact"];

/// What is done once: how it is prepared and started, and what it leads to.
struct Once {
    name: &'static str,
    base: PathBuf,
    facts: String,
    /// What it was before, where a kill may leave that.
    before: Option<String>,
    takes: Duration,
}

#[derive(Default)]
struct Tally {
    kills: u64,
    losses: u64,
}

pub(crate) fn run(count: u64, seed: u64) -> Result<u64> {
    let place = TempDir::new()?;
    let once = prepare(place.path())?;
    let mut dice = Dice::new(seed);
    let mut tallies: Vec<(&str, Tally)> = Vec::new();
    let mut libraries: Vec<(TempDir, Vec<u8>)> = Vec::new();
    for kill in 0..count {
        // Half of the kills meet the programs that go on, the other half what is done once.
        let (name, lost) = if kill % 2 == 0 {
            let which = (kill / 2 % ENDLESS.len() as u64) as usize;
            if (kill / 6) % KILLS_PER_LIBRARY == 0 && which == 0 {
                libraries =
                    (0..ENDLESS.len()).map(|_| Ok((TempDir::new()?, Vec::new()))).collect::<Result<_>>()?;
            }
            let (library, acknowledged) = &mut libraries[which];
            (ENDLESS[which], endless(ENDLESS[which], library.path(), acknowledged, kill, &mut dice)?)
        } else {
            let which = &once[(kill / 2) as usize % once.len()];
            (which.name, done_once(which, place.path(), &mut dice)?)
        };
        if tallies.iter().all(|(known, _)| *known != name) {
            tallies.push((name, Tally::default()));
        }
        for (_, tally) in tallies.iter_mut().filter(|(known, _)| *known == name) {
            tally.kills += 1;
            tally.losses += u64::from(lost.is_some());
        }
        if let Some(lost) = lost {
            say(&format!("kill {kill} ({name}): {lost}"));
        }
    }
    for (name, tally) in &tallies {
        say(&format!("{name}: {} kills, {} with losses", tally.kills, tally.losses));
    }
    Ok(tallies.iter().map(|(_, tally)| tally.losses).sum())
}

fn endless(
    what: &str,
    place: &Path,
    acknowledged: &mut Vec<u8>,
    kill: u64,
    dice: &mut Dice,
) -> Result<Option<String>> {
    let (library, log) = (place.join("library"), place.join("log"));
    let mut program = start(&[what, &text(&library), &(kill * 1000).to_string(), "500"], &log, &[])?;
    std::thread::sleep(Duration::from_micros(2_000 + dice.below(400_000)));
    program.kill()?;
    program.wait()?;
    acknowledged.extend(std::fs::read(&log)?);
    // A line that was cut short was nobody's acknowledgement.
    let whole = acknowledged.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
    acknowledged.truncate(whole);
    check(&library, acknowledged)
}

/// Starts it on a copy, kills it, and compares what a later start finds.
fn done_once(once: &Once, place: &Path, dice: &mut Dice) -> Result<Option<String>> {
    let (base, library) = (place.join("base"), place.join("library"));
    for folder in [&base, &library] {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
    }
    let arguments = begin(once, &base, &library)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut program = start(&arguments, &place.join("log"), &[])?;
    std::thread::sleep(Duration::from_micros(dice.below(once.takes.as_micros() as u64 * 5 / 4)));
    program.kill()?;
    program.wait()?;
    if once.name == "unarchive" && !library.exists() {
        // Nothing was there before, nothing is there now, and it can be tried again.
        finished(&arguments)?;
    }
    match finished(&["facts", &text(&library)]) {
        Ok(facts) if facts == once.facts || Some(&facts) == once.before.as_ref() => Ok(None),
        Ok(facts) => Ok(Some(format!("found\n{facts}instead of\n{}", once.facts))),
        Err(error) => Ok(Some(error.to_string())),
    }
}

/// Lays the starting point out; answers with the drill's arguments.
fn begin(once: &Once, base: &Path, library: &Path) -> Result<Vec<String>> {
    Ok(match once.name {
        "unarchive" => vec!["unarchive".to_owned(), text(&once.base), text(library)],
        "go back" => {
            copy(&once.base, library)?;
            vec!["goback".to_owned(), text(library), "1".to_owned()]
        }
        "restore" => {
            copy(&once.base, library)?;
            let mut backups: Vec<PathBuf> = std::fs::read_dir(library.join("backups"))?
                .map(|entry| Ok(entry?.path()))
                .collect::<Result<_>>()?;
            backups.sort();
            vec!["restore".to_owned(), text(library), text(&backups[0])]
        }
        _ => {
            copy(&once.base, base)?;
            std::fs::rename(base, library)?;
            vec!["migrate".to_owned(), text(library)]
        }
    })
}

fn prepare(place: &Path) -> Result<Vec<Once>> {
    let kept = |version: u32| {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(format!("library-{version}"))
    };
    let written = place.join("written");
    finished(&["write", &text(&written), "0", "14"])?;
    let archive = place.join("archive");
    finished(&["archive", &text(&written), &text(&archive)])?;
    let bases = [
        ("migrate from schema 1", kept(1)),
        ("restore", written.clone()),
        ("go back", written),
        ("migrate from schema 3", kept(3)),
        ("unarchive", archive),
    ];
    let mut all = Vec::new();
    for (name, base) in bases {
        let mut once = Once { name, base, facts: String::new(), before: None, takes: Duration::ZERO };
        let (scratch, library) = (place.join("scratch"), place.join("undisturbed"));
        let arguments = begin(&once, &scratch, &library)?;
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        if name == "go back" {
            once.before = Some(finished(&["facts", &text(&library)])?);
        }
        let started = Instant::now();
        finished(&arguments)?;
        once.takes = started.elapsed();
        once.facts = finished(&["facts", &text(&library)])?;
        std::fs::remove_dir_all(&library)?;
        all.push(once);
    }
    Ok(all)
}
