//! Who uses a folder: advisory locks on the folder itself, see flock(2). They end with their process, however it ends.
#![allow(unsafe_code, reason = "std has locks of files from Rust 1.89 on, and this builds with 1.88")]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Says for as long as it lives that the folder is in use, as others may at the same time.
///
/// None where there is no such folder, or another one took its place meanwhile.
pub(crate) fn share(folder: &Path) -> Option<Hold> {
    let file = File::open(folder).ok()?;
    // A file system without locks has nobody's; then nobody can tell that the folder is in use.
    let _ = lock(&file, libc::LOCK_SH);
    let (held, named) = (file.metadata().ok()?, folder.metadata().ok()?);
    ((held.dev(), held.ino()) == (named.dev(), named.ino())).then_some(Hold { _file: file })
}

/// Whether nobody uses the folder, nor may while the result lives.
pub(crate) fn alone(folder: &Path) -> io::Result<Option<Hold>> {
    let file = File::open(folder)?;
    match lock(&file, libc::LOCK_EX | libc::LOCK_NB) {
        Ok(()) => Ok(Some(Hold { _file: file })),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

/// A lock that ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    _file: File,
}

fn lock(file: &File, operation: i32) -> io::Result<()> {
    // SAFETY: locks a descriptor that `file` owns.
    let result = unsafe { libc::flock(file.as_raw_fd(), operation) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_use_is_nobodys_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = share(folder.path()).unwrap();
        let second = share(folder.path()).unwrap();
        drop(first);
        assert!(alone(folder.path()).unwrap().is_none());
        drop(second);
        assert!(alone(folder.path()).unwrap().is_some());
        assert!(share(&folder.path().join("missing")).is_none());
    }
}
