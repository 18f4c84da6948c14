//! Koans.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use share_rs_koan::cheat;
use share_rs_koan::koan as core;
use share_rs_sandbox::KoanInput;

use crate::errors::{Kind, raise};

/// One koan, read from its folder.
#[pyclass(frozen, module = "share_rs._native")]
pub(crate) struct Koan {
    koan: core::Koan,
    pub(crate) input: Arc<KoanInput>,
}

/// A further repair of a koan that the gate tries.
#[pyclass(frozen, get_all, module = "share_rs._native")]
pub(crate) struct Repair {
    name: String,
    right: bool,
    source: String,
}

impl Koan {
    fn bound(koan: core::Koan) -> Result<Self, core::KoanError> {
        let input = KoanInput {
            id: koan.id.clone(),
            content_hash: koan.content_hash(),
            harness: koan.harness()?,
            fixed: koan.fixed.clone(),
            edition: koan.edition.clone(),
            allow_unsafe: koan.allow_unsafe,
            externs: koan.externs.clone(),
            signatures: koan.called_signatures()?,
        };
        Ok(Self { koan, input: Arc::new(input) })
    }
}

#[pymethods]
impl Koan {
    #[new]
    fn new(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let read = || Self::bound(core::Koan::load(&path)?);
        py.detach(read).map_err(|error| raise(Kind::Koan, &error))
    }

    /// A koan that is not on disk.
    #[staticmethod]
    #[pyo3(signature = (koan_id, *, fixed, probes, broken = "", edition = "2024", allow_unsafe = false, externs = Vec::new(), rounds = 8))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn of(
        py: Python<'_>,
        koan_id: String,
        fixed: String,
        probes: String,
        broken: &str,
        edition: &str,
        allow_unsafe: bool,
        externs: Vec<String>,
        rounds: u32,
    ) -> PyResult<Self> {
        let koan = core::Koan {
            id: koan_id,
            family: String::new(),
            title: String::new(),
            pattern: String::new(),
            codes: Vec::new(),
            edition: edition.to_owned(),
            rounds,
            allow_unsafe,
            externs,
            broken: broken.to_owned(),
            fixed,
            probes,
            repairs: Vec::new(),
            path: PathBuf::new(),
        };
        py.detach(|| Self::bound(core::Koan::made(koan)?)).map_err(|error| raise(Kind::Koan, &error))
    }

    #[getter]
    fn id(&self) -> &str {
        &self.koan.id
    }
    #[getter]
    fn family(&self) -> &str {
        &self.koan.family
    }
    #[getter]
    fn title(&self) -> &str {
        &self.koan.title
    }
    #[getter]
    fn pattern(&self) -> &str {
        &self.koan.pattern
    }
    #[getter]
    fn codes(&self) -> Vec<String> {
        self.koan.codes.clone()
    }
    #[getter]
    fn edition(&self) -> &str {
        &self.koan.edition
    }
    #[getter]
    fn rounds(&self) -> u32 {
        self.koan.rounds
    }
    #[getter]
    fn allow_unsafe(&self) -> bool {
        self.koan.allow_unsafe
    }
    #[getter]
    fn externs(&self) -> Vec<String> {
        self.koan.externs.clone()
    }
    #[getter]
    fn broken(&self) -> &str {
        &self.koan.broken
    }
    #[getter]
    fn fixed(&self) -> &str {
        &self.koan.fixed
    }
    #[getter]
    fn probes(&self) -> &str {
        &self.koan.probes
    }
    #[getter]
    fn repairs(&self) -> Vec<Repair> {
        let repairs = self.koan.repairs.iter().cloned();
        repairs.map(|repair| Repair { name: repair.name, right: repair.right, source: repair.source }).collect()
    }
    #[getter]
    pub(crate) fn path(&self) -> PathBuf {
        self.koan.path.clone()
    }
    #[getter]
    fn content_hash(&self) -> &str {
        &self.input.content_hash
    }

    /// The signatures, without bodies, of what the probes call.
    fn called_signatures(&self) -> Vec<String> {
        self.input.signatures.clone()
    }

    /// The programs of the gate that must score zero.
    fn cheats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let cheats = py.detach(|| cheat::cheats(&self.koan)).map_err(|error| raise(Kind::Koan, &error))?;
        let found = PyDict::new(py);
        for cheat in cheats {
            found.set_item(cheat.name, cheat.sources)?;
        }
        Ok(found)
    }

    fn __repr__(&self) -> String {
        format!("Koan({:?})", self.koan.id)
    }
}

/// The koan folders at or below `root`.
#[pyfunction]
pub(crate) fn discover(root: PathBuf) -> PyResult<Vec<PathBuf>> {
    core::discover(&root).map_err(|error| raise(Kind::Koan, &error))
}

/// File name to text of a new koan.
#[pyfunction]
pub(crate) fn scaffold<'py>(py: Python<'py>, koan_id: &str) -> PyResult<Bound<'py, PyDict>> {
    let files = PyDict::new(py);
    for (name, text) in core::scaffold(koan_id).map_err(|error| raise(Kind::Koan, &error))? {
        files.set_item(name, text)?;
    }
    Ok(files)
}
