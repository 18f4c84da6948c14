//! Which files each stage may touch. Everything else is denied, the references and the cache among it.

use std::path::{Path, PathBuf};

use crate::SandboxError;
use crate::elf::Elf;
use crate::jail::{Grant, Rights};
use crate::linker::Linker;
use crate::toolchain::Toolchain;

/// PATH inside the jail.
pub(crate) const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// The grants of both stages, without the work folder, which differs by worker.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub compile: Vec<Grant>,
    pub run: Vec<Grant>,
    /// rustc's flags for the link, none where it goes through cc.
    pub link: Vec<String>,
    /// The program that links.
    pub linker: PathBuf,
}

impl Policy {
    /// `hidden` folders are cut out of every granted one: a package may be installed below a folder that the linker reads.
    pub(crate) fn new(toolchain: &Toolchain, runtime: &Path, hidden: &[PathBuf]) -> Result<Self, SandboxError> {
        let linker = Linker::find()?;
        let loader = Elf::read(&toolchain.rustc).and_then(|rustc| rustc.loader());
        let mut compile = compiler(toolchain, &linker, loader.as_deref(), hidden);
        grant(runtime, Rights::Read, hidden, &mut compile);
        let mut run = Vec::new();
        for path in linker.loaded.iter().chain(&shared_libraries(&toolchain.library())) {
            grant(path, Rights::Read, hidden, &mut run);
        }
        grant(Path::new("/etc/ld.so.cache"), Rights::Read, hidden, &mut run);
        if let Some(path) = &loader {
            grant(path, Rights::Execute, hidden, &mut run);
        }
        let link = linker.direct(toolchain, loader.as_deref());
        let linker = if link.is_empty() { linker.cc } else { Linker::lld(toolchain) };
        Ok(Self { compile, run, link, linker })
    }

    /// What cargo, build scripts and tests may read and execute of the machine: the toolchain, and what a build script calls.
    pub(crate) fn build(toolchain: &Toolchain, hidden: &[PathBuf]) -> Result<Vec<Grant>, SandboxError> {
        let loader = Elf::read(&toolchain.rustc).and_then(|rustc| rustc.loader());
        let mut grants = compiler(toolchain, &Linker::find()?, loader.as_deref(), hidden);
        for path in SYSTEM {
            grant(Path::new(path), Rights::Execute, hidden, &mut grants);
        }
        Ok(grants)
    }

    /// Whether the compiler may read `path`: then no koan may lie there.
    pub(crate) fn reads(&self, path: &Path) -> bool {
        self.compile.iter().chain(&self.run).any(|grant| path.starts_with(&grant.path))
    }
}

/// Where programs, libraries and headers of the system lie.
const SYSTEM: [&str; 10] = [
    "/usr/bin",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/include",
    "/usr/share/pkgconfig",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/local/include",
    "/bin",
];

/// What rustc and its linker read and execute.
fn compiler(toolchain: &Toolchain, linker: &Linker, loader: Option<&Path>, hidden: &[PathBuf]) -> Vec<Grant> {
    let mut compile = Vec::new();
    for (rights, path) in [(Rights::Execute, toolchain.sysroot.as_path()), (Rights::Execute, toolchain.rustc.as_path())]
        .into_iter()
        .chain(linker.programs.iter().map(|path| (Rights::Execute, path.as_path())))
        .chain(linker.libraries.iter().map(|path| (Rights::Read, path.as_path())))
        .chain(loader.iter().map(|&path| (Rights::Execute, path)))
    {
        grant(path, rights, hidden, &mut compile);
    }
    // rustc's jemalloc asks whether the kernel overcommits; unanswered, it maps every range twice: 8 of 120 ms.
    for path in ["/etc/ld.so.cache", "/proc/sys/vm/overcommit_memory"] {
        grant(Path::new(path), Rights::Read, hidden, &mut compile);
    }
    compile
}

/// Grants `path`, or, where something hidden lies below it, each of its entries that leads elsewhere.
fn grant(path: &Path, rights: Rights, hidden: &[PathBuf], grants: &mut Vec<Grant>) {
    let Ok(path) = path.canonicalize() else { return };
    if hidden.iter().any(|hidden| path.starts_with(hidden)) {
        return;
    }
    if hidden.iter().any(|hidden| hidden.starts_with(&path)) {
        let Ok(entries) = path.read_dir() else { return };
        let mut entries: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        entries.sort();
        for entry in entries {
            // A link may lead to a hidden place, and its target is granted where it is needed.
            if !entry.is_symlink() {
                grant(&entry, rights, hidden, grants);
            }
        }
        return;
    }
    if let Some(path) = path.to_str() {
        let grant = Grant { path: path.to_owned(), rights };
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }
}

fn shared_libraries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.contains(".so") && (name.starts_with("libstd-") || name.starts_with("libtest-"))
    });
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_folder_is_cut_out_of_the_folder_around_it() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        for folder in ["lib/gcc", "lib/python/share_rs/koans", "lib/python/other"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        let hidden = [root.join("lib/python/share_rs")];
        let mut grants = Vec::new();
        grant(&root.join("lib"), Rights::Read, &hidden, &mut grants);
        let paths: Vec<PathBuf> = grants.iter().map(|grant| PathBuf::from(&grant.path)).collect();
        assert_eq!(paths, [root.join("lib/gcc"), root.join("lib/python/other")]);
    }
}
