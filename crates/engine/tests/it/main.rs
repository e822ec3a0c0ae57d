//! Tests of the engine through its outer surface.

mod decode;
mod frames;
mod ground;
mod pictures;
mod worker;
