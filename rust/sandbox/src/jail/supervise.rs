//! Feeds, reads and bounds one child, and leaves no process behind.
#![allow(unsafe_code, reason = "poll, wait4 and pidfd_open have no safe wrapper")]

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use super::stall::Stall;
use super::sweep::sweep;
use super::tally::Tally;
use super::wire::{Ending, Reply, Request};

/// The worker's ends of the child's pipes.
pub(super) struct Pipes {
    stdin: Option<File>,
    outputs: [File; 3],
    failure: File,
}

/// The child's ends. They close when this is dropped, so that the worker sees the end of what the child writes.
pub(super) struct ChildPipes {
    stdin: OwnedFd,
    outputs: [OwnedFd; 3],
    failure: OwnedFd,
}

impl Pipes {
    pub(super) fn new() -> io::Result<(Self, ChildPipes)> {
        let (stdin_read, stdin_write) = pipe()?;
        let [(out_read, out_write), (err_read, err_write), (transcript_read, transcript_write)] =
            [pipe()?, pipe()?, pipe()?];
        let (failure_read, failure_write) = pipe()?;
        let outputs = [out_read, err_read, transcript_read].map(File::from);
        let stdin = File::from(stdin_write);
        for file in outputs.iter().chain([&stdin]) {
            nonblocking(file)?;
        }
        let ours = Self { stdin: Some(stdin), outputs, failure: File::from(failure_read) };
        let theirs =
            ChildPipes { stdin: stdin_read, outputs: [out_write, err_write, transcript_write], failure: failure_write };
        Ok((ours, theirs))
    }
}

impl ChildPipes {
    pub(super) fn ends(&self) -> [RawFd; 4] {
        let [out, err, transcript] = &self.outputs;
        [self.stdin.as_raw_fd(), out.as_raw_fd(), err.as_raw_fd(), transcript.as_raw_fd()]
    }

    pub(super) fn failure(&self) -> RawFd {
        self.failure.as_raw_fd()
    }

    /// In the child: says what failed and ends.
    pub(super) fn fail(self, why: &str) -> ! {
        // The copy above descriptor 1000 may be all that is left of the pipe, so it is what is written to.
        for descriptor in [self.failure.as_raw_fd(), super::child::EXEC_FD + 1] {
            // SAFETY: writes bytes that live during the call; a closed descriptor is an error that is ignored.
            unsafe { libc::write(descriptor, why.as_ptr().cast(), why.len()) };
        }
        // SAFETY: ends the child without running what the worker registered.
        unsafe { libc::_exit(127) }
    }
}

/// Watches the child until it ended, and answers for it.
pub(super) fn supervise(
    pid: i32,
    mut pipes: Pipes,
    request: &Request,
    mut stdin: &[u8],
    control: &UnixStream,
) -> (Reply, [Vec<u8>; 3]) {
    let started = Instant::now();
    let deadline = started + Duration::from_millis(request.wall);
    let mut outputs = [const { Vec::new() }; 3];
    let mut open = [true; 3];
    // SAFETY: `pid` is this process's own unreaped child, so the number cannot have been given to another process.
    let pidfd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    // SAFETY: a non-negative result is a new descriptor that nobody else owns.
    let pidfd = i32::try_from(pidfd).ok().filter(|fd| *fd >= 0).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
    let mut stall = Stall::new(pid, request.stall);
    let mut tally = request.bounds.as_ref().map(|bounds| Tally::new(pid, bounds));
    let mut ending = None;
    while ending.is_none() {
        if stdin.is_empty() {
            pipes.stdin = None;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            ending = Some(Ending::WallTime);
            break;
        }
        if stall.as_mut().is_some_and(Stall::over) {
            ending = Some(Ending::Stalled);
            break;
        }
        ending = tally.as_mut().and_then(Tally::over);
        if ending.is_some() {
            break;
        }
        let left = stall.as_ref().map_or(left, |stall| left.min(stall.due()));
        let left = tally.as_ref().map_or(left, |tally| left.min(tally.due()));
        let watched = |file: &File, open: bool| if open { file.as_raw_fd() } else { -1 };
        let entry = |fd, events| libc::pollfd { fd, events, revents: 0 };
        let mut polled = [
            entry(pipes.stdin.as_ref().map_or(-1, AsRawFd::as_raw_fd), libc::POLLOUT),
            entry(watched(&pipes.outputs[0], open[0]), libc::POLLIN),
            entry(watched(&pipes.outputs[1], open[1]), libc::POLLIN),
            entry(watched(&pipes.outputs[2], open[2]), libc::POLLIN),
            entry(pidfd.as_ref().map_or(-1, AsRawFd::as_raw_fd), libc::POLLIN),
            entry(control.as_raw_fd(), libc::POLLRDHUP),
        ];
        // Without a pidfd (a kernel before 5.3) the child's end is looked for every 5 ms.
        let patience = if pidfd.is_some() { left.as_millis().clamp(1, 60_000) } else { 5 };
        #[expect(clippy::cast_possible_truncation, reason = "60000 at most")]
        // SAFETY: `polled` is an array of 6 that lives during the call.
        unsafe {
            libc::poll(polled.as_mut_ptr(), 6, patience as i32)
        };
        if polled[5].revents != 0 {
            ending = Some(Ending::WallTime);
            break;
        }
        if polled[0].revents != 0
            && let Some(pipe) = &mut pipes.stdin
        {
            stdin = feed(pipe, stdin);
        }
        for index in 0..3 {
            if polled[index + 1].revents != 0 {
                open[index] = drain(&mut pipes.outputs[index], &mut outputs[index], request.output[index]);
                if outputs[index].len() as u64 > request.output[index] {
                    ending = Some(Ending::Output(index));
                }
            }
        }
        if ending.is_none() && exited(pid) {
            break;
        }
    }
    if ending.is_some() {
        // SAFETY: the child is not reaped yet, so the number is its own.
        unsafe { libc::kill(pid, libc::SIGKILL) };
    }
    let (own_ending, cpu) = reap(pid);
    let wall = started.elapsed();
    let swept = sweep(pid);
    for (index, output) in outputs.iter_mut().enumerate() {
        drain(&mut pipes.outputs[index], output, request.output[index]);
        if output.len() as u64 > request.output[index] {
            ending.get_or_insert(Ending::Output(index));
            output.truncate(usize::try_from(request.output[index]).unwrap_or(usize::MAX));
        }
    }
    let mut why = String::new();
    // The child's end is closed by its exec or its exit, so this cannot wait once everything is swept.
    let failed = swept && pipes.failure.read_to_string(&mut why).is_ok() && !why.is_empty();
    let ending = match ending {
        _ if !swept => Ending::NotStarted("processes of a candidate outlived it".to_owned()),
        _ if failed => Ending::NotStarted(why),
        Some(ending) => ending,
        None => own_ending,
    };
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    let reply = Reply {
        ending,
        cpu: micros(cpu),
        wall: micros(wall),
        sizes: outputs.each_ref().map(|output| output.len() as u64),
    };
    (reply, outputs)
}

fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = io::pipe()?;
    Ok((read.into(), write.into()))
}

fn nonblocking(file: &File) -> io::Result<()> {
    // SAFETY: sets a flag of a descriptor that `file` owns.
    let result = unsafe { libc::fcntl(file.as_fd().as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Writes what the pipe takes, and returns the rest; a child that does not read gets nothing more.
fn feed<'a>(pipe: &mut File, stdin: &'a [u8]) -> &'a [u8] {
    match pipe.write(stdin) {
        Ok(written) => &stdin[written..],
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => stdin,
        Err(_) => &[],
    }
}

/// Reads what is there, up to one byte past `most`. False at the end of the pipe.
fn drain(pipe: &mut File, output: &mut Vec<u8>, most: u64) -> bool {
    let mut buffer = [0; 16384];
    while output.len() as u64 <= most {
        match pipe.read(&mut buffer) {
            Ok(0) => return false,
            Ok(read) => output.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
    true
}

/// Whether the child ended, without reaping it: until it is reaped its number is not given to another process.
fn exited(pid: i32) -> bool {
    // SAFETY: `info` is written by the kernel, and zero where the child still runs.
    unsafe {
        let mut info: libc::siginfo_t = std::mem::zeroed();
        let result =
            libc::waitid(libc::P_PID, pid.unsigned_abs(), &raw mut info, libc::WEXITED | libc::WNOHANG | libc::WNOWAIT);
        result == 0 && info.si_pid() == pid
    }
}

fn reap(pid: i32) -> (Ending, Duration) {
    let mut status = 0;
    // SAFETY: `status` and `usage` are written by the kernel; `pid` is this process's own child.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        while libc::wait4(pid, &raw mut status, 0, &raw mut usage) == -1
            && io::Error::last_os_error().kind() == ErrorKind::Interrupted
        {}
        usage
    };
    let time = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_micros(time.tv_usec.unsigned_abs())
    };
    let ending = if libc::WIFSIGNALED(status) {
        Ending::Signaled(libc::WTERMSIG(status))
    } else {
        Ending::Exited(libc::WEXITSTATUS(status))
    };
    (ending, time(usage.ru_utime) + time(usage.ru_stime))
}
