//! The property `other`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "other",
    label: "Other",
    kind: ClaimKind::Other,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "A statement about the tool that fits no other property.",
};
