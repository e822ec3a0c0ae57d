//! Moving a library: archives, restoring backups, and values from tables of other programs.
//!
//! Invariant: paths come from the command line or from dialogs, never from the page. A row that cannot be entered is
//! named with its reason; nothing is skipped silently.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::property::{self, Property};
use domain::text::{fold, visible};
use serde::Serialize;
use store::{Archived, EnteredValue, Library, Repaired};

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::settings::Settings;
use crate::types::BackupView;
use crate::types::Tag;

/// Largest table that is read, in bytes.
const LARGEST_TABLE: u64 = 64 * 1024 * 1024;

/// What became of the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    pub tools: u32,
    pub claims: u32,
    /// Values that the library held already.
    pub known: u32,
    /// Columns that are no properties, which were left out.
    pub unknown_columns: Vec<String>,
    /// Row (from 2, as spreadsheets count) and why it, or one value of it, was not entered.
    pub refused: BTreeMap<u32, Vec<String>>,
    /// Whether anything was entered.
    pub dry_run: bool,
}

/// Puts a backup in the place of the library's database; see [`Library::restore`].
pub fn restore(settings: &Settings, backup: Option<&Path>) -> Result<PathBuf, Error> {
    Library::restore(&settings.library, backup).map_err(convert::error)
}

/// The backups of a library that need not be open, newest first.
pub fn backups(settings: &Settings) -> Result<Vec<BackupView>, Error> {
    let backups = Library::backups(&settings.library).map_err(convert::error)?;
    Ok(backups.into_iter().map(convert::backup).collect())
}

/// Makes a damaged library whole; see [`Library::repair`].
pub fn repair(settings: &Settings) -> Result<Repaired, Error> {
    Library::repair(&settings.library).map_err(convert::error)
}

/// Makes the library named by the settings out of an archive.
pub fn read_archive(settings: &Settings, archive: &Path) -> Result<Archived, Error> {
    Library::read_archive(archive, &settings.library).map_err(convert::error)
}

impl Core {
    /// Writes the whole library into a new folder of plain files.
    pub fn write_archive(&self, folder: &Path) -> Result<Archived, Error> {
        self.library().write_archive(folder).map_err(convert::error)
    }

    /// Enters the values of a CSV file as claims of the analyst, in one step that can be undone.
    pub fn import_csv(&self, file: &Path, dry_run: bool) -> Result<Imported, Error> {
        let name = file.file_name().map_or_else(String::new, |name| visible(&name.to_string_lossy(), 80));
        let failed = |why: String| {
            Error::new(
                "not_a_table",
                format!("{name} could not be read as a table: {why}. Nothing was entered."),
            )
        };
        let size = file.metadata().map_err(|error| failed(error.to_string()))?.len();
        if size > LARGEST_TABLE {
            return Err(failed("it is larger than 64 MB".to_owned()));
        }
        let bytes = std::fs::read(file).map_err(|error| failed(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8 text".to_owned()))?;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().map_err(|error| failed(error.to_string()))?.clone();
        let mut imported = Imported {
            tools: 0,
            claims: 0,
            known: 0,
            unknown_columns: Vec::new(),
            refused: BTreeMap::new(),
            dry_run,
        };
        let columns: Vec<Option<&Property>> = header.iter().map(column).collect();
        for (title, column) in header.iter().zip(&columns) {
            if column.is_none() {
                imported.unknown_columns.push(visible(title, 80));
            }
        }
        let Some(named) =
            columns.iter().position(|column| column.is_some_and(|property| property.id == "name"))
        else {
            return Err(failed("it has no column called name".to_owned()));
        };
        let mut values = Vec::new();
        for (place, row) in reader.records().enumerate() {
            let line = place as u32 + 2;
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    imported.refused.entry(line).or_default().push(error.to_string());
                    continue;
                }
            };
            let tool = row.get(named).unwrap_or_default().trim();
            for (cell, column) in row.iter().zip(&columns) {
                let Some(property) = column.filter(|_| !cell.trim().is_empty()) else { continue };
                let (tool, text) = (tool.to_owned(), cell.trim().to_owned());
                values.push(EnteredValue { row: line, tool, property: property.id, text });
            }
        }
        let entered = self.library().enter_values(&format!("Import of {name}"), &values, dry_run);
        let entered = entered.map_err(convert::error)?;
        for (row, why) in entered.refused {
            imported.refused.entry(row).or_default().push(why);
        }
        (imported.tools, imported.claims, imported.known) = (entered.tools, entered.claims, entered.known);
        if !dry_run {
            self.changed(&[Tag::Tools, Tag::ChangeSets, Tag::Status]);
        }
        Ok(imported)
    }
}

/// The property that a column holds, by id or label.
fn column(title: &str) -> Option<&'static Property> {
    let title = fold(title);
    let also = if matches!(title.as_str(), "tool" | "title" | "product") { "name" } else { title.as_str() };
    property::PROPERTIES.iter().find(|property| {
        property.id == also || property.id.replace('_', " ") == also || fold(property.label) == also
    })
}
