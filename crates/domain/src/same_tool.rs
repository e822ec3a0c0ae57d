//! Which tools may be one: names that are alike, with the grounds for the question.
//!
//! Invariant: only ever a question. Nothing here merges, and a pair that a person called different is not asked again.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::page::likeness_of;
use crate::text::name_key;

/// A tool as far as the question needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedTool {
    pub id: String,
    /// The preferred name first, then the others it is known by.
    pub names: Vec<String>,
    pub vendor: Option<String>,
}

/// Why two tools may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LikenessGround {
    /// Only blanks, punctuation, accents, case or order of the words differ.
    SameWords,
    /// Singular and plural, or a letter or two.
    Spelling,
    /// One name is the other with a maker, "AI", "app", a domain ending and the like added.
    Addition,
    /// The words agree and the numbers do not.
    Version,
    /// One name is the other with "Pro", "Enterprise", "Turbo" and the like.
    Edition,
    /// One name is made of the first letters of the other.
    Initials,
    /// One name stands inside the other.
    Contained,
    SameVendor,
}

/// What the two would be to each other, if they belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Kinship {
    Same,
    Version,
    Edition,
}

/// Two names that are alike, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NameLikeness {
    /// 0 to 1.
    pub score: f64,
    pub kinship: Kinship,
    pub grounds: Vec<LikenessGround>,
}

/// A question: are these two tools one?
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SameTool {
    pub tool: String,
    pub other: String,
    /// The names that are alike.
    pub names: [String; 2],
    pub likeness: NameLikeness,
}

impl LikenessGround {
    /// The ground in words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::SameWords => "the same words, written differently",
            Self::Spelling => "almost the same spelling",
            Self::Addition => "one name only adds a maker or a common word",
            Self::Version => "the same name with another number",
            Self::Edition => "the same name with an edition",
            Self::Initials => "one is the initials of the other",
            Self::Contained => "one name stands in the other",
            Self::SameVendor => "same vendor",
        }
    }
}

/// Words that name an edition of a product.
const EDITIONS: [&str; 34] = [
    "pro",
    "plus",
    "premium",
    "enterprise",
    "business",
    "team",
    "teams",
    "community",
    "free",
    "lite",
    "light",
    "mini",
    "nano",
    "small",
    "medium",
    "large",
    "max",
    "ultra",
    "turbo",
    "basic",
    "standard",
    "personal",
    "cloud",
    "desktop",
    "mobile",
    "cli",
    "server",
    "beta",
    "alpha",
    "preview",
    "instruct",
    "chat",
    "edition",
    "starter",
];

/// Words that are added to names without making another product.
const ADDITIONS: [&str; 26] = [
    "the", "a", "ai", "app", "apps", "tool", "tools", "software", "platform", "labs", "lab", "inc", "hq",
    "suite", "studio", "io", "com", "dev", "org", "net", "so", "sh", "by", "for", "get", "official",
];

/// A name in the form in which names are compared.
struct Words {
    all: Vec<String>,
    /// Without numbers, editions and additions, in the singular.
    core: Vec<String>,
    numbers: Vec<String>,
    editions: Vec<String>,
    /// As `all`, and words that begin with a capital inside a word on their own: `VSCode` is `vs`, `code`.
    parts: Vec<String>,
    initials: String,
}

impl Words {
    fn of(name: &str) -> Self {
        let pieces = split(name, false);
        let is_number = |word: &str| word.starts_with(|first: char| first.is_ascii_digit());
        let all: Vec<String> = pieces.iter().map(|(word, _)| word.clone()).collect();
        let numbers: Vec<String> = all.iter().filter(|word| is_number(word)).cloned().collect();
        let editions: Vec<String> =
            all.iter().filter(|word| EDITIONS.contains(&word.as_str())).cloned().collect();
        let mut core: Vec<String> = pieces
            .iter()
            .enumerate()
            .filter(|(place, (word, glued))| {
                // The letters of "3B" and "v2" belong to the number.
                let unit = *glued && is_number(&all[place - 1]) && word.chars().count() == 1;
                let after = pieces.get(place + 1).is_some_and(|(next, glued)| *glued && is_number(next));
                let version = word.as_str() == "v" && after;
                let added = EDITIONS.contains(&word.as_str()) || ADDITIONS.contains(&word.as_str());
                !is_number(word) && !unit && !version && !added
            })
            .map(|(_, (word, _))| singular(word))
            .collect();
        if core.is_empty() {
            core = all.iter().filter(|word| !is_number(word)).map(|word| singular(word)).collect();
        }
        let parts: Vec<String> = split(name, true).into_iter().map(|(word, _)| word).collect();
        let initials = all.iter().filter_map(|word| word.chars().next()).collect();
        Self { all, core, numbers, editions, parts, initials }
    }
}

/// The words of a name without accents, each with whether it follows the one before without a gap. Letters and digits
/// are always parted; `capitals` parts small letters from capitals too.
fn split(name: &str, capitals: bool) -> Vec<(String, bool)> {
    let letters: Vec<char> = name.nfkd().filter(|character| !is_mark(*character)).collect();
    let mut words: Vec<(String, bool)> = Vec::new();
    let mut word = String::new();
    let mut glued = false;
    for (place, &character) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let next_is = |wanted: fn(char) -> bool| letters.get(place + 1).is_some_and(|next| wanted(*next));
        let begins = before.is_some_and(|before| {
            let capital = character.is_uppercase()
                && (before.is_lowercase() || (before.is_uppercase() && next_is(char::is_lowercase)));
            (capitals && capital)
                || (before.is_alphabetic() && character.is_ascii_digit())
                || (before.is_ascii_digit() && character.is_alphabetic())
        });
        let decimal = character == '.'
            && before.is_some_and(|before| before.is_ascii_digit())
            && next_is(|next| next.is_ascii_digit());
        let belongs = character.is_alphanumeric() || decimal || character == '&';
        if (!belongs || begins) && !word.is_empty() {
            words.push((std::mem::take(&mut word), glued));
        }
        glued = if word.is_empty() { begins } else { glued };
        if belongs {
            word.extend(character.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push((word, glued));
    }
    for (word, _) in &mut words {
        if matches!(word.as_str(), "and" | "und" | "et") {
            "&".clone_into(word);
        }
    }
    words
}

const fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

fn singular(word: &str) -> String {
    let long = word.chars().count() > 3;
    match word {
        _ if long && word.ends_with("ies") => format!("{}y", &word[..word.len() - 3]),
        _ if long && ["sses", "xes", "ches", "shes"].iter().any(|end| word.ends_with(end)) => {
            word[..word.len() - 2].to_owned()
        }
        _ if long && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") => {
            word[..word.len() - 1].to_owned()
        }
        _ => word.to_owned(),
    }
}

/// How alike two names are, or `None` where nothing suggests one tool.
pub fn name_likeness(left: &str, right: &str) -> Option<NameLikeness> {
    likeness(&Words::of(left), &Words::of(right))
}

fn likeness(left: &Words, right: &Words) -> Option<NameLikeness> {
    if left.all.is_empty() || right.all.is_empty() {
        return None;
    }
    let found = |score: f64, kinship: Kinship, grounds: &[LikenessGround]| {
        Some(NameLikeness { score, kinship, grounds: grounds.to_vec() })
    };
    let (joined, other) = (left.all.concat(), right.all.concat());
    let same_numbers = sorted(&left.numbers) == sorted(&right.numbers);
    let same_editions = sorted(&left.editions) == sorted(&right.editions);
    if joined == other || sorted(&left.all) == sorted(&right.all) {
        return found(0.99, Kinship::Same, &[LikenessGround::SameWords]);
    }
    let (core, other_core) = (left.core.concat(), right.core.concat());
    let same_core = core == other_core || sorted(&left.core) == sorted(&right.core);
    let near = likeness_of(&core, &other_core);
    let one_letter = within_two_edits(&core, &other_core);
    if same_core || one_letter {
        let mut grounds = Vec::new();
        if one_letter && !same_core {
            grounds.push(LikenessGround::Spelling);
        }
        let mut kinship = Kinship::Same;
        if !same_editions {
            grounds.push(LikenessGround::Edition);
            kinship = Kinship::Edition;
        }
        if !same_numbers {
            grounds.push(LikenessGround::Version);
            kinship = Kinship::Version;
        }
        if grounds.is_empty() {
            let plain = joined.len().abs_diff(other.len()) <= 3 && likeness_of(&joined, &other) > 0.8;
            grounds.push(if plain { LikenessGround::Spelling } else { LikenessGround::Addition });
        }
        let base = if kinship == Kinship::Same { 0.95 } else { 0.85 };
        return found(base - if same_core { 0.0 } else { 0.1 }, kinship, &grounds);
    }
    if initials_of(left, right) || initials_of(right, left) {
        return found(0.7, Kinship::Same, &[LikenessGround::Initials]);
    }
    if contains_words(&left.core, &right.core) || contains_words(&right.core, &left.core) {
        return found(0.65, Kinship::Same, &[LikenessGround::Contained]);
    }
    if near >= 0.8 {
        return found(near * 0.9, Kinship::Same, &[LikenessGround::Spelling]);
    }
    None
}

fn sorted(words: &[String]) -> Vec<&str> {
    let mut sorted: Vec<&str> = words.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted
}

/// "VS Code" for "Visual Studio Code", "GPT" for "Generative Pretrained Transformer".
fn initials_of(short: &Words, long: &Words) -> bool {
    let letters = short.all.concat();
    let whole = long.all.len() > 2 && letters == long.initials;
    // The first words shortened, the last in full.
    let ends = match (short.parts.split_last(), long.all.split_last()) {
        (Some((last, heads)), Some((other, rest))) if last == other && last.chars().count() > 2 => {
            let initials: String = rest.iter().filter_map(|word| word.chars().next()).collect();
            heads.concat() == initials && rest.len() > 1
        }
        _ => false,
    };
    whole || ends
}

/// Whether all words of the shorter name stand in the longer one, in order, and are more than a common word.
fn contains_words(long: &[String], short: &[String]) -> bool {
    if short.is_empty() || short.len() >= long.len() || short.concat().chars().count() < 4 {
        return false;
    }
    long.windows(short.len()).any(|window| window == short)
}

fn within_two_edits(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let most = match left.len().min(right.len()) {
        0..=4 => return false,
        5..=8 => 1,
        _ => 2,
    };
    if left.len().abs_diff(right.len()) > most {
        return false;
    }
    // Optimal string alignment: a swap of neighbours is one edit (Damerau 1964).
    let mut rows = [vec![0; right.len() + 1], (0..=right.len()).collect::<Vec<usize>>(), Vec::new()];
    for (row, own) in left.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let mut least = (rows[1][column] + usize::from(own != other))
                .min(rows[1][column + 1] + 1)
                .min(next[column] + 1);
            let swapped = row > 0 && column > 0 && *own == right[column - 1] && left[row - 1] == *other;
            if swapped {
                least = least.min(rows[0][column - 1] + 1);
            }
            next.push(least);
        }
        rows.rotate_left(1);
        rows[1] = next;
    }
    rows[1][right.len()] <= most
}

/// The pairs of `tools` that may be one, the most alike first. `different` holds pairs of name keys, in order, that a
/// person called different tools.
pub fn suggestions(tools: &[NamedTool], different: &BTreeSet<(String, String)>) -> Vec<SameTool> {
    let words: Vec<Vec<Words>> =
        tools.iter().map(|tool| tool.names.iter().map(|name| Words::of(name)).collect()).collect();
    let mut buckets: HashMap<String, BTreeSet<usize>> = HashMap::new();
    for (place, names) in words.iter().enumerate() {
        for key in names.iter().flat_map(keys) {
            buckets.entry(key).or_default().insert(place);
        }
    }
    let mut pairs = BTreeSet::new();
    for members in buckets.values() {
        // A key that half the library shares says nothing; its members share rarer keys where they are alike.
        if members.len() > MOST_IN_BUCKET {
            continue;
        }
        let members: Vec<usize> = members.iter().copied().collect();
        for (place, &one) in members.iter().enumerate() {
            pairs.extend(members[place + 1..].iter().map(|&other| (one, other)));
        }
    }
    let mut found = Vec::new();
    for (one, other) in pairs {
        if let Some(pair) = compare((&tools[one], &words[one]), (&tools[other], &words[other]), different) {
            found.push(pair);
        }
    }
    found.sort_by(|left, right| right.likeness.score.total_cmp(&left.likeness.score));
    found
}

const MOST_IN_BUCKET: usize = 100;

/// Tools that may be the one of that name, the most alike first.
pub fn suggestions_for(
    name: &str,
    tools: &[NamedTool],
    different: &BTreeSet<(String, String)>,
) -> Vec<SameTool> {
    let asked = NamedTool { names: vec![name.to_owned()], ..NamedTool::default() };
    let words = [Words::of(name)];
    let mut found: Vec<SameTool> = tools
        .iter()
        .filter_map(|tool| {
            let names: Vec<Words> = tool.names.iter().map(|name| Words::of(name)).collect();
            compare((&asked, &words), (tool, &names), different)
        })
        .collect();
    found.sort_by(|left, right| right.likeness.score.total_cmp(&left.likeness.score));
    found
}

fn compare(
    (tool, words): (&NamedTool, &[Words]),
    (other, other_words): (&NamedTool, &[Words]),
    different: &BTreeSet<(String, String)>,
) -> Option<SameTool> {
    let same_vendor = matches!(
        (&tool.vendor, &other.vendor),
        (Some(left), Some(right)) if name_key(left) == name_key(right)
    );
    let mut best: Option<SameTool> = None;
    for (name, own) in tool.names.iter().zip(words) {
        for (other_name, its) in other.names.iter().zip(other_words) {
            if different.contains(&pair_of(name, other_name)) {
                return None;
            }
            let Some(mut likeness) = likeness(own, its) else { continue };
            if same_vendor {
                likeness.score = (likeness.score + 0.05).min(1.0);
                likeness.grounds.push(LikenessGround::SameVendor);
            }
            if best.as_ref().is_none_or(|best| best.likeness.score < likeness.score) {
                let names = [name.clone(), other_name.clone()];
                best = Some(SameTool { tool: tool.id.clone(), other: other.id.clone(), names, likeness });
            }
        }
    }
    best
}

/// The keys of two names in the order in which a pair is remembered.
pub fn pair_of(left: &str, right: &str) -> (String, String) {
    let (left, right) = (name_key(left), name_key(right));
    if left <= right { (left, right) } else { (right, left) }
}

/// Texts of which two alike names have at least one in common.
fn keys(words: &Words) -> Vec<String> {
    let mut keys = BTreeSet::new();
    let mut add = |key: String| {
        keys.insert(key);
    };
    let core = words.core.concat();
    for word in words.core.iter().chain(&words.parts) {
        add(format!("w {word}"));
    }
    add(format!("i {}", words.initials));
    add(format!("i {}", words.all.concat()));
    add(format!("= {core}"));
    let letters: Vec<char> = core.chars().collect();
    if letters.len() >= 5 {
        // With two letters wrong at least the beginning or the end is whole, more often than not.
        if letters.len() >= 9 {
            add(format!("< {}", letters[..5].iter().collect::<String>()));
            add(format!("> {}", letters[letters.len() - 5..].iter().collect::<String>()));
        }
        // Two names that differ in one letter are equal when that letter is left out of both (SymSpell, Garbe 2012).
        for left_out in 0..letters.len().min(32) {
            let rest = letters.iter().enumerate().filter(|(place, _)| *place != left_out);
            add(format!("= {}", rest.map(|(_, letter)| letter).collect::<String>()));
        }
    }
    keys.into_iter().collect()
}
