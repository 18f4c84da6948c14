//! Crates that programs may use: a few in pinned versions, built once for each toolchain and kept beside the runtimes.

mod artefacts;
mod make;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use share_rs_koan::koan::EXTERNS;

use crate::SandboxError;
use crate::hold::{self, Hold};
use crate::policy::Policy;
use crate::pool::{Control, Settings};
use crate::runtimes;
use crate::toolchain::Toolchain;

use artefacts::Artefacts;

/// The crates by name, sorted.
pub const NAMES: [&str; 3] = EXTERNS;

const SOURCES: [(&str, &str); 5] = [
    ("Cargo.lock", include_str!("../../externs/Cargo.lock")),
    ("Cargo.toml", include_str!("../../externs/Cargo.toml")),
    ("fields/Cargo.toml", include_str!("../../externs/fields/Cargo.toml")),
    ("fields/lib.rs", include_str!("../../externs/fields/lib.rs")),
    ("lib.rs", include_str!("../../externs/lib.rs")),
];

/// The names sorted and each once.
///
/// # Errors
/// [`SandboxError::Usage`] for a crate that is none of [`NAMES`].
pub fn named(mut names: Vec<String>) -> Result<Vec<String>, SandboxError> {
    names.sort();
    names.dedup();
    match names.iter().find(|name| !NAMES.contains(&name.as_str())) {
        None => Ok(names),
        Some(name) => Err(SandboxError::Usage(format!(
            "expected crates among {}, got `{name}`: programs may use no others",
            NAMES.join(", ")
        ))),
    }
}

/// What a verdict depends on: which crates, and their versions; nothing where there is none.
pub(crate) fn key(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("{} {}", names.join(" "), hash()) }
}

fn hash() -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for (name, text) in SOURCES {
        hasher.update(name.as_bytes()).update(&[0]).update(text.as_bytes()).update(&[0]);
    }
    hasher.finalize()
}

/// The built crates of one sandbox, made or found when the first program asks for one.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<Option<Arc<Built>>>);

/// Built crates. While this lives, nobody clears them away.
#[derive(Debug)]
pub(crate) struct Built {
    /// Where they lie.
    pub folder: PathBuf,
    artefacts: Artefacts,
    _hold: Hold,
}

impl Shelf {
    /// Finds the crates for a toolchain, or builds them; others wait meanwhile.
    pub(crate) fn fill(
        &self,
        settings: &Settings,
        toolchain: &Toolchain,
        policy: &Policy,
        control: &Control,
    ) -> Result<(), SandboxError> {
        let mut built = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if built.is_none() {
            *built = Some(Arc::new(find_or_make(settings, toolchain, policy, control)?));
        }
        Ok(())
    }

    /// None where [`Shelf::fill`] was not called, or failed.
    pub(crate) fn built(&self) -> Option<Arc<Built>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Built {
    /// What rustc is told, so that a program sees these crates and no other.
    pub(crate) fn flags(&self, names: &[String]) -> Vec<String> {
        let folder = self.folder.display();
        let files = names.iter().filter_map(|name| Some((name, self.artefacts.file_of(name)?)));
        let externs = files.map(|(name, file)| format!("--extern={name}={folder}/{file}"));
        // What the crates need themselves is found here, and cannot be named by a program.
        std::iter::once(format!("-Ldependency={folder}")).chain(externs).collect()
    }
}

fn find_or_make(
    settings: &Settings,
    toolchain: &Toolchain,
    policy: &Policy,
    control: &Control,
) -> Result<Built, SandboxError> {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(hash().as_bytes())
        .update(toolchain.version.as_bytes())
        .update(toolchain.sysroot.as_os_str().as_encoded_bytes());
    let folder = runtimes::folder(&settings.cache).join(&hasher.finalize().to_hex()[..32]);
    if let Some(built) = whole(folder.clone()) {
        return Ok(built);
    }
    make::make(settings, toolchain, policy, control, &folder)?;
    whole(folder).ok_or_else(|| SandboxError::Io("the crates that were built are gone again: try once more".to_owned()))
}

/// The crates in a folder, if all are there as they were built.
fn whole(folder: PathBuf) -> Option<Built> {
    let hold = hold::share(&folder)?;
    let artefacts = Artefacts::read(&folder).filter(|found| NAMES.iter().all(|name| found.file_of(name).is_some()))?;
    Some(Built { folder, artefacts, _hold: hold })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_others_are_refused() {
        let named = |names: &[&str]| named(names.iter().map(|&name| name.to_owned()).collect());
        assert_eq!(named(&["thiserror", "anyhow", "anyhow"]).unwrap(), ["anyhow", "thiserror"]);
        assert!(named(&["serde"]).unwrap_err().to_string().contains("got `serde`"));
    }

    #[test]
    fn a_key_tells_which_crates_were_asked_for() {
        assert_eq!(key(&[]), "");
        assert_ne!(key(&["anyhow".to_owned()]), key(&["fields".to_owned()]));
    }
}
