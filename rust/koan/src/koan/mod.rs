//! A koan: a small program that does not compile, and what judges its repairs.

mod harness;
mod load;
mod probes;
mod qualify;
mod scaffold;
mod signature;
pub(crate) mod source;

use std::path::PathBuf;

pub use load::discover;
pub use scaffold::scaffold;

#[cfg(test)]
pub(crate) use load::tests;

/// A further repair that the gate tries on its koan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The file's name without its ending, such as `right_clone`.
    pub name: String,
    /// Whether the repair must pass; otherwise it must fail.
    pub right: bool,
    /// The whole crate root.
    pub source: String,
}

/// The crates that a program may use besides std, sorted; the sandbox has them in pinned versions.
pub const EXTERNS: [&str; 3] = ["anyhow", "fields", "thiserror"];

/// One koan, as its folder describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Koan {
    /// The folder's name, such as `bc_001`.
    pub id: String,
    /// The letters of `id` before its first underscore.
    pub family: String,
    /// One line that says what happens in the broken program.
    pub title: String,
    /// The error pattern that `broken` shows.
    pub pattern: String,
    /// What rustc may give as the code of its first error; empty: an error without a code.
    pub codes: Vec<String>,
    /// The edition of every program of this koan.
    pub edition: String,
    /// How often each probe is called, each time with other inputs.
    pub rounds: u32,
    /// Whether candidates may hold `unsafe` code.
    pub allow_unsafe: bool,
    /// The crates that its programs may use, of [`EXTERNS`], sorted.
    pub externs: Vec<String>,
    /// The program to repair.
    pub broken: String,
    /// The repair whose values are the right ones.
    pub fixed: String,
    /// The inside of the module that calls a candidate.
    pub probes: String,
    /// Further repairs, right ones and wrong ones, sorted by name.
    pub repairs: Vec<Repair>,
    /// The absolute path of the folder.
    pub path: PathBuf,
}

impl Koan {
    /// What a verdict depends on besides the candidate: 64 hexadecimal digits of BLAKE3.
    #[must_use]
    pub fn content_hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let (rounds, allow_unsafe) = (self.rounds.to_string(), self.allow_unsafe.to_string());
        let own = [self.edition.as_str(), &rounds, &allow_unsafe, &self.fixed, &self.probes];
        for part in own.into_iter().chain(self.externs.iter().map(String::as_str)) {
            // The length goes first, so that no two lists of parts feed the same bytes.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// Every fault that keeps a folder, or an id, from being a koan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{subject}: {}", faults.join("; "))]
pub struct KoanError {
    /// The folder or the id.
    pub subject: String,
    /// One sentence for each fault.
    pub faults: Vec<String>,
}

impl KoanError {
    pub(crate) fn one(subject: impl Into<String>, fault: impl Into<String>) -> Self {
        Self { subject: subject.into(), faults: vec![fault.into()] }
    }
}
