//! The unbroken crate goes each step first: it must pass, and what it built is where candidates begin.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::explain::first;
use super::invocation::Invocation;
use super::judge::{arguments, fate, run_tests};
use super::slot::{Slot, keep};
use super::verdict::Step;
use super::{Shared, copy, io, messages, rustc, work_folder};
use crate::SandboxError;
use crate::jail::{Ending, Reply, Resource};
use crate::pool::lock;
use share_rs_koan::diagnostic::Parsed;

/// How the first check called rustc.
#[derive(Debug)]
pub(super) struct Seed {
    /// Where the slot lay that called it.
    root: PathBuf,
    invocation: Invocation,
}

/// How the original's own tests fare, in two runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Passed twice: only these judge candidates.
    pub passed: BTreeSet<String>,
    /// Failed twice, perhaps for want of a network.
    pub failed: BTreeSet<String>,
    /// Passed once and failed once.
    pub flaky: BTreeSet<String>,
}

/// Has the slot ready for candidates that go as far as `step`.
///
/// # Errors
/// [`SandboxError::Crate`] where the unbroken crate does not go as far.
pub(super) fn prime(shared: &Shared, slot: &mut Slot, step: Step) -> Result<(), SandboxError> {
    if slot.primed.contains(&step) {
        return Ok(());
    }
    if matches!(step, Step::Cover | Step::Lint) {
        prime(shared, slot, if step == Step::Cover { Step::Test } else { Step::Lib })?;
    } else if step == Step::Lib {
        if !seeded(shared, slot) {
            prime(shared, slot, Step::Check)?;
        }
        slot.clean(shared).map_err(io("restore the copy"))?;
        rustc::prime(shared, slot)?;
        keep(slot, "out")?;
    } else {
        slot.clean(shared).map_err(io("restore the copy"))?;
        slot.dirty = true;
        // Others wait for the first, and begin with the dependencies that it built.
        let mut built = lock(&shared.built);
        let jobs = if built.contains_key(&step) { shared.jail.jobs } else { shared.jail.cores };
        if let Some(folder) = built.get(&step) {
            let target = slot.bay.target();
            copy::exact(folder.path(), &target)
                .and_then(|()| outdate(&target, &shared.about.local))
                .map_err(io("copy what another worker built"))?;
        }
        let wall = shared.settings.limits.build_wall;
        let (reply, [stdout, stderr, _]) =
            slot.bay.cargo(&shared.jail, &arguments(shared, step), wall, jobs).map_err(io("call cargo"))?;
        let root = slot.bay.copy();
        let found = messages::read(&stdout, &root);
        let said = String::from_utf8_lossy(&stderr);
        if reply.ending != Ending::Exited(0) {
            return Err(broken(shared, &reply, &found.parsed, &said, &root));
        }
        if step == Step::Check {
            let folder = root.join(&shared.about.folder);
            // Of what is fresh already, cargo says no call.
            slot.invocation = Invocation::find(&said, &shared.about, &folder).or(slot.invocation.take());
            if slot.invocation.is_none() {
                return Err(SandboxError::Crate(format!(
                    "cargo does not say how it calls rustc for the library of {}",
                    shared.about.name
                )));
            }
        }
        keep(slot, "target")?;
        if shared.settings.workers > 1 && !built.contains_key(&step) {
            let folder = work_folder().map_err(io("keep what the first worker built"))?;
            copy::exact(&slot.bay.target(), folder.path()).map_err(io("keep what the first worker built"))?;
            built.insert(step, folder);
        }
        drop(built);
        if step == Step::Check {
            sow(shared, slot);
        }
        if step == Step::Test {
            slot.programs = found.programs;
            baseline(shared, slot)?;
        }
    }
    slot.primed.insert(step);
    Ok(())
}

/// Lets rustc in a new slot begin with the dependencies that another one built, where no path to that one is in them.
fn seeded(shared: &Shared, slot: &mut Slot) -> bool {
    let (seed, built) = (lock(&shared.seed), lock(&shared.built));
    let (Some(seed), Some(folder), true) = (seed.as_ref(), built.get(&Step::Check), slot.primed.is_empty()) else {
        return false;
    };
    let target = slot.bay.target();
    if copy::exact(folder.path(), &target).is_err() || slot.bay.keep("target").is_err() {
        return false;
    }
    slot.invocation = Some(seed.invocation.moved(&seed.root, slot.bay.root()));
    if rustc::prime(shared, slot).is_ok() {
        return true;
    }
    (slot.invocation, slot.dirty) = (None, true);
    let _ = slot.bay.forget("target");
    false
}

/// Has cargo build the packages of the copy again: where the other copy lies may be written in what was built of them.
fn outdate(target: &Path, packages: &[String]) -> std::io::Result<()> {
    for profile in fs::read_dir(target)? {
        let Ok(units) = fs::read_dir(profile?.path().join(".fingerprint")) else { continue };
        for unit in units {
            let unit = unit?;
            let name = unit.file_name();
            let package = name.to_str().and_then(|name| name.rsplit_once('-')).map(|(package, _)| package);
            if package.is_some_and(|package| packages.iter().any(|local| local == package)) {
                fs::remove_dir_all(unit.path())?;
            }
        }
    }
    Ok(())
}

/// Keeps how rustc was called in the first check, for the slots that follow.
fn sow(shared: &Shared, slot: &Slot) {
    let mut seed = lock(&shared.seed);
    if let (None, Some(invocation)) = (seed.as_ref(), slot.invocation.clone()) {
        *seed = Some(Seed { root: slot.bay.root().to_owned(), invocation });
    }
}

/// Runs the tests twice, once for all slots.
fn baseline(shared: &Shared, slot: &mut Slot) -> Result<(), SandboxError> {
    let mut known = lock(&shared.baseline);
    if known.is_some() {
        return Ok(());
    }
    let mut runs = [BTreeMap::new(), BTreeMap::new()];
    for run in &mut runs {
        slot.clean(shared).map_err(io("restore the copy"))?;
        slot.dirty = true;
        let programs = slot.programs.clone();
        *run = run_tests(shared, slot, &programs, Step::Test).map_err(io("run the tests"))?.tests;
    }
    let [one, other] = runs;
    let mut found = Baseline::default();
    for name in one.keys().chain(other.keys()) {
        let results = [one.get(name), other.get(name)];
        let into = match results {
            [Some(true), Some(true)] => &mut found.passed,
            [Some(false), Some(false)] => &mut found.failed,
            _ => &mut found.flaky,
        };
        into.insert(name.clone());
    }
    if found.passed.is_empty() {
        return Err(SandboxError::Crate(format!(
            "no test of {} passes twice in the jail ({} fail, {} differ): candidates could not be told apart by its tests; use the \
             step `check` or `build`",
            shared.about.name,
            found.failed.len(),
            found.flaky.len()
        )));
    }
    *known = Some(Arc::new(found));
    Ok(())
}

/// Why the unbroken crate cannot be used.
pub(super) fn broken(shared: &Shared, reply: &Reply, parsed: &Parsed, said: &str, root: &Path) -> SandboxError {
    let name = &shared.about.name;
    let limits = &shared.settings.limits;
    let text = match &reply.ending {
        Ending::WallTime => format!(
            "{name} is not built within {} s: a build script may loop; raise the limit `build_wall` if it only takes long",
            limits.build_wall
        ),
        Ending::Exceeded(Resource::Processes) => format!(
            "the build of {name} starts more than {} processes at once: a build script may fork without end; raise the limit \
             `processes` if it means to",
            limits.processes
        ),
        Ending::Exceeded(Resource::Disk) => {
            format!("the build of {name} writes more than {} MiB: raise the limit `disk`", limits.disk)
        }
        Ending::Exceeded(Resource::Memory) => {
            format!(
                "the build of {name} uses more than {} MiB of memory: raise the limit `all_memory`",
                limits.all_memory
            )
        }
        _ if said.contains("failed to run custom build command") => script_failed(said, root),
        _ => match parsed.diagnostics.first() {
            Some(error) if matches!(error.code.as_deref(), Some("E0554")) || error.message.contains("nightly") => {
                format!(
                    "{name} needs a nightly toolchain ({}): name a nightly rustc with SHARE_RS_RUSTC",
                    error.message
                )
            }
            Some(error) => {
                let place = error.spans.iter().find(|span| span.is_primary);
                let place = place.and_then(|span| Some(format!(" at {}:{}", span.file.as_ref()?, span.line_start)));
                format!(
                    "{name} does not build: `{}`{}; see that `cargo check --lib --bins` succeeds with {}",
                    error.message,
                    place.unwrap_or_default(),
                    shared.jail.toolchain.line()
                )
            }
            None if said.contains("nightly") || said.contains("requires rustc") => {
                format!("{name} needs another toolchain: `{}`; name its rustc with SHARE_RS_RUSTC", first(said, root))
            }
            None => {
                let detail =
                    fate(reply, parsed, said, root, limits.build_wall).map(|(_, detail)| detail).unwrap_or_default();
                format!("{name} does not build in the jail: {detail}")
            }
        },
    };
    SandboxError::Crate(text)
}

/// Which build script failed, and the last thing that it said.
fn script_failed(said: &str, root: &Path) -> String {
    let package = said
        .split("custom build command for `")
        .nth(1)
        .and_then(|rest| rest.split([' ', '`']).next())
        .unwrap_or("a package");
    let panic = said.lines().find(|line| line.contains("panicked at"));
    let after = panic.and_then(|panic| said.split(panic).nth(1)?.lines().map(str::trim).find(|line| !line.is_empty()));
    let last = after
        .or_else(|| said.lines().map(str::trim).rfind(|line| !line.is_empty() && !line.starts_with("note:")))
        .unwrap_or("nothing");
    let last = last.replace(&*root.to_string_lossy(), ".").replace('`', "'");
    format!(
        "the build script of {package} fails in the jail, where it has no network and may write only to the copy and OUT_DIR: `{last}`; \
         see that `cargo check --offline` works in the crate"
    )
}
