//! The api crate as its hosts use it.

mod bindings;
mod redacting;
mod support;
mod tables;
mod watching;
