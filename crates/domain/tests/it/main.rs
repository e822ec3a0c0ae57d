//! The rules through their outer surface.

mod contradictions;
mod facets;
mod filters;
mod names;
mod reading_order;
