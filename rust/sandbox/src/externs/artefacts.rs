//! The files that cargo made of the crates: which of them are kept, and whether they are as they were.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The list of the files, beside them.
const LIST: &str = "artefacts.json";

/// Files by name.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Artefacts {
    /// The file of each crate.
    crates: BTreeMap<String, String>,
    /// The hash of each file, of the crates and of what they need.
    hashes: BTreeMap<String, String>,
}

/// A line of `cargo build --message-format=json`.
#[derive(Deserialize)]
struct Line {
    reason: String,
    #[serde(default)]
    target: Target,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

#[derive(Default, Deserialize)]
struct Target {
    #[serde(default)]
    name: String,
    #[serde(default)]
    kind: Vec<String>,
}

impl Artefacts {
    /// Copies what programs need of a target folder into `folder`: the named crates, and every macro crate, which rustc loads
    /// for the crates that use it. `printed` is what cargo printed, where a build script may have written too: no path leads
    /// out of the target folder, and no link is followed.
    pub(super) fn keep(printed: &[u8], target: &Path, names: &[&str], folder: &Path) -> io::Result<Self> {
        let mut kept = Self::default();
        for line in printed.split(|&byte| byte == b'\n') {
            let Ok(line) = serde_json::from_slice::<Line>(line) else { continue };
            let is_macro = line.target.kind.iter().any(|kind| kind == "proc-macro");
            let name = line.target.name.replace('-', "_");
            let is_named = names.contains(&name.as_str());
            if line.reason != "compiler-artifact" || !is_macro && !is_named {
                continue;
            }
            for path in line.filenames {
                let wanted =
                    path.extension().is_some_and(|end| end == "rlib" || end == std::env::consts::DLL_EXTENSION);
                let (Some(file), true) = (path.file_name().and_then(|file| file.to_str()), wanted) else { continue };
                if !path.parent().is_some_and(|parent| parent.starts_with(target))
                    || !fs::symlink_metadata(&path)?.is_file()
                {
                    continue;
                }
                let bytes = fs::read(&path)?;
                fs::write(folder.join(file), &bytes)?;
                kept.hashes.insert(file.to_owned(), blake3::hash(&bytes).to_hex().to_string());
                if is_named {
                    kept.crates.insert(name.clone(), file.to_owned());
                }
            }
        }
        fs::write(folder.join(LIST), serde_json::to_vec(&kept)?)?;
        Ok(kept)
    }

    /// What was kept in `folder`; None where anything of it is missing or damaged.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let kept: Self = serde_json::from_slice(&fs::read(folder.join(LIST)).ok()?).ok()?;
        let intact = kept.hashes.iter().all(|(file, hash)| {
            fs::read(folder.join(file)).is_ok_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == hash)
        });
        intact.then_some(kept)
    }

    /// The file of a crate.
    pub(super) fn file_of(&self, name: &str) -> Option<&str> {
        self.crates.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_and_macros_are_kept_and_damage_is_seen() {
        let root = tempfile::tempdir().unwrap();
        let (target, folder) = (root.path().join("target"), root.path().join("kept"));
        fs::create_dir_all(&target).unwrap();
        fs::create_dir_all(&folder).unwrap();
        let end = std::env::consts::DLL_EXTENSION;
        let mut printed = String::from("no json\n");
        for (name, kind, file) in [
            ("anyhow", "lib", "target/libanyhow-1.rlib".to_owned()),
            ("syn", "lib", "target/libsyn-1.rlib".to_owned()),
            ("thiserror-impl", "proc-macro", format!("target/libthiserror_impl-1.{end}")),
            ("thiserror", "lib", "outside.rlib".to_owned()),
        ] {
            let path = root.path().join(file);
            fs::write(&path, name).unwrap();
            let line = serde_json::json!({
                "reason": "compiler-artifact", "target": {"name": name, "kind": [kind]}, "filenames": [path],
            });
            printed.push_str(&line.to_string());
            printed.push('\n');
        }
        let kept = Artefacts::keep(printed.as_bytes(), &target, &["anyhow", "thiserror"], &folder).unwrap();
        assert_eq!(kept.file_of("anyhow"), Some("libanyhow-1.rlib"));
        assert_eq!((kept.file_of("thiserror"), kept.hashes.len()), (None, 2));
        assert_eq!(Artefacts::read(&folder), Some(kept));
        fs::write(folder.join("libanyhow-1.rlib"), "other").unwrap();
        assert_eq!(Artefacts::read(&folder), None);
    }
}
