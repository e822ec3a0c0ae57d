//! Whole paths through the `shortlist` command: from a screenshot to a comparison, and what happens when things break.
//!
//! Invariant: only the built program is used, never the inside; the real reader reads real pictures.

mod difficult;
#[expect(dead_code, reason = "the Hub's faults are for the tests of the packs themselves")]
#[path = "../../../models/tests/it/fake_hub.rs"]
mod fake_hub;
mod kill;
mod model;
mod packs;
mod path;
mod program;
mod upkeep;
