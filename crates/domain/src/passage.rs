//! What a model of lines gets to see and what it answers: one passage for each sentence, item, heading or entry of a page.
//!
//! Invariant: the order of features, roles and kinds is part of the trained weights; whoever changes one trains again.

/// How many numbers describe the place and shape of a passage.
pub const PASSAGE_FEATURES: usize = 37;

/// What a passage is for, in the order of the model's answers.
pub const PASSAGE_ROLES: [&str; 12] = [
    "other",
    "claim",
    "title",
    "tagline",
    "name",
    "quote",
    "heading",
    "instruction",
    "filler",
    "navigation",
    "code",
    "price",
];

/// Properties of claims, in the order of the model's answers.
pub const PASSAGE_KINDS: [&str; 11] = [
    "feature",
    "performance",
    "benchmark",
    "compatibility",
    "license",
    "privacy_security",
    "pricing",
    "adoption",
    "availability",
    "limitation",
    "other",
];

/// One passage as a model sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Lower case, with `{name}` for the tool's name.
    pub text: String,
    /// The heading over it, in the same form; empty without one.
    pub heading: String,
    /// Place, size, shape and neighbours, each about 0 to 1.
    pub features: [f32; PASSAGE_FEATURES],
}

/// Probabilities for one passage; each array sums to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PassageOpinion {
    pub roles: [f32; PASSAGE_ROLES.len()],
    pub kinds: [f32; PASSAGE_KINDS.len()],
}

/// Tells what the passages of a page are for.
pub trait PassageModel: Send + Sync {
    /// Name and version, recorded with every extraction.
    fn name(&self) -> String;

    /// One opinion for each passage of one page, in their order. `None` when the model fails: the rules then stand alone.
    fn judge(&self, passages: &[Passage]) -> Option<Vec<PassageOpinion>>;
}
