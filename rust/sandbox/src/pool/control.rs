//! How work is stopped from outside.

use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::{Worker, lock};

/// Shared by those who do the work and those who may stop it.
#[derive(Debug, Default)]
pub(crate) struct Control {
    stopped: AtomicBool,
    sockets: Mutex<Vec<Arc<UnixStream>>>,
}

impl Control {
    pub(crate) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Ends the workers, and with them whatever they run.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        for socket in lock(&self.sockets).iter() {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    /// Has a worker end when the work is stopped, or at once where it was.
    pub(crate) fn watch(&self, worker: &Worker) {
        lock(&self.sockets).push(worker.stop());
        if self.stopped() {
            let _ = worker.stop().shutdown(Shutdown::Both);
        }
    }

    pub(crate) fn forget(&self, worker: &Worker) {
        let own = worker.stop();
        lock(&self.sockets).retain(|socket| !Arc::ptr_eq(socket, &own));
    }
}
