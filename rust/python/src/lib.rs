//! The binding: `share_rs._native`. Thin: it converts, and releases the interpreter around work.
#![allow(clippy::needless_pass_by_value, reason = "what Python passes is extracted into owned values")]

mod batch;
mod canonical;
mod crates;
mod diagnostic;
mod edit;
mod errors;
mod koan;
mod machine;
mod mutate;
mod sandbox;
mod skeleton;
mod verdict;
mod window;

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use share_rs_sandbox::Outcome;

#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::canonical::canonical;
    #[pymodule_export]
    use super::crates::{Crate, CrateVerdict, CrateVerdicts};
    #[pymodule_export]
    use super::diagnostic::{Child, Classification, Diagnostic, PatternTable, Span, diagnostics_from_json, render};
    #[pymodule_export]
    use super::edit::{apply_edits, machine_applicable, suggestions};
    #[pymodule_export]
    use super::errors::set_exceptions;
    #[pymodule_export]
    use super::koan::{Koan, Repair, discover, scaffold};
    #[pymodule_export]
    use super::machine::{cache_clear, cache_stats, find_toolchain, jail_status, worker_main};
    #[pymodule_export]
    use super::mutate::{Mutation, items, mutations};
    #[pymodule_export]
    use super::sandbox::{Sandbox, Verdicts};
    #[pymodule_export]
    use super::skeleton::{near_copies, skeleton};
    #[pymodule_export]
    use super::verdict::Verdict;
    #[pymodule_export]
    use super::window::{Window, cut};

    #[pymodule_init]
    fn init(module: &super::Bound<'_, super::PyModule>) -> super::PyResult<()> {
        super::constants(module)
    }
}

fn constants(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("build_profile", if cfg!(debug_assertions) { "debug" } else { "release" })?;
    let outcomes: Vec<&str> =
        Outcome::NAMES.iter().copied().filter(|name| *name != Outcome::Compiles.as_str()).collect();
    module.add("EXTERNS", PyTuple::new(module.py(), share_rs_sandbox::externs::NAMES)?)?;
    module.add("OUTCOMES", PyTuple::new(module.py(), outcomes)?)
}
