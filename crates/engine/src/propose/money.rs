//! The grammar of prices: amount, currency, period, seat and qualifier in a text.
//!
//! Invariant: a found price covers a range of its text; digits are never changed, except letters read for digits inside
//! an amount, which is reported. Percentages, savings and sums raised are not prices.

use std::ops::Range;
use std::sync::LazyLock;

use domain::{Money, Period};
use regex::Regex;

/// A price found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundPrice {
    pub range: Range<usize>,
    pub money: Money,
    /// Letters inside the amount were taken for digits (`$l0`, `S29`).
    pub repaired: bool,
}

const BEFORE: &str =
    r"(?:US\$|CA\$|AU\$|NZ\$|HK\$|C\$|A\$|R\$|S\$|\$|€|£|¥|₹|₩|USD|EUR|GBP|CHF|JPY|INR|CAD|AUD|Rs\.?)";
const AFTER: &str = r"(?:€|£|¥|₹|kr\.?|zł|USD|EUR|GBP|CHF|SEK|NOK|DKK|PLN|JPY|INR|CAD|AUD|dollars|euros)";
const NUMBER: &str = r"\d{1,3}(?:[,.'’\x{a0}\x{202f} ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?";

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?P<before>{BEFORE})\s?(?P<number>{NUMBER})(?P<range>\s?[-–—]\s?(?:{BEFORE})?\s?(?:{NUMBER}))?(?P<kilo>[kK]\b)?(?P<code>\s?(?:USD|EUR|GBP|CAD|AUD)\b)?|(?P<number2>{NUMBER})\s?(?P<after>{AFTER})(?:\b|$|\s|/)"
    ))
    .expect("the amount pattern is a constant that a test compiles")
});

/// Letters that readers take for digits, in an amount that is nothing else.
static MISREAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<before>[$€£]|S)(?P<number>[0-9OoIlB]{1,4})(?P<rest>\s*/?\s*(?:mo|yr|month|year|user|seat)\b.*)?$")
        .expect("the misread pattern is a constant that a test compiles")
});

static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^\s*(?:
            (?P<seat>(?:(?:/|per|a|an|each|every)\s*)?(?:active\s+|paid\s+|named\s+)?(?:seat|user|member|editor|agent|developer|dev|person|admin|contributor|host|employee)s?\b\.?)
          | (?P<period>(?:(?:/|per|a|an|each|every|p\.)\s*)?(?:months?|monthly|mo|mth|mon|years?|yearly|yr|annum|annually|annual|weeks?|weekly|wk|days?|daily|hours?|hourly|hr)\b\.?)
          | (?P<once>(?:/|per|\(|,|-|·|•)?\s*(?:one[-\ ]time(?:\ (?:payment|fee|purchase))?|once|lifetime|forever|single\ payment)\b)
          | (?P<billed>[,(·•|]?\s*(?:when\s+|if\s+)?(?:billed|paid|charged|invoiced)\s+(?P<cycle>annually|yearly|monthly|quarterly|per\ year|per\ month|once(?:\ a\ year)?|every\ (?:year|month))\b\)?)
          | (?P<usage>(?:/|per)\s*(?:(?:\d[\d.,]*\s*)?[km]?\s*(?:tokens?|requests?|credits?|messages?|minutes?|gb|tb|calls?|builds?|pages?|images?|projects?|sites?|runs?|queries|events?|documents?|servers?|instances?|repositor(?:y|ies)|repos?|workspaces?|devices?|license|licence|api\ calls?|core|node)\b|million\s+tokens|thousand\s+\w+))
          | (?P<filler>(?:\*|\+|&|and|,|·|•|USD|EUR|excl\.?\ (?:vat|tax)|\+\ ?tax|plus\ vat)\s*)
        )",
    )
    .expect("the unit pattern is a constant that a test compiles")
});

static QUALIFIER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\s(])(?P<word>from|starting (?:at|from)|starts? (?:at|from)|as low as|up to|under|over|about|around|only|just|at)\s*(?:only\s+|just\s+)?$")
        .expect("the qualifier pattern is a constant that a test compiles")
});

static NO_PRICE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\b(?:save|saves|saving|off|raised|raises|worth|earn|earned|credits? of|discount of|bonus|win|funding of|revenue of|-)\s*(?:up to\s*|over\s*)?)$")
        .expect("the exclusion pattern is a constant that a test compiles")
});

static NO_PRICE_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s?(?:%|[mb]\b|bn\b|million|billion|\+?\s*(?:in\s+)?(?:off|discount|savings?|funding|in credits?|credits?|credit\b|value|million|billion|arr|revenue))")
        .expect("the exclusion pattern is a constant that a test compiles")
});

/// A text holds an amount of money.
pub(super) fn mentions_amount(text: &str) -> bool {
    !find(text).is_empty()
}

/// All prices of a text, in order.
pub fn find(text: &str) -> Vec<FoundPrice> {
    if let Some(repaired) = misread(text) {
        return vec![repaired];
    }
    let mut found = Vec::new();
    for captures in AMOUNT.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        let before = captures.name("before");
        let Some(number) = captures.name("number").or_else(|| captures.name("number2")) else { continue };
        let symbol = before.or_else(|| captures.name("after")).map_or("", |part| part.as_str());
        let end = if before.is_some() {
            whole.end()
        } else {
            captures.name("after").map_or(whole.end(), |part| part.end())
        };
        if NO_PRICE_BEFORE.is_match(&text[..whole.start()]) || NO_PRICE_AFTER.is_match(&text[end..]) {
            continue;
        }
        // A code glued to letters is a word, "USD" in "USDT" is no currency.
        if text[..whole.start()].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let Some(mut amount) = number_value(number.as_str()) else { continue };
        if captures.name("kilo").is_some() {
            amount *= 1000.0;
        }
        let (end, unit) = units(text, end);
        let mut qualifiers: Vec<String> = Vec::new();
        let mut start = whole.start();
        if let Some(word) =
            QUALIFIER.captures(&text[..whole.start()]).and_then(|captures| captures.name("word"))
        {
            let lower = word.as_str().to_lowercase();
            if !matches!(lower.as_str(), "at" | "only" | "just") {
                qualifiers.push(word.as_str().to_owned());
                start = word.start();
            }
        }
        if let Some(range) = captures.name("range") {
            qualifiers.push(format!("{}{}", number.as_str(), range.as_str().trim()));
        }
        qualifiers.extend(unit.qualifier);
        let currency = captures.name("code").map_or(symbol, |code| code.as_str().trim());
        found.push(FoundPrice {
            range: start..end,
            money: Money {
                amount: Some(amount),
                currency: currency_code(currency),
                period: unit.period,
                plan: None,
                per_seat: unit.per_seat,
                qualifier: (!qualifiers.is_empty()).then(|| qualifiers.join(", ")),
            },
            repaired: false,
        });
    }
    found
}

fn misread(text: &str) -> Option<FoundPrice> {
    let captures = MISREAD.captures(text.trim())?;
    let rest = captures.name("rest").map_or("", |part| part.as_str());
    let digits = captures.name("number")?.as_str();
    let before = captures.name("before")?.as_str();
    // "Sol" is a word: an S for a dollar sign needs digits behind it.
    let certain = digits.chars().filter(char::is_ascii_digit).count();
    if before == "S" && (certain == 0 || rest.trim().is_empty())
        || certain == digits.len() && before != "S"
        || certain == 0 && digits.len() > 1
    {
        return None;
    }
    let repaired: String = digits
        .chars()
        .map(|character| match character {
            'O' | 'o' => '0',
            'I' | 'l' => '1',
            'B' => '8',
            digit => digit,
        })
        .collect();
    let (_, unit) = units(rest, 0);
    Some(FoundPrice {
        range: 0..text.len(),
        money: Money {
            amount: Some(repaired.parse().ok()?),
            currency: currency_code(if before == "S" { "$" } else { before }),
            period: unit.period,
            plan: None,
            per_seat: unit.per_seat,
            qualifier: unit.qualifier,
        },
        repaired: true,
    })
}

/// What stands behind an amount.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Unit {
    pub(super) period: Option<Period>,
    pub(super) per_seat: bool,
    pub(super) qualifier: Option<String>,
}

/// Reads units from `at` on; returns where they end.
pub(super) fn units(text: &str, at: usize) -> (usize, Unit) {
    let mut unit = Unit::default();
    let mut end = at;
    let mut cursor = at;
    let mut qualifiers: Vec<String> = Vec::new();
    while let Some(captures) = UNIT.captures(&text[cursor..]) {
        let Some(whole) = captures.get(0) else { break };
        if whole.end() == 0 {
            break;
        }
        let piece = |name: &str| captures.name(name).map(|part| part.as_str().trim());
        cursor += whole.end();
        if piece("filler").is_some() {
            continue;
        }
        if piece("seat").is_some() {
            unit.per_seat = true;
        } else if let Some(word) = piece("period") {
            if unit.period.is_none() {
                unit.period = period(word);
            }
        } else if piece("once").is_some() {
            if unit.period.is_none() {
                unit.period = Some(Period::Once);
            }
        } else if let Some(word) = piece("billed") {
            let cycle = piece("cycle").unwrap_or_default();
            if unit.period.is_none() && cycle.contains("month") {
                unit.period = Some(Period::Month);
            }
            qualifiers.push(word.trim_matches(|mark: char| !mark.is_alphanumeric()).to_owned());
        } else if let Some(word) = piece("usage") {
            qualifiers.push(word.to_owned());
        }
        end = cursor;
    }
    unit.qualifier = (!qualifiers.is_empty()).then(|| qualifiers.join(", "));
    (end, unit)
}

/// The whole text is a unit, such as "/ month" or "per seat, billed yearly".
pub(super) fn unit_only(text: &str) -> Option<Unit> {
    let (end, unit) = units(text, 0);
    let rest = text[end..].trim_matches(|mark: char| !mark.is_alphanumeric());
    (end > 0 && rest.is_empty() && unit != Unit::default()).then_some(unit)
}

/// A short text beside an amount that is a unit but for a letter read wrongly ("/ mO", "mqnth").
pub(super) fn misread_unit(text: &str) -> Option<Unit> {
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|mark: char| !mark.is_alphanumeric());
    let slashed = text.trim_start().starts_with(['/', '|', 'I', 'l', '1']);
    let period = match bare.chars().count() {
        2 if slashed && (bare.starts_with('m') || bare.ends_with('o')) => Period::Month,
        2 if slashed && (bare.starts_with('y') || bare.ends_with('r')) => Period::Year,
        4..=6 if super::shape::edits(bare, "month", 1) <= 1 => Period::Month,
        4..=5 if super::shape::edits(bare, "year", 1) <= 1 => Period::Year,
        _ => return None,
    };
    Some(Unit { period: Some(period), per_seat: false, qualifier: None })
}

fn period(word: &str) -> Option<Period> {
    let lower = word.to_lowercase();
    let bare = lower.trim_start_matches('/').trim().trim_end_matches('.');
    let bare = ["per ", "an ", "a ", "each ", "every ", "p."]
        .iter()
        .fold(bare, |text, prefix| text.strip_prefix(prefix).unwrap_or(text))
        .trim();
    Some(match bare {
        "month" | "months" | "monthly" | "mo" | "mth" | "mon" => Period::Month,
        "year" | "years" | "yearly" | "yr" | "annum" | "annually" | "annual" => Period::Year,
        "week" | "weeks" | "weekly" | "wk" => Period::Week,
        "day" | "days" | "daily" => Period::Day,
        "hour" | "hours" | "hourly" | "hr" => Period::Hour,
        _ => return None,
    })
}

fn currency_code(symbol: &str) -> Option<String> {
    let code = match symbol.to_uppercase().as_str() {
        "$" | "US$" | "USD" | "DOLLARS" => "USD",
        "€" | "EUR" | "EUROS" => "EUR",
        "£" | "GBP" => "GBP",
        "¥" | "JPY" => "JPY",
        "₹" | "INR" | "RS" | "RS." => "INR",
        "₩" => "KRW",
        "CHF" => "CHF",
        "C$" | "CA$" | "CAD" => "CAD",
        "A$" | "AU$" | "AUD" => "AUD",
        "NZ$" => "NZD",
        "HK$" => "HKD",
        "S$" => "SGD",
        "R$" => "BRL",
        "KR" | "KR." | "SEK" => "SEK",
        "NOK" => "NOK",
        "DKK" => "DKK",
        "ZŁ" | "PLN" => "PLN",
        _ => return None,
    };
    Some(code.to_owned())
}

/// `1,200`, `1.200`, `1 200`, `9,99` and `9.99`: groups of exactly three digits are thousands.
fn number_value(text: &str) -> Option<f64> {
    let marks: Vec<(usize, char)> =
        text.char_indices().filter(|(_, character)| !character.is_ascii_digit()).collect();
    let Some(&(last, mark)) = marks.last() else { return text.parse().ok() };
    let digits_behind = text.len() - last - mark.len_utf8();
    let whole: String = text[..last].chars().filter(char::is_ascii_digit).collect();
    let tail: String = text[last..].chars().filter(char::is_ascii_digit).collect();
    if digits_behind == 3 {
        format!("{whole}{tail}").parse().ok()
    } else {
        format!("{whole}.{tail}").parse().ok()
    }
}

/// A whole text that means free of charge, or a price on request (`None` as amount).
pub fn words(text: &str) -> Option<Money> {
    let lower = text.to_lowercase();
    let bare = lower.trim_matches(|mark: char| !mark.is_alphanumeric());
    let money = |amount: Option<f64>| Money {
        amount,
        currency: None,
        period: None,
        plan: None,
        per_seat: false,
        qualifier: None,
    };
    match bare {
        "free" | "free forever" | "forever free" | "always free" | "free of charge" | "completely free"
        | "100% free" => Some(money(Some(0.0))),
        "custom"
        | "custom pricing"
        | "custom price"
        | "contact us"
        | "contact sales"
        | "contact for pricing"
        | "let's talk"
        | "let’s talk"
        | "talk to us"
        | "talk to sales"
        | "on request"
        | "price on request"
        | "request a quote"
        | "get a quote"
        | "custom quote"
        | "ask us"
        | "contact" => Some(money(None)),
        _ => None,
    }
}
