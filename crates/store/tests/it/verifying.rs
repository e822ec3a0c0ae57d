//! Checks: every change that did not go through the library is found and named.

use std::fs;

use store::DamageKind;

use crate::support::{Fixture, claim, named};

fn sample() -> Fixture {
    let fixture = Fixture::new();
    fixture.merged(1, vec![named("Quillmark", vec![claim("tagline", "Notes")])]);
    let set = fixture.drafted(2, vec![named("Inkwell", vec![claim("feature", "Offline")])]);
    fixture.decide(&set, 1, domain::Decision::Rejected);
    fixture
}

#[test]
fn a_changed_claim_is_found_and_named() {
    let fixture = sample();
    let tool = fixture.library.tools().unwrap()[0].id.clone();
    let id = fixture.library.tool(&tool).unwrap().claims[1].id.clone();
    let fixture = fixture.tampered(|connection| {
        let sql = "UPDATE claim SET raw_text = 'Nodes' WHERE id = ?1";
        assert_eq!(connection.execute(sql, [&id]).unwrap(), 1);
    });
    let found = fixture.library.verify().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].subject.as_str()), (DamageKind::Row, format!("claim {id}").as_str()));
}

#[test]
fn every_column_of_every_row_that_people_see_is_covered() {
    let fixture = crate::support::full();
    let columns: Vec<(String, String)> = {
        let connection = rusqlite::Connection::open(fixture.path().join("library.db")).unwrap();
        let mut statement = connection
            .prepare(
                "SELECT sqlite_schema.name, info.name FROM sqlite_schema, pragma_table_info(sqlite_schema.name) info
                 WHERE sqlite_schema.type = 'table' AND info.name <> 'digest' AND EXISTS
                   (SELECT 1 FROM pragma_table_info(sqlite_schema.name) WHERE name = 'digest')",
            )
            .unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    assert!(columns.len() > 120);
    for (table, column) in columns {
        let connection = rusqlite::Connection::open(fixture.path().join("library.db")).unwrap();
        if table == "redaction" {
            continue;
        }
        connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        let old: rusqlite::types::Value = connection
            .query_row(&format!("SELECT {column} FROM {table} ORDER BY rowid LIMIT 1"), [], |row| row.get(0))
            .unwrap();
        let new = match &old {
            rusqlite::types::Value::Integer(number) => rusqlite::types::Value::Integer(number + 1000),
            rusqlite::types::Value::Real(number) => rusqlite::types::Value::Real(number + 0.5),
            rusqlite::types::Value::Text(text) => rusqlite::types::Value::Text(format!("{text} ")),
            // Any value at all differs from none; the column takes one of its own type.
            _ => {
                let is_text: bool = connection
                    .query_row(
                        "SELECT type = 'TEXT' FROM pragma_table_info(?1) WHERE name = ?2",
                        [&table, &column],
                        |row| row.get(0),
                    )
                    .unwrap();
                if is_text { "x".to_owned().into() } else { 1.into() }
            }
        };
        let set = |value: &rusqlite::types::Value, now: &rusqlite::types::Value| {
            let sql = format!(
                "UPDATE {table} SET {column} = ?1 WHERE rowid =
                   (SELECT rowid FROM {table} WHERE {column} IS ?2 ORDER BY rowid LIMIT 1)"
            );
            assert_eq!(connection.execute(&sql, [value, now]).unwrap(), 1, "{table}.{column}");
        };
        set(&new, &old);
        let found = fixture.library.verify().unwrap();
        assert!(found.iter().any(|damage| damage.kind == DamageKind::Row), "{table}.{column}: {found:?}");
        set(&old, &new);
    }
    fixture.assert_whole();
}

#[test]
fn lost_and_changed_pictures_are_found() {
    let fixture = sample();
    let captures = fixture.library.captures().unwrap();
    let files: Vec<_> =
        captures.iter().map(|capture| fixture.library.capture_file(&capture.sha256).unwrap()).collect();
    fs::remove_file(&files[0]).unwrap();
    fs::remove_file(&files[1]).unwrap();
    fs::write(&files[1], b"changed").unwrap();
    let found = fixture.library.verify().unwrap();
    assert_eq!(found.iter().map(|damage| damage.kind).collect::<Vec<_>>(), [DamageKind::Capture; 2]);
    assert!(found.iter().any(|damage| damage.message.contains("missing")));
    assert!(found.iter().any(|damage| damage.message.contains("not what was added")));
}

#[test]
fn a_changed_line_of_the_journal_is_found() {
    let fixture = sample();
    let path = fixture.path().join("journal.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("Quillmark", "Quillmork", 1)).unwrap();
    let found = fixture.library.verify().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].kind, DamageKind::Journal);
}

#[test]
fn a_changed_event_is_found() {
    let fixture = sample().tampered(|connection| {
        connection.execute("UPDATE event SET title = 'Merge of nothing' WHERE kind = 'merge'", []).unwrap();
    });
    let found = fixture.library.verify().unwrap();
    assert_eq!(found.iter().map(|damage| damage.kind).collect::<Vec<_>>(), [DamageKind::Journal]);
}

#[test]
fn a_missing_row_is_found_by_those_that_refer_to_it() {
    let fixture = sample().tampered(|connection| {
        connection.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM tool").unwrap();
    });
    let found = fixture.library.verify().unwrap();
    assert!(found.iter().any(|damage| damage.kind == DamageKind::Reference), "{found:?}");
}

#[test]
fn text_that_is_no_text_any_more_is_a_finding_not_a_failure() {
    let fixture = sample().tampered(|connection| {
        connection.execute("UPDATE tool SET name = CAST(x'ff41ff' AS TEXT)", []).unwrap();
    });
    let found = fixture.library.verify().unwrap();
    assert!(found.iter().any(|damage| damage.kind == DamageKind::Row && damage.subject.starts_with("tool ")));
}
