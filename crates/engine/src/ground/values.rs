//! Checks of what a located claim says: is its value in its words, is it about this tool, is it so now, is it alone.
//!
//! Invariants: pure; no value is changed and no claim removed; a check adds a reason code and may lower a status, never
//! raise one. Page text is data: a text that speaks to machines is flagged and otherwise treated like any other.

use std::sync::LazyLock;

use domain::text::fold;
use domain::{Extraction, Money, ProposedClaim, Reading, Status, TypedValue, Value};
use regex::Regex;

use super::subject;
use crate::propose::{find_prices, price_words};

/// The stored value cannot be read out of the quoted words.
pub const VALUE_DIFFERS: &str = "value_differs";
/// The unit or period of a price is not in the quoted words.
pub const UNIT_UNCERTAIN: &str = "unit_uncertain";
/// Two prices of one plan and period differ.
pub const CONTRADICTS: &str = "contradicts";
/// The same statement was proposed before.
pub const DUPLICATE: &str = "duplicate";
/// The statement opens with the name of another tool.
pub const OTHER_SUBJECT: &str = "other_subject";
/// The statement says that something is not so.
pub const NEGATED: &str = "negated";
/// The statement is about the future.
pub const PLANNED: &str = "planned";
/// The statement foretells something; lowered like a plan.
pub const PREDICTED: &str = "predicted";
/// The statement holds under a condition that it names; it lowers nothing, it is only marked.
pub const CONDITIONAL: &str = "conditional";
/// A superlative without a measure; it lowers nothing, it is only marked.
pub const VAGUE: &str = "vague";
/// The text speaks to a machine that reads it.
pub const INSTRUCTION_LIKE: &str = "instruction_like";
/// A word mixes alphabets whose letters look alike.
pub const LOOKALIKE_CHARACTERS: &str = "lookalike_characters";
/// The words have nearly the colour of what is behind them.
pub const HARDLY_VISIBLE: &str = "hardly_visible";

static NEGATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:not (?:yet )?(?:support|available|work|includ|recommend|intended|ready|compatible)\w*|(?:no longer|never) (?:support|work|maintain)\w*|(?:does|do|is|are|can|will)(?:n[o'’]t| not) (?:yet )?(?:support|work|run|includ|handle|offer|available)\w*|unsupported|without support for)")
        .expect("the negation pattern is a constant that a test compiles")
});
static PLAN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:coming soon|(?:is|are|still) planned|planned for|on (?:the|our) roadmap|will (?:soon )?be (?:available|added|supported|released)|in the works)\b")
        .expect("the plan pattern is a constant that a test compiles")
});
static PREDICTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:by|before|until|in) (?:20[2-9]\d|the end of|the next \d+)\b.{0,80}\b(?:will|would|expect\w*)\b|\b(?:will|is expected to|are expected to)\b.{0,80}\b(?:by|before|in) (?:20[2-9]\d|the next \d+|\d+ (?:months|years))\b")
        .expect("the prediction pattern is a constant that a test compiles")
});
static CONDITION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:only if|provided that|as long as|unless|on condition|if you (?:enable|pay|upgrade|use|choose|have)|when enabled|depending on|for paying|on (?:the )?\w+ plans?)\b")
        .expect("the condition pattern is a constant that a test compiles")
});
static SUPERLATIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:blazing(?:ly)?|lightning[- ]fast|the (?:fastest|best|easiest|simplest|smartest|most \w+)|best[- ]in[- ]class|state[- ]of[- ]the[- ]art|world[- ]class|cutting[- ]edge|next[- ]gen(?:eration)?|un(?:matched|paralleled|rivalled|rivaled)|revolutionary|incredibl[ey]|insanely|ultra[- ]?fast|competitive (?:performance|results|benchmark))\b")
        .expect("the superlative pattern is a constant that a test compiles")
});
static TO_MACHINES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:(?:ignore|disregard|forget) (?:all |any |the |your )*(?:previous|prior|above|earlier|preceding) (?:instructions?|prompts?|rules|text)|system prompt|(?:note|message|instructions?) (?:to|for) (?:the )?(?:ai|llms?|language models?|assistants?|bots?)|you are (?:now )?(?:an? )?(?:ai|language model|helpful assistant)|(?:reveal|print|repeat) your (?:prompt|instructions))\b")
        .expect("the pattern of text for machines is a constant that a test compiles")
});

/// Largest difference of a colour channel at which words count as hidden.
const SAME_COLOUR: u8 = 20;

/// Adds reason codes to every claim and lowers the status where one says so.
pub(super) fn check(extraction: &mut Extraction, reading: &Reading) {
    let names: Vec<String> =
        extraction.tools.iter().map(|tool| tool.name().map_or_else(String::new, str::to_lowercase)).collect();
    for (index, tool) in extraction.tools.iter_mut().enumerate() {
        let rivals: Vec<&str> = names
            .iter()
            .enumerate()
            .filter(|(other, name)| *other != index && !name.is_empty() && **name != names[index])
            .map(|(_, name)| name.as_str())
            .collect();
        let disputed = contradictions(&tool.claims);
        let mut seen: Vec<(String, String)> = Vec::new();
        for (position, claim) in tool.claims.iter_mut().enumerate() {
            value(claim);
            statement(claim, &names[index], &rivals);
            if disputed.contains(&position) {
                lower(claim, CONTRADICTS);
            }
            let key = (claim.property.clone(), fold(&claim.raw_text));
            if matches!(claim.value, Value::Text { .. }) && seen.contains(&key) {
                lower(claim, DUPLICATE);
            }
            seen.push(key);
            if hardly_visible(claim, reading) {
                lower(claim, HARDLY_VISIBLE);
            }
        }
    }
}

fn note(claim: &mut ProposedClaim, reason: &str) {
    if !claim.reasons.iter().any(|known| known == reason) {
        claim.reasons.push(reason.to_owned());
    }
}

fn lower(claim: &mut ProposedClaim, reason: &str) {
    note(claim, reason);
    if claim.status == Status::Verified {
        claim.status = Status::NeedsReview;
    }
}

/// Money and shares have to follow from the quoted words alone.
fn value(claim: &mut ProposedClaim) {
    let reason = match &claim.value {
        Value::Money(money) => price_reason(money, &claim.raw_text),
        Value::Percent { percent } => {
            let said = numbers(&claim.raw_text).iter().any(|number| (number - percent).abs() < 1e-6);
            (!said).then_some(VALUE_DIFFERS)
        }
        _ => None,
    };
    if let Some(reason) = reason {
        lower(claim, reason);
    }
}

fn price_reason(money: &Money, quote: &str) -> Option<&'static str> {
    let found = find_prices(quote);
    let Some(amount) = money.amount.filter(|amount| *amount > 0.0) else {
        let free =
            price_words(quote).is_some() || found.iter().any(|price| price.money.amount == money.amount);
        let paid = fold(quote).contains("paid");
        return (!free && !paid && !words_of_price(quote)).then_some(VALUE_DIFFERS);
    };
    let same = |price: &&crate::propose::FoundPrice| {
        price.money.amount.is_some_and(|other| (other - amount).abs() < 0.005)
            && price.money.currency == money.currency
    };
    let Some(price) = found.iter().find(same) else {
        // "$ 12" in two sizes is quoted with a blank between sign and digits.
        let joined = quote.replacen(' ', "", 1);
        return (!find_prices(&joined).iter().any(|price| same(&price))).then_some(VALUE_DIFFERS);
    };
    let spoken = price.money.period.is_some()
        || money.period.is_none()
        || money.period.is_some_and(|period| fold(quote).contains(unit_stem(period)));
    (!spoken).then_some(UNIT_UNCERTAIN)
}

const fn unit_stem(period: domain::Period) -> &'static str {
    match period {
        domain::Period::Hour => "h",
        domain::Period::Day => "da",
        domain::Period::Week => "w",
        domain::Period::Month => "m",
        domain::Period::Year => "y",
        domain::Period::Once => "on",
    }
}

/// "Free forever", "Contact sales for a quote": words that stand for a price inside a longer quote.
fn words_of_price(quote: &str) -> bool {
    let lower = fold(quote);
    ["free", "custom", "contact", "talk", "quote", "request"].iter().any(|word| lower.contains(word))
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(|mark: char| !mark.is_ascii_digit() && mark != '.' && mark != ',')
        .filter_map(|part| part.trim_matches(['.', ',']).replace(',', ".").parse().ok())
        .collect()
}

/// What a statement's words say about who, whether and when.
fn statement(claim: &mut ProposedClaim, own: &str, rivals: &[&str]) {
    let text = claim.raw_text.clone();
    let machine = TO_MACHINES.is_match(&text);
    let alike = text.split_whitespace().any(mixes_alphabets);
    if machine {
        lower(claim, INSTRUCTION_LIKE);
    }
    if alike {
        lower(claim, LOOKALIKE_CHARACTERS);
    }
    if !matches!(claim.value, Value::Text { .. }) || matches!(claim.property.as_str(), "name" | "review") {
        return;
    }
    // A slogan speaks of its tool by place, whatever it opens with.
    if claim.property != "tagline" && subject::is_another(&text, own, rivals) {
        lower(claim, OTHER_SUBJECT);
    }
    let admits = matches!(claim.property.as_str(), "limitation" | "privacy_security" | "description");
    if !admits && NEGATION.is_match(&text) {
        lower(claim, NEGATED);
    }
    if !admits && claim.property != "availability" && PLAN.is_match(&text) {
        lower(claim, PLANNED);
    }
    if claim.property != "description" && PREDICTION.is_match(&text) {
        lower(claim, PREDICTED);
    }
    if CONDITION.is_match(&text) {
        note(claim, CONDITIONAL);
    }
    // A digit in a name or a version measures nothing.
    let measured =
        |value: &TypedValue| matches!(value, TypedValue::Quantity { .. } | TypedValue::Benchmark { .. });
    if SUPERLATIVE.is_match(&text) && !domain::typed_values(&text).iter().any(measured) {
        note(claim, VAGUE);
    }
}

/// Latin together with Cyrillic or Greek letters in one word.
fn mixes_alphabets(word: &str) -> bool {
    let latin = word.chars().any(|mark| mark.is_ascii_alphabetic());
    // µ and Ω stand in units, π in names: only letters that imitate Latin ones count.
    let imitating = word.chars().any(|mark| {
        matches!(
            mark,
            '\u{400}'
                ..='\u{52f}'
                    | 'Α'
                    | 'Β'
                    | 'Ε'
                    | 'Ζ'
                    | 'Η'
                    | 'Ι'
                    | 'Κ'
                    | 'Μ'
                    | 'Ν'
                    | 'Ο'
                    | 'Ρ'
                    | 'Τ'
                    | 'Υ'
                    | 'Χ'
                    | 'ο'
                    | 'ν'
                    | 'ι'
        )
    });
    latin && imitating
}

/// Positions of prices that stand against another of the same plan and period.
fn contradictions(claims: &[ProposedClaim]) -> Vec<usize> {
    let prices: Vec<(usize, &Money)> = claims
        .iter()
        .enumerate()
        .filter_map(|(position, claim)| match &claim.value {
            Value::Money(money) if money.plan.is_some() => Some((position, money)),
            _ => None,
        })
        .collect();
    let against = |one: &Money, other: &Money| {
        one.plan == other.plan
            && one.period == other.period
            && one.qualifier == other.qualifier
            && one.per_seat == other.per_seat
            && one.amount != other.amount
    };
    prices
        .iter()
        .filter(|(position, money)| {
            prices.iter().any(|(other, rival)| other != position && against(money, rival))
        })
        .map(|(position, _)| *position)
        .collect()
}

fn hardly_visible(claim: &ProposedClaim, reading: &Reading) -> bool {
    let mut lines = claim
        .evidence
        .iter()
        .filter_map(|evidence| reading.lines.iter().find(|line| line.bounds.overlap(&evidence.bounds) > 0.3));
    lines.any(|line| {
        let difference = line.foreground.iter().zip(line.background).map(|(ink, paper)| ink.abs_diff(paper));
        difference.max().is_some_and(|most| most < SAME_COLOUR)
    })
}
