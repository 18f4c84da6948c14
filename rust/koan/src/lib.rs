//! Koans, rustc's diagnostics as data, error patterns, edits of Rust code, ways to break it, and which programs are copies. Knows no Python and starts no process.

pub mod cheat;
pub mod classify;
pub mod diagnostic;
pub mod edit;
pub mod koan;
pub mod mutate;
pub mod skeleton;
