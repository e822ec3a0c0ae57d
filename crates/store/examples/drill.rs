//! A writer to be interrupted, and the check afterwards; for fault drills from outside (kill, full disk, power cut).
//!
//! `drill write DIR FIRST COUNT` adds made-up captures, drafts, decides and merges, and prints a line for every step
//! that was acknowledged. `drill look DIR` opens the library for reading. `drill check DIR < LINES` opens the library again and exits with 1 if anything is missing.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use domain::{
    ChangeSetState, Decision, EvidenceLine, Extraction, MatchLevel, PixelBox, ProposedClaim, ProposedTool,
    Reading, Speaker, Status, Value,
};
use store::{Access, JobOutcome, Library, Source, StoreError};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["write", directory, first, count] => match (first.parse(), count.parse()) {
            (Ok(first), Ok(count)) => write(Path::new(directory), first, count).map(|()| true),
            _ => return usage(),
        },
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
    say("usage: drill write DIR FIRST COUNT | drill check DIR < ACKNOWLEDGEMENTS | drill look DIR");
    ExitCode::from(2)
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe means that nobody counts any more.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn write(directory: &Path, first: u32, count: u32) -> Result<(), StoreError> {
    let library = Library::open(directory, Access::Owner)?;
    for notice in library.notices() {
        say(&format!("notice {}", notice.code));
    }
    for number in first..first.saturating_add(count) {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        bytes.extend(
            (0..20_000_u32).flat_map(|place| (place ^ number.wrapping_mul(2_654_435_761)).to_le_bytes()),
        );
        let name = format!("page-{number}.png");
        let added = library.add_capture(Source::Bytes { name: &name, bytes: &bytes })?;
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
            // Other steps on the claims, and a copy of everything, so that kills meet them too.
            if let Some(tool) = library.tool_named(&format!("Tool {}", number % 7))? {
                library.set_note("tool", &tool, &format!("note {number}"))?;
                say(&format!("note {tool} {number}"));
            }
            if number % 6 == 5 {
                library.backup("drill")?;
            }
        }
    }
    Ok(())
}

fn outcome(name: &str) -> JobOutcome {
    let claim = |property: &str, text: String| ProposedClaim {
        property: property.to_owned(),
        value: Value::text(&text),
        evidence: vec![EvidenceLine { text: text.clone(), bounds: PixelBox::new(10, 10, 300, 20) }],
        raw_text: text,
        speaker: Speaker::Site,
        confidence: 0.9,
        status: Status::Verified,
        reasons: Vec::new(),
        matched: MatchLevel::Exact,
        opinions: Vec::new(),
    };
    let number: u32 = name.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let claims = vec![
        claim("name", format!("Tool {}", number % 7)),
        claim("tagline", format!("What page {number} says")),
        claim("feature", format!("Feature {number}")),
    ];
    JobOutcome {
        width: 800,
        height: 600,
        reading: Reading { reader: "drill".to_owned(), width: 800, height: 600, lines: Vec::new() },
        extraction: Extraction {
            proposed_by: "drill".to_owned(),
            tools: vec![ProposedTool { claims }],
            ..Extraction::default()
        },
        seconds: 0.0,
        look_with: None,
    }
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
    let captures: HashSet<String> = library.captures()?.into_iter().map(|capture| capture.sha256).collect();
    let sets: BTreeMap<String, domain::ChangeSet> =
        library.change_sets()?.into_iter().map(|set| (set.id.clone(), set)).collect();
    let mut acknowledged = 0;
    for line in std::io::stdin().lock().lines() {
        // A line that was cut short by the kill was not read by anybody as an acknowledgement.
        let Ok(line) = line else { break };
        let Some((step, id)) = line.split_once(' ') else { continue };
        let holds = match step {
            "capture" if id.len() == 64 => captures.contains(id),
            "draft" if id.len() == 36 => sets.contains_key(id),
            "accept" if id.len() == 36 => sets.get(id).is_some_and(|set| {
                set.operations.iter().all(|operation| operation.decision == Decision::Accepted)
            }),
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
    for notice in library.notices() {
        say(&format!("notice {}", notice.code));
    }
    for finding in &findings {
        say(&format!("finding {finding}"));
    }
    say(&format!("checked {acknowledged} acknowledgements, {} findings", findings.len()));
    Ok(findings.is_empty())
}
