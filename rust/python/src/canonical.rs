//! Programs that say the same.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A program without what is no difference.
#[pyfunction]
pub(crate) fn canonical(py: Python<'_>, source: &str) -> PyResult<String> {
    py.detach(|| share_rs_koan::canonical(source)).map_err(PyValueError::new_err)
}
