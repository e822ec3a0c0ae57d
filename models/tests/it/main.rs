//! Behaviour of the embedded reader and of the packs through their public surface.

mod evidence;
mod fake_hub;
mod packs;
mod parity;
mod reading;
mod support;
mod weights;
