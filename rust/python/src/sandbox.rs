//! The pool of jailed workers.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use share_rs_sandbox::{self as core, Job, Limits, Pool, SandboxError, Settings, externs};

use crate::batch::{Coming, PATIENCE};
use crate::errors::raise_sandbox;
use crate::koan::Koan;
use crate::machine::describe;
use crate::verdict::Verdict;

/// A source, its edition, whether it may be unsafe, and the crates that it may use.
type Checked<'py> = (Bound<'py, PyBytes>, String, bool, Vec<String>);

/// Becomes a worker: `-I -S` keep the user's site out, so that it starts in 20 ms and has one thread.
const WORKER: &str = "import sys, importlib.util as util\n\
    spec = util.spec_from_file_location('share_rs._native', sys.argv[1])\n\
    native = util.module_from_spec(spec)\n\
    spec.loader.exec_module(native)\n\
    native.worker_main(0)\n";

/// The command that becomes a worker.
pub(crate) fn command(py: Python<'_>, python: String) -> PyResult<Vec<String>> {
    let binary: String = py.import("share_rs._native")?.getattr("__file__")?.extract()?;
    Ok(vec![python, "-I".to_owned(), "-S".to_owned(), "-c".to_owned(), WORKER.to_owned(), binary])
}

/// How many CPUs there are.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A pool of jailed workers.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct Sandbox {
    settings: Settings,
    pool: Mutex<Option<Pool>>,
}

#[pymethods]
impl Sandbox {
    #[new]
    #[pyo3(signature = (*, python, workers=None, cache_dir=None, cache_bytes=1 << 30, trusted=false, rustc=None, hidden=Vec::new(), limits=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    fn new(
        py: Python<'_>,
        python: String,
        workers: Option<usize>,
        cache_dir: Option<PathBuf>,
        cache_bytes: u64,
        trusted: bool,
        rustc: Option<PathBuf>,
        hidden: Vec<PathBuf>,
        limits: Option<HashMap<String, f64>>,
    ) -> PyResult<Self> {
        let mut set = Limits::default();
        for (name, value) in limits.unwrap_or_default() {
            set.set(&name, value).map_err(|error| raise_sandbox(&error))?;
        }
        if workers == Some(0) {
            return Err(raise_sandbox(&SandboxError::Usage("expected at least 1 worker, got 0".to_owned())));
        }
        let settings = Settings {
            command: command(py, python)?,
            workers: workers.unwrap_or_else(cores),
            cache: cache_dir.unwrap_or_else(|| std::env::temp_dir().join("share_rs")),
            cache_bytes,
            trusted,
            rustc,
            hidden,
            limits: set,
        };
        Ok(Self { settings, pool: Mutex::new(None) })
    }

    /// Finds the toolchain and the layers of the jail, and builds the probe runtime.
    fn start(&self, py: Python<'_>) -> PyResult<()> {
        self.with_pool(py, |_| Ok(()))
    }

    /// Verdicts of (koan, candidate, seed), as they come.
    fn judge(&self, py: Python<'_>, candidates: Vec<(PyRef<'_, Koan>, Bound<'_, PyBytes>, u64)>) -> PyResult<Verdicts> {
        let mut folders: Vec<PathBuf> = candidates.iter().map(|(koan, ..)| koan.path()).collect();
        folders.sort();
        folders.dedup();
        let jobs: Vec<Job> = candidates
            .into_iter()
            .map(|(koan, source, seed)| Job::Judge {
                koan: koan.input.clone(),
                source: source.as_bytes().to_vec(),
                seed,
            })
            .collect();
        self.submit(py, jobs, &folders)
    }

    /// Compiles (source, edition, `allow_unsafe`, externs) as a library, without probes.
    fn check(&self, py: Python<'_>, sources: Vec<Checked<'_>>) -> PyResult<Verdicts> {
        let job = |(source, edition, allow_unsafe, externs): Checked<'_>| {
            let externs = externs::named(externs).map_err(|error| raise_sandbox(&error))?;
            Ok(Job::Check { source: source.as_bytes().to_vec(), edition, allow_unsafe, externs })
        };
        self.submit(py, sources.into_iter().map(job).collect::<PyResult<_>>()?, &[])
    }

    /// Compiles (source, edition, lint) as a library with clippy.
    fn lint(&self, py: Python<'_>, sources: Vec<(Bound<'_, PyBytes>, String, String)>) -> PyResult<Verdicts> {
        let wanted: Vec<(Vec<u8>, String, String)> =
            sources.into_iter().map(|(source, edition, lint)| (source.as_bytes().to_vec(), edition, lint)).collect();
        let batch = self.with_pool(py, move |pool| {
            let job = |(source, edition, lint): (Vec<u8>, String, String)| {
                Ok(Job::Lint { source, edition, lint: pool.lint(&lint)? })
            };
            Ok(pool.submit(wanted.into_iter().map(job).collect::<Result<_, SandboxError>>()?))
        })?;
        Ok(Verdicts(Some(Coming::new(batch))))
    }

    /// Runs one program and returns what its probes recorded.
    fn transcript<'py>(
        &self,
        py: Python<'py>,
        koan: PyRef<'py, Koan>,
        source: Bound<'py, PyBytes>,
        seed: u64,
    ) -> PyResult<(Verdict, Bound<'py, PyBytes>)> {
        let (input, source, folder) = (koan.input.clone(), source.as_bytes().to_vec(), koan.path());
        let mut recording = self.with_pool(py, move |pool| {
            pool.admit_folder(&folder)?;
            Ok(pool.record(input, source, seed))
        })?;
        // Outside of the lock, so that other threads may use the sandbox, and close it.
        let recorded = loop {
            match py.detach(|| recording.next(PATIENCE)) {
                Ok(Some(recorded)) => break Ok(recorded),
                Ok(None) => {}
                Err(error) => break Err(raise_sandbox(&error)),
            }
            if let Err(interrupt) = py.check_signals() {
                break Err(interrupt);
            }
        };
        py.detach(|| drop(recording));
        let (verdict, transcript) = recorded?;
        Ok((Verdict(verdict), PyBytes::new(py, &transcript)))
    }

    /// Ends the workers. A closed sandbox starts again when it is used.
    fn close(&self, py: Python<'_>) {
        py.detach(|| drop(self.lock().take()));
    }

    #[getter]
    fn workers(&self) -> usize {
        self.settings.workers
    }

    #[getter]
    fn toolchain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let toolchain = self.lock().as_ref().map(|pool| pool.toolchain().clone());
        toolchain.map_or_else(|| Ok(PyDict::new(py)), |toolchain| describe(py, &toolchain))
    }

    #[getter]
    fn jail(&self) -> String {
        self.lock().as_ref().map_or_else(String::new, |pool| pool.jail().to_owned())
    }
}

impl Sandbox {
    fn submit(&self, py: Python<'_>, jobs: Vec<Job>, folders: &[PathBuf]) -> PyResult<Verdicts> {
        let batch = self.with_pool(py, |pool| {
            folders.iter().try_for_each(|folder| pool.admit_folder(folder))?;
            Ok(pool.submit(jobs))
        })?;
        Ok(Verdicts(Some(Coming::new(batch))))
    }

    fn with_pool<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl FnOnce(&Pool) -> Result<T, SandboxError> + Send,
    ) -> PyResult<T> {
        py.detach(|| {
            let mut pool = self.lock();
            match &*pool {
                Some(pool) => use_it(pool),
                None => use_it(pool.insert(Pool::new(self.settings.clone())?)),
            }
        })
        .map_err(|error| raise_sandbox(&error))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pool>> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Index of the candidate and its verdict, as they come.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct Verdicts(Option<Coming<core::Verdict>>);

#[pymethods]
impl Verdicts {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<(usize, Verdict)>> {
        let found = self.0.as_ref().map_or(Ok(None), |batch| batch.next(py))?;
        Ok(found.map(|(index, verdict)| (index, Verdict(verdict))))
    }

    /// Stops what still runs.
    fn close(&self, py: Python<'_>) {
        self.0.iter().for_each(|batch| batch.close(py));
    }
}
