//! Which files the linker needs, asked of the C compiler that rustc links with.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::SandboxError;
use crate::toolchain::Toolchain;

/// What a link step touches.
pub(crate) struct Linker {
    /// The C compiler.
    pub cc: PathBuf,
    /// Programs, and folders of programs.
    pub programs: BTreeSet<PathBuf>,
    /// Folders of libraries and start files.
    pub libraries: BTreeSet<PathBuf>,
    /// The shared libraries that a linked program loads, without those of Rust.
    pub loaded: BTreeSet<PathBuf>,
    /// The start files in their order, and the folders that are searched, for a link without the C compiler's help.
    start: Vec<PathBuf>,
}

impl Linker {
    pub(crate) fn find() -> Result<Self, SandboxError> {
        let cc = on_path("cc").ok_or_else(|| {
            SandboxError::Toolchain(
                "rustc links through `cc`, and there is none on PATH: install a C compiler (Debian: apt install gcc; Fedora: dnf install gcc)"
                    .to_owned(),
            )
        })?;
        let mut linker = Self {
            cc: cc.clone(),
            programs: BTreeSet::new(),
            libraries: BTreeSet::new(),
            loaded: BTreeSet::new(),
            start: Vec::new(),
        };
        linker.programs.insert(cc.canonicalize().unwrap_or_else(|_| cc.clone()));
        let folders = Folders::of(&cc);
        for name in PROGRAMS {
            linker.programs.extend(folders.program(name));
        }
        for name in LIBRARIES {
            linker.libraries.extend(folders.file(&cc, name).and_then(|file| file.parent().map(Path::to_owned)));
        }
        for name in LOADED {
            linker.loaded.extend(folders.file(&cc, name));
        }
        for name in START_FILES {
            linker.start.extend(folders.file(&cc, name));
        }
        Ok(linker)
    }

    /// The toolchain's own linker, where it has one.
    pub(crate) fn lld(toolchain: &Toolchain) -> PathBuf {
        toolchain.sysroot.join("lib").join("rustlib").join(toolchain.field("host")).join("bin").join("rust-lld")
    }

    /// Flags with which rustc calls the toolchain's own lld itself, as cc would: without cc, collect2 and a wrapper, each
    /// an exec, which are 8 of 70 ms. None where that lld is not there, or the start files are not known.
    pub(crate) fn direct(&self, toolchain: &Toolchain, loader: Option<&Path>) -> Vec<String> {
        let host = toolchain.field("host");
        let lld = Self::lld(toolchain);
        let (Some(loader), [first, second, begin, end, last]) = (loader, self.start.as_slice()) else {
            return Vec::new();
        };
        if host != "x86_64-unknown-linux-gnu" || !lld.is_file() {
            return Vec::new();
        }
        let argument = |path: &Path| format!("link-arg={}", path.display());
        let search = |file: &Path| file.parent().map(|folder| format!("link-arg=-L{}", folder.display()));
        let mut values = vec!["linker=rust-lld".to_owned(), "linker-flavor=ld.lld".to_owned()];
        // Programs of one object: threads and lld's own optimisations cost 3 of 60 ms and bring nothing.
        values.extend(["link-arg=--threads=1", "link-arg=-O0"].map(str::to_owned));
        values.extend(["link-arg=-dynamic-linker".to_owned(), argument(loader)]);
        values.extend([first, second, begin].map(|file| argument(file)));
        values.extend([begin, first].into_iter().filter_map(|file| search(file)));
        values.extend([end, last].map(|file| argument(file)));
        values.into_iter().flat_map(|value| ["-C".to_owned(), value]).collect()
    }
}

const PROGRAMS: [&str; 5] = ["ld", "ld.lld", "ld.bfd", "collect2", "lto-wrapper"];

/// gcc finds its plugin and its start files beside libgcc; the rest lies where the C library lies.
const LIBRARIES: [&str; 9] = [
    "libgcc.a",
    "crtbeginS.o",
    "liblto_plugin.so",
    "crt1.o",
    "libc.so",
    "libc.so.6",
    "libm.so",
    "libgcc_s.so",
    "libgcc_s.so.1",
];

const LOADED: [&str; 6] = ["libc.so.6", "libgcc_s.so.1", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"];

/// What a C compiler puts around the objects of a position-independent program, in this order.
const START_FILES: [&str; 5] = ["Scrt1.o", "crti.o", "crtbeginS.o", "crtendS.o", "crtn.o"];

/// Where the C compiler looks, asked once: a question for each file is an exec for each, 25 of them.
struct Folders {
    programs: Vec<PathBuf>,
    libraries: Vec<PathBuf>,
}

impl Folders {
    fn of(cc: &Path) -> Self {
        let said = ask(cc, "-print-search-dirs");
        let listed = |kind: &str| {
            let list = said.lines().find_map(|line| line.strip_prefix(kind)?.trim_start().strip_prefix('='));
            std::env::split_paths(list.unwrap_or_default()).filter(|folder| folder.is_absolute()).collect()
        };
        Self { programs: listed("programs:"), libraries: listed("libraries:") }
    }

    fn program(&self, name: &str) -> Option<PathBuf> {
        first(&self.programs, name).or_else(|| on_path(name))?.canonicalize().ok()
    }

    /// The compiler may know more places than it lists, so it is asked for what is in none of these.
    fn file(&self, cc: &Path, name: &str) -> Option<PathBuf> {
        let found = first(&self.libraries, name);
        let file = found.unwrap_or_else(|| ask(cc, &format!("-print-file-name={name}")).trim().into());
        // An answer that is no absolute path means: not found.
        if file.is_absolute() { file.canonicalize().ok() } else { None }
    }
}

fn first(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn ask(cc: &Path, question: &str) -> String {
    let output = Command::new(cc).arg(question).stdin(Stdio::null()).stderr(Stdio::null()).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

fn on_path(name: &str) -> Option<PathBuf> {
    // The jail's PATH, so that what is found here is what rustc will find there.
    first(&std::env::split_paths(crate::policy::PATH).collect::<Vec<_>>(), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_in_the_listed_folders_is_what_the_compiler_itself_names() {
        let cc = on_path("cc").unwrap();
        let folders = Folders::of(&cc);
        let named = |question: String| Path::new(ask(&cc, &question).trim()).to_owned();
        for name in LIBRARIES.iter().chain(&LOADED).chain(&START_FILES) {
            let asked = Some(named(format!("-print-file-name={name}"))).filter(|file| file.is_absolute());
            assert_eq!(folders.file(&cc, name), asked.and_then(|file| file.canonicalize().ok()), "{name}");
        }
        for name in PROGRAMS {
            let asked = named(format!("-print-prog-name={name}"));
            let asked = if asked.is_absolute() { Some(asked) } else { on_path(name) };
            assert_eq!(folders.program(name), asked.and_then(|file| file.canonicalize().ok()), "{name}");
        }
    }

    #[test]
    fn the_toolchains_own_lld_is_called_with_all_start_files_or_not_at_all() {
        let toolchain = Toolchain::find(None).unwrap();
        let linker = Linker::find().unwrap();
        let flags = linker.direct(&toolchain, Some(Path::new("/lib64/ld-linux-x86-64.so.2")));
        let files: Vec<&str> = flags.iter().filter_map(|flag| flag.strip_prefix("link-arg=/")).collect();
        assert!(flags.is_empty() || files.len() == 1 + START_FILES.len(), "{flags:?}");
        assert_eq!(flags.iter().filter(|flag| *flag == "-C").count() * 2, flags.len());
        assert!(linker.direct(&toolchain, None).is_empty());
    }
}
