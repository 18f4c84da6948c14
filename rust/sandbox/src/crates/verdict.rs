//! What is said of one candidate for a crate.

use std::time::Duration;

use serde::Serialize;
use share_rs_koan::diagnostic::{Diagnostic, Parsed, Stage};

use crate::jail::{Ending, Reply};
use crate::verdict::Outcome;

/// How far a candidate is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// rustc on the library alone, called as cargo calls it: no code of the candidate runs.
    Lib,
    /// clippy on the library alone, for the lints that the batch names.
    Lint,
    /// `cargo check` of the package's library and programs.
    Check,
    /// `cargo build` of them.
    Build,
    /// Its tests, those of the library, the programs and `tests/`; no doctests.
    Test,
    /// Its tests one after the other, with what they mark.
    Cover,
}

impl Step {
    /// The step called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Lib, Self::Lint, Self::Check, Self::Build, Self::Test, Self::Cover]
            .into_iter()
            .find(|step| step.as_str() == name)
    }

    /// Whether tests are run.
    #[must_use]
    pub fn tests(self) -> bool {
        matches!(self, Self::Test | Self::Cover)
    }

    /// The name in records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lib => "lib",
            Self::Lint => "lint",
            Self::Check => "check",
            Self::Build => "build",
            Self::Test => "test",
            Self::Cover => "cover",
        }
    }
}

/// The verdict on one candidate. A program writes what its tests are said to have done, so that `pass` by tests is weaker
/// than `pass` by value: a candidate that wants to can forge it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CrateVerdict {
    /// How it fared: `compiles` where it was asked for no tests.
    pub outcome: Outcome,
    /// How far it was to be taken.
    pub step: Step,
    /// Where rustc stopped.
    pub stage: Option<Stage>,
    /// The codes of rustc's errors in order, empty where an error has none.
    pub codes: Vec<String>,
    /// rustc's errors; their spans name files. Of the step `lint`, where it compiles, the warnings of the lints.
    pub diagnostics: Vec<Diagnostic>,
    /// rustc said more than is read.
    pub truncated: bool,
    /// One sentence.
    pub detail: String,
    /// Tests that passed, of those that pass in the original.
    pub passed_tests: Vec<String>,
    /// Tests that failed or were not reported, of those that pass in the original.
    pub failed_tests: Vec<String>,
    /// Numbers that the candidate's text marked, each with the test, of those that passed, that ran it; empty but for the step
    /// `cover`.
    pub marks: Vec<(u32, String)>,
    /// CPU seconds.
    pub cpu_seconds: f64,
    /// Wall seconds.
    pub wall_seconds: f64,
    /// The layers in force.
    pub jail: String,
    /// rustc's version line.
    pub toolchain: String,
}

impl CrateVerdict {
    /// What a candidate's compilation came to.
    pub(super) fn compiled(&mut self, reply: &Reply, parsed: Parsed, fate: Option<(Outcome, String)>) {
        self.truncated = parsed.truncated || matches!(reply.ending, Ending::Output(_));
        let (outcome, detail) = fate.unwrap_or_else(|| (Outcome::Compiles, "rustc finds no error".to_owned()));
        self.set(outcome, detail);
        if outcome == Outcome::Compiles {
            return;
        }
        let stages = parsed.diagnostics.iter().map(|found| found.stage);
        self.stage = stages.filter(|stage| *stage != Stage::Unknown).min();
        self.codes = parsed.diagnostics.iter().map(|found| found.code.clone().unwrap_or_default()).collect();
        self.diagnostics = parsed.diagnostics;
    }

    /// Adds what a call took.
    pub(super) fn spend(&mut self, reply: &Reply) {
        self.cpu_seconds += Duration::from_micros(reply.cpu).as_secs_f64();
        self.wall_seconds += Duration::from_micros(reply.wall).as_secs_f64();
    }

    pub(super) fn set(&mut self, outcome: Outcome, detail: impl Into<String>) {
        self.outcome = outcome;
        self.detail = detail.into();
    }
}
