//! A table of another program is shown before it is entered, and entered as it was shown.

use std::path::PathBuf;

use api::types::{ById, ImportTable, Imported, Nothing, TableEncoding, TablePreview, ToolView};
use api::{Core, Host, Pasted, Settings};

use crate::support::Place;

/// A desktop on which one file is chosen.
struct Chooses(Option<PathBuf>);

impl Host for Chooses {
    fn choose_images(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    fn clipboard(&self) -> Option<Pasted> {
        None
    }

    fn choose_table(&self) -> Option<PathBuf> {
        self.0.clone()
    }
}

/// A core whose user chooses a file with these bytes.
fn choosing(place: &Place, bytes: &[u8]) -> Core {
    let file = place.folder.path().join("tools.csv");
    std::fs::write(&file, bytes).unwrap();
    let settings = Settings::new(Some(place.library()), "made-up reader").paused();
    Core::open(settings, Box::new(Chooses(Some(file)))).unwrap()
}

fn preview(core: &Core) -> TablePreview {
    core.choose_table(Nothing {}).unwrap().unwrap()
}

fn import(core: &Core, table: &TablePreview, dry_run: bool) -> Imported {
    let columns = table.columns.iter().map(|column| column.property.clone()).collect();
    core.import_table(ImportTable { table: table.id.clone(), columns, dry_run }).unwrap()
}

fn tool(core: &Core, name: &str) -> ToolView {
    let tools = core.list_tools(Nothing {}).unwrap();
    let id = tools.into_iter().find(|tool| tool.name == name).unwrap().id;
    core.get_tool(ById { id }).unwrap()
}

const TABLE: &str = "Tool,Price,Licence,Rating,Feature\n\
    Quillmark,$12 / month,MIT,4.5,\"Files notes, by itself\"\n\
    \n\
    Inkwell,free,AGPL-3.0,,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\n\
    ,$3 / month,,,\n";

#[test]
fn a_table_is_shown_first_and_entered_as_one_step() {
    let place = Place::new();
    let core = choosing(&place, TABLE.as_bytes());
    let table = preview(&core);
    assert_eq!((table.name.as_str(), table.rows, table.delimiter.as_str()), ("tools.csv", 3, ","));
    assert_eq!(table.encoding, TableEncoding::Utf8);
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| (column.title.as_str(), column.property.as_deref(), column.values))
        .collect();
    let expected = [
        ("Tool", Some("name"), 2),
        ("Price", Some("price"), 3),
        ("Licence", Some("license"), 2),
        ("Rating", None, 1),
        ("Feature", Some("feature"), 2),
    ];
    assert_eq!(columns, expected);
    assert_eq!(table.first_rows[0][4], "Files notes, by itself");
    assert!(core.list_tools(Nothing {}).unwrap().is_empty(), "nothing is entered yet");

    let planned = table.imported.clone().unwrap();
    assert!(planned.dry_run);
    assert_eq!(planned.unknown_columns, ["Rating"]);
    // Row 5 as a spreadsheet counts: the empty row before it is one too.
    assert_eq!(planned.refused.keys().copied().collect::<Vec<_>>(), [5]);
    assert_eq!(import(&core, &table, true), planned);

    let done = import(&core, &table, false);
    assert_eq!(Imported { dry_run: true, ..done.clone() }, planned, "what was said is what happened");
    assert_eq!((done.tools, done.claims), (2, 8));
    let quillmark = tool(&core, "Quillmark");
    assert!(quillmark.claims.iter().all(|claim| claim.locked && claim.evidence.is_empty()));
    let formula =
        tool(&core, "Inkwell").claims.into_iter().find(|claim| claim.property == "feature").unwrap();
    assert_eq!(formula.raw_text, "=HYPERLINK(\"http://x\",\"y\")", "a formula is text like other text");

    let undone = core.undo(Nothing {}).unwrap().unwrap();
    assert_eq!(undone.description, "Import of tools.csv (8 claims)");
    assert!(core.list_tools(Nothing {}).unwrap().is_empty());
}

#[test]
fn columns_become_what_the_user_chooses() {
    let place = Place::new();
    let core = choosing(&place, b"what,says\nQuillmark,Runs offline\n");
    let mut table = preview(&core);
    assert_eq!(table.imported, None, "nobody knows yet which column names the tools");
    table.columns[0].property = Some("name".to_owned());
    table.columns[1].property = Some("feature".to_owned());
    assert_eq!(import(&core, &table, true).claims, 2);
    import(&core, &table, false);
    assert_eq!(tool(&core, "Quillmark").claims.len(), 2);
}

#[test]
fn other_programs_write_other_bytes() {
    let place = Place::new();
    let core = choosing(&place, b"name;tagline\r\nQuillmark;Die \x84sch\xf6nste\x93 Ablage\r\n");
    let table = preview(&core);
    assert_eq!((table.encoding, table.delimiter.as_str()), (TableEncoding::Windows1252, ";"));
    assert_eq!(table.first_rows, [["Quillmark", "Die „schönste“ Ablage"]]);

    let utf16: Vec<u8> =
        "\u{feff}name\ttagline\nQuillmark\t整理\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let core = {
        drop(core);
        choosing(&place, &utf16)
    };
    let table = preview(&core);
    assert_eq!((table.encoding, table.delimiter.as_str()), (TableEncoding::Utf16, "\t"));
    assert_eq!(table.first_rows, [["Quillmark", "整理"]]);

    let core = {
        drop(core);
        choosing(&place, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    };
    assert_eq!(core.choose_table(Nothing {}).unwrap_err().code, "not_a_table");
    let core = {
        drop(core);
        choosing(&place, b"")
    };
    assert_eq!(core.choose_table(Nothing {}).unwrap_err().code, "not_a_table");
}

#[test]
fn what_was_shown_is_entered_though_the_file_has_changed() {
    let place = Place::new();
    let core = choosing(&place, b"name,tagline\nQuillmark,Papers that file themselves\n");
    let table = preview(&core);
    std::fs::write(place.folder.path().join("tools.csv"), "name,tagline\nInkwell,A well of ink\n").unwrap();
    import(&core, &table, false);
    assert_eq!(core.list_tools(Nothing {}).unwrap()[0].name, "Quillmark");
    let columns = vec![Some("name".to_owned()), None];
    let again = core.import_table(ImportTable { table: table.id, columns, dry_run: false }).unwrap_err();
    assert_eq!(again.code, "not_found", "a table is entered once");
}

#[test]
fn a_choice_that_makes_no_sense_enters_nothing() {
    let place = Place::new();
    let core = choosing(&place, b"name,tagline\nQuillmark,Papers,and more\n");
    let table = preview(&core);
    assert_eq!(table.imported.as_ref().unwrap().refused[&2].len(), 1, "a cell beyond the columns is named");
    let attempt = |columns: &[Option<&str>]| {
        let columns = columns.iter().map(|column| column.map(str::to_owned)).collect();
        core.import_table(ImportTable { table: table.id.clone(), columns, dry_run: false }).unwrap_err().code
    };
    assert_eq!(attempt(&[Some("name")]), "bad_request");
    assert_eq!(attempt(&[Some("name"), Some("no-such")]), "not_found");
    assert_eq!(attempt(&[None, Some("tagline")]), "not_a_table");
    assert_eq!(attempt(&[Some("name"), Some("name")]), "not_a_table");
    assert!(core.list_tools(Nothing {}).unwrap().is_empty());
}

#[test]
fn nothing_happens_where_no_file_is_chosen() {
    let place = Place::new();
    let settings = Settings::new(Some(place.library()), "made-up reader").paused();
    let core = Core::open(settings, Box::new(Chooses(None))).unwrap();
    assert_eq!(core.choose_table(Nothing {}).unwrap(), None);
}
