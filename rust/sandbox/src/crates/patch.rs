//! A candidate: files of the workspace and what stands in them instead.

use std::path::{Component, Path};

use super::verdict::Step;

/// Files, relative to the workspace root, and their new contents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// Sorted by name; a file that is not there is added.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Patch {
    /// Why this is not tried at all.
    pub(super) fn refused(&self, step: Step) -> Option<String> {
        self.files.iter().find_map(|(name, _)| {
            let path = Path::new(name);
            let plain = !name.is_empty()
                && !name.contains('\0')
                && !name.ends_with('/')
                && path.components().all(|part| matches!(part, Component::Normal(_)));
            if !plain {
                return Some(format!("expected a path below the workspace root, got `{name}`"));
            }
            if path.components().any(|part| part.as_os_str() == ".cargo") || path.ends_with("Cargo.lock") {
                return Some(format!("`{name}` cannot be replaced: it decides which programs and versions cargo uses"));
            }
            let beyond = path.extension().is_none_or(|end| end != "rs") || path.ends_with("build.rs");
            (matches!(step, Step::Lib | Step::Lint) && beyond)
                .then(|| format!("`{name}` is not seen by rustc alone: use the step `check` to replace it"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_elsewhere_and_those_that_choose_programs_are_refused() {
        let refused = |name: &str, step| Patch { files: vec![(name.to_owned(), Vec::new())] }.refused(step);
        for name in [
            "",
            "/etc/passwd",
            "../x.rs",
            "a/../../x.rs",
            "a/",
            "./x.rs",
            ".cargo/config.toml",
            "a/.cargo/x",
            "Cargo.lock",
            "a\0.rs",
        ] {
            assert!(refused(name, Step::Test).is_some(), "{name}");
        }
        assert_eq!(refused("src/lib.rs", Step::Lib), None);
        assert_eq!(refused("Cargo.toml", Step::Check), None);
        assert!(refused("Cargo.toml", Step::Lib).is_some());
        assert!(refused("build.rs", Step::Lib).is_some());
    }
}
