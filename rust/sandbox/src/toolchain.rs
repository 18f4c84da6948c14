//! The user's Rust toolchain: its own rustc, not rustup's proxy, which costs 3.5 ms a call and reads the user's home.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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
        let sysroot = PathBuf::from(ask(asked, &["--print", "sysroot"], PATIENCE)?.trim());
        let sysroot = sysroot.canonicalize().unwrap_or(sysroot);
        let own = sysroot.join("bin").join("rustc");
        let rustc = if own.is_file() { own } else { asked.to_owned() };
        let rustc = if rustc.is_absolute() { rustc } else { on_path(&rustc) };
        let version = ask(&rustc, &["-vV"], PATIENCE)?;
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

    /// What a program of a toolchain says.
    pub(crate) fn answer(program: &Path, arguments: &[&str]) -> Result<String, SandboxError> {
        ask(program, arguments, PATIENCE)
    }

    /// The cargo of this toolchain, not rustup's proxy, which would read the crate's `rust-toolchain.toml`.
    ///
    /// # Errors
    /// [`SandboxError::Toolchain`] where it has none.
    pub fn cargo(&self) -> Result<PathBuf, SandboxError> {
        let beside = self.rustc.parent().map(|folder| folder.join("cargo"));
        let own =
            [Some(self.sysroot.join("bin").join("cargo")), beside].into_iter().flatten().find(|file| file.is_file());
        own.ok_or_else(|| {
            SandboxError::Toolchain(format!(
                "{} comes without cargo: install it (rustup.rs, or your distribution's cargo), or name the rustc of another toolchain \
                 with SHARE_RS_RUSTC",
                self.line()
            ))
        })
    }

    /// Where the shared standard library lies.
    #[must_use]
    pub fn library(&self) -> PathBuf {
        self.sysroot.join("lib").join("rustlib").join(self.field("host")).join("lib")
    }
}

/// A compiler answers in milliseconds; a rustup that first downloads its toolchain says so on the terminal when it is called by hand.
const PATIENCE: Duration = Duration::from_secs(10);

fn ask(rustc: &Path, arguments: &[&str], patience: Duration) -> Result<String, SandboxError> {
    let failed =
        |error: std::io::Error| SandboxError::Toolchain(format!("cannot start {}: {error}; {REMEDY}", rustc.display()));
    let mut child = Command::new(rustc)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // A list of lints is more than a pipe holds; what is said on stderr is far less.
    let said = child.stdout.take().map(|mut pipe| {
        std::thread::spawn(move || {
            let mut said = Vec::new();
            pipe.read_to_end(&mut said).map(|_| said)
        })
    });
    let deadline = Instant::now() + patience;
    while child.try_wait().map_err(failed)?.is_none() {
        if Instant::now() >= deadline {
            let _ = child.kill();
            let _ = child.wait();
            return Err(SandboxError::Toolchain(format!(
                "{} {} gave no answer within {} s: call it by hand to see why; {REMEDY}",
                rustc.display(),
                arguments.join(" "),
                patience.as_secs()
            )));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        let said = said.and_then(|reader| reader.join().ok()).unwrap_or_else(|| Ok(Vec::new())).map_err(failed)?;
        return Ok(String::from_utf8_lossy(&said).into_owned());
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
    fn a_compiler_that_hangs_is_given_up() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rustc");
        std::fs::write(&file, "#!/bin/sh\nexec sleep 60\n").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        let started = Instant::now();
        let error = ask(&file, &["-vV"], Duration::from_secs(1)).unwrap_err().to_string();
        assert!(error.contains("no answer within 1 s"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn the_toolchain_of_this_machine_is_found_with_its_library() {
        let toolchain = Toolchain::find(None).unwrap();
        assert!(toolchain.rustc.is_absolute());
        assert!(toolchain.line().starts_with("rustc "));
        assert!(toolchain.library().is_dir());
    }
}
