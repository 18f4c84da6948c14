//! Which files the linker needs, asked of the C compiler that rustc links with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::SandboxError;

/// What a link step touches.
pub(crate) struct Linker {
    /// Programs, and folders of programs.
    pub programs: BTreeSet<PathBuf>,
    /// Folders of libraries and start files.
    pub libraries: BTreeSet<PathBuf>,
    /// The shared libraries that a linked program loads, without those of Rust.
    pub loaded: BTreeSet<PathBuf>,
}

impl Linker {
    pub(crate) fn find() -> Result<Self, SandboxError> {
        let cc = on_path("cc").ok_or_else(|| {
            SandboxError::Toolchain(
                "rustc links through `cc`, and there is none on PATH: install a C compiler (Debian: apt install gcc; Fedora: dnf install gcc)"
                    .to_owned(),
            )
        })?;
        let mut linker = Self { programs: BTreeSet::new(), libraries: BTreeSet::new(), loaded: BTreeSet::new() };
        linker.programs.insert(cc.canonicalize().unwrap_or_else(|_| cc.clone()));
        for name in ["ld", "ld.lld", "ld.bfd", "collect2", "lto-wrapper"] {
            let asked = ask(&cc, &format!("-print-prog-name={name}"));
            let found = if asked.is_absolute() { Some(asked) } else { on_path(name) };
            linker.programs.extend(found.and_then(|path| path.canonicalize().ok()));
        }
        // gcc finds its plugin and its start files beside libgcc; the rest lies where the C library lies.
        for name in [
            "libgcc.a",
            "crtbeginS.o",
            "liblto_plugin.so",
            "crt1.o",
            "libc.so",
            "libc.so.6",
            "libm.so",
            "libgcc_s.so",
            "libgcc_s.so.1",
        ] {
            let file = ask(&cc, &format!("-print-file-name={name}"));
            if let (true, Ok(file)) = (file.is_absolute(), file.canonicalize()) {
                linker.libraries.extend(file.parent().map(Path::to_owned));
            }
        }
        for name in ["libc.so.6", "libgcc_s.so.1", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"] {
            let file = ask(&cc, &format!("-print-file-name={name}"));
            if file.is_absolute() {
                linker.loaded.extend(file.canonicalize().ok());
            }
        }
        Ok(linker)
    }
}

/// An answer that is no absolute path means: not found.
fn ask(cc: &Path, question: &str) -> PathBuf {
    let output = Command::new(cc).arg(question).stdin(Stdio::null()).stderr(Stdio::null()).output();
    output.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())).unwrap_or_default()
}

fn on_path(name: &str) -> Option<PathBuf> {
    // The jail's PATH, so that what is found here is what rustc will find there.
    std::env::split_paths(crate::policy::PATH).map(|folder| folder.join(name)).find(|file| file.is_file())
}
