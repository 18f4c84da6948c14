//! The exceptions are Python's (`share_rs.errors`); it hands them over when it is imported.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use share_rs_sandbox::SandboxError;

static EXCEPTIONS: PyOnceLock<Exceptions> = PyOnceLock::new();

struct Exceptions {
    koan: Py<PyType>,
    toolchain: Py<PyType>,
    jail: Py<PyType>,
    package: Py<PyType>,
    share: Py<PyType>,
}

/// Which of them to raise.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Koan,
    Toolchain,
    Jail,
    Package,
    Share,
}

/// Says which exceptions the binding raises. The first call decides.
#[pyfunction]
#[pyo3(signature = (*, koan, toolchain, jail, package, share))]
pub(crate) fn set_exceptions(
    py: Python<'_>,
    koan: Py<PyType>,
    toolchain: Py<PyType>,
    jail: Py<PyType>,
    package: Py<PyType>,
    share: Py<PyType>,
) {
    EXCEPTIONS.get_or_init(py, || Exceptions { koan, toolchain, jail, package, share });
}

pub(crate) fn raise(kind: Kind, error: &dyn std::error::Error) -> PyErr {
    let message = error.to_string();
    Python::attach(|py| match EXCEPTIONS.get(py) {
        None => PyRuntimeError::new_err(message),
        Some(known) => {
            let class = match kind {
                Kind::Koan => &known.koan,
                Kind::Toolchain => &known.toolchain,
                Kind::Jail => &known.jail,
                Kind::Package => &known.package,
                Kind::Share => &known.share,
            };
            PyErr::from_type(class.bind(py).clone(), message)
        }
    })
}

pub(crate) fn raise_sandbox(error: &SandboxError) -> PyErr {
    let kind = match error {
        SandboxError::Toolchain(_) => Kind::Toolchain,
        SandboxError::Jail(_) => Kind::Jail,
        SandboxError::Crate(_) => Kind::Package,
        SandboxError::Usage(_) | SandboxError::Io(_) => Kind::Share,
    };
    raise(kind, error)
}
