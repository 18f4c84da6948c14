//! Breaking programs that work.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use share_rs_koan::mutate::{self, Expected, Reach};

type PyEdit = (usize, usize, String);

/// A mutator applied at one place.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct Mutation(mutate::Mutation);

#[pymethods]
impl Mutation {
    /// The task family.
    #[getter]
    fn family(&self) -> &'static str {
        self.0.family
    }

    /// What was done.
    #[getter]
    fn variant(&self) -> &'static str {
        self.0.variant
    }

    /// `codes`, `message` or `lint`: what must become of the program.
    #[getter]
    fn judge(&self) -> &'static str {
        match self.0.expected {
            Expected::Codes(_) => "codes",
            Expected::Message(_) => "message",
            Expected::Lint(_) => "lint",
        }
    }

    /// The codes, the parts of messages, or the lint.
    #[getter]
    fn expected(&self) -> Vec<&'static str> {
        match self.0.expected {
            Expected::Codes(all) | Expected::Message(all) => all.to_vec(),
            Expected::Lint(one) => vec![one],
        }
    }

    /// `body`, `item` or `remote`: where the first error lies.
    #[getter]
    fn reach(&self) -> &'static str {
        match self.0.reach {
            Reach::Body => "body",
            Reach::Item => "item",
            Reach::Remote => "remote",
        }
    }

    /// The bytes of the item that was changed.
    #[getter]
    fn item(&self) -> (usize, usize) {
        (self.0.item.start, self.0.item.end)
    }

    /// What was changed, as `apply_edits` takes it.
    #[getter]
    fn edits(&self) -> Vec<PyEdit> {
        self.0.edits.iter().map(|edit| (edit.start, edit.end, edit.replacement.clone())).collect()
    }
}

/// Every mutation of a whole file.
#[pyfunction]
pub(crate) fn mutations(py: Python<'_>, source: &str) -> PyResult<Vec<Mutation>> {
    let found = py.detach(|| mutate::mutations(source)).map_err(PyValueError::new_err)?;
    Ok(found.into_iter().map(Mutation).collect())
}

/// The bytes of an item, where one more attribute can stand, and where one more statement.
type Place = ((usize, usize), usize, Option<usize>);

/// Every item of a whole file.
#[pyfunction]
pub(crate) fn items(py: Python<'_>, source: &str) -> PyResult<Vec<Place>> {
    let found = py.detach(|| mutate::items(source)).map_err(PyValueError::new_err)?;
    Ok(found.into_iter().map(|one| ((one.range.start, one.range.end), one.head, one.body)).collect())
}
