//! The property `benchmark`.

use super::{Cardinality, ClaimKind, Datatype, Property, Section};

pub(super) const PROPERTY: Property = Property {
    id: "benchmark",
    label: "Benchmarks",
    kind: ClaimKind::Benchmark,
    datatype: Datatype::Text,
    cardinality: Cardinality::Many,
    section: Section::Claims,
    definition: "A result on a named test or against named rivals.",
};
