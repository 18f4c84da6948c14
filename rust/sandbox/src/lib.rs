//! Compiles and runs untrusted Rust programs in a jail, and judges them by the values that they return. Knows no Python.

mod batch;
pub mod cache;
mod candidate;
pub mod crates;
mod elf;
mod error;
pub mod externs;
mod fault;
mod hold;
pub mod jail;
mod joint;
mod judge;
mod key;
mod limits;
mod linker;
mod lint;
mod policy;
mod pool;
mod reference;
mod runtime;
pub mod runtimes;
mod stage;
mod toolchain;
mod verdict;

pub use batch::Batch;
pub use error::SandboxError;
pub use judge::KoanInput;
pub use limits::Limits;
pub use lint::Lint;
pub use pool::{Job, Pool, Recording, Settings};
pub use toolchain::Toolchain;
pub use verdict::{Outcome, Verdict};
