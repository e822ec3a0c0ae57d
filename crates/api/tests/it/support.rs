//! A core on a library in a temporary folder. Nothing is read here: what a worker would have found is put in.

use std::path::PathBuf;

use api::{Core, Headless, Settings};
use domain::{
    EvidenceLine, Line, MatchLevel, PixelBox, ProposedClaim, ProposedTool, Reading, Speaker, Status, Value,
};
use store::{Access, JobOutcome, Library, Source};
use tempfile::TempDir;

pub(crate) const WIDTH: u32 = 400;
pub(crate) const HEIGHT: u32 = 120;

pub(crate) struct Place {
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    pub(crate) fn core(&self) -> Core {
        Core::open(Settings::new(Some(self.library()), "made-up reader").paused(), Box::new(Headless))
            .unwrap()
    }

    /// Adds a grey page on which these lines stand; the first names a tool, the others are features of it.
    pub(crate) fn page(&self, lines: &[&str]) -> String {
        let library = Library::open(&self.library(), Access::Owner).unwrap();
        let source = Source::Bytes { name: "page.png", bytes: &picture(200) };
        let added = library.add_capture(source).unwrap();
        let job = library.next_job().unwrap().unwrap();
        let claim = |(place, text): (usize, &&str)| ProposedClaim {
            property: if place == 0 { "name" } else { "feature" }.to_owned(),
            value: Value::text(*text),
            raw_text: (*text).to_owned(),
            speaker: Speaker::Site,
            confidence: 0.9,
            status: Status::Verified,
            reasons: Vec::new(),
            evidence: vec![EvidenceLine { text: (*text).to_owned(), bounds: line(place as u32) }],
            matched: MatchLevel::Exact,
            opinions: Vec::new(),
        };
        let read = |(place, text): (usize, &&str)| Line {
            text: (*text).to_owned(),
            bounds: line(place as u32),
            confidence: 0.9,
            characters: vec![0.9; text.chars().count()],
            words: Vec::new(),
            font_height: 14.0,
            foreground: [0; 3],
            background: [200; 3],
            lettering: None,
        };
        let claims = lines.iter().enumerate().map(claim).collect();
        let outcome = JobOutcome {
            width: WIDTH,
            height: HEIGHT,
            reading: Reading {
                reader: "made-up reader".to_owned(),
                width: WIDTH,
                height: HEIGHT,
                lines: lines.iter().enumerate().map(read).collect(),
            },
            extraction: domain::Extraction { tools: vec![ProposedTool { claims }], ..Default::default() },
            taken_at: None,
            seconds: 0.1,
            look_with: None,
        };
        let set = library.finish_job(&job.id, outcome).unwrap().unwrap();
        let ids: Vec<String> = set.operations.iter().map(|operation| operation.id.clone()).collect();
        let set =
            library.decide(&set.id, set.revision, &ids, domain::Decision::Accepted, None, None).unwrap();
        library.merge(&set.id, set.revision).unwrap();
        added.capture.id
    }
}

/// Where the line with that number stands.
pub(crate) const fn line(place: u32) -> PixelBox {
    PixelBox::new(10, 10 + 30 * place, 300, 18)
}

/// A picture of one colour, as a file.
pub(crate) fn picture(shade: u8) -> Vec<u8> {
    let pixel = [shade, shade, shade, 255];
    engine::picture::pasted(WIDTH, HEIGHT, pixel.repeat((WIDTH * HEIGHT) as usize)).unwrap()
}
