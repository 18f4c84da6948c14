//! The jail: a small single-threaded worker process that forks, confines and watches one child at a time.
//!
//! `unsafe` lives here and nowhere else in the workspace.

#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod confine;
mod disk;
#[cfg(target_os = "linux")]
mod landlock;
#[cfg(target_os = "linux")]
mod mounts;
#[cfg(target_os = "linux")]
mod seccomp;
#[cfg(target_os = "linux")]
mod stall;
#[cfg(target_os = "linux")]
mod supervise;
#[cfg(target_os = "linux")]
mod sweep;
#[cfg(target_os = "linux")]
mod tally;
mod wire;
#[cfg(target_os = "linux")]
mod worker;

use crate::SandboxError;

pub(crate) use disk::free;
pub use wire::{Bounds, Ending, Grant, Profile, Reply, Request, Resource, Rights, receive_reply, send_request};
#[cfg(target_os = "linux")]
pub use worker::main as worker_main;

/// Which layers this machine offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layers {
    /// Landlock's ABI, 0 where the kernel has none.
    pub landlock: u32,
    /// Whether system calls can be filtered.
    pub seccomp: bool,
}

impl Layers {
    /// Asks the kernel; starts nothing.
    #[must_use]
    pub fn probe() -> Self {
        #[cfg(target_os = "linux")]
        return Self { landlock: landlock::abi(), seccomp: seccomp::available() };
        #[cfg(not(target_os = "linux"))]
        Self { landlock: 0, seccomp: false }
    }

    /// The layers by name, as a verdict records them.
    ///
    /// # Errors
    /// [`SandboxError::Jail`] where one is missing and the caller did not say that the programs are trusted.
    pub fn require(self, trusted: bool) -> Result<String, SandboxError> {
        if !cfg!(target_os = "linux") {
            return Err(SandboxError::Jail(
                "the sandbox needs Linux (Landlock and seccomp): run it in a Linux machine or virtual machine"
                    .to_owned(),
            ));
        }
        if trusted {
            return Ok("trusted".to_owned());
        }
        if self.landlock == 0 {
            return Err(SandboxError::Jail(
                "the kernel offers no Landlock, without which a candidate could read the references: use Linux 5.13 or newer with \
                 `landlock` among its LSMs (boot parameter lsm=landlock,...), or pass --trusted (Python: trusted=True) \
                 for programs you wrote yourself"
                    .to_owned(),
            ));
        }
        if !self.seccomp {
            return Err(SandboxError::Jail(
                "the kernel offers no seccomp filters: use a kernel with CONFIG_SECCOMP_FILTER, or pass --trusted \
                 (Python: trusted=True) for programs you wrote yourself"
                    .to_owned(),
            ));
        }
        Ok(format!("landlock{}+seccomp+nocaps+rlimits", self.landlock))
    }
}
