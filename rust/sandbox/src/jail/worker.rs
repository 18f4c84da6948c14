//! A worker: receives a request, forks a child, watches it, answers; ends when the pool closes its end.
#![allow(unsafe_code, reason = "fork, and taking over descriptor 0")]

use std::collections::HashMap;
use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

use super::child::{Prepared, become_child};
use super::landlock::ruleset;
use super::supervise::{Pipes, supervise};
use super::wire::{Ending, Grant, Profile, Reply, Request, receive_request, send_reply};

/// The body of a worker process, which must have one thread. `control` is the descriptor of its end of a socket pair.
///
/// # Errors
/// What made it impossible to begin. The end of the pool is not an error.
pub fn main(control: RawFd) -> io::Result<()> {
    // SAFETY: system calls on this process; the caller hands over `control` and nothing else in this process uses it.
    let mut control = unsafe {
        // Not in the terminal's group any more: Ctrl-C is the pool's to handle.
        libc::setsid();
        if libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 {
            return Err(io::Error::last_os_error());
        }
        libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
        libc::syscall(libc::SYS_close_range, 3, RawFd::MAX, 0);
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        libc::signal(libc::SIGINT, libc::SIG_IGN);
        UnixStream::from(OwnedFd::from_raw_fd(control))
    };
    let mut rulesets = HashMap::new();
    loop {
        let Ok((request, stdin)) = receive_request(&mut control) else { return Ok(()) };
        let (reply, outputs) = serve(&request, &stdin, &control, &mut rulesets);
        if send_reply(&mut control, &reply, &outputs).is_err() {
            return Ok(());
        }
    }
}

fn serve(
    request: &Request,
    stdin: &[u8],
    control: &UnixStream,
    rulesets: &mut HashMap<Vec<Grant>, OwnedFd>,
) -> (Reply, [Vec<u8>; 3]) {
    start(request, rulesets).map_or_else(
        |why| (Reply { ending: Ending::NotStarted(why), cpu: 0, wall: 0, sizes: [0; 3] }, [const { Vec::new() }; 3]),
        |(pid, pipes)| supervise(pid, pipes, request, stdin, control),
    )
}

fn start(request: &Request, rulesets: &mut HashMap<Vec<Grant>, OwnedFd>) -> Result<(i32, Pipes), String> {
    let text = |text: &String| CString::new(text.as_str()).map_err(|_| "an argument holds a null byte".to_owned());
    let (pipes, theirs) = Pipes::new().map_err(|error| format!("cannot make pipes: {error}"))?;
    let ruleset = match request.profile {
        Profile::Trusted => None,
        // The program is another file each time, so its ruleset cannot be kept.
        Profile::Run => Some(ruleset(&request.grants)?),
        Profile::Compile | Profile::Build => {
            if !rulesets.contains_key(&request.grants) {
                rulesets.insert(request.grants.clone(), ruleset(&request.grants)?);
            }
            let kept = rulesets[&request.grants].try_clone();
            Some(kept.map_err(|error| format!("cannot copy a ruleset: {error}"))?)
        }
    };
    let variables: Vec<String> = request.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let prepared = Prepared {
        request,
        argv: request.argv.iter().map(text).collect::<Result<_, _>>()?,
        env: variables.iter().map(text).collect::<Result<_, _>>()?,
        cwd: text(&request.cwd)?,
        own: request.bounds.as_ref().map(|bounds| text(&bounds.own)).transpose()?,
        pipes: theirs.ends(),
        failure: theirs.failure(),
        ruleset: ruleset.as_ref().map(AsRawFd::as_raw_fd),
        worker: i32::try_from(std::process::id()).map_err(|error| error.to_string())?,
    };
    // SAFETY: this process has one thread, so the copy is whole; the child ends in exec or _exit and never returns from here.
    match unsafe { libc::fork() } {
        -1 => Err(format!("cannot fork: {}", io::Error::last_os_error())),
        0 => {
            let why = become_child(&prepared);
            theirs.fail(&why)
        }
        pid => Ok((pid, pipes)),
    }
}
