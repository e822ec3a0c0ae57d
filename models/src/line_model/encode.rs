//! Words, word pairs and letter groups of a passage as numbers of buckets.
//!
//! Invariant: part of the trained weights; a change here needs a new training. Numbers count as one word each, so that
//! no amount is learnt by heart.

use domain::Passage;

/// Rows of the table that all hashes share.
pub const BUCKETS: usize = 65536;
/// Words of a passage that are looked at.
const MOST_WORDS: usize = 64;

/// The buckets of one passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    pub words: Vec<u32>,
    pub pairs: Vec<u32>,
    pub letters: Vec<u32>,
    pub heading: Vec<u32>,
}

/// The buckets of a passage and of its heading.
pub fn encode(passage: &Passage) -> Encoded {
    let words = words(&passage.text);
    let mut pairs = Vec::with_capacity(words.len() + 1);
    let mut before = "^";
    for word in words.iter().map(String::as_str).chain(std::iter::once("$end")) {
        pairs.push(bucket('p', &[before, " ", word]));
        before = word;
    }
    let heading = self::words(&passage.heading);
    Encoded {
        words: words.iter().map(|word| bucket('w', &[word])).collect(),
        letters: words.iter().flat_map(|word| letters(word)).collect(),
        heading: heading.iter().take(12).map(|word| bucket('h', &[word])).collect(),
        pairs,
    }
}

/// Words without the marks around them; digits become one 0, so `$12,000/mo` is `$0/mo`.
fn words(text: &str) -> Vec<String> {
    let kept =
        |mark: char| mark.is_alphanumeric() || matches!(mark, '$' | '€' | '£' | '%' | '+' | '{' | '}' | '?');
    text.split(|mark: char| mark.is_whitespace() || matches!(mark, '-' | '—' | '–' | '/'))
        .map(|word| numbers_folded(word.trim_matches(|mark| !kept(mark))))
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .collect()
}

fn numbers_folded(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let mut inside = false;
    for mark in word.chars() {
        let part = mark.is_ascii_digit() || inside && matches!(mark, '.' | ',');
        if part && !inside {
            folded.push('0');
        } else if !part {
            folded.push(mark);
        }
        inside = part;
    }
    folded
}

/// Groups of four letters with the word's edges, for words that were never seen.
fn letters(word: &str) -> Vec<u32> {
    if word.starts_with('{') || word.chars().count() < 4 {
        return Vec::new();
    }
    let marked: Vec<char> =
        std::iter::once('<').chain(word.chars().take(24)).chain(std::iter::once('>')).collect();
    marked.windows(4).map(|group| bucket('c', &[&group.iter().collect::<String>()])).collect()
}

/// FNV-1a over the sort and the parts.
fn bucket(sort: char, parts: &[&str]) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0100_0000_01b3);
    };
    add(sort as u8);
    for part in parts {
        part.bytes().for_each(&mut add);
    }
    ((hash >> 32 ^ hash) % BUCKETS as u64) as u32
}
