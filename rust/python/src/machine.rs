//! What this machine offers, and what a cache folder holds.

use std::io;
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use share_rs_sandbox::cache::{Cache, Stats};
use share_rs_sandbox::jail::{self, Layers};
use share_rs_sandbox::{SandboxError, Toolchain, runtimes};

use crate::errors::raise_sandbox;

/// Which layers of the jail this machine offers.
#[pyfunction]
pub(crate) fn jail_status(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let layers = Layers::probe();
    let found = PyDict::new(py);
    found.set_item("landlock_abi", layers.landlock)?;
    found.set_item("seccomp", layers.seccomp)?;
    found.set_item("refusal", layers.require(false).err().map(|error| error.to_string()))?;
    Ok(found)
}

/// The toolchain that the sandbox would use.
#[pyfunction]
#[pyo3(signature = (rustc=None))]
pub(crate) fn find_toolchain(py: Python<'_>, rustc: Option<PathBuf>) -> PyResult<Bound<'_, PyDict>> {
    let toolchain = py.detach(|| Toolchain::find(rustc.as_deref())).map_err(|error| raise_sandbox(&error))?;
    describe(py, &toolchain)
}

pub(crate) fn describe<'py>(py: Python<'py>, toolchain: &Toolchain) -> PyResult<Bound<'py, PyDict>> {
    let found = PyDict::new(py);
    found.set_item("version", toolchain.line())?;
    for field in ["release", "commit-hash", "host", "LLVM version"] {
        found.set_item(field, toolchain.field(field))?;
    }
    Ok(found)
}

/// Counts what a cache folder holds.
#[pyfunction]
pub(crate) fn cache_stats(py: Python<'_>, cache_dir: PathBuf) -> PyResult<Bound<'_, PyDict>> {
    let (verdicts, built, in_use) = py.detach(|| {
        let verdicts = Cache::new(&cache_dir, u64::MAX).stats();
        (verdicts, runtimes::stats(&cache_dir), runtimes::in_use(&cache_dir))
    });
    counts(py, verdicts, built, in_use)
}

/// Removes every entry of a cache folder, and the runtimes that no sandbox uses.
#[pyfunction]
pub(crate) fn cache_clear(py: Python<'_>, cache_dir: PathBuf) -> PyResult<Bound<'_, PyDict>> {
    let cleared = py.detach(|| {
        let verdicts = Cache::new(&cache_dir, u64::MAX).clear()?;
        Ok((verdicts, runtimes::clear(&cache_dir)?, runtimes::in_use(&cache_dir)))
    });
    let (verdicts, built, in_use) = cleared.map_err(|why: io::Error| {
        let told = format!(
            "cannot clear the cache in {}: {why}; see that you may write there, or name another folder with SHARE_RS_CACHE",
            cache_dir.display()
        );
        raise_sandbox(&SandboxError::Io(told))
    })?;
    counts(py, verdicts, built, in_use)
}

/// The body of a worker process.
#[pyfunction]
pub(crate) fn worker_main(py: Python<'_>, fd: i32) -> PyResult<()> {
    py.detach(|| jail::worker_main(fd)).map_err(PyErr::from)
}

fn counts(py: Python<'_>, verdicts: Stats, built: Stats, in_use: u64) -> PyResult<Bound<'_, PyDict>> {
    let found = PyDict::new(py);
    found.set_item("entries", verdicts.entries)?;
    found.set_item("bytes", verdicts.bytes)?;
    found.set_item("runtimes", built.entries)?;
    found.set_item("runtime_bytes", built.bytes)?;
    found.set_item("runtimes_in_use", in_use)?;
    Ok(found)
}
