//! The property `adoption`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "adoption",
    label: "Adoption",
    kind: ClaimKind::Adoption,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "Who uses it and how many.",
};
