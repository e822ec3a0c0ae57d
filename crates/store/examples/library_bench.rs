//! A made-up library of any size, and how long it takes to work with it.
//!
//! `library_bench fill DIR CAPTURES` adds captures (20 claims each, two captures for each tool) until there are that
//! many; `library_bench measure DIR` prints one line of JSON with times in milliseconds and memory in bytes. The same
//! number of captures is always the same library, but for ids and times.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example reports on the terminal")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use domain::{
    ChangeSet, Decision, EvidenceLine, Extraction, Line, MatchLevel, Money, PageKind, Period, PixelBox,
    ProposedClaim, ProposedTool, Reading, Speaker, Status, Value,
};
use serde_json::json;
use store::{Access, JobOutcome, Library, OlderCopies, Source, StoreError};

const CLAIMS: usize = 20;
const LINES: usize = 50;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["fill", directory, captures] => match captures.parse() {
            Ok(captures) => fill(Path::new(directory), captures),
            Err(_) => return usage(),
        },
        ["measure", directory] => measure(Path::new(directory)),
        _ => return usage(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(3)
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: library_bench fill DIR CAPTURES | library_bench measure DIR");
    ExitCode::from(2)
}

/// A small generator of numbers (Steele and others 2014), so that every run makes the same texts.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % below as u64) as usize
    }

    /// One of 3,000 words; small numbers come more often, as in any language.
    fn word(&mut self) -> String {
        let most = 1 + self.next(3000);
        word(self.next(most))
    }

    fn text(&mut self, words: usize) -> String {
        let words: Vec<String> = (0..words).map(|_| self.word()).collect();
        words.join(" ")
    }
}

/// Two to four syllables: as many different groups of three letters as a European language has.
fn word(number: usize) -> String {
    const BEGINNINGS: [&str; 32] = [
        "b", "br", "c", "ch", "cl", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl",
        "pr", "qu", "r", "s", "sh", "sp", "st", "t", "th", "tr", "v", "w", "z",
    ];
    const ENDINGS: [&str; 32] = [
        "a", "e", "i", "o", "u", "ai", "ea", "ou", "an", "en", "in", "on", "un", "ar", "er", "or", "al",
        "el", "il", "as", "es", "is", "ent", "ing", "ack", "eck", "ight", "ome", "ule", "axe", "yde", "uff",
    ];
    let mut mixed = number.wrapping_mul(2_654_435_761).wrapping_add(97);
    let mut word = String::new();
    for _ in 0..2 + number % 3 {
        word.push_str(BEGINNINGS[(mixed >> 7) & 31]);
        word.push_str(ENDINGS[(mixed >> 13) & 31]);
        mixed = mixed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
    }
    word
}

fn tool_name(tool: usize) -> String {
    format!("{}{} {}", word(tool + 5000), word(tool / 7 + 90), word(tool + 11_000))
}

fn fill(directory: &Path, captures: usize) -> Result<(), StoreError> {
    let library = Library::open(directory, Access::Owner)?;
    let held = library.captures()?.len();
    for number in held..captures {
        let set = draft(&library, number, CLAIMS)?;
        merge(&library, &set)?;
        if number % 500 == 499 {
            library.update_index()?;
            eprintln!("{} captures", number + 1);
        }
    }
    library.update_index()
}

fn draft(library: &Library, number: usize, claims: usize) -> Result<ChangeSet, StoreError> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend((number as u64).to_le_bytes());
    let name = format!("page-{number}.png");
    library.add_capture(Source::Bytes { name: &name, bytes: &bytes })?;
    let job = library.next_job()?.ok_or_else(|| StoreError::Encoding("no job".to_owned()))?;
    let set = library.finish_job(&job.id, page(number, claims))?;
    set.ok_or_else(|| StoreError::Encoding("no change set".to_owned()))
}

fn merge(library: &Library, set: &ChangeSet) -> Result<(), StoreError> {
    let ids: Vec<String> = set.operations.iter().map(|operation| operation.id.clone()).collect();
    let set = library.decide(&set.id, set.revision, &ids, Decision::Accepted, None, None)?;
    library.merge(&set.id, set.revision).map(drop)
}

fn page(number: usize, claims: usize) -> JobOutcome {
    let mut numbers = Numbers(number as u64);
    let mut lines = Vec::new();
    let mut line = |text: &str| {
        let bounds = PixelBox::new(40, 20 + 24 * lines.len() as u32, 600, 18);
        lines.push(Line {
            text: text.to_owned(),
            bounds,
            confidence: 0.9,
            characters: Vec::new(),
            words: Vec::new(),
            font_height: 14.0,
            foreground: [0; 3],
            background: [255; 3],
            lettering: None,
        });
        bounds
    };
    let properties = ["feature", "limitation", "compatibility", "performance", "other", "adoption"];
    let mut proposed = Vec::new();
    for place in 0..claims {
        let (property, value, text) = match place {
            0 => ("name", None, tool_name(number / 2)),
            1 => ("tagline", None, numbers.text(6)),
            2 => ("license", None, ["MIT", "AGPL-3.0", "Proprietary"][numbers.next(3)].to_owned()),
            3 | 4 => {
                let amount = numbers.next(90) as f64;
                let plan = Some(["Pro", "Team"][place - 3].to_owned());
                let (currency, period) = (Some("USD".to_owned()), Some(Period::Month));
                let money =
                    Money { amount: Some(amount), currency, period, plan, per_seat: false, qualifier: None };
                ("price", Some(Value::Money(money)), format!("${amount} a month"))
            }
            5 if number.is_multiple_of(3) => ("feature", None, "Works offline".to_owned()),
            6 if number.is_multiple_of(50) => ("feature", None, "ノートを自動で整理します".to_owned()),
            _ => (properties[numbers.next(properties.len())], None, numbers.text(5)),
        };
        let bounds = line(&text);
        proposed.push(ProposedClaim {
            property: property.to_owned(),
            value: value.unwrap_or_else(|| Value::text(&text)),
            raw_text: text.clone(),
            speaker: Speaker::Vendor,
            confidence: 0.9,
            status: Status::Verified,
            reasons: Vec::new(),
            evidence: vec![EvidenceLine { text, bounds }],
            matched: MatchLevel::Exact,
            opinions: Vec::new(),
        });
    }
    for _ in claims..LINES {
        line(&numbers.text(7));
    }
    JobOutcome {
        look_with: None,
        width: 1280,
        height: 1600,
        reading: Reading { reader: "made up".to_owned(), width: 1280, height: 1600, lines },
        extraction: Extraction {
            proposed_by: "made up".to_owned(),
            page_kind: PageKind::Launch,
            tools: vec![ProposedTool { claims: proposed }],
        },
        taken_at: None,
        seconds: 0.5,
    }
}

/// Milliseconds by the clock, and of them on a processor: on a busy machine the rest is waiting for others.
#[derive(Clone, Copy)]
struct Taken {
    clock: f64,
    processor: f64,
}

fn timed<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<(Taken, T), StoreError> {
    let (start, before) = (Instant::now(), processor());
    let answer = work()?;
    let clock = start.elapsed().as_secs_f64() * 1000.0;
    Ok((Taken { clock, processor: processor() - before }, answer))
}

/// Milliseconds that this thread was on a processor; 0 where the system does not say.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|number| number.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e6
}

/// Median, 95th percentile and longest.
fn spread(times: &[Taken]) -> serde_json::Value {
    let of = |value: fn(&Taken) -> f64| {
        let mut sorted: Vec<f64> = times.iter().map(value).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = ((sorted.len().max(1) - 1) as f64 * share).round() as usize;
            (sorted.get(place).copied().unwrap_or(0.0) * 100.0).round() / 100.0
        };
        json!({ "median": at(0.5), "p95": at(0.95), "longest": at(1.0) })
    };
    json!({ "clock": of(|taken| taken.clock), "processor": of(|taken| taken.processor), "runs": times.len() })
}

fn measure(directory: &Path) -> Result<(), StoreError> {
    let mut opening = Vec::new();
    for _ in 0..10 {
        opening.push(timed(|| Library::open(directory, Access::Owner))?.0);
    }
    let library = Library::open(directory, Access::Owner)?;
    let (list_tools, tools) = timed(|| library.tools())?;
    let (list_captures, captures) = timed(|| library.captures())?;
    let (list_change_sets, _) = timed(|| library.change_set_summaries())?;
    let claims: u64 = tools.iter().map(|tool| u64::from(tool.claims)).sum();
    let mut numbers = Numbers(42);
    let (first_search, _) = timed(|| library.search("lorem", 50))?;
    let mut searches = Vec::new();
    let mut filters = Vec::new();
    for run in 0..300 {
        let query = match run % 6 {
            0 => word(numbers.next(3000)),
            1 => word(numbers.next(20)),
            2 => format!("{} {}", word(numbers.next(60)), word(numbers.next(60))),
            3 => word(numbers.next(3000)).chars().skip(1).take(4).collect(),
            4 => ["整理", "ba", "mi", "works offline"][numbers.next(4)].to_owned(),
            _ => tool_name(numbers.next(captures.len().div_ceil(2))),
        };
        searches.push(timed(|| library.search(&query, 50))?.0);
        let filter = ["price<20 licence:permissive", "offline:yes is:verified", "price>50 sen"][run % 3];
        if run < 60 {
            filters.push(timed(|| library.find_tools(filter))?.0);
        }
    }
    let mut pages = Vec::new();
    for _ in 0..300 {
        let tool = &tools[numbers.next(tools.len())].id;
        pages.push(timed(|| library.tool(tool))?.0);
    }
    let mut merges = Vec::new();
    let mut drafts = Vec::new();
    for run in 0..40 {
        let (drafting, set) = timed(|| draft(&library, captures.len() + run, 40))?;
        drafts.push(drafting);
        let ids: Vec<String> = set.operations.iter().map(|operation| operation.id.clone()).collect();
        let set = library.decide(&set.id, set.revision, &ids, Decision::Accepted, None, None)?;
        merges.push(timed(|| library.merge(&set.id, set.revision))?.0);
    }
    let (same_tools, pairs) = timed(|| library.same_tools())?;
    let first_line = PixelBox::new(0, 0, 2000, 40);
    let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), captures[0].sha256.as_bytes()].concat();
    let (redaction, _) =
        timed(|| library.redact(&captures[0].id, &[first_line], &picture, OlderCopies::Keep))?;
    let report = json!({
        "captures": captures.len(), "tools": tools.len(), "claims": claims,
        "open": spread(&opening), "first_search": spread(&[first_search]), "search": spread(&searches),
        "find_tools": spread(&filters), "tool_page": spread(&pages), "merge_of_40": spread(&merges),
        "add_and_draft_of_40": spread(&drafts), "list_tools": spread(&[list_tools]),
        "list_captures": spread(&[list_captures]),
        "redaction": spread(&[redaction]),
        "list_change_sets": spread(&[list_change_sets]), "same_tools": spread(&[same_tools]), "same_tool_pairs": pairs.len(),
        "peak_memory": peak_memory(), "database": size(&directory.join("library.db")),
        "index": size(&directory.join("index.db")), "journal": size(&directory.join("journal.jsonl")),
    });
    println!("{report}");
    Ok(())
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |file| file.len())
}

/// Most memory that this process held, in bytes; 0 where the system does not say.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
