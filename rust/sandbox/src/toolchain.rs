//! The user's Rust toolchain: its own rustc, not rustup's proxy, which costs 3.5 ms a call and reads the user's home.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::SandboxError;

/// A rustc that answered.
#[derive(Debug, Clone)]
pub struct Toolchain {
    /// The root of the toolchain.
    pub sysroot: PathBuf,
    /// The compiler itself.
    pub rustc: PathBuf,
    /// What `rustc -vV` says.
    pub version: String,
}

const REMEDY: &str = "install Rust (rustup.rs, or your distribution's rustc with its standard library), \
                      or name a compiler with SHARE_RS_RUSTC";

impl Toolchain {
    /// Finds the toolchain of `rustc`, or of the `rustc` on PATH.
    ///
    /// # Errors
    /// [`SandboxError::Toolchain`] where there is none, or it does not answer.
    pub fn find(rustc: Option<&Path>) -> Result<Self, SandboxError> {
        let asked = rustc.unwrap_or(Path::new("rustc"));
        let sysroot = PathBuf::from(ask(asked, &["--print", "sysroot"])?.trim());
        let sysroot = sysroot.canonicalize().unwrap_or(sysroot);
        let own = sysroot.join("bin").join("rustc");
        let rustc = if own.is_file() { own } else { asked.to_owned() };
        let rustc = if rustc.is_absolute() { rustc } else { on_path(&rustc) };
        let version = ask(&rustc, &["-vV"])?;
        Ok(Self { sysroot, rustc, version })
    }

    /// The version line, for example `rustc 1.95.0 (59807616e 2026-04-14)`.
    #[must_use]
    pub fn line(&self) -> &str {
        self.version.lines().next().unwrap_or_default()
    }

    /// A field of `rustc -vV`, for example `host`; empty where it is missing.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.version.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
    }

    /// Where the shared standard library lies.
    #[must_use]
    pub fn library(&self) -> PathBuf {
        self.sysroot.join("lib").join("rustlib").join(self.field("host")).join("lib")
    }
}

fn ask(rustc: &Path, arguments: &[&str]) -> Result<String, SandboxError> {
    let output = Command::new(rustc)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| SandboxError::Toolchain(format!("cannot start {}: {error}; {REMEDY}", rustc.display())))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("nothing").to_owned();
    Err(SandboxError::Toolchain(format!(
        "{} {} failed and said `{said}`; {REMEDY}",
        rustc.display(),
        arguments.join(" ")
    )))
}

fn on_path(name: &Path) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_compiler_is_named_with_the_remedy() {
        let error = Toolchain::find(Some(Path::new("/nonexistent/rustc"))).unwrap_err().to_string();
        assert!(error.contains("/nonexistent/rustc") && error.contains("SHARE_RS_RUSTC"), "{error}");
    }

    #[test]
    fn the_toolchain_of_this_machine_is_found_with_its_library() {
        let toolchain = Toolchain::find(None).unwrap();
        assert!(toolchain.rustc.is_absolute());
        assert!(toolchain.line().starts_with("rustc "));
        assert!(toolchain.library().is_dir());
    }
}
