//! Behaviour of the models through their public surface.

mod evidence;
mod fake_hub;
mod lines;
mod packs;
mod parity;
mod reading;
mod smolvlm;
mod support;
mod viewports;
mod weights;
