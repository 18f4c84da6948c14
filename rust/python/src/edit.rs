//! Edits of sources.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use share_rs_koan::edit::{self, Edit};

use crate::diagnostic::{Diagnostic, plain};

type PyEdit = (usize, usize, String);

/// Replaces byte ranges.
#[pyfunction]
pub(crate) fn apply_edits(source: &str, edits: Vec<PyEdit>) -> PyResult<String> {
    let edits: Vec<Edit> =
        edits.into_iter().map(|(start, end, replacement)| Edit { start, end, replacement }).collect();
    edit::apply(source, &edits).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// The source with rustc's machine-applicable suggestions applied.
#[pyfunction]
pub(crate) fn machine_applicable(diagnostics: Vec<PyRef<'_, Diagnostic>>, source: &str) -> Option<String> {
    edit::machine_applicable(&plain(&diagnostics), source)
}

/// Every suggestion of rustc as a list of edits.
#[pyfunction]
pub(crate) fn suggestions(diagnostics: Vec<PyRef<'_, Diagnostic>>, source: &str) -> Vec<Vec<PyEdit>> {
    let found = edit::suggestions(&plain(&diagnostics), source);
    found
        .into_iter()
        .map(|edits| edits.into_iter().map(|edit| (edit.start, edit.end, edit.replacement)).collect())
        .collect()
}
