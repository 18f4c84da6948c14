//! One worker's own copy of a crate: its folders, and jailed calls in them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use toml::Table;

use super::limits::CrateLimits;
use super::{config, copy};
use crate::SandboxError;
use crate::jail::{Bounds, Grant, Profile, Reply, Request, Rights};
use crate::policy::PATH;
use crate::pool::Worker;
use crate::stage::{clear, display, variable};
use crate::toolchain::Toolchain;

/// What every call needs and no candidate changes.
#[derive(Debug)]
pub(super) struct Jail {
    pub toolchain: Toolchain,
    pub cargo: PathBuf,
    /// What may be read and executed of the machine.
    pub grants: Vec<Grant>,
    pub limits: CrateLimits,
    /// The user's Cargo home, of which only registries and git checkouts are readable.
    pub cargo_home: PathBuf,
    /// The Cargo home that calls get: read-only, and the same for all workers, so that cargo finds dependencies that another one
    /// built fresh.
    pub home: TempDir,
    /// How many jobs cargo starts at once while the other workers wait, and while they work.
    pub cores: usize,
    pub jobs: usize,
}

/// One call.
pub(super) struct Call {
    pub argv: Vec<String>,
    pub env: Vec<(String, String)>,
    pub cwd: PathBuf,
    pub wall: u64,
    /// KiB that are read of stdout and stderr.
    pub read: [u64; 2],
    /// Whether it runs cargo, which writes everywhere in the bay; else only `out` is written.
    pub builds: bool,
}

/// A worker and its folders.
#[derive(Debug)]
pub(super) struct Bay {
    worker: Worker,
    root: PathBuf,
}

impl Bay {
    /// Copies the pristine tree for a worker.
    pub(super) fn new(worker: Worker, pristine: &Path) -> Result<Self, SandboxError> {
        // Landlock and cargo both see the path without links.
        let root = worker.folder().canonicalize().map_err(|error| SandboxError::io("find a work folder", &error))?;
        let bay = Self { worker, root };
        bay.restore(pristine).map_err(|error| SandboxError::io("copy the crate for a worker", &error))?;
        Ok(bay)
    }

    pub(super) fn worker(&self) -> &Worker {
        &self.worker
    }

    /// The folder of all the others.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The copy of the workspace.
    pub(super) fn copy(&self) -> PathBuf {
        self.root.join("copy")
    }

    /// The target folder.
    pub(super) fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// Where rustc writes when it is called directly.
    pub(super) fn out(&self) -> PathBuf {
        self.root.join("out")
    }

    /// What a build of the unbroken crate left, out of reach of every call.
    pub(super) fn primed(&self, name: &str) -> PathBuf {
        self.root.join("primed").join(name)
    }

    /// Undoes whatever the last call did: the tree is the pristine one again, and the target folder that of the unbroken crate.
    pub(super) fn restore(&self, pristine: &Path) -> io::Result<()> {
        for folder in ["copy", "target", "tmp", "out"] {
            empty(&self.root.join(folder))?;
        }
        copy::exact(pristine, &self.copy())?;
        self.bring_back("target")?;
        self.bring_back("out")
    }

    /// Puts one folder back to what [`Bay::keep`] kept.
    pub(super) fn bring_back(&self, name: &str) -> io::Result<()> {
        let (kept, folder) = (self.primed(name), self.root.join(name));
        if !kept.is_dir() {
            return Ok(());
        }
        empty(&folder)?;
        copy::exact(&kept, &folder)
    }

    /// Keeps a folder as it is now.
    pub(super) fn keep(&self, name: &str) -> io::Result<()> {
        let (kept, folder) = (self.primed(name), self.root.join(name));
        empty(&kept)?;
        copy::exact(&folder, &kept)
    }

    /// Undoes [`Bay::keep`].
    pub(super) fn forget(&self, name: &str) -> io::Result<()> {
        empty(&self.primed(name))
    }

    /// Makes one call, and waits for its end; nothing of it is left running.
    pub(super) fn call(&mut self, jail: &Jail, call: &Call) -> io::Result<(Reply, [Vec<u8>; 3])> {
        self.call_with(jail, call, Vec::new())
    }

    /// The same, where the call may read or execute more.
    pub(super) fn call_with(
        &mut self,
        jail: &Jail,
        call: &Call,
        more: Vec<Grant>,
    ) -> io::Result<(Reply, [Vec<u8>; 3])> {
        let path = |name: &str| display(&self.root.join(name));
        let mut grants = jail.grants.clone();
        grants.extend(more);
        let rights: &[(&str, Rights)] = if call.builds {
            &[("copy", Rights::Write), ("target", Rights::Build), ("tmp", Rights::Build)]
        } else {
            &[("copy", Rights::Read), ("target", Rights::Read), ("tmp", Rights::Write), ("out", Rights::Write)]
        };
        grants.extend(rights.iter().map(|&(name, rights)| Grant { path: path(name), rights }));
        let limits = &jail.limits;
        let mut env = call.env.clone();
        for (name, value) in [
            ("PATH", format!("{}:{PATH}", display(&jail.toolchain.sysroot.join("bin")))),
            ("HOME", path("tmp")),
            ("TMPDIR", path("tmp")),
            ("LANG", "C.UTF-8".to_owned()),
        ] {
            env.push(variable(name, &value));
        }
        let request = Request {
            argv: call.argv.clone(),
            env,
            cwd: display(&call.cwd),
            grants,
            profile: Profile::Build,
            cpu: limits.cpu,
            wall: call.wall * 1000,
            stall: 0,
            memory: limits.memory << 20,
            file: limits.file << 20,
            descriptors: 512,
            output: [call.read[0] << 10, call.read[1] << 10, 0],
            stdin: 0,
            bounds: Some(Bounds {
                own: display(&self.root),
                counted: ["copy", "target", "tmp", "out"].map(path).to_vec(),
                disk: limits.disk << 20,
                processes: limits.processes,
                memory: limits.all_memory << 20,
            }),
        };
        self.worker.ask(&request, &[])
    }

    /// A call of cargo in the copy.
    pub(super) fn cargo(
        &mut self,
        jail: &Jail,
        arguments: &[String],
        wall: u64,
        jobs: usize,
    ) -> io::Result<(Reply, [Vec<u8>; 3])> {
        let mut argv = vec![display(&jail.cargo)];
        argv.extend_from_slice(arguments);
        let call = Call {
            argv,
            env: vec![
                variable("CARGO_HOME", &display(jail.home.path())),
                variable("CARGO_TARGET_DIR", &display(&self.target())),
                variable("CARGO_BUILD_JOBS", &jobs.to_string()),
                variable("CARGO_NET_OFFLINE", "true"),
                variable("CARGO_TERM_COLOR", "never"),
                variable("RUSTC", &display(&jail.toolchain.rustc)),
            ],
            cwd: self.copy(),
            wall,
            read: [jail.limits.diagnostics, jail.limits.diagnostics],
            builds: true,
        };
        self.call(jail, &call)
    }

    /// Replaces files of the copy; what they were is brought back by [`Bay::revert`].
    pub(super) fn apply(&self, files: &[(String, Vec<u8>)]) -> io::Result<()> {
        for (name, text) in files {
            let file = self.copy().join(name);
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(file, text)?;
        }
        Ok(())
    }

    /// Undoes [`Bay::apply`] where nothing else was written to the copy.
    pub(super) fn revert(&self, files: &[(String, Vec<u8>)], pristine: &Path) -> io::Result<()> {
        for (name, _) in files {
            let (original, file) = (pristine.join(name), self.copy().join(name));
            if original.is_file() { copy::file(&original, &file)? } else { fs::remove_file(file)? }
        }
        Ok(())
    }
}

/// Writes the configuration that is used in the jail.
pub(super) fn configure(root: &Path, table: &Table) -> Result<(), SandboxError> {
    config::put(root, table).map_err(|error| SandboxError::io("replace .cargo/config.toml", &error))
}

/// Has a folder be there and be empty, whatever modes were set below it; it stays the same folder, which Landlock's rule is on.
fn empty(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    match clear(folder) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            open(folder)?;
            clear(folder)
        }
        result => result,
    }
}

/// Lets the owner list and empty every folder below this one.
fn open(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(())
}
