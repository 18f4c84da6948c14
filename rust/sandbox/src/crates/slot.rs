//! A worker with its copy, and what was already built in it.

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::bay::Bay;
use super::invocation::Invocation;
use super::messages::Program;
use super::verdict::Step;
use super::{Shared, io};
use crate::SandboxError;
use crate::pool::{Control, Worker, lock};

/// How long a stop may go unseen by those who wait for a worker.
const PATIENCE: Duration = Duration::from_millis(50);

/// A bay, and what is known of it.
#[derive(Debug)]
pub(super) struct Slot {
    pub bay: Bay,
    /// The steps that the unbroken crate has gone here.
    pub primed: BTreeSet<Step>,
    pub invocation: Option<Invocation>,
    pub programs: Vec<Program>,
    /// Whether the copy and the target folder may differ from what was kept.
    pub dirty: bool,
}

impl Slot {
    pub(super) fn new(bay: Bay) -> Self {
        Self { bay, primed: BTreeSet::new(), invocation: None, programs: Vec::new(), dirty: false }
    }

    /// Has the copy and the target folder as the unbroken crate left them.
    pub(super) fn clean(&mut self, shared: &Shared) -> std::io::Result<()> {
        if std::mem::replace(&mut self.dirty, true) {
            self.bay.restore(shared.pristine.path())?;
        }
        self.dirty = false;
        Ok(())
    }
}

impl Shared {
    /// An idle slot, or a new one; waits while all are at work, but not for work that was stopped.
    pub(super) fn checkout(&self, control: &Control) -> Result<Slot, SandboxError> {
        let mut slots = lock(&self.slots);
        while slots.idle.is_empty() && slots.out >= self.settings.workers {
            if control.stopped() {
                return Err(SandboxError::Io("it was stopped while it waited for a worker".to_owned()));
            }
            slots = self.freed.wait_timeout(slots, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
        }
        slots.out += 1;
        let idle = slots.idle.pop();
        drop(slots);
        let slot = match idle {
            Some(slot) => Ok(slot),
            None => Worker::start(&self.settings.command)
                .and_then(|worker| Bay::new(worker, self.pristine.path()))
                .map(Slot::new),
        };
        match &slot {
            Ok(slot) => control.watch(slot.bay.worker()),
            Err(_) => self.release(),
        }
        slot
    }

    /// Gives a slot back; that of stopped work is of no more use.
    pub(super) fn checkin(&self, slot: Slot, control: &Control) {
        control.forget(slot.bay.worker());
        if !control.stopped() && !self.closed.load(Ordering::Relaxed) {
            lock(&self.slots).idle.push(slot);
        }
        self.release();
    }

    /// Ends a slot whose worker failed.
    pub(super) fn discard(&self, slot: Slot, control: &Control) {
        control.forget(slot.bay.worker());
        drop(slot);
        self.release();
    }

    fn release(&self) {
        lock(&self.slots).out -= 1;
        self.freed.notify_one();
    }
}

/// For whoever keeps what a slot built.
pub(super) fn keep(slot: &Slot, name: &str) -> Result<(), SandboxError> {
    slot.bay.keep(name).map_err(io("keep what the unbroken crate built"))
}
