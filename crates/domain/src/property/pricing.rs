//! The property `pricing`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "pricing",
    label: "Pricing terms",
    kind: ClaimKind::Pricing,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "What costs money and what does not, in words.",
};
