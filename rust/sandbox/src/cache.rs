//! Verdicts on disk: one file an entry, named by its key, written whole and renamed, checked by a hash when it is read.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// A folder of entries that several processes may share.
#[derive(Debug)]
pub struct Cache {
    entries: PathBuf,
    capacity: u64,
    written: AtomicU64,
}

/// How much a cache holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Entries.
    pub entries: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Cache {
    /// The cache below `root`, of at most `capacity` bytes. Makes no file before the first entry.
    #[must_use]
    pub fn new(root: &Path, capacity: u64) -> Self {
        Self { entries: root.join("verdicts"), capacity, written: AtomicU64::new(0) }
    }

    /// The entry of `key`; None where there is none, or it is damaged: a damaged entry is a miss.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        let bytes = fs::read(self.file(key)).ok()?;
        let (hash, content) = bytes.split_at_checked(blake3::OUT_LEN)?;
        (checksum(key, content).as_bytes() == hash).then(|| content.to_vec())
    }

    /// Keeps `content` under `key`.
    ///
    /// # Errors
    /// What the disk said; nothing half-written is left under the key.
    pub fn put(&self, key: &str, content: &[u8]) -> io::Result<()> {
        let file = self.file(key);
        let folder = file.parent().unwrap_or(&self.entries);
        fs::create_dir_all(folder)?;
        let mut made = tempfile::NamedTempFile::new_in(folder)?;
        made.write_all(checksum(key, content).as_bytes())?;
        made.write_all(content)?;
        made.persist(&file).map_err(|error| error.error)?;
        // Counting the whole folder costs more than an entry, so it is done once for every 1/16 of the capacity that is written.
        let size = (blake3::OUT_LEN + content.len()) as u64;
        let share = (self.capacity / 16).max(1);
        if self.written.fetch_add(size, Ordering::Relaxed) % share + size >= share {
            self.shrink();
        }
        Ok(())
    }

    /// Counts the entries.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let files = self.files();
        Stats { entries: files.len() as u64, bytes: files.iter().map(|file| file.1).sum() }
    }

    /// Removes every entry and returns what was removed.
    ///
    /// # Errors
    /// What the disk said.
    pub fn clear(&self) -> io::Result<Stats> {
        let mut removed = Stats { entries: 0, bytes: 0 };
        for (_, size, path) in self.files() {
            match fs::remove_file(path) {
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

    /// Removes the oldest entries until a tenth of the capacity is free.
    fn shrink(&self) {
        let mut files = self.files();
        let mut bytes: u64 = files.iter().map(|file| file.1).sum();
        if bytes <= self.capacity {
            return;
        }
        files.sort();
        for (_, size, path) in files {
            if bytes <= self.capacity / 10 * 9 {
                break;
            }
            // Another process may have removed it already, which frees the same bytes.
            let _ = fs::remove_file(path);
            bytes -= size;
        }
    }

    fn file(&self, key: &str) -> PathBuf {
        self.entries.join(&key[..2]).join(&key[2..])
    }

    /// Age, size and path of every entry.
    fn files(&self) -> Vec<(SystemTime, u64, PathBuf)> {
        let folders = fs::read_dir(&self.entries).into_iter().flatten().flatten();
        let files = folders.flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten());
        files
            .filter_map(|file| {
                let about = file.metadata().ok()?;
                Some((about.modified().ok()?, about.len(), file.path()))
            })
            .collect()
    }
}

/// Of the key too, so that an entry moved to another name is a miss.
fn checksum(key: &str, content: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(key.as_bytes()).update(content);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u64) -> String {
        blake3::hash(&number.to_le_bytes()).to_hex().to_string()
    }

    #[test]
    fn an_entry_comes_back_and_any_flipped_bit_makes_it_a_miss() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::new(root.path(), 1 << 20);
        cache.put(&key(1), b"pass").unwrap();
        assert_eq!(cache.get(&key(1)).unwrap(), b"pass");
        let whole = fs::read(cache.file(&key(1))).unwrap();
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            fs::write(cache.file(&key(1)), damaged).unwrap();
            assert_eq!(cache.get(&key(1)), None, "bit {bit}");
        }
        fs::write(cache.file(&key(1)), &whole[..7]).unwrap();
        assert_eq!(cache.get(&key(1)), None);
    }

    #[test]
    fn an_entry_under_another_name_is_a_miss() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::new(root.path(), 1 << 20);
        cache.put(&key(1), b"pass").unwrap();
        cache.put(&key(2), b"test_fail").unwrap();
        fs::copy(cache.file(&key(1)), cache.file(&key(2))).unwrap();
        assert_eq!(cache.get(&key(2)), None);
    }

    #[test]
    fn the_oldest_entries_leave_first_and_the_size_stays_below_the_capacity() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::new(root.path(), 20_000);
        for number in 0..100 {
            cache.put(&key(number), &[0; 1000]).unwrap();
            assert!(cache.stats().bytes <= 20_000 + 20_000 / 16 + 2000);
            let past = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(number);
            fs::File::options().write(true).open(cache.file(&key(number))).unwrap().set_modified(past).unwrap();
        }
        assert!(cache.get(&key(99)).is_some());
        assert!(cache.get(&key(0)).is_none());
    }

    #[test]
    fn clearing_removes_and_counts_every_entry() {
        let root = tempfile::tempdir().unwrap();
        let cache = Cache::new(root.path(), 1 << 20);
        assert_eq!(cache.clear().unwrap(), Stats { entries: 0, bytes: 0 });
        cache.put(&key(1), b"pass").unwrap();
        assert_eq!(cache.clear().unwrap(), Stats { entries: 1, bytes: 36 });
        assert_eq!(cache.stats().entries, 0);
    }
}
