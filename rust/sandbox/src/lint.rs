//! clippy of the same toolchain as rustc, asked for one lint by name.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use share_rs_koan::diagnostic::Diagnostic;

use crate::SandboxError;
use crate::toolchain::Toolchain;

/// A lint that this toolchain's clippy knows.
#[derive(Debug, Clone)]
pub struct Lint {
    name: String,
    clippy: Arc<Clippy>,
}

/// A clippy that answered.
#[derive(Debug)]
pub(crate) struct Clippy {
    driver: PathBuf,
    version: String,
    lints: BTreeSet<String>,
}

/// The file that ends clippy's search for settings, which otherwise climbs to the root.
pub(crate) const SETTINGS: &str = "clippy.toml";

const REMEDY: &str = "install clippy beside rustc (`rustup component add clippy`, or your distribution's package)";

impl Clippy {
    /// Finds the driver in the sysroot, or else beside rustc, and asks which lints it has.
    pub(crate) fn find(toolchain: &Toolchain) -> Result<Self, SandboxError> {
        let missing = |why: String| SandboxError::Toolchain(format!("{why}; {REMEDY}"));
        let beside = toolchain.rustc.parent().map(|folder| folder.join("clippy-driver"));
        let mut places = [Some(toolchain.sysroot.join("bin").join("clippy-driver")), beside].into_iter().flatten();
        let driver = places.find(|place| place.is_file());
        let driver = driver.ok_or_else(|| missing(format!("{} has no clippy-driver", toolchain.line())))?;
        let driver = driver.canonicalize().unwrap_or(driver);
        let own = Toolchain::answer(&driver, &["-vV"])?;
        if own != toolchain.version {
            let own = own.lines().next().unwrap_or_default().to_owned();
            return Err(missing(format!("expected the clippy-driver of {}, got that of {own}", toolchain.line())));
        }
        let version = Toolchain::answer(&driver, &["-V"])?.trim().to_owned();
        let lints = names(&Toolchain::answer(&driver, &["-W", "help"])?);
        if lints.is_empty() {
            return Err(missing(format!("{version} names no lint")));
        }
        Ok(Self { driver, version, lints })
    }

    /// The lint `name`, for example `clippy::map_clone`.
    pub(crate) fn lint(self: &Arc<Self>, name: &str) -> Result<Lint, SandboxError> {
        if !self.lints.contains(name) {
            return Err(SandboxError::Usage(format!(
                "expected the full name of one lint of {}, such as `clippy::map_clone`, got `{name}`: groups, renamed lints and those of \
                 rustc are not taken",
                self.version
            )));
        }
        Ok(Lint { name: name.to_owned(), clippy: self.clone() })
    }
}

impl Lint {
    /// Its full name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn driver(&self) -> &PathBuf {
        &self.clippy.driver
    }

    /// clippy's version line.
    pub(crate) fn version(&self) -> &str {
        &self.clippy.version
    }

    /// `--force-warn` alone outranks what a program allows, expects or forbids.
    pub(crate) fn flags(&self) -> Vec<String> {
        ["-A", "clippy::all", "--force-warn", &self.name].map(str::to_owned).to_vec()
    }

    /// The flags for several lints at once, in code whose own levels do not count.
    pub(crate) fn all_flags(lints: &[Self]) -> Vec<String> {
        let names = lints.iter().flat_map(|lint| ["--force-warn".to_owned(), lint.name.clone()]);
        // A crate may forbid other lints, which then are errors of theirs.
        ["-A", "clippy::all", "--cap-lints", "warn"].map(str::to_owned).into_iter().chain(names).collect()
    }

    /// Whether a warning is one of this lint.
    pub(crate) fn finds(&self, warning: &Diagnostic) -> bool {
        warning.code.as_deref() == Some(&self.name)
    }

    /// Whether an error is none to rustc: the program denies a lint of clippy, or names one that this clippy lacks.
    pub(crate) fn raises(error: &Diagnostic) -> bool {
        let code = error.code.as_deref().unwrap_or_default();
        code.starts_with("clippy::")
            || matches!(code, "unknown_lints" | "renamed_and_removed_lints") && error.message.contains("`clippy::")
    }
}

/// The lints of a table of name, level and meaning; groups have other words in the second place.
fn names(help: &str) -> BTreeSet<String> {
    let rows = help.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, level) = (words.next()?, words.next()?);
        (name.starts_with("clippy::") && matches!(level, "allow" | "warn" | "deny" | "forbid")).then_some(name)
    });
    rows.map(|name| name.replace('-', "_")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lints_are_known_by_name_and_groups_are_not() {
        let clippy = Arc::new(Clippy::find(&Toolchain::find(None).unwrap()).unwrap());
        assert_eq!(clippy.lint("clippy::map_clone").unwrap().name(), "clippy::map_clone");
        for name in ["map_clone", "clippy::map-clone", "clippy::pedantic", "clippy::no_such_lint", "unused_mut", ""] {
            let error = clippy.lint(name).unwrap_err().to_string();
            assert!(error.contains(&format!("got `{name}`")), "{error}");
        }
    }

    #[test]
    fn a_toolchain_without_clippy_is_told_how_to_get_it() {
        let folder = tempfile::tempdir().unwrap();
        let own = Toolchain::find(None).unwrap();
        let bare =
            Toolchain { sysroot: folder.path().to_owned(), rustc: folder.path().join("rustc"), version: own.version };
        let error = Clippy::find(&bare).unwrap_err().to_string();
        assert!(error.contains("has no clippy-driver") && error.contains("rustup component add clippy"), "{error}");
        let other = Toolchain { version: "rustc 1.0.0\n".to_owned(), ..Toolchain::find(None).unwrap() };
        let error = Clippy::find(&other).unwrap_err().to_string();
        assert!(error.starts_with("expected the clippy-driver of rustc 1.0.0"), "{error}");
    }
}
