//! The property `name`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "name",
    label: "Name",
    kind: ClaimKind::Other,
    datatype: Datatype::Text,
    cardinality: Cardinality::One,
    section: Section::Identity,
    definition: "What the tool is called on the page.",
};
