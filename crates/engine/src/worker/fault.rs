//! Faults on demand, for tests: the worker hangs, dies or outgrows its memory at a chosen picture.
//!
//! Invariant: absent from release builds unless the feature `fault-injection` is on. `SHORTLIST_FAULT` holds faults
//! separated by `;`, each `hang`, `crash`, `memory`, `panic` or `slow=MILLISECONDS`, followed by `:` and a part of the
//! capture's name or hash; without that part the fault meets every picture. A model is told apart by `look:` before the
//! name, and the reading of a part by `region:`; a pattern without them meets all alike.

#[cfg(not(any(debug_assertions, feature = "fault-injection")))]
pub(super) fn provoke(_names: &[&str]) {}

#[cfg(any(debug_assertions, feature = "fault-injection"))]
pub(super) use injected::provoke;

#[cfg(any(debug_assertions, feature = "fault-injection"))]
mod injected {
    use std::time::Duration;

    /// Runs the first fault whose pattern is part of one of the names.
    pub(in super::super) fn provoke(names: &[&str]) {
        let Ok(faults) = std::env::var("SHORTLIST_FAULT") else { return };
        for fault in faults.split(';') {
            let (kind, pattern) = fault.split_once(':').unwrap_or((fault, ""));
            if names.iter().any(|name| name.contains(pattern)) {
                run(kind);
                return;
            }
        }
    }

    fn run(kind: &str) {
        match kind.split_once('=').unwrap_or((kind, "")) {
            ("hang", _) => loop {
                std::thread::sleep(Duration::from_hours(1));
            },
            ("crash", _) => std::process::abort(),
            ("memory", _) => outgrow(),
            ("panic", _) => panic!("injected panic"),
            ("slow", milliseconds) => {
                std::thread::sleep(Duration::from_millis(milliseconds.parse().unwrap_or(100)));
            }
            _ => {}
        }
    }

    /// Reserves until the limit; the pages are never touched, so the machine stays usable where there is no limit.
    fn outgrow() {
        let mut blocks: Vec<Vec<u8>> = Vec::new();
        while blocks.len() < 1 << 20 {
            blocks.push(vec![0; 64 << 20]);
        }
        std::process::abort();
    }
}
