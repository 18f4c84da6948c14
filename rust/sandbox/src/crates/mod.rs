//! Crates of the user: copied, built and tested by cargo in the jail, with files replaced by those of candidates.
//!
//! The original is read once and never written. Outside of the jail cargo only finds the workspace, locks and downloads; all
//! that runs code of the crate (build scripts, procedural macros, tests) runs inside, where the toolchain and the registry's
//! sources are read-only, credentials are out of reach, and there is no network. Each worker has a copy and a target folder of
//! its own, which are put back to those of the unbroken crate before every candidate whose code may have run.

mod about;
mod batch;
mod bay;
mod config;
mod copy;
mod explain;
mod fetch;
mod invocation;
mod judge;
mod limits;
mod marks;
mod messages;
mod opening;
mod patch;
mod prime;
mod report;
mod rustc;
mod selftest;
mod slot;
mod verdict;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use tempfile::TempDir;

pub use about::About;
pub use limits::CrateLimits;
pub use opening::Opening;
pub use patch::Patch;
pub use prime::Baseline;
pub use verdict::{CrateVerdict, Step};

use crate::SandboxError;
use crate::batch::Batch;
use crate::lint::Clippy;
use crate::pool::{PREFIX, lock};
use bay::Jail;
use slot::Slot;

/// How a crate is opened.
#[derive(Debug, Clone)]
pub struct CrateSettings {
    /// The command that becomes a worker; its stdin is the socket on which `jail::worker_main` is served.
    pub command: Vec<String>,
    /// How many candidates are tried at once; each has a copy and a target folder.
    pub workers: usize,
    /// The compiler, or None for the one on PATH; cargo is the one beside it.
    pub rustc: Option<PathBuf>,
    /// Folders that no candidate may read.
    pub hidden: Vec<PathBuf>,
    /// The package, where the workspace has several.
    pub package: Option<String>,
    /// Features to switch on, besides the default ones.
    pub features: Vec<String>,
    /// Whether nothing may be downloaded.
    pub offline: bool,
    /// Ceilings.
    pub limits: CrateLimits,
}

/// A crate that builds, ready to try candidates.
#[derive(Debug)]
pub struct Crate {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: CrateSettings,
    jail: Jail,
    /// The layers in force, for the record.
    layers: String,
    about: About,
    /// The copy that no candidate reaches.
    pristine: TempDir,
    slots: Mutex<Slots>,
    freed: Condvar,
    baseline: Mutex<Option<Arc<Baseline>>>,
    seed: Mutex<Option<prime::Seed>>,
    /// What the first worker built of the unbroken crate, by step.
    built: Mutex<BTreeMap<Step, TempDir>>,
    /// Found with the first lint.
    clippy: Mutex<Option<Arc<Clippy>>>,
    closed: AtomicBool,
}

#[derive(Debug, Default)]
struct Slots {
    idle: Vec<Slot>,
    out: usize,
}

impl Crate {
    /// Begins to open the crate in `folder`, or the workspace there.
    #[must_use]
    pub fn open(folder: PathBuf, settings: CrateSettings) -> Opening {
        Opening::start(folder, settings)
    }

    /// What is known of it.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.shared.about
    }

    /// How the original's own tests fare; None before the first candidate was tested.
    #[must_use]
    pub fn baseline(&self) -> Option<Arc<Baseline>> {
        lock(&self.shared.baseline).clone()
    }

    /// The layers in force.
    #[must_use]
    pub fn jail(&self) -> &str {
        &self.shared.layers
    }

    /// The toolchain in use.
    #[must_use]
    pub fn toolchain(&self) -> &crate::Toolchain {
        &self.shared.jail.toolchain
    }

    /// Takes each candidate as far as `step`.
    #[must_use]
    pub fn submit(&self, patches: Vec<Patch>, step: Step) -> Batch<CrateVerdict> {
        batch::start(&self.shared, patches, step, Vec::new())
    }

    /// Looks for lints of clippy, by their full names, in the library with each candidate.
    ///
    /// # Errors
    /// [`SandboxError::Toolchain`] where the toolchain has no clippy, [`SandboxError::Usage`] where clippy has no such lint, or
    /// none is named.
    pub fn lint(&self, patches: Vec<Patch>, lints: &[String]) -> Result<Batch<CrateVerdict>, SandboxError> {
        if lints.is_empty() {
            return Err(SandboxError::Usage(
                "expected the full name of a lint, such as `clippy::map_clone`".to_owned(),
            ));
        }
        let mut clippy = lock(&self.shared.clippy);
        let clippy = match &*clippy {
            Some(found) => found.clone(),
            None => clippy.insert(Arc::new(Clippy::find(&self.shared.jail.toolchain)?)).clone(),
        };
        let lints = lints.iter().map(|name| clippy.lint(name)).collect::<Result<_, _>>()?;
        Ok(batch::start(&self.shared, patches, Step::Lint, lints))
    }

    /// Ends the idle workers and removes their copies; those at work end with their batch.
    pub fn close(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        lock(&self.shared.slots).idle.clear();
    }
}

impl Drop for Crate {
    fn drop(&mut self) {
        self.close();
    }
}

/// A folder that is gone with its owner, or later with [`remove_stale`](crate::pool::remove_stale).
fn work_folder() -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix(&format!("{PREFIX}{}-", std::process::id())).tempdir()
}

/// A failure of the sandbox's own files or processes.
fn io(doing: &'static str) -> impl Fn(std::io::Error) -> SandboxError {
    move |error| SandboxError::io(doing, &error)
}
