//! The whole library as a folder of plain files, and back: for keeping, for other programs, for another computer.
//!
//! Invariant: lossless both ways, row by row. An archive gets its name when it is whole; it is taken in only into an
//! empty place, after every file was compared with its recorded hash, and no name out of it becomes a path.
//!
//! Form: `manifest.json` (form, schema, every file with size and SHA-256), `tables/NAME.jsonl` (one JSON object for each
//! row; bytes are written as `{"bytes": "hex"}`), `captures/SHA256` (the pictures as they were added).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use crate::connection::open_writer;
use crate::error::{Result, StoreError, io};
use crate::files::{hash_file, is_sha256, sync_folder};
use crate::library::{Access, Library};
use crate::rows::from_json;
use crate::{clock, migrate};

/// Raised when archives are written differently.
const FORM: u32 = 1;

/// What stands in `manifest.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Manifest {
    form: u32,
    /// Schema version of the tables.
    schema: u32,
    program: String,
    written_at: String,
    /// Name below the folder, size and SHA-256.
    files: BTreeMap<String, (u64, String)>,
}

/// What was written or taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Archived {
    pub folder: PathBuf,
    pub captures: u64,
    pub rows: u64,
    pub bytes: u64,
}

impl Library {
    /// Writes everything into a new folder.
    pub fn write_archive(&self, target: &Path) -> Result<Archived, StoreError> {
        if target.exists() {
            return Err(StoreError::InTheWay(target.to_owned()));
        }
        let partial = target.with_extension("partial");
        if partial.exists() {
            std::fs::remove_dir_all(&partial)
                .map_err(io("Removing an unfinished archive", partial.as_path()))?;
        }
        let written = self.write_archive_into(&partial);
        if written.is_err() {
            // The reason is worth more than a leftover, which the next try removes.
            drop(std::fs::remove_dir_all(&partial));
        }
        let mut archived = written?;
        std::fs::rename(&partial, target).map_err(io("Naming the archive", target))?;
        if let Some(parent) = target.parent().filter(|parent| parent.is_dir()) {
            sync_folder(parent)?;
        }
        target.clone_into(&mut archived.folder);
        Ok(archived)
    }

    fn write_archive_into(&self, folder: &Path) -> Result<Archived> {
        for part in [folder, &folder.join("tables"), &folder.join("captures")] {
            std::fs::create_dir_all(part).map_err(io("Making a folder", part))?;
        }
        let reader = self.reader();
        let snapshot = reader.unchecked_transaction()?;
        let mut files = BTreeMap::new();
        let (mut rows, mut bytes, mut captures) = (0, 0, 0);
        for table in tables(&snapshot)? {
            let name = format!("tables/{table}.jsonl");
            rows += write_table(&snapshot, &table, &folder.join(&name))?;
            note(folder, name, &mut files)?;
        }
        let mut statement = snapshot.prepare(
            "SELECT sha256 FROM capture WHERE id NOT IN (SELECT id FROM trash WHERE purged = 1) ORDER BY ord",
        )?;
        for sha256 in statement.query_map([], |row| row.get::<_, String>(0))? {
            let sha256 = sha256?;
            let from = self.capture_file(&sha256)?;
            let name = format!("captures/{sha256}");
            let to = folder.join(&name);
            std::fs::copy(&from, &to).map_err(io("Copying a picture", from))?;
            File::open(&to)
                .and_then(|file| file.sync_all())
                .map_err(io("Storing a picture", to.as_path()))?;
            note(folder, name, &mut files)?;
            captures += 1;
        }
        bytes += files.values().map(|(size, _)| size).sum::<u64>();
        let manifest = Manifest {
            form: FORM,
            schema: migrate::STEPS.len() as u32,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            written_at: clock::now(),
            files,
        };
        let path = folder.join("manifest.json");
        let file = File::create(&path).map_err(io("Writing the archive", path.as_path()))?;
        serde_json::to_writer_pretty(&file, &manifest)?;
        file.sync_all().map_err(io("Storing the archive", path.as_path()))?;
        for part in [folder, &folder.join("tables"), &folder.join("captures")] {
            sync_folder(part)?;
        }
        Ok(Archived { folder: folder.to_owned(), captures, rows, bytes })
    }

    /// Makes a library out of an archive. `directory` must be empty or missing; it holds a library only if all went well.
    pub fn read_archive(archive: &Path, directory: &Path) -> Result<Archived, StoreError> {
        let is_free = match std::fs::read_dir(directory) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if !is_free {
            return Err(StoreError::InTheWay(directory.to_owned()));
        }
        let manifest = checked(archive)?;
        // It grows beside its place and takes it in one step, so that an unexpected stop leaves no half library there.
        let mut name = directory.file_name().unwrap_or_default().to_owned();
        name.push(format!(".unfinished-{}", clock::new_id()));
        let fresh = directory.with_file_name(name);
        let made = take_in(archive, &fresh, &manifest).and_then(|archived| {
            let library = Self::open(&fresh, Access::Owner)?;
            match library.verify()?.into_iter().next() {
                None => Ok(archived),
                Some(damage) => {
                    Err(StoreError::Damaged { detail: format!("{}: {}", damage.subject, damage.message) })
                }
            }
        });
        let placed = made.and_then(|archived| {
            if directory.exists() {
                std::fs::remove_dir(directory).map_err(io("Making room for the library", directory))?;
            }
            std::fs::rename(&fresh, directory).map_err(io("Naming the library", directory))?;
            if let Some(parent) = directory.parent().filter(|parent| parent.is_dir()) {
                sync_folder(parent)?;
            }
            Ok(Archived { folder: directory.to_owned(), ..archived })
        });
        if placed.is_err() {
            // The reason is worth more than a leftover.
            drop(std::fs::remove_dir_all(&fresh));
        }
        placed
    }
}

/// Every table that holds something of its own.
fn tables(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

fn write_table(connection: &Connection, table: &str, path: &Path) -> Result<u64> {
    let failed = || io("Writing the archive", path);
    let mut file = BufWriter::new(File::create(path).map_err(failed())?);
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1"))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([])?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        let mut object = Map::new();
        for (place, column) in columns.iter().enumerate() {
            object.insert(column.clone(), json_of(row.get_ref(place)?)?);
        }
        serde_json::to_writer(&mut file, &object)?;
        file.write_all(b"\n").map_err(failed())?;
        count += 1;
    }
    let file = file.into_inner().map_err(|error| failed()(error.into_error()))?;
    file.sync_all().map_err(failed())?;
    Ok(count)
}

fn note(folder: &Path, name: String, files: &mut BTreeMap<String, (u64, String)>) -> Result<()> {
    let path = folder.join(&name);
    let failed = || io("Reading the archive back", path.as_path());
    let size = path.metadata().map_err(failed())?.len();
    let hash = hash_file(&path).map_err(failed())?;
    files.insert(name, (size, hash));
    Ok(())
}

fn json_of(value: ValueRef<'_>) -> Result<serde_json::Value> {
    Ok(match value {
        ValueRef::Null => serde_json::Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => json!(number),
        ValueRef::Text(text) => {
            std::str::from_utf8(text).map_err(|error| StoreError::Encoding(error.to_string()))?.into()
        }
        ValueRef::Blob(bytes) => {
            json!({ "bytes": crate::files::hex(bytes) })
        }
    })
}

/// Bytes stand as an object, which no other value does.
fn value_of(value: &serde_json::Value) -> Result<Value> {
    let serde_json::Value::Object(object) = value else { return from_json(value) };
    let hex = object.get("bytes").and_then(|hex| hex.as_str());
    let digits = hex.and_then(|hex| {
        let digits = hex.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok().filter(|_| pair.len() == 2)
        });
        digits.collect::<Option<Vec<u8>>>()
    });
    digits.map(Value::Blob).ok_or_else(|| StoreError::Encoding("bytes of an archive".to_owned()))
}

/// The manifest, after every file that it names was compared with what it says.
fn checked(archive: &Path) -> Result<Manifest> {
    let path = archive.join("manifest.json");
    let not_an_archive = || StoreError::NotAnArchive(archive.to_owned());
    let text = std::fs::read(&path).map_err(|_| not_an_archive())?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| not_an_archive())?;
    let known = migrate::STEPS.len() as u32;
    if manifest.form > FORM || manifest.schema > known {
        return Err(StoreError::NewerLibrary { found: manifest.schema, known });
    }
    for (name, (size, hash)) in &manifest.files {
        let path = file_of(archive, name).ok_or_else(not_an_archive)?;
        let damaged =
            || StoreError::Damaged { detail: format!("the archive's file {name} is not as it was written") };
        let is_file = path.symlink_metadata().is_ok_and(|found| found.is_file() && found.len() == *size);
        if !is_file || hash_file(&path).map_err(io("Reading the archive", path.as_path()))? != *hash {
            return Err(damaged());
        }
    }
    Ok(manifest)
}

/// The place of a named file; `None` for a name that no archive of ours holds.
fn file_of(archive: &Path, name: &str) -> Option<PathBuf> {
    let (folder, file) = name.split_once('/')?;
    let is_table = folder == "tables" && table_of(name).is_some();
    let is_capture = folder == "captures" && is_sha256(file);
    (is_table || is_capture).then(|| archive.join(folder).join(file))
}

fn table_of(name: &str) -> Option<&str> {
    let table = name.strip_prefix("tables/")?.strip_suffix(".jsonl")?;
    let is_plain = !table.is_empty() && table.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_plain.then_some(table)
}

fn take_in(archive: &Path, directory: &Path, manifest: &Manifest) -> Result<Archived> {
    let captures = directory.join("captures");
    std::fs::create_dir_all(&captures).map_err(io("Making a folder", captures.as_path()))?;
    let mut archived = Archived {
        folder: directory.to_owned(),
        captures: 0,
        rows: 0,
        bytes: manifest.files.values().map(|(size, _)| size).sum(),
    };
    for name in manifest.files.keys() {
        let Some(sha256) = name.strip_prefix("captures/") else { continue };
        let folder = captures.join(&sha256[..2]);
        std::fs::create_dir_all(&folder).map_err(io("Making a folder", folder.as_path()))?;
        let to = folder.join(sha256);
        std::fs::copy(archive.join(name), &to).map_err(io("Copying a picture", to.as_path()))?;
        File::open(&to).and_then(|file| file.sync_all()).map_err(io("Storing a picture", to.as_path()))?;
        sync_folder(&folder)?;
        archived.captures += 1;
    }
    sync_folder(&captures)?;
    let database = directory.join("library.db");
    let mut connection = open_writer(&database)?;
    let steps = migrate::STEPS.get(..manifest.schema as usize).unwrap_or(migrate::STEPS);
    migrate::migrate(&mut connection, steps)?;
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    let transaction = connection.transaction()?;
    let known = tables(&transaction)?;
    for name in manifest.files.keys() {
        let Some(table) = table_of(name) else { continue };
        if !known.iter().any(|held| held == table) {
            return Err(StoreError::NotAnArchive(archive.to_owned()));
        }
        archived.rows += read_table(&transaction, table, &archive.join(name))?;
    }
    let lines: Vec<String> = transaction
        .prepare("SELECT line FROM event ORDER BY seq")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // The journal first: a library whose journal is behind would be completed from the database, with a notice.
    if !lines.is_empty() {
        crate::journal::Journal::open(&directory.join("journal.jsonl"))?.append(&lines)?;
    }
    transaction.commit()?;
    drop(connection);
    sync_folder(directory)?;
    Ok(archived)
}

fn read_table(connection: &Connection, table: &str, path: &Path) -> Result<u64> {
    let columns: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_info(?1)")?
        .query_map([table], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert =
        connection.prepare(&format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", ")))?;
    let file = File::open(path).map_err(io("Reading the archive", path))?;
    let mut count = 0;
    for line in BufReader::new(file).lines() {
        let line = line.map_err(io("Reading the archive", path))?;
        let row: Map<String, serde_json::Value> = serde_json::from_str(&line)?;
        let values: Vec<Value> = columns
            .iter()
            .map(|column| value_of(row.get(column).unwrap_or(&serde_json::Value::Null)))
            .collect::<Result<_>>()?;
        insert.execute(params_from_iter(values))?;
        count += 1;
    }
    Ok(count)
}
