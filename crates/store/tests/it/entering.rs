//! Values without a page: entered in one step, refused with a reason, never mixed with what pages say.

use domain::{Speaker, Status};
use store::EnteredValue;

use crate::support::{Fixture, claim, named};

fn value(row: u32, tool: &str, property: &'static str, text: &str) -> EnteredValue {
    EnteredValue { row, tool: tool.to_owned(), property, text: text.to_owned() }
}

#[test]
fn a_table_is_entered_in_one_step() {
    let fixture = Fixture::new();
    let library = &fixture.library;
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let before = fixture.dump();
    let table = [
        value(2, "Quillmark", "price", "$20 per month"),
        value(2, "Quillmark", "tagline", "My own words"),
        value(3, "Inkwell", "price", "plenty"),
        value(3, "Inkwell", "feature", "Works offline"),
        value(3, "INKWELL", "feature", "works offline"),
        value(4, " ", "feature", "Whose?"),
        value(4, " ", "tagline", "Whose?"),
    ];
    let said = library.enter_values("Import of prices.csv", &table, true).unwrap();
    assert_eq!((said.tools, said.claims, said.known, said.refused.len()), (2, 3, 1, 2));
    assert_eq!(fixture.dump(), before, "a dry run enters nothing");
    assert_eq!(library.enter_values("Import of prices.csv", &table, false).unwrap(), said);
    let rows: Vec<u32> = said.refused.iter().map(|(row, _)| *row).collect();
    assert_eq!(rows, [4, 3]);
    let tool = library.tool(&library.tool_named("Quillmark").unwrap().unwrap()).unwrap();
    let taglines: Vec<(Speaker, Status)> = tool
        .claims
        .iter()
        .filter(|claim| claim.property == "tagline")
        .map(|claim| (claim.speaker, claim.status))
        .collect();
    assert_eq!(taglines, [(Speaker::Site, Status::Verified), (Speaker::Analyst, Status::Entered)]);
    assert!(tool.claims.iter().filter(|claim| claim.speaker == Speaker::Analyst).all(|claim| claim.locked));
    let again = library.enter_values("Import of prices.csv", &table, false).unwrap();
    assert_eq!((again.claims, again.known), (0, 4), "the same table again enters nothing");
    assert_eq!(library.undo().unwrap().unwrap().description, "Import of prices.csv (3 claims)");
    assert_eq!(fixture.dump(), before);
    fixture.assert_whole();
}
