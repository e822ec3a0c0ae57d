//! The property `availability`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "availability",
    label: "Availability",
    kind: ClaimKind::Availability,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "Where and since when it can be had.",
};
