//! The library through its outer surface.

mod captures;
mod history;
mod jobs;
mod merging;
mod opening;
mod random;
mod review;
mod searching;
mod support;
mod threads;
mod verifying;
