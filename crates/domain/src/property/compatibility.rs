//! The property `compatibility`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "compatibility",
    label: "Compatibility",
    kind: ClaimKind::Compatibility,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "Platforms, languages, formats and tools it works with.",
};
