//! Namespaces of a build's own, in which everything but its folder is mounted read-only: `mount_namespaces(7)`, `user_namespaces(7)`.
#![allow(unsafe_code, reason = "unshare and the mount calls have no safe wrapper")]

use std::ffi::CStr;
use std::fs;

use super::child::check;

/// The kernel's `struct mount_attr`, see `mount_setattr(2)`.
#[repr(C)]
#[derive(Default)]
struct Attributes {
    set: u64,
    clear: u64,
    propagation: u64,
    namespace: u64,
}

const READ_ONLY: u64 = 1;

/// Leaves the calling process, which has one thread, nothing to write but what lies below `own`, and no network.
///
/// # Errors
/// What failed: an older kernel, or a container that lets nobody make namespaces. Nothing is lost then: Landlock and seccomp
/// follow in either case.
pub(super) fn only(own: &CStr) -> Result<(), String> {
    // SAFETY: system calls on this process alone; the paths and attributes live during the calls.
    unsafe {
        let (user, group) = (libc::geteuid(), libc::getegid());
        // Else the files by which a user is mapped belong to root.
        check("prctl(PR_SET_DUMPABLE)", libc::prctl(libc::PR_SET_DUMPABLE, 1, 0, 0, 0))?;
        let apart = libc::CLONE_NEWUSER | libc::CLONE_NEWNS | libc::CLONE_NEWNET | libc::CLONE_NEWIPC;
        check("unshare", libc::unshare(apart))?;
        for (file, text) in [
            ("/proc/self/setgroups", "deny".to_owned()),
            ("/proc/self/uid_map", format!("{user} {user} 1")),
            ("/proc/self/gid_map", format!("{group} {group} 1")),
        ] {
            fs::write(file, text).map_err(|error| format!("{file}: {error}"))?;
        }
        let none = std::ptr::null();
        check("mount", libc::mount(none, c"/".as_ptr(), none, libc::MS_REC | libc::MS_PRIVATE, std::ptr::null()))?;
        check("mount", libc::mount(own.as_ptr(), own.as_ptr(), none, libc::MS_BIND, std::ptr::null()))?;
        let closed = Attributes { set: READ_ONLY, ..Attributes::default() };
        set(c"/", libc::AT_RECURSIVE, &closed)?;
        let open = Attributes { clear: READ_ONLY, ..Attributes::default() };
        set(own, 0, &open)
    }
}

fn set(path: &CStr, flags: i32, attributes: &Attributes) -> Result<(), String> {
    // SAFETY: reads a path and attributes that live during the call, of the size that is given.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags,
            std::ptr::from_ref(attributes),
            size_of::<Attributes>(),
        )
    };
    check("mount_setattr", result).map(|_| ())
}
