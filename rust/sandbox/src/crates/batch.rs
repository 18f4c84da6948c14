//! One call's candidates, tried at once by as many workers as there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::patch::Patch;
use super::prime::prime;
use super::slot::Slot;
use super::verdict::{CrateVerdict, Step};
use super::{Shared, judge, rustc};
use crate::SandboxError;
use crate::lint::Lint;
use crate::pool::Control;
use crate::verdict::Outcome;

type Message = Result<(usize, CrateVerdict), SandboxError>;

/// What is asked of all candidates.
#[derive(Debug)]
struct Job {
    patches: Vec<Patch>,
    step: Step,
    /// Only for the step `lint`.
    lints: Vec<Lint>,
}

/// Verdicts as they come. Dropping it stops what still runs.
#[derive(Debug)]
pub struct CrateBatch {
    receiver: Receiver<Message>,
    left: usize,
    control: Arc<Control>,
    threads: Vec<JoinHandle<()>>,
}

impl CrateBatch {
    pub(super) fn start(shared: &Arc<Shared>, patches: Vec<Patch>, step: Step, lints: Vec<Lint>) -> Self {
        let job = Arc::new(Job { patches, step, lints });
        let left = job.patches.len();
        let (sender, receiver) = channel();
        let control = Arc::new(Control::default());
        let next = Arc::new(AtomicUsize::new(0));
        let threads = (0..shared.settings.workers.min(left))
            .map(|_| {
                let (shared, job, sender) = (shared.clone(), job.clone(), sender.clone());
                let (control, next) = (control.clone(), next.clone());
                std::thread::spawn(move || work(&shared, &job, &next, &control, &sender))
            })
            .collect();
        Self { receiver, left, control, threads }
    }

    /// The next verdict with the index of its candidate; None when all are given. Waits at most `patience`: then `Some(None)`.
    ///
    /// # Errors
    /// [`SandboxError::Crate`] where the unbroken crate does not go as far as the step.
    pub fn next(&mut self, patience: Duration) -> Result<Option<Option<(usize, CrateVerdict)>>, SandboxError> {
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

impl Drop for CrateBatch {
    fn drop(&mut self) {
        self.stop();
    }
}

fn work(shared: &Shared, job: &Job, next: &AtomicUsize, control: &Control, sender: &Sender<Message>) {
    let mut slot = None;
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(patch) = job.patches.get(index) else { break };
        if control.stopped() {
            break;
        }
        let message = attempt(shared, job, patch, &mut slot, control);
        let failed = message.is_err();
        if control.stopped() || sender.send(message.map(|verdict| (index, verdict))).is_err() || failed {
            break;
        }
    }
    if let Some(slot) = slot {
        shared.checkin(slot, control);
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
