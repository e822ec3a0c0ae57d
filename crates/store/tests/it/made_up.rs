//! Made-up lines and proposals, for the tests and for the programs beside them.

use domain::{EvidenceLine, Line, MatchLevel, PixelBox, ProposedClaim, Speaker, Status, Value};

pub(crate) fn line(text: &str, bounds: PixelBox) -> Line {
    Line {
        text: text.to_owned(),
        bounds,
        confidence: 0.9,
        characters: vec![0.9; text.chars().count()],
        words: Vec::new(),
        font_height: 14.0,
        foreground: [0, 0, 0],
        background: [255, 255, 255],
        lettering: None,
    }
}

/// A verified claim that stands in one box.
pub(crate) fn proposal(property: &str, text: &str, bounds: PixelBox) -> ProposedClaim {
    ProposedClaim {
        property: property.to_owned(),
        value: Value::text(text),
        raw_text: text.to_owned(),
        speaker: Speaker::Site,
        confidence: 0.875,
        status: Status::Verified,
        reasons: Vec::new(),
        evidence: vec![EvidenceLine { text: text.to_owned(), bounds }],
        matched: MatchLevel::Exact,
        opinions: Vec::new(),
    }
}
