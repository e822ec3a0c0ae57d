//! Answers under a grammar: JSON of a small kind of schema, whose free strings are runs of words of the page.
//!
//! The schema may use `object` (with `properties`), `array` (with `items` and `maxItems`), `string` (with or without
//! `enum`), `boolean` and `null`. Every property is written, in the schema's order, so that most tokens are forced.
//! Invariant: what the grammar lets through is valid JSON against the schema, and a free string is a run of whole words
//! of one line, case and spacing as there. Must not: know the network.

use llguidance::api::TopLevelGrammar;
use llguidance::{Matcher, ParserFactory};
use serde_json::{Map, Value};
use toktrie::SimpleVob;
use toktrie_hf_tokenizers::ByteTokenizer;

use crate::ModelError;

/// Items of a list whose schema names no number.
const ITEMS: u64 = 16;
/// What a schema may say.
const KNOWN: &[&str] = &[
    "$schema",
    "title",
    "description",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "maxItems",
    "enum",
];
/// Nesting of a schema.
const MOST_DEPTH: usize = 16;

/// Makes grammars for the tokens of one checkpoint.
pub(super) struct Grammars {
    factory: ParserFactory,
}

fn unusable(reason: impl std::fmt::Display) -> ModelError {
    ModelError::Grammar { reason: reason.to_string() }
}

impl Grammars {
    /// `vocabulary` is the width of the logits.
    pub(super) fn new(tokenizer: &[u8], end_tokens: &[u32], vocabulary: usize) -> Result<Self, ModelError> {
        let mut tokenizer = ByteTokenizer::from_json_bytes(tokenizer).map_err(unusable)?;
        // The bridge takes <|endoftext|> for the end, which is not what this family ends its answers with.
        tokenizer.set_eos_tokens(end_tokens);
        let environment = tokenizer.into_tok_env(Some(vocabulary)).map_err(unusable)?;
        let mut factory = ParserFactory::new_simple(&environment).map_err(unusable)?;
        factory.quiet();
        factory.limits_mut().verbose_errors = false;
        Ok(Self { factory })
    }

    /// The grammar of an answer to `schema` in words of `lines`; `specials` are the texts of special tokens.
    pub(super) fn on_page(
        &self,
        schema: &str,
        lines: &[&str],
        specials: &[String],
    ) -> Result<Constraint, ModelError> {
        if specials.iter().any(|special| schema.contains(special.as_str())) {
            return Err(unusable("the schema spells a special token"));
        }
        let schema: Value = serde_json::from_str(schema).map_err(unusable)?;
        let grammar = TopLevelGrammar::from_lark(lark(&schema, &chunks(lines, specials))?);
        let matcher = Matcher::new(self.factory.create_parser(grammar));
        match matcher.get_error() {
            Some(reason) => Err(unusable(reason)),
            None => Ok(Constraint { matcher }),
        }
    }
}

/// One answer on its way.
pub(super) struct Constraint {
    matcher: Matcher,
}

impl Constraint {
    /// The tokens that can only follow now, which are taken as written.
    pub(super) fn forced(&mut self) -> Vec<u32> {
        self.matcher.consume_ff_tokens()
    }

    /// The tokens that may follow.
    pub(super) fn allowed(&mut self) -> Result<SimpleVob, ModelError> {
        self.matcher.compute_mask_or_eos().map_err(unusable)
    }

    pub(super) fn take(&mut self, token: u32) -> Result<(), ModelError> {
        self.matcher.consume_token(token).map_err(unusable)
    }

    /// Whether nothing can follow.
    pub(super) fn is_complete(&self) -> Result<bool, ModelError> {
        match self.matcher.get_error() {
            Some(reason) => Err(unusable(reason)),
            None => Ok(self.matcher.is_stopped()),
        }
    }
}

/// The grammar in llguidance's dialect of Lark.
fn lark(schema: &Value, chunks: &[String]) -> Result<String, ModelError> {
    let body = expression(schema, !chunks.is_empty(), 0)?;
    let start = format!("start: {body}\n");
    if !chunks.is_empty() {
        let runs = serde_json::json!({ "substring_chunks": chunks });
        // No run begins or ends with a space, and none goes over the end of a line.
        return Ok(format!("{start}RUN: %regex {runs} & /[^ \\n]([^\\n]*[^ \\n])?/\n"));
    }
    Ok(start)
}

/// Words and the spaces between them, as they are written in a JSON string, and a line end behind each line. A word that
/// spells a special token ends a line too and is left out: the tokenizer would write the special token for it.
fn chunks(lines: &[&str], specials: &[String]) -> Vec<String> {
    let spells = |text: &str| specials.iter().any(|special| text.contains(special.as_str()));
    let with_spaces: Vec<&String> =
        specials.iter().filter(|special| special.contains(char::is_whitespace)).collect();
    let mut chunks: Vec<String> = Vec::new();
    for line in lines {
        if with_spaces.iter().any(|special| line.contains(special.as_str())) {
            continue;
        }
        let mut open = false;
        for piece in line.split_inclusive(char::is_whitespace) {
            let word = piece.trim_end();
            if spells(word) {
                if open {
                    chunks.push("\n".to_owned());
                }
                open = false;
                continue;
            }
            if !word.is_empty() {
                chunks.push(escaped(word));
                open = true;
            }
            if open && word.len() < piece.len() {
                chunks.push(escaped(&piece[word.len()..]));
            }
        }
        if open {
            chunks.push("\n".to_owned());
        }
    }
    chunks
}

/// The inside of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// A terminal that is exactly this text.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

fn expression(schema: &Value, words: bool, depth: usize) -> Result<String, ModelError> {
    let Value::Object(schema) = schema else { return Err(unusable("a part of the schema is no object")) };
    if depth > MOST_DEPTH {
        return Err(unusable("the schema is nested too deeply"));
    }
    if let Some(key) = schema.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(unusable(format!("\"{key}\" is not known in a schema")));
    }
    if let Some(values) = schema.get("enum") {
        let values = values.as_array().filter(|values| !values.is_empty());
        let values = values.ok_or_else(|| unusable("\"enum\" is no list of values"))?;
        let choices: Vec<String> = values.iter().map(|value| literal(&value.to_string())).collect();
        return Ok(format!("({})", choices.join(" | ")));
    }
    let kinds: Vec<&str> = match schema.get("type") {
        Some(Value::String(kind)) => vec![kind.as_str()],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Err(unusable("a part of the schema has no type")),
    };
    let mut choices = Vec::new();
    for kind in kinds {
        match kind {
            "null" => choices.push(literal("null")),
            "boolean" => choices.push(format!("{} | {}", literal("true"), literal("false"))),
            // A page without words leaves null.
            "string" if !words => {}
            "string" => choices.push("\"\\\"\" RUN \"\\\"\"".to_owned()),
            "object" => choices.push(object(schema, words, depth)?),
            "array" => choices.push(array(schema, words, depth)?),
            other => return Err(unusable(format!("values of type \"{other}\" do not stand on a page"))),
        }
    }
    if choices.is_empty() {
        return Err(unusable("the page has no words, and the schema needs some"));
    }
    Ok(format!("({})", choices.join(" | ")))
}

fn object(schema: &Map<String, Value>, words: bool, depth: usize) -> Result<String, ModelError> {
    let empty = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let mut parts = Vec::new();
    let mut text = "{".to_owned();
    for (index, (name, value)) in properties.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&literal(name));
        text.push(':');
        parts.push(literal(&text));
        parts.push(expression(value, words, depth + 1)?);
        text.clear();
    }
    text.push('}');
    parts.push(literal(&text));
    Ok(parts.join(" "))
}

fn array(schema: &Map<String, Value>, words: bool, depth: usize) -> Result<String, ModelError> {
    let items = schema.get("items").ok_or_else(|| unusable("a list of the schema has no \"items\""))?;
    let most = schema.get("maxItems").map_or(Some(ITEMS), Value::as_u64);
    let most = most.filter(|most| (1..=ITEMS).contains(most));
    let most = most.ok_or_else(|| unusable(format!("\"maxItems\" is not between 1 and {ITEMS}")))?;
    let item = expression(items, words, depth + 1)?;
    let more = most - 1;
    Ok(format!("\"[\" ({item} (\",\" {item}){{0,{more}}})? \"]\""))
}
