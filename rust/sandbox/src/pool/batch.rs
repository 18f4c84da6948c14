//! One call's jobs: equal ones are done once, each verdict is sent as soon as it is known.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, PoisonError};

use super::control::Control;
use super::{Job, Shared, Worker};
use crate::SandboxError;
use crate::batch::{Batch, Turn};
use crate::judge::{KILLED, KoanInput};
use crate::stage::{Bench, STALLED, Terms};
use crate::verdict::{Outcome, Verdict};

/// Jobs with one key, and where their verdicts belong.
#[derive(Debug)]
pub(super) struct Group {
    pub key: String,
    pub job: Job,
    pub indices: Vec<usize>,
}

pub(super) fn start(shared: &Arc<Shared>, jobs: Vec<Job>) -> Batch<Verdict> {
    let left = jobs.len();
    let groups = Arc::new(group(shared, jobs));
    let shared = shared.clone();
    Batch::start(shared.settings.workers.min(groups.len()), left, move |turn| work(&shared, &groups, turn))
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
fn work(shared: &Shared, groups: &[Group], turn: &Turn<Verdict>) {
    let mut worker = None;
    while let Some(group) = turn.take().and_then(|index| groups.get(index)) {
        let found = match recall(shared, group) {
            Some(verdict) => Ok(verdict),
            None => settle(shared, group, &mut worker, &turn.control),
        };
        let more = match found {
            Ok(verdict) => group.indices.iter().all(|&index| turn.tell(Ok((index, verdict.clone())))),
            Err(error) => turn.tell(Err(error)),
        };
        if !more {
            break;
        }
    }
    give_back(shared, &turn.control, worker);
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
