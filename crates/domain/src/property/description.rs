//! The property `description`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "description",
    label: "Description",
    kind: ClaimKind::Other,
    datatype: Datatype::Text,
    cardinality: Cardinality::One,
    section: Section::Identity,
    definition: "A neutral summary of two or three sentences.",
};
