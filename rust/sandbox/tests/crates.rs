//! Crates through cargo in the jail: small ones made here, without dependencies, so that no registry is asked.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::settings;
use share_rs_sandbox::crates::{Crate, CrateLimits, CrateSettings, CrateVerdict, Patch, Step};
use share_rs_sandbox::{Outcome, SandboxError};
use tempfile::TempDir;

const MANIFEST: &str =
    "[package]\nname = \"sums\"\nversion = \"0.1.0\"\nedition = \"2021\"\nlicense = \"MIT OR Apache-2.0\"\n";
const LIB: &str = "mod inner;\npub fn double(number: i64) -> i64 {\n    inner::add(number, number)\n}\n\n#[cfg(windows)]\nmod windows;\n\n\
                   #[cfg(test)]\nmod tests {\n    #[test]\n    fn doubles() {\n        assert_eq!(super::double(2), 4);\n    }\n}\n";
const INNER: &str = "pub fn add(one: i64, other: i64) -> i64 {\n    one + other\n}\n";

fn sums() -> TempDir {
    made(&[("Cargo.toml", MANIFEST), ("src/lib.rs", LIB), ("src/inner.rs", INNER), ("src/windows.rs", "fn x() {}\n")])
}

fn made(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = root.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    root
}

fn open(folder: &Path, limits: CrateLimits) -> Result<Crate, SandboxError> {
    open_with(folder, crate_settings(limits))
}

fn crate_settings(limits: CrateLimits) -> CrateSettings {
    CrateSettings {
        command: settings(Path::new("/nonexistent")).command,
        workers: 1,
        rustc: None,
        hidden: Vec::new(),
        package: None,
        features: Vec::new(),
        offline: true,
        limits,
    }
}

fn open_with(folder: &Path, settings: CrateSettings) -> Result<Crate, SandboxError> {
    let mut opening = Crate::open(folder.to_owned(), settings);
    loop {
        if let Some(opened) = opening.next(Duration::from_millis(50))? {
            return Ok(opened);
        }
    }
}

fn run(sums: &Crate, patches: &[&[(&str, &str)]], step: Step) -> Vec<CrateVerdict> {
    let patch = |files: &&[(&str, &str)]| Patch {
        files: files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect(),
    };
    let mut batch = sums.submit(patches.iter().map(patch).collect(), step);
    let mut found = vec![None; patches.len()];
    while let Some(verdict) = batch.next(Duration::from_millis(50)).unwrap() {
        if let Some((index, verdict)) = verdict {
            found[index] = Some(verdict);
        }
    }
    found.into_iter().map(Option::unwrap).collect()
}

fn refusal(files: &[(&str, &str)], limits: CrateLimits) -> String {
    open(made(files).path(), limits).unwrap_err().to_string()
}

/// Every file below a folder with its text.
fn tree(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push((path.clone(), fs::read(&path).unwrap())) }
        }
    }
    found.sort();
    found
}

#[test]
fn candidates_are_checked_and_tested_and_the_original_stays_as_it_is() {
    let root = sums();
    let before = tree(root.path());
    let sums = open(root.path(), CrateLimits::default()).unwrap();
    assert_eq!(sums.about().licence.as_deref(), Some("MIT OR Apache-2.0"));
    assert_eq!((sums.about().edition.as_str(), sums.about().locked_here), ("2021", true));
    assert_eq!(sums.about().sources, ["src/inner.rs", "src/lib.rs"]);
    let wrong = [("src/inner.rs", "pub fn add(one: i64, other: i64) -> i64 {\n    one - other\n}\n")];
    let broken = [("src/inner.rs", "pub fn add(one: i64, other: i64) -> i64 {\n    one + \"2\"\n}\n")];
    let exits = [(
        "src/lib.rs",
        "mod inner;\npub fn double(number: i64) -> i64 {\n    std::process::exit(0)\n}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn doubles() {\n        assert_eq!(super::double(2), 4);\n    }\n}\n",
    )];
    let patches: [&[(&str, &str)]; 5] = [&[], &wrong, &broken, &exits, &[]];
    let outcomes =
        |step| -> Vec<Outcome> { run(&sums, &patches, step).iter().map(|verdict| verdict.outcome).collect() };
    let checked = [Outcome::Compiles, Outcome::Compiles, Outcome::CompileError, Outcome::Compiles, Outcome::Compiles];
    assert_eq!(outcomes(Step::Lib), checked);
    assert_eq!(outcomes(Step::Check), checked);
    let tested = run(&sums, &patches, Step::Test);
    let found: Vec<Outcome> = tested.iter().map(|verdict| verdict.outcome).collect();
    assert_eq!(
        found,
        [Outcome::Pass, Outcome::TestFail, Outcome::CompileError, Outcome::TestFail, Outcome::Pass],
        "{tested:?}"
    );
    assert_eq!(tested[0].passed_tests, ["lib tests::doubles"]);
    assert_eq!(tested[1].failed_tests, ["lib tests::doubles"]);
    let span = &tested[2].diagnostics[0].spans[0];
    assert_eq!((span.file.as_deref(), span.line_start), (Some("src/inner.rs"), 2));
    assert_eq!(tested[2].diagnostics, run(&sums, &[&broken], Step::Lib)[0].diagnostics);
    drop(sums);
    assert_eq!(before, tree(root.path()));
}

#[test]
fn a_build_script_reaches_nothing_outside_and_no_other_candidate() {
    let outside = tempfile::tempdir().unwrap();
    let victim = outside.path().join("victim");
    fs::write(&victim, "whole").unwrap();
    let script = "fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n";
    let root = made(&[
        ("Cargo.toml", MANIFEST),
        ("build.rs", script),
        ("src/lib.rs", "pub fn one() -> i64 { 1 }\n#[test]\nfn is_one() { assert_eq!(one(), 1); }\n"),
    ]);
    let opened = open(root.path(), CrateLimits::default()).unwrap();
    let hostile = format!(
        "use std::{{fs, process::Command, os::unix::fs::PermissionsExt}};\nfn main() {{\n    let victim = {victim:?};\n    \
         let tried = [fs::write(victim, \"x\").is_ok(), fs::read(victim).is_ok(), fs::remove_file(victim).is_ok(),\n    \
         fs::set_permissions(victim, fs::Permissions::from_mode(0o777)).is_ok() && false,\n    \
         std::net::UdpSocket::bind(\"127.0.0.1:0\").is_ok(), fs::read(\"/etc/passwd\").is_ok(),\n    \
         fs::read_dir(std::env::var(\"CARGO_MANIFEST_DIR\").unwrap() + \"/../primed\").is_ok()];\n    \
         Command::new(\"chmod\").args([\"777\", victim]).status().unwrap();\n    \
         Command::new(\"sh\").args([\"-c\", \"sleep 600 >/dev/null 2>&1 &\"]).spawn().unwrap();\n    \
         fs::write(\"src/lib.rs\", \"pub fn one() -> i64 {{ 1 }}\").unwrap();\n    \
         let target = std::env::var(\"OUT_DIR\").unwrap() + \"/../../../../poison\";\n    fs::write(target, \"x\").unwrap();\n    \
         assert_eq!(tried, [false; 7]);\n}}\n"
    );
    let wrong = [("src/lib.rs", "pub fn one() -> i64 { 2 }\n#[test]\nfn is_one() { assert_eq!(one(), 1); }\n")];
    let found = run(&opened, &[&[("build.rs", &hostile)], &wrong, &[]], Step::Test);
    let outcomes: Vec<Outcome> = found.iter().map(|verdict| verdict.outcome).collect();
    // The first has rewritten its own tests away: they are gone, which is no pass.
    assert_eq!(outcomes, [Outcome::TestFail, Outcome::TestFail, Outcome::Pass], "{found:?}");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "whole");
    assert_eq!(victim.metadata().unwrap().permissions().mode() & 0o777, 0o644);
}

#[test]
fn a_crate_that_cannot_be_used_gets_a_sentence_each() {
    let lib = ("src/lib.rs", "");
    let limits = CrateLimits::default();
    let with = |more: &str| format!("{MANIFEST}{more}");
    for (files, words) in [
        (&[("README.md", "")][..], "expected a folder with a Cargo.toml"),
        (
            &[("Cargo.toml", MANIFEST), ("src/lib.rs", "pub fn one() -> i64 { \"1\" }")],
            "does not build: `mismatched types` at src/lib.rs:1",
        ),
        (&[("Cargo.toml", MANIFEST), ("src/main.rs", "fn main() {}")], "has no lib target"),
        (&[("Cargo.toml", MANIFEST), ("src/lib.rs", "#![feature(rustc_attrs)]")], "needs a nightly toolchain"),
        (
            &[("Cargo.toml", &with("[dependencies]\nother = { path = \"../other\" }\n")), lib],
            "path dependency outside of its workspace root (other)",
        ),
        (
            &[("Cargo.toml", MANIFEST), lib, (".cargo/config.toml", "[build]\nrustc-wrapper = \"x\"\n")],
            "`build.rustc-wrapper`",
        ),
        (&[("Cargo.toml", MANIFEST), lib, ("Cargo.lock", "version = 4\n")], "the lock file is out of date"),
        (&[("Cargo.toml", "[package]\nname = 1\n"), lib], "cargo refuses the crate"),
        (
            &[
                ("Cargo.toml", MANIFEST),
                lib,
                ("build.rs", "fn main() { std::net::TcpStream::connect(\"1.1.1.1:80\").unwrap(); }"),
            ],
            "the build script of sums fails in the jail",
        ),
        (
            &[
                ("Cargo.toml", MANIFEST),
                lib,
                ("build.rs", "fn main() { std::fs::write(\"/tmp/outside-of-the-copy\", \"x\").unwrap(); }"),
            ],
            "the build script of sums fails in the jail",
        ),
    ] {
        let error = refusal(files, limits.clone());
        assert!(error.contains(words) && !error.contains("share-rs-") && !error.contains('\n'), "{words}: {error}");
    }
}

#[test]
fn a_build_script_that_loops_forks_or_fills_the_disk_is_ended() {
    let script = |body: &str| format!("fn main() {{ {body} }}");
    let limits = CrateLimits { build_wall: 4, processes: 24, disk: 64, ..CrateLimits::default() };
    for (body, words) in [
        ("loop {}", "is not built within 4 s"),
        (
            "loop { std::process::Command::new(\"sleep\").arg(\"50\").spawn().unwrap(); }",
            "starts more than 24 processes",
        ),
        ("for n in 0.. { std::fs::write(format!(\"{n}\"), vec![1; 1 << 20]).unwrap(); }", "writes more than 64 MiB"),
    ] {
        let error =
            refusal(&[("Cargo.toml", MANIFEST), ("src/lib.rs", ""), ("build.rs", &script(body))], limits.clone());
        assert!(error.contains(words), "{words}: {error}");
    }
}

#[test]
fn tests_say_what_they_run_and_other_workers_build_the_copys_own_packages_again() {
    const LIB: &str = "pub fn one() -> i64 {\n    mark(3);\n    1\n}\npub fn two() -> i64 {\n    mark(5);\n    2\n}\nfn mark(number: u32) {\n    \
        use std::io::Write;\n    let name = std::thread::current().name().unwrap_or_default().to_owned();\n    \
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/.share-rs-marks\")).unwrap();\n    \
        writeln!(file, \"{number} {name}\").unwrap();\n}\n#[test]\nfn is_one() {\n    assert_eq!(one(), 1);\n}\n#[test]\nfn fails() {\n    assert_eq!(two(), 1);\n}\n";
    const TEST: &str = "#[test]\nfn reads_its_own_copy() {\n    assert!(std::fs::read(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/lib.rs\")).is_ok());\n}\n";
    let root = made(&[("Cargo.toml", MANIFEST), ("src/lib.rs", LIB), ("tests/copy.rs", TEST)]);
    let settings = CrateSettings { workers: 2, ..crate_settings(CrateLimits::default()) };
    let opened = open_with(root.path(), settings).unwrap();
    let found = run(&opened, &[&[], &[], &[], &[]], Step::Cover);
    for verdict in &found {
        assert_eq!(verdict.outcome, Outcome::Pass, "{verdict:?}");
        assert_eq!(verdict.passed_tests, ["lib is_one", "test copy reads_its_own_copy"]);
        assert_eq!(verdict.marks, [(3, "lib is_one".to_owned())]);
    }
}

#[test]
fn lints_are_found_in_the_library_whatever_its_own_levels_are() {
    const SLOW: &str = "#![forbid(clippy::all)]\nmod inner;\npub fn first(of: &[i64]) -> Option<i64> {\n    of.first().map(|one| *one)\n}\n\
                        pub fn sum() -> i64 {\n    return inner::add(1, 2);\n}\n";
    let root = sums();
    let sums = open(root.path(), CrateLimits::default()).unwrap();
    let files = |lib: &str| Patch { files: vec![("src/lib.rs".to_owned(), lib.as_bytes().to_vec())] };
    let lints = ["clippy::map_clone".to_owned(), "clippy::manual_filter".to_owned()];
    let patches = vec![files(SLOW), files(LIB), files("pub fn first() -> i64 { true }")];
    let mut batch = sums.lint(patches, &lints).unwrap();
    let mut found = vec![None; 3];
    while let Some(verdict) = batch.next(Duration::from_millis(50)).unwrap() {
        if let Some((index, verdict)) = verdict {
            found[index] = Some(verdict);
        }
    }
    let found: Vec<CrateVerdict> = found.into_iter().map(Option::unwrap).collect();
    let outcomes: Vec<Outcome> = found.iter().map(|verdict| verdict.outcome).collect();
    assert_eq!(outcomes, [Outcome::Compiles, Outcome::Compiles, Outcome::CompileError], "{found:?}");
    let told: Vec<_> = found[0].diagnostics.iter().map(|one| (one.code.as_deref(), one.spans[0].line_start)).collect();
    assert_eq!(told, [(Some("clippy::map_clone"), 4)]);
    assert_eq!(found[0].diagnostics[0].spans[0].file.as_deref(), Some("src/lib.rs"));
    assert_eq!((found[1].diagnostics.len(), found[2].codes.as_slice()), (0, &["E0308".to_owned()][..]));
    assert!(sums.lint(Vec::new(), &["clippy::all".to_owned()]).unwrap_err().to_string().contains("got `clippy::all`"));
    assert!(sums.lint(Vec::new(), &[]).unwrap_err().to_string().contains("expected the full name"));
}
