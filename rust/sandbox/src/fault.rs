//! Whether the machine, and not the candidate, is why rustc failed: asked of the machine, for rustc's words can be chosen.

use std::io::Write;
use std::path::Path;

/// Free MiB of the work folder's disk below which nothing is compiled: an object file and a program fit many times.
const LEAST: u64 = 16;
/// What one compilation can write: twice the largest file, for an object and a program, and some for the rest.
const MOST: u64 = 160;

/// Free MiB where `folder` lies; as good as endless where the kernel does not say.
pub(crate) fn free(folder: &Path) -> u64 {
    crate::jail::free(folder).map_or(u64::MAX, |bytes| bytes >> 20)
}

/// Why nothing can be compiled where only this much is free.
pub(crate) fn full(free: u64) -> Option<String> {
    (free < LEAST).then(|| {
        format!("the disk under TMPDIR is full: fewer than {LEAST} MiB are free; free some, or name another folder with TMPDIR")
    })
}

/// Why a compilation failed in `folder`, which is empty again: `before` MiB were free when it began. `suspect`: rustc said, or
/// its linker's end says, that the disk was at fault, which counts where one compilation could have filled it.
pub(crate) fn of_disk(folder: &Path, before: u64, suspect: bool) -> Option<String> {
    full(free(folder)).or_else(|| full(if suspect && before < MOST { 0 } else { before })).or_else(|| {
        let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| file.write_all(&[1; 4096]));
        written.err().map(|error| format!("nothing can be written under TMPDIR: {}", error.kind()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_the_machines_fault_and_words_count_only_where_there_is_little_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert!(full(LEAST - 1).is_some() && full(LEAST).is_none());
        assert!(of_disk(path, LEAST - 1, false).is_some());
        assert_eq!(of_disk(path, MOST, true), None);
        assert_eq!(of_disk(path, MOST - 1, false), None);
        assert!(of_disk(path, MOST - 1, true).is_some());
        assert!(of_disk(&path.join("gone"), MOST, true).unwrap().contains("nothing can be written"));
    }
}
