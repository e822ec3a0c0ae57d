//! Statements about the tool: sentences, list items and number cards of its page, with a kind each.
//!
//! Invariant: navigation, headings alone, commands, legal text, prices and quotes are never claims.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::roles::{Layout, Role};
use super::taglines::{Passage, first_screen};
use super::{kinds, money, passages, sentences, shape};

/// How sure it is that two lines are one statement where the second opens like a text of its own.
const UNPARTED: f32 = 0.5;

/// A proposed statement.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    /// One part for each block the statement stands in (a number card has two).
    pub(super) parts: Vec<(usize, Range<usize>)>,
    pub(super) property: &'static str,
    pub(super) score: f32,
    /// How sure it is that this is a statement about the tool, 0 to 1.
    pub(super) certainty: f32,
    /// How sure its kind is, 0 to 1; 1 where only the rules were asked.
    pub(super) kind_certainty: f32,
    /// Both certainties are of rules and model together.
    pub(super) joint: bool,
}

impl Statement {
    /// A statement whose place alone says that it is one: a cell of a table, the text of a tool's own card.
    pub(super) fn placed(layout: &Layout, parts: Vec<(usize, Range<usize>)>, certainty: f32) -> Self {
        Self { certainty, ..Self::new(layout, parts, 0.0) }
    }

    /// A statement with its kind, from the rules and the model where there is one.
    pub(super) fn new(layout: &Layout, parts: Vec<(usize, Range<usize>)>, score: f32) -> Self {
        let texts: Vec<&str> =
            parts.iter().map(|(block, range)| &layout.text(*block)[range.clone()]).collect();
        let opinion = parts.iter().find_map(|(block, range)| layout.opinions.about(*block, range));
        let (property, sure) = passages::joined_kind(&texts.join(" "), opinion.as_ref());
        let (certainty, kind_certainty) = match &opinion {
            Some(opinion) => (passages::joined_certainty(score, opinion), sure),
            None => ((0.35 + 0.15 * score).clamp(0.3, 0.95), 1.0),
        };
        Self { parts, property, score, certainty, kind_certainty, joint: opinion.is_some() }
    }
}

static THIRD_PERSON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:Also |Automatically |Easily |Natively |Fully |Now )?(?:Supports|Provides|Runs|Installs|Includes|Ignores|Uses|Works|Handles|Manages|Offers|Integrates|Allows|Lets|Enables|Comes|Ships|Makes|Keeps|Creates|Generates|Detects|Finds|Shows|Sends|Reads|Writes|Stores|Syncs|Exports|Imports|Converts|Connects|Builds|Tracks|Helps|Gives|Turns|Brings|Adds|Checks|Scales|Protects|Encrypts|Records|Searches|Understands|Requires|Needs|Takes|Produces|Serves|Respects|Formats|Compiles|Renders|Powers|Delivers|Automates|Analyzes|Monitors|Extends|Follows|Released|Written|Built|Designed|Based|Powered|Backed|Trusted|Used|Licensed|Available|Compatible|Optimized|Installable|Dual-licensed)\b",
    )
    .expect("the verb pattern is a constant that a test compiles")
});

static INSTRUCTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:see (?:the|our|also|here|below|above|more|how|docs|documentation|https?|release|this|examples?|`|\S+\.\w+)|you can (?:then|also|now)|alternatively|simply run|or (?:just|download|install|you)|run `?\w+ |check|read|please|click|visit|note|for (?:more|details|detailed|usage|further|information|help|instructions)|follow|join (?:us|our|the)|start with|start by|if (?:you|not|installed|your)|here(?:'s| is| are)|first,|then|next,|once|let's|or,|want to|to (?:install|get|use|build|run|start|learn|stage|see|enable|update|clone)|after|before|when you|learn|refer|have a look|take a look|open |go to|make sure|you(?:'ll| will| need| must| should| may want)|thanks|thank|we recommend|it is recommended|the following|as of|try the live|try it|find |feel free|report|contribute|ask |discuss|subscribe|questions|build instructions|install |download |using this|in this (?:guide|section)|below|this (?:section|guide|page|document|repo|repository|readme|release|will|command)|these)\b",
    )
    .expect("the instruction pattern is a constant that a test compiles")
});

/// Sends the reader somewhere else.
static POINTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:see|read|check out|refer to|visit|consult|browse|head (?:over )?to|take a look at) (?:the|our|its|this|these|https?)\b|\b(?:in|on|at|via) our (?:forum|\w+ forum|discord|slack|chat|docs|documentation|wiki|blog|mailing list|\w+ channel)\b|\b(?:in|on) the (?:wiki|docs|documentation|manual|forums?|mailing list|issue tracker)\b|\bmailing list\b|\bopen an issue\b|\bclick here\b|\bask questions\b")
        .expect("the pointer pattern is a constant that a test compiles")
});

static FIRST_PERSON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:I|I'm|I’m|I've|I’ve|my|me|myself|mine)\b")
        .expect("the person pattern is a constant that a test compiles")
});

static OUTSIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:install|installation|installing|getting started|quick ?start|set ?up|usage|how to|first steps|prerequisites|requirements|configur(?:e|ing|ation)|command[- ]line options|environment variables|build(?:ing)? from|contribut\w*|sponsors?|news|blog|table of contents|contents|documentation|docs|need help|help|release (?:history|notes)|changelog|examples?|demo|tutorials?|development|downloads?|resources|links|more information|roadmap|credits|acknowledge?ments?|authors?|star history|presentations|publications|similar (?:works|projects|tools)|backers|donat\w*|code of conduct|testimonials|kind words|impressions|what (?:people|users|our|customers|they|others) say|reviews|community|chat|questions|get in touch|contact|newsletter|related|see also|troubleshooting|teach me|intro|warning|team|careers|latest posts|from the blog|packages|support)\b",
    )
    .expect("the section pattern is a constant that a test compiles")
});

static MANUAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*(?:\d+[.)]?\s*)?(?:install(?:ation|ing)?|getting started|quick ?start|usage|how to (?:use|install|run|build)|set ?up|configur(?:e|ing|ation)|first steps|build(?:ing)? from source)\b")
        .expect("the manual pattern is a constant that a test compiles")
});

static INSIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:features?|highlights?|why|benefits?|what (?:it does|you get|is|makes|can)|capabilities|overview|about|introduction|key|advantages|how it works|everything|built for|designed|powerful|works|plans?|pricing|included|performance|security|privacy|integrations?|platforms?|compatib\w+|limitations?|license|good to know)\b")
        .expect("the section pattern is a constant that a test compiles")
});

pub(super) static COUNTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\d[\d.,]*\s?[km]?\+?\s(?:stars?|users|downloads|customers|teams|companies|contributors|installs)$")
        .expect("the count pattern is a constant that a test compiles")
});

/// What a code host counts beside stars: about the repository's traffic, not about the tool.
pub(super) static HOST_COUNTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\d[\d.,]*\s?[km]?\+?\s(?:forks?|watching|watchers|branch(?:es)?|tags?|commits?|issues|pull requests|releases?|packages?|views|followers|following|deployments?)$")
        .expect("the count pattern is a constant that a test compiles")
});

/// A code host's chips that were read as one text.
static CHIPS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\blicense\b.{0,12}\b(?:forks?|stars?|watching|watchers)$")
        .expect("the chip pattern is a constant that a test compiles")
});

/// A version, a status code of the web or a year: a number that counts nothing.
static BARE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:v?\d+\.\d+(?:\.\d+)+.*|v\d+(?:\.\d+)*|[45]0\d|(?:19|20)\d\d)$")
        .expect("the number pattern is a constant that a test compiles")
});

/// Speaks to the visitor or of life in general and says nothing of the tool.
static FILLER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(?:hear\ from\ you|drop\ us\ a|write\ (?:to\ )?us|tell\ us|talk\ to\ (?:us|our)|reach\ out|get\ (?:back\ to|in\ touch)|contact\ us|newsletters?|never\ miss|don't\ miss|stay\ tuned|sign\ up|subscribe\ (?:to\ our|now|today|for)|follow\ us|join\ us|on\ a\ mission|we\ believe|first\ step|journey|great\ things|big\ ideas|you\ deserve|what\ you\ love|the\ future\ belongs|to\ those\ who|dreams?|passion(?:ate)?|see\ what\ the\ fuss|good\ things|whatever\ you\ do|story\ begins|curiosity|are\ you\ ready|ready\ to|what\ are\ you\ waiting|we\ are\ hiring|we're\ hiring|terms\ and\ conditions|won't\ (?:regret|look\ back)|give\ it\ a\ (?:try|spin)|thank\ you|big\ thanks|welcome\ to\ (?:join|contribute)|possible\ without|exist\ without|first\ impression|inspire\ people|help\ improve|go\ easy\ on|would\ love\ to)\b",
    )
    .expect("the filler pattern is a constant that a test compiles")
});

/// Tells the reader what to do with files, commands and settings.
static TASK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:create|edit|copy|paste|add|set|put|place|move|rename|unzip|extract|restart|reload|type|enter|press|select|launch|execute|run|configure|change|replace|fork|clone|then|make|ensure|build|start|pull|push|save|open|store|update|upgrade|generate) .*\b(?:files?|folder|directory|terminal|shell|commands?|script|config\w*|variables?|path|line|button|token|browser|settings|repository|repo|below|following|container|docker|section|tag|branch|pull request|key)\b",
    )
    .expect("the task pattern is a constant that a test compiles")
});

static NUMBER_CARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:<|>|~|up to |over )?[\d][\d.,]*\s?(?:%|x|×|\+|k|m|b|ms|s|gb|mb|tb|million|billion|\w+)?\+?(?:\s+\S+){0,3}$")
        .expect("the number pattern is a constant that a test compiles")
});

/// What the sentences are about, and where the page's own statements may stand.
pub(super) struct Subject<'a> {
    /// Words by which the page calls the tool, lower case.
    pub(super) names: &'a [String],
    pub(super) tagline: Option<&'a Passage>,
    /// Blocks that are spoken for (name, prices, quotes, people).
    pub(super) taken: &'a [bool],
    /// Where prices stand: the list under one is what its plan includes.
    pub(super) prices: &'a [domain::PixelBox],
    /// The line under the name when the tagline was found elsewhere.
    pub(super) lead: Option<&'a Passage>,
    /// Where instructions begin: what follows is a manual unless its heading says otherwise.
    pub(super) manual_from: Option<f32>,
    /// Below it a sentence does not count.
    pub(super) threshold: f32,
}

/// The sentence tells the reader to do something or to look somewhere else.
pub(super) fn points_elsewhere(sentence: &str) -> bool {
    POINTER.is_match(sentence) || INSTRUCTION.is_match(sentence)
}

/// The first heading that opens instructions.
pub(super) fn manual_from(layout: &Layout) -> Option<f32> {
    (0..layout.blocks.len())
        .filter(|&index| layout.roles[index] == Role::Heading && MANUAL.is_match(layout.text(index)))
        .map(|index| layout.blocks[index].top())
        .reduce(f32::min)
}

/// All statements of a page, in page order.
pub(super) fn statements(layout: &Layout, subject: &Subject<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut used = vec![false; layout.blocks.len()];
    for index in 0..layout.blocks.len() {
        if let Some(statement) = number_card(layout, subject, index) {
            for (block, _) in &statement.parts {
                used[*block] = true;
            }
            statements.push(statement);
        }
    }
    for (index, used) in used.into_iter().enumerate() {
        if subject.taken[index] || used {
            continue;
        }
        match layout.roles[index] {
            Role::Text | Role::Quote => sentences_of(layout, subject, index, &mut statements),
            Role::Heading => heading_statement(layout, subject, index, &mut statements),
            _ => {}
        }
    }
    // Card by card: the heading's row, then its column, then down the card.
    statements.sort_by_key(|statement| {
        let (first, range) = (statement.parts[0].0, statement.parts[0].1.start);
        let block = &layout.blocks[first];
        let near = |heading: &usize| block.top() - layout.blocks[*heading].bottom() < 30.0 * layout.body;
        let head = layout.headings[first].filter(near).map_or(block, |heading| &layout.blocks[heading]);
        let row = (head.top() / (1.5 * layout.body)) as u32;
        (row, head.bounds.x, block.bounds.y, block.bounds.x, range)
    });
    without_repeats(layout, statements)
}

/// The same sentence twice on a page is one claim.
fn without_repeats(layout: &Layout, statements: Vec<Statement>) -> Vec<Statement> {
    let mut seen: Vec<String> = Vec::new();
    statements
        .into_iter()
        .filter(|statement| {
            let text: String = statement
                .parts
                .iter()
                .map(|(block, range)| domain::text::fold(&layout.text(*block)[range.clone()]))
                .collect();
            let fresh = !seen.contains(&text);
            seen.push(text);
            fresh
        })
        .collect()
}

/// "99.99% uptime" over "with zero downtime": a large number and the line that says what it counts.
fn number_card(layout: &Layout, subject: &Subject<'_>, index: usize) -> Option<Statement> {
    let block = &layout.blocks[index];
    let text = block.text.as_str();
    if subject.taken[index]
        || block.size < 0.9 * layout.body
        || block.words() > 5
        || !NUMBER_CARD.is_match(text)
        || BARE_NUMBER.is_match(text)
        || money::mentions_amount(text)
    {
        return None;
    }
    if matches!(layout.roles[index], Role::Code | Role::Legal | Role::Navigation) {
        return None;
    }
    let (below, distance) = layout.below(index)?;
    let under = &layout.blocks[below];
    let words = under.words();
    let fits = distance < 2.6
        && (1..=14).contains(&words)
        && under.size < 0.82 * block.size
        && !subject.taken[below]
        && matches!(layout.roles[below], Role::Text | Role::Heading | Role::Navigation);
    let titled = super::lexicon::is_section_title(&under.text);
    if !fits || titled || under.text.chars().all(|character| !character.is_alphabetic()) {
        return None;
    }
    let joined = format!("{text} {}", under.text);
    if shape::word_count(&joined) < 3 {
        return None;
    }
    Some(Statement::new(layout, vec![(index, 0..text.len()), (below, 0..under.text.len())], 2.0))
}

/// A heading is a statement when it says something on its own: "Trusted by 10,000 teams", or the headline itself.
fn heading_statement(layout: &Layout, subject: &Subject<'_>, index: usize, statements: &mut Vec<Statement>) {
    let text = layout.text(index);
    let (property, weight) = kinds::kind(text);
    let counted =
        property == "adoption" && weight >= 2.5 && text.chars().any(|character| character.is_ascii_digit());
    let words = shape::word_count(text);
    let tagline = subject.tagline.is_some_and(|tagline| tagline.block == index);
    let second = subject.lead.is_some_and(|lead| layout.headings[index] == Some(lead.block)) && words >= 5;
    if second && property != "feature" && weight >= 2.0
        || counted && words >= 4
        || tagline && words >= 5 && property != "feature" && weight >= 2.0
    {
        statements.push(Statement::new(layout, vec![(index, 0..text.len())], 1.6));
    }
}

fn sentences_of(layout: &Layout, subject: &Subject<'_>, index: usize, statements: &mut Vec<Statement>) {
    let block = &layout.blocks[index];
    let text = block.text.as_str();
    let short_tagline =
        subject.tagline.is_some_and(|tagline| tagline.block == index && tagline.range == (0..text.len()))
            && block.words() <= 22;
    let mut ranges = sentences::sentences(text, subject.names);
    // A slogan of several beats ("Plan less. Do more.") is one statement; sentences about the tool are one each.
    let lower = text.to_lowercase();
    if short_tagline && !subject.names.iter().any(|name| lower.starts_with(name.as_str())) {
        ranges = std::iter::once(0..text.len()).collect();
    }
    let alone = ranges.len() == 1;
    for range in ranges {
        let sentence = &text[range.clone()];
        let (property, weight) = kinds::kind(sentence);
        let listed = listed_in_plan(layout, subject, index);
        // What a short item under a price says is what one gets: "5 users" are not who uses it.
        let in_plan = listed && shape::word_count(sentence) <= 6 && (property == "feature" || weight < 2.0)
            || property == "adoption"
                && shape::word_count(sentence) <= 4
                && subject.prices.iter().any(|price| under_price(layout, price, block));
        let score = score(layout, subject, index, &range, alone, property, weight);
        let opinion = layout.opinions.about(index, &range);
        // What a plan holds is short and bare: its place says that it counts.
        let stands = match &opinion {
            Some(opinion) if !listed => passages::stands(score, opinion, subject.threshold),
            _ => score >= subject.threshold,
        };
        if stands {
            let unparted =
                shape::restarts(block.evidence(&range).iter().map(|line| line.text.as_str()), subject.names);
            let mut statement = Statement::new(layout, vec![(index, range)], score);
            if in_plan {
                (statement.property, statement.kind_certainty) = ("feature", 1.0);
            }
            if listed {
                statement.certainty = statement.certainty.max(IN_PLAN);
            }
            if unparted {
                statement.certainty = statement.certainty.min(UNPARTED);
            }
            statements.push(statement);
        }
    }
}

/// How sure it is that an item of a plan's list is what the plan holds: its place says so, however bare its words.
const IN_PLAN: f32 = 0.9;

/// Whether the headings over a block announce statements about the tool, and whether they announce something else.
pub(super) fn section(layout: &Layout, index: usize) -> (bool, bool) {
    let section = layout.sections[index].map(|heading| layout.text(heading));
    let heading = layout.headings[index].map(|heading| layout.text(heading));
    let over = || [section, heading].into_iter().flatten();
    let inside = over().any(|text| INSIDE.is_match(text));
    (inside, over().any(|text| OUTSIDE.is_match(text) && !INSIDE.is_match(text)))
}

/// Somebody speaks of themselves.
pub(super) fn first_person(text: &str) -> bool {
    FIRST_PERSON.is_match(text)
}

fn score(
    layout: &Layout,
    subject: &Subject<'_>,
    index: usize,
    range: &Range<usize>,
    alone: bool,
    property: &str,
    weight: f32,
) -> f32 {
    let block = &layout.blocks[index];
    let sentence = &block.text[range.clone()];
    let words = shape::word_count(sentence);
    let lower = sentence.to_lowercase();
    let finished = shape::ends_sentence(sentence);
    let listed = block.bullet() || item_of_list(layout, index);
    let heading = layout.headings[index].map(|heading| layout.text(heading));
    let (inside, outside) = section(layout, index);

    // Table cells in a row repeat themselves.
    let mut distinct: Vec<&str> = lower.split_whitespace().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if words >= 6 && distinct.len() * 2 <= words {
        return 0.0;
    }
    if CHIPS.is_match(sentence.trim()) {
        return 0.0;
    }
    if COUNTS.is_match(sentence.trim()) || kinds::names_license(sentence) && words <= 6 {
        return if outside { 0.0 } else { 1.6 };
    }
    // What breaks off in the middle was cut by the edge of the picture or of its box.
    if titles_window(layout, subject, index) || shape::hangs(sentence) {
        return 0.0;
    }
    if HOST_COUNTS.is_match(sentence.trim()) || super::lexicon::is_filler_text(sentence) {
        return 0.0;
    }
    if !(2..=75).contains(&words)
        || !shape::is_wordy(sentence)
        || shape::is_code(sentence)
        || super::reviews::is_person(sentence) && !finished && words <= 8
    {
        return 0.0;
    }
    if words < 4 && (!(alone && listed && !outside) || shape::starts_lower(sentence)) {
        return 0.0;
    }
    let cut = !finished
        && block.bottom() > layout.height - 2.2 * block.size
        && (!listed || others_finish(layout, index));
    if cut {
        return 0.0;
    }
    let mut score = 0.0;
    let opens_with_name = subject.names.iter().any(|name| {
        lower
            .strip_prefix(name.as_str())
            .or_else(|| lower.strip_prefix("the ").and_then(|rest| rest.strip_prefix(name.as_str())))
            .is_some_and(|rest| rest.starts_with([' ', '\'', '’', ',']))
    });
    let named = subject.names.iter().any(|name| shape::contains_word(&lower, name));
    score += if opens_with_name {
        1.8
    } else if named {
        0.9
    } else {
        0.0
    };
    if THIRD_PERSON.is_match(sentence) {
        score += 1.3;
    }
    if [
        "it ", "it's ", "it’s ", "its ", "our ", "we ", "we've ", "no ", "with ", "you can ", "every ",
        "all ", "built", "from ", "for ",
    ]
    .iter()
    .any(|start| lower.starts_with(start))
    {
        score += 0.6;
    }
    if block.bullet() {
        score += 0.4;
    }
    if shape::opens_with_label(sentence) && words >= 5 {
        score += 0.6;
    }
    if listed {
        score += if words >= 4 { 0.9 } else { 0.7 };
    }
    if listed_in_plan(layout, subject, index) {
        score += 0.9;
    }
    if subject.lead.is_some_and(|lead| lead.block == index) && words >= 3 {
        score += 1.0;
    }
    if inside {
        score += 0.9;
    }
    if heading.is_some() && carded(layout, index) {
        score += 0.9;
    }
    if block.top() < first_screen(layout)
        && !outside
        && (block.size > 1.08 * layout.body || block.words() >= 8)
    {
        score += 0.6;
    }
    if property != "feature" && weight >= 2.0 {
        score += 0.6;
    }
    if finished && words >= 5 {
        score += 0.5;
    }
    if words >= 6 {
        score += 0.2;
    }
    if subject.tagline.is_some_and(|tagline| tagline.block == index) && words >= 4 {
        score += 1.0;
    }
    if lower.trim_end_matches(['"', '”']).ends_with('?') {
        score -= 3.0;
    }
    // "Start with a free trial" tells of the price, "Install it with one command" of how to get it.
    let telling = property != "feature" && weight >= 3.5;
    if INSTRUCTION.is_match(sentence) && !telling {
        score -= if inside && listed { 1.2 } else { 2.0 };
    }
    if POINTER.is_match(sentence) {
        score -= 1.5;
    }
    if !opens_with_name && TASK.is_match(sentence) {
        score -= if inside && listed { 0.6 } else { 1.6 };
    }
    if !named && FILLER.is_match(&lower.replace('’', "'")) {
        score -= 1.8;
    }
    if FIRST_PERSON.is_match(sentence) {
        score -= 2.0;
    }
    if shape::has_address(sentence) {
        score -= 1.5;
    }
    if outside {
        score -= 1.5;
    } else if !inside && subject.manual_from.is_some_and(|top| block.top() > top) {
        score -= 0.6;
    }
    if sentence.ends_with(':') {
        score -= 0.9;
    }
    if shape::starts_lower(sentence) && !opens_with_name && !alone {
        score -= 0.8;
    }
    if shape::is_upper_case(sentence) {
        score -= 1.5;
    }
    if sentence.contains(" | ") || sentence.contains(" • ") || sentence.contains(" · ") {
        score -= 2.5;
    }
    if block.size < 0.8 * layout.body && !listed {
        score -= 0.6;
    }
    score
}

/// "Acme - Settings" in the bar of a program's window.
fn titles_window(layout: &Layout, subject: &Subject<'_>, index: usize) -> bool {
    let block = &layout.blocks[index];
    let lower = block.text.to_lowercase();
    let beside = |mark: &str| {
        lower.split_once(mark).is_some_and(|(before, after)| {
            subject.names.iter().any(|name| name == before.trim() || name == after.trim())
        })
    };
    block.top() < 2.5 * layout.body
        && block.size < 1.15 * layout.body
        && !shape::ends_sentence(&lower)
        && [" - ", " – ", " — "].iter().any(|mark| beside(mark))
}

/// An item of the list under a price.
fn listed_in_plan(layout: &Layout, subject: &Subject<'_>, index: usize) -> bool {
    let block = &layout.blocks[index];
    (block.bullet() || item_of_list(layout, index))
        && (subject.prices.iter().any(|price| under_price(layout, price, block))
            || subject.prices.len() > 1
                && subject.prices.iter().any(|price| beside_plan(layout, price, block)))
}

/// In the same band as the cards of plans: the card's own price may not have been read.
fn beside_plan(layout: &Layout, price: &domain::PixelBox, block: &super::blocks::Block) -> bool {
    let fall = block.top() - price.bottom() as f32;
    fall > 0.0 && fall < 18.0 * layout.body && block.words() <= 7
}

/// In the card of a plan: below its price, at its left edge or centre.
fn under_price(layout: &Layout, price: &domain::PixelBox, block: &super::blocks::Block) -> bool {
    let fall = block.top() - price.bottom() as f32;
    let aligned = super::page::overlap_x(price, &block.bounds) > 0.0
        || (block.left() - price.x as f32).abs() < 4.0 * layout.body;
    fall > 0.0 && fall < 28.0 * layout.body && aligned && block.words() <= 9
}

/// The other lines of the list end in full stops, so this one goes on below the picture.
fn others_finish(layout: &Layout, index: usize) -> bool {
    let block = &layout.blocks[index];
    layout.blocks.iter().enumerate().any(|(other, peer)| {
        other != index
            && (peer.left() - block.left()).abs() < 0.5 * block.size
            && peer.words() >= 4
            && shape::ends_sentence(&peer.text)
    })
}

/// One of at least three like lines at one left edge.
pub(super) fn item_of_list(layout: &Layout, index: usize) -> bool {
    let block = &layout.blocks[index];
    let peers = layout
        .blocks
        .iter()
        .enumerate()
        .filter(|(other, peer)| {
            layout.roles[*other] == Role::Text
                && (peer.left() - block.left()).abs() < 0.5 * block.size
                && (peer.size / block.size - 1.0).abs() < 0.12
                && (peer.top() - block.top()).abs() < 9.0 * block.size
                && peer.runs.len() <= 3
        })
        .count();
    peers >= 3
}

/// A card: its heading stands right over it and there are like cards beside or below.
fn carded(layout: &Layout, index: usize) -> bool {
    let Some(heading) = layout.headings[index] else { return false };
    let block = &layout.blocks[index];
    let title = &layout.blocks[heading];
    if block.top() - title.bottom() > 3.0 * layout.body {
        return false;
    }
    layout.blocks.iter().enumerate().any(|(other, peer)| {
        other != heading
            && layout.roles[other] == Role::Heading
            && (peer.size / title.size - 1.0).abs() < 0.1
            && ((peer.top() - title.top()).abs() < 0.6 * title.size
                || (peer.left() - title.left()).abs() < 0.6 * title.size)
    })
}
