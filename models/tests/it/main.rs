//! Behaviour of the embedded reader through its public surface.

mod evidence;
mod parity;
mod reading;
mod support;
mod weights;
