//! Taking texts out of stored rows: from the database and, in the same way, from the recorded changes of the journal.
//!
//! Invariant: ids, times and words of our own are never touched; only columns that hold people's or pages' text are. A
//! row and its copies in the history are changed alike, so that steps can still be taken back and replayed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::text::{fold, name_key};
use serde_json::Value as Json;

use crate::clock;
use crate::rows::{Change, Fields};

/// Columns that hold text, by table. `reading` and `extraction` are not listed: they are made anew.
pub(crate) const TEXTS: &[(&str, &[&str])] = &[
    ("capture", &["name"]),
    ("alt_text", &["text"]),
    ("change_set", &["title"]),
    ("change_set_tool", &["name", "name_key"]),
    ("operation", &["kind", "proposal", "edited_text", "reason"]),
    ("tool", &["name", "name_key"]),
    ("claim", &["value", "raw_text"]),
    ("evidence", &["quote", "lines"]),
    ("rejected", &["name_key", "value_key"]),
    ("source", &["title"]),
    ("capture_field", &["value"]),
    ("tool_alias", &["name", "name_key"]),
    ("tool_vendor", &["name", "name_key"]),
    ("tool_relation", &["note"]),
    ("tool_different", &["reason"]),
    ("tool_merge", &["name", "body"]),
    ("settlement", &["note"]),
    ("term", &["label", "label_key"]),
    ("term_label", &["label", "label_key"]),
    ("note", &["text"]),
    ("saved_search", &["name", "query"]),
];

/// Fields of JSON columns that hold text.
const JSON_TEXTS: &[&str] = &[
    "before",
    "edited_text",
    "label",
    "label_key",
    "name",
    "name_key",
    "note",
    "plan",
    "qualifier",
    "query",
    "quote",
    "raw_text",
    "reason",
    "text",
    "title",
    "tool",
    "value_key",
];

/// A text that is to be gone, and what stands in its place.
#[derive(Debug, Clone)]
struct Gone {
    text: String,
    folded: String,
    key: String,
    /// Its longest word, which stands wherever it stands; looked for first.
    probe: String,
    stand_in: String,
}

/// Texts that are to be gone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scrub {
    gone: Vec<Gone>,
}

impl Scrub {
    /// The longest text first, so that a part of it does not spoil the whole.
    pub(crate) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut gone: Vec<Gone> = Vec::new();
        for text in texts {
            let text = text.trim().to_owned();
            let (folded, key) = (fold(&text), name_key(&text));
            if !tells(&key) || gone.iter().any(|known| known.folded == folded) {
                continue;
            }
            // Names are unique, so what stands in their place has to be.
            let id = clock::new_id();
            let stand_in = format!("[removed {}]", &id[id.len() - 6..]);
            let probe = folded.split(|sign: char| !sign.is_alphanumeric()).max_by_key(|word| word.len());
            let probe = probe.unwrap_or_default().to_owned();
            gone.push(Gone { text, folded, key, probe, stand_in });
        }
        gone.sort_by_key(|gone| std::cmp::Reverse(gone.text.len()));
        Self { gone }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.gone.is_empty()
    }

    /// Keys under which names that are gone are compared.
    pub(crate) fn is_key(&self, key: &str) -> bool {
        self.gone.iter().any(|gone| gone.key == key)
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.gone.retain(|gone| keep(&gone.text));
    }

    /// Texts of which `folded` (as by [`fold`]) holds one.
    pub(crate) fn found_in<'a>(&'a self, folded: &str) -> Vec<&'a str> {
        let held = self.gone.iter().filter(|gone| holds(folded, &gone.folded));
        held.map(|gone| gone.text.as_str()).collect()
    }

    /// Texts that stand in a JSON text.
    pub(crate) fn texts_within<'a>(&'a self, json: &str) -> Vec<&'a str> {
        if !self.may_stand_in(json) {
            return Vec::new();
        }
        let mut all = String::new();
        if let Ok(value) = serde_json::from_str(json) {
            gather(&value, &mut all);
        }
        self.found_in(&all)
    }

    /// The text without what is to be gone; `None` if there was nothing of it.
    pub(crate) fn text(&self, text: &str) -> Option<String> {
        if !self.may_stand_in(text) {
            return None;
        }
        let mut folded = fold(text);
        let mut left = Cow::Borrowed(text);
        for gone in &self.gone {
            if !holds(&folded, &gone.folded) {
                continue;
            }
            let replaced = replaced(&left, &gone.text, &gone.stand_in);
            folded = fold(&replaced);
            // Written in another way, it cannot be cut out exactly.
            let all_gone = !holds(&folded, &gone.folded);
            left = Cow::Owned(if all_gone { replaced } else { gone.stand_in.clone() });
            folded = fold(&left);
        }
        match left {
            Cow::Borrowed(_) => None,
            Cow::Owned(left) => Some(left),
        }
    }

    fn key(&self, key: &str) -> Option<String> {
        let gone = self.gone.iter().find(|gone| gone.key == key || gone.folded == key);
        match gone {
            Some(gone) if gone.key == key => Some(name_key(&gone.stand_in)),
            Some(gone) => Some(fold(&gone.stand_in)),
            None => self.text(key),
        }
    }

    fn json(&self, text: &str) -> Option<String> {
        if !self.may_stand_in(text) {
            return None;
        }
        let mut value: Json = serde_json::from_str(text).ok()?;
        self.walk(&mut value).then(|| value.to_string())
    }

    /// Cheap: whether looking closer is worth it. Of plain letters the case is all that folding changes in a word.
    pub(crate) fn may_stand_in(&self, text: &str) -> bool {
        if !text.is_ascii() {
            return !self.is_empty();
        }
        let lower = text.to_ascii_lowercase();
        self.gone.iter().any(|gone| lower.contains(&gone.probe))
    }

    pub(crate) fn walk(&self, value: &mut Json) -> bool {
        let mut changed = false;
        match value {
            Json::Array(items) => {
                for item in items {
                    changed |= self.walk(item);
                }
            }
            Json::Object(fields) => {
                for (name, field) in fields.iter_mut() {
                    match field {
                        Json::String(text) if JSON_TEXTS.contains(&name.as_str()) && !is_id(text) => {
                            let is_key = name.ends_with("_key");
                            let left = if is_key { self.key(text) } else { self.text(text) };
                            if let Some(left) = left {
                                *text = left;
                                changed = true;
                            }
                        }
                        other => changed |= self.walk(other),
                    }
                }
            }
            _ => {}
        }
        changed
    }

    /// One column of one row without what is to be gone; `None` if nothing changes.
    pub(crate) fn column(&self, table: &str, column: &str, value: &str) -> Option<String> {
        let listed = TEXTS.iter().any(|(name, columns)| *name == table && columns.contains(&column));
        if !listed || self.is_empty() {
            return None;
        }
        match (table, column) {
            ("operation", "kind" | "proposal")
            | ("claim", "value")
            | ("evidence", "lines")
            | ("tool_merge", "body") => self.json(value),
            (_, "name_key" | "label_key" | "value_key") => self.key(value),
            _ => self.text(value),
        }
    }
}

/// Rows that are gone, and what has to be known to leave them out of the history.
#[derive(Debug, Default)]
pub(crate) struct Removal {
    pub(crate) scrub: Scrub,
    /// Ids by table.
    pub(crate) rows: BTreeMap<&'static str, BTreeSet<String>>,
    /// For each claim that is gone, the one that it had replaced.
    pub(crate) replaced: BTreeMap<String, Option<String>>,
    /// The capture and the columns that it has now.
    pub(crate) capture: (String, Fields),
}

impl Removal {
    pub(crate) fn remove(&mut self, table: &'static str, id: impl Into<String>) {
        self.rows.entry(table).or_default().insert(id.into());
    }

    pub(crate) fn is_removed(&self, table: &str, id: &str) -> bool {
        self.rows.get(table).is_some_and(|ids| ids.contains(id))
    }

    pub(crate) fn removed(&self, table: &str) -> impl Iterator<Item = &String> {
        self.rows.get(table).into_iter().flatten()
    }

    /// The claim that takes the place of one that is gone in a chain of claims.
    pub(crate) fn before(&self, claim: &str) -> Option<String> {
        let mut next = Some(claim.to_owned());
        while let Some(id) = &next {
            match self.replaced.get(id) {
                Some(older) => next.clone_from(older),
                None => break,
            }
        }
        next
    }

    /// A recorded change without what is gone; `None` where all of it is.
    pub(crate) fn change(&self, change: Change) -> Option<Change> {
        match change {
            Change::Insert { table, row } => self.row(&table, row).map(|row| Change::Insert { table, row }),
            Change::Delete { table, row } => self.row(&table, row).map(|row| Change::Delete { table, row }),
            Change::Update { table, id, before, after } => {
                if self.is_removed(&table, &id) {
                    return None;
                }
                let (before, after) = (self.fields(&table, &id, before), self.fields(&table, &id, after));
                Some(Change::Update { table, id, before, after })
            }
        }
    }

    /// A whole row as it has to be now; `None` where it is gone.
    pub(crate) fn row(&self, table: &str, row: Fields) -> Option<Fields> {
        let id = row.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
        let claim = row.get("claim").and_then(Json::as_str).unwrap_or_default();
        if table == "evidence" && self.is_removed("claim", claim) {
            return None;
        }
        (!self.is_removed(table, &id)).then(|| self.fields(table, &id, row))
    }

    /// Columns of one row as they have to be now.
    pub(crate) fn fields(&self, table: &str, id: &str, mut fields: Fields) -> Fields {
        for (column, field) in &mut fields {
            let Json::String(value) = &*field else { continue };
            let changed = match (table, column.as_str()) {
                ("claim", "supersedes") if self.is_removed("claim", value) => {
                    Some(self.before(value).map_or(Json::Null, Json::String))
                }
                ("claim", "operation") if self.is_removed("operation", value) => Some(Json::Null),
                ("operation", "kind") if self.speaks_of_removed(value) => {
                    Some(Json::String(r#"{"type":"add"}"#.to_owned()))
                }
                _ => self.scrub.column(table, column, value).map(Json::String),
            };
            if let Some(changed) = changed {
                *field = changed;
            }
        }
        if table == "capture" && id == self.capture.0 {
            for (column, value) in &self.capture.1 {
                if fields.contains_key(column) {
                    fields.insert(column.clone(), value.clone());
                }
            }
        }
        fields
    }

    /// Whether a recorded line has to be looked at: it names what is gone, or a text may stand in it.
    pub(crate) fn concerns(&self, line: &str, ids: &HashSet<&str>) -> bool {
        names_one(line, ids) || self.scrub.may_stand_in(line)
    }

    /// Ids of all that is gone, and of the capture.
    pub(crate) fn ids(&self) -> HashSet<&str> {
        let rows = self.rows.values().flatten();
        // Notes are named by what they are on.
        let last = rows.map(|id| id.rsplit_once('/').map_or(id.as_str(), |(_, id)| id));
        last.chain([self.capture.0.as_str()]).collect()
    }

    fn speaks_of_removed(&self, kind: &str) -> bool {
        let kind: Option<Json> = serde_json::from_str(kind).ok();
        let claim = kind.as_ref().and_then(|kind| kind.get("claim")?.as_str());
        claim.is_some_and(|claim| self.is_removed("claim", claim))
    }
}

/// All texts of a value, folded, one in a line.
fn gather(value: &Json, all: &mut String) {
    match value {
        Json::String(text) => {
            all.push_str(&fold(text));
            all.push('\n');
        }
        Json::Array(items) => items.iter().for_each(|item| gather(item, all)),
        Json::Object(fields) => fields.values().for_each(|field| gather(field, all)),
        _ => {}
    }
}

/// Whether a text names one of these ids, wherever in it a UUID begins.
pub(crate) fn names_one(text: &str, ids: &HashSet<&str>) -> bool {
    let bytes = text.as_bytes();
    let is_id_at = |place: usize| {
        bytes.get(place + 8) == Some(&b'-')
            && bytes.get(place + 13) == Some(&b'-')
            && text.get(place..place + 36).is_some_and(|id| ids.contains(id))
    };
    (0..bytes.len()).any(|place| matches!(bytes[place], b'"' | b'/' | b' ') && is_id_at(place + 1))
}

/// Too short a text stands in too many others.
fn tells(key: &str) -> bool {
    let least = if key.is_ascii() { 3 } else { 2 };
    key.chars().count() >= least
}

fn is_id(text: &str) -> bool {
    uuid::Uuid::parse_str(text).is_ok()
}

/// Whether the words stand in the text as words: not as a part of longer ones.
fn holds(text: &str, words: &str) -> bool {
    places(text, words).next().is_some()
}

fn places<'a>(text: &'a str, words: &'a str) -> impl Iterator<Item = usize> + 'a {
    let begins = words.chars().next().is_some_and(char::is_alphanumeric);
    let ends = words.chars().next_back().is_some_and(char::is_alphanumeric);
    text.match_indices(words).map(|(place, _)| place).filter(move |place| {
        let before = text[..*place].chars().next_back().is_some_and(char::is_alphanumeric);
        let after = text[place + words.len()..].chars().next().is_some_and(char::is_alphanumeric);
        // Scripts without blanks have no other edge of a word than any.
        let unspaced = !words.is_ascii();
        unspaced || !((begins && before) || (ends && after))
    })
}

fn replaced(text: &str, words: &str, stand_in: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for place in places(text, words) {
        left.push_str(&text[from..place]);
        left.push_str(stand_in);
        from = place + words.len();
    }
    left.push_str(&text[from..]);
    left
}
