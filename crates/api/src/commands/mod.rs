//! The bodies of the commands, by topic. Each checks its request, asks the library and announces what became stale.

mod backups;
mod captures;
mod library;
mod model;
mod packs;
mod redaction;
pub(crate) mod region;
mod review;
mod status;
mod upkeep;
