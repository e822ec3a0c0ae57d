//! The worker process: decoding of untrusted pictures, reading and proposing happen in a child of the same program.
//!
//! Why a process: a decoder can hang, overflow its stack, outgrow memory or abort, and `catch_unwind` stops none of
//! these. A child can be killed, and killing it is also the cancel button that always works.
//!
//! A process is either the text reader or one vision-language model, so that a model that dies takes no reading along.
//!
//! Invariants: one capture at a time; the child is killed with its owner; its standard output carries frames only;
//! its answers are checked like any other input. On Linux the child has a memory limit, no core dumps, no network
//! where the kernel allows that, and dies with the thread that started it. Elsewhere these limits are missing: the
//! watchdog and the process boundary are what remains.

mod command;
mod confine;
mod fault;
pub mod frame;
mod measure;
mod process;
mod protocol;
mod serve;

pub use command::WorkerCommand;
pub use process::{Cancellation, Process};
pub use protocol::{
    LookRequest, ModelStart, ReadOutcome, ReadRequest, RegionRequest, Reply, Request, Stage,
    TakeApartRequest, Timings,
};
pub use serve::{LoadModel, LoadText, Loaders, serve};
