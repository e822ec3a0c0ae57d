//! The properties a claim can have: one file each and one line in the list below.
//!
//! Invariant: ids are stable and lower-case; each property belongs to one of the eleven kinds of the wire.

use serde::{Deserialize, Serialize};

/// The kinds of claims on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ClaimKind {
    Feature,
    Performance,
    Benchmark,
    Compatibility,
    License,
    PrivacySecurity,
    Pricing,
    Adoption,
    Availability,
    Limitation,
    Other,
}

/// Which shape of [`crate::Value`] a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Datatype {
    Text,
    Money,
    Percent,
}

/// Whether a tool has one current value or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Cardinality {
    One,
    Many,
}

/// Where a property stands on the comparison and tool pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Section {
    Identity,
    Price,
    Verdict,
    Claims,
}

/// One property: its name for people, its shape and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Property {
    pub id: &'static str,
    pub label: &'static str,
    pub kind: ClaimKind,
    pub datatype: Datatype,
    pub cardinality: Cardinality,
    pub section: Section,
    pub definition: &'static str,
}

macro_rules! properties {
    ($($id:ident),+ $(,)?) => {
        $(mod $id;)+
        /// Every property, in the order in which tool and comparison pages show them.
        pub const PROPERTIES: &[Property] = &[$($id::PROPERTY),+];
    };
}

properties! {
    name,
    category,
    tagline,
    description,
    price,
    panel_ship,
    community_votes,
    review,
    feature,
    performance,
    benchmark,
    compatibility,
    license,
    privacy_security,
    pricing,
    adoption,
    availability,
    limitation,
    other,
}

/// The property with that id.
pub fn find(id: &str) -> Option<&'static Property> {
    PROPERTIES.iter().find(|property| property.id == id)
}

/// The place of a property among [`PROPERTIES`]; unknown ones come last.
pub fn order(id: &str) -> usize {
    let order = PROPERTIES.iter().position(|property| property.id == id);
    order.unwrap_or(PROPERTIES.len())
}
