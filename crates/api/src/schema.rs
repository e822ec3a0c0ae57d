//! Every command once: `name(Request) -> Response`. Hosts, tests and the TypeScript bindings expand this list.
//!
//! Invariant: a command named here and missing in `commands` does not compile.

/// Calls `$then!` with the whole list of commands.
#[macro_export]
macro_rules! with_commands {
    ($then:ident) => {
        $then! {
            app_status(Nothing) -> AppStatus,
            vocabulary(Nothing) -> Vocabulary,
            choose_images(Nothing) -> Vec<AddOutcome>,
            paste_image(Nothing) -> Vec<AddOutcome>,
            add_samples(Nothing) -> Vec<AddOutcome>,
            list_captures(Nothing) -> Vec<CaptureView>,
            get_capture(ById) -> CaptureDetail,
            cancel_capture(ById) -> Nothing,
            retry_capture(ById) -> Nothing,
            pause_reading(Nothing) -> Nothing,
            resume_reading(Nothing) -> Nothing,
            list_change_sets(Nothing) -> Vec<ChangeSetSummary>,
            get_change_set(ById) -> ChangeSetView,
            decide(Decide) -> ChangeSet,
            name_tool(NameTool) -> ChangeSet,
            merge(Merge) -> Merged,
            undo(Nothing) -> Option<Undone>,
            redo(Nothing) -> Option<Undone>,
            history(Nothing) -> Vec<EventView>,
            list_tools(Nothing) -> Vec<ToolSummary>,
            get_tool(ById) -> ToolView,
            compare(Compare) -> Comparison,
            compare_proposals(Nothing) -> Option<Comparison>,
            search(Search) -> Vec<Hit>,
            list_formats(Nothing) -> Vec<FormatView>,
            export(Export) -> Exported,
            verify(Nothing) -> Vec<DamageView>,
            backup(Nothing) -> BackedUp,
            list_packs(Nothing) -> PackList,
            look_up_pack(LookUpPack) -> PackPlan,
            install_pack(InstallPack) -> Pack,
            add_pack_folder(Nothing) -> Option<Pack>,
            add_pack_file(Nothing) -> Option<Pack>,
            export_pack(ById) -> Option<ExportedPack>,
            verify_pack(ById) -> PackCheck,
            cancel_pack(ById) -> Nothing,
            remove_pack(RemovePack) -> Nothing,
            use_pack(UsePack) -> Nothing,
            set_offline(SetOffline) -> Nothing,
        }
    };
}
