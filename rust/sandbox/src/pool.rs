//! The pool: workers, a queue of jobs, and verdicts as they come.

mod batch;
mod control;
mod recording;
mod selftest;
mod worker;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

pub(crate) use control::Control;
pub use recording::Recording;
pub(crate) use worker::{PREFIX, Worker, remove_stale};

use crate::batch::Batch;
use crate::cache::Cache;
use crate::error::SandboxError;
use crate::externs::Shelf;
use crate::jail::Layers;
use crate::judge::KoanInput;
use crate::key::Base;
use crate::limits::Limits;
use crate::lint::{Clippy, Lint};
use crate::policy::Policy;
use crate::reference::References;
use crate::runtime;
use crate::stage::Bench;
use crate::toolchain::Toolchain;
use crate::verdict::Verdict;

/// How long a stop may go unseen by those who wait for a worker.
const PATIENCE: Duration = Duration::from_millis(50);

/// How a pool is made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The command that becomes a worker; its stdin is the socket on which `jail::worker_main` is served.
    pub command: Vec<String>,
    /// How many workers; more than cores gain nothing.
    pub workers: usize,
    /// Where verdicts and the probe runtime are kept.
    pub cache: PathBuf,
    /// The most bytes of verdicts.
    pub cache_bytes: u64,
    /// Whether the programs are the user's own, so that they need no jail.
    pub trusted: bool,
    /// The compiler, or None for the one on PATH.
    pub rustc: Option<PathBuf>,
    /// Folders that no candidate may read: the package with its references, the user's koans.
    pub hidden: Vec<PathBuf>,
    /// Ceilings of the stages.
    pub limits: Limits,
}

/// One piece of work.
#[derive(Debug, Clone)]
pub enum Job {
    /// Judge `source` as a repair of `koan`.
    Judge {
        /// What it is to repair, and where that lies on disk.
        koan: Arc<KoanInput>,
        /// The candidate's bytes.
        source: Vec<u8>,
        /// The seed of the inputs.
        seed: u64,
    },
    /// Compile `source` as a library.
    Check {
        /// The text's bytes.
        source: Vec<u8>,
        /// rustc's edition.
        edition: String,
        /// Whether `unsafe` is allowed.
        allow_unsafe: bool,
        /// The crates that it may use, as [`crate::externs::named`] gives them.
        externs: Vec<String>,
    },
    /// Compile `source` as a library, and look for one lint.
    Lint {
        /// The text's bytes.
        source: Vec<u8>,
        /// rustc's edition.
        edition: String,
        /// From [`Pool::lint`].
        lint: Lint,
    },
}

impl Job {
    /// Whether it uses crates that must be built first.
    fn wants_externs(&self) -> bool {
        match self {
            Self::Judge { koan, .. } => !koan.externs.is_empty(),
            Self::Check { externs, .. } => !externs.is_empty(),
            Self::Lint { .. } => false,
        }
    }
}

/// Jailed workers and what they share. Workers start when the first job needs one.
#[derive(Debug)]
pub struct Pool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    bench: Bench,
    base: Base,
    cache: Cache,
    references: References,
    workers: Mutex<Workers>,
    freed: Condvar,
    /// Held for reading by every job, and for writing by a timed-out one that is tried once more alone.
    quiet: RwLock<()>,
    tested: Mutex<Option<Result<(), SandboxError>>>,
    /// Found with the first lint.
    clippy: Mutex<Option<Arc<Clippy>>>,
    closed: AtomicBool,
}

#[derive(Debug, Default)]
struct Workers {
    idle: Vec<Worker>,
    out: usize,
}

impl Pool {
    /// Finds the toolchain, asks for the layers of the jail, and builds the probe runtime where it is missing.
    ///
    /// # Errors
    /// [`SandboxError::Toolchain`] or [`SandboxError::Jail`], with the remedy.
    pub fn new(mut settings: Settings) -> Result<Self, SandboxError> {
        // rustc and the workers have folders of their own, where a relative path would lead elsewhere.
        settings.cache = std::path::absolute(&settings.cache)
            .map_err(|error| SandboxError::io("tell where the cache lies", &error))?;
        let jail = Layers::probe().require(settings.trusted)?;
        remove_stale(&std::env::temp_dir());
        let toolchain = Toolchain::find(settings.rustc.as_deref())?;
        let runtime = runtime::build(&toolchain, &settings.cache)?;
        let hidden: Vec<PathBuf> = settings.hidden.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let policy = Policy::new(&toolchain, &runtime.folder, &hidden)?;
        let base = Base::new(&toolchain, &policy.link, &jail, &settings.limits);
        let cache = Cache::new(&settings.cache, settings.cache_bytes);
        let (limits, trusted) = (settings.limits.clone(), settings.trusted);
        let bench = Bench { toolchain, policy, limits, runtime, externs: Shelf::default(), jail, trusted };
        let shared = Shared {
            settings,
            bench,
            base,
            cache,
            references: References::default(),
            workers: Mutex::default(),
            freed: Condvar::new(),
            quiet: RwLock::new(()),
            tested: Mutex::new(None),
            clippy: Mutex::new(None),
            closed: AtomicBool::new(false),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Starts the jobs. Equal jobs are done once.
    #[must_use]
    pub fn submit(&self, jobs: Vec<Job>) -> Batch<Verdict> {
        batch::start(&self.shared, jobs)
    }

    /// Runs one program past the cache, for what its probes record.
    #[must_use]
    pub fn record(&self, koan: Arc<KoanInput>, source: Vec<u8>, seed: u64) -> Recording {
        Recording::start(&self.shared, koan, source, seed)
    }

    /// The clippy lint `name`, by its full name.
    ///
    /// # Errors
    /// [`SandboxError::Toolchain`] where the toolchain has no clippy, [`SandboxError::Usage`] where clippy has no such lint.
    pub fn lint(&self, name: &str) -> Result<Lint, SandboxError> {
        let mut clippy = lock(&self.shared.clippy);
        match &*clippy {
            Some(clippy) => clippy.lint(name),
            None => clippy.insert(Arc::new(Clippy::find(&self.shared.bench.toolchain)?)).lint(name),
        }
    }

    /// The toolchain in use.
    #[must_use]
    pub fn toolchain(&self) -> &Toolchain {
        &self.shared.bench.toolchain
    }

    /// The layers in force.
    #[must_use]
    pub fn jail(&self) -> &str {
        &self.shared.bench.jail
    }

    /// Refuses a folder that candidates' compilers may read.
    ///
    /// # Errors
    /// [`SandboxError::Usage`] that says where koans may lie.
    pub fn admit_folder(&self, folder: &std::path::Path) -> Result<(), SandboxError> {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        if self.shared.settings.trusted || !self.shared.bench.policy.reads(&folder) {
            return Ok(());
        }
        Err(SandboxError::Usage(format!(
            "the koan in {} lies where the compiler of the candidates may read, so a candidate could copy the reference: \
             move it elsewhere, or name its folder among the hidden ones",
            folder.display()
        )))
    }

    /// Ends the idle workers; those at work end with their batch, and recordings soon.
    pub fn close(&self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        lock(&self.shared.workers).idle.clear();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    /// A worker, an idle one first; waits while all are at work, but not for work that was stopped. The first one of all
    /// is tested.
    fn checkout(&self, control: &Control) -> Result<Worker, SandboxError> {
        let mut workers = lock(&self.workers);
        while workers.idle.is_empty() && workers.out >= self.settings.workers {
            if control.stopped() {
                return Err(SandboxError::Io("it was stopped while it waited for a worker".to_owned()));
            }
            workers = self.freed.wait_timeout(workers, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
        }
        workers.out += 1;
        let idle = workers.idle.pop();
        drop(workers);
        let worker = match idle {
            Some(worker) => Ok(worker),
            None => {
                Worker::start(&self.settings.command).and_then(|mut worker| self.test(&mut worker).map(|()| worker))
            }
        };
        if worker.is_err() {
            self.release();
        }
        worker
    }

    fn checkin(&self, worker: Worker) {
        if !self.closed.load(Ordering::Relaxed) {
            lock(&self.workers).idle.push(worker);
        }
        self.release();
    }

    fn release(&self) {
        lock(&self.workers).out -= 1;
        self.freed.notify_one();
    }

    fn test(&self, worker: &mut Worker) -> Result<(), SandboxError> {
        lock(&self.tested).get_or_insert_with(|| selftest::run(&self.bench, worker)).clone()
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
