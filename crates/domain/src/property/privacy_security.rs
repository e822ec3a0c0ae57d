//! The property `privacy_security`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "privacy_security",
    label: "Privacy and security",
    kind: ClaimKind::PrivacySecurity,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "How it treats data, secrets and attacks.",
};
