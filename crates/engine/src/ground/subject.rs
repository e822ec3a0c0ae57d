//! Whom a statement is about, by how it opens.
//!
//! Invariant: speaks only of the sentence's first words; what it finds lowers a status and drops nothing. Must not: know
//! tools by their names, other than those of the page.

use std::sync::LazyLock;

use domain::text::{fold, name_key};
use regex::Regex;

/// "Hexaloom, the board for…": a proper name and what it is.
static INTRODUCED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<name>\p{Lu}[\w.]+(?: \p{Lu}[\w.]+)?), (?:the|a|an|your|our|built|made) ")
        .expect("the introduction pattern is a constant that a test compiles")
});
/// A word with a capital inside, which no ordinary word has, as the subject of a verb.
static ACTING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<name>\p{Lu}\p{Ll}+\p{Lu}\w+) (?:is|was|has|can|will|lets|helps|makes|gives|offers|provides|turns|cuts|brings|keeps|takes|does) ")
        .expect("the acting pattern is a constant that a test compiles")
});
/// Words that open a sentence before a comma without being a name.
const OPENINGS: [&str; 34] = [
    "yes",
    "no",
    "now",
    "then",
    "today",
    "here",
    "there",
    "also",
    "however",
    "first",
    "second",
    "third",
    "next",
    "plus",
    "so",
    "still",
    "well",
    "instead",
    "once",
    "soon",
    "again",
    "meanwhile",
    "otherwise",
    "furthermore",
    "moreover",
    "thus",
    "hence",
    "sometimes",
    "overall",
    "together",
    "best",
    "better",
    "sure",
    "indeed",
];

/// The statement opens with the name of another tool: one of the page's, or a name that the page does not give this tool.
pub(super) fn is_another(text: &str, own: &str, rivals: &[&str]) -> bool {
    let folded = fold(text);
    let opens_with = |name: &&&str| {
        folded
            .strip_prefix(**name)
            .is_some_and(|rest| rest.starts_with([' ', '\'', ',']) && name_key(name).chars().count() >= 3)
    };
    rivals.iter().any(|name| opens_with(&name)) || is_stranger(text, own)
}

fn is_stranger(text: &str, own: &str) -> bool {
    let Some(name) =
        INTRODUCED.captures(text).or_else(|| ACTING.captures(text)).and_then(|found| found.name("name"))
    else {
        return false;
    };
    let lower = name.as_str().to_lowercase();
    let ordinary = OPENINGS.contains(&lower.as_str()) || lower.ends_with("ly");
    let (key, own) = (name_key(&lower), name_key(own));
    !ordinary && !key.is_empty() && !own.contains(&key) && (own.is_empty() || !key.contains(&own))
}
