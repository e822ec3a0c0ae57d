//! The tool's name on a page of its own: candidates from brand, hero, definitions, commands and repetition, scored.
//!
//! Invariant: a name is a run of words of one block; customers, platforms and menu words are not candidates.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use domain::text::name_key;
use regex::Regex;

use super::lexicon::{is_common, is_menu_word, is_platform};
use super::roles::{Layout, Role};
use super::shape;

/// Where a name stands and how much speaks for it.
#[derive(Debug, Clone)]
pub(super) struct NamePlace {
    pub(super) block: usize,
    pub(super) range: Range<usize>,
    pub(super) text: String,
    pub(super) score: f32,
}

#[derive(Debug, Default)]
struct Candidate {
    score: f32,
    /// Score by sort of cue, so that one sort cannot count without end.
    sorts: BTreeMap<&'static str, f32>,
    places: Vec<(f32, usize, Range<usize>)>,
}

static BREADCRUMB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[A-Za-z0-9][\w.-]*\s?/\s?)(?P<name>[A-Za-z0-9][\w.-]*)(?:\s+(?:Public|Private|Archive|Template|public))?.{0,12}$")
        .expect("the breadcrumb pattern is a constant that a test compiles")
});

static DEFINITION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:The )?(?P<name>[A-Za-z0-9][\w.+#/-]*(?:[ ](?:[A-Z0-9][\w.+#-]*|pages|shell)){0,3})(?:,? \([^)]{1,24}\))?,? (?:is|are) (?:also )?(?:a|an|the|your|our|not|one|free|open|built|fully|designed|written|used|available|[a-z]+ing|[a-z]+ed)\b",
    )
    .expect("the definition pattern is a constant that a test compiles")
});

static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:With |In |Use |Using |Try |By default, |Unlike [^,]{3,40}, )?(?P<name>[A-Za-z0-9][\w.+#-]*(?:[ ][A-Z0-9][\w.+#-]*){0,2})(?:'s|’s)? (?:lets|provides|allows|supports|makes|helps|gives|manages|works|will|can|has|does|doesn't|runs|uses|automatically|comes|offers|enables|brings|turns|keeps|integrates|handles|includes|ships|watches|continually|suggests|requires|finds|reads|records|replays|might|aims|exposes|combines|connects|streamlines|never|stores|generates|understands|delivers|takes|tracks)\b",
    )
    .expect("the subject pattern is a constant that a test compiles")
});

static INTRODUCTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|\b)(?:Introducing|Meet|Welcome to|Say hello to|Why|About|What is|Install|Installing|Download|Get|Try|Using|Use|Start with|Here with|Powered by|Love|Loved|Chose|Choose|Switch to|Join) (?P<name>[A-Z][\w.+#-]*(?:[ ][A-Z][\w.+#-]*){0,2})")
        .expect("the introduction pattern is a constant that a test compiles")
});

/// "Here at X we …", "X might be for you".
static SELF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\b[Hh]ere at |\b[Ww]e at |\bthe team behind )(?P<name>[A-Za-z][\w.+-]*)|(?P<name2>[A-Za-z][\w.+-]*) (?:might be|may be|is) (?:just |right |the tool )?for you\b")
        .expect("the self-reference pattern is a constant that a test compiles")
});

/// A headline that presents the tool: "Meet X", "Welcome to X", "What is X?".
static GREETING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:Meet|Introducing|Presenting|Announcing|Welcome to|Say (?:hello|hi) to|Hello,|Hi,|This is|Discover|What is|What's|Get to know|About|Why|Try|Download) (?P<name>[A-Za-z0-9][\w.+#-]*(?:[ ][A-Z0-9][\w.+#-]*){0,2})\s?[?!.:]*$")
        .expect("the greeting pattern is a constant that a test compiles")
});

/// "X review", "X tested": what the page does with the tool stands behind its name.
static TREATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<name>[A-Za-z0-9][\w.+#-]*(?:[ ][A-Z0-9][\w.+#-]*){0,2}) (?i:reviews?|reviewed|tested|in practice|in depth|explained|overview|pricing|alternatives|hands[- ]on|at a glance)\W*$")
        .expect("the treatment pattern is a constant that a test compiles")
});

/// Dates and clock times stand in the places of names, too.
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? \d{1,4}\b|\b\d{1,2}:\d\d\b|\b\d{4}-\d\d-\d\d\b")
        .expect("the date pattern is a constant that a test compiles")
});

/// A place where many tools are offered.
static MARKET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^.{2,20}[ -](?:store|market|marketplace|directory|gallery|registry|play)$")
        .expect("the market pattern is a constant that a test compiles")
});

static COPYRIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:©|\(c\)|Copyright)\s*(?:©\s*)?(?:\d{4}(?:\s?[-–]\s?(?:\d{4}|present))?,?)?\s*(?:by )?(?P<name>[A-Za-z][\w.+-]*(?:[ ][A-Z][\w.+-]*){0,2})")
        .expect("the copyright pattern is a constant that a test compiles")
});

static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:npx|uvx|pip3? install|pipx install|pipx run|npm (?:i|install)(?: -g| --global| -D| --save-dev)?|yarn (?:global )?add|pnpm add|bun add|brew install(?: --cask)?|cargo (?:binstall|install|add)(?: --locked)?|apt(?:-get)? install(?: -y)?|dnf install|yum install|pacman -S|emerge|apk add|snap install|choco install|scoop install|winget install|go install|gem install|guix package -i|nix-env -i|docker (?:run|pull)(?: -\S+)*|git clone|xbps-install|eopkg install|helm install|conda install|flatpak install) +(?P<name>[@\w][\w@./:~+-]*)",
    )
    .expect("the command pattern is a constant that a test compiles")
});

static CONTAINER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"--name[ =](?P<name>[a-z][\w-]+)")
        .expect("the container pattern is a constant that a test compiles")
});

/// The best name of the page with its score, and the words by which the page calls the tool, lower case.
pub(super) fn find(layout: &Layout) -> (Option<NamePlace>, Vec<String>) {
    let mut candidates: BTreeMap<String, Candidate> = BTreeMap::new();
    let scale = layout.body / 16.0;
    let top_band = (150.0 * scale).min(0.3 * layout.height);

    for index in 0..layout.blocks.len() {
        let block = &layout.blocks[index];
        let text = block.text.as_str();
        let role = layout.roles[index];
        if role == Role::Picture {
            continue;
        }
        let mut note = |sort: &'static str, weight: f32, limit: f32, range: Range<usize>| {
            note(&mut candidates, text, index, sort, weight, limit, range);
        };
        if block.top() < top_band
            && block.words() <= 4
            && let Some(name) = BREADCRUMB.captures(text).and_then(|captures| captures.name("name"))
            && text.contains('/')
        {
            note("breadcrumb", 5.0, 5.0, name.range());
        }
        if block.top() < top_band
            && block.words() <= 3
            && block.runs.len() == 1
            && role != Role::Button
            && !is_menu_word(text)
            && !super::money::mentions_amount(text)
            && !in_side_menu(layout, index)
        {
            let leftmost =
                layout.row(index).iter().all(|&other| layout.blocks[other].left() >= block.left() - 1.0);
            let row = layout.row(index).len();
            let larger = block.size > 1.1 * layout.body;
            let weight: f32 = match (leftmost, larger, row > 1) {
                (true, true, true) => 4.0,
                (true, true, false) => 1.2,
                (true, false, true) => 2.6,
                (false, true, true) => 1.0,
                _ => 0.8,
            };
            // A section's title at the top of a scrolled page is no brand.
            let ordinary = text.split_whitespace().any(is_common);
            // The title in the bar of a window: first of all, in the corner, alone, and a word of its own.
            let corner = layout.blocks.len() >= 6
                && block.left() < 0.1 * layout.width
                && layout.blocks.iter().all(|other| other.top() >= block.top());
            let weight = if corner && row == 1 && !ordinary { weight.max(2.4) } else { weight };
            let weight =
                if role == Role::Heading && block.words() > 1 && ordinary { 0.4 * weight } else { weight };
            note("brand", weight, 4.0, 0..text.len());
            // A logo beside the name is read as a letter or two.
            if let Some((lead, rest)) = text.split_once(' ') {
                let odd = lead
                    .chars()
                    .any(|mark| !mark.is_alphanumeric() && !matches!(mark, '.' | '-' | '\'' | '&' | '+'));
                if (lead.chars().count() <= 2 || odd && lead.chars().count() <= 4)
                    && !rest.is_empty()
                    && !is_menu_word(rest)
                {
                    note("brand", weight + 0.2, 4.2, lead.len() + 1..text.len());
                }
            }
        }
        // The title bar of a window: "Name – Document" or "Document - Name".
        if block.top() < 3.5 * layout.body && block.words() <= 7 && block.runs.len() == 1 {
            for mark in [" - ", " – ", " — ", " | "] {
                if let Some(at) = text.find(mark) {
                    note("window", 1.5, 1.5, 0..at);
                    note("window", 1.3, 1.5, text.rfind(mark).unwrap_or(at) + mark.len()..text.len());
                }
            }
        }
        if role == Role::Heading {
            headline(layout, index, &mut note);
        }
        if matches!(role, Role::Text | Role::Heading) {
            for range in super::sentences::sentences(text, &[]) {
                let sentence = &text[range.clone()];
                let at = |found: regex::Match<'_>| range.start + found.start()..range.start + found.end();
                if let Some(name) = DEFINITION.captures(sentence).and_then(|captures| captures.name("name")) {
                    note("definition", 2.6, 3.2, at(name));
                } else if let Some(name) =
                    SUBJECT.captures(sentence).and_then(|captures| captures.name("name"))
                {
                    note("subject", 1.0, 3.0, at(name));
                }
                for name in SELF
                    .captures_iter(sentence)
                    .filter_map(|captures| captures.name("name").or_else(|| captures.name("name2")))
                {
                    note("self", 2.2, 2.2, at(name));
                }
                for captures in INTRODUCTION.captures_iter(sentence) {
                    if let Some(name) = captures.name("name") {
                        note("introduction", 0.9, 1.6, at(name));
                    }
                }
            }
        }
        if let Some(name) = COPYRIGHT.captures(text).and_then(|captures| captures.name("name")) {
            note("copyright", 2.0, 2.0, name.range());
        }
        if matches!(role, Role::Code | Role::Text | Role::Button) {
            for name in COMMAND
                .captures_iter(text)
                .chain(CONTAINER.captures_iter(text))
                .filter_map(|captures| captures.name("name"))
            {
                note("command", 1.3, 2.6, package(text, name.range()));
            }
        }
        for (range, weight) in coined(text) {
            if !is_platform(&text[range.clone()]) {
                note("repeated", weight, 2.4, range);
            }
        }
    }
    choose(layout, candidates)
}

/// One of several short lines of one size at one left edge.
fn in_side_menu(layout: &Layout, index: usize) -> bool {
    let block = &layout.blocks[index];
    let peers = layout.blocks.iter().filter(|other| {
        (other.left() - block.left()).abs() < 0.4 * block.size
            && (other.size / block.size - 1.0).abs() < 0.08
            && other.words() <= 3
            && (other.top() - block.top()).abs() < 12.0 * block.size
    });
    peers.count() >= 3
}

/// `owner/repo.git`, `pkg@latest`, `neosmemo/memos:stable`, `aider-install`: the part that names the tool.
fn package(text: &str, range: Range<usize>) -> Range<usize> {
    let mut start = range.start;
    let mut end = range.end;
    if let Some(slash) = text[start..end].trim_end_matches('/').rfind('/') {
        start += slash + 1;
    }
    if text[start..end].starts_with('@') {
        start += 1;
    }
    for mark in ["@", ":", ".git", "==", "-install", "-cli", ".sh"] {
        if let Some(at) = text[start..end].find(mark).filter(|at| *at > 1) {
            end = start + at;
        }
    }
    start..end
}

/// A price stands right under or over it in its column: the title of a plan.
fn names_a_plan(layout: &Layout, index: usize) -> bool {
    let block = &layout.blocks[index];
    layout.blocks.iter().enumerate().any(|(other, price)| {
        let apart = (price.top() - block.bottom()).max(block.top() - price.bottom());
        other != index
            && apart < 3.0 * layout.body
            && price.words() <= 6
            && super::page::overlap_x(&price.bounds, &block.bounds) > 0.0
            && super::money::mentions_amount(&price.text)
    })
}

/// A heading that is the name, or opens with it: "K9s - Kubernetes CLI …", "ripgrep (rg)", "Acme: the …".
fn headline(layout: &Layout, index: usize, note: &mut impl FnMut(&'static str, f32, f32, Range<usize>)) {
    let block = &layout.blocks[index];
    let text = block.text.as_str();
    let words = block.words();
    let largest = layout
        .blocks
        .iter()
        .enumerate()
        .filter(|(other, candidate)| {
            layout.roles[*other] == Role::Heading && candidate.top() < block.top() + 0.6 * layout.width
        })
        .all(|(_, candidate)| candidate.size <= 1.12 * block.size);
    let early = layout.roles[..index].iter().filter(|role| **role == Role::Heading).count() < 3;
    if words <= 3 && names_a_plan(layout, index) {
        return;
    }
    let weight = match (largest, early) {
        (true, true) => 3.2,
        (true, false) => 1.5,
        (false, true) => 1.0,
        (false, false) => 0.2,
    };
    if let Some(at) =
        [" - ", " – ", " — ", ": ", " | ", " · "].iter().filter_map(|mark| text.find(mark)).min()
    {
        if shape::word_count(&text[..at]) <= 3 {
            note("headline", weight, 3.2, 0..at);
        }
        return;
    }
    if let Some(at) = text.find(" (")
        && shape::word_count(&text[..at]) <= 3
        && words <= 5
    {
        note("headline", weight, 3.2, 0..at);
        return;
    }
    if let Some(captures) = GREETING.captures(text).or_else(|| TREATED.captures(text))
        && let Some(name) = captures.name("name")
        && shape::word_count(name.as_str()) <= 3
    {
        note("headline", weight, 3.2, name.range());
        return;
    }
    if words <= 3 && !shape::ends_sentence(text) && !is_menu_word(text) {
        let bare = |word: &str| word.trim_matches(|mark: char| !mark.is_alphanumeric()).to_lowercase();
        let parts: Vec<String> = text.split_whitespace().map(bare).collect();
        let ordinary = parts.iter().filter(|part| part.is_empty() || is_common(part)).count();
        let address = parts.iter().any(|part| {
            matches!(
                part.as_str(),
                "" | "your" | "our" | "my" | "the" | "a" | "and" | "for" | "with" | "to" | "of" | "in"
            )
        });
        let lower = words > 1 && text.split_whitespace().all(shape::starts_lower);
        let share = if ordinary == parts.len() || lower || address && words > 1 {
            0.25
        } else if ordinary > 0 && words > 1 {
            0.55
        } else {
            1.0
        };
        note("headline", share * weight, 3.2, 0..text.len());
    }
}

/// Words that look like names in running text: capitals inside a sentence, inner capitals, digits in letters.
fn coined(text: &str) -> Vec<(Range<usize>, f32)> {
    let mut found = Vec::new();
    let mut opening = true;
    let mut cursor = 0;
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital = |index: usize| words.get(index).is_some_and(|word| word.starts_with(char::is_uppercase));
    for (index, word) in words.iter().copied().enumerate() {
        // Part of a longer name: "GitHub Discussions".
        let joined =
            index > 0 && capital(index - 1) && !shape::ends_sentence(words[index - 1]) || capital(index + 1);
        let at = cursor + text[cursor..].find(word).unwrap_or(0);
        cursor = at + word.len();
        let core = word.trim_matches(|character: char| !character.is_alphanumeric());
        let core = core.strip_suffix("'s").or_else(|| core.strip_suffix("’s")).unwrap_or(core);
        if core.chars().count() >= 2
            && !is_common(core)
            && core.chars().next().is_some_and(char::is_alphabetic)
        {
            let start = at + word.find(core).unwrap_or(0);
            let inner = core.chars().skip(1).any(char::is_uppercase) && core.chars().any(char::is_lowercase);
            if core.chars().next().is_some_and(char::is_uppercase) && !shape::is_upper_case(core) {
                found.push((
                    start..start + core.len(),
                    if opening || joined { 0.12 } else { 0.3 } + if inner { 0.1 } else { 0.0 },
                ));
            }
        }
        opening = shape::ends_sentence(word) || word.ends_with(':');
    }
    found
}

fn note(
    candidates: &mut BTreeMap<String, Candidate>,
    text: &str,
    block: usize,
    sort: &'static str,
    weight: f32,
    limit: f32,
    range: Range<usize>,
) {
    let Some(name) = text.get(range.clone()) else { return };
    let trimmed = name.trim_matches(|character: char| {
        !character.is_alphanumeric() && !matches!(character, '+' | '#' | ')' | '!')
    });
    let trimmed = trimmed.strip_suffix("'s").or_else(|| trimmed.strip_suffix("’s")).unwrap_or(trimmed);
    let start = range.start + name.find(trimmed).unwrap_or(0);
    let key = name_key(trimmed);
    let words: Vec<&str> = trimmed.split_whitespace().collect();
    let plain =
        words.iter().all(|word| is_common(word.trim_matches(|character: char| !character.is_alphanumeric())));
    let plain = plain && sort != "breadcrumb";
    if key.len() < 2
        || key.chars().all(|character| character.is_ascii_digit())
        || plain
        || trimmed.chars().count() > 40
    {
        return;
    }
    if reads_as_sentence(&words)
        || DATE.is_match(trimmed)
        || name.contains(['\\', '@'])
        || name.contains("://")
    {
        return;
    }
    // A shop or market carries its own name in the bar; what it shows is somebody else's.
    let weight = if sort == "brand" && MARKET.is_match(trimmed) { 0.4 * weight } else { weight };
    // A phrase in sentence case is a title; names of several words have a capital in each.
    let phrase = matches!(sort, "brand" | "headline" | "window")
        && words.len() > 1
        && shape::starts_upper(trimmed)
        && words[1..].iter().any(|word| shape::starts_lower(word) && !matches!(*word, "of" | "for" | "and"));
    let weight = if phrase { 0.4 * weight } else { weight };
    // Two letters alone in a bar or a title are an icon more often than a name.
    let weight =
        if key.chars().count() < 3 && matches!(sort, "brand" | "headline") { 0.4 * weight } else { weight };
    let sorts = candidates.entry(key).or_default();
    let given = sorts.sorts.entry(sort).or_default();
    let added = weight.min(limit - *given).max(0.0);
    *given += added;
    sorts.score += added;
    sorts.places.push((weight, block, start..start + trimmed.len()));
}

/// "Your orders. Your rules", "Ready when you are": a slogan or a title, whatever its place.
fn reads_as_sentence(words: &[&str]) -> bool {
    let stop = words.len() > 1
        && words[..words.len() - 1]
            .iter()
            .any(|word| word.ends_with(['.', ',', '!', '?']) && word.chars().count() > 3);
    let addressed = words.len() > 1
        && words.iter().any(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "your" | "our" | "my" | "you" | "we" | "it" | "this" | "when"
            )
        });
    stop || addressed
}

/// The place of a spelling one letter off that stands on the page more often than the chosen one.
fn usual_spelling(layout: &Layout, key: &str) -> Option<(usize, Range<usize>)> {
    if key.len() < 5 {
        return None;
    }
    let mut spellings: BTreeMap<String, (usize, usize, Range<usize>)> = BTreeMap::new();
    for (index, block) in layout.blocks.iter().enumerate() {
        let mut cursor = 0;
        for word in block.text.split_whitespace() {
            let at = cursor + block.text[cursor..].find(word).unwrap_or(0);
            cursor = at + word.len();
            let core = word.trim_matches(|character: char| !character.is_alphanumeric());
            let core = core.strip_suffix("'s").or_else(|| core.strip_suffix("’s")).unwrap_or(core);
            let spelled = name_key(core);
            if !spelled.is_empty() && shape::edits(&spelled, key, 1) <= 1 {
                let start = at + word.find(core).unwrap_or(0);
                spellings.entry(spelled).or_insert((0, index, start..start + core.len())).0 += 1;
            }
        }
    }
    let own = spellings.get(key).map_or(0, |(count, _, _)| *count);
    spellings
        .into_iter()
        .filter(|(_, (count, _, _))| *count > own)
        .max_by(|left, right| left.1.0.cmp(&right.1.0).then_with(|| right.0.cmp(&left.0)))
        .map(|(_, (_, block, range))| (block, range))
}

fn choose(layout: &Layout, mut candidates: BTreeMap<String, Candidate>) -> (Option<NamePlace>, Vec<String>) {
    // What is read slightly differently in two places, and a longer form of the same name, count together.
    let keys: Vec<String> = candidates.keys().cloned().collect();
    let mut gains: Vec<(String, f32)> = Vec::new();
    for key in &keys {
        for other in keys.iter().filter(|other| *other != key) {
            let close = key.len() >= 5 && other.len() >= 5 && shape::edits(key, other, 1) <= 1;
            let longer = key.len() > other.len()
                && other.len() >= 3
                && (key.starts_with(other.as_str()) || key.ends_with(other.as_str()));
            let shorter = other.len() > key.len()
                && key.len() >= 3
                && (other.starts_with(key.as_str()) || other.ends_with(key.as_str()));
            let share = if close {
                0.6
            } else if longer {
                0.35
            } else if shorter {
                0.2
            } else {
                0.0
            };
            if share > 0.0 {
                gains.push((key.clone(), share * candidates[other].score));
            }
        }
    }
    // What is also an entry of a side menu is a section.
    for (key, candidate) in &mut candidates {
        let supported = ["brand", "definition", "breadcrumb", "copyright", "subject"].iter().any(|sort| {
            candidate
                .sorts
                .get(sort)
                .is_some_and(|weight| *weight >= if *sort == "brand" { 2.0 } else { 0.5 })
        });
        let entry = layout.blocks.iter().any(|block| {
            block.size < 1.1 * layout.body && block.words() <= 3 && name_key(&block.text) == *key
        });
        if entry && !supported {
            candidate.score -= 1.5 + 0.75 * candidate.sorts.get("headline").copied().unwrap_or(0.0);
        }
    }
    // A title that the page never mentions again is a section of it rather than the tool.
    for candidate in candidates.values_mut() {
        let headline = candidate.sorts.get("headline").copied().unwrap_or(0.0);
        let others =
            candidate.score - headline - candidate.sorts.get("repeated").copied().unwrap_or(0.0).min(0.3);
        let top = candidate
            .places
            .iter()
            .any(|(_, block, _)| layout.blocks[*block].top() < 0.45 * super::taglines::first_screen(layout));
        if headline > 0.0 && others < 0.3 && candidate.places.len() < 4 {
            candidate.score -= headline * if top { 0.4 } else { 0.75 };
        }
    }
    for (key, gain) in gains {
        if let Some(candidate) = candidates.get_mut(&key) {
            candidate.score += gain.min(2.5);
        }
    }
    let Some((key, best)) = candidates.iter().max_by(|left, right| {
        left.1.score.total_cmp(&right.1.score).then_with(|| right.0.len().cmp(&left.0.len()))
    }) else {
        return (None, Vec::new());
    };
    let score = candidates.values().map(|candidate| candidate.score).fold(best.score, f32::max);
    let mut names: Vec<String> = vec![key.clone()];
    // The place to show: the strongest cue, the most prominent among equals.
    let mut places = best.places.clone();
    places.sort_by(|left, right| {
        let prominence = |place: &(f32, usize, Range<usize>)| {
            let block = &layout.blocks[place.1];
            let code = if layout.roles[place.1] == Role::Code { -3.0 } else { 0.0 };
            let whole = if place.2.len() == block.text.len() { 1.0 } else { 0.0 };
            place.0.min(3.2) + block.size / layout.body * 0.6 + whole + code
        };
        prominence(right).total_cmp(&prominence(left)).then_with(|| left.1.cmp(&right.1))
    });
    let Some((_, block, range)) = places.into_iter().next() else { return (None, Vec::new()) };
    // Read one letter apart in several places: the spelling that stands most often is the name.
    let (block, range) = usual_spelling(layout, key).unwrap_or((block, range));
    let text = layout.text(block)[range.clone()].to_owned();
    names.push(text.to_lowercase());
    if let Some(first) = text
        .to_lowercase()
        .split_whitespace()
        .next()
        .filter(|first| first.chars().count() >= 3 && !is_common(first))
    {
        names.push(first.to_owned());
    }
    names.dedup();
    if score < 0.55 {
        return (None, names);
    }
    (Some(NamePlace { block, range, text, score }), names)
}
