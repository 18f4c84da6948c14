//! Resource limits and capabilities of a child.
#![allow(unsafe_code, reason = "setrlimit and capset have no safe wrapper")]

use super::child::check;
use super::wire::{Profile, Request};

/// Sets the limits of the calling process.
pub(super) fn limit(request: &Request) -> Result<(), String> {
    let limits = [
        // The soft limit gives SIGXCPU, which a program can ignore; the hard one a second later cannot be ignored.
        (libc::RLIMIT_CPU, request.cpu, request.cpu + 1),
        (libc::RLIMIT_AS, request.memory, request.memory),
        (libc::RLIMIT_FSIZE, request.file, request.file),
        (libc::RLIMIT_NOFILE, request.descriptors, request.descriptors),
        (libc::RLIMIT_CORE, 0, 0),
        (libc::RLIMIT_MSGQUEUE, 0, 0),
        (libc::RLIMIT_MEMLOCK, 0, 0),
        (libc::RLIMIT_STACK, 8 << 20, 8 << 20),
    ];
    for (resource, soft, hard) in limits {
        if request.profile == Profile::Trusted && resource == libc::RLIMIT_NOFILE {
            continue;
        }
        let limit = libc::rlimit { rlim_cur: soft, rlim_max: hard };
        // SAFETY: reads one rlimit that lives on this stack.
        check("setrlimit", unsafe { libc::setrlimit(resource, &raw const limit) })?;
    }
    Ok(())
}

#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Data {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

/// Gives up every capability, and, for root, the way that exec would give them back (capabilities(7), securebits).
pub(super) fn drop_capabilities() -> Result<(), String> {
    const VERSION_3: u32 = 0x2008_0522;
    const NOROOT_AND_LOCKED: libc::c_ulong = 0b11;
    // SAFETY: changes this process only; `header` and `none` live on this stack and have the kernel's layout (version 3: two of data).
    unsafe {
        if libc::geteuid() == 0 {
            // Refused without CAP_SETPCAP (root of a container): then the bounding set decides, and capset below is what counts.
            libc::prctl(libc::PR_SET_SECUREBITS, NOROOT_AND_LOCKED, 0, 0, 0);
        }
        for capability in 0..64 {
            libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0);
        }
        let header = Header { version: VERSION_3, pid: 0 };
        let none = [Data { effective: 0, permitted: 0, inheritable: 0 }; 2];
        check("capset", libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr()))?;
    }
    Ok(())
}
