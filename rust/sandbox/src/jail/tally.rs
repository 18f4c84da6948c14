//! What a child and all its descendants use together: no limit of the kernel's counts them without a cgroup of one's own.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use super::wire::{Bounds, Ending, Resource};

/// How often the processes are counted, and how often the files.
const PROCESSES: Duration = Duration::from_millis(200);
const FILES: Duration = Duration::from_millis(500);

/// Watches the session that a child leads; it cannot leave it, and neither can what it starts.
pub(super) struct Tally<'a> {
    leader: i32,
    bounds: &'a Bounds,
    processes: Instant,
    files: Instant,
}

impl<'a> Tally<'a> {
    pub(super) fn new(leader: i32, bounds: &'a Bounds) -> Self {
        Self { leader, bounds, processes: Instant::now(), files: Instant::now() }
    }

    /// When to look again.
    pub(super) fn due(&self) -> Duration {
        PROCESSES.saturating_sub(self.processes.elapsed())
    }

    /// What is exceeded.
    pub(super) fn over(&mut self) -> Option<Ending> {
        if !self.due().is_zero() {
            return None;
        }
        self.processes = Instant::now();
        let (processes, memory) = members(self.leader);
        if processes > self.bounds.processes {
            return Some(Ending::Exceeded(Resource::Processes));
        }
        if memory > self.bounds.memory {
            return Some(Ending::Exceeded(Resource::Memory));
        }
        if self.files.elapsed() < FILES {
            return None;
        }
        self.files = Instant::now();
        let bytes = self.bounds.counted.iter().map(|folder| size(folder.into(), self.bounds.disk)).sum::<u64>();
        (bytes > self.bounds.disk).then_some(Ending::Exceeded(Resource::Disk))
    }
}

/// How many processes are in the session, and how many bytes of memory they have in use.
fn members(leader: i32) -> (u64, u64) {
    const PAGE: u64 = 4096;
    let (mut count, mut pages) = (0, 0);
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        if !entry.file_name().as_encoded_bytes().first().is_some_and(u8::is_ascii_digit) {
            continue;
        }
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name in brackets may hold spaces and brackets.
        let Some(at) = stat.rfind(')') else { continue };
        let fields: Vec<&str> = stat[at + 1..].split_whitespace().collect();
        if fields.get(3).and_then(|session| session.parse().ok()) == Some(leader) {
            count += 1;
            pages += fields.get(21).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0);
        }
    }
    (count, pages * PAGE)
}

/// The bytes that the files below a folder take; at least `enough` once they reach it. Follows no link.
fn size(folder: std::path::PathBuf, enough: u64) -> u64 {
    let (mut bytes, mut folders) = (0, vec![folder]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(about) = entry.metadata() else { continue };
            bytes += about.blocks() * 512;
            if about.is_dir() {
                folders.push(entry.path());
            }
            if bytes > enough {
                return bytes;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processes_of_a_session_and_the_bytes_of_a_folder_are_counted() {
        let script = "sleep 9 & sleep 9 & wait";
        let mut child = std::process::Command::new("setsid").args(["sh", "-c", script]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let (processes, memory) = members(i32::try_from(child.id()).unwrap());
        let _ = child.kill();
        let _ = child.wait();
        assert_eq!(processes, 3);
        assert!(memory > 0);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("below")).unwrap();
        fs::write(folder.path().join("below").join("file"), vec![1; 100_000]).unwrap();
        assert!((100_000..200_000).contains(&size(folder.path().to_owned(), u64::MAX)));
        assert!(size(folder.path().to_owned(), 10) > 10);
    }
}
