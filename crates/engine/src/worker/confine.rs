//! Operating system limits of the worker process.
//!
//! Invariant: called only in the child, before any picture is opened. What the kernel refuses is left out silently
//! (a container may forbid it): the limits are a second wall, the process boundary is the first. On systems other
//! than Linux there is no memory limit, no network namespace and no death signal; on Windows standard output is not
//! moved out of the way either.

use std::io::{self, Write};

/// Standard output for frames alone. On Unix everything else that prints there goes to standard error from now on,
/// so that no library can break the frames.
#[cfg(unix)]
#[expect(unsafe_code, reason = "duplicating a descriptor has no safe form for standard output")]
pub(super) fn take_standard_output() -> io::Result<Box<dyn Write>> {
    use std::fs::File;
    use std::os::fd::AsFd;

    let frames = io::stdout().as_fd().try_clone_to_owned()?;
    // SAFETY: both numbers are the standard descriptors of this process; no memory is touched.
    let moved = unsafe { libc::dup2(libc::STDERR_FILENO, libc::STDOUT_FILENO) };
    if moved < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Box::new(File::from(frames)))
}

#[cfg(not(unix))]
pub(super) fn take_standard_output() -> io::Result<Box<dyn Write>> {
    Ok(Box::new(io::stdout()))
}

/// No network, no core dumps, first choice of the out-of-memory killer, and death together with the parent.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "prctl, unshare and setrlimit have no safe form")]
pub(super) fn confine() {
    // Before a user namespace takes the right to write it.
    let _ = std::fs::write("/proc/self/oom_score_adj", "500");
    set_limit(libc::RLIMIT_CORE, 0);
    // SAFETY: plain system calls with constant arguments; no pointer is passed. The user namespace is tried second:
    // it works for ordinary users, but would take root's right to read other people's files.
    unsafe {
        if libc::unshare(libc::CLONE_NEWNET) != 0 {
            libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET);
        }
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn confine() {}

/// Caps the address space; an allocation beyond it fails and ends the process.
#[cfg(target_os = "linux")]
pub(super) fn limit_memory(bytes: u64) {
    set_limit(libc::RLIMIT_AS, bytes);
}

#[cfg(not(target_os = "linux"))]
pub(super) fn limit_memory(_bytes: u64) {}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "getrlimit and setrlimit have no safe form")]
fn set_limit(resource: libc::__rlimit_resource_t, value: u64) {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid structure that lives for both calls.
    unsafe {
        if libc::getrlimit(resource, &raw mut limit) == 0 {
            let value = value.min(limit.rlim_max);
            limit = libc::rlimit { rlim_cur: value, rlim_max: value };
            libc::setrlimit(resource, &raw const limit);
        }
    }
}
