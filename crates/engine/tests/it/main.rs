//! Tests of the engine through its outer surface.
