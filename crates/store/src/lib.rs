//! The library on disk: captures, readings, change sets, claims, their history, the job queue and the search index.
//!
//! Invariant: what was acknowledged survives a kill and a power cut; nothing enters the claims but through a merge, and
//! every merge can be taken back exactly. This is the only crate that knows SQL; it knows no pixels and no models.

mod alt_text;
mod archive;
mod as_of;
mod backup;
mod captures;
mod change_sets;
mod clock;
mod connection;
mod digest;
mod draft;
mod entering;
mod error;
mod files;
mod go_back;
mod history;
mod index;
mod jobs;
mod journal;
mod library;
mod lock;
mod looks;
mod marks;
mod merge;
mod migrate;
mod naming;
mod page_difference;
mod pages;
mod recover;
mod redact;
mod repair;
mod review;
mod rows;
mod salvage;
mod scrub;
mod search;
mod settling;
mod sniff;
mod summary;
mod tool_merges;
mod tools;
mod trash;
mod types;
mod verify;
mod watched;

pub use archive::Archived;
pub use backup::Backup;
pub use entering::{Entered, EnteredValue};
pub use error::StoreError;
pub use files::{MAX_CAPTURE_BYTES, Source, hash_file};
pub use go_back::{BackupContents, WentBack};
pub use journal::EventKind;
pub use library::{Access, Library};
pub use page_difference::{DifferenceKind, PageDifference, Statement, StatementDifference};
pub use pages::{Page, PageCapture, PageMatch};
pub use redact::{OlderCopies, Redacted};
pub use repair::{RepairWay, Repaired};
pub use trash::{DAYS_IN_TRASH, Trashed};
pub use types::{
    Added, Alias, AliasKind, AltText, Basis, Capture, CaptureField, CaptureState, ChangeSetSummary,
    ClaimHistory, Damage, DamageKind, Event, Hit, HitTarget, Job, JobOutcome, JobState, Keep, Look,
    LookOutcome, LookState, Merged, Notice, OpenContradiction, PartOf, PastTool, PastToolSummary, Relation,
    RelationKind, SavedSearch, Scheme, Seen, Settlement, Sighting, Stage, Term, Tool, ToolMerge, ToolSummary,
    Undone,
};
pub use watched::{WatchedFailure, WatchedFile, WatchedFolder};
