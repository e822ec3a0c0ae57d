//! The api crate as its hosts use it.

mod bindings;
