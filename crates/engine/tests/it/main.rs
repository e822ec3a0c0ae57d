//! Tests of the engine through its outer surface.

mod decode;
mod document;
mod export;
mod frames;
mod fuse;
mod ground;
mod packs;
mod pictures;
mod queue;
mod region;
mod second_reader;
mod taken;
mod worker;
