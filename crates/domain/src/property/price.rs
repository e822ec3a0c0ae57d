//! The property `price`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "price",
    label: "Price",
    kind: ClaimKind::Pricing,
    datatype: Datatype::Money,
    cardinality: Cardinality::Many,
    section: Section::Price,
    definition: "One plan's price: amount, currency, period and plan as written.",
};
