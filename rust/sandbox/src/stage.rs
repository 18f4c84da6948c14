//! The two stages: rustc on a text, and the program that it made.

use std::fs;
use std::io;
use std::path::Path;

use share_rs_koan::diagnostic::{Diagnostic, Parsed, parse, warnings};

use crate::elf::Elf;
use crate::externs::Shelf;
use crate::fault;
use crate::jail::{Ending, Grant, Profile, Reply, Request, Rights};
use crate::limits::Limits;
use crate::lint::{Lint, SETTINGS};
use crate::policy::{PATH, Policy};
use crate::pool::Worker;
use crate::runtime::{LIBRARY, Runtime};
use crate::toolchain::Toolchain;
use crate::verdict::Outcome;

/// What both stages need and no candidate changes.
#[derive(Debug)]
pub(crate) struct Bench {
    pub toolchain: Toolchain,
    pub policy: Policy,
    pub limits: Limits,
    pub runtime: Runtime,
    pub externs: Shelf,
    /// The layers in force, for the record.
    pub jail: String,
    pub trusted: bool,
}

/// Bytes of a file that rustc writes: the program, above all its statics.
const LARGEST: u64 = 64 << 20;

/// How a text is compiled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub edition: &'a str,
    pub allow_unsafe: bool,
    /// The crates that it may use, sorted; they are built.
    pub externs: &'a [String],
}

impl<'a> Terms<'a> {
    /// With no crate but std.
    pub(crate) fn plain(edition: &'a str, allow_unsafe: bool) -> Self {
        Self { edition, allow_unsafe, externs: &[] }
    }
}

/// What rustc is asked to make.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Product<'a> {
    /// The test program of candidate and harness, and what the runtime is called there.
    Program(&'a str),
    /// Nothing but the errors of the candidate alone, as `cargo test --lib` would see it.
    TestErrors,
    /// Nothing but the errors, as `cargo check` would see it.
    LibraryErrors,
    /// The errors, as for [`Self::LibraryErrors`], and the warnings of one lint.
    Lint(&'a Lint),
}

/// What rustc said.
pub(crate) struct Compiled {
    /// None where it made what it was asked for.
    pub failure: Option<(Outcome, String)>,
    pub parsed: Parsed,
    /// What the lint that was asked for found.
    pub warnings: Vec<Diagnostic>,
    pub ending: Ending,
    pub cpu: u64,
    pub wall: u64,
}

/// What the program printed and how it ended.
pub(crate) struct Ran {
    pub reply: Reply,
    pub stderr: Vec<u8>,
    pub transcript: Vec<u8>,
    /// Its statics alone are more than it may have, so that the kernel ended it before its first instruction.
    pub too_large: bool,
}

/// The flags of the program stage, for the key of the cache and for the request. Never `--cap-lints`: it disables even a forbid (rust #78864).
pub(crate) fn flags(edition: &str, forbid_unsafe: bool) -> Vec<String> {
    let mut flags: Vec<String> =
        ["-", "--crate-name", "koan", "--edition", edition, "--error-format=json", "--json=diagnostic-short"]
            .into_iter()
            .chain([
                "-A",
                "warnings",
                "-C",
                "codegen-units=1",
                "-C",
                "prefer-dynamic",
                "-C",
                "strip=symbols",
                "-C",
                "debuginfo=0",
            ])
            .map(str::to_owned)
            .collect();
    if forbid_unsafe {
        flags.extend(["-F", "unsafe_code", "-F", "long_running_const_eval"].map(str::to_owned));
    }
    flags
}

impl Bench {
    /// Compiles `text`, of which the first `own` bytes are the candidate's.
    pub(crate) fn compile(
        &self,
        worker: &mut Worker,
        text: &str,
        own: usize,
        terms: Terms<'_>,
        product: Product<'_>,
    ) -> io::Result<Compiled> {
        worker.clear()?;
        let free = fault::free(worker.folder());
        if let Some(why) = fault::full(free) {
            let failure = Some((Outcome::InfraError, why));
            let (parsed, warnings, ending) = (Parsed::default(), Vec::new(), Ending::Exited(0));
            return Ok(Compiled { failure, parsed, warnings, ending, cpu: 0, wall: 0 });
        }
        let compiler = if let Product::Lint(lint) = product { lint.driver() } else { &self.toolchain.rustc };
        let mut argv = vec![display(compiler)];
        argv.extend(flags(terms.edition, !terms.allow_unsafe));
        let more: &[&str] = match product {
            Product::Program(_) => &["--test", "-o", "koan"],
            Product::TestErrors => &["--test", "--emit=metadata", "-o", "koan.rmeta"],
            Product::LibraryErrors | Product::Lint(_) => &["--crate-type=lib", "--emit=metadata", "-o", "koan.rmeta"],
        };
        argv.extend(more.iter().map(|&flag| flag.to_owned()));
        if let Product::Program(runtime) = product {
            argv.extend_from_slice(&self.policy.link);
            argv.push(format!("--extern={runtime}={}", display(&self.runtime.folder.join(LIBRARY))));
        }
        let mut grants = self.policy.compile.clone();
        if !terms.externs.is_empty() {
            let built = self.externs.built().ok_or_else(|| io::Error::other("the crates were not built"))?;
            argv.extend(built.flags(terms.externs));
            grants.push(Grant { path: display(&built.folder), rights: Rights::Read });
        }
        // A program can read these into its errors, so they must be the same everywhere.
        let mut env = vec![variable("PATH", PATH), variable("TMPDIR", "."), variable("LANG", "C.UTF-8")];
        if let Product::Lint(lint) = product {
            argv.extend(lint.flags());
            argv.extend(["--sysroot".to_owned(), display(&self.toolchain.sysroot)]);
            grants.push(Grant { path: display(lint.driver()), rights: Rights::Execute });
            fs::write(worker.folder().join(SETTINGS), "")?;
            env.extend([variable("CLIPPY_CONF_DIR", "."), variable("CLIPPY_DISABLE_DOCS_LINKS", "1")]);
        }
        let work = display(worker.folder());
        grants.push(Grant { path: work.clone(), rights: Rights::Write });
        grants.push(Grant { path: "/dev/null".to_owned(), rights: Rights::Write });
        let request = Request {
            argv,
            env,
            cwd: work,
            grants,
            profile: if self.trusted { Profile::Trusted } else { Profile::Compile },
            cpu: self.limits.compile_cpu,
            wall: self.limits.compile_wall * 1000,
            stall: STALL,
            memory: self.limits.compile_memory << 20,
            file: LARGEST,
            descriptors: 256,
            output: [64 << 10, self.limits.diagnostics << 10, 0],
            stdin: text.len() as u64,
            bounds: None,
        };
        let (reply, [_, stderr, _]) = worker.ask(&request, text.as_bytes())?;
        let parsed = parse(&stderr, own);
        let warnings = if let Product::Lint(lint) = product { warnings(&stderr, own, lint.name()) } else { Vec::new() };
        let mut failure = self.compile_failure(&reply, &stderr, &parsed);
        if let Some(failure) = &mut failure
            && !is_clean(failure.0, &parsed)
        {
            worker.clear()?;
            let suspect = parsed.diagnostics.iter().any(blames_disk);
            if let Some(why) = fault::of_disk(worker.folder(), free, suspect) {
                *failure = (Outcome::InfraError, why);
            }
        }
        Ok(Compiled { failure, parsed, warnings, ending: reply.ending, cpu: reply.cpu, wall: reply.wall })
    }

    /// Runs the program that the last `compile` of this worker made.
    pub(crate) fn run(&self, worker: &mut Worker, seed: u64, cpu: u64) -> io::Result<Ran> {
        let work = display(worker.folder());
        let file = worker.folder().join("koan");
        let program = display(&file);
        let mut grants = self.policy.run.clone();
        grants.push(Grant { path: program.clone(), rights: Rights::Execute });
        let output = self.limits.output << 10;
        let request = Request {
            // What libtest captures would fill the program's memory instead of the pipes, which are bounded.
            argv: vec![program, "--test-threads=1".to_owned(), "--nocapture".to_owned()],
            env: vec![
                variable("SHARE_RS_SEED", &seed.to_string()),
                variable("LD_LIBRARY_PATH", &display(&self.toolchain.library())),
            ],
            cwd: work,
            grants,
            profile: if self.trusted { Profile::Trusted } else { Profile::Run },
            cpu,
            wall: self.limits.run_wall.max(4 * cpu) * 1000,
            stall: 0,
            memory: self.limits.run_memory << 20,
            // A jailed program writes nothing; one of the user's own may, and would otherwise die of SIGXFSZ.
            file: if self.trusted { 64 << 20 } else { 0 },
            descriptors: 16,
            output: [output; 3],
            stdin: 0,
            bounds: None,
        };
        let (reply, [_, stderr, transcript]) = worker.ask(&request, &[])?;
        let too_large = matches!(reply.ending, Ending::Signaled(_))
            && Elf::read(&file).is_some_and(|program| program.memory() + BESIDE > self.limits.run_memory << 20);
        Ok(Ran { reply, stderr, transcript, too_large })
    }

    fn compile_failure(&self, reply: &Reply, stderr: &[u8], parsed: &Parsed) -> Option<(Outcome, String)> {
        let limit = self.limits.compile_cpu;
        let (outcome, detail) = match &reply.ending {
            Ending::Exited(0) => return None,
            Ending::NotStarted(why) => {
                (Outcome::InfraError, format!("rustc could not be started in the jail: {}", first_words(why)))
            }
            Ending::WallTime => {
                (Outcome::CompileTimeout, format!("rustc did not end within {} s", self.limits.compile_wall))
            }
            Ending::Stalled => (Outcome::CompileTimeout, STALLED.to_owned()),
            Ending::Exceeded(_) => (Outcome::CompileOom, "rustc used more than it may".to_owned()),
            Ending::Output(_) => (Outcome::CompileError, "rustc rejects it, with more errors than are read".to_owned()),
            Ending::Signaled(signal) if out_of_time(*signal, reply.cpu, limit) => {
                (Outcome::CompileTimeout, format!("rustc used up its {limit} s of CPU time"))
            }
            Ending::Signaled(libc::SIGXFSZ) => {
                (Outcome::CompileOom, format!("rustc wrote a file of more than {} MiB", LARGEST >> 20))
            }
            Ending::Signaled(libc::SIGKILL) => (Outcome::InfraError, "rustc was killed from outside".to_owned()),
            Ending::Signaled(_) if out_of_memory(stderr) => {
                (Outcome::CompileOom, "rustc ran out of its memory".to_owned())
            }
            Ending::Signaled(signal) => (Outcome::CompilerCrash, format!("rustc was ended by signal {signal}")),
            Ending::Exited(101) => (Outcome::CompilerCrash, "rustc panicked".to_owned()),
            Ending::Exited(code) if parsed.diagnostics.is_empty() => {
                (Outcome::CompilerCrash, format!("rustc failed with code {code} and without a diagnostic"))
            }
            Ending::Exited(_) if self.lacks_linker(parsed) => (Outcome::InfraError, "rustc finds no linker".to_owned()),
            // Perhaps not the candidate's doing, so not to be kept; but never its merit.
            Ending::Exited(_) if parsed.diagnostics.iter().any(blames_disk) => {
                (Outcome::CompilerCrash, "rustc or its linker broke off".to_owned())
            }
            Ending::Exited(_) => (Outcome::CompileError, "rustc rejects it".to_owned()),
        };
        Some((outcome, detail))
    }

    /// A program that cannot be linked is the candidate's fault, `#![no_main]` alone is enough for that; a linker that is gone is not.
    fn lacks_linker(&self, parsed: &Parsed) -> bool {
        parsed.diagnostics.iter().any(|found| placeless(found) && found.message.starts_with("linker `"))
            && !self.policy.linker.is_file()
    }
}

/// Bytes that the kernel maps beside a program: the loader, the stack.
const BESIDE: u64 = 1 << 20;

/// Milliseconds that rustc may sleep. It never does for long; a candidate that has it read its own pipe makes it.
const STALL: u64 = 5000;

/// Not a matter of load, so it is not tried once more.
pub(crate) const STALLED: &str = "rustc waited for what never comes";

/// Whether rustc said in full what is wrong with the program, and nothing but that.
fn is_clean(outcome: Outcome, parsed: &Parsed) -> bool {
    outcome == Outcome::CompileError && !parsed.diagnostics.iter().any(placeless)
}

/// Neither a code nor a place in the text: about files and the linker.
fn placeless(found: &Diagnostic) -> bool {
    found.code.is_none() && found.spans.is_empty()
}

/// Whether the disk may be at fault. A library's name can say so too, so these words never decide by themselves.
fn blames_disk(found: &Diagnostic) -> bool {
    const WORDS: [&str; 6] = [
        "No space left on device",
        "Read-only file system",
        "Disk quota exceeded",
        "Cannot allocate memory",
        "Input/output error",
        "linking failed: signal",
    ];
    placeless(found)
        && found
            .children
            .iter()
            .map(|child| &child.message)
            .chain([&found.message])
            .any(|text| WORDS.iter().any(|words| text.contains(words)))
}

/// Whether the kernel ended a process for its CPU time. The kernel's own clock runs ahead of the rusage that it reports: 2.74 s were seen at 3.
pub(crate) fn out_of_time(signal: i32, cpu: u64, limit: u64) -> bool {
    signal == libc::SIGXCPU || signal == libc::SIGKILL && cpu >= limit * 900_000
}

/// Of rustc, of a Rust program, or of the loader of either; anybody can print this, and gains nothing: it only names a failure.
pub(crate) fn out_of_memory(stderr: &[u8]) -> bool {
    let text = String::from_utf8_lossy(stderr);
    ["memory allocation of ", "out of memory", "failed to map segment from shared object"]
        .iter()
        .any(|words| text.contains(words))
}

/// What failed, without the path that follows it.
pub(crate) fn first_words(why: &str) -> &str {
    why.find('/').map_or(why, |at| why[..at].trim_end())
}

pub(crate) fn variable(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

pub(crate) fn display(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Removes what is in `folder`, and keeps the folder: Landlock's rule is on this very folder.
pub(crate) fn clear(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path())? } else { fs::remove_file(entry.path())? }
    }
    Ok(())
}
