//! Verdicts.

use pyo3::prelude::*;
use pyo3::types::PyAny;
use share_rs_koan::diagnostic::Stage;
use share_rs_sandbox as core;

use crate::diagnostic::{Diagnostic, to_python};

/// What the sandbox found.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct Verdict(pub(crate) core::Verdict);

#[pymethods]
impl Verdict {
    #[getter]
    fn koan(&self) -> Option<&str> {
        self.0.koan.as_deref()
    }
    #[getter]
    fn outcome(&self) -> &str {
        self.0.outcome.as_str()
    }
    #[getter]
    fn passed(&self) -> bool {
        self.0.outcome == core::Outcome::Pass
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
    fn frames_equal(&self) -> usize {
        self.0.frames_equal
    }
    #[getter]
    fn frames_total(&self) -> usize {
        self.0.frames_total
    }
    #[getter]
    fn seed(&self) -> u64 {
        self.0.seed
    }
    #[getter]
    fn cached(&self) -> bool {
        self.0.cached
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
    #[getter]
    fn key(&self) -> &str {
        &self.0.key
    }
    /// The verdict as plain dictionaries and lists.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let found = to_python(py, &self.0)?;
        found.set_item("cached", self.0.cached)?;
        found.set_item("passed", self.passed())?;
        Ok(found)
    }
    fn __repr__(&self) -> String {
        format!("Verdict(koan={:?}, outcome={:?})", self.0.koan.as_deref().unwrap_or_default(), self.0.outcome.as_str())
    }
}
