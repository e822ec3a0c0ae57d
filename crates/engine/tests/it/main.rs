//! Tests of the engine through its outer surface.

mod decode;
mod export;
mod frames;
mod ground;
mod pictures;
mod queue;
mod worker;
