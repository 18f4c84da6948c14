//! What keeps the sandbox from giving a verdict at all.

use thiserror::Error;

/// A fault of the machine or of the caller; a fault of a candidate is a verdict instead.
#[derive(Debug, Clone, Error)]
pub enum SandboxError {
    /// rustc or its linker is missing or cannot compile.
    #[error("{0}")]
    Toolchain(String),
    /// The machine lacks a layer of the jail.
    #[error("{0}")]
    Jail(String),
    /// A crate cannot be copied, fetched or built, or is none that can be used.
    #[error("{0}")]
    Crate(String),
    /// A koan lies where the candidates' compiler may read, a limit is unknown, and the like.
    #[error("{0}")]
    Usage(String),
    /// A file or a process of the sandbox itself failed.
    #[error("{0}")]
    Io(String),
}

impl SandboxError {
    pub(crate) fn io(doing: &str, error: &std::io::Error) -> Self {
        Self::Io(format!("cannot {doing}: {error}"))
    }
}
