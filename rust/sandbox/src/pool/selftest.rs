//! Before the first candidate: does this machine compile and run a program in the jail, and does the jail hold?

use crate::SandboxError;
use crate::jail::Ending;
use crate::joint::Joint;
use crate::pool::Worker;
use crate::stage::{Bench, Product, Terms};
use crate::verdict::Outcome;

/// Tries what the jail must deny, and records what it was told.
const PROGRAM: &str = r#"
pub fn denied() -> Vec<bool> {
    vec![
        std::fs::read("/etc/passwd").is_err(),
        std::fs::read("/proc/self/environ").is_err(),
        std::fs::read_dir("/").is_err(),
        std::fs::write("written", "x").is_err(),
        std::net::UdpSocket::bind("127.0.0.1:0").is_err(),
        std::process::Command::new("/bin/true").status().is_err(),
        std::thread::spawn(|| 1).join().is_ok(),
    ]
}
"#;

const HARNESS: &str = r#"
#[cfg(test)]
mod share_rs_harness {
    fn denied(_: &mut ::share_rs_runtime::Draw, record: &mut ::share_rs_runtime::Record) { record.value("denied", &super::denied()); }
    #[test]
    fn share_rs_probes() { ::share_rs_runtime::run(&[("denied", denied)], 1); }
}
"#;

/// What a compiler in a jail that holds must not find.
const PEEK: &str = "pub const PEEK: &[u8] = include_bytes!(\"/etc/passwd\");\n";

pub(super) fn run(bench: &Bench, worker: &mut Worker) -> Result<(), SandboxError> {
    let io = |error: std::io::Error| SandboxError::io("talk to a worker of the sandbox", &error);
    let joint = Joint::new(PROGRAM, HARNESS);
    let product = Product::Program(&joint.runtime);
    let compiled =
        bench.compile(worker, &joint.text, PROGRAM.len(), Terms::plain("2021", false), product).map_err(io)?;
    if let Some((outcome, detail)) = compiled.failure {
        if outcome == Outcome::InfraError {
            return Err(SandboxError::Io(format!("the sandbox cannot compile on this machine: {detail}")));
        }
        let said = compiled.parsed.diagnostics.first().map(|found| format!(": {}", found.message)).unwrap_or_default();
        return Err(SandboxError::Toolchain(format!(
            "{} cannot compile a small program in the sandbox ({detail}{said}): check that `rustc` and `cc` work on this machine, \
             or pass --trusted (Python: trusted=True) for programs you wrote yourself",
            bench.toolchain.line()
        )));
    }
    let ran = bench.run(worker, 0, 5).map_err(io)?;
    let said = String::from_utf8_lossy(&ran.transcript);
    if !matches!(ran.reply.ending, Ending::Exited(0)) || !said.ends_with("end 1\n") {
        let stderr = String::from_utf8_lossy(&ran.stderr);
        let stderr = stderr.lines().next().unwrap_or("nothing").to_owned();
        return Err(SandboxError::Jail(format!(
            "a small program does not run in the sandbox of this machine ({:?}; it said `{stderr}`): please report this with the output \
             of `share-rs env`",
            ran.reply.ending
        )));
    }
    if bench.trusted {
        return Ok(());
    }
    let holds = said.starts_with("denied 0 denied=[true,true,true,true,true,true,true,]\n");
    let peeked =
        bench.compile(worker, PEEK, PEEK.len(), Terms::plain("2021", false), Product::LibraryErrors).map_err(io)?;
    if holds && peeked.failure.is_some() {
        return Ok(());
    }
    Err(SandboxError::Jail(
        "the sandbox of this machine does not deny what it should (files, sockets or processes): please report this with the output of \
         `share-rs env`; pass --trusted (Python: trusted=True) only for programs you wrote yourself"
            .to_owned(),
    ))
}
