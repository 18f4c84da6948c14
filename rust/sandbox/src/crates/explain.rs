//! One sentence for what cargo says when a crate cannot be used.

use std::path::Path;

use crate::SandboxError;

/// Why cargo failed on the crate whose copy lies in `root`.
pub(super) fn explain(said: &str, root: &Path) -> SandboxError {
    let has = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
    if has(&[
        "because --locked was passed",
        "because --frozen was passed",
        "lock file needs to be updated",
        "cannot update the lock file",
    ]) {
        return SandboxError::Crate(
            "the lock file is out of date: run `cargo update --workspace` in the crate, so that Cargo.lock fits Cargo.toml".to_owned(),
        );
    }
    if has(&["failed to read `", "unable to update /"])
        && has(&["No such file", "unable to update /", "as a dependency of"])
        && let Some(path) = outside(said, root)
    {
        return path_outside(&path);
    }
    if has(&[
        "is required to use",
        "requires a nightly",
        "`cargo-features` cannot be used",
        "cargo features that require",
        "only accepted on the nightly",
    ]) || said.contains("requires the `") && said.contains("nightly")
        || said.contains("feature `") && said.contains("is required")
    {
        return SandboxError::Crate(format!(
            "the crate needs a nightly toolchain: cargo says `{}`; name a nightly rustc with SHARE_RS_RUSTC",
            first(said, root)
        ));
    }
    SandboxError::Crate(format!("cargo refuses the crate: `{}`; see that `cargo fetch` works in it", first(said, root)))
}

/// Of a path dependency that no copy can hold.
pub(super) fn path_outside(path: &Path) -> SandboxError {
    SandboxError::Crate(format!(
        "the crate has a path dependency outside of its workspace root ({}), which the copy cannot hold: make both members of one \
         workspace, or depend on a registry or git",
        path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
    ))
}

/// The path that is named last and does not lie below `root`.
fn outside(said: &str, root: &Path) -> Option<std::path::PathBuf> {
    let named = said.split('`').filter(|text| text.starts_with('/'));
    let folders = said.lines().filter_map(|line| line.trim().strip_prefix("unable to update "));
    named.chain(folders).map(Path::new).rfind(|path| !path.starts_with(root)).map(|path| {
        if path.ends_with("Cargo.toml") { path.parent().unwrap_or(path).to_owned() } else { path.to_owned() }
    })
}

/// The first thing that cargo says, and its last cause, without where the copy lies.
pub(super) fn first(said: &str, root: &Path) -> String {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let first =
        lines.clone().find_map(|line| line.strip_prefix("error: ")).or_else(|| lines.next()).unwrap_or("nothing");
    let cause = said
        .rsplit_once("Caused by:\n")
        .and_then(|(_, cause)| cause.lines().map(str::trim).find(|line| !line.is_empty()));
    let text = cause.map_or_else(|| first.to_owned(), |cause| format!("{first}: {cause}"));
    text.replace(&*root.to_string_lossy(), ".").replace('`', "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_its_sentence() {
        let root = Path::new("/w/copy");
        for (said, words) in [
            (
                "error: cannot update the lock file /w/copy/Cargo.lock because --locked was passed to prevent this",
                "out of date",
            ),
            (
                "error: failed to get `x` as a dependency of package `a v0.1.0 (/w/copy)`\n\nCaused by:\n  failed to load source for dependency `x`\n\nCaused by:\n  unable to update /w/nowhere\n\nCaused by:\n  failed to read `/w/nowhere/Cargo.toml`\n\nCaused by:\n  No such file or directory (os error 2)",
                "path dependency outside of its workspace root (nowhere)",
            ),
            (
                "error: failed to parse manifest at `/w/copy/Cargo.toml`\n\nCaused by:\n  the cargo feature `x` requires a nightly version of Cargo",
                "needs a nightly",
            ),
            ("error: something else at /w/copy/src", "something else at ./src"),
        ] {
            let error = explain(said, root).to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
