//! The property `review`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "review",
    label: "Reviews",
    kind: ClaimKind::Other,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Verdict,
    definition: "What a reviewer or a user says, verbatim.",
};
