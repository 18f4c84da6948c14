//! Whether a child waits for what never comes: a compiler that reads one of its own pipes would sleep until its wall time is over.

use std::fs;
use std::time::{Duration, Instant};

/// How often a child is looked at.
const STEP: Duration = Duration::from_millis(500);

/// Watches for a child that sleeps, without a child of its own, and gains no CPU time. One that waits for a turn on a busy machine
/// or for a disk does not sleep in this sense, so that no load looks like it.
pub(super) struct Stall {
    pid: i32,
    patience: Duration,
    looked: Instant,
    since: Option<(u64, Instant)>,
}

impl Stall {
    /// None where the child may sleep for as long as it likes.
    pub(super) fn new(pid: i32, milliseconds: u64) -> Option<Self> {
        let patience = Duration::from_millis(milliseconds);
        (milliseconds > 0).then(|| Self { pid, patience, looked: Instant::now(), since: None })
    }

    /// When to look again.
    pub(super) fn due(&self) -> Duration {
        STEP.saturating_sub(self.looked.elapsed())
    }

    /// Whether it has slept for too long.
    pub(super) fn over(&mut self) -> bool {
        if !self.due().is_zero() {
            return false;
        }
        self.looked = Instant::now();
        match (sleeping(self.pid), self.since) {
            (Some(ticks), Some((then, since))) if ticks == then => since.elapsed() >= self.patience,
            (Some(ticks), _) => {
                self.since = Some((ticks, self.looked));
                false
            }
            (None, _) => {
                self.since = None;
                false
            }
        }
    }
}

/// The CPU ticks of a process all of whose threads sleep, and which has no child; None for any other.
fn sleeping(pid: i32) -> Option<u64> {
    let mut sum = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task")).ok()? {
        let folder = thread.ok()?.path();
        // Absent where the kernel was built without it; a linker at work then still has the stall's patience.
        if fs::read_to_string(folder.join("children")).is_ok_and(|children| !children.trim().is_empty()) {
            return None;
        }
        let stat = fs::read_to_string(folder.join("stat")).ok()?;
        // The name in brackets may hold spaces and brackets.
        let fields: Vec<&str> = stat[stat.rfind(')')? + 1..].split_whitespace().collect();
        if fields.first() != Some(&"S") {
            return None;
        }
        for field in [11, 12] {
            sum += fields.get(field)?.parse::<u64>().ok()?;
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeper_is_told_from_a_process_with_a_child_and_from_one_at_work() {
        for (script, sleeps) in [("exec sleep 9", true), ("sleep 9; true", false), ("while :; do :; done", false)] {
            let mut child = std::process::Command::new("sh").args(["-c", script]).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(300));
            let found = sleeping(i32::try_from(child.id()).unwrap());
            let _ = child.kill();
            let _ = child.wait();
            assert_eq!(found.is_some(), sleeps, "{script}");
        }
    }
}
