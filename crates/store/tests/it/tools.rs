//! Names, relations, and two tools made one and parted again.

use std::collections::BTreeMap;

use domain::Status;
use domain::same_tool::LikenessGround;
use store::{AliasKind, Keep, RelationKind, Scheme, Tool};

use crate::support::{Fixture, claim, named, price};

fn two() -> (Fixture, String, String) {
    let fixture = Fixture::new();
    let page = |tagline: &str, amount| {
        vec![claim("tagline", tagline), claim("feature", "Works offline"), price("Pro", amount)]
    };
    fixture.merged(1, vec![named("Cursor Background Agents", page("Agents at work", 20.0))]);
    fixture.merged(2, vec![named("Cursor Background Agent", page("An agent at work", 30.0))]);
    let id = |name: &str| fixture.library.tool_named(name).unwrap().unwrap();
    let (kept, absorbed) = (id("Cursor Background Agents"), id("Cursor Background Agent"));
    (fixture, kept, absorbed)
}

fn shown(tool: &Tool) -> Vec<(String, String, Status, usize)> {
    let row = |claim: &domain::Claim| {
        (claim.property.clone(), claim.value.display(), claim.status, claim.evidence.len())
    };
    tool.claims.iter().map(row).collect()
}

#[test]
fn near_names_are_asked_about_until_somebody_says_that_they_differ() {
    let (fixture, kept, absorbed) = two();
    let library = &fixture.library;
    let found = library.same_tools().unwrap();
    assert_eq!(found.len(), 1);
    let mut pair = [found[0].tool.clone(), found[0].other.clone()];
    pair.sort();
    let mut expected = [kept.clone(), absorbed];
    expected.sort();
    assert_eq!(pair, expected);
    assert_eq!(library.tools().unwrap().len(), 2, "nothing is merged by itself");
    let asked = library.same_tools_for("Cursor Background Agents 2").unwrap();
    assert_eq!((asked.len(), asked[0].likeness.grounds[0]), (2, LikenessGround::Version));
    assert!(
        library.same_tools_for("cursor background agents").unwrap().is_empty(),
        "that very name is known"
    );
    library
        .call_different("Cursor Background Agent", "Cursor Background Agents", Some("asked the maker"))
        .unwrap();
    assert!(library.same_tools().unwrap().is_empty());
    library.undo().unwrap();
    assert_eq!(library.same_tools().unwrap().len(), 1);
}

#[test]
fn names_aliases_vendors_and_relations() {
    let (fixture, kept, other) = two();
    let library = &fixture.library;
    library.rename_tool(&kept, "Cursor Agents").unwrap();
    library.add_alias(&kept, "CBA", AliasKind::Handle).unwrap();
    library.set_vendor(&kept, "Anysphere").unwrap();
    library.relate(&kept, RelationKind::PartOf, &other, Some("since May")).unwrap();
    library.relate(&kept, RelationKind::PartOf, &other, None).unwrap();
    let tool = library.tool(&kept).unwrap();
    let aliases: Vec<(&str, AliasKind)> =
        tool.aliases.iter().map(|alias| (alias.name.as_str(), alias.kind)).collect();
    assert_eq!(aliases, [("CBA", AliasKind::Handle), ("Cursor Background Agents", AliasKind::Former)]);
    assert_eq!((tool.name.as_str(), tool.vendor.as_deref()), ("Cursor Agents", Some("Anysphere")));
    assert_eq!((tool.relations.len(), tool.relations[0].from_here), (1, true));
    assert!(!library.tool(&other).unwrap().relations[0].from_here);
    // A page that uses an alias speaks of the tool.
    let set = fixture.drafted(3, vec![named("C.B.A.", vec![claim("feature", "Fast")])]);
    assert_eq!(set.tools[0].existing.as_deref(), Some(kept.as_str()));
    assert_eq!(library.add_alias(&other, "cba", AliasKind::Name).unwrap_err().code(), "name_taken");
    assert_eq!(library.rename_tool(&other, "CBA").unwrap_err().code(), "name_taken");
    assert_eq!(library.relate(&kept, RelationKind::PartOf, &kept, None).unwrap_err().code(), "same_tool");
    let alias = tool.aliases[0].id.clone();
    library.remove_alias(&alias).unwrap();
    assert_eq!(library.change_set(&set.id).unwrap().tools[0].existing, None, "the open change set follows");
    library.undo().unwrap();
    assert_eq!(library.change_set(&set.id).unwrap().tools[0].existing.as_deref(), Some(kept.as_str()));
    library.rename_tool(&kept, "CBA").unwrap();
    assert_eq!(library.tool(&kept).unwrap().aliases.len(), 2, "an alias that becomes the name is no alias");
    fixture.assert_whole();
}

#[test]
fn tools_become_one_field_by_field_and_are_parted_with_all_their_evidence() {
    let (fixture, kept, absorbed) = two();
    let library = &fixture.library;
    library.set_vendor(&absorbed, "Anysphere").unwrap();
    library.mark_tools(std::slice::from_ref(&absorbed), Scheme::Tag, "agents", true).unwrap();
    library.set_note("tool", &absorbed, "Seen at the fair").unwrap();
    let (first, second) = (library.tool(&kept).unwrap(), library.tool(&absorbed).unwrap());
    let before = fixture.dump();

    let choices = BTreeMap::from([("price".to_owned(), Keep::Absorbed)]);
    let merge = library.merge_tools(&kept, &absorbed, &choices).unwrap();
    let tool = fixture.only_tool();
    let expected = [
        ("name", "Cursor Background Agents", Status::Verified, 1),
        ("tagline", "Agents at work", Status::Disputed, 1),
        ("tagline", "An agent at work", Status::Disputed, 1),
        ("price", "$30 per month", Status::Verified, 1),
        ("feature", "Works offline", Status::Verified, 2),
    ];
    let expected: Vec<_> = expected
        .map(|(property, text, status, evidence)| (property.to_owned(), text.to_owned(), status, evidence))
        .into();
    assert_eq!(shown(&tool), expected);
    assert_eq!(tool.history.len(), 3, "what lost is history");
    assert_eq!((tool.aliases[0].name.as_str(), tool.merged.len()), ("Cursor Background Agent", 1));
    assert_eq!(
        (tool.vendor.as_deref(), tool.tags.as_slice()),
        (Some("Anysphere"), &["agents".to_owned()][..])
    );
    assert_eq!(tool.note.as_deref(), Some("Seen at the fair"));
    assert!(library.same_tools().unwrap().is_empty());
    let kinds: Vec<&str> = tool.contradictions.iter().map(|found| found.property.as_str()).collect();
    assert_eq!(kinds, ["tagline"]);

    // Taken back at once it is as if nothing had been.
    library.undo().unwrap();
    assert_eq!(fixture.dump(), before);
    library.redo().unwrap();
    // What is accepted later goes where its page called it.
    let set = fixture
        .merged(3, vec![named("Cursor Background Agent", vec![claim("feature", "Opens pull requests")])]);
    assert_eq!(set.tools[0].existing.as_deref(), Some(kept.as_str()));
    let parted = library.part_tools(&merge).unwrap();
    assert_eq!(parted, absorbed);
    let tool = library.tool(&kept).unwrap();
    let plain = |tool: &Tool| shown(tool).into_iter().map(|row| (row.0, row.1, row.2)).collect::<Vec<_>>();
    assert_eq!(plain(&tool), plain(&first));
    assert_eq!((tool.aliases.len(), tool.merged.len(), tool.vendor, tool.note), (0, 0, None, None));
    let tool = library.tool(&absorbed).unwrap();
    let mut back = shown(&tool);
    let later = back.iter().position(|(_, text, ..)| text == "Opens pull requests").unwrap();
    back.remove(later);
    assert_eq!(back.len(), second.claims.len());
    assert!(
        back.iter()
            .zip(shown(&second))
            .all(|(now, then)| (&now.0, &now.1, now.2) == (&then.0, &then.1, then.2))
    );
    assert_eq!((tool.vendor.as_deref(), tool.note.as_deref()), (Some("Anysphere"), Some("Seen at the fair")));
    assert_eq!(tool.tags, ["agents"]);
    assert!(library.same_tools().unwrap().is_empty(), "parted by hand is remembered");
    fixture.assert_whole();
}

#[test]
fn no_evidence_is_lost_by_a_merge_of_tools() {
    let (fixture, kept, absorbed) = two();
    let quotes = |fixture: &Fixture| {
        let mut quotes: Vec<(String, String)> = Vec::new();
        for tool in fixture.library.tools().unwrap() {
            let tool = fixture.library.tool(&tool.id).unwrap();
            for claim in tool.claims.iter().chain(&tool.history) {
                quotes.extend(claim.evidence.iter().map(|one| (one.capture.clone(), one.quote.clone())));
            }
        }
        quotes.sort();
        quotes.dedup();
        quotes
    };
    let before = quotes(&fixture);
    let merge = fixture.library.merge_tools(&kept, &absorbed, &BTreeMap::new()).unwrap();
    assert_eq!(quotes(&fixture), before);
    fixture.library.part_tools(&merge).unwrap();
    assert_eq!(quotes(&fixture), before);
    fixture.assert_whole();
}

#[test]
fn claims_are_taken_out_into_a_tool_of_their_own() {
    let (fixture, kept, _) = two();
    let library = &fixture.library;
    let tool = library.tool(&kept).unwrap();
    let feature = tool.claims.iter().find(|claim| claim.property == "feature").unwrap().id.clone();
    let all: Vec<String> = tool.claims.iter().map(|claim| claim.id.clone()).collect();
    assert_eq!(library.take_out(&kept, "Cursor CLI", &all).unwrap_err().code(), "nothing_left");
    assert_eq!(
        library
            .take_out(&kept, "Cursor Background Agent", std::slice::from_ref(&feature))
            .unwrap_err()
            .code(),
        "name_taken"
    );
    let new = library.take_out(&kept, "Cursor CLI", std::slice::from_ref(&feature)).unwrap();
    assert_eq!(library.tool(&new).unwrap().claims[0].id, feature);
    assert_eq!(library.tool(&kept).unwrap().claims.len(), tool.claims.len() - 1);
    library.undo().unwrap();
    assert_eq!(library.tool(&kept).unwrap(), tool);
    fixture.assert_whole();
}

#[test]
fn words_of_a_vocabulary_are_merged_without_losing_a_mark() {
    let (fixture, kept, other) = two();
    let library = &fixture.library;
    library.mark_tools(&[kept.clone(), other.clone()], Scheme::Tag, "LLM", true).unwrap();
    library.mark_tools(std::slice::from_ref(&kept), Scheme::Tag, "llms", true).unwrap();
    library.mark_tools(std::slice::from_ref(&kept), Scheme::Category, "LLM", true).unwrap();
    let terms = library.terms(Scheme::Tag).unwrap();
    assert_eq!(terms.iter().map(|term| term.tools).collect::<Vec<_>>(), [2, 1]);
    library.merge_terms(&terms[0].id, &terms[1].id).unwrap();
    library.mark_tools(std::slice::from_ref(&other), Scheme::Tag, "LLMs", true).unwrap();
    let terms = library.terms(Scheme::Tag).unwrap();
    assert_eq!((terms.len(), terms[0].tools, terms[0].synonyms.as_slice()), (1, 2, &["llms".to_owned()][..]));
    assert_eq!(library.tool(&kept).unwrap().categories, ["LLM"]);
    library.mark_tools(&[kept], Scheme::Tag, "LLM", false).unwrap();
    assert_eq!(library.terms(Scheme::Tag).unwrap()[0].tools, 1);
    let categories = library.terms(Scheme::Category).unwrap();
    assert_eq!(library.merge_terms(&terms[0].id, &categories[0].id).unwrap_err().code(), "same_term");
}
