//! The property `panel_ship`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "panel_ship",
    label: "Panel ship",
    kind: ClaimKind::Other,
    datatype: Datatype::Percent,
    cardinality: Cardinality::One,
    section: Section::Verdict,
    definition: "A panel's share of ship verdicts, as that page claims it; never mixed with our own.",
};
