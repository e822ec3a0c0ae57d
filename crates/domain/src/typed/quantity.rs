//! Numbers with a unit and a bound.
//!
//! Invariant: a number without a unit or a counted noun is no quantity (versions, years, list numbers); "B" behind a
//! number is parameters, "GB" is bytes.

use serde::{Deserialize, Serialize};

use super::{TypedValue, Word, words};

/// How a text limits its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    Exact,
    About,
    LessThan,
    AtMost,
    MoreThan,
    AtLeast,
    Range,
}

/// Nouns that software pages count.
const COUNTED: &str = "|users|people|teams|developers|companies|customers|organisations|organizations|businesses|stars|forks|\
    downloads|installs|countries|contributors|members|projects|files|seats|languages|integrations|models|templates|sites|\
    requests|queries|transactions|tokens|images|documents|pages|employees|cores|regions|services|formats|providers|\
    plugins|extensions|commits|issues|questions|tasks|votes|parameters|";

pub(super) fn find(text: &str) -> Vec<TypedValue> {
    let words = words(text);
    let mut found = Vec::new();
    let mut next = 0;
    for index in 0..words.len() {
        if index < next {
            continue;
        }
        if let Some((value, used)) = at(text, &words, index) {
            found.push(value);
            next = used;
        }
    }
    found
}

/// The quantity that begins at a word, and the word behind it.
fn at(text: &str, words: &[Word<'_>], index: usize) -> Option<(TypedValue, usize)> {
    let word = words[index];
    // "Sub-2B", "<2 GB", "$20": money has a parser of its own.
    let lower = word.text.to_lowercase();
    if lower.contains(['$', '€', '£', '¥', '₹']) {
        return None;
    }
    let (bare, prefix) = match lower.strip_prefix("sub-").or_else(|| lower.strip_prefix('<')) {
        Some(bare) => (bare, Some(Bound::LessThan)),
        None => {
            (lower.strip_prefix('>').unwrap_or(&lower), lower.starts_with('>').then_some(Bound::MoreThan))
        }
    };
    let (low, rest) = number(bare)?;
    let (upper, rest) = match rest.strip_prefix('-').and_then(number) {
        Some((upper, rest)) if upper > low => (Some(upper), rest),
        _ => (None, rest),
    };
    let plus = rest.ends_with('+') || rest.starts_with('+');
    let own = rest.trim_matches(['+', '-']);
    let original = &word.text[word.text.len() - rest.len().min(word.text.len())..];
    let (factor, mut unit, mut next) = unit_of(own, original.trim_matches(['+', '-']), words, index + 1)?;
    // "requests per second", "tokens/s".
    if let Some((rate, behind)) = per(words, next) {
        unit = format!("{unit}/{rate}");
        next = behind;
    } else if let Some((noun, rate)) = unit.clone().split_once('/') {
        unit = format!("{noun}/{}", time(rate).unwrap_or(rate));
    }
    let bound = match (upper, prefix.or_else(|| stated(words, index)), plus) {
        (Some(_), _, _) => Bound::Range,
        (None, Some(bound), _) => bound,
        (None, None, true) => Bound::AtLeast,
        (None, None, false) => Bound::Exact,
    };
    let words_of_it = &text[word.start..words[next - 1].end];
    let value = TypedValue::Quantity {
        text: words_of_it.to_owned(),
        amount: low * factor,
        upper: upper.map(|upper| upper * factor),
        unit,
        bound,
    };
    Some((value, next))
}

/// A number at the start of a lower-case word, and what follows it. Not a version ("2.4.1", "v3").
fn number(word: &str) -> Option<(f64, &str)> {
    let end = word
        .char_indices()
        .find(|(_, mark)| !mark.is_ascii_digit() && !matches!(mark, '.' | ','))
        .map_or(word.len(), |(at, _)| at);
    let digits = word[..end].trim_end_matches(['.', ',']);
    let rest = &word[digits.len()..];
    if !digits.starts_with(|mark: char| mark.is_ascii_digit()) || digits.matches('.').count() > 1 {
        return None;
    }
    // A comma parts thousands, or decimals where one or two digits follow the only one.
    let grouped =
        digits.split(',').skip(1).all(|group| group.split('.').next().is_some_and(|part| part.len() == 3));
    let plain = if grouped { digits.replace(',', "") } else { digits.replacen(',', ".", 1) };
    Some((plain.parse().ok()?, rest))
}

/// Factor, unit and the word behind it: glued to the number, or the words after it.
fn unit_of(own: &str, original: &str, words: &[Word<'_>], next: usize) -> Option<(f64, String, usize)> {
    let word = |at: usize| words.get(at).map(|word| word.text.to_lowercase());
    let ended = next > 0 && words.get(next - 1).is_some_and(|word| word.ends_phrase);
    // "3-billion parameter", "1.5 million requests", "10k users".
    if let Some((factor, rest)) = magnitude(own) {
        // "a 7B model" has parameters, it is not one of many models.
        let model = original == "B" && word(next).is_some_and(|word| word.starts_with("model"));
        let count = counted(factor, rest, words, next).filter(|_| !model);
        return count.or_else(|| parameters(factor, original, next));
    }
    if own.is_empty() {
        if ended {
            return None;
        }
        let following = word(next)?;
        if let Some((factor, "")) = magnitude(&following).filter(|_| following.len() > 1) {
            return counted(factor, "", words, next + 1);
        }
        let (factor, unit) = known(&following).or_else(|| noun(&following))?;
        return Some((factor, unit, next + 1));
    }
    let (factor, unit) = known(own).or_else(|| noun(own))?;
    Some((factor, unit, next))
}

/// What is counted in thousands, millions or billions.
fn counted(factor: f64, glued: &str, words: &[Word<'_>], next: usize) -> Option<(f64, String, usize)> {
    if let Some((own, unit)) = known(glued).or_else(|| noun(glued)) {
        return Some((factor * own, unit, next));
    }
    // An adjective may stand between: "12k monthly users".
    let close = words.get(next..)?.iter().take(2);
    for (offset, word) in close.enumerate() {
        if let Some((own, unit)) = noun(&word.text.to_lowercase()) {
            return Some((factor * own, unit, next + offset + 1));
        }
        if word.ends_phrase {
            break;
        }
    }
    None
}

/// "7B" alone: parameters of a model, in capitals only.
fn parameters(factor: f64, original: &str, next: usize) -> Option<(f64, String, usize)> {
    matches!(original, "B" | "b" | "M")
        .then(|| (factor, "parameters".to_owned(), next))
        .filter(|_| original != "b" || factor > 1e6)
}

fn magnitude(word: &str) -> Option<(f64, &str)> {
    let found =
        [("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("trillion", 1e12)].into_iter().find_map(
            |(name, factor)| word.strip_prefix(name).map(|rest| (factor, rest.trim_start_matches('-'))),
        );
    found.or(match word {
        "k" => Some((1e3, "")),
        "m" | "mn" => Some((1e6, "")),
        "b" | "bn" => Some((1e9, "")),
        _ => None,
    })
}

/// Units with a name of their own, as factor and canonical name.
fn known(word: &str) -> Option<(f64, String)> {
    let (factor, unit) = match word {
        "%" | "percent" => (1.0, "percent"),
        "x" | "×" | "times" => (1.0, "times"),
        "kb" => (1e3, "bytes"),
        "mb" => (1e6, "bytes"),
        "gb" => (1e9, "bytes"),
        "tb" => (1e12, "bytes"),
        "kib" => (1024.0, "bytes"),
        "mib" => (1_048_576.0, "bytes"),
        "gib" => (1_073_741_824.0, "bytes"),
        "fps" => (1.0, "frames/s"),
        "tok/s" | "tokens/s" | "t/s" => (1.0, "tokens/s"),
        "req/s" | "rps" | "requests/s" => (1.0, "requests/s"),
        "params" | "parameter" => (1.0, "parameters"),
        _ => return time(word).map(|unit| (1.0, unit.to_owned())),
    };
    Some((factor, unit.to_owned()))
}

fn time(word: &str) -> Option<&'static str> {
    Some(match word {
        "ms" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "second" | "seconds" => "s",
        "min" | "minute" | "minutes" => "min",
        "h" | "hr" | "hour" | "hours" => "h",
        "day" | "days" | "d" => "days",
        "week" | "weeks" => "weeks",
        "month" | "months" => "months",
        "year" | "years" => "years",
        _ => return None,
    })
}

fn noun(word: &str) -> Option<(f64, String)> {
    let known = COUNTED.contains(&format!("|{word}|")) && !word.is_empty();
    let single = COUNTED.contains(&format!("|{word}s|")) && word.len() > 2;
    if known {
        Some((1.0, word.to_owned()))
    } else if single {
        Some((1.0, format!("{word}s")))
    } else {
        None
    }
}

/// "per second", "a day" behind a counted noun.
fn per(words: &[Word<'_>], next: usize) -> Option<(&'static str, usize)> {
    if next > 0 && words.get(next - 1).is_some_and(|word| word.ends_phrase) {
        return None;
    }
    let opens =
        matches!(words.get(next)?.text.to_lowercase().as_str(), "per" | "a" | "an" | "every" | "each");
    let unit = time(&words.get(next + 1)?.text.to_lowercase())?;
    opens.then_some((unit, next + 2))
}

/// The bound that the words before a number state.
fn stated(words: &[Word<'_>], index: usize) -> Option<Bound> {
    let before = |back: usize| {
        let at = index.checked_sub(back)?;
        let crossed = words[at..index].iter().any(|word| word.ends_phrase);
        (!crossed).then(|| words[at].text.to_lowercase())
    };
    let one = before(1)?;
    let pair = before(2).map(|two| format!("{two} {one}"));
    let of_pair = match pair.as_deref() {
        Some("less than" | "fewer than" | "smaller than") => Some(Bound::LessThan),
        Some("more than" | "greater than" | "larger than" | "well over") => Some(Bound::MoreThan),
        Some("up to" | "at most" | "no more" | "as much" | "limited to" | "capped at") => Some(Bound::AtMost),
        Some("at least" | "starting at" | "as little") => Some(Bound::AtLeast),
        _ => None,
    };
    of_pair.or(match one.as_str() {
        "under" | "below" | "within" => Some(Bound::LessThan),
        "over" | "above" | "beyond" => Some(Bound::MoreThan),
        "about" | "around" | "roughly" | "approximately" | "nearly" | "almost" | "circa" | "approx" => {
            Some(Bound::About)
        }
        "from" | "minimum" => Some(Bound::AtLeast),
        "maximum" | "max" => Some(Bound::AtMost),
        _ => None,
    })
}
