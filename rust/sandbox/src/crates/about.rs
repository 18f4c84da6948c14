//! What a crate is, as `cargo metadata` and rustc tell.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::explain::path_outside;
use crate::SandboxError;

/// What is known of a crate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The package.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The licence expression (SPDX), or `file:` and the licence file's name; None where the manifest names neither.
    pub licence: Option<String>,
    /// The edition of the lib target.
    pub edition: String,
    /// The lib target's name, as `use` names it.
    pub lib: String,
    /// The lib target's kinds: `lib`, `rlib`, `proc-macro` and so on.
    pub kinds: Vec<String>,
    /// The lib target's first file, relative to the workspace root.
    pub lib_file: String,
    /// The `.rs` files that rustc reads for the lib target, relative to the workspace root, sorted: what is cfg'd out is not
    /// among them.
    pub sources: Vec<String>,
    /// The folder of the package, relative to the workspace root; empty where it is the root.
    pub folder: String,
    /// Links that lead out of the workspace, which the copy lacks.
    pub left_out: Vec<String>,
    /// Whether there was no lock file, so that versions were chosen for the copy.
    pub locked_here: bool,
    /// The packages whose sources are in the copy, sorted.
    pub local: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    license_file: Option<PathBuf>,
    manifest_path: PathBuf,
    targets: Vec<Target>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
    src_path: PathBuf,
    edition: String,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    path: Option<PathBuf>,
}

impl Target {
    fn is_library(&self) -> bool {
        self.kind
            .iter()
            .any(|kind| matches!(kind.as_str(), "lib" | "rlib" | "dylib" | "cdylib" | "staticlib" | "proc-macro"))
    }
}

/// Reads what `cargo metadata --no-deps` printed in the copy at `root`, and picks the package: the one called `wanted`, or the
/// one in `folder`, or the only one with a library.
///
/// # Errors
/// [`SandboxError::Crate`] where there is none such, it has no lib target, or a path dependency lies outside.
pub(super) fn read(printed: &[u8], root: &Path, folder: &Path, wanted: Option<&str>) -> Result<About, SandboxError> {
    let metadata: Metadata = serde_json::from_slice(printed)
        .map_err(|error| SandboxError::Crate(format!("cargo metadata printed what is no metadata: {error}")))?;
    let outside = metadata
        .packages
        .iter()
        .flat_map(|package| &package.dependencies)
        .filter_map(|dependency| dependency.path.as_ref());
    if let Some(path) = outside.filter(|path| !path.starts_with(root)).min() {
        return Err(path_outside(path));
    }
    let here = root.join(folder);
    let with_library = |package: &&Package| package.targets.iter().any(Target::is_library);
    let packages = &metadata.packages;
    let libraries: Vec<&Package> = packages.iter().filter(with_library).collect();
    let package = match wanted {
        Some(name) => packages.iter().find(|package| package.name == name),
        None => packages
            .iter()
            .find(|package| package.manifest_path.parent() == Some(&here))
            .or_else(|| <[&Package; 1]>::try_from(libraries.as_slice()).ok().map(|[only]| only)),
    };
    let Some(package) = package else {
        let mut names: Vec<&str> = libraries.iter().map(|package| package.name.as_str()).collect();
        names.sort_unstable();
        return Err(SandboxError::Crate(format!(
            "expected one package of the workspace{}: name one of those with a library: {}",
            wanted.map(|name| format!(", got `{name}`")).unwrap_or_default(),
            if names.is_empty() { "there is none".to_owned() } else { names.join(", ") }
        )));
    };
    let Some(library) = package.targets.iter().find(|target| target.is_library()) else {
        return Err(SandboxError::Crate(format!(
            "{} has no lib target: move what is to be used into src/lib.rs, or name another package of the workspace",
            package.name
        )));
    };
    let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    let file = || Some(format!("file:{}", package.license_file.as_ref()?.to_string_lossy()));
    let dependencies = packages.iter().flat_map(|package| &package.dependencies);
    let beside = dependencies.filter(|dependency| dependency.path.is_some()).map(|dependency| &dependency.name);
    let local: BTreeSet<&String> = packages.iter().map(|package| &package.name).chain(beside).collect();
    Ok(About {
        local: local.into_iter().cloned().collect(),
        name: package.name.clone(),
        version: package.version.clone(),
        licence: package.license.clone().or_else(file),
        edition: library.edition.clone(),
        lib: library.name.replace('-', "_"),
        kinds: library.kind.clone(),
        lib_file: relative(&library.src_path),
        folder: package.manifest_path.parent().map(relative).unwrap_or_default(),
        ..About::default()
    })
}

/// The files below `root` that a dep-info file of rustc names, which works in `folder` (The rustc book, `--emit`).
pub(super) fn sources(dep_info: &str, root: &Path, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let Some((_, list)) = dep_info.lines().next().and_then(|line| line.split_once(": ")) else { return found };
    let mut name = String::new();
    let mut characters = list.chars().chain([' ']).peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if characters.peek() == Some(&' ') => name.extend(characters.next()),
            ' ' => {
                let path = folder.join(std::mem::take(&mut name));
                let below = path.strip_prefix(root).ok().and_then(Path::to_str);
                found.extend(
                    below
                        .filter(|below| Path::new(below).extension().is_some_and(|end| end == "rs"))
                        .map(str::to_owned),
                );
            }
            character => name.push(character),
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_those_of_the_copy_and_rust() {
        let text = "/w/out/liba.rmeta: src/lib.rs src/with\\ space.rs README.md /w/target/debug/build/x/out/made.rs\n\nsrc/lib.rs:\n";
        assert_eq!(sources(text, Path::new("/w/copy"), Path::new("/w/copy")), ["src/lib.rs", "src/with space.rs"]);
    }

    #[test]
    fn the_package_is_picked_by_name_by_folder_or_because_it_is_the_only_library() {
        let package = |name: &str, kind: &str, path: &str| {
            format!(
                "{{\"name\":\"{name}\",\"version\":\"1.0.0\",\"license\":\"MIT\",\"license_file\":null,\"manifest_path\":\"/w/{name}/Cargo.toml\",\
                 \"targets\":[{{\"kind\":[\"{kind}\"],\"name\":\"{name}\",\"src_path\":\"/w/{name}/src/lib.rs\",\"edition\":\"2021\"}}],\
                 \"dependencies\":[{{\"name\":\"d\",\"path\":{path}}}]}}"
            )
        };
        let read = |packages: &[String], folder: &str, wanted: Option<&str>| {
            read(
                format!("{{\"packages\":[{}]}}", packages.join(",")).as_bytes(),
                Path::new("/w"),
                Path::new(folder),
                wanted,
            )
        };
        let both = [package("a-b", "lib", "null"), package("c", "bin", "null")];
        assert_eq!(read(&both, "", None).unwrap().lib, "a_b");
        assert_eq!(read(&both, "a-b", None).unwrap().lib_file, "a-b/src/lib.rs");
        assert!(read(&both, "c", None).unwrap_err().to_string().contains("has no lib target"));
        assert!(
            read(&both, "", Some("z")).unwrap_err().to_string().contains("`z`: name one of those with a library: a-b")
        );
        let two = [package("a", "lib", "null"), package("b", "proc-macro", "null")];
        assert!(read(&two, "", None).unwrap_err().to_string().contains("a, b"));
        let outside = [package("a", "lib", "\"/elsewhere\"")];
        assert!(
            read(&outside, "", None).unwrap_err().to_string().contains("outside of its workspace root (elsewhere)")
        );
    }
}
