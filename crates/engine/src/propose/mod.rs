//! Proposals from a reading: layout, text shape and rules, no model.
//!
//! Invariant: every proposed text is a run of page text with its boxes; the same reading gives the same proposals.
//! Nothing here touches the library, draws conclusions across captures or changes what was read.

use domain::{Extraction, Reading};

/// What the rules propose for one page.
pub fn propose(_reading: &Reading) -> Extraction {
    Extraction { proposed_by: "rules 1".to_owned(), ..Extraction::default() }
}
