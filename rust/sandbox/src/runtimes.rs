//! What was built below a cache, the runtime and the crates of each toolchain: counted, and removed where nobody uses it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::cache::Stats;
use crate::hold;

/// The folder of all of them.
pub(crate) fn folder(cache: &Path) -> PathBuf {
    cache.join("runtime")
}

/// Counts them, with those that a process that was killed left half-built.
#[must_use]
pub fn stats(cache: &Path) -> Stats {
    let found = entries(cache);
    Stats { entries: found.len() as u64, bytes: found.iter().map(|path| bytes(path)).sum() }
}

/// How many of them a sandbox uses at this moment, of any process.
#[must_use]
pub fn in_use(cache: &Path) -> u64 {
    entries(cache).iter().filter(|path| matches!(hold::alone(path), Ok(None))).count() as u64
}

/// Removes those that no sandbox uses, and returns what was removed.
///
/// # Errors
/// What the disk said.
pub fn clear(cache: &Path) -> io::Result<Stats> {
    let mut removed = Stats { entries: 0, bytes: 0 };
    for path in entries(cache) {
        let size = bytes(&path);
        // A sandbox that is starting waits for the lock, and builds its runtime anew.
        let gone = match hold::alone(&path) {
            Ok(None) => continue,
            Ok(Some(_hold)) => fs::remove_dir_all(&path),
            Err(error) => Err(error),
        };
        match gone {
            Ok(()) => {
                removed.entries += 1;
                removed.bytes += size;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(removed)
}

/// Gives the folder its name; a damaged one, or one of an older version, makes room.
pub(crate) fn put(making: TempDir, folder: &Path, is_whole: impl Fn(&Path) -> bool) -> io::Result<()> {
    // Whoever else is starting finds the folder whole, or builds it as well.
    for _ in 0..3 {
        if fs::rename(making.path(), folder).is_ok() {
            let _ = making.keep();
            return Ok(());
        }
        if is_whole(folder) {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            let old = tempfile::Builder::new().prefix(".damaged-").tempdir_in(parent)?;
            let _ = fs::rename(folder, old.path());
        }
    }
    fs::rename(making.path(), folder).map(|()| drop(making.keep()))
}

fn entries(cache: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder(cache)).into_iter().flatten().flatten();
    found.map(|entry| entry.path()).filter(|path| path.is_dir() && !path.is_symlink()).collect()
}

fn bytes(folder: &Path) -> u64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_uses_is_counted_and_removed_and_the_rest_stays() {
        let cache = tempfile::tempdir().unwrap();
        assert_eq!(clear(cache.path()).unwrap(), Stats { entries: 0, bytes: 0 });
        for name in ["one", "two", ".making-three"] {
            fs::create_dir_all(folder(cache.path()).join(name)).unwrap();
            fs::write(folder(cache.path()).join(name).join("libprobe.rlib"), "library").unwrap();
        }
        let used = hold::share(&folder(cache.path()).join("two")).unwrap();
        assert_eq!(stats(cache.path()), Stats { entries: 3, bytes: 21 });
        assert_eq!(in_use(cache.path()), 1);
        assert_eq!(clear(cache.path()).unwrap(), Stats { entries: 2, bytes: 14 });
        assert_eq!(stats(cache.path()), Stats { entries: 1, bytes: 7 });
        drop(used);
        assert_eq!(clear(cache.path()).unwrap(), Stats { entries: 1, bytes: 7 });
    }
}
