//! The only calls of cargo outside of the jail: they find the workspace, lock versions and download sources.
//!
//! They run no code of the crate: no build script, and no program that its configuration names.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::bay::Jail;
use super::explain::explain;
use crate::SandboxError;

/// How long a download may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// Variables that lead to registries and proxies, by name or by how the name begins.
const PASSED: [&str; 18] = [
    "PATH",
    "HOME",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSH_AUTH_SOCK",
    "GIT_SSL_CAINFO",
    "CARGO_HTTP_*",
    "CARGO_NET_*",
    "CARGO_REGISTRY_*",
    "CARGO_REGISTRIES_*",
];

/// The root of the workspace to which the crate in `folder` belongs.
///
/// # Errors
/// [`SandboxError::Crate`] where there is none.
pub(super) fn workspace(jail: &Jail, folder: &Path) -> Result<PathBuf, SandboxError> {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return Err(SandboxError::Crate(format!(
            "expected a folder with a Cargo.toml, got {}: name the folder of a crate or of a workspace",
            folder.display()
        )));
    }
    let manifest = manifest.to_string_lossy().into_owned();
    let arguments =
        ["locate-project", "--workspace", "--offline", "--message-format", "plain", "--manifest-path", &manifest];
    match cargo(jail, Path::new("/"), &arguments)? {
        Ok(said) => Ok(Path::new(said.trim()).parent().unwrap_or(folder).to_owned()),
        Err(said) => Err(explain(&said, folder)),
    }
}

/// Locks versions where no lock file does, and downloads what the lock file names. Returns whether it had to be made.
///
/// # Errors
/// [`SandboxError::Crate`] that says what the lock file, a manifest or a download lacks.
pub(super) fn fetch(jail: &Jail, root: &Path, offline: bool) -> Result<bool, SandboxError> {
    if let Some(found) = above(root) {
        return Err(SandboxError::Crate(format!(
            "{} would configure every build below it: remove it, or name another folder for temporary files with TMPDIR",
            found.display()
        )));
    }
    let made = !root.join("Cargo.lock").is_file();
    if made {
        let online = if offline { Err(String::new()) } else { cargo(jail, root, &["generate-lockfile"])? };
        if let Err(said) = online
            && let Err(alone) = cargo(jail, root, &["generate-lockfile", "--offline"])?
        {
            return Err(explain(if said.is_empty() { &alone } else { &said }, root));
        }
    }
    let target = jail.toolchain.field("host");
    let arguments = ["fetch", "--locked", "--target", target];
    // What is there already needs no network, and asks no registry.
    if let Err(alone) = cargo(jail, root, &[&arguments[..], &["--offline"]].concat())? {
        let online = if offline { Err(alone) } else { cargo(jail, root, &arguments)? };
        // Without a network a dependency of tests or of another platform may be missing, which only those miss.
        online
            .or_else(|said| if offline && is_missing(&said) { Ok(String::new()) } else { Err(explain(&said, root)) })?;
    }
    Ok(made)
}

/// Whether what a lock file names was not downloaded before.
fn is_missing(said: &str) -> bool {
    ["failed to download", "no matching package named", "you're using offline mode", "--offline was specified"]
        .iter()
        .any(|words| said.contains(words))
}

/// A configuration in a folder around `root`, which cargo would read.
fn above(root: &Path) -> Option<PathBuf> {
    let around = root.ancestors().skip(1).map(|folder| folder.join(".cargo"));
    around.flat_map(|folder| ["config.toml", "config"].map(|name| folder.join(name))).find(|file| file.exists())
}

/// Calls cargo: what it printed, or what it said of its failure.
fn cargo(jail: &Jail, folder: &Path, arguments: &[&str]) -> Result<Result<String, String>, SandboxError> {
    let failed =
        |error: std::io::Error| SandboxError::Toolchain(format!("cannot start {}: {error}", jail.cargo.display()));
    let passed = std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        PASSED.iter().any(|passed| passed.strip_suffix('*').map_or(name == *passed, |start| name.starts_with(start)))
    });
    let mut child = Command::new(&jail.cargo)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(passed)
        .env("CARGO_HOME", &jail.cargo_home)
        .env("RUSTC", &jail.toolchain.rustc)
        .env("RUSTC_WRAPPER", "")
        .env("RUSTC_WORKSPACE_WRAPPER", "")
        .env("CARGO_TERM_COLOR", "never")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
    let read = |pipe: &mut dyn Read| {
        let mut bytes = Vec::new();
        let _ = pipe.take(1 << 24).read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let readers = [
        std::thread::spawn(move || out.as_mut().map_or_else(String::new, |pipe| read(pipe))),
        std::thread::spawn(move || err.as_mut().map_or_else(String::new, |pipe| read(pipe))),
    ];
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if Instant::now() >= deadline {
            let _ = child.kill();
            let _ = child.wait();
            return Err(SandboxError::Crate(format!(
                "`cargo {}` did not end within {} s: see that the registry is reachable, or call it by hand first",
                arguments.join(" "),
                PATIENCE.as_secs()
            )));
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let [out, err] = readers.map(|reader| reader.join().unwrap_or_default());
    Ok(if status.success() { Ok(out) } else { Err(err) })
}
