//! The crate `probe`, which the harness calls: built once per toolchain, kept beside the verdicts.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::SandboxError;
use crate::fault;
use crate::hold::{self, Hold};
use crate::runtimes;
use crate::toolchain::Toolchain;

const SOURCES: [(&str, &str); 3] = [
    ("lib.rs", include_str!("../../probe/lib.rs")),
    ("draw.rs", include_str!("../../probe/draw.rs")),
    ("value.rs", include_str!("../../probe/value.rs")),
];

/// What verdicts depend on.
pub(crate) fn hash() -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for (name, text) in SOURCES {
        hasher.update(name.as_bytes()).update(&[0]).update(text.as_bytes()).update(&[0]);
    }
    hasher.finalize()
}

/// A built runtime. While this lives, nobody clears it away.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// Where [`LIBRARY`] lies.
    pub folder: PathBuf,
    _hold: Hold,
}

/// The runtime for `toolchain`, built below `cache` where it is missing.
pub(crate) fn build(toolchain: &Toolchain, cache: &Path) -> Result<Runtime, SandboxError> {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(hash().as_bytes())
        .update(toolchain.version.as_bytes())
        .update(toolchain.sysroot.as_os_str().as_encoded_bytes());
    let runtimes = runtimes::folder(cache);
    let folder = runtimes.join(&hasher.finalize().to_hex()[..32]);
    if let Some(hold) = whole(&folder) {
        return Ok(Runtime { folder, _hold: hold });
    }
    let unusable = |error: &std::io::Error| {
        SandboxError::Io(format!(
            "cannot build the probe runtime below {}: {error}; free some space there or name another folder with SHARE_RS_CACHE",
            cache.display()
        ))
    };
    std::fs::create_dir_all(&runtimes).map_err(|error| unusable(&error))?;
    let making = tempfile::Builder::new().prefix(".making-").tempdir_in(&runtimes).map_err(|error| unusable(&error))?;
    // The lock stays with the folder when that gets its name.
    let _making = hold::share(making.path());
    for (name, text) in SOURCES {
        std::fs::write(making.path().join(name), text).map_err(|error| unusable(&error))?;
    }
    let output = Command::new(&toolchain.rustc)
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "rlib",
            "--crate-name",
            "probe",
            "-C",
            "opt-level=1",
            "-C",
            "strip=symbols",
            "lib.rs",
        ])
        .env_remove("RUSTFLAGS")
        .current_dir(making.path())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| SandboxError::Toolchain(format!("cannot start {}: {error}", toolchain.rustc.display())))?;
    if !output.status.success() && fault::full(fault::free(making.path())).is_some() {
        return Err(unusable(&std::io::ErrorKind::StorageFull.into()));
    }
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().find(|line| !line.is_empty()).unwrap_or("nothing").to_owned();
        return Err(SandboxError::Toolchain(format!(
            "{} cannot compile a plain library and said `{first}`: reinstall the toolchain with its standard library (edition 2024 needs \
             1.85 or newer)",
            toolchain.line()
        )));
    }
    let library = std::fs::read(making.path().join(LIBRARY)).map_err(|error| unusable(&error))?;
    std::fs::write(making.path().join(HASH), blake3::hash(&library).to_hex().as_str())
        .map_err(|error| unusable(&error))?;
    runtimes::put(making, &folder, is_whole).map_err(|error| unusable(&error))?;
    let hold = whole(&folder).ok_or_else(|| unusable(&std::io::ErrorKind::NotFound.into()))?;
    Ok(Runtime { folder, _hold: hold })
}

pub(crate) const LIBRARY: &str = "libprobe.rlib";
const HASH: &str = "libprobe.blake3";

/// Says that the folder is in use, if it holds the whole library.
fn whole(folder: &Path) -> Option<Hold> {
    hold::share(folder).filter(|_| is_whole(folder))
}

/// Whether the folder holds the library as it was built: a damaged one would make right repairs fail.
fn is_whole(folder: &Path) -> bool {
    let (Ok(library), Ok(hash)) = (std::fs::read(folder.join(LIBRARY)), std::fs::read_to_string(folder.join(HASH)))
    else {
        return false;
    };
    blake3::hash(&library).to_hex().as_str() == hash
}
