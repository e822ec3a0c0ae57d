//! Libraries in temporary folders and made-up pages.

use std::path::Path;

use domain::{
    ChangeSet, Decision, Extraction, Money, Operation, PageKind, Period, PixelBox, ProposedClaim,
    ProposedTool, Reading, Speaker, Value,
};
use store::{Access, JobOutcome, Library, Source};
use tempfile::TempDir;

use crate::made_up::{line, proposal};

pub(crate) const WIDTH: u32 = 800;
pub(crate) const HEIGHT: u32 = 600;

pub(crate) struct Fixture {
    pub(crate) folder: TempDir,
    pub(crate) library: Library,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let library = Library::open(folder.path(), Access::Owner).unwrap();
        Self { folder, library }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Closes and opens again, as a restart would.
    pub(crate) fn reopened(self) -> Self {
        let Self { folder, library } = self;
        drop(library);
        let library = Library::open(folder.path(), Access::Owner).unwrap();
        Self { folder, library }
    }

    /// Lets `work` change the closed database file, then opens it again.
    pub(crate) fn tampered(self, work: impl FnOnce(&rusqlite::Connection)) -> Self {
        let Self { folder, library } = self;
        drop(library);
        let connection = rusqlite::Connection::open(folder.path().join("library.db")).unwrap();
        work(&connection);
        drop(connection);
        let library = Library::open(folder.path(), Access::Owner).unwrap();
        Self { folder, library }
    }

    pub(crate) fn add(&self, number: u32) -> String {
        let name = format!("page-{number}.png");
        let source = Source::Bytes { name: &name, bytes: &png(number) };
        self.library.add_capture(source).unwrap().capture.id
    }

    /// Adds a page and finishes its job with that proposal.
    pub(crate) fn draft(&self, number: u32, extraction: Extraction) -> Option<ChangeSet> {
        self.add(number);
        let job = self.library.next_job().unwrap().unwrap();
        self.library.finish_job(&job.id, outcome(extraction)).unwrap()
    }

    pub(crate) fn drafted(&self, number: u32, tools: Vec<ProposedTool>) -> ChangeSet {
        self.draft(number, extraction(tools)).unwrap()
    }

    pub(crate) fn accept_all(&self, set: &ChangeSet) -> ChangeSet {
        let ids: Vec<String> = set.operations.iter().map(|operation| operation.id.clone()).collect();
        self.library.decide(&set.id, set.revision, &ids, Decision::Accepted, None, None).unwrap()
    }

    /// Adds a page, accepts everything on it and merges.
    pub(crate) fn merged(&self, number: u32, tools: Vec<ProposedTool>) -> ChangeSet {
        let set = self.accept_all(&self.drafted(number, tools));
        self.library.merge(&set.id, set.revision).unwrap();
        self.library.change_set(&set.id).unwrap()
    }

    pub(crate) fn decide(&self, set: &ChangeSet, place: usize, decision: Decision) -> ChangeSet {
        let ids = [set.operations[place].id.clone()];
        self.library.decide(&set.id, set.revision, &ids, decision, None, None).unwrap()
    }

    pub(crate) fn edit(&self, set: &ChangeSet, place: usize, text: &str) -> ChangeSet {
        let ids = [set.operations[place].id.clone()];
        self.library.decide(&set.id, set.revision, &ids, Decision::Edited, Some(text), None).unwrap()
    }

    pub(crate) fn only_tool(&self) -> store::Tool {
        let tools = self.library.tools().unwrap();
        assert_eq!(tools.len(), 1, "{tools:?}");
        self.library.tool(&tools[0].id).unwrap()
    }

    /// Everything that a merge may change, as text, in an order that does not depend on time.
    pub(crate) fn dump(&self) -> String {
        dump(self.path())
    }

    pub(crate) fn assert_whole(&self) {
        let found = self.library.verify().unwrap();
        assert!(found.is_empty(), "{found:#?}");
    }
}

pub(crate) fn dump(folder: &Path) -> String {
    use std::fmt::Write;
    let connection = rusqlite::Connection::open(folder.join("library.db")).unwrap();
    let mut dump = String::new();
    let tables = [
        "tool",
        "claim",
        "evidence",
        "tool_alias",
        "tool_vendor",
        "tool_relation",
        "tool_different",
        "tool_merge",
        "field_lock",
        "settlement",
        "term",
        "term_label",
        "term_link",
        "note",
        "source",
        "capture_source",
    ];
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY id")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            write!(dump, "{table}").unwrap();
            for column in 0..columns {
                write!(dump, "|{:?}", row.get_ref(column).unwrap()).unwrap();
            }
            dump.push('\n');
        }
    }
    dump
}

/// A library with a row of every kind.
pub(crate) fn full() -> Fixture {
    let fixture = Fixture::new();
    let library = &fixture.library;
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes"), price("Pro", 20.0)])]);
    let vendor = ProposedClaim { speaker: Speaker::Vendor, ..price("Pro", 24.0) };
    fixture.merged(2, vec![named("Quillmarks", vec![claim("license", "MIT"), vendor])]);
    fixture.merged(3, vec![named("Inkwell", vec![claim("feature", "Works offline")])]);
    let set = fixture.drafted(4, vec![named("Paperloom", vec![claim("feature", "Offline")])]);
    fixture.decide(&set, 1, Decision::Rejected);
    let id = |name: &str| library.tool_named(name).unwrap().unwrap();
    let (kept, absorbed, other) = (id("Quillmark"), id("Quillmarks"), id("Inkwell"));
    library.merge_tools(&kept, &absorbed, &std::collections::BTreeMap::new()).unwrap();
    library.set_vendor(&kept, "Loom Works").unwrap();
    library.relate(&kept, store::RelationKind::Competitor, &other, None).unwrap();
    library.call_different("Quillmark", "Quill", None).unwrap();
    library.lock_property(&kept, "feature", true).unwrap();
    let found = library.contradictions().unwrap().remove(0).contradiction;
    library.settle(&found.tool, &found.key, None, Some("two pages")).unwrap();
    let marked = [kept.clone(), other];
    library.mark_tools(&marked, store::Scheme::Tag, "notes", true).unwrap();
    library.mark_tools(&marked, store::Scheme::Tag, "note", true).unwrap();
    library.set_alt_text(&set.capture, "A page", Some("rules 1")).unwrap();
    let terms = library.terms(store::Scheme::Tag).unwrap();
    library.merge_terms(&terms[0].id, &terms[1].id).unwrap();
    library.set_note("tool", &kept, "Seen at the fair").unwrap();
    library.save_search("Cheap", "price<20").unwrap();
    let captures = library.captures().unwrap();
    library.set_capture_field(&captures[0].id, "url", "https://example.com/pricing").unwrap();
    let page: Vec<String> = (0..12).map(|line| format!("line {line} of the same page")).collect();
    let lines: Vec<&str> = page.iter().map(String::as_str).collect();
    for number in [5, 6] {
        fixture.add(number);
        let job = library.next_job().unwrap().unwrap();
        let outcome = JobOutcome { reading: reading(&lines), ..outcome(extraction(Vec::new())) };
        library.finish_job(&job.id, outcome).unwrap();
    }
    let found = library.page_matches().unwrap().remove(0);
    library.answer_page(&found.capture, &found.earlier, domain::page::PageAnswer::NewVersion).unwrap();
    library.trash_captures(&[fixture.add(7)]).unwrap();
    fixture
}

/// The first bytes of a PNG file and a number: enough for a library, which decodes nothing.
pub(crate) fn png(number: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(number.to_le_bytes());
    bytes.extend(vec![7; 2000]);
    bytes
}

pub(crate) fn extraction(tools: Vec<ProposedTool>) -> Extraction {
    Extraction { proposed_by: "rules 1".to_owned(), page_kind: PageKind::Launch, tools }
}

pub(crate) fn tool(claims: Vec<ProposedClaim>) -> ProposedTool {
    ProposedTool { claims }
}

/// A tool with a name and more.
pub(crate) fn named(name: &str, mut claims: Vec<ProposedClaim>) -> ProposedTool {
    claims.insert(0, claim("name", name));
    tool(claims)
}

pub(crate) fn claim(property: &str, text: &str) -> ProposedClaim {
    proposal(property, text, PixelBox::new(10, 20, 200, 18))
}

pub(crate) fn price(plan: &str, amount: f64) -> ProposedClaim {
    let value = Value::Money(Money {
        amount: Some(amount),
        currency: Some("USD".to_owned()),
        period: Some(Period::Month),
        plan: Some(plan.to_owned()),
        per_seat: false,
        qualifier: None,
    });
    ProposedClaim { value, ..claim("price", &format!("${amount}/mo")) }
}

pub(crate) fn reading(lines: &[&str]) -> Reading {
    let line = |(place, text): (usize, &&str)| line(text, PixelBox::new(10, 20 + 30 * place as u32, 300, 18));
    Reading {
        reader: "made-up reader".to_owned(),
        width: WIDTH,
        height: HEIGHT,
        lines: lines.iter().enumerate().map(line).collect(),
    }
}

pub(crate) fn outcome(extraction: Extraction) -> JobOutcome {
    let lines: Vec<String> =
        extraction.tools.iter().flat_map(|tool| &tool.claims).map(|claim| claim.raw_text.clone()).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    JobOutcome {
        width: WIDTH,
        height: HEIGHT,
        reading: reading(&lines),
        extraction,
        taken_at: None,
        seconds: 0.5,
        look_with: None,
    }
}

pub(crate) fn place_of(set: &ChangeSet, property: &str) -> usize {
    set.operations.iter().position(|operation: &Operation| operation.proposal.property == property).unwrap()
}
