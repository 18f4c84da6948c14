//! Koans, rustc's diagnostics as data, error patterns, and edits of Rust code. Knows no Python and starts no process.

pub mod cheat;
pub mod classify;
pub mod diagnostic;
pub mod edit;
pub mod koan;
