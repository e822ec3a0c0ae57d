//! Two or more tools side by side: pure arrangement of accepted claims into rows and cells.
//!
//! Invariant: a missing value stays missing ("not given"); values that disagree are stacked, never averaged.
