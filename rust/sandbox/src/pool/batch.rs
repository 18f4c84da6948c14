//! One call's jobs: equal ones are done once, each verdict is sent as soon as it is known.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::control::Control;
use super::{Job, Shared, Worker};
use crate::SandboxError;
use crate::judge::{KILLED, KoanInput};
use crate::stage::{Bench, STALLED, Terms};
use crate::verdict::{Outcome, Verdict};

type Message = Result<(usize, Verdict), SandboxError>;

/// Verdicts as they come. Dropping it stops what still runs.
#[derive(Debug)]
pub struct Batch {
    receiver: Receiver<Message>,
    left: usize,
    control: Arc<Control>,
    threads: Vec<JoinHandle<()>>,
}

/// Jobs with one key, and where their verdicts belong.
#[derive(Debug)]
pub(super) struct Group {
    pub key: String,
    pub job: Job,
    pub indices: Vec<usize>,
}

impl Batch {
    pub(super) fn start(shared: &Arc<Shared>, jobs: Vec<Job>) -> Self {
        let left = jobs.len();
        let groups = Arc::new(group(shared, jobs));
        let (sender, receiver) = channel();
        let control = Arc::new(Control::default());
        let next = Arc::new(AtomicUsize::new(0));
        let threads = (0..shared.settings.workers.min(groups.len()))
            .map(|_| {
                let (shared, groups, sender) = (shared.clone(), groups.clone(), sender.clone());
                let (control, next) = (control.clone(), next.clone());
                std::thread::spawn(move || work(&shared, &groups, &next, &control, &sender))
            })
            .collect();
        Self { receiver, left, control, threads }
    }

    /// The next verdict with the index of its job; None when all are given. Waits at most `patience`: then `Some(None)`.
    ///
    /// # Errors
    /// [`SandboxError`] where the sandbox cannot start.
    pub fn next(&mut self, patience: Duration) -> Result<Option<Option<(usize, Verdict)>>, SandboxError> {
        if self.left == 0 {
            return Ok(None);
        }
        match self.receiver.recv_timeout(patience) {
            Ok(Ok(verdict)) => {
                self.left -= 1;
                Ok(Some(Some(verdict)))
            }
            Ok(Err(error)) => {
                self.left = 0;
                Err(error)
            }
            Err(RecvTimeoutError::Timeout) => Ok(Some(None)),
            Err(RecvTimeoutError::Disconnected) => {
                self.left = 0;
                Err(SandboxError::Io("the batch was stopped before all its verdicts were known".to_owned()))
            }
        }
    }

    /// Stops what still runs, and waits until no process of it is left.
    pub fn stop(&mut self) {
        self.control.stop();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        self.left = 0;
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.stop();
    }
}

fn group(shared: &Shared, jobs: Vec<Job>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (index, job) in jobs.into_iter().enumerate() {
        let key = match &job {
            Job::Judge { koan, source, seed } => shared.base.verdict(koan, source, *seed),
            Job::Check { source, edition, allow_unsafe, externs } => {
                shared.base.check(Terms { edition, allow_unsafe: *allow_unsafe, externs }, source)
            }
            Job::Lint { source, edition, lint } => shared.base.lint(edition, lint, source),
        };
        // Two koans with the same content still are two koans to a reader of the verdicts.
        let name = match &job {
            Job::Judge { koan, .. } => format!("{key} {}", koan.id),
            Job::Check { .. } | Job::Lint { .. } => key.clone(),
        };
        if let Some(&group) = known.get(&name) {
            groups[group].indices.push(index);
        } else {
            known.insert(name, groups.len());
            groups.push(Group { key, job, indices: vec![index] });
        }
    }
    groups
}

/// The body of a thread: takes groups until none is left. It takes a worker only when something is not in the cache.
fn work(shared: &Shared, groups: &[Group], next: &AtomicUsize, control: &Control, sender: &Sender<Message>) {
    let mut worker = None;
    while let Some(group) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
        if control.stopped() {
            break;
        }
        let verdict = match recall(shared, group) {
            Some(verdict) => verdict,
            None => match settle(shared, group, &mut worker, control) {
                Ok(verdict) => verdict,
                Err(error) => {
                    let _ = sender.send(Err(error));
                    break;
                }
            },
        };
        if control.stopped() {
            break;
        }
        for &index in &group.indices {
            let _ = sender.send(Ok((index, verdict.clone())));
        }
    }
    give_back(shared, control, worker);
}

/// A worker that was stopped is of no more use.
pub(super) fn give_back(shared: &Shared, control: &Control, worker: Option<Worker>) {
    let Some(worker) = worker else { return };
    if control.stopped() {
        drop(worker);
        shared.release();
    } else {
        control.forget(&worker);
        shared.checkin(worker);
    }
}

fn recall(shared: &Shared, group: &Group) -> Option<Verdict> {
    let mut verdict: Verdict = serde_json::from_slice(&shared.cache.get(&group.key)?).ok()?;
    verdict.cached = true;
    verdict.koan = match &group.job {
        Job::Judge { koan, .. } => Some(koan.id.clone()),
        Job::Check { .. } | Job::Lint { .. } => None,
    };
    Some(verdict)
}

/// Does a job; one that timed out is done once more while nothing else runs, for load must not decide a verdict.
fn settle(
    shared: &Shared,
    group: &Group,
    worker: &mut Option<Worker>,
    control: &Control,
) -> Result<Verdict, SandboxError> {
    let shared_machine = shared.quiet.read().unwrap_or_else(PoisonError::into_inner);
    let (mut verdict, _) = attempt(shared, group, worker, control)?;
    drop(shared_machine);
    let timed_out = matches!(verdict.outcome, Outcome::CompileTimeout | Outcome::RuntimeTimeout);
    let by_load = timed_out && verdict.detail != STALLED || verdict.detail == KILLED;
    if by_load && shared.settings.workers > 1 && !control.stopped() {
        let _alone = shared.quiet.write().unwrap_or_else(PoisonError::into_inner);
        (verdict, _) = attempt(shared, group, worker, control)?;
    }
    if verdict.outcome.is_deterministic() && !verdict.truncated {
        // A full or read-only disk costs time on the next run, nothing else.
        let _ = serde_json::to_vec(&verdict).map(|bytes| shared.cache.put(&group.key, &bytes));
    }
    Ok(verdict)
}

/// Does a job once, and returns what its probes recorded, too; a worker that fails is replaced once, and then the verdict is
/// that the sandbox failed.
pub(super) fn attempt(
    shared: &Shared,
    group: &Group,
    slot: &mut Option<Worker>,
    control: &Control,
) -> Result<(Verdict, Vec<u8>), SandboxError> {
    let mut why = String::new();
    if group.job.wants_externs() {
        let Bench { toolchain, policy, externs, .. } = &shared.bench;
        externs.fill(&shared.settings, toolchain, policy, control)?;
    }
    for _ in 0..2 {
        let mut worker = if let Some(worker) = slot.take() {
            worker
        } else {
            let worker = shared.checkout(control)?;
            control.watch(&worker);
            worker
        };
        let (name, seed) = match &group.job {
            Job::Judge { koan, seed, .. } => (Some(koan.id.as_str()), *seed),
            Job::Check { .. } | Job::Lint { .. } => (None, 0),
        };
        let mut verdict = shared.bench.verdict(name, seed, group.key.clone());
        let done = match &group.job {
            Job::Judge { koan, source, .. } => judge(shared, &mut worker, koan, source, &mut verdict),
            Job::Check { source, edition, allow_unsafe, externs } => {
                let terms = Terms { edition, allow_unsafe: *allow_unsafe, externs };
                shared.bench.check(&mut worker, source, terms, &mut verdict).map(|()| Vec::new())
            }
            Job::Lint { source, edition, lint } => {
                shared.bench.lint(&mut worker, source, edition, lint, &mut verdict).map(|()| Vec::new())
            }
        };
        match done {
            Ok(transcript) => {
                *slot = Some(worker);
                return Ok((verdict, transcript));
            }
            Err(error) => {
                why = error.to_string();
                control.forget(&worker);
                drop(worker);
                shared.release();
                if control.stopped() {
                    break;
                }
            }
        }
    }
    let mut verdict = shared.bench.verdict(None, 0, group.key.clone());
    if let Job::Judge { koan, seed, .. } = &group.job {
        verdict.koan = Some(koan.id.clone());
        verdict.seed = *seed;
    }
    verdict.set(Outcome::InfraError, format!("a worker of the sandbox failed: {why}"));
    Ok((verdict, Vec::new()))
}

fn judge(
    shared: &Shared,
    worker: &mut Worker,
    koan: &KoanInput,
    source: &[u8],
    verdict: &mut Verdict,
) -> io::Result<Vec<u8>> {
    match shared.references.get(&shared.bench, &shared.base, &shared.cache, worker, koan, verdict.seed)? {
        Ok(reference) => shared.bench.judge(worker, koan, &reference, source, verdict),
        Err(why) => {
            verdict.set(Outcome::InfraError, why);
            Ok(Vec::new())
        }
    }
}
