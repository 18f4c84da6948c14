//! One program past the cache, and what its probes recorded.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::batch::{Group, attempt, give_back};
use super::control::Control;
use super::{Job, Shared};
use crate::SandboxError;
use crate::judge::KoanInput;
use crate::verdict::Verdict;

/// A verdict and a transcript to come. Dropping it, or closing the pool, stops the program.
#[derive(Debug)]
pub struct Recording {
    receiver: Receiver<Result<(Verdict, Vec<u8>), SandboxError>>,
    shared: Arc<Shared>,
    control: Arc<Control>,
    thread: Option<JoinHandle<()>>,
}

impl Recording {
    pub(super) fn start(shared: &Arc<Shared>, koan: Arc<KoanInput>, source: Vec<u8>, seed: u64) -> Self {
        let (sender, receiver) = channel();
        let control = Arc::new(Control::default());
        let (own, held) = (shared.clone(), control.clone());
        let thread = std::thread::spawn(move || {
            let key = own.base.verdict(&koan, &source, seed);
            let group = Group { key, job: Job::Judge { koan, source, seed }, indices: Vec::new() };
            let mut worker = None;
            let recorded = attempt(&own, &group, &mut worker, &held);
            give_back(&own, &held, worker);
            let _ = sender.send(recorded);
        });
        Self { receiver, shared: shared.clone(), control, thread: Some(thread) }
    }

    /// The verdict and the transcript. Waits at most `patience`: then None.
    ///
    /// # Errors
    /// [`SandboxError`] where the sandbox cannot start, or was closed meanwhile.
    pub fn next(&mut self, patience: Duration) -> Result<Option<(Verdict, Vec<u8>)>, SandboxError> {
        match self.receiver.recv_timeout(patience) {
            Ok(recorded) => recorded.map(Some),
            Err(RecvTimeoutError::Timeout) if !self.shared.closed.load(Ordering::Relaxed) => Ok(None),
            Err(_) => {
                Err(SandboxError::Io("the sandbox was closed before the program ended; run it once more".to_owned()))
            }
        }
    }
}

impl Drop for Recording {
    /// Waits until no process of it is left.
    fn drop(&mut self) {
        self.control.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
