//! One call's candidates, tried at once by as many workers as there are.

use std::sync::Arc;

use super::patch::Patch;
use super::prime::prime;
use super::slot::Slot;
use super::verdict::{CrateVerdict, Step};
use super::{Shared, judge, rustc};
use crate::SandboxError;
use crate::batch::{Batch, Turn};
use crate::lint::Lint;
use crate::pool::Control;
use crate::verdict::Outcome;

/// What is asked of all candidates.
#[derive(Debug)]
struct Job {
    patches: Vec<Patch>,
    step: Step,
    /// Only for the step `lint`.
    lints: Vec<Lint>,
}

pub(super) fn start(shared: &Arc<Shared>, patches: Vec<Patch>, step: Step, lints: Vec<Lint>) -> Batch<CrateVerdict> {
    let job = Arc::new(Job { patches, step, lints });
    let left = job.patches.len();
    let shared = shared.clone();
    Batch::start(shared.settings.workers.min(left), left, move |turn| work(&shared, &job, turn))
}

fn work(shared: &Shared, job: &Job, turn: &Turn<CrateVerdict>) {
    let mut slot = None;
    while let Some(index) = turn.take() {
        let Some(patch) = job.patches.get(index) else { break };
        let message = attempt(shared, job, patch, &mut slot, &turn.control);
        if !turn.tell(message.map(|verdict| (index, verdict))) {
            break;
        }
    }
    if let Some(slot) = slot {
        shared.checkin(slot, &turn.control);
    }
}

/// Tries a candidate; a worker that fails is replaced once, and then the verdict is that the sandbox failed.
fn attempt(
    shared: &Shared,
    job: &Job,
    patch: &Patch,
    kept: &mut Option<Slot>,
    control: &Control,
) -> Result<CrateVerdict, SandboxError> {
    let step = job.step;
    let mut verdict = fresh(shared, step);
    if let Some(why) = patch.refused(step) {
        verdict.set(Outcome::PolicyReject, why);
        return Ok(verdict);
    }
    let mut why = String::new();
    for _ in 0..2 {
        let mut slot = match kept.take() {
            Some(slot) => slot,
            None => shared.checkout(control)?,
        };
        if let Err(error) = prime(shared, &mut slot, step) {
            shared.discard(slot, control);
            return Err(error);
        }
        let done = match step {
            Step::Lib | Step::Lint => rustc::check(shared, &mut slot, patch, &job.lints, &mut verdict),
            Step::Check | Step::Build | Step::Test | Step::Cover => {
                judge::judge(shared, &mut slot, patch, &mut verdict)
            }
        };
        let Err(error) = done else {
            *kept = Some(slot);
            return Ok(verdict);
        };
        why = error.to_string();
        shared.discard(slot, control);
        if control.stopped() {
            break;
        }
        verdict = fresh(shared, step);
    }
    verdict.set(Outcome::InfraError, format!("a worker of the sandbox failed: {why}"));
    Ok(verdict)
}

fn fresh(shared: &Shared, step: Step) -> CrateVerdict {
    CrateVerdict {
        outcome: Outcome::InfraError,
        step,
        stage: None,
        codes: Vec::new(),
        diagnostics: Vec::new(),
        truncated: false,
        detail: String::new(),
        passed_tests: Vec::new(),
        failed_tests: Vec::new(),
        marks: Vec::new(),
        cpu_seconds: 0.0,
        wall_seconds: 0.0,
        jail: shared.layers.clone(),
        toolchain: shared.jail.toolchain.line().to_owned(),
    }
}
