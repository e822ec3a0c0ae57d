//! Numbered steps that bring a library to the schema of this version.
//!
//! Invariant: all missing steps run in one transaction, or none; a newer library is refused before anything is written.

use rusqlite::{Connection, TransactionBehavior};

use crate::connection::APPLICATION_ID;
use crate::error::{Result, StoreError};

/// Step `n` of this list leads to schema version `n + 1`.
pub(crate) const STEPS: &[&str] = &[
    include_str!("../migrations/0001_init.sql"),
    include_str!("../migrations/0002_library.sql"),
    include_str!("../migrations/0003_second_reader.sql"),
    include_str!("../migrations/0004_watched.sql"),
    include_str!("../migrations/0005_lists.sql"),
    include_str!("../migrations/0006_stale.sql"),
];

/// The schema version that the file carries; 0 for an empty file.
pub(crate) fn version(connection: &Connection) -> Result<u32> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Refuses files of newer versions and of other programs.
pub(crate) fn check(connection: &Connection, path: &std::path::Path, steps: &[&str]) -> Result<u32> {
    let found = version(connection)?;
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: u32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (application != 0 || found != 0 || tables != 0) {
        return Err(StoreError::NotALibrary(path.to_owned()));
    }
    let known = steps.len() as u32;
    if found > known {
        return Err(StoreError::NewerLibrary { found, known });
    }
    Ok(found)
}

/// Runs the missing steps. The caller has checked the file and, where it holds something, made a backup.
pub(crate) fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    for step in steps.iter().skip(found as usize) {
        transaction.execute_batch(step)?;
    }
    let violations = transaction.prepare("PRAGMA foreign_key_check")?.exists([])?;
    if violations {
        return Err(StoreError::Damaged { detail: "a row refers to a row that is missing".to_owned() });
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", steps.len() as u32)?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: &str =
        "ALTER TABLE tool ADD COLUMN note TEXT; INSERT INTO library_meta VALUES ('upgraded', 'yes');";
    const BROKEN: &str = "CREATE TABLE half (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1);";

    #[test]
    fn steps_run_in_order_and_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &STEPS[..1]).unwrap();
        assert_eq!(version(&connection).unwrap(), 1);
        migrate(&mut connection, &[STEPS[0], SECOND]).unwrap();
        migrate(&mut connection, &[STEPS[0], SECOND]).unwrap();
        assert_eq!(version(&connection).unwrap(), 2);
        let rows: u32 = connection
            .query_row("SELECT count(*) FROM library_meta WHERE key = 'upgraded'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 1);
    }

    #[test]
    fn a_failing_step_leaves_the_old_schema() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &STEPS[..1]).unwrap();
        migrate(&mut connection, &[STEPS[0], SECOND, BROKEN]).unwrap_err();
        assert_eq!(version(&connection).unwrap(), 1);
        let half: u32 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'half'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(half, 0);
        let note: u32 = connection
            .query_row("SELECT count(*) FROM pragma_table_info('tool') WHERE name = 'note'", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(note, 0);
    }

    #[test]
    fn the_schema_is_the_one_that_was_reviewed() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, STEPS).unwrap();
        let mut statement = connection
            .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name")
            .unwrap();
        let schema: Vec<String> = statement
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap()
            .map(|sql| {
                let sql = sql.unwrap();
                let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default().trim());
                lines.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect();
        insta::assert_snapshot!(schema.join("\n"));
    }

    #[test]
    fn every_table_with_a_digest_is_listed_with_all_its_columns() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, STEPS).unwrap();
        let with_digest: u32 = connection
            .query_row(
                "SELECT count(*) FROM sqlite_schema JOIN pragma_table_info(sqlite_schema.name) AS info
                 WHERE sqlite_schema.type = 'table' AND info.name = 'digest'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(with_digest as usize, crate::rows::TABLES.len());
        for table in crate::rows::TABLES {
            let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
            let columns: Vec<String> =
                statement.query_map([table.name], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            let listed: Vec<&str> = table.columns.iter().copied().chain(["digest"]).collect();
            assert_eq!(columns, listed, "{}", table.name);
        }
    }
}
