//! Before any code of the crate runs: does the jail hold for what cargo would start?

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::bay::{Bay, Call, Jail};
use super::io;
use crate::SandboxError;
use crate::jail::Ending;
use crate::policy::PATH;
use crate::stage::display;

/// Tries what must be denied, and returns which layer keeps the rest of the machine from being changed.
pub(super) fn run(jail: &Jail, bay: &mut Bay) -> Result<&'static str, SandboxError> {
    let outside = tempfile::NamedTempFile::new().map_err(io("make a file for the sandbox's own test"))?;
    let file = display(outside.path());
    let mode = || outside.as_file().metadata().map(|about| about.permissions().mode());
    let before = mode().map_err(io("read a file's mode"))?;
    let alive = call(jail, bay, "true", &[])?;
    let read = call(jail, bay, "cat", &["/etc/passwd"])?;
    let wrote = call(jail, bay, "cp", &["/dev/null", &format!("{file}x")])?;
    let changed = call(jail, bay, "chmod", &["0777", &file])?;
    let after = mode().map_err(io("read a file's mode"))?;
    if alive && !read && !wrote && before == after {
        return Ok(if changed { "marks" } else { "mounts" });
    }
    Err(SandboxError::Jail(
        "the jail for cargo does not hold on this machine (files or modes): please report this with the output of `share-rs env`"
            .to_owned(),
    ))
}

/// Whether a program ends well in the jail.
fn call(jail: &Jail, bay: &mut Bay, name: &str, arguments: &[&str]) -> Result<bool, SandboxError> {
    let program = std::env::split_paths(PATH).map(|folder| folder.join(name)).find(|file| file.is_file());
    let program = program.unwrap_or_else(|| PathBuf::from("/usr/bin").join(name));
    let argv =
        std::iter::once(display(&program)).chain(arguments.iter().map(|&argument| argument.to_owned())).collect();
    let call = Call { argv, env: Vec::new(), cwd: bay.copy(), wall: 10, read: [64, 64], builds: true };
    let (reply, _) = bay.call(jail, &call).map_err(io("talk to a worker of the sandbox"))?;
    Ok(reply.ending == Ending::Exited(0))
}
