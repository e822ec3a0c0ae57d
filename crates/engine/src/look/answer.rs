//! From a model's answer to proposals: JSON read, words located on the page, values parsed from them.
//!
//! Invariants: pure; what the answer says that is not on the page gets no evidence, and the check marks it so; an answer
//! that was cut gives what was complete. Must not: take a value from anywhere but the located words.

use domain::property::{self, Datatype};
use domain::{
    EvidenceLine, MatchLevel, Money, PASSAGE_KINDS, PageKind, PixelBox, ProposedClaim, ProposedTool, Reading,
    Speaker, Status, Value,
};
use serde::Deserialize;

use super::places::{Place, best, places};
use crate::propose::{find_prices, price_words};

/// A model does not say how sure it is. Its word alone counts as much as a coin's, times how well the text was read.
const ALONE: f32 = 0.5;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Page {
    tools: Vec<Tool>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tool {
    name: Option<String>,
    category: Option<String>,
    tagline: Option<String>,
    prices: Vec<Price>,
    statements: Vec<Statement>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Price {
    plan: Option<String>,
    price: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Statement {
    kind: String,
    text: String,
}

/// What the answer proposes; nothing for one that is no such JSON.
pub(super) fn tools(answer: &str, reading: &Reading, page_kind: PageKind) -> Option<Vec<ProposedTool>> {
    let page: Page = parsed(answer)?;
    let speaker = if page_kind == PageKind::Comparison { Speaker::Site } else { Speaker::Vendor };
    let tools = page.tools.into_iter().map(|tool| proposed(tool, reading, speaker));
    Some(tools.filter(|tool| !tool.claims.is_empty()).collect())
}

fn proposed(tool: Tool, reading: &Reading, speaker: Speaker) -> ProposedTool {
    let mut claims = Vec::new();
    let name = tool.name.filter(|name| !name.trim().is_empty()).map(|name| {
        let place = best(places(reading, &name), None);
        claims.push(claim("name", &name, place.as_ref(), speaker));
        place
    });
    let anchor: Option<PixelBox> = name.flatten().map(|place| place.evidence.bounds);
    let mut statement = |property: &str, text: &str| {
        if !text.trim().is_empty() {
            let place = best(places(reading, text), anchor.as_ref());
            claims.push(claim(property, text, place.as_ref(), speaker));
        }
    };
    for (property, text) in [("category", tool.category), ("tagline", tool.tagline)] {
        if let Some(text) = text {
            statement(property, &text);
        }
    }
    for Statement { kind, text } in tool.statements {
        if PASSAGE_KINDS.contains(&kind.as_str()) {
            statement(&kind, &text);
        }
    }
    for Price { plan, price } in tool.prices {
        claims.extend(priced(plan.as_deref(), &price, reading, anchor.as_ref(), speaker));
    }
    ProposedTool { claims }
}

/// A price of the page; words that hold no amount are none.
fn priced(
    plan: Option<&str>,
    words: &str,
    reading: &Reading,
    anchor: Option<&PixelBox>,
    speaker: Speaker,
) -> Option<ProposedClaim> {
    let plan = plan.map(str::trim).filter(|plan| !plan.is_empty());
    let plan_place = plan.and_then(|plan| best(places(reading, plan), anchor));
    let near = plan_place.as_ref().map(|place| place.evidence.bounds);
    let place = best(places(reading, words), near.as_ref().or(anchor));
    let mut money: Money =
        find_prices(words).into_iter().next().map(|found| found.money).or_else(|| price_words(words))?;
    money.plan = plan_place.map(|place| place.evidence.text);
    let mut claim = claim("price", words, place.as_ref(), speaker);
    claim.value = Value::Money(money);
    Some(claim)
}

fn claim(property: &str, text: &str, place: Option<&Place>, speaker: Speaker) -> ProposedClaim {
    let evidence: Vec<EvidenceLine> = place.map(|place| place.evidence.clone()).into_iter().collect();
    // The page's own spelling where the words were found with another case or other quotes.
    let raw_text = evidence.first().map_or_else(|| text.trim().to_owned(), |line| line.text.clone());
    debug_assert!(property::find(property).is_some_and(|found| found.datatype != Datatype::Percent));
    ProposedClaim {
        property: property.to_owned(),
        value: Value::text(raw_text.clone()),
        raw_text,
        speaker,
        confidence: ALONE * place.map_or(0.0, |place| place.confidence.clamp(0.0, 1.0)),
        status: Status::Verified,
        reasons: Vec::new(),
        evidence,
        matched: MatchLevel::Exact,
        opinions: Vec::new(),
    }
}

/// JSON of an answer that may have been cut.
pub(super) fn parsed<T: for<'de> Deserialize<'de>>(answer: &str) -> Option<T> {
    let answer = answer.trim();
    serde_json::from_str(answer).ok().or_else(|| serde_json::from_str(&completed(answer)?).ok())
}

/// The longest start of cut JSON that ends behind a whole element of a list, closed.
fn completed(cut: &str) -> Option<String> {
    let (mut open, mut kept): (Vec<char>, Option<(usize, Vec<char>)>) = (Vec::new(), None);
    let (mut quoted, mut escaped) = (false, false);
    for (index, mark) in cut.char_indices() {
        if quoted {
            match mark {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = false,
                _ => continue,
            }
        } else {
            match mark {
                '"' => quoted = true,
                '{' => open.push('}'),
                '[' => open.push(']'),
                '}' | ']' => {
                    open.pop()?;
                }
                _ => continue,
            }
        }
        let whole = !quoted && !matches!(mark, '{' | '[' | '"' | '\\');
        if whole || (mark == '[') || (mark == '"' && !quoted && open.last() == Some(&']')) {
            kept = Some((index + mark.len_utf8(), open.clone()));
        }
    }
    let (end, open) = kept?;
    Some(cut[..end].chars().chain(open.into_iter().rev()).collect())
}

#[cfg(test)]
mod tests {
    use super::completed;

    #[test]
    fn a_cut_answer_keeps_what_was_complete() {
        let whole = r#"{"tools":[{"name":"A \"b\" [","prices":[{"plan":null,"price":"$5"},{"plan":"Pro","price":"$9"}]}]}"#;
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text);
        let expected = read(whole).expect("JSON");
        for end in 10..whole.len() {
            let closed = completed(&whole[..end]).expect("the list has begun");
            assert!(read(&closed).is_ok(), "{closed}");
        }
        let closed = completed(&whole[..whole.len() - 8]).expect("prices");
        assert_eq!(read(&closed).expect("JSON")["tools"][0]["prices"][0], expected["tools"][0]["prices"][0]);
        assert_eq!(completed("{\"tools\""), None);
    }
}
