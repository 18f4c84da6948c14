//! The part of a long file that a repair needs.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use share_rs_koan::edit::Edit;
use share_rs_koan::window;

use crate::diagnostic::{Diagnostic, plain};

type PyEdit = (usize, usize, String);

/// A file of which some text is elided.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct Window(window::Window);

#[pymethods]
impl Window {
    /// What is shown.
    #[getter]
    fn text(&self) -> &str {
        &self.0.text
    }

    /// The bytes of the file that are shown.
    #[getter]
    fn kept(&self) -> Vec<(usize, usize)> {
        self.0.kept().into_iter().map(|range| (range.start, range.end)).collect()
    }

    /// Edits of the window as edits of the file.
    fn to_file(&self, edits: Vec<PyEdit>) -> PyResult<Vec<PyEdit>> {
        converted(edits, |edits| self.0.to_file(edits))
    }

    /// Edits of the file as edits of the window.
    #[pyo3(name = "from_file")]
    fn shown(&self, edits: Vec<PyEdit>) -> PyResult<Vec<PyEdit>> {
        converted(edits, |edits| self.0.from_file(edits))
    }

    /// Diagnostics of the file as diagnostics of the window.
    fn diagnostics(&self, diagnostics: Vec<PyRef<'_, Diagnostic>>) -> Vec<Diagnostic> {
        self.0.diagnostics(&plain(&diagnostics)).into_iter().map(Diagnostic).collect()
    }
}

/// The window of a file on the item that was changed.
#[pyfunction]
#[pyo3(name = "window", signature = (source, item, *, budget, remote=Vec::new(), spans=Vec::new()))]
pub(crate) fn cut(
    py: Python<'_>,
    source: &str,
    item: (usize, usize),
    budget: usize,
    remote: Vec<(usize, usize)>,
    spans: Vec<(usize, usize)>,
) -> PyResult<Window> {
    let remote: Vec<_> = remote.into_iter().map(|(start, end)| start..end).collect();
    let spans: Vec<_> = spans.into_iter().map(|(start, end)| start..end).collect();
    let found = py.detach(|| window::window(source, &(item.0..item.1), &remote, &spans, budget));
    found.map(Window).map_err(PyValueError::new_err)
}

fn converted(
    edits: Vec<PyEdit>,
    map: impl Fn(&[Edit]) -> Result<Vec<Edit>, window::WindowError>,
) -> PyResult<Vec<PyEdit>> {
    let edits: Vec<Edit> =
        edits.into_iter().map(|(start, end, replacement)| Edit { start, end, replacement }).collect();
    let found = map(&edits).map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(found.into_iter().map(|edit| (edit.start, edit.end, edit.replacement)).collect())
}
