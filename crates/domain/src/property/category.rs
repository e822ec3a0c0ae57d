//! The property `category`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "category",
    label: "Category",
    kind: ClaimKind::Other,
    datatype: Datatype::Text,
    cardinality: Cardinality::One,
    section: Section::Identity,
    definition: "The sort of tool, in the page's own words.",
};
