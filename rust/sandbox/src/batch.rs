//! What several threads find out about one call's candidates, as it comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::SandboxError;
use crate::pool::Control;

/// Verdicts as they come. Dropping it stops what still runs.
#[derive(Debug)]
pub struct Batch<V> {
    receiver: Receiver<Message<V>>,
    left: usize,
    control: Arc<Control>,
    threads: Vec<JoinHandle<()>>,
}

type Message<V> = Result<(usize, V), SandboxError>;

/// Where a thread gets what is to be done, and where it leaves what it found.
#[derive(Debug)]
pub(crate) struct Turn<V> {
    next: Arc<AtomicUsize>,
    sender: Sender<Message<V>>,
    pub control: Arc<Control>,
}

impl<V> Turn<V> {
    /// The next place in the list that all threads share; None when the batch was stopped.
    pub fn take(&self) -> Option<usize> {
        (!self.control.stopped()).then(|| self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Tells what was found, unless the batch was stopped meanwhile; false where nobody wants to hear more.
    pub fn tell(&self, message: Message<V>) -> bool {
        let more = message.is_ok();
        !self.control.stopped() && self.sender.send(message).is_ok() && more
    }
}

impl<V: Send + 'static> Batch<V> {
    /// `left` verdicts of `threads` threads, each of which does `work`.
    pub(crate) fn start<W>(threads: usize, left: usize, work: W) -> Self
    where
        W: Fn(&Turn<V>) + Clone + Send + 'static,
    {
        let (sender, receiver) = channel();
        let control = Arc::new(Control::default());
        let next = Arc::new(AtomicUsize::new(0));
        let threads = (0..threads)
            .map(|_| {
                let turn = Turn { next: next.clone(), sender: sender.clone(), control: control.clone() };
                let work = work.clone();
                std::thread::spawn(move || work(&turn))
            })
            .collect();
        Self { receiver, left, control, threads }
    }
}

impl<V> Batch<V> {
    /// The next verdict with the index of its candidate; None when all are given. Waits at most `patience`: then `Some(None)`.
    ///
    /// # Errors
    /// [`SandboxError`] where the sandbox cannot start, or the unbroken crate does not go as far as it is asked to.
    pub fn next(&mut self, patience: Duration) -> Result<Option<Option<(usize, V)>>, SandboxError> {
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

impl<V> Drop for Batch<V> {
    fn drop(&mut self) {
        self.stop();
    }
}
