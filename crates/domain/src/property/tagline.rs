//! The property `tagline`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "tagline",
    label: "Tagline",
    kind: ClaimKind::Other,
    datatype: Datatype::Text,
    cardinality: Cardinality::One,
    section: Section::Identity,
    definition: "The one line under the name that says what it is.",
};
