//! The property `feature`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "feature",
    label: "Features",
    kind: ClaimKind::Feature,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "Something the tool does.",
};
