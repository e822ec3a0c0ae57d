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
mod prices;
mod reviews;
mod roles;
mod sentences;
mod several;
mod shape;
mod single;
mod taglines;

use domain::{Extraction, Reading};

pub use draft::WEAK_EVIDENCE;
pub use money::{FoundPrice, find as find_prices, words as price_words};
use roles::Layout;

/// What the rules propose for one page.
pub fn propose(reading: &Reading) -> Extraction {
    let runs = page::runs(reading);
    let body = blocks::body_size(&runs).max(1.0);
    let blocks = blocks::blocks(runs, body);
    let layout = Layout::new(blocks, reading.width.max(1) as f32, reading.height.max(1) as f32, body);
    let (page_kind, tools) = several::tools(&layout)
        .or_else(|| comparison::tools(&layout))
        .unwrap_or_else(|| single::tools(&layout));
    Extraction { proposed_by: "rules 1".to_owned(), page_kind, tools }
}
