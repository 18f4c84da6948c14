//! The pool's end of one worker process.

use std::io;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::SandboxError;
use crate::jail::{Reply, Request, receive_reply, send_request};
use crate::stage::clear;

/// A worker process, its socket, and the folder that its children write into.
#[derive(Debug)]
pub(crate) struct Worker {
    process: Child,
    socket: Arc<UnixStream>,
    folder: TempDir,
}

impl Worker {
    pub(super) fn start(command: &[String]) -> Result<Self, SandboxError> {
        let doing = |what: &'static str| move |error: io::Error| SandboxError::io(what, &error);
        let folder = tempfile::Builder::new()
            .prefix("share-rs-")
            .tempdir()
            .map_err(doing("make a work folder for the sandbox"))?;
        let (ours, theirs) = UnixStream::pair().map_err(doing("make a socket pair for a worker"))?;
        let (program, arguments) =
            command.split_first().ok_or_else(|| SandboxError::Usage("no command for a worker".to_owned()))?;
        let mut worker = Command::new(program);
        worker
            .args(arguments)
            .current_dir("/")
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null());
        // An interpreter may lie where only this variable leads.
        worker.envs(std::env::var_os("LD_LIBRARY_PATH").map(|path| ("LD_LIBRARY_PATH", path)));
        let process = worker.spawn().map_err(doing("start a worker process"))?;
        Ok(Self { process, socket: Arc::new(ours), folder })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Removes what the last job left.
    pub(crate) fn clear(&self) -> io::Result<()> {
        clear(self.folder.path())
    }

    /// Has one child started and watched.
    pub(crate) fn ask(&mut self, request: &Request, stdin: &[u8]) -> io::Result<(Reply, [Vec<u8>; 3])> {
        let mut socket = &*self.socket;
        send_request(&mut socket, request, stdin)?;
        receive_reply(&mut socket)
    }

    /// What stops the worker, and whatever it runs, from any thread.
    pub(super) fn stop(&self) -> Arc<UnixStream> {
        self.socket.clone()
    }
}

impl Drop for Worker {
    /// The worker sweeps its children and ends when its socket closes; one that does not is killed, and its child dies with it.
    fn drop(&mut self) {
        let _ = self.socket.shutdown(Shutdown::Both);
        let deadline = Instant::now() + Duration::from_secs(3);
        while Instant::now() < deadline {
            if !matches!(self.process.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
