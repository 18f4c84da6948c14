//! What tests ran: a text that is to be counted appends lines to a file, each a number and the thread, which has its test's name.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The file, in the folder of the package.
const FILE: &str = ".share-rs-marks";
/// Bytes that are read of it.
const MOST: u64 = 64 << 20;

/// Takes what was marked since the last time: number and thread, each pair once.
pub(super) fn take(folder: &Path) -> BTreeSet<(u32, String)> {
    let path = folder.join(FILE);
    // A pipe, or a link to elsewhere, is no file of marks.
    let opened = File::options().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(&path);
    let file = opened.ok().filter(|file| file.metadata().is_ok_and(|about| about.is_file()));
    let mut bytes = Vec::new();
    if let Some(file) = file {
        let _ = file.take(MOST).read_to_end(&mut bytes);
    }
    let _ = fs::remove_file(&path);
    read(&bytes)
}

fn read(bytes: &[u8]) -> BTreeSet<(u32, String)> {
    let text = String::from_utf8_lossy(bytes);
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.filter_map(|(number, thread)| Some((number.parse().ok()?, thread.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_once_and_only_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(take(folder.path()), BTreeSet::new());
        fs::write(folder.path().join(FILE), "1 a::b\n1 a::b\n0 \nx y\n-3 z\n7 c d").unwrap();
        let found = [(0, String::new()), (1, "a::b".to_owned()), (7, "c d".to_owned())];
        assert_eq!(take(folder.path()), BTreeSet::from(found));
        assert_eq!(take(folder.path()), BTreeSet::new());
        fs::write(folder.path().join("other"), "1 a\n").unwrap();
        std::os::unix::fs::symlink("other", folder.path().join(FILE)).unwrap();
        assert_eq!(take(folder.path()), BTreeSet::new());
    }
}
