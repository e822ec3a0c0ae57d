//! The library through its outer surface.

mod archive;
mod as_of;
mod captures;
mod entering;
mod going_back;
mod history;
mod jobs;
mod looks;
mod made_up;
mod merging;
mod opening;
mod pages;
mod random;
mod redacting;
mod repairing;
mod review;
mod searching;
mod settling;
mod support;
mod threads;
mod tools;
mod trash;
mod upgrading;
mod verifying;
