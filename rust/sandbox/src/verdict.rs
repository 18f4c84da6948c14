//! What is said of one candidate: a closed set of outcomes, and what a reader needs to believe it.

use serde::{Deserialize, Serialize};
use share_rs_koan::diagnostic::{Diagnostic, Stage};

macro_rules! outcomes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// How a candidate fared.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Outcome {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Outcome {
            /// Every outcome that `judge` gives, by name.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The name in records.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

outcomes! {
    /// The transcript equals the reference's, the end frame is there, the exit code is 0, no limit was hit.
    Pass = "pass";
    /// It ran, and the values differ or are incomplete, or one of its own tests failed.
    TestFail = "test_fail";
    /// It panicked before the last probe was done.
    Panic = "panic";
    /// It used up its CPU or wall time.
    RuntimeTimeout = "runtime_timeout";
    /// It asked for more memory than it may have.
    RuntimeOom = "runtime_oom";
    /// It was ended by a signal: a stack overflow, an abort.
    RuntimeSignal = "runtime_signal";
    /// It wrote more than is read.
    OutputLimit = "output_limit";
    /// rustc rejects it.
    CompileError = "compile_error";
    /// rustc used up its time.
    CompileTimeout = "compile_timeout";
    /// rustc asked for more memory than it may have.
    CompileOom = "compile_oom";
    /// rustc crashed.
    CompilerCrash = "compiler_crash";
    /// It was not compiled: too large, or it links foreign code.
    PolicyReject = "policy_reject";
    /// The sandbox itself failed. Never scored, never cached.
    InfraError = "infra_error";
    /// A check without probes found no error. `judge` never gives this.
    Compiles = "compiles";
}

impl Outcome {
    /// Whether the same candidate gets the same outcome on every run, on any machine: only these are cached.
    pub(crate) fn is_deterministic(self) -> bool {
        matches!(self, Self::Pass | Self::TestFail | Self::CompileError | Self::Compiles)
    }
}

/// The verdict on one candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The koan's id; None for a check without probes.
    pub koan: Option<String>,
    /// How it fared.
    pub outcome: Outcome,
    /// Where rustc stopped.
    pub stage: Option<Stage>,
    /// The codes of the diagnostics in order, empty where one has none.
    pub codes: Vec<String>,
    /// rustc's errors, or, where it compiles, what the lint that was asked for found.
    pub diagnostics: Vec<Diagnostic>,
    /// rustc said more than is read.
    pub truncated: bool,
    /// One sentence, free of paths and of any byte of the probes.
    pub detail: String,
    /// Frames of the transcript that equal the reference's, up to the first that differs.
    pub frames_equal: usize,
    /// Frames of the reference's transcript, its end frame included.
    pub frames_total: usize,
    /// The seed of the inputs.
    pub seed: u64,
    /// Whether it came from the cache.
    #[serde(skip)]
    pub cached: bool,
    /// CPU seconds of all stages.
    pub cpu_seconds: f64,
    /// Wall seconds of all stages.
    pub wall_seconds: f64,
    /// The layers in force.
    pub jail: String,
    /// rustc's version line.
    pub toolchain: String,
    /// The content-addressed key.
    pub key: String,
}

impl Verdict {
    pub(crate) fn set(&mut self, outcome: Outcome, detail: impl Into<String>) {
        self.outcome = outcome;
        self.detail = detail.into();
    }

    /// Takes what the compiler said.
    pub(crate) fn note(&mut self, diagnostics: Vec<Diagnostic>) {
        self.stage = diagnostics.first().map(|first| first.stage);
        self.codes = diagnostics.iter().map(|found| found.code.clone().unwrap_or_default()).collect();
        self.diagnostics = diagnostics;
    }
}
