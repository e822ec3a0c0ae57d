//! Values from a table of another program: read, shown with what each column becomes, and entered in one step.
//!
//! Invariant: paths come from the command line or from a dialog, never from the page; what is entered is what was shown,
//! also when the file has changed since. A cell is text, whatever it looks like. A row or value that cannot be entered is
//! named with its reason; nothing is skipped silently.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use csv::StringRecord;
use domain::property::{self, Property};
use domain::text::{fold, visible};
use store::EnteredValue;

use crate::convert;
use crate::core::Core;
use crate::error::Error;
use crate::types::{ImportTable, Imported, Nothing, TableColumn, TableEncoding, TablePreview, Tag};

/// Largest table that is read, in bytes.
const LARGEST_TABLE: u64 = 64 * 1024 * 1024;
/// Rows that are shown before anything is entered.
const SHOWN_ROWS: usize = 5;
/// Longest text of a cell that is shown.
const SHOWN_CELL: usize = 120;

/// A table that was read.
#[derive(Debug)]
pub(crate) struct Table {
    id: String,
    name: String,
    encoding: TableEncoding,
    delimiter: u8,
    header: StringRecord,
    /// Each with the line on which it begins, as spreadsheets count.
    rows: Vec<(u32, Result<StringRecord, String>)>,
}

impl Table {
    fn read(file: &Path) -> Result<Self, Error> {
        let name = file.file_name().map_or_else(String::new, |name| visible(&name.to_string_lossy(), 80));
        let failed = |why: &str| {
            let message = format!("{name} could not be read as a table: {why}. Nothing was entered.");
            Error::new("not_a_table", message)
        };
        let size = file.metadata().map_err(|error| failed(&error.to_string()))?.len();
        if size > LARGEST_TABLE {
            return Err(failed("it is larger than 64 MB"));
        }
        let bytes = std::fs::read(file).map_err(|error| failed(&error.to_string()))?;
        let (text, encoding) = decoded(&bytes).ok_or_else(|| failed("it is no text"))?;
        let delimiter = delimiter(&text);
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| failed(&error.to_string()))?.clone();
        if header.iter().all(|title| title.trim().is_empty()) {
            return Err(failed("its first row names no columns"));
        }
        let records: Vec<_> = reader.records().map(|row| row.map_err(|error| error.to_string())).collect();
        let numbers = row_numbers(&text, records.len());
        let rows = numbers.into_iter().zip(records).collect();
        let id = store::hash_file(file).map_err(|error| failed(&error.to_string()))?;
        Ok(Self { id, name, encoding, delimiter, header, rows })
    }

    /// What each column becomes by its title; of several for `name` the first.
    fn columns(&self) -> Vec<Option<&'static Property>> {
        let mut named = false;
        let own = |title: &str| {
            column(title).filter(|property| property.id != "name" || !std::mem::replace(&mut named, true))
        };
        self.header.iter().map(own).collect()
    }

    /// What each column becomes as somebody chose.
    fn chosen(&self, properties: &[Option<String>]) -> Result<Vec<Option<&'static Property>>, Error> {
        if properties.len() != self.header.len() {
            return Err(Error::new(
                "bad_request",
                "The table has another number of columns. Nothing was entered. Choose the file again.",
            ));
        }
        let find = |id: &Option<String>| match id {
            None => Ok(None),
            Some(id) => property::find(id).map(Some).ok_or_else(|| {
                let message = format!("No property is called {}. Nothing was entered.", visible(id, 80));
                Error::new("not_found", message)
            }),
        };
        properties.iter().map(find).collect()
    }

    fn preview(&self, imported: Option<Imported>) -> TablePreview {
        let columns = self.columns();
        let cells = |place: usize| self.rows.iter().filter_map(move |(_, row)| row.as_ref().ok()?.get(place));
        let column = |(place, (title, property)): (usize, (&str, Option<&Property>))| TableColumn {
            title: visible(title, SHOWN_CELL),
            property: property.map(|property| property.id.to_owned()),
            values: cells(place).filter(|cell| !cell.trim().is_empty()).count() as u32,
        };
        let shown = |row: &StringRecord| row.iter().map(|cell| visible(cell.trim(), SHOWN_CELL)).collect();
        TablePreview {
            id: self.id.clone(),
            name: self.name.clone(),
            encoding: self.encoding,
            delimiter: char::from(self.delimiter).to_string(),
            rows: self.rows.len() as u32,
            columns: self.header.iter().zip(columns).enumerate().map(column).collect(),
            first_rows: self
                .rows
                .iter()
                .filter_map(|(_, row)| row.as_ref().ok())
                .take(SHOWN_ROWS)
                .map(shown)
                .collect(),
            imported,
        }
    }
}

impl Core {
    /// Enters the values of a CSV file as claims of the analyst, in one step that can be undone.
    pub fn import_csv(&self, file: &Path, dry_run: bool) -> Result<Imported, Error> {
        let table = Table::read(file)?;
        self.enter(&table, &table.columns(), dry_run)
    }

    /// Reads a table that the user chooses in a dialog, and says what would become of it; nothing where none was chosen.
    pub fn choose_table(&self, _: Nothing) -> Result<Option<TablePreview>, Error> {
        let Some(file) = self.host().choose_table() else { return Ok(None) };
        let table = Table::read(&file)?;
        let columns = table.columns();
        let imported = name_column(&columns).map(|_| self.enter(&table, &columns, true)).transpose()?;
        let preview = table.preview(imported);
        *self.table().lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(table));
        Ok(Some(preview))
    }

    /// Enters the table that was chosen last, with what each column is to become; `dry_run` only says what would happen.
    pub fn import_table(&self, request: ImportTable) -> Result<Imported, Error> {
        let held = self.table().lock().unwrap_or_else(PoisonError::into_inner).clone();
        let table = held.filter(|table| table.id == request.table).ok_or_else(|| {
            Error::new(
                "not_found",
                "This table is not held any more. Nothing was entered. Choose the file again.",
            )
        })?;
        let imported = self.enter(&table, &table.chosen(&request.columns)?, request.dry_run)?;
        if !request.dry_run {
            *self.table().lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        Ok(imported)
    }

    fn enter(
        &self,
        table: &Table,
        columns: &[Option<&'static Property>],
        dry_run: bool,
    ) -> Result<Imported, Error> {
        let Some(named) = name_column(columns) else {
            let message = format!(
                "{} could not be entered: exactly one column has to be the name of the tool. Nothing was entered. Say which one.",
                table.name
            );
            return Err(Error::new("not_a_table", message));
        };
        let mut refused: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        let mut values = Vec::new();
        for (line, row) in &table.rows {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    refused.entry(*line).or_default().push(error.clone());
                    continue;
                }
            };
            let tool = row.get(named).unwrap_or_default().trim();
            for (cell, column) in row.iter().zip(columns) {
                let Some(property) = column.filter(|_| !cell.trim().is_empty()) else { continue };
                let (tool, text) = (tool.to_owned(), cell.trim().to_owned());
                values.push(EnteredValue { row: *line, tool, property: property.id, text });
            }
            // More cells than titles: nobody can say what they are.
            if row.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
                let why = format!(
                    "It has {} cells under {} columns; those beyond were left out.",
                    row.len(),
                    columns.len()
                );
                refused.entry(*line).or_default().push(why);
            }
        }
        let title = format!("Import of {}", table.name);
        let entered = self.library().enter_values(&title, &values, dry_run).map_err(convert::error)?;
        for (row, why) in entered.refused {
            refused.entry(row).or_default().push(why);
        }
        if !dry_run {
            self.changed(&[Tag::Tools, Tag::ChangeSets, Tag::Status]);
        }
        let left_out = table.header.iter().zip(columns).filter(|(_, column)| column.is_none());
        Ok(Imported {
            tools: entered.tools,
            claims: entered.claims,
            known: entered.known,
            unknown_columns: left_out.map(|(title, _)| visible(title, SHOWN_CELL)).collect(),
            refused,
            dry_run,
        })
    }
}

/// The one column that holds the names of the tools; `None` where there is none or there are several.
fn name_column(columns: &[Option<&Property>]) -> Option<usize> {
    let mut names =
        columns.iter().enumerate().filter(|(_, column)| column.is_some_and(|property| property.id == "name"));
    let first = names.next()?;
    names.next().is_none().then_some(first.0)
}

/// The property that a column holds, by id or label.
fn column(title: &str) -> Option<&'static Property> {
    let title = fold(title);
    let also = match title.as_str() {
        "tool" | "title" | "product" => "name",
        "licence" => "license",
        own => own,
    };
    property::PROPERTIES.iter().find(|property| {
        property.id == also || property.id.replace('_', " ") == also || fold(property.label) == also
    })
}

/// The text of a file: by its byte order mark, else UTF-8, else as Windows programs of the West write it. `None` for bytes
/// that are no text.
fn decoded(bytes: &[u8]) -> Option<(String, TableEncoding)> {
    let (text, encoding, _) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes),
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8.decode(bytes),
        None => encoding_rs::WINDOWS_1252.decode(bytes),
    };
    let encoding = if encoding == encoding_rs::UTF_8 {
        TableEncoding::Utf8
    } else if encoding == encoding_rs::WINDOWS_1252 {
        TableEncoding::Windows1252
    } else {
        TableEncoding::Utf16
    };
    (!text.contains('\0')).then(|| (text.into_owned(), encoding))
}

/// Numbers of the rows after the first one, as a spreadsheet shows them: empty rows, which are no records, count too.
fn row_numbers(text: &str, records: usize) -> Vec<u32> {
    let (mut numbers, mut number, mut quoted, mut blank) = (Vec::new(), 1, false, true);
    for byte in text.bytes().chain([b'\n']) {
        match byte {
            b'\n' if !quoted => {
                if !blank {
                    numbers.push(number);
                }
                number += 1;
                blank = true;
            }
            b'\r' if !quoted => {}
            _ => {
                quoted ^= byte == b'"';
                blank = false;
            }
        }
    }
    // A quote in the middle of a cell is a letter like others; then rows are counted as they were read.
    if numbers.len() == records + 1 { numbers.split_off(1) } else { (2..).take(records).collect() }
}

/// What parts the cells: that of comma, semicolon and tab which stands most often in the first line, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => {
                for (_, count) in counts.iter_mut().filter(|(delimiter, _)| *delimiter == byte) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    // Of equals the first: a table of one column has none.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}
