//! Crates of the user.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyAny;
use share_rs_koan::diagnostic::Stage;
use share_rs_sandbox::SandboxError;
use share_rs_sandbox::crates as core;

use crate::batch::{Coming, PATIENCE};
use crate::diagnostic::{Diagnostic, to_python};
use crate::errors::raise_sandbox;
use crate::sandbox::{command, cores};

/// A crate that builds, with workers that try candidates.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct Crate {
    opened: Mutex<Option<core::Crate>>,
    about: core::About,
    workers: usize,
    jail: String,
    toolchain: String,
}

#[pymethods]
impl Crate {
    #[new]
    #[pyo3(signature = (path, *, python, workers=None, rustc=None, hidden=Vec::new(), package=None, features=Vec::new(), offline=false, limits=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of Python")]
    fn new(
        py: Python<'_>,
        path: PathBuf,
        python: String,
        workers: Option<usize>,
        rustc: Option<PathBuf>,
        hidden: Vec<PathBuf>,
        package: Option<String>,
        features: Vec<String>,
        offline: bool,
        limits: Option<HashMap<String, f64>>,
    ) -> PyResult<Self> {
        let mut set = core::CrateLimits::default();
        for (name, value) in limits.unwrap_or_default() {
            set.set(&name, value).map_err(|error| raise_sandbox(&error))?;
        }
        if workers == Some(0) {
            return Err(raise_sandbox(&SandboxError::Usage("expected at least 1 worker, got 0".to_owned())));
        }
        let workers = workers.unwrap_or_else(cores);
        let settings = core::CrateSettings {
            command: command(py, python)?,
            workers,
            rustc,
            hidden,
            package,
            features,
            offline,
            limits: set,
        };
        let mut opening = core::Crate::open(path, settings);
        let opened = loop {
            match py.detach(|| opening.next(PATIENCE)) {
                Ok(Some(opened)) => break Ok(opened),
                Ok(None) => {}
                Err(error) => break Err(raise_sandbox(&error)),
            }
            if let Err(interrupt) = py.check_signals() {
                break Err(interrupt);
            }
        };
        py.detach(|| drop(opening));
        let opened = opened?;
        Ok(Self {
            about: opened.about().clone(),
            workers,
            jail: opened.jail().to_owned(),
            toolchain: opened.toolchain().line().to_owned(),
            opened: Mutex::new(Some(opened)),
        })
    }

    /// Verdicts of candidates, each its files by name, as they come.
    fn submit(&self, patches: Vec<BTreeMap<String, Vec<u8>>>, step: &str) -> PyResult<CrateVerdicts> {
        let step = core::Step::named(step).filter(|step| *step != core::Step::Lint).ok_or_else(|| {
            PyValueError::new_err(format!("expected the step lib, check, build, test or cover, got `{step}`"))
        })?;
        let patches = patches.into_iter().map(|files| core::Patch { files: files.into_iter().collect() }).collect();
        let opened = self.opened()?;
        Ok(CrateVerdicts(opened.as_ref().map(|opened| Coming::new(opened.submit(patches, step)))))
    }

    /// Verdicts of candidates by lints of clippy.
    fn lint(&self, patches: Vec<BTreeMap<String, Vec<u8>>>, lints: Vec<String>) -> PyResult<CrateVerdicts> {
        let patches = patches.into_iter().map(|files| core::Patch { files: files.into_iter().collect() }).collect();
        let batch = self.opened()?.as_ref().map(|opened| opened.lint(patches, &lints)).transpose();
        Ok(CrateVerdicts(batch.map_err(|error| raise_sandbox(&error))?.map(Coming::new)))
    }

    /// Names of the original's tests: passed twice, failed twice, and those that differ; None before the first test.
    fn baseline(&self) -> Option<(Vec<String>, Vec<String>, Vec<String>)> {
        let found = self.lock().as_ref().and_then(core::Crate::baseline)?;
        let names = |set: &std::collections::BTreeSet<String>| set.iter().cloned().collect();
        Some((names(&found.passed), names(&found.failed), names(&found.flaky)))
    }

    /// Ends the workers and removes the copies.
    fn close(&self, py: Python<'_>) {
        py.detach(|| drop(self.lock().take()));
    }

    #[getter]
    fn name(&self) -> &str {
        &self.about.name
    }
    #[getter]
    fn version(&self) -> &str {
        &self.about.version
    }
    #[getter]
    fn licence(&self) -> Option<&str> {
        self.about.licence.as_deref()
    }
    #[getter]
    fn edition(&self) -> &str {
        &self.about.edition
    }
    #[getter]
    fn lib(&self) -> &str {
        &self.about.lib
    }
    #[getter]
    fn kinds(&self) -> Vec<String> {
        self.about.kinds.clone()
    }
    #[getter]
    fn lib_file(&self) -> &str {
        &self.about.lib_file
    }
    #[getter]
    fn sources(&self) -> Vec<String> {
        self.about.sources.clone()
    }
    #[getter]
    fn folder(&self) -> &str {
        &self.about.folder
    }
    #[getter]
    fn left_out(&self) -> Vec<String> {
        self.about.left_out.clone()
    }
    #[getter]
    fn locked_here(&self) -> bool {
        self.about.locked_here
    }
    #[getter]
    fn workers(&self) -> usize {
        self.workers
    }
    #[getter]
    fn jail(&self) -> &str {
        &self.jail
    }
    #[getter]
    fn toolchain(&self) -> &str {
        &self.toolchain
    }
}

impl Crate {
    /// The crate, which was not closed.
    fn opened(&self) -> PyResult<MutexGuard<'_, Option<core::Crate>>> {
        let opened = self.lock();
        if opened.is_some() {
            return Ok(opened);
        }
        Err(raise_sandbox(&SandboxError::Usage("the crate was closed: open it again".to_owned())))
    }

    fn lock(&self) -> MutexGuard<'_, Option<core::Crate>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Index of the candidate and its verdict, as they come.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct CrateVerdicts(Option<Coming<core::CrateVerdict>>);

#[pymethods]
impl CrateVerdicts {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<(usize, CrateVerdict)>> {
        let found = self.0.as_ref().map_or(Ok(None), |batch| batch.next(py))?;
        Ok(found.map(|(index, verdict)| (index, CrateVerdict(verdict))))
    }

    /// Stops what still runs.
    fn close(&self, py: Python<'_>) {
        self.0.iter().for_each(|batch| batch.close(py));
    }
}

/// What became of a candidate for a crate.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct CrateVerdict(core::CrateVerdict);

#[pymethods]
impl CrateVerdict {
    #[getter]
    fn outcome(&self) -> &str {
        self.0.outcome.as_str()
    }
    #[getter]
    fn step(&self) -> &str {
        self.0.step.as_str()
    }
    /// What vouches for the outcome: the tests, or the compiler alone.
    #[getter]
    fn judge(&self) -> &str {
        if self.0.step.tests() { "tests" } else { "compiler" }
    }
    #[getter]
    fn stage(&self) -> Option<&str> {
        self.0.stage.map(Stage::as_str)
    }
    #[getter]
    fn codes(&self) -> Vec<String> {
        self.0.codes.clone()
    }
    #[getter]
    fn diagnostics(&self) -> Vec<Diagnostic> {
        self.0.diagnostics.iter().cloned().map(Diagnostic).collect()
    }
    #[getter]
    fn truncated(&self) -> bool {
        self.0.truncated
    }
    #[getter]
    fn detail(&self) -> &str {
        &self.0.detail
    }
    #[getter]
    fn passed_tests(&self) -> Vec<String> {
        self.0.passed_tests.clone()
    }
    #[getter]
    fn failed_tests(&self) -> Vec<String> {
        self.0.failed_tests.clone()
    }
    #[getter]
    fn marks(&self) -> Vec<(u32, String)> {
        self.0.marks.clone()
    }
    #[getter]
    fn cpu_seconds(&self) -> f64 {
        self.0.cpu_seconds
    }
    #[getter]
    fn wall_seconds(&self) -> f64 {
        self.0.wall_seconds
    }
    #[getter]
    fn jail(&self) -> &str {
        &self.0.jail
    }
    #[getter]
    fn toolchain(&self) -> &str {
        &self.0.toolchain
    }
    /// The verdict as plain dictionaries and lists.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let found = to_python(py, &self.0)?;
        found.set_item("judge", self.judge())?;
        Ok(found)
    }
    fn __repr__(&self) -> String {
        format!("CrateVerdict(step={:?}, outcome={:?})", self.0.step.as_str(), self.0.outcome.as_str())
    }
}
