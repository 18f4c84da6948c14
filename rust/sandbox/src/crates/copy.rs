//! Copies of a tree: bounded, without links, with the times that cargo tells fresh from stale by.

use std::fs::{self, File, FileTimes};
use std::io;
use std::path::{Path, PathBuf};

use crate::SandboxError;

/// How much is copied at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Bytes.
    pub bytes: u64,
    /// Files and folders.
    pub entries: u64,
}

/// Copies a workspace without what a build made, without version control, sockets and pipes. A link that stays within the tree
/// becomes what it leads to; one that leads elsewhere is left out, and returned.
///
/// # Errors
/// [`SandboxError::Crate`] for a tree beyond `bounds`, [`SandboxError::Io`] where it cannot be read or written.
pub(super) fn workspace(from: &Path, to: &Path, bounds: Bounds) -> Result<Vec<PathBuf>, SandboxError> {
    let failed = |what: &Path, error: io::Error| SandboxError::Io(format!("cannot copy {}: {error}", what.display()));
    let root = from.canonicalize().map_err(|error| failed(from, error))?;
    let mut left_out = Vec::new();
    let mut spent = Bounds { bytes: 0, entries: 0 };
    let mut folders = vec![(root.clone(), to.to_owned())];
    while let Some((from, to)) = folders.pop() {
        fs::create_dir_all(&to).map_err(|error| failed(&to, error))?;
        let mut names: Vec<_> = fs::read_dir(&from)
            .map_err(|error| failed(&from, error))?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<io::Result<_>>()
            .map_err(|error| failed(&from, error))?;
        names.sort();
        for name in names {
            let (mut source, target) = (from.join(&name), to.join(&name));
            let mut about = source.symlink_metadata().map_err(|error| failed(&source, error))?;
            if about.is_symlink() {
                let leads = source.canonicalize().ok().filter(|leads| leads.starts_with(&root));
                // A link to a folder around it would have no end.
                let Some(leads) = leads.filter(|leads| !from.starts_with(leads)) else {
                    left_out.push(source.strip_prefix(&root).unwrap_or(&source).to_owned());
                    continue;
                };
                about = leads.metadata().map_err(|error| failed(&leads, error))?;
                source = leads;
            }
            if about.is_dir() && (name == ".git" || name == ".hg" || name == ".jj" || is_built(&source)) {
                continue;
            }
            spent.entries += 1;
            spent.bytes += if about.is_file() { about.len() } else { 0 };
            if spent.entries > bounds.entries || spent.bytes > bounds.bytes {
                return Err(SandboxError::Crate(format!(
                    "{} is too large to be copied: it has more than {} MiB or more than {} files, besides its target folders: \
                     remove what does not belong to the crate, or raise the limits `tree` and `files`",
                    root.display(),
                    bounds.bytes >> 20,
                    bounds.entries
                )));
            }
            if about.is_dir() {
                folders.push((source, target));
            } else if about.is_file() {
                file(&source, &target).map_err(|error| failed(&source, error))?;
            }
        }
    }
    Ok(left_out)
}

/// Copies what a build made, as it is. There are no links in it, because the jail makes none.
pub(super) fn exact(from: &Path, to: &Path) -> io::Result<()> {
    let mut folders = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = folders.pop() {
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
            if kind.is_dir() {
                folders.push((entry.path(), target));
            } else if kind.is_file() {
                file(&entry.path(), &target)?;
            }
        }
    }
    Ok(())
}

/// Copies a file with its mode and times.
pub(super) fn file(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    let about = from.metadata()?;
    let times = FileTimes::new().set_modified(about.modified()?).set_accessed(about.modified()?);
    let copied = File::options().write(true).open(to);
    // What is read-only for its owner, too, is opened for reading, which is enough for the owner to set its times.
    copied.or_else(|_| File::open(to))?.set_times(times)
}

/// Whether a folder is what cargo builds into: named so beside a manifest, or marked by cargo.
fn is_built(folder: &Path) -> bool {
    let named = folder.file_name().is_some_and(|name| name == "target")
        && folder.parent().is_some_and(|parent| parent.join("Cargo.toml").is_file());
    let marked = folder.join("CACHEDIR.TAG").is_file() && folder.join(".rustc_info.json").is_file();
    named || marked
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    const ROOM: Bounds = Bounds { bytes: 1 << 20, entries: 100 };

    #[test]
    fn a_copy_holds_the_sources_and_neither_what_was_built_nor_what_leads_elsewhere() {
        let from = tempfile::tempdir().unwrap();
        let root = from.path();
        for folder in ["src/target", "target/debug", ".git", "elsewhere-built"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in ["Cargo.toml", "src/lib.rs", "src/target/mod.rs", "target/debug/x", ".git/HEAD"] {
            fs::write(root.join(file), file).unwrap();
        }
        for file in ["CACHEDIR.TAG", ".rustc_info.json"] {
            fs::write(root.join("elsewhere-built").join(file), "").unwrap();
        }
        symlink("src/lib.rs", root.join("within")).unwrap();
        symlink("/etc/passwd", root.join("outside")).unwrap();
        symlink("..", root.join("src/around")).unwrap();
        symlink("nowhere", root.join("dangling")).unwrap();
        let to = tempfile::tempdir().unwrap();
        let left_out = workspace(root, to.path(), ROOM).unwrap();
        assert_eq!(left_out.len(), 3, "{left_out:?}");
        assert_eq!(fs::read_to_string(to.path().join("within")).unwrap(), "src/lib.rs");
        assert!(!to.path().join("within").is_symlink());
        assert!(to.path().join("src/target/mod.rs").is_file());
        for absent in ["target", ".git", "elsewhere-built", "outside", "src/around", "dangling"] {
            assert!(to.path().join(absent).symlink_metadata().is_err(), "{absent}");
        }
        let modified = |root: &Path| root.join("src/lib.rs").metadata().unwrap().modified().unwrap();
        assert_eq!(modified(root), modified(to.path()));
    }

    #[test]
    fn a_tree_that_is_too_large_is_refused_with_its_limits() {
        let from = tempfile::tempdir().unwrap();
        fs::write(from.path().join("file"), vec![0; 4096]).unwrap();
        let to = tempfile::tempdir().unwrap();
        for bounds in [Bounds { bytes: 4095, ..ROOM }, Bounds { entries: 0, ..ROOM }] {
            let error = workspace(from.path(), to.path(), bounds).unwrap_err().to_string();
            assert!(error.contains("too large") && error.contains("`tree`"), "{error}");
        }
    }
}
