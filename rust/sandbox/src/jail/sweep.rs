//! Ends everything that descends from a child. The worker is a subreaper: whoever outlives his parent becomes its child.
#![allow(unsafe_code, reason = "kill and waitpid have no safe wrapper")]

use std::time::{Duration, Instant};

/// Kills and reaps until no descendant is left. Returns false when some are left after two seconds.
pub(super) fn sweep(group: i32) -> bool {
    let deadline = Instant::now() + Duration::from_secs(2);
    loop {
        // SAFETY: the group was made by the child's setsid and is not this process's own; the children are this process's own.
        let waited = unsafe {
            libc::kill(-group, libc::SIGKILL);
            for child in children() {
                libc::kill(child, libc::SIGKILL);
            }
            libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG)
        };
        match waited {
            0 if Instant::now() > deadline => return false,
            0 => std::thread::sleep(Duration::from_micros(200)),
            -1 => return true,
            _ => {}
        }
    }
}

/// The children of this process, which has one thread. Empty where the kernel keeps no such list: then only the group is killed.
fn children() -> Vec<i32> {
    let list = std::fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}
