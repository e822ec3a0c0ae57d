//! The TypeScript view of the wire: every type that commands and events use, and the command map.
//!
//! Invariant: the committed file equals this output; a test fails on drift. Run the test with
//! `UPDATE_BINDINGS=1` to write it anew.

use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

use crate::types::{
    AddAlias, AddOutcome, AddProposal, AltTextView, AnswerPage, AppEvent, AppStatus, AsOf, AskCapture,
    BackedUp, BackupContents, BackupNumber, BackupView, ById, ByIds, ByName, CallDifferent, CaptureAnswer,
    CaptureDetail, CaptureField, CaptureView, ChangeSetSummary, ChangeSetView, ClaimHistory, Compare,
    DamageView, Decide, Emptied, EventView, Export, Exported, ExportedPack, FormatView, Hit, ImportTable,
    Imported, InstallPack, LockClaim, LockProperty, LookUpPack, MarkTools, Merge, MergeTerms, MergeTools,
    Merged, MoveOperations, NameTool, NoteOn, Nothing, OpenContradiction, Page, PageDifference,
    PageMatchView, PastTool, PastToolSummary, PauseWatch, PlanRedaction, ReadRegion, Redact, Redacted,
    RegionReading, Relate, RemovePack, RenameTool, SameToolView, SaveSearch, SavedSearch, Search, SearchRun,
    SetAltText, SetCaptureField, SetNote, SetOffline, SetVendor, Settle, TablePreview, TakeOut, Term, Terms,
    ToolAsOf, ToolSummary, ToolView, TrashedView, Undone, UsePack, Vocabulary, WatchedFolderView, WentBack,
};
use crate::with_commands;
use domain::ChangeSet;
use domain::compare::Comparison;
use domain::pack::{Measured, Pack, PackCheck, PackList, PackPlan};

struct Collector<'a> {
    config: &'a Config,
    declarations: BTreeMap<String, String>,
}

impl Collector<'_> {
    fn add<T: TS + 'static + ?Sized>(&mut self) {
        T::visit_dependencies(self);
        self.visit::<T>();
    }
}

impl TypeVisitor for Collector<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Types without an output path (numbers, strings, lists) are built in.
        if T::output_path().is_none() {
            T::visit_dependencies(self);
            T::visit_generics(self);
            return;
        }
        let name = T::ident(self.config);
        if !self.declarations.contains_key(&name) {
            self.declarations.insert(name, T::decl(self.config));
            T::visit_dependencies(self);
        }
    }
}

macro_rules! command_map {
    ($($name:ident($request:ty) -> $response:ty),+ $(,)?) => {
        fn commands(config: &Config) -> String {
            let mut map = String::from("export interface Commands {\n");
            $(
                map.push_str(&format!(
                    "  {}: {{ request: {}; response: {} }};\n",
                    stringify!($name),
                    <$request as TS>::name(config),
                    <$response as TS>::name(config),
                ));
            )+
            map.push_str("}\n");
            map
        }

        fn collect(collector: &mut Collector<'_>) {
            $(
                collector.add::<$request>();
                collector.add::<$response>();
            )+
        }
    };
}

with_commands!(command_map);

/// The whole file `ui/src/host/bindings.ts`.
pub fn typescript() -> String {
    let config = Config::new().with_large_int("number");
    let mut collector = Collector { config: &config, declarations: BTreeMap::new() };
    collect(&mut collector);
    collector.add::<AppEvent>();
    collector.add::<crate::Error>();
    let mut text = String::from(
        "// Generated from crates/api; do not edit. Run: UPDATE_BINDINGS=1 cargo test -p api --test it bindings\n\n",
    );
    for declaration in collector.declarations.values() {
        text.push_str("export ");
        text.push_str(declaration);
        text.push_str("\n\n");
    }
    text.push_str(&commands(&config));
    text
}
