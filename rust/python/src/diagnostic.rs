//! Diagnostics and error patterns.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict};
use share_rs_koan::classify as patterns;
use share_rs_koan::diagnostic as core;

/// Wraps a plain value of the core; the fields are read through getters.
macro_rules! wrapper {
    ($($name:ident)*) => {$(
        #[pyclass(frozen, module = "share_rs._native")]
        #[derive(Clone)]
        pub(crate) struct $name(pub(crate) core::$name);
    )*};
}
wrapper!(Span Child Diagnostic);

#[pymethods]
impl Span {
    #[getter]
    fn file(&self) -> Option<&str> {
        self.0.file.as_deref()
    }
    #[getter]
    fn byte_start(&self) -> usize {
        self.0.byte_start
    }
    #[getter]
    fn byte_end(&self) -> usize {
        self.0.byte_end
    }
    #[getter]
    fn line_start(&self) -> usize {
        self.0.line_start
    }
    #[getter]
    fn column_start(&self) -> usize {
        self.0.column_start
    }
    #[getter]
    fn line_end(&self) -> usize {
        self.0.line_end
    }
    #[getter]
    fn column_end(&self) -> usize {
        self.0.column_end
    }
    #[getter]
    fn is_primary(&self) -> bool {
        self.0.is_primary
    }
    #[getter]
    fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }
    #[getter]
    fn replacement(&self) -> Option<&str> {
        self.0.suggestion.as_ref().map(|suggestion| suggestion.replacement.as_str())
    }
    #[getter]
    fn applicability(&self) -> Option<&str> {
        self.0.suggestion.as_ref().map(|suggestion| match suggestion.applicability {
            core::Applicability::MachineApplicable => "machine_applicable",
            core::Applicability::MaybeIncorrect => "maybe_incorrect",
            core::Applicability::HasPlaceholders => "has_placeholders",
            core::Applicability::Unspecified => "unspecified",
        })
    }
}

#[pymethods]
impl Child {
    #[getter]
    fn level(&self) -> String {
        level(&self.0.level)
    }
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }
    #[getter]
    fn spans(&self) -> Vec<Span> {
        self.0.spans.iter().cloned().map(Span).collect()
    }
}

#[pymethods]
impl Diagnostic {
    #[getter]
    fn level(&self) -> String {
        level(&self.0.level)
    }
    #[getter]
    fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }
    #[getter]
    fn stage(&self) -> &str {
        self.0.stage.as_str()
    }
    #[getter]
    fn spans(&self) -> Vec<Span> {
        self.0.spans.iter().cloned().map(Span).collect()
    }
    #[getter]
    fn children(&self) -> Vec<Child> {
        self.0.children.iter().cloned().map(Child).collect()
    }
    /// The diagnostic as plain dictionaries and lists.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        to_python(py, &self.0)
    }
    fn __repr__(&self) -> String {
        format!("Diagnostic(code={:?}, message={:?})", self.0.code.as_deref().unwrap_or_default(), self.0.message)
    }
}

/// The diagnostics of a JSON array.
#[pyfunction]
pub(crate) fn diagnostics_from_json(text: &str) -> PyResult<Vec<Diagnostic>> {
    let found: Vec<core::Diagnostic> = serde_json::from_str(text)
        .map_err(|error| PyValueError::new_err(format!("expected a JSON array of diagnostics: {error}")))?;
    Ok(found.into_iter().map(Diagnostic).collect())
}

/// What the router makes of a list of diagnostics.
#[pyclass(frozen, get_all, module = "share_rs._native")]
pub(crate) struct Classification {
    pattern: Option<String>,
    confidence: f64,
    runner_up: Option<String>,
    code: Option<String>,
    stage: String,
    rule: Option<String>,
}

/// The error patterns.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct PatternTable(patterns::PatternTable);

#[pymethods]
impl PatternTable {
    #[new]
    #[pyo3(signature = (extension=None))]
    fn new(extension: Option<&str>) -> PyResult<Self> {
        let builtin = patterns::PatternTable::builtin();
        let table = match extension {
            None => builtin.clone(),
            Some(toml) => builtin.extended(toml).map_err(|error| PyValueError::new_err(error.to_string()))?,
        };
        Ok(Self(table))
    }

    #[getter]
    fn patterns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let found = PyDict::new(py);
        for (name, description) in self.0.patterns() {
            found.set_item(name, description)?;
        }
        Ok(found)
    }

    fn classify(&self, diagnostics: Vec<PyRef<'_, Diagnostic>>) -> Classification {
        let found = patterns::classify(&plain(&diagnostics), &self.0);
        Classification {
            pattern: found.pattern,
            confidence: found.confidence,
            runner_up: found.runner_up,
            code: found.code,
            stage: found.stage.as_str().to_owned(),
            rule: found.rule,
        }
    }
}

/// The diagnostics as text.
#[pyfunction]
pub(crate) fn render(diagnostics: Vec<PyRef<'_, Diagnostic>>, source: &str) -> String {
    core::render(&plain(&diagnostics), source)
}

pub(crate) fn plain(diagnostics: &[PyRef<'_, Diagnostic>]) -> Vec<core::Diagnostic> {
    diagnostics.iter().map(|diagnostic| diagnostic.0.clone()).collect()
}

/// Through JSON, so that Python sees the names that records hold.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(value).map_err(|error| PyValueError::new_err(error.to_string()))?;
    py.import("json")?.call_method1("loads", (text,))
}

fn level(level: &core::Level) -> String {
    match level {
        core::Level::Error => "error".to_owned(),
        core::Level::Warning => "warning".to_owned(),
        core::Level::Note => "note".to_owned(),
        core::Level::Help => "help".to_owned(),
        core::Level::FailureNote => "failure_note".to_owned(),
        core::Level::Other(name) => name.clone(),
    }
}
