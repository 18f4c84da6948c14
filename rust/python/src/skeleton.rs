//! Skeletons and near copies.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use share_rs_koan::skeleton as of;

/// The skeleton of a program or of a part of one.
#[pyfunction]
pub(crate) fn skeleton(py: Python<'_>, source: &str) -> PyResult<String> {
    py.detach(|| of::skeleton(source)).map_err(PyValueError::new_err)
}

/// Pairs of programs of which the smaller is nearly contained in the other.
#[pyfunction]
#[pyo3(signature = (first, second, *, size, least, share))]
pub(crate) fn near_copies(
    py: Python<'_>,
    first: Vec<String>,
    second: Vec<String>,
    size: usize,
    least: usize,
    share: f64,
) -> PyResult<Vec<(usize, usize, f64)>> {
    if size == 0 {
        return Err(PyValueError::new_err("expected a size of at least 1, got 0"));
    }
    let found = py.detach(|| {
        let sets = |texts: &[String]| -> Vec<Vec<u64>> {
            texts.iter().map(|text| of::shingles(text, size).unwrap_or_default()).collect()
        };
        of::near(&sets(&first), &sets(&second), least, share)
    });
    Ok(found.into_iter().map(|pair| (pair.first, pair.second, pair.share)).collect())
}
