//! The page as a model of passages sees it, and its answers put back on the layout.
//!
//! Invariant: a passage is a sentence, or a whole block where sentences mean nothing; without a model there are no
//! opinions and the rules stand alone. Features are about 0 to 1 and known from the layout alone.

use std::ops::Range;

use domain::{PASSAGE_FEATURES, PASSAGE_KINDS, Passage, PassageModel, PassageOpinion};

use super::page::overlap_x;
use super::roles::{Layout, Role};
use super::{claims, kinds, sentences, shape, taglines};

/// Most passages of a page that are judged together; what follows is left to the rules.
const MOST: usize = 700;

/// Where a passage stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) block: usize,
    pub(super) range: Range<usize>,
}

/// The model's answers by place.
#[derive(Debug, Default)]
pub(super) struct Opinions(Vec<(Place, PassageOpinion)>);

impl Opinions {
    pub(super) fn of(layout: &Layout, names: &[String], model: &dyn PassageModel) -> Self {
        let places = places(layout, names);
        let passages: Vec<Passage> = places.iter().map(|place| passage(layout, place, names)).collect();
        match model.judge(&passages) {
            Some(opinions) if opinions.len() == places.len() => {
                Self(places.into_iter().zip(opinions).collect())
            }
            _ => Self::default(),
        }
    }

    /// What the model thinks of a range: the mean over its passages, weighted by their part of it.
    pub(super) fn about(&self, block: usize, range: &Range<usize>) -> Option<PassageOpinion> {
        let mut sum: Option<PassageOpinion> = None;
        let mut total = 0.0;
        for (place, opinion) in self.0.iter().filter(|(place, _)| place.block == block) {
            let shared = place.range.end.min(range.end).saturating_sub(place.range.start.max(range.start));
            if shared == 0 {
                continue;
            }
            let weight = shared as f32;
            total += weight;
            let sum = sum.get_or_insert(PassageOpinion { roles: [0.0; 12], kinds: [0.0; 11] });
            for (sum, part) in sum.roles.iter_mut().zip(opinion.roles) {
                *sum += weight * part;
            }
            for (sum, part) in sum.kinds.iter_mut().zip(opinion.kinds) {
                *sum += weight * part;
            }
        }
        let mut mean = sum?;
        mean.roles.iter_mut().chain(&mut mean.kinds).for_each(|part| *part /= total);
        Some(mean)
    }
}

/// All passages of a page, from top to bottom.
pub(super) fn places(layout: &Layout, names: &[String]) -> Vec<Place> {
    let mut places = Vec::new();
    for (block, role) in layout.roles.iter().enumerate() {
        let text = layout.text(block);
        match role {
            Role::Text | Role::Quote | Role::Legal | Role::Heading => {
                places.extend(
                    sentences::sentences(text, names).into_iter().map(|range| Place { block, range }),
                );
            }
            Role::Picture => {}
            Role::Navigation | Role::Button | Role::Code => {
                places.push(Place { block, range: 0..text.len() });
            }
        }
    }
    places.truncate(MOST);
    places
}

pub(super) fn passage(layout: &Layout, place: &Place, names: &[String]) -> Passage {
    let text = &layout.text(place.block)[place.range.clone()];
    let heading = layout.headings[place.block].map_or("", |heading| layout.text(heading));
    Passage {
        text: masked(text, names),
        heading: masked(heading, names),
        features: features(layout, place, names),
    }
}

/// Lower case, with `{name}` in the place of the tool's name.
fn masked(text: &str, names: &[String]) -> String {
    let mut lower = text.to_lowercase().replace(['’', '‘'], "'");
    for name in names.iter().filter(|name| name.chars().count() >= 2) {
        if shape::contains_word(&lower, name) {
            lower = replace_word(&lower, name);
        }
    }
    lower
}

fn replace_word(lower: &str, word: &str) -> String {
    let boundary = |mark: Option<char>| mark.is_none_or(|mark| !mark.is_alphanumeric());
    let mut replaced = String::with_capacity(lower.len());
    let mut from = 0;
    for (at, found) in lower.match_indices(word) {
        let end = at + found.len();
        if at >= from && boundary(lower[..at].chars().next_back()) && boundary(lower[end..].chars().next()) {
            replaced.push_str(&lower[from..at]);
            replaced.push_str("{name}");
            from = end;
        }
    }
    replaced.push_str(&lower[from..]);
    replaced
}

fn features(layout: &Layout, place: &Place, names: &[String]) -> [f32; PASSAGE_FEATURES] {
    let block = &layout.blocks[place.block];
    let text = &block.text[place.range.clone()];
    let lower = text.to_lowercase();
    let flag = |holds: bool| if holds { 1.0 } else { 0.0 };
    let capped = |value: f32, most: f32| (value / most).clamp(0.0, 1.0);
    let width = layout.width.max(1.0);
    let around = sentences::sentences(&block.text, names);
    let position = around.iter().position(|range| range.start >= place.range.start).unwrap_or(0);
    let heading = layout.headings[place.block];
    let distance = heading.map_or(1.0, |heading| {
        capped(block.top() - layout.blocks[heading].bottom(), 20.0 * layout.body.max(1.0))
    });
    let (inside, outside) = claims::section(layout, place.block);
    let named = names.iter().any(|name| shape::contains_word(&lower, name));
    let opens = names
        .iter()
        .any(|name| lower.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with([' ', '\'', '’'])));
    let role = layout.roles[place.block];
    let roles = [
        Role::Navigation,
        Role::Button,
        Role::Code,
        Role::Picture,
        Role::Legal,
        Role::Heading,
        Role::Quote,
        Role::Text,
    ];
    let mut features = [0.0; PASSAGE_FEATURES];
    let values = [
        capped(block.left(), width),
        capped(block.bounds.right() as f32, width),
        capped(block.top(), 4.0 * width),
        capped(block.top(), 3.0 * taglines::first_screen(layout).max(1.0)),
        (block.size / layout.body.max(1.0)).max(0.1).ln().clamp(-1.5, 1.5),
        capped(shape::word_count(text) as f32, 40.0),
        flag(shape::ends_sentence(text)),
        flag(block.bullet()),
        flag(shape::starts_upper(text)),
        flag((block.bounds.center().0 - width / 2.0).abs() < 0.02 * width),
        capped(layout.row(place.block).len() as f32 - 1.0, 6.0),
        flag(claims::item_of_list(layout, place.block)),
        flag(heading.is_some()),
        distance,
        capped(position as f32, 5.0),
        capped(around.len() as f32, 5.0),
        flag(text.contains(|mark: char| mark.is_ascii_digit())),
        flag(shape::is_upper_case(text)),
        flag(text.contains(['$', '€', '£', '¥', '₹'])),
        flag(named),
        flag(opens),
        flag(claims::first_person(text)),
        flag(text.trim_end_matches(['"', '”']).ends_with('?')),
        flag(text.ends_with(':')),
        capped(block.runs.len() as f32, 4.0),
        flag(inside),
        flag(outside),
        flag(block.monospaced()),
        flag(layout.below(place.block).is_some_and(|(below, far)| {
            far < 3.0
                && layout.roles[below] == Role::Text
                && overlap_x(&layout.blocks[below].bounds, &block.bounds) > 0.0
        })),
    ];
    features[..values.len()].copy_from_slice(&values);
    for (feature, known) in features[values.len()..].iter_mut().zip(roles) {
        *feature = flag(role == known);
    }
    features
}

/// A kind with its certainty: the rules' cues and the model's answer together.
///
/// Both are evidence of their own: the rules know words that no made page holds, the model wordings that no rule names.
/// A clear cue decides; where cues are weak or stand against each other, the sum of both does.
pub(super) fn joined_kind(text: &str, opinion: Option<&PassageOpinion>) -> (&'static str, f32) {
    let (property, weight) = kinds::kind(text);
    let Some(opinion) = opinion else {
        return (property, weight);
    };
    let cues = kinds::scores(text);
    let raised: Vec<f32> = PASSAGE_KINDS
        .iter()
        .zip(opinion.kinds)
        .map(|(kind, share)| {
            let cue = cues.iter().find(|(id, _)| id == kind).map_or(0.0, |(_, weight)| *weight);
            (MODEL_SHARE * share.max(1e-4).ln() + CUE_SHARE * cue.min(5.0)).exp()
        })
        .collect();
    let total: f32 = raised.iter().sum();
    let certainty = |index: usize| raised[index] / total.max(f32::MIN_POSITIVE);
    let rival = cues.iter().filter(|(id, _)| *id != property).map(|(_, weight)| *weight).fold(0.0, f32::max);
    let clear = property != PASSAGE_KINDS[0] && weight - rival >= CLEAR;
    let own = PASSAGE_KINDS.iter().position(|kind| *kind == property);
    let joint = (0..raised.len()).max_by(|&left, &right| raised[left].total_cmp(&raised[right]));
    // Where both together are not sure either, the rules' answer stands, with the little certainty that it has.
    let best = joint.filter(|&joint| !clear && certainty(joint) >= OVERRULED).or(own);
    best.map_or((property, 0.0), |best| (PASSAGE_KINDS[best], certainty(best)))
}

/// How sure it is that a passage is a statement about the tool: the rules' score and the model's answer together,
/// 0 to 1.
pub(super) fn joined_certainty(score: f32, opinion: &PassageOpinion) -> f32 {
    let logit = SCORE_SLOPE * score.clamp(-2.0, 5.0) + MODEL_SLOPE * claim_logit(opinion) + OFFSET;
    1.0 / (1.0 + (-logit).exp())
}

/// The passage counts as a statement: the rules choose, the model strikes what it is sure to be none. What only the
/// model would choose was wrong more often than right on real pages. `threshold` is the rules' own, which differs
/// between sorts of pages.
pub(super) fn stands(score: f32, opinion: &PassageOpinion, threshold: f32) -> bool {
    score >= threshold && joined_certainty(score - threshold + USUAL_THRESHOLD, opinion) >= STRUCK
}

/// Logarithm of the odds that the passage is a claim or a short title that is one.
fn claim_logit(opinion: &PassageOpinion) -> f32 {
    let share = statement_share(opinion).clamp(0.005, 0.995);
    (share / (1.0 - share)).ln()
}

/// The model's probability of "claim", "title" and "tagline": all three say something of the tool.
pub(super) fn statement_share(opinion: &PassageOpinion) -> f32 {
    opinion.roles[1] + opinion.roles[2] + opinion.roles[3]
}

// Fitted by `models/training/claims/fit_joint.py` on made pages of the split `validation`, half of whose sentences are
// natural ones that neither the model nor the cues know.
const MODEL_SHARE: f32 = 0.9;
const CUE_SHARE: f32 = 1.0;
const SCORE_SLOPE: f32 = 0.884;
const MODEL_SLOPE: f32 = 1.147;
const OFFSET: f32 = -0.448;

/// By how much the best cue outweighs the next when it is clear.
const CLEAR: f32 = 2.0;
/// How sure both together have to be of another kind than the rules'.
const OVERRULED: f32 = 0.5;
/// The threshold of pages about one tool, on which the fit was made.
pub(super) const USUAL_THRESHOLD: f32 = 1.19;
/// Below it, what the rules chose is struck.
const STRUCK: f32 = 0.4;
