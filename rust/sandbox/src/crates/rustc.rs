//! rustc on the library alone, called as cargo calls it, without cargo: what a check of one function costs is mostly cargo.

use std::io;
use std::path::Path;

use share_rs_koan::diagnostic::{Parsed, parse_in, warnings_in};

use super::Shared;
use super::bay::Call;
use super::judge::fate;
use super::patch::Patch;
use super::prime::broken;
use super::slot::Slot;
use super::verdict::CrateVerdict;
use crate::SandboxError;
use crate::jail::{Ending, Grant, Reply, Rights};
use crate::lint::Lint;
use crate::stage::display;
use crate::verdict::Outcome;

/// Compiles the unbroken library, so that later calls find an incremental cache: a failing call leaves none.
pub(super) fn prime(shared: &Shared, slot: &mut Slot) -> Result<(), SandboxError> {
    let wall = shared.settings.limits.build_wall;
    let (reply, parsed, said) =
        call(shared, slot, wall, "dep-info,metadata", &[]).map_err(|error| SandboxError::io("call rustc", &error))?;
    if reply.ending == Ending::Exited(0) {
        return Ok(());
    }
    Err(broken(shared, &reply, &parsed, &said, &slot.bay.copy()))
}

/// Compiles the library with a candidate's files; with clippy, where there are lints to look for.
pub(super) fn check(
    shared: &Shared,
    slot: &mut Slot,
    patch: &Patch,
    lints: &[Lint],
    verdict: &mut CrateVerdict,
) -> io::Result<()> {
    slot.clean(shared)?;
    let pristine = shared.pristine.path();
    // A new file may lie in a new folder, which only a whole restoration removes.
    slot.dirty = patch.files.iter().any(|(name, _)| !pristine.join(name).is_file());
    if let Err(error) = slot.bay.apply(&patch.files) {
        slot.dirty = true;
        verdict.set(Outcome::PolicyReject, format!("a file cannot be written: {}", error.kind()));
        return Ok(());
    }
    let wall = shared.settings.limits.check_wall;
    let called = call(shared, slot, wall, "metadata", lints);
    if slot.dirty || slot.bay.revert(&patch.files, pristine).is_err() {
        slot.dirty = true;
    }
    let (reply, mut parsed, said) = called?;
    verdict.spend(&reply);
    let found = if lints.is_empty() { Vec::new() } else { std::mem::take(&mut parsed.diagnostics) };
    let (found, errors): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| lints.iter().any(|lint| lint.finds(one)));
    parsed.diagnostics.extend(errors);
    let fate = fate(&reply, &parsed, &said, &slot.bay.copy(), wall);
    // Only a call that rejects the text leaves the incremental cache as it was.
    if lints.is_empty() && (!matches!(fate, Some((Outcome::CompileError, _))) || reply.ending != Ending::Exited(1)) {
        slot.bay.bring_back("out")?;
    }
    verdict.compiled(&reply, parsed, fate);
    if verdict.outcome == Outcome::Compiles {
        verdict.diagnostics = found;
    }
    Ok(())
}

/// Calls rustc, or clippy without the incremental cache; what the lints find stands behind the errors.
fn call(
    shared: &Shared,
    slot: &mut Slot,
    wall: u64,
    emit: &str,
    lints: &[Lint],
) -> io::Result<(Reply, Parsed, String)> {
    let Some(invocation) = slot.invocation.clone() else { return Err(io::Error::other("rustc was not called before")) };
    let out = slot.bay.out();
    let made = out.join(if lints.is_empty() { "lib" } else { "lint" });
    std::fs::create_dir_all(&made)?;
    let program = lints.first().map_or(&shared.jail.toolchain.rustc, Lint::driver);
    let mut argv = vec![display(program)];
    argv.extend(invocation.flags);
    argv.extend(["--error-format=json", "--json=diagnostic-short"].map(str::to_owned));
    argv.push(format!("--emit={emit}"));
    argv.push(format!("--out-dir={}", display(&made)));
    match lints {
        [] => argv.push(format!("-Cincremental={}", display(&out.join("incremental")))),
        lints => argv.extend(Lint::all_flags(lints)),
    }
    let limit = shared.settings.limits.diagnostics;
    let root = slot.bay.copy();
    let call = Call { argv, env: invocation.env, cwd: root.clone(), wall, read: [64, limit], builds: false };
    let more: Vec<Grant> =
        lints.first().map(|_| Grant { path: display(program), rights: Rights::Execute }).into_iter().collect();
    let (reply, [_, stderr, _]) = slot.bay.call_with(&shared.jail, &call, more)?;
    let mut parsed = parse_in(&stderr, Path::new(&root), Path::new(&root));
    let names: Vec<String> = lints.iter().map(|lint| lint.name().to_owned()).collect();
    parsed.diagnostics.extend(warnings_in(&stderr, &names, Path::new(&root), Path::new(&root)));
    Ok((reply, parsed, String::from_utf8_lossy(&stderr).into_owned()))
}
