//! What rules and models propose for one picture, before anyone has reviewed it.
//!
//! Invariant: every proposed value is a run of page text with its boxes; nothing here has touched the library.

use serde::{Deserialize, Serialize};

use crate::claim::{EvidenceLine, MatchLevel, Speaker, Status, Value};

/// What sort of page the picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum PageKind {
    Launch,
    Pricing,
    Comparison,
    Repository,
    #[default]
    Unknown,
}

/// What a proposer says of a value that more than the change set's own proposer spoke of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Opinion {
    /// Name of the rules or of the model.
    pub proposer: String,
    /// What it proposes in this value's place; nothing where it proposes just this value.
    pub instead: Option<Instead>,
}

/// The other reading of two that exclude each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Instead {
    /// Name of the tool that it belongs to, where that is what differs.
    pub tool: Option<String>,
    /// Id of the property, where that is what differs.
    pub property: Option<String>,
    pub text: String,
    pub evidence: Vec<EvidenceLine>,
}

/// One proposed value of one property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProposedClaim {
    /// Id of a property of [`crate::property::PROPERTIES`].
    pub property: String,
    pub value: Value,
    /// The words on the page, line breaks as single spaces.
    pub raw_text: String,
    pub speaker: Speaker,
    /// 0 to 1.
    pub confidence: f32,
    pub status: Status,
    /// Reason codes for the status, for example `digits_uncertain`.
    pub reasons: Vec<String>,
    /// One entry for each visual line that the words stand on.
    pub evidence: Vec<EvidenceLine>,
    pub matched: MatchLevel,
    /// Who spoke of it; empty where only the change set's own proposer did.
    #[serde(default)]
    pub opinions: Vec<Opinion>,
}

/// Everything proposed about one tool; its name, when known, is the claim with property `name`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProposedTool {
    pub claims: Vec<ProposedClaim>,
}

/// The whole proposal for one picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Extraction {
    /// Name and version of the rules (and model) that proposed, for provenance.
    pub proposed_by: String,
    pub page_kind: PageKind,
    pub tools: Vec<ProposedTool>,
}

impl ProposedClaim {
    /// Names of those who propose just this value; `own` is the change set's own proposer.
    pub fn proposers<'a>(&'a self, own: &'a str) -> Vec<&'a str> {
        if self.opinions.is_empty() {
            return vec![own];
        }
        let agreeing = self.opinions.iter().filter(|opinion| opinion.instead.is_none());
        agreeing.map(|opinion| opinion.proposer.as_str()).collect()
    }
}

impl ProposedTool {
    /// The proposed name, if one was read.
    pub fn name(&self) -> Option<&str> {
        self.first("name").map(|claim| claim.raw_text.as_str())
    }

    /// The first claim of a property.
    pub fn first(&self, property: &str) -> Option<&ProposedClaim> {
        self.claims.iter().find(|claim| claim.property == property)
    }

    /// All claims of a property, in page order.
    pub fn all<'a>(&'a self, property: &'a str) -> impl Iterator<Item = &'a ProposedClaim> {
        self.claims.iter().filter(move |claim| claim.property == property)
    }
}

/// What a reviewer's quote ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Verdict {
    Ship,
    Hold,
    Skip,
}

/// The verdict that the words of a quote state themselves; `None` where they leave it open or say two.
///
/// A denied verdict ("I would not ship this") is none: what the reviewer wants instead is not said.
pub fn verdict(quote: &str) -> Option<Verdict> {
    let folded = crate::text::fold(quote);
    let last = folded
        .split(['.', '!', '?', ';'])
        .map(str::trim)
        .rfind(|part| part.chars().any(char::is_alphabetic))?;
    let words: Vec<&str> = last.split(|mark: char| !mark.is_alphanumeric() && mark != '\'').collect();
    let mut found = None;
    for (index, word) in words.iter().enumerate() {
        let said = match *word {
            "ship" | "ships" => Verdict::Ship,
            "hold" | "holds" => Verdict::Hold,
            "skip" | "skips" => Verdict::Skip,
            _ => continue,
        };
        let denied = words[index.saturating_sub(4)..index].iter().any(|word| {
            matches!(*word, "not" | "never" | "don't" | "doesn't" | "wouldn't" | "won't" | "can't" | "cannot")
        });
        if denied || found.is_some_and(|other| other != said) {
            return None;
        }
        found = Some(said);
    }
    found
}
