//! What the reference's probes record: made in the same jail as every candidate's transcript, once for each seed.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use crate::cache::Cache;
use crate::jail::Ending;
use crate::joint::Joint;
use crate::judge::KoanInput;
use crate::key::Base;
use crate::pool::Worker;
use crate::stage::{Bench, Product, out_of_time};
use crate::verdict::Outcome;

/// The transcript that a candidate must equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    pub transcript: Vec<u8>,
    /// CPU microseconds of the run.
    pub cpu: u64,
}

type Slot = Arc<Mutex<Option<Result<Arc<Reference>, String>>>>;

/// References by key; each is made once, while those who want the same one wait.
#[derive(Debug, Default)]
pub(crate) struct References(Mutex<HashMap<String, Slot>>);

impl References {
    pub(crate) fn get(
        &self,
        bench: &Bench,
        base: &Base,
        cache: &Cache,
        worker: &mut Worker,
        koan: &KoanInput,
        seed: u64,
    ) -> io::Result<Result<Arc<Reference>, String>> {
        let key = base.reference(koan, seed);
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key.clone()).or_default().clone();
        let mut made = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reference) = &*made {
            return Ok(reference.clone());
        }
        if let Some(reference) = cache.get(&key).and_then(|bytes| decode(&bytes)) {
            return Ok(made.insert(Ok(Arc::new(reference))).clone());
        }
        match make(bench, worker, koan, seed)? {
            Made::Done(reference) => {
                // A full or read-only disk costs time on the next run, nothing else.
                let _ = cache.put(&key, &encode(&reference));
                Ok(made.insert(Ok(Arc::new(reference))).clone())
            }
            Made::Broken(why) => Ok(made.insert(Err(why)).clone()),
            // The next candidate may meet a machine that works again.
            Made::Prevented(why) => Ok(Err(why)),
        }
    }
}

/// What came of making a reference.
enum Made {
    Done(Reference),
    /// Why it cannot serve.
    Broken(String),
    /// The machine did not let it be made.
    Prevented(String),
}

/// Compiles and runs the reference; says in one sentence why it cannot serve.
fn make(bench: &Bench, worker: &mut Worker, koan: &KoanInput, seed: u64) -> io::Result<Made> {
    let joint = Joint::new(&koan.fixed, &koan.harness);
    let product = Product::Program(&joint.runtime);
    let compiled = bench.compile(worker, &joint.text, koan.fixed.len(), koan.terms(), product)?;
    if let Some((outcome, detail)) = compiled.failure {
        if outcome == Outcome::InfraError {
            return Ok(Made::Prevented(detail));
        }
        let first =
            compiled.parsed.diagnostics.first().map(|found| format!(" ({})", found.message)).unwrap_or_default();
        return Ok(Made::Broken(format!(
            "the reference does not compile with its probes: {}, {detail}{first}",
            outcome.as_str()
        )));
    }
    // The reference's own time is not known yet: it gets ten times the floor.
    let limit = bench.limits.run_cpu * 10;
    let ran = bench.run(worker, seed, limit)?;
    Ok(match ran.reply.ending {
        Ending::Exited(0) if ended(&ran.transcript) => {
            Made::Done(Reference { transcript: ran.transcript, cpu: ran.reply.cpu })
        }
        Ending::Exited(code) => Made::Broken(format!("the reference fails: exit code {code}")),
        ending => Made::Broken(format!("the reference fails: {}", words(&ending, ran.reply.cpu, limit))),
    })
}

/// How a program ended that did not end by itself.
fn words(ending: &Ending, cpu: u64, limit: u64) -> String {
    match ending {
        Ending::Signaled(signal) if out_of_time(*signal, cpu, limit) => format!("it used up its {limit} s of CPU time"),
        Ending::Signaled(signal) => format!("it was ended by signal {signal}"),
        Ending::WallTime | Ending::Stalled => "it did not end in time".to_owned(),
        Ending::Exceeded(_) => "it used more than it may".to_owned(),
        Ending::Output(_) => "it wrote more than is read".to_owned(),
        Ending::NotStarted(why) => format!("it could not be started in the jail: {why}"),
        Ending::Exited(code) => format!("exit code {code}"),
    }
}

/// Whether the last frame is the end frame.
pub(crate) fn ended(transcript: &[u8]) -> bool {
    let lines = transcript.strip_suffix(b"\n").unwrap_or_default();
    lines.rsplit(|&byte| byte == b'\n').next().is_some_and(|last| last.starts_with(b"end "))
}

fn encode(reference: &Reference) -> Vec<u8> {
    let mut bytes = reference.cpu.to_le_bytes().to_vec();
    bytes.extend_from_slice(&reference.transcript);
    bytes
}

fn decode(bytes: &[u8]) -> Option<Reference> {
    let (cpu, transcript) = bytes.split_first_chunk()?;
    Some(Reference { transcript: transcript.to_vec(), cpu: u64::from_le_bytes(*cpu) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_survives_the_cache_and_half_of_one_does_not() {
        let reference = Reference { transcript: b"a 0 x=1\nend 1\n".to_vec(), cpu: 700 };
        assert_eq!(decode(&encode(&reference)), Some(reference));
        assert_eq!(decode(&[1, 2, 3]), None);
    }

    #[test]
    fn only_a_transcript_with_its_end_frame_is_complete() {
        assert!(ended(b"a 0 x=1\nend 1\n"));
        assert!(!ended(b"a 0 x=1\nend 1"));
        assert!(!ended(b"a 0 x=1\n"));
        assert!(!ended(b""));
    }
}
