//! Searching tools, claims and page text for words or parts of words.
//!
//! Invariant: what the user types is text; quotes and operators have no meaning and no input is an error.

use std::path::Path;

use domain::PixelBox;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::connection::open_reader;
use crate::error::{Result, StoreError};
use crate::index::{Index, searchable};
use crate::library::{Access, Library, lock};
use crate::types::{Hit, HitTarget};

/// The trigram index finds nothing shorter; shorter words are looked for without it.
const SHORTEST_INDEXED: usize = 3;

/// Words of a query that are looked at; more would only slow the search down.
const MOST_WORDS: usize = 24;

impl Library {
    /// Everything that contains all words of the query: tools first, then claims, then lines of page text.
    pub fn search(&self, query: &str, limit: u32) -> Result<Vec<Hit>, StoreError> {
        let query = searchable(query);
        let words: Vec<&str> = query.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let mut search = lock(&self.search);
        let Search { index, library } = &mut *search;
        match find(index.current(library)?, &words, limit) {
            Ok(hits) => Ok(hits),
            Err(error) => {
                tracing::warn!(%error, "the search index is rebuilt");
                let rebuilt = index.rebuild(library)?;
                find(index.replace(rebuilt), &words, limit)
            }
        }
    }
}

/// What searching needs for itself: nothing else waits while the index is brought up to date.
#[derive(Debug)]
pub(crate) struct Search {
    index: Index,
    library: Connection,
}

impl Search {
    pub(crate) fn new(directory: &Path, access: Access) -> Result<Self> {
        let library = open_reader(&directory.join("library.db"))?;
        Ok(Self { index: Index::new(directory.join("index.db"), access), library })
    }
}

fn find(index: &Connection, words: &[&str], limit: u32) -> Result<Vec<Hit>> {
    let (indexed, short): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| word.chars().count() >= SHORTEST_INDEXED);
    let mut sql = "SELECT rank, owner, claim, property, line, capture, x, y, width, height, text
        FROM document WHERE 1"
        .to_owned();
    let mut values: Vec<Value> = Vec::new();
    if !indexed.is_empty() {
        sql.push_str(" AND id IN (SELECT rowid FROM found WHERE found MATCH ?)");
        // Inside quotes everything but a quote stands for itself.
        let phrases: Vec<String> =
            indexed.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect();
        values.push(Value::Text(phrases.join(" AND ")));
    }
    for word in short {
        sql.push_str(" AND instr(folded, ?) > 0");
        values.push(Value::Text(word.to_owned()));
    }
    // The words in one piece come first, then short texts, in which they are most of what is said.
    sql.push_str(" ORDER BY rank, instr(folded, ?) = 0, length(folded), id DESC LIMIT ?");
    values.push(Value::Text(words.join(" ")));
    values.push(Value::Integer(i64::from(limit)));
    let mut statement = index.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut hits = Vec::new();
    while let Some(row) = rows.next()? {
        let owner: String = row.get(1)?;
        let target = match row.get::<_, i64>(0)? {
            0 => HitTarget::Tool { tool: owner },
            1 => HitTarget::Claim {
                tool: owner,
                claim: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
                property: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
            },
            _ => HitTarget::Line { capture: owner, line: row.get::<_, Option<u32>>(4)?.unwrap_or_default() },
        };
        let bounds = match row.get::<_, Option<u32>>(6)? {
            Some(x) => Some(PixelBox::new(x, row.get(7)?, row.get(8)?, row.get(9)?)),
            None => None,
        };
        hits.push(Hit { target, text: row.get(10)?, bounds, capture: row.get(5)? });
    }
    Ok(hits)
}
