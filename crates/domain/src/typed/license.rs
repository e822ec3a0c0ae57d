//! Licences as SPDX expressions with their class.
//!
//! Invariant: an expression is given only where the text names the licence; "open source" alone has none. A family
//! without a version ("GPL") has a class and no expression. SPDX reads a bare "GPL-3.0" as that version only.

use serde::{Deserialize, Serialize};

use super::{TypedValue, words};

/// What a licence allows, roughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LicenseClass {
    Permissive,
    WeakCopyleft,
    StrongCopyleft,
    PublicDomain,
    SourceAvailable,
    Proprietary,
    /// "Open source", "an open license": which one is not said.
    OpenUnspecified,
    /// Weights can be had; of use or change nothing is said.
    OpenWeights,
}

use LicenseClass::{Permissive, PublicDomain, StrongCopyleft, WeakCopyleft};

/// How a licence is written, squeezed to letters and digits; its SPDX id; its class.
const NAMED: &[(&str, &str, LicenseClass)] = &[
    ("apache20", "Apache-2.0", Permissive),
    ("apachelicense20", "Apache-2.0", Permissive),
    ("apachelicenseversion20", "Apache-2.0", Permissive),
    ("apachev2", "Apache-2.0", Permissive),
    ("apache2", "Apache-2.0", Permissive),
    ("mit", "MIT", Permissive),
    ("isc", "ISC", Permissive),
    ("bsd2clause", "BSD-2-Clause", Permissive),
    ("bsd3clause", "BSD-3-Clause", Permissive),
    ("zlib", "Zlib", Permissive),
    ("bsl10", "BSL-1.0", Permissive),
    ("ccby40", "CC-BY-4.0", Permissive),
    ("unlicense", "Unlicense", PublicDomain),
    ("cc0", "CC0-1.0", PublicDomain),
    ("cc010", "CC0-1.0", PublicDomain),
    ("mpl20", "MPL-2.0", WeakCopyleft),
    ("epl20", "EPL-2.0", WeakCopyleft),
    ("lgpl21", "LGPL-2.1", WeakCopyleft),
    ("lgplv21", "LGPL-2.1", WeakCopyleft),
    ("lgpl30", "LGPL-3.0", WeakCopyleft),
    ("lgplv3", "LGPL-3.0", WeakCopyleft),
    ("gpl20", "GPL-2.0", StrongCopyleft),
    ("gplv2", "GPL-2.0", StrongCopyleft),
    ("gpl30", "GPL-3.0", StrongCopyleft),
    ("gplv3", "GPL-3.0", StrongCopyleft),
    ("agpl30", "AGPL-3.0", StrongCopyleft),
    ("agplv3", "AGPL-3.0", StrongCopyleft),
    ("eupl12", "EUPL-1.2", WeakCopyleft),
    ("busl11", "BUSL-1.1", LicenseClass::SourceAvailable),
    ("ccbync40", "CC-BY-NC-4.0", LicenseClass::SourceAvailable),
];

/// Phrases that tell the sort of licence but not which one.
const PHRASES: &[(&str, LicenseClass)] = &[
    ("open-weight", LicenseClass::OpenWeights),
    ("open weight", LicenseClass::OpenWeights),
    ("weights are open", LicenseClass::OpenWeights),
    ("source-available", LicenseClass::SourceAvailable),
    ("source available", LicenseClass::SourceAvailable),
    ("business source license", LicenseClass::SourceAvailable),
    ("public domain", PublicDomain),
    ("permissive license", Permissive),
    ("permissively licensed", Permissive),
    ("proprietary", LicenseClass::Proprietary),
    ("closed source", LicenseClass::Proprietary),
    ("closed-source", LicenseClass::Proprietary),
    ("open license", LicenseClass::OpenUnspecified),
    ("open source", LicenseClass::OpenUnspecified),
    ("open-source", LicenseClass::OpenUnspecified),
    ("free software", LicenseClass::OpenUnspecified),
];

/// A licence found at a run of words.
struct Named {
    first: usize,
    last: usize,
    id: String,
    class: LicenseClass,
}

pub(super) fn find(text: &str) -> Vec<TypedValue> {
    let words = words(text);
    let squeezed: Vec<String> = words
        .iter()
        .map(|word| word.text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase())
        .collect();
    let mut named: Vec<Named> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // The longest run of words that is a licence's name.
        let run = (1..=4usize).rev().find_map(|length| {
            let joined = squeezed.get(at..at + length)?.concat();
            let known =
                NAMED.iter().find(|(written, _, _)| *written == joined.trim_end_matches("licensed"))?;
            // "mit" and "isc" are words of other languages: capitals, or a licence spoken of.
            let short = known.0.len() <= 4 && !known.0.ends_with(|mark: char| mark.is_ascii_digit());
            let spoken = text.to_lowercase().contains("licen")
                || words[at].text.chars().all(|mark| !mark.is_lowercase());
            (!short || spoken).then_some((length, known))
        });
        let Some((length, (_, id, class))) = run else {
            at += 1;
            continue;
        };
        let mut last = at + length - 1;
        let later = squeezed.get(last + 1).is_some_and(|word| word == "or")
            && squeezed.get(last + 2).is_some_and(|word| word == "later");
        let plus = words[last].text.ends_with('+');
        let gnu = id.contains("GPL");
        if gnu && later {
            last += 2;
        }
        let id = match (gnu, later || plus) {
            (true, true) => format!("{id}-or-later"),
            (true, false) => format!("{id}-only"),
            _ => (*id).to_owned(),
        };
        named.push(Named { first: at, last, id, class: *class });
        at = last + 1;
    }
    if let (Some(first), Some(end)) = (named.first(), named.last()) {
        let mut expression = first.id.clone();
        for pair in named.windows(2) {
            // Between the two stands "or", a slash or a comma; "and" means that both hold.
            let between = squeezed.get(pair[0].last + 1..pair[1].first).unwrap_or_default();
            let both = between.iter().any(|word| word == "and") && !between.iter().any(|word| word == "or");
            expression.push_str(if both { " AND " } else { " OR " });
            expression.push_str(&pair[1].id);
        }
        let text = text[words[first.first].start..words[end.last].end].to_owned();
        return vec![TypedValue::License { text, expression: Some(expression), class: first.class }];
    }
    let lower = text.to_lowercase();
    let phrase = PHRASES.iter().find_map(|(phrase, class)| {
        let at = lower.find(phrase)?;
        // Lower case may change the length of foreign letters: then the phrase itself is the quote.
        let quote = text.get(at..at + phrase.len()).unwrap_or(phrase);
        Some(TypedValue::License { text: quote.to_owned(), expression: None, class: *class })
    });
    phrase.into_iter().collect()
}
