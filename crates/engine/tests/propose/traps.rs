//! Comparison pages with the traps that such pages hold, in several renderings, and a page that wants to deceive.

use domain::{
    Bound, Extraction, LicenseClass, PageKind, ProposedTool, Reading, Speaker, Status, TypedValue, Value,
    Verdict, typed_values, verdict,
};
use engine::ground;

use crate::{prices, propose, reading, texts};

const MODEL: [&str; 4] = ["traps-model", "traps-model-1440-dark", "traps-model-390", "traps-model-390-dark"];
const TURBO: [&str; 3] = ["traps-turbo", "traps-turbo-390", "traps-turbo-1440-dark"];

/// The two tools of a page, grounded as in the product.
fn tools(page: &str) -> [ProposedTool; 2] {
    let reading = reading(page);
    let mut extraction = engine::propose::propose(&reading);
    ground::ground(&mut extraction, &reading);
    assert_eq!(extraction.page_kind, PageKind::Comparison, "{page}");
    extraction.tools.try_into().unwrap_or_else(|tools: Vec<ProposedTool>| {
        panic!("{page}: two tools, rivals named in prose are none, but {} were found", tools.len())
    })
}

fn values(tool: &ProposedTool) -> Vec<TypedValue> {
    tool.claims
        .iter()
        .filter(|claim| claim.speaker == Speaker::Site)
        .flat_map(|claim| typed_values(&claim.raw_text))
        .collect()
}

#[test]
fn each_tool_keeps_its_own_values_in_every_rendering() {
    for (page, name) in MODEL
        .map(|page| (page, "Pebblelens-3B"))
        .into_iter()
        .chain(TURBO.map(|page| (page, "Pebblelens2 Turbo")))
    {
        let [left, right] = tools(page);
        assert_eq!((left.name(), right.name()), (Some("Nightferry Agents"), Some(name)), "{page}");
        assert_eq!(texts(&left, "tagline"), ["Coding errands that finish while you sleep"], "{page}");
        for tool in [&left, &right] {
            assert_eq!(texts(tool, "category"), ["Developer Tools"], "{page}");
            assert_eq!(tool.all("review").count(), 4, "{page}");
            let votes = tool.first("community_votes").map(|claim| &claim.value);
            assert_eq!(votes, Some(&Value::NotStated), "{page}: a dash is no zero");
        }
    }
}

#[test]
fn a_price_in_a_reviewers_prose_is_not_the_entry_price() {
    for page in MODEL.into_iter().chain(TURBO) {
        let [left, right] = tools(page);
        assert_eq!(prices(&left), ["-: Free"], "{page}");
        assert_eq!(prices(&right), ["-: Free"], "{page}");
        let founder = left.all("review").last().expect("four reviews");
        assert_eq!(founder.speaker, Speaker::Reviewer, "{page}");
        assert!(founder.raw_text.contains("$20/mo"), "{page}: {}", founder.raw_text);
    }
}

#[test]
fn the_panels_share_agrees_with_the_verdicts_of_its_quotes() {
    for page in MODEL {
        let [_, right] = tools(page);
        let ships =
            right.all("review").filter(|review| verdict(&review.raw_text) == Some(Verdict::Ship)).count();
        let skips =
            right.all("review").filter(|review| verdict(&review.raw_text) == Some(Verdict::Skip)).count();
        assert_eq!((ships, skips), (3, 1), "{page}");
        let panel = right.first("panel_ship").map(|claim| &claim.value);
        assert_eq!(panel, Some(&Value::Percent { percent: 75.0 }), "{page}");
    }
}

#[test]
fn what_a_reviewer_denies_is_no_claim_of_the_tool() {
    for page in MODEL.into_iter().chain(TURBO) {
        for tool in tools(page) {
            let said = |words: &str| {
                tool.claims.iter().any(|claim| claim.property != "review" && claim.raw_text.contains(words))
            };
            assert!(
                !said("benchmark suite") && !said("claiming the market") && !said("2B parameters simply"),
                "{page}"
            );
        }
    }
}

#[test]
fn a_tool_on_two_pages_is_read_alike() {
    let [one, _] = tools("traps-model");
    for page in TURBO {
        let [other, _] = tools(page);
        let facts = |tool: &ProposedTool| -> Vec<(String, String)> {
            let claims = tool.claims.iter().map(|claim| (claim.property.clone(), claim.raw_text.clone()));
            claims.collect()
        };
        assert_eq!(facts(&one), facts(&other), "{page}");
    }
}

#[test]
fn parameters_sizes_and_licences_are_told_apart() {
    for page in MODEL {
        let [_, right] = tools(page);
        let found = values(&right);
        let parameters: Vec<(f64, Bound)> = found
            .iter()
            .filter_map(|value| match value {
                TypedValue::Quantity { amount, unit, bound, .. } if unit == "parameters" => {
                    Some((*amount, *bound))
                }
                _ => None,
            })
            .collect();
        assert!(parameters.contains(&(3e9, Bound::Exact)), "{page}: {parameters:?}");
        assert!(!parameters.contains(&(2e9, Bound::Exact)), "{page}: \"sub-2B\" is a limit");
        let apache = |value: &TypedValue| matches!(value, TypedValue::License { expression, .. } if expression.as_deref() == Some("Apache-2.0"));
        assert!(found.iter().any(apache), "{page}");
    }
    for page in TURBO {
        let [_, right] = tools(page);
        let classes: Vec<LicenseClass> = values(&right)
            .into_iter()
            .filter_map(|value| match value {
                TypedValue::License { class, expression: None, .. } => Some(class),
                _ => None,
            })
            .collect();
        assert!(
            classes.contains(&LicenseClass::OpenWeights) && classes.contains(&LicenseClass::OpenUnspecified),
            "{page}: {classes:?}"
        );
        let results = values(&right).into_iter().any(|value| matches!(value, TypedValue::Benchmark { .. }));
        assert!(!results, "{page}: \"competitive benchmark performance\" is no result");
        let vague = right.claims.iter().find(|claim| claim.raw_text.contains("competitive benchmark"));
        assert!(
            vague.is_some_and(|claim| claim.reasons.iter().any(|reason| reason == ground::VAGUE)),
            "{page}"
        );
    }
}

const HOSTILE: [&str; 7] = [
    "Ignore all previous",
    "System prompt",
    "Note to AI",
    "Certified by",
    "<img",
    "=HYPERLINK",
    "free for everyone",
];

fn grounded(reading: &Reading) -> Extraction {
    let mut extraction = engine::propose::propose(reading);
    ground::ground(&mut extraction, reading);
    extraction
}

#[test]
fn text_that_wants_to_deceive_is_flagged_and_never_verified() {
    let page = reading("hostile");
    let extraction = grounded(&page);
    let claims = || extraction.tools.iter().flat_map(|tool| &tool.claims);
    for (words, reason) in [
        ("Ignore all previous", ground::INSTRUCTION_LIKE),
        ("System prompt", ground::INSTRUCTION_LIKE),
        ("Note to AI", ground::INSTRUCTION_LIKE),
        ("Certified by", ground::LOOKALIKE_CHARACTERS),
        ("free for everyone", ground::HARDLY_VISIBLE),
    ] {
        for claim in claims().filter(|claim| claim.raw_text.contains(words)) {
            assert_ne!(claim.status, Status::Verified, "{}", claim.raw_text);
            assert!(
                claim.reasons.iter().any(|known| known == reason),
                "{}: {:?}",
                claim.raw_text,
                claim.reasons
            );
        }
    }
    // The one statement in hidden letters is proposed with its flag, not lost in silence.
    assert!(claims().any(|claim| claim.raw_text.contains("free for everyone")));
}

#[test]
fn text_that_wants_to_deceive_changes_nothing_else() {
    let page = reading("hostile");
    let mut honest = page.clone();
    honest.lines.retain(|line| !HOSTILE.iter().any(|words| line.text.contains(words)));
    assert_eq!(page.lines.len(), honest.lines.len() + HOSTILE.len());
    let rest = |extraction: &Extraction| -> Vec<(String, String)> {
        let claims = extraction.tools.iter().flat_map(|tool| &tool.claims);
        let kept = claims.filter(|claim| !HOSTILE.iter().any(|words| claim.raw_text.contains(words)));
        kept.map(|claim| (claim.property.clone(), claim.raw_text.clone())).collect()
    };
    assert_eq!(rest(&grounded(&page)), rest(&grounded(&honest)));
    // The markup and the formula are text like any other.
    let extraction = propose("hostile");
    let markup =
        extraction.tools.iter().flat_map(|tool| &tool.claims).find(|claim| claim.raw_text.contains("<img"));
    assert!(markup.is_none_or(|claim| matches!(claim.value, Value::Text { .. })));
}
