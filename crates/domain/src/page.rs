//! Whether two captures show the same page at different times, judged by their text alone.
//!
//! Invariant: looks (sizes, colours, positions) play no part; a different width of the window changes little. Nothing is
//! decided here: a likeness is a suggestion with its grounds, and a person answers it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::reading::Reading;
use crate::text::{fold, name_key};

/// Numbers in a [`sketch`]; the share of equal ones estimates the share of equal text (`MinHash`, Broder 1997).
pub const SKETCH_LENGTH: usize = 24;

/// Pages of fewer text units say too little to be recognised.
const FEWEST_UNITS: usize = 6;

/// Part of the text that two captures have in common at least.
const LEAST_SHARED: f64 = 0.35;

/// From here on the same words under the same names are taken for the same page without doubt.
const CERTAIN_SHARED: f64 = 0.6;

/// From here on nothing but reading errors differs.
const SAME_SHARED: f64 = 0.97;

/// The text of one capture as far as it tells pages apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageText {
    /// Hashes of neighbouring words of a line, folded.
    pub units: BTreeSet<u64>,
    /// The line in the largest letters, folded.
    pub title: Option<String>,
    /// Keys of the names of the tools that the page speaks of.
    pub names: BTreeSet<String>,
}

/// How alike the texts of two captures are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PageLikeness {
    /// 0 to 1: text that both show, of all text that they show.
    pub shared: f64,
    /// 0 to 1: text that both show, of the text of the shorter one; high for a part of the same page.
    pub contained: f64,
    pub same_title: bool,
    /// Tools that both speak of.
    pub shared_tools: u32,
}

/// What a person says about a likeness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PageAnswer {
    /// The same page at a later time.
    NewVersion,
    /// The same page in the same state: further evidence, no new version.
    SecondSighting,
    /// Another page.
    Separate,
}

impl PageText {
    /// `names` are those of the proposed tools.
    pub fn new<'a>(reading: &Reading, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut units = BTreeSet::new();
        for line in &reading.lines {
            let folded = fold(&line.text);
            let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                [] => {}
                [one] => {
                    units.insert(hash(one));
                }
                several => {
                    units.extend(several.windows(2).map(|pair| hash(&pair.join(" "))));
                }
            }
        }
        let largest = reading
            .lines
            .iter()
            .filter(|line| line.text.chars().filter(|character| character.is_alphabetic()).count() > 2)
            .max_by(|left, right| left.font_height.total_cmp(&right.font_height));
        Self {
            units,
            title: largest.map(|line| fold(&line.text)),
            names: names.into_iter().map(name_key).filter(|key| !key.is_empty()).collect(),
        }
    }

    /// A few numbers by which alike texts are found among many: equal places mean common text.
    ///
    /// `None` for a page with too little text to be recognised.
    pub fn sketch(&self) -> Option<[i64; SKETCH_LENGTH]> {
        if self.units.len() < FEWEST_UNITS {
            return None;
        }
        let mut sketch = [i64::MAX; SKETCH_LENGTH];
        for unit in &self.units {
            for (place, least) in sketch.iter_mut().enumerate() {
                // The top bit is dropped, so that the order is that of the unsigned number.
                let number = (mix(*unit ^ mix(place as u64 + 1)) >> 1) as i64;
                *least = number.min(*least);
            }
        }
        Some(sketch)
    }

    /// How alike two captures are, or `None` where nothing suggests the same page.
    ///
    /// Pages of one site share menus and footers; where both name tools and none in common, they are different pages.
    pub fn likeness(&self, other: &Self) -> Option<PageLikeness> {
        let least = self.units.len().min(other.units.len());
        if least < FEWEST_UNITS {
            return None;
        }
        let common = self.units.intersection(&other.units).count();
        let all = self.units.len() + other.units.len() - common;
        let shared_tools = self.names.intersection(&other.names).count() as u32;
        let both_named = !self.names.is_empty() && !other.names.is_empty();
        let likeness = PageLikeness {
            shared: common as f64 / all as f64,
            contained: common as f64 / least as f64,
            same_title: self.title.is_some() && self.title == other.title,
            shared_tools,
        };
        let is_part = likeness.contained >= 0.7 && least >= 3 * FEWEST_UNITS;
        let alike = likeness.shared >= LEAST_SHARED || is_part;
        let about_the_same = !both_named || shared_tools > 0;
        (alike && about_the_same).then_some(likeness)
    }
}

impl PageLikeness {
    /// The answer that may be chosen beforehand; `None` where a person has to look.
    pub fn suggested(&self) -> Option<PageAnswer> {
        let named_alike = self.same_title || self.shared_tools > 0;
        if self.shared >= SAME_SHARED && named_alike {
            Some(PageAnswer::SecondSighting)
        } else if named_alike && (self.shared >= CERTAIN_SHARED || self.contained >= 0.85) {
            Some(PageAnswer::NewVersion)
        } else {
            None
        }
    }

    /// The grounds in words.
    pub fn reasons(&self) -> Vec<String> {
        let mut reasons = vec![format!("{:.0} % of the text is the same", self.shared * 100.0)];
        if self.contained > self.shared + 0.1 {
            reasons.push(format!("{:.0} % of the shorter one stands on the other", self.contained * 100.0));
        }
        if self.same_title {
            reasons.push("same title".to_owned());
        }
        match self.shared_tools {
            0 => {}
            1 => reasons.push("speaks of the same tool".to_owned()),
            tools => reasons.push(format!("speaks of {tools} of the same tools")),
        }
        reasons
    }
}

/// The address that stands in a browser's address bar, where the picture shows one: near the top, alone in its line, in
/// letters no larger than most of the page's.
///
/// A bare name such as `example.com` is not enough: that is how pages write their own name, too.
pub fn address(reading: &Reading) -> Option<String> {
    let mut heights: Vec<f32> = reading.lines.iter().map(|line| line.font_height).collect();
    heights.sort_by(f32::total_cmp);
    let usual = heights.get(heights.len() / 2)?;
    let mut top = reading.lines.iter().filter(|line| {
        line.bounds.y + line.bounds.height / 2 < (reading.height / 8).min(BAR_DEPTH)
            && line.font_height <= usual * 1.6
    });
    top.find_map(|line| address_in(&line.text))
}

/// Pixels from the top within which an address bar stands, on a screen with two pixels to a point.
const BAR_DEPTH: u32 = 320;

fn address_in(text: &str) -> Option<String> {
    // A padlock or another sign may have been read before it.
    let text = text.trim().trim_start_matches(|sign: char| !sign.is_ascii_alphanumeric()).trim_end();
    if text.contains(char::is_whitespace) || !text.is_ascii() {
        return None;
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (Some(scheme), rest),
        Some(_) => return None,
        None => (None, text),
    };
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = labels.last()?;
    let is_host = labels.len() >= 2
        && labels.iter().all(is_label)
        && (2..=24).contains(&last.len())
        && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_more_than_a_name = scheme.is_some() || path.is_some() || labels[0] == "www";
    (is_host && is_more_than_a_name).then(|| text.to_owned())
}

/// FNV-1a, 64 bits: stored numbers must not depend on the version of a library.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of `SplitMix64` (Steele and others 2014).
const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// How two wordings of one statement differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rewording {
    /// The same words in another form; numbers and negations agree.
    Cosmetic,
    /// Alike enough to be the same statement, but it says something else now.
    Changed,
    /// Two statements.
    Unrelated,
}

/// Compares two wordings. Whatever differs in a number or a negation is never cosmetic.
pub fn rewording(before: &str, after: &str) -> Rewording {
    let (before, after) = (words(before), words(after));
    let bare = |words: &[String]| words.concat();
    let alike = likeness_of(&bare(&before), &bare(&after));
    let common = common_words(&before, &after);
    if alike < 0.5 && common < 0.5 {
        return Rewording::Unrelated;
    }
    let says_the_same = numbers(&before) == numbers(&after) && denials(&before) == denials(&after);
    if says_the_same && covered(&before, &after) && covered(&after, &before) {
        Rewording::Cosmetic
    } else {
        Rewording::Changed
    }
}

/// Whether every word that carries meaning stands in the other text too, at least in another form.
fn covered(words: &[String], other: &[String]) -> bool {
    words.iter().all(|word| {
        FUNCTION_WORDS.contains(&word.as_str()) || other.iter().any(|held| likeness_of(word, held) >= 0.6)
    })
}

const FUNCTION_WORDS: [&str; 30] = [
    "a", "all", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "in", "is", "it", "its",
    "of", "on", "or", "our", "that", "the", "this", "to", "we", "which", "who", "with", "you", "your",
];

fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|character: char| !(character.is_alphanumeric() || character == '.' || character == '\''))
        .map(|word| word.trim_matches('.').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn numbers(words: &[String]) -> Vec<&str> {
    let mut found: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| word.contains(|c: char| c.is_ascii_digit())).collect();
    found.sort_unstable();
    found
}

/// Words that turn a statement round or narrow it down.
fn denials(words: &[String]) -> Vec<&str> {
    let mut found: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| {
            matches!(
                *word,
                "no" | "not"
                    | "never"
                    | "none"
                    | "without"
                    | "cannot"
                    | "only"
                    | "except"
                    | "unlimited"
                    | "limited"
            ) || word.ends_with("n't")
        })
        .collect();
    found.sort_unstable();
    found
}

fn common_words(left: &[String], right: &[String]) -> f64 {
    let mut rest: Vec<&String> = right.iter().collect();
    let common = left
        .iter()
        .filter(|word| {
            rest.iter().position(|other| other == word).map(|place| rest.swap_remove(place)).is_some()
        })
        .count();
    2.0 * common as f64 / (left.len() + right.len()).max(1) as f64
}

/// Share of common pairs of neighbouring characters (Dice), 0 to 1.
pub(crate) fn likeness_of(left: &str, right: &str) -> f64 {
    if left == right {
        return 1.0;
    }
    let pairs = |text: &str| {
        let characters: Vec<char> = text.chars().collect();
        let mut pairs: Vec<(char, char)> = characters.windows(2).map(|pair| (pair[0], pair[1])).collect();
        pairs.sort_unstable();
        pairs
    };
    let (left, right) = (pairs(left), pairs(right));
    let (mut one, mut other, mut common) = (0, 0, 0_u32);
    while one < left.len() && other < right.len() {
        match left[one].cmp(&right[other]) {
            std::cmp::Ordering::Less => one += 1,
            std::cmp::Ordering::Greater => other += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                one += 1;
                other += 1;
            }
        }
    }
    2.0 * f64::from(common) / (left.len() + right.len()).max(1) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Line, PixelBox};

    fn reading(lines: &[&str]) -> Reading {
        let line = |(place, text): (usize, &&str)| Line {
            text: (*text).to_owned(),
            bounds: PixelBox::new(0, 20 * place as u32, 200, 18),
            confidence: 1.0,
            characters: Vec::new(),
            words: Vec::new(),
            font_height: if place == 0 { 30.0 } else { 14.0 },
            foreground: [0; 3],
            background: [255; 3],
            lettering: None,
        };
        Reading { lines: lines.iter().enumerate().map(line).collect(), ..Reading::default() }
    }

    const PRICES: [&str; 9] = [
        "Acme pricing",
        "Pro $20 per user per month",
        "Free for up to 3 seats",
        "Works in offline mode too",
        "Single sign-on on the Team plan",
        "Cancel at any time, no questions asked",
        "Unlimited projects and guests",
        "Support answers within one working day",
        "Terms Privacy Imprint",
    ];

    fn page(lines: &[&str], names: &[&str]) -> PageText {
        PageText::new(&reading(lines), names.iter().copied())
    }

    #[test]
    fn a_page_with_changed_prices_is_a_new_version() {
        let mut later = PRICES;
        later[1] = "Pro $24 per user per month";
        later[2] = "Free for up to 1 seat";
        let likeness = page(&PRICES, &["Acme"]).likeness(&page(&later, &["Acme"])).unwrap();
        assert_eq!(likeness.suggested(), Some(PageAnswer::NewVersion), "{likeness:?}");
        assert!(likeness.reasons().iter().any(|reason| reason == "same title"));
    }

    #[test]
    fn the_same_text_again_is_a_second_sighting_and_another_tool_another_page() {
        let first = page(&PRICES, &["Acme"]);
        assert_eq!(first.likeness(&first).unwrap().suggested(), Some(PageAnswer::SecondSighting));
        assert_eq!(first.likeness(&page(&PRICES, &["Bolt"])), None, "a sister page from one template");
        assert_eq!(
            first.likeness(&page(&["Acme news", "Nothing here is alike", "at all, to be honest"], &[])),
            None
        );
    }

    #[test]
    fn a_part_of_the_page_is_recognised_but_asked_about() {
        let mut long: Vec<String> = PRICES.iter().map(|line| (*line).to_owned()).collect();
        long.extend(
            (0..40).map(|number| format!("Question {number} with an answer of its own number {number}")),
        );
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        let likeness = page(&long, &[]).likeness(&page(&PRICES[1..], &[])).unwrap();
        assert!(likeness.contained > 0.9 && likeness.shared < 0.4, "{likeness:?}");
        assert_eq!(likeness.suggested(), None);
    }

    #[test]
    fn the_address_of_a_page_is_read_from_the_bar_and_from_nowhere_else() {
        let page = |bar: &str| {
            let mut lines = vec!["Acme pricing, and a title", bar];
            lines.extend(PRICES);
            Reading { height: 900, ..reading(&lines) }
        };
        let cases = [
            ("acme.example/pricing", Some("acme.example/pricing")),
            ("https://acme.example", Some("https://acme.example")),
            ("▲ www.acme.example", Some("www.acme.example")),
            ("acme.example", None),
            ("see acme.example/pricing for more", None),
            ("and/or", None),
            ("24/7", None),
            ("file:///home/me", None),
            ("1.5/month", None),
        ];
        for (bar, expected) in cases {
            assert_eq!(address(&page(bar)).as_deref(), expected, "{bar}");
        }
        let mut below = page("Acme");
        below.lines[9].text = "acme.example/pricing".to_owned();
        below.lines[9].bounds.y = 600;
        assert_eq!(address(&below), None);
    }

    #[test]
    fn rewordings() {
        let cases = [
            ("Works offline", "works offline.", Rewording::Cosmetic),
            ("Notes that file themselves", "Notes which file themselves", Rewording::Cosmetic),
            ("Free for up to 3 seats", "Free for up to 1 seats", Rewording::Changed),
            ("Works offline", "Does not work offline", Rewording::Changed),
            ("Unlimited projects", "Limited projects", Rewording::Changed),
            ("Works with Slack messages", "Works with Teams messages", Rewording::Changed),
            ("Works offline", "Single sign-on", Rewording::Unrelated),
        ];
        for (before, after, expected) in cases {
            assert_eq!(rewording(before, after), expected, "{before} / {after}");
        }
    }

    proptest! {
        #[test]
        fn sketches_agree_about_as_often_as_the_texts(same in 20..200_usize, other in 0..200_usize) {
            let own = |name: &str| (0..other).map(|number| hash(&format!("{name} {number}"))).collect::<Vec<_>>();
            let common: Vec<u64> = (0..same).map(|number| hash(&format!("common {number}"))).collect();
            let page = |name: &str| PageText {
                units: common.iter().copied().chain(own(name)).collect(),
                ..PageText::default()
            };
            let (left, right) = (page("left").sketch().unwrap(), page("right").sketch().unwrap());
            let equal = left.iter().zip(&right).filter(|(left, right)| left == right).count() as f64;
            let expected = same as f64 / (same + 2 * other) as f64;
            prop_assert!((equal / SKETCH_LENGTH as f64 - expected).abs() < 0.5);
            prop_assert_eq!(&left, &page("left").sketch().unwrap());
        }

        #[test]
        fn likeness_is_the_same_both_ways(left in ".{0,20}", right in ".{0,20}") {
            prop_assert!((likeness_of(&left, &right) - likeness_of(&right, &left)).abs() < 1e-9);
            prop_assert_eq!(rewording(&left, &left), Rewording::Cosmetic);
        }
    }
}
