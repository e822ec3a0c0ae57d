//! Proposals from a reading: layout, text shape and rules, no model.
//!
//! Invariant: every proposed text is a run of page text with its boxes; the same reading gives the same proposals.
//! Nothing here touches the library, draws conclusions across captures or changes what was read.

mod blocks;
mod cards;
mod claims;
mod comparison;
mod draft;
mod kinds;
mod lexicon;
mod money;
mod names;
mod page;
mod panel;
mod passages;
mod prices;
mod reviews;
mod roles;
mod sentences;
mod several;
mod shape;
mod single;
mod taglines;

use domain::{Extraction, PASSAGE_KINDS, Passage, PassageModel, Reading};

pub use draft::{KIND_UNCERTAIN, WEAK_EVIDENCE};
pub use money::{FoundPrice, find as find_prices, words as price_words};
use roles::Layout;

/// What the rules propose for one page, without a model.
pub fn propose(reading: &Reading) -> Extraction {
    propose_with(reading, None)
}

/// What rules and a model of passages together propose for one page.
pub fn propose_with(reading: &Reading, model: Option<&dyn PassageModel>) -> Extraction {
    let mut layout = layout(reading);
    if let Some(model) = model {
        let names = names::find(&layout).1;
        layout.opinions = passages::Opinions::of(&layout, &names, model);
    }
    let (page_kind, tools) = several::tools(&layout)
        .or_else(|| comparison::tools(&layout))
        .unwrap_or_else(|| single::tools(&layout));
    let proposed_by = model.map_or_else(|| RULES.to_owned(), |model| format!("{RULES}, {}", model.name()));
    Extraction { proposed_by, page_kind, tools }
}

const RULES: &str = "rules 2";

fn layout(reading: &Reading) -> Layout {
    let runs = page::runs(reading);
    let body = blocks::body_size(&runs).max(1.0);
    let blocks = blocks::blocks(runs, body);
    Layout::new(blocks, reading.width.max(1) as f32, reading.height.max(1) as f32, body)
}

/// A passage with what the rules think of it: what a model of passages is trained on.
#[derive(Debug, Clone)]
pub struct JudgedPassage {
    /// As on the page.
    pub text: String,
    pub passage: Passage,
    /// The rules' score as a statement of the one tool; `None` where they never ask.
    pub score: Option<f32>,
    /// The weights of the rules' cues in the order of [`domain::PASSAGE_KINDS`].
    pub cues: [f32; PASSAGE_KINDS.len()],
}

/// All passages of a page read as a page about one tool.
pub fn judged_passages(reading: &Reading) -> Vec<JudgedPassage> {
    let layout = layout(reading);
    let names = names::find(&layout).1;
    let scores = single::scores(&layout);
    let score = |place: &passages::Place| {
        scores
            .iter()
            .find(|(block, range, _)| *block == place.block && *range == place.range)
            .map(|found| found.2)
    };
    passages::places(&layout, &names)
        .iter()
        .map(|place| {
            let text = layout.text(place.block)[place.range.clone()].to_owned();
            let found = kinds::scores(&text);
            let cue =
                |kind: &str| found.iter().find(|(id, _)| *id == kind).map_or(0.0, |(_, weight)| *weight);
            JudgedPassage {
                passage: passages::passage(&layout, place, &names),
                score: score(place),
                cues: PASSAGE_KINDS.map(cue),
                text,
            }
        })
        .collect()
}
