//! Searching tools, claims and page text for words or parts of words.
//!
//! Invariant: what the user types is text; quotes and operators have no meaning and no input is an error.

use std::collections::HashSet;
use std::path::Path;

use domain::PixelBox;
use domain::filter::{FilteredTool, ToolFilter};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::connection::open_reader;
use crate::error::{Result, StoreError};
use crate::index::{Index, RANGE, searchable, token};
use crate::library::{Access, Library, lock};
use crate::types::{Hit, HitTarget, ToolSummary};

/// The trigram index finds nothing shorter; shorter words are looked for without it.
const SHORTEST_INDEXED: usize = 3;

/// Of a longer word only the ends are looked up, since each three letters of it cost the same; the texts that are found
/// are then looked through for the whole word.
const LONGEST_INDEXED: usize = 10;

/// Letters at each end of a word that is longer than that.
const END: usize = 5;

/// Texts of one kind that are put in order; of more the newest.
const MOST_LOOKED_AT: u32 = 200;

/// Claims in which the words of a search for tools are looked for; of more the newest.
const MOST_CLAIMS: u32 = 20_000;

/// Words of a query that are looked at; more would only slow the search down.
const MOST_WORDS: usize = 24;

impl Library {
    /// Checks the whole search index and makes it again where it is damaged; it can take seconds.
    pub fn check_index(&self) -> Result<(), StoreError> {
        let mut search = lock(&self.search);
        let Search { index, library } = &mut *search;
        index.check(library)
    }

    /// Brings the search index up to date, so that the next search need not.
    pub fn update_index(&self) -> Result<(), StoreError> {
        let mut search = lock(&self.search);
        let Search { index, library } = &mut *search;
        index.current(library).map(drop)
    }

    /// The tools that a query describes, by name: words that stand in tools or claims, and conditions
    /// ([`domain::filter`]).
    pub fn find_tools(&self, query: &str) -> Result<Vec<ToolSummary>, StoreError> {
        let filter = ToolFilter::parse(query);
        let mut tools = self.tools()?;
        if !filter.words.is_empty() {
            let found = self.owners(&filter.words)?;
            tools.retain(|tool| found.contains(&tool.id));
        }
        tools.retain(|tool| {
            filter.fits(FilteredTool {
                facets: &tool.facets,
                tags: &tool.tags,
                category: tool.category.as_deref(),
                vendor: tool.vendor.as_deref(),
                contradicted: tool.contradictions > 0,
                stale: tool.stale,
            })
        });
        Ok(tools)
    }

    /// Everything that contains all words of the query: tools first, then claims, then lines of page text and notes on
    /// captures. A word of three characters and more is found anywhere in a word, a shorter one at the beginning of a
    /// word; scripts without blanks are searched for any part.
    pub fn search(&self, query: &str, limit: u32) -> Result<Vec<Hit>, StoreError> {
        self.hits(query, limit, &[0, 1, 2, 3])
    }

    /// Ids of the tools in whose names, notes or claims the words stand.
    fn owners(&self, words: &str) -> Result<HashSet<String>> {
        let words = searchable(words);
        let words: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
        let mut search = lock(&self.search);
        let Search { index, library } = &mut *search;
        let index = index.current(library)?;
        // Words may stand in different claims of one tool.
        let mut all: Option<HashSet<String>> = None;
        for word in words {
            let Expression { table, text, rest } = expression(&[word]);
            let mut statement = index.prepare_cached(&format!(
                "SELECT DISTINCT owner FROM (SELECT rowid FROM {table} WHERE {table} MATCH ?1 AND rowid < ?2
                   ORDER BY rowid DESC LIMIT {MOST_CLAIMS}) AS hit JOIN document ON document.id = hit.rowid
                 WHERE instr(folded, ?3) > 0"
            ))?;
            // Every text holds the empty one.
            let whole = rest.first().copied().unwrap_or_default();
            let owners = statement.query_map(rusqlite::params![text, 2 * RANGE, whole], |row| row.get(0))?;
            let owners: HashSet<String> = owners.collect::<rusqlite::Result<_>>()?;
            all = Some(match all {
                None => owners,
                Some(all) => all.intersection(&owners).cloned().collect(),
            });
        }
        Ok(all.unwrap_or_default())
    }

    fn hits(&self, query: &str, limit: u32, ranks: &[i64]) -> Result<Vec<Hit>> {
        let query = searchable(query);
        let words: Vec<&str> = query.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let mut search = lock(&self.search);
        let Search { index, library } = &mut *search;
        match find(index.current(library)?, &words, limit, ranks) {
            Ok(hits) => Ok(hits),
            Err(error) => {
                tracing::warn!(%error, "the search index is rebuilt");
                let rebuilt = index.rebuild(library)?;
                find(index.replace(rebuilt), &words, limit, ranks)
            }
        }
    }
}

/// What searching needs for itself: nothing else waits while the index is brought up to date.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) index: Index,
    library: Connection,
}

impl Search {
    pub(crate) fn new(directory: &Path, access: Access) -> Result<Self> {
        let library = open_reader(&directory.join("library.db"))?;
        Ok(Self { index: Index::new(directory.join("index.db"), access), library })
    }

    /// Lets go of all files.
    pub(crate) fn close(&mut self) -> Result<()> {
        self.index.forget();
        self.library = Connection::open_in_memory()?;
        Ok(())
    }
}

fn find(index: &Connection, words: &[&str], limit: u32, ranks: &[i64]) -> Result<Vec<Hit>> {
    let Expression { table, text, rest } = expression(words);
    let mut sql = format!(
        "SELECT document.id, owner, claim, property, line, capture, x, y, width, height, text
         FROM (SELECT rowid FROM {table} WHERE {table} MATCH ?1 AND rowid BETWEEN ?2 AND ?3
               ORDER BY rowid DESC LIMIT {MOST_LOOKED_AT}) AS hit
         JOIN document ON document.id = hit.rowid WHERE 1"
    );
    let mut also: Vec<Value> = Vec::new();
    for word in rest {
        sql.push_str(" AND instr(folded, ?) > 0");
        also.push(Value::Text(word.to_owned()));
    }
    // The words in one piece come first, then short texts, in which they are most of what is said.
    sql.push_str(" ORDER BY instr(folded, ?) = 0, length(folded), document.id DESC LIMIT ?");
    let mut statement = index.prepare_cached(&sql)?;
    let mut hits = Vec::new();
    for &rank in ranks {
        let left = i64::from(limit) - hits.len() as i64;
        if left <= 0 {
            break;
        }
        let mut values =
            vec![Value::Text(text.clone()), (rank * RANGE).into(), ((rank + 1) * RANGE - 1).into()];
        values.extend(also.iter().cloned());
        values.push(Value::Text(words.join(" ")));
        values.push(left.into());
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            hits.push(hit(rank, row)?);
        }
    }
    Ok(hits)
}

/// How words are asked for: in which full-text table, as what expression, and which have to be looked for in what it
/// finds.
struct Expression<'a> {
    table: &'static str,
    text: String,
    rest: Vec<&'a str>,
}

fn expression<'a>(words: &[&'a str]) -> Expression<'a> {
    let (indexed, short): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| word.chars().count() >= SHORTEST_INDEXED);
    if indexed.is_empty() {
        let tokens: Vec<String> =
            short.iter().map(|word| token(&word.chars().collect::<Vec<char>>())).collect();
        return Expression { table: "short", text: tokens.join(" AND "), rest: Vec::new() };
    }
    let (long, whole): (Vec<&str>, Vec<&str>) =
        indexed.into_iter().partition(|word| word.chars().count() > LONGEST_INDEXED);
    let parts = whole.into_iter().chain(long.iter().flat_map(|word| ends(word)));
    // Inside quotes everything but a quote stands for itself.
    let phrases: Vec<String> = parts.map(|part| format!("\"{}\"", part.replace('"', "\"\""))).collect();
    Expression { table: "found", text: phrases.join(" AND "), rest: [short, long].concat() }
}

/// The first and the last letters of a long word.
fn ends(word: &str) -> [&str; 2] {
    let at = |letters: usize| word.char_indices().nth(letters).map_or(word.len(), |(at, _)| at);
    [&word[..at(END)], &word[at(word.chars().count() - END)..]]
}

fn hit(rank: i64, row: &rusqlite::Row<'_>) -> Result<Hit> {
    let owner: String = row.get(1)?;
    let target = match rank {
        0 => HitTarget::Tool { tool: owner },
        1 => HitTarget::Claim {
            tool: owner,
            claim: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            property: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        },
        2 => HitTarget::Line { capture: owner, line: row.get::<_, Option<u32>>(4)?.unwrap_or_default() },
        _ => HitTarget::Note { capture: owner },
    };
    let bounds = match row.get::<_, Option<u32>>(6)? {
        Some(x) => Some(PixelBox::new(x, row.get(7)?, row.get(8)?, row.get(9)?)),
        None => None,
    };
    Ok(Hit { target, text: row.get(10)?, bounds, capture: row.get(5)? })
}
