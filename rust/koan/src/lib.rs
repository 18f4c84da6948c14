//! Koans, rustc's diagnostics as data, error patterns, edits of Rust code and ways to break it. Knows no Python and starts no process.

mod canonical;
pub mod cheat;
pub mod classify;
pub mod diagnostic;
pub mod edit;
pub mod koan;
pub mod mutate;
pub mod skeleton;
pub mod window;

pub use canonical::canonical;
