//! Which files a child may touch: Landlock rulesets, see the kernel's Documentation/userspace-api/landlock.rst.
#![allow(unsafe_code, reason = "asking for the ABI has no safe wrapper")]

use std::os::fd::OwnedFd;

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, Scope,
};

use super::wire::{Grant, Rights};

/// The kernel's ABI, 0 where Landlock is missing or switched off.
pub(super) fn abi() -> u32 {
    const VERSION: libc::c_uint = 1;
    // SAFETY: with a null attribute, size 0 and the version flag the call reads no memory and creates nothing.
    let abi = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0_usize, VERSION) };
    u32::try_from(abi).unwrap_or(0)
}

/// A ruleset that denies everything but `grants`: files, and, where the kernel knows them, TCP, signals and abstract sockets.
pub(super) fn ruleset(grants: &[Grant]) -> Result<OwnedFd, String> {
    let handled = AccessFs::from_all(known());
    let mut created = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(handled)
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(known())))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(known())))
        .and_then(Ruleset::create)
        .map_err(|error| format!("Landlock refused a ruleset: {error}"))?;
    for grant in grants {
        let path =
            PathFd::new(&grant.path).map_err(|error| format!("cannot open {} for Landlock: {error}", grant.path))?;
        created = created
            .add_rule(PathBeneath::new(path, rights(grant.rights) & handled))
            .map_err(|error| format!("Landlock refused a rule for {}: {error}", grant.path))?;
    }
    Option::<OwnedFd>::from(created).ok_or_else(|| "Landlock gave no ruleset".to_owned())
}

/// The newest ABI that both the kernel and the crate know.
fn known() -> ABI {
    match abi() {
        0 => ABI::Unsupported,
        1 => ABI::V1,
        2 => ABI::V2,
        3 => ABI::V3,
        4 => ABI::V4,
        5 => ABI::V5,
        6 => ABI::V6,
        _ => ABI::V7,
    }
}

/// `MakeSock`, `MakeFifo`, `MakeSym`, `MakeChar` and `MakeBlock` are never given: such a file could trap the next run or the clean-up.
fn rights(rights: Rights) -> BitFlags<AccessFs> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    match rights {
        Rights::Read => read,
        Rights::Execute => read | AccessFs::Execute,
        Rights::Write => read | writing(),
        Rights::Build => read | writing() | AccessFs::Execute,
    }
}

fn writing() -> BitFlags<AccessFs> {
    AccessFs::WriteFile
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Truncate
        | AccessFs::Refer
}
