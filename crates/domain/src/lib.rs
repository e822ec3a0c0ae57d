//! Pure types and rules of Shortlist: what a reading, a claim, its evidence, a change set and a comparison are.
//!
//! Invariant: same input, same output. Nothing here reads a file, a clock or a random number, and nothing here
//! knows SQL, Candle or Tauri; times and ids are handed in. Serialisation is derived because one JSON form serves
//! the worker's frames, the library's JSON columns and the wire (see docs/decisions/0001-one-json-form.md).

pub mod change_set;
pub mod claim;
pub mod compare;
pub mod contradiction;
pub mod edit;
pub mod extraction;
pub mod facets;
pub mod filter;
pub mod geometry;
pub mod join;
pub mod merge;
pub mod pack;
pub mod pack_error;
pub mod page;
pub mod passage;
pub mod property;
pub mod reader;
pub mod reading;
mod reading_order;
pub mod redaction;
pub mod same_tool;
pub mod text;
pub mod typed;
pub mod vision_language;

pub use change_set::{
    ChangeSet, ChangeSetState, Decision, DecisionError, MoveTo, Operation, OperationKind, TargetTool,
};
pub use claim::{Claim, Evidence, EvidenceLine, MatchLevel, Money, Period, Speaker, Status, Value};
pub use extraction::{Extraction, Instead, Opinion, PageKind, ProposedClaim, ProposedTool, Verdict, verdict};
pub use geometry::PixelBox;
pub use pack_error::PackError;
pub use passage::{PASSAGE_FEATURES, PASSAGE_KINDS, PASSAGE_ROLES, Passage, PassageModel, PassageOpinion};
pub use property::{ClaimKind, Property};
pub use reader::{Control, Progress, ReadError, TextReader, TextSupport};
pub use reading::{Lettering, Line, Picture, Reading, Word};
pub use reading_order::reading_order;
pub use typed::{Bound, LicenseClass, TypedValue, typed_values};
pub use vision_language::{
    AnswerEnd, AnswerError, AnswerForm, AnswerProgress, AnswerStep, PictureAnswer, PictureQuestion, Viewport,
    VisionLanguageModel,
};
