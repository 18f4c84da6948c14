//! From a candidate to its verdict, through cargo.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use share_rs_koan::diagnostic::Parsed;

use super::bay::Call;
use super::explain::first;
use super::messages::{self, Program};
use super::patch::Patch;
use super::slot::Slot;
use super::verdict::{CrateVerdict, Step};
use super::{Shared, marks, report};
use crate::fault;
use crate::jail::{Ending, Reply, Resource};
use crate::pool::lock;
use crate::stage::{display, first_words, out_of_memory, out_of_time, variable};
use crate::verdict::Outcome;

/// What cargo is called with.
pub(super) fn arguments(shared: &Shared, step: Step) -> Vec<String> {
    let mut arguments: Vec<String> = match step {
        Step::Lib | Step::Lint | Step::Check => &["check", "-vv", "--lib", "--bins"][..],
        Step::Build => &["build", "--lib", "--bins"],
        Step::Test | Step::Cover => &["test", "--no-run", "--lib", "--bins", "--tests"],
    }
    .iter()
    .map(|&argument| argument.to_owned())
    .collect();
    arguments.extend(["--frozen", "--message-format=json", "--package", &shared.about.name].map(str::to_owned));
    if !shared.settings.features.is_empty() {
        arguments.push(format!("--features={}", shared.settings.features.join(",")));
    }
    arguments
}

/// Checks, builds or tests a candidate. Its code may run, so that nothing of it is kept.
pub(super) fn judge(shared: &Shared, slot: &mut Slot, patch: &Patch, verdict: &mut CrateVerdict) -> io::Result<()> {
    slot.clean(shared)?;
    slot.dirty = true;
    if let Err(error) = slot.bay.apply(&patch.files) {
        verdict.set(Outcome::PolicyReject, format!("a file cannot be written: {}", error.kind()));
        return Ok(());
    }
    let limits = &shared.settings.limits;
    let wall = if verdict.step == Step::Check { limits.check_wall } else { limits.build_wall };
    let (reply, [stdout, stderr, _]) =
        slot.bay.cargo(&shared.jail, &arguments(shared, verdict.step), wall, shared.jail.jobs)?;
    verdict.spend(&reply);
    let root = slot.bay.copy();
    let found = messages::read(&stdout, &root);
    let said = String::from_utf8_lossy(&stderr);
    let fate = fate(&reply, &found.parsed, &said, &root, wall);
    let compiles = fate.is_none();
    verdict.compiled(&reply, found.parsed, fate);
    if !compiles {
        if let Some(why) = fault::full(fault::free(&root)) {
            verdict.set(Outcome::InfraError, why);
        }
        return Ok(());
    }
    if verdict.step.tests() {
        test(shared, slot, &found.programs, verdict)?;
    }
    Ok(())
}

/// How a call of cargo or rustc failed; None where it did not.
pub(super) fn fate(reply: &Reply, parsed: &Parsed, said: &str, root: &Path, wall: u64) -> Option<(Outcome, String)> {
    let (outcome, detail) = match &reply.ending {
        Ending::Exited(0) => return None,
        Ending::NotStarted(why) => {
            (Outcome::InfraError, format!("the build could not be started in the jail: {}", first_words(why)))
        }
        Ending::WallTime | Ending::Stalled => {
            (Outcome::CompileTimeout, format!("the build did not end within {wall} s"))
        }
        Ending::Output(_) => (Outcome::CompileError, "it is rejected, with more errors than are read".to_owned()),
        Ending::Exceeded(Resource::Processes) => {
            (Outcome::CompileOom, "the build started more processes than it may".to_owned())
        }
        Ending::Exceeded(Resource::Memory) => {
            (Outcome::CompileOom, "the build used more memory than it may".to_owned())
        }
        Ending::Exceeded(Resource::Disk) => (Outcome::CompileOom, "the build wrote more than it may".to_owned()),
        Ending::Signaled(libc::SIGXFSZ) => (Outcome::CompileOom, "rustc wrote a file that is too large".to_owned()),
        Ending::Signaled(libc::SIGXCPU) => (Outcome::CompileTimeout, "rustc used up its CPU time".to_owned()),
        Ending::Signaled(_) if out_of_memory(said.as_bytes()) => {
            (Outcome::CompileOom, "rustc ran out of its memory".to_owned())
        }
        Ending::Signaled(signal) => (Outcome::CompilerCrash, format!("the build was ended by signal {signal}")),
        Ending::Exited(_) if !parsed.diagnostics.is_empty() => (Outcome::CompileError, "rustc rejects it".to_owned()),
        Ending::Exited(_) if said.contains("failed to run custom build command") => {
            (Outcome::CompileError, "its build script fails".to_owned())
        }
        Ending::Exited(_) if said.contains("SIGXCPU") => {
            (Outcome::CompileTimeout, "rustc used up its CPU time".to_owned())
        }
        Ending::Exited(_) if out_of_memory(said.as_bytes()) => {
            (Outcome::CompileOom, "rustc ran out of its memory".to_owned())
        }
        Ending::Exited(_) if said.contains("internal compiler error") || said.contains("(signal: ") => {
            (Outcome::CompilerCrash, "rustc broke off".to_owned())
        }
        Ending::Exited(_) => (Outcome::CompileError, format!("cargo rejects it: {}", first(said, root))),
    };
    Some((outcome, detail))
}

/// What the test programs did.
pub(super) struct Tested {
    /// Test, with its target before it, and whether it passed.
    pub tests: BTreeMap<String, bool>,
    /// How a program ended that did not end by itself.
    pub broke: Option<(Outcome, String)>,
    /// Number and test of what was marked.
    marks: BTreeSet<(u32, String)>,
    replies: Vec<Reply>,
}

/// Runs test programs one after the other, each in the jail.
pub(super) fn run_tests(shared: &Shared, slot: &mut Slot, programs: &[Program], step: Step) -> io::Result<Tested> {
    let limits = &shared.settings.limits;
    // What is computed once for all tests is computed in the first of them, the same one every time.
    let threads = if step == Step::Cover { 1 } else { shared.jail.jobs };
    let folder = slot.bay.copy().join(&shared.about.folder);
    let libraries = [slot.bay.target().join("debug").join("deps"), shared.jail.toolchain.library()];
    let libraries: Vec<String> = libraries.iter().map(|path| display(path)).collect();
    let mut tested = Tested { tests: BTreeMap::new(), broke: None, marks: BTreeSet::new(), replies: Vec::new() };
    for program in programs {
        let call = Call {
            argv: vec![display(&program.file)],
            env: vec![
                variable("CARGO_MANIFEST_DIR", &display(&folder)),
                variable("CARGO_PKG_NAME", &shared.about.name),
                variable("CARGO_PKG_VERSION", &shared.about.version),
                variable("LD_LIBRARY_PATH", &libraries.join(":")),
                variable("RUST_TEST_THREADS", &threads.to_string()),
            ],
            cwd: folder.clone(),
            wall: limits.test_wall,
            read: [limits.output, limits.output],
            builds: true,
        };
        let (reply, [stdout, stderr, _]) = slot.bay.call(&shared.jail, &call)?;
        let told = report::read(&stdout);
        if step == Step::Cover {
            let name = |thread: &str| match told {
                Some(_) => format!("{} {thread}", program.target),
                None => program.target.clone(),
            };
            tested.marks.extend(marks::take(&folder).into_iter().map(|(number, thread)| (number, name(&thread))));
        }
        match told {
            Some(tests) => {
                tested
                    .tests
                    .extend(tests.into_iter().map(|(name, passed)| (format!("{} {name}", program.target), passed)));
            }
            None => drop(tested.tests.insert(program.target.clone(), reply.ending == Ending::Exited(0))),
        }
        let broke = match &reply.ending {
            Ending::Exited(_) => None,
            Ending::WallTime | Ending::Stalled => {
                Some((Outcome::RuntimeTimeout, format!("a test program did not end within {} s", limits.test_wall)))
            }
            Ending::Output(_) => Some((Outcome::OutputLimit, "a test program wrote more than is read".to_owned())),
            Ending::Exceeded(_) => Some((Outcome::RuntimeOom, "a test program used more than it may".to_owned())),
            Ending::Signaled(signal) if out_of_time(*signal, reply.cpu, limits.cpu) => {
                Some((Outcome::RuntimeTimeout, "a test program used up its CPU time".to_owned()))
            }
            Ending::Signaled(_) if out_of_memory(&stderr) => {
                Some((Outcome::RuntimeOom, "a test program ran out of its memory".to_owned()))
            }
            Ending::Signaled(signal) => {
                Some((Outcome::RuntimeSignal, format!("a test program was ended by signal {signal}")))
            }
            Ending::NotStarted(why) => {
                Some((Outcome::InfraError, format!("a test program could not be started: {}", first_words(why))))
            }
        };
        tested.broke = tested.broke.or(broke);
        tested.replies.push(reply);
    }
    Ok(tested)
}

fn test(shared: &Shared, slot: &mut Slot, programs: &[Program], verdict: &mut CrateVerdict) -> io::Result<()> {
    let Some(baseline) = lock(&shared.baseline).clone() else {
        return Err(io::Error::other("the tests were not run before"));
    };
    // The build itself runs macros of the crate, which mark what no test ran.
    marks::take(&slot.bay.copy().join(&shared.about.folder));
    let tested = run_tests(shared, slot, programs, verdict.step)?;
    tested.replies.iter().for_each(|reply| verdict.spend(reply));
    let told = |name: &String| tested.tests.get(name) == Some(&true);
    let (passed, failed) = baseline.passed.iter().cloned().partition(told);
    (verdict.passed_tests, verdict.failed_tests) = (passed, failed);
    verdict.marks = tested.marks.into_iter().filter(|(_, test)| baseline.passed.contains(test) && told(test)).collect();
    let count = (verdict.failed_tests.len(), baseline.passed.len());
    match tested.broke {
        Some((outcome, detail)) => verdict.set(outcome, detail),
        None if count.0 == 0 => verdict.set(Outcome::Pass, "every test passes that passes in the original"),
        None => verdict.set(Outcome::TestFail, format!("{} of {} tests fail or are gone", count.0, count.1)),
    }
    Ok(())
}
