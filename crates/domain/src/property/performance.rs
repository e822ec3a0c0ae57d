//! The property `performance`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "performance",
    label: "Performance",
    kind: ClaimKind::Performance,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "A statement of speed, size or efficiency without a named test.",
};
