//! Fetching the crates outside of the jail, where no code of theirs runs, and building them inside.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use super::artefacts::Artefacts;
use super::{NAMES, SOURCES};
use crate::SandboxError;
use crate::hold;
use crate::jail::{Bounds, Ending, Grant, Layers, Profile, Request, Rights};
use crate::policy::{PATH, Policy};
use crate::pool::{Control, Settings, Worker};
use crate::runtimes;
use crate::stage::{display, variable};
use crate::toolchain::Toolchain;

/// Seconds that the build may take, of wall time and of CPU time of one process.
const PATIENCE: u64 = 900;
/// The address space of one process, and the memory of all together: crates of syn's size take a tenth of it.
const MEMORY: u64 = 6 << 30;
/// The largest file that is written.
const LARGEST: u64 = 1 << 30;

/// All files together, of which a build makes 60 MiB.
const DISK: u64 = 2 << 30;

/// Where cargo finds the crates instead of asking a registry.
const VENDORED: &str = "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n";

/// Builds the crates, and gives them the name `folder`.
pub(super) fn make(
    settings: &Settings,
    toolchain: &Toolchain,
    policy: &Policy,
    control: &Control,
    folder: &Path,
) -> Result<(), SandboxError> {
    // Build scripts and macros are a stranger's, also where the programs are the user's own.
    Layers::probe().require(false)?;
    let failed = |error: io::Error| {
        SandboxError::Io(format!(
            "cannot keep the crates that programs use below {}: {error}; free some space there or name another folder with \
             SHARE_RS_CACHE",
            settings.cache.display()
        ))
    };
    let all = runtimes::folder(&settings.cache);
    fs::create_dir_all(&all).map_err(failed)?;
    let making = tempfile::Builder::new().prefix(".making-").tempdir_in(&all).map_err(failed)?;
    // The lock stays with the folder when that gets its name.
    let _making = hold::share(making.path());
    let mut worker = Worker::start(&settings.command)?;
    let root = worker.folder().canonicalize().map_err(failed)?;
    write_sources(&root).map_err(failed)?;
    let cargo = toolchain.cargo()?;
    fetch(&cargo, &root)?;
    control.watch(&worker);
    let built = build(&mut worker, &cargo, toolchain, policy, &root);
    control.forget(&worker);
    Artefacts::keep(&built?, &root.join("target"), &NAMES, making.path()).map_err(failed)?;
    runtimes::put(making, folder, |folder| Artefacts::read(folder).is_some()).map_err(failed)
}

fn write_sources(root: &Path) -> io::Result<()> {
    for folder in ["fields", "home", "tmp", "target"] {
        fs::create_dir_all(root.join(folder))?;
    }
    SOURCES.iter().try_for_each(|(name, text)| fs::write(root.join(name), text))
}

/// Has cargo put the sources of what the lock file pins below `root`, by its checksums; a download only where it must be.
fn fetch(cargo: &Path, root: &Path) -> Result<(), SandboxError> {
    let mut said = String::new();
    for more in [&["--offline"][..], &[]] {
        let output = Command::new(cargo)
            .args(["vendor", "--quiet", "--locked", "--versioned-dirs"])
            .args(more)
            .arg("vendor")
            .current_dir(root)
            .env("CARGO_TERM_COLOR", "never")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| SandboxError::Toolchain(format!("cannot start {}: {error}", cargo.display())))?;
        if output.status.success() {
            let config = root.join(".cargo");
            return fs::create_dir_all(&config)
                .and_then(|()| fs::write(config.join("config.toml"), VENDORED))
                .map_err(|error| SandboxError::io("write where the fetched crates lie", &error));
        }
        said = String::from_utf8_lossy(&output.stderr).into_owned();
    }
    Err(SandboxError::Io(format!(
        "cannot fetch the crates that programs use ({}): cargo says `{}`; see that it reaches its registry, once is enough",
        NAMES.join(", "),
        first(&said)
    )))
}

/// What `cargo build --message-format=json` printed.
fn build(
    worker: &mut Worker,
    cargo: &Path,
    toolchain: &Toolchain,
    policy: &Policy,
    root: &Path,
) -> Result<Vec<u8>, SandboxError> {
    let path = |name: &str| display(&root.join(name));
    let mut grants = policy.compile.clone();
    grants.push(Grant { path: display(cargo), rights: Rights::Execute });
    grants.push(Grant { path: "/dev/null".to_owned(), rights: Rights::Write });
    grants.push(Grant { path: display(root), rights: Rights::Build });
    let search = format!("{}:{PATH}", display(&toolchain.sysroot.join("bin")));
    let env = [
        ("PATH", search),
        ("HOME", path("tmp")),
        ("TMPDIR", path("tmp")),
        ("LANG", "C.UTF-8".to_owned()),
        ("CARGO_HOME", path("home")),
        ("CARGO_TARGET_DIR", path("target")),
        ("CARGO_TERM_COLOR", "never".to_owned()),
        ("RUSTC", display(&toolchain.rustc)),
        // Where the crates were built must not show in what rustc says of a program.
        ("CARGO_ENCODED_RUSTFLAGS", format!("--remap-path-prefix={}=crates", display(root))),
    ];
    let request = Request {
        argv: [&display(cargo), "build", "--frozen", "--message-format=json"].map(str::to_owned).to_vec(),
        env: env.iter().map(|(name, value)| variable(name, value)).collect(),
        cwd: display(root),
        grants,
        profile: Profile::Build,
        cpu: PATIENCE,
        wall: PATIENCE * 1000,
        stall: 0,
        memory: MEMORY,
        file: LARGEST,
        descriptors: 512,
        output: [4 << 20, 4 << 20, 0],
        stdin: 0,
        bounds: Some(Bounds {
            own: display(root),
            counted: vec![display(root)],
            disk: DISK,
            processes: 256,
            memory: MEMORY,
        }),
    };
    let asked = worker.ask(&request, &[]);
    let (reply, [stdout, stderr, _]) =
        asked.map_err(|error| SandboxError::io("build the crates that programs use", &error))?;
    match reply.ending {
        Ending::Exited(0) => Ok(stdout),
        Ending::Exited(_) => Err(SandboxError::Toolchain(format!(
            "{} cannot build the crates that programs use: cargo says `{}`; name the rustc of another toolchain with \
             SHARE_RS_RUSTC",
            toolchain.line(),
            first(&String::from_utf8_lossy(&stderr))
        ))),
        ending => Err(SandboxError::Io(format!("cargo did not end as it should in the jail: {ending:?}"))),
    }
}

/// The first line that tells of an error, or the first of all.
fn first(said: &str) -> &str {
    let mut lines = said.lines().filter(|line| !line.trim().is_empty());
    let error = said.lines().find(|line| line.starts_with("error"));
    error.or_else(|| lines.next()).unwrap_or("nothing").trim()
}
