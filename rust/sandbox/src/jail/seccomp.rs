//! Which system calls a child may make.
#![allow(unsafe_code, reason = "asking the kernel for seccomp has no safe wrapper")]

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Op, SeccompCondition as Condition,
    SeccompFilter, SeccompRule, TargetArch,
};

use super::child::EXEC_FD;

/// The flags of `open` that make or change a file.
const WRITING: u64 = (libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC) as u64;

/// What neither rustc nor a program that it builds may call.
const DENIED: &[i64] = &[
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_setsid,
    libc::SYS_setpgid,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_shmget,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_mq_open,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_mknodat,
    libc::SYS_symlinkat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_mknod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_symlink,
];

/// Calls that reach other processes, or change what is mounted.
const FOREIGN: &[i64] = &[
    libc::SYS_setpriority,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setattr,
    libc::SYS_ioprio_set,
    libc::SYS_kcmp,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    libc::SYS_process_madvise,
    libc::SYS_process_mrelease,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_shmdt,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_semctl,
    libc::SYS_mq_unlink,
    libc::SYS_mount_setattr,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_fanotify_init,
    libc::SYS_open_by_handle_at,
    libc::SYS_quotactl,
    libc::SYS_acct,
    libc::SYS_personality,
];

/// Calls that change what is said of a file instead of what is in it: Landlock does not know them.
const MARKS: &[i64] = &[
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchmodat2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
];

const NAMESPACES: [i32; 7] = [
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

/// Whether the kernel filters system calls.
pub(super) fn available() -> bool {
    // SAFETY: PR_GET_SECCOMP takes no further argument and changes nothing.
    unsafe { libc::prctl(libc::PR_GET_SECCOMP) == 0 }
}

/// rustc starts its linker, so what harms others is denied by name: a list of all that a linker may call would break with every linker.
pub(super) fn compile() -> Result<Vec<BpfProgram>, String> {
    let rules = DENIED.iter().map(|&call| (call, Vec::new())).collect();
    Ok(vec![program(rules, SeccompAction::Allow, SeccompAction::Errno(errno(libc::EPERM)))?])
}

/// Cargo's build scripts and tests are native code of a stranger: beyond what [`compile`] denies, they reach no other process,
/// and no file outside of their own folder. `alone`: the rest is mounted read-only; else a change of mode, owner, times or
/// attributes does nothing, and says that it succeeded, because linkers and `std::fs::copy` expect that it does.
pub(super) fn build(alone: bool) -> Result<Vec<BpfProgram>, String> {
    let mut denied: BTreeMap<i64, Vec<SeccompRule>> =
        DENIED.iter().chain(FOREIGN).map(|&call| (call, Vec::new())).collect();
    // A namespace of one's own gives capabilities back.
    for flag in NAMESPACES {
        let flag = u64::from(flag.unsigned_abs());
        denied.entry(libc::SYS_clone).or_default().push(rule(0, Length::Dword, Op::MaskedEq(flag), flag)?);
    }
    // Limits of another process, whose number is the first argument.
    denied.entry(libc::SYS_prlimit64).or_default().push(rule(0, Length::Dword, Op::Ne, 0)?);
    let clone3 = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    let mut filters = vec![
        program(clone3, SeccompAction::Allow, SeccompAction::Errno(errno(libc::ENOSYS)))?,
        program(both_abis(denied), SeccompAction::Allow, SeccompAction::Errno(errno(libc::EPERM)))?,
    ];
    if !alone {
        let marks = MARKS.iter().map(|&call| (call, Vec::new())).collect();
        filters.push(program(both_abis(marks), SeccompAction::Allow, SeccompAction::Errno(0))?);
    }
    Ok(filters)
}

/// A program computes, starts threads, reads its pipes and ends; everything else is EPERM. `pid` is its own process.
pub(super) fn run(pid: i32) -> Result<Vec<BpfProgram>, String> {
    let plain = [
        libc::SYS_read,
        libc::SYS_write,
        libc::SYS_readv,
        libc::SYS_writev,
        libc::SYS_pread64,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_lseek,
        libc::SYS_mmap,
        libc::SYS_mprotect,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_set_tid_address,
        libc::SYS_set_robust_list,
        libc::SYS_rseq,
        libc::SYS_futex,
        libc::SYS_clone3,
        libc::SYS_clock_gettime,
        libc::SYS_clock_getres,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_getrandom,
        libc::SYS_ppoll,
        libc::SYS_getuid,
        libc::SYS_geteuid,
        libc::SYS_getgid,
        libc::SYS_getegid,
        libc::SYS_restart_syscall,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_access,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_arch_prctl,
    ];
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = plain.into_iter().map(|call| (call, Vec::new())).collect();
    #[expect(clippy::cast_sign_loss, reason = "flags and small numbers, none negative")]
    let conditional = [
        (libc::SYS_clone, 0, Op::MaskedEq(libc::CLONE_THREAD as u64), libc::CLONE_THREAD as u64),
        (libc::SYS_execveat, 0, Op::Eq, EXEC_FD as u64),
        (libc::SYS_newfstatat, 3, Op::Eq, libc::AT_EMPTY_PATH as u64),
        (libc::SYS_tgkill, 0, Op::Eq, pid as u64),
        (libc::SYS_prlimit64, 2, Op::Eq, 0),
        (libc::SYS_prctl, 0, Op::Eq, libc::PR_SET_NAME as u64),
        (libc::SYS_prctl, 0, Op::Eq, libc::PR_SET_VMA as u64),
        // For reading only: Landlock does not see that /proc/self/fd/3 is the way to a pipe.
        (libc::SYS_openat, 2, Op::MaskedEq(WRITING), 0),
        #[cfg(target_arch = "x86_64")]
        (libc::SYS_open, 1, Op::MaskedEq(WRITING), 0),
        (libc::SYS_fcntl, 1, Op::Eq, libc::F_GETFD as u64),
        (libc::SYS_fcntl, 1, Op::Eq, libc::F_GETFL as u64),
    ];
    for (call, argument, operator, value) in conditional {
        // A pointer is compared whole; flags and numbers by their low half, as the kernel reads them.
        let length = if call == libc::SYS_prlimit64 { Length::Qword } else { Length::Dword };
        rules.entry(call).or_default().push(rule(argument, length, operator, value)?);
    }
    // glibc falls back from clone3, whose flags a filter cannot read, to clone only on ENOSYS. Of two filters the stricter answer wins.
    let clone3 = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    Ok(vec![
        program(clone3, SeccompAction::Allow, SeccompAction::Errno(errno(libc::ENOSYS)))?,
        program(rules, SeccompAction::Errno(errno(libc::EPERM)), SeccompAction::Allow)?,
    ])
}

/// On this machine a call has a second number, that of the x32 ABI, which the same filter sees.
fn both_abis(rules: BTreeMap<i64, Vec<SeccompRule>>) -> BTreeMap<i64, Vec<SeccompRule>> {
    const X32: i64 = 0x4000_0000;
    if cfg!(not(target_arch = "x86_64")) {
        return rules;
    }
    rules.into_iter().flat_map(|(call, rules)| [(call | X32, rules.clone()), (call, rules)]).collect()
}

fn rule(argument: u8, length: Length, operator: Op, value: u64) -> Result<SeccompRule, String> {
    Condition::new(argument, length, operator, value)
        .and_then(|condition| SeccompRule::new(vec![condition]))
        .map_err(|error| format!("a seccomp rule is malformed: {error}"))
}

fn errno(number: i32) -> u32 {
    number.unsigned_abs()
}

fn program(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Result<BpfProgram, String> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)
        .map_err(|error| format!("seccomp knows no such machine: {error}"))?;
    SeccompFilter::new(rules, otherwise, matched, arch)
        .and_then(BpfProgram::try_from)
        .map_err(|error| format!("a seccomp filter is malformed: {error}"))
}
