//! The property `limitation`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "limitation",
    label: "Limitations",
    kind: ClaimKind::Limitation,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "What it does not do or where it breaks.",
};
