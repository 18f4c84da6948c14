//! Between fork and exec: descriptors, limits, capabilities, files, system calls, in this order.
#![allow(unsafe_code, reason = "system calls without a safe wrapper, between fork and exec")]

use std::ffi::{CString, c_char};
use std::os::fd::RawFd;

use super::confine::{drop_capabilities, limit};
use super::wire::{Profile, Request};
use super::{mounts, seccomp};

/// The program's file while it is executed. It lies above every descriptor that the program can open, so that the one
/// `execveat` that its filter allows finds nothing there a second time.
pub(super) const EXEC_FD: RawFd = 1000;

/// What the child needs, made before the fork.
pub(super) struct Prepared<'a> {
    pub request: &'a Request,
    pub argv: Vec<CString>,
    pub env: Vec<CString>,
    pub cwd: CString,
    /// The folder that is the child's own.
    pub own: Option<CString>,
    /// stdin, stdout, stderr and transcript: the child's ends.
    pub pipes: [RawFd; 4],
    /// Where the child says what failed; closed by a successful exec.
    pub failure: RawFd,
    pub ruleset: Option<RawFd>,
    pub worker: i32,
}

/// Turns the calling process into the child. Returns only what failed.
pub(super) fn become_child(prepared: &Prepared<'_>) -> String {
    match confine_and_exec(prepared) {
        Ok(never) => match never {},
        Err(step) => format!("{step}: {}", std::io::Error::last_os_error()),
    }
}

fn confine_and_exec(prepared: &Prepared<'_>) -> Result<std::convert::Infallible, String> {
    let Prepared { request, argv, env, cwd, own, pipes, failure, ruleset, worker } = prepared;
    // SAFETY: plain system calls on descriptors and numbers that this process owns; it has one thread, made by fork from a
    // process with one thread, so that memory may be allocated here.
    unsafe {
        check("setsid", libc::setsid())?;
        check("prctl(PR_SET_PDEATHSIG)", libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
        if libc::getppid() != *worker {
            return Err("the worker is gone".to_owned());
        }
        reset_signals();
        let exec = check("open of the program", libc::open(argv[0].as_ptr(), libc::O_PATH | libc::O_CLOEXEC))?;
        // All targets lie at or above 0 and below 10; move what is needed out of their way first.
        let exec = check("fcntl", libc::fcntl(exec, libc::F_DUPFD_CLOEXEC, EXEC_FD))?;
        let failure = check("fcntl", libc::fcntl(*failure, libc::F_DUPFD_CLOEXEC, EXEC_FD + 1))?;
        let ruleset = match ruleset {
            Some(ruleset) => Some(check("fcntl", libc::fcntl(*ruleset, libc::F_DUPFD_CLOEXEC, EXEC_FD + 2))?),
            None => None,
        };
        let mut ends = [0; 4];
        for (end, pipe) in ends.iter_mut().zip(pipes) {
            *end = check("fcntl", libc::fcntl(*pipe, libc::F_DUPFD_CLOEXEC, 100))?;
        }
        for (target, end) in ends.iter().enumerate() {
            #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "0 to 3")]
            check("dup2", libc::dup2(*end, target as i32))?;
        }
        if exec != EXEC_FD {
            return Err(format!("the program's descriptor is {exec}, not {EXEC_FD}"));
        }
        check("close_range", close_range(4, EXEC_FD - 1))?;
        check("close_range", close_range(failure.max(ruleset.unwrap_or(0)) + 1, RawFd::MAX))?;
        let alone = match (request.profile, own) {
            (Profile::Build, Some(own)) => mounts::only(own).is_ok(),
            _ => false,
        };
        // After the mounts: a folder that was entered before them is that of the old mount.
        check("chdir", libc::chdir(cwd.as_ptr()))?;
        limit(request)?;
        check("prctl(PR_SET_NO_NEW_PRIVS)", libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
        if request.profile != Profile::Trusted {
            drop_capabilities()?;
        }
        if let Some(ruleset) = ruleset {
            check("landlock_restrict_self", libc::syscall(libc::SYS_landlock_restrict_self, ruleset, 0))?;
            libc::close(ruleset);
        }
        let filters = match request.profile {
            Profile::Compile => seccomp::compile()?,
            Profile::Build => seccomp::build(alone)?,
            Profile::Run => seccomp::run(libc::getpid())?,
            Profile::Trusted => Vec::new(),
        };
        let argv = pointers(argv);
        let env = pointers(env);
        for filter in &filters {
            seccompiler::apply_filter(filter).map_err(|error| format!("seccomp: {error}"))?;
        }
        libc::syscall(libc::SYS_execveat, EXEC_FD, c"".as_ptr(), argv.as_ptr(), env.as_ptr(), libc::AT_EMPTY_PATH);
        Err("execveat".to_owned())
    }
}

fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([std::ptr::null()]).collect()
}

/// Python ignores SIGPIPE and catches SIGINT; a program expects neither.
fn reset_signals() {
    // SAFETY: sets dispositions and the mask of this process only; signals that cannot be set are skipped by the kernel's error.
    unsafe {
        for signal in 1..32 {
            libc::signal(signal, libc::SIG_DFL);
        }
        let mut none = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, std::ptr::null_mut());
    }
}

fn close_range(first: RawFd, last: RawFd) -> libc::c_long {
    // SAFETY: closes descriptors that this process does not use any more; none of them is owned by a Rust object that runs again.
    unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) }
}

pub(super) fn check<T: Copy + PartialOrd + Default>(step: &str, result: T) -> Result<T, String> {
    if result < T::default() { Err(step.to_owned()) } else { Ok(result) }
}
