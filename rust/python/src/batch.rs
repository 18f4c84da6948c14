//! A batch of verdicts as an iterator: the interpreter is released while it waits, and an interrupt stops what still runs.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use share_rs_sandbox::Batch;

use crate::errors::raise_sandbox;

/// How long a Ctrl-C may wait to be seen.
pub(crate) const PATIENCE: Duration = Duration::from_millis(50);

/// None once it is closed.
pub(crate) struct Coming<V>(Mutex<Option<Batch<V>>>);

impl<V: Send> Coming<V> {
    pub(crate) fn new(batch: Batch<V>) -> Self {
        Self(Mutex::new(Some(batch)))
    }

    /// The next verdict with the index of its candidate; None when all are given.
    pub(crate) fn next(&self, py: Python<'_>) -> PyResult<Option<(usize, V)>> {
        loop {
            let step = py.detach(|| {
                let mut batch = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                batch.as_mut().map_or(Ok(None), |batch| batch.next(PATIENCE))
            });
            match step.map_err(|error| raise_sandbox(&error))? {
                None => return Ok(None),
                Some(Some(found)) => return Ok(Some(found)),
                Some(None) => {}
            }
            if let Err(interrupt) = py.check_signals() {
                self.close(py);
                return Err(interrupt);
            }
        }
    }

    /// Stops what still runs.
    pub(crate) fn close(&self, py: Python<'_>) {
        py.detach(|| drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take()));
    }
}
