//! From a candidate to its verdict.

use std::io;

use share_rs_koan::diagnostic::{Child, Diagnostic, Level, Parsed, Stage};

use crate::candidate::{Refusal, Text, holds, inspect};
use crate::jail::Ending;
use crate::joint::Joint;
use crate::lint::Lint;
use crate::pool::Worker;
use crate::reference::{Reference, ended};
use crate::stage::{Bench, Compiled, Product, Ran, Terms, first_words, out_of_memory, out_of_time};
use crate::verdict::{Outcome, Verdict};

/// What a verdict needs of a koan.
#[derive(Debug, Clone)]
pub struct KoanInput {
    /// The koan's id.
    pub id: String,
    /// Of the reference, the probes and the settings.
    pub content_hash: String,
    /// The text that is appended to a candidate.
    pub harness: String,
    /// The reference.
    pub fixed: String,
    /// rustc's edition.
    pub edition: String,
    /// Whether a candidate may use `unsafe`.
    pub allow_unsafe: bool,
    /// The crates that a candidate and the reference may use, sorted.
    pub externs: Vec<String>,
    /// What the probes call, for a candidate that does not offer it.
    pub signatures: Vec<String>,
}

impl KoanInput {
    pub(crate) fn terms(&self) -> Terms<'_> {
        Terms { edition: &self.edition, allow_unsafe: self.allow_unsafe, externs: &self.externs }
    }
}

impl Bench {
    /// An empty verdict, to be filled in.
    pub(crate) fn verdict(&self, koan: Option<&str>, seed: u64, key: String) -> Verdict {
        Verdict {
            koan: koan.map(str::to_owned),
            outcome: Outcome::InfraError,
            stage: None,
            codes: Vec::new(),
            diagnostics: Vec::new(),
            truncated: false,
            detail: String::new(),
            frames_equal: 0,
            frames_total: 0,
            seed,
            cached: false,
            cpu_seconds: 0.0,
            wall_seconds: 0.0,
            jail: self.jail.clone(),
            toolchain: self.toolchain.line().to_owned(),
            key,
        }
    }

    /// Judges a candidate by the values that its probes record. An error is of the worker, never of the candidate.
    pub(crate) fn judge(
        &self,
        worker: &mut Worker,
        koan: &KoanInput,
        reference: &Reference,
        source: &[u8],
        verdict: &mut Verdict,
    ) -> io::Result<Vec<u8>> {
        verdict.frames_total = frames(&reference.transcript);
        let Some(text) = self.admit(source, koan.allow_unsafe, verdict) else { return Ok(Vec::new()) };
        let own = text.source.len();
        let alone = |worker: &mut Worker| self.compile(worker, text.source, own, koan.terms(), Product::TestErrors);
        if !text.whole {
            let compiled = alone(worker)?;
            if self.rejects(compiled, verdict) {
                return Ok(Vec::new());
            }
        }
        let joint = Joint::new(text.source, &koan.harness);
        let product = Product::Program(&joint.runtime);
        let mut compiled = self.compile(worker, &joint.text, own, koan.terms(), product)?;
        match compiled.failure.as_ref().map(|(outcome, _)| *outcome) {
            // What rustc says of the harness stays here; what it says of the candidate alone is the candidate's to know.
            Some(Outcome::CompileError) if joint.shows(&compiled.parsed) => {
                add(verdict, compiled.cpu, compiled.wall);
                let compiled = alone(worker)?;
                if !self.rejects(compiled, verdict) {
                    lacks_what_is_called(&koan.signatures, verdict);
                }
                return Ok(Vec::new());
            }
            None | Some(Outcome::CompileError) => {}
            // rustc broke off, so that nobody knows what more it would have said, and of what.
            Some(_) => compiled.parsed = Parsed::default(),
        }
        if self.rejects(compiled, verdict) {
            return Ok(Vec::new());
        }
        let cpu = self.limits.run_cpu.max((4 * reference.cpu).div_ceil(1_000_000));
        let ran = self.run(worker, verdict.seed, cpu)?;
        self.compare(&ran, reference, cpu, verdict);
        Ok(ran.transcript)
    }

    /// Compiles a text as a library, without probes.
    pub(crate) fn check(
        &self,
        worker: &mut Worker,
        source: &[u8],
        terms: Terms<'_>,
        verdict: &mut Verdict,
    ) -> io::Result<()> {
        let Some(text) = self.admit(source, terms.allow_unsafe, verdict) else { return Ok(()) };
        let compiled = self.compile(worker, text.source, text.source.len(), terms, Product::LibraryErrors)?;
        if !self.rejects(compiled, verdict) {
            verdict.set(Outcome::Compiles, "it compiles");
        }
        Ok(())
    }

    /// Compiles a text as a library with clippy, and keeps what one lint finds in it. Nothing of it runs, so it may be unsafe.
    pub(crate) fn lint(
        &self,
        worker: &mut Worker,
        source: &[u8],
        edition: &str,
        lint: &Lint,
        verdict: &mut Verdict,
    ) -> io::Result<()> {
        let Some(text) = self.admit(source, true, verdict) else { return Ok(()) };
        // The one attribute that no level outranks: for an older toolchain most lints are silent.
        if holds(text.source, &["clippy", "msrv"]) {
            verdict.set(Outcome::PolicyReject, "the program sets `clippy::msrv`, which silences lints");
            return Ok(());
        }
        let own = text.source.len();
        let mut compiled = self.compile(worker, text.source, own, Terms::plain(edition, true), Product::Lint(lint))?;
        if matches!((&compiled.failure, &compiled.ending), (Some((Outcome::CompileError, _)), Ending::Exited(_))) {
            compiled.parsed.diagnostics.retain(|error| !Lint::raises(error));
            if compiled.parsed.diagnostics.is_empty() {
                compiled.failure = None;
            }
        }
        // Only the program's own levels can make warnings of others so many.
        if matches!(compiled.ending, Ending::Output(_)) && compiled.parsed.diagnostics.is_empty() {
            compiled.failure = Some((Outcome::OutputLimit, "clippy writes more warnings than are read".to_owned()));
        }
        let warnings = std::mem::take(&mut compiled.warnings);
        if !self.rejects(compiled, verdict) {
            let found = if warnings.is_empty() { "does not find" } else { "finds" };
            verdict.set(Outcome::Compiles, format!("it compiles, and clippy {found} {}", lint.name()));
            verdict.note(warnings);
        }
        Ok(())
    }

    fn admit<'a>(&self, source: &'a [u8], allow_unsafe: bool, verdict: &mut Verdict) -> Option<Text<'a>> {
        match inspect(source, self.limits.source, allow_unsafe) {
            Ok(text) => return Some(text),
            Err(Refusal::Policy(why)) => verdict.set(Outcome::PolicyReject, why),
            Err(Refusal::NotUtf8(at)) => {
                verdict
                    .set(Outcome::CompileError, format!("the candidate is not UTF-8: byte {at} begins no character"));
                verdict.stage = Some(Stage::Parse);
                verdict.codes = vec![String::new()];
            }
        }
        None
    }

    /// Whether rustc did not make what it was asked for; the verdict then says why.
    #[expect(clippy::unused_self, reason = "reads as a sentence beside its siblings")]
    fn rejects(&self, compiled: Compiled, verdict: &mut Verdict) -> bool {
        add(verdict, compiled.cpu, compiled.wall);
        let Some((outcome, detail)) = compiled.failure else { return false };
        verdict.set(outcome, detail);
        verdict.truncated = compiled.parsed.truncated || matches!(compiled.ending, Ending::Output(_));
        verdict.note(compiled.parsed.diagnostics);
        true
    }

    fn compare(&self, ran: &Ran, reference: &Reference, cpu: u64, verdict: &mut Verdict) {
        add(verdict, ran.reply.cpu, ran.reply.wall);
        verdict.stage = None;
        verdict.frames_equal = equal_frames(&ran.transcript, &reference.transcript);
        let complete = ended(&ran.transcript);
        let (outcome, detail) = match &ran.reply.ending {
            Ending::Exited(0) if ran.transcript == reference.transcript => {
                (Outcome::Pass, "every value is right".to_owned())
            }
            Ending::Exited(101) if !complete => (Outcome::Panic, "it panicked".to_owned()),
            Ending::Exited(101) if ran.transcript == reference.transcript => {
                (Outcome::TestFail, "every value is right, and a test of its own fails".to_owned())
            }
            // The loader's code, where the statics leave no room for the libraries.
            Ending::Exited(127) if !complete && out_of_memory(&ran.stderr) => {
                (Outcome::RuntimeOom, TOO_MUCH.to_owned())
            }
            Ending::Exited(_) if !complete => {
                (Outcome::TestFail, "it ended before its last value was recorded".to_owned())
            }
            Ending::Exited(_) => (Outcome::TestFail, "a value differs from the reference's".to_owned()),
            Ending::NotStarted(why) => {
                (Outcome::InfraError, format!("the program could not be started in the jail: {}", first_words(why)))
            }
            Ending::WallTime | Ending::Stalled => (Outcome::RuntimeTimeout, "it did not end in time".to_owned()),
            Ending::Output(_) => {
                (Outcome::OutputLimit, format!("it wrote more than the {} KiB that are read", self.limits.output))
            }
            Ending::Exceeded(_) => (Outcome::RuntimeOom, TOO_MUCH.to_owned()),
            Ending::Signaled(signal) if out_of_time(*signal, ran.reply.cpu, cpu) => {
                (Outcome::RuntimeTimeout, format!("it used up its {cpu} s of CPU time"))
            }
            Ending::Signaled(_) if ran.too_large => (Outcome::RuntimeOom, TOO_MUCH.to_owned()),
            // Where foreign code is allowed, or a macro hides it, a program can do this to itself.
            Ending::Signaled(libc::SIGKILL) => (Outcome::RuntimeSignal, KILLED.to_owned()),
            Ending::Signaled(_) if out_of_memory(&ran.stderr) => (Outcome::RuntimeOom, TOO_MUCH.to_owned()),
            Ending::Signaled(signal) => (Outcome::RuntimeSignal, format!("it was ended by signal {signal}")),
        };
        verdict.set(outcome, detail);
    }
}

const TOO_MUCH: &str = "it ran out of its memory";

/// Perhaps by the kernel for want of memory, so it is tried once more.
pub(crate) const KILLED: &str = "it was killed";

fn lacks_what_is_called(signatures: &[String], verdict: &mut Verdict) {
    let note = |signature: &String| Child {
        level: Level::Note,
        message: format!("called as: {signature}"),
        spans: Vec::new(),
    };
    let message = "the program does not offer what its callers use, as they use it".to_owned();
    verdict.set(Outcome::CompileError, message.clone());
    verdict.truncated = false;
    verdict.stage = Some(Stage::Typeck);
    verdict.codes = vec![String::new()];
    verdict.diagnostics = vec![Diagnostic {
        level: Level::Error,
        code: None,
        message,
        stage: Stage::Typeck,
        spans: Vec::new(),
        children: signatures.iter().map(note).collect(),
    }];
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of minutes")]
fn add(verdict: &mut Verdict, cpu: u64, wall: u64) {
    verdict.cpu_seconds += cpu as f64 / 1e6;
    verdict.wall_seconds += wall as f64 / 1e6;
}

fn frames(transcript: &[u8]) -> usize {
    transcript.split_inclusive(|&byte| byte == b'\n').count()
}

fn equal_frames(transcript: &[u8], reference: &[u8]) -> usize {
    let lines = |bytes| <[u8]>::split_inclusive(bytes, |&byte| byte == b'\n');
    lines(transcript).zip(lines(reference)).take_while(|(own, right)| own == right).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_up_to_the_first_that_differs() {
        let reference = b"a 0 x=1\na 1 x=2\nend 2\n";
        assert_eq!(frames(reference), 3);
        assert_eq!(equal_frames(reference, reference), 3);
        assert_eq!(equal_frames(b"a 0 x=1\na 1 x=3\nend 2\n", reference), 1);
        assert_eq!(equal_frames(b"", reference), 0);
    }
}
