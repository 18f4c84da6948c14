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

/// Work folders are named by this and the process that made them.
pub(crate) const PREFIX: &str = "share-rs-";

/// Removes the work folders of processes that were killed. A process of another machine or container that shares the folder
/// may not be seen from here, so only what nobody touched for an hour goes.
pub(crate) fn remove_stale(temporary: &Path) {
    for entry in temporary.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split_once('-')?.0.parse::<u32>().ok());
        let gone = owner.is_some_and(|owner| !Path::new(&format!("/proc/{owner}")).exists());
        // Of a link that somebody put there, only the link itself would be looked at; it is no folder.
        let old = entry.metadata().is_ok_and(|about| {
            about.is_dir()
                && about.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age >= Duration::from_secs(3600)))
        });
        if gone && old {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl Worker {
    pub(crate) fn start(command: &[String]) -> Result<Self, SandboxError> {
        let doing = |what: &'static str| move |error: io::Error| SandboxError::io(what, &error);
        let folder = tempfile::Builder::new()
            .prefix(&format!("{PREFIX}{}-", std::process::id()))
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
    pub(crate) fn stop(&self) -> Arc<UnixStream> {
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

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn only_old_folders_of_processes_that_are_gone_are_removed() {
        let root = tempfile::tempdir().unwrap();
        let living = std::process::id();
        let names =
            ["share-rs-4294967295-old".to_owned(), format!("share-rs-{living}-old"), "other-4294967295-old".to_owned()];
        for name in names.iter().chain([&"share-rs-4294967295-new".to_owned()]) {
            std::fs::create_dir(root.path().join(name)).unwrap();
            if name.ends_with("old") {
                let folder = std::fs::File::open(root.path().join(name)).unwrap();
                folder.set_modified(SystemTime::now() - Duration::from_secs(7200)).unwrap();
            }
        }
        remove_stale(root.path());
        let left = |name: &str| root.path().join(name).exists();
        assert!(!left(&names[0]) && left(&names[1]) && left(&names[2]) && left("share-rs-4294967295-new"));
    }
}
