//! The property `community_votes`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "community_votes",
    label: "Community votes",
    kind: ClaimKind::Other,
    datatype: Datatype::Text,
    cardinality: Cardinality::One,
    section: Section::Verdict,
    definition: "Community votes as the page shows them; a dash is not stated, never zero.",
};
