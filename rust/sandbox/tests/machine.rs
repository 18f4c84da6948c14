//! What is the machine's doing, what is the candidate's, and what of the machine a candidate gets to see.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{FIXED, judge, koan, settings, verdicts};
use share_rs_sandbox::{Job, KoanInput, Outcome, Pool, Verdict};

fn with_foreign_code(sources: &[&str]) -> Vec<Verdict> {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let koan = Arc::new(KoanInput { allow_unsafe: true, ..(*koan()).clone() });
    let job = |source: &&str| Job::Judge { koan: koan.clone(), source: source.as_bytes().to_vec(), seed: 7 };
    verdicts(&pool, sources.iter().map(job).collect())
}

#[test]
fn a_candidate_cannot_have_its_failure_taken_for_the_machines() {
    let found = with_foreign_code(&[
        "#[link(name = \"No space left on device\")] unsafe extern \"C\" {} pub fn double(number: i64) -> i64 { number * 2 }",
        "#[link(name = \"Input/output error\")] unsafe extern \"C\" {} pub fn double(number: i64) -> i64 { number * 2 }",
        "unsafe extern \"C\" { safe fn raise(signal: i32) -> i32; } pub fn double(_: i64) -> i64 { i64::from(raise(9)) }",
    ]);
    for verdict in &found {
        assert_ne!(verdict.outcome, Outcome::InfraError, "{verdict:?}");
        assert_ne!(verdict.outcome, Outcome::Pass, "{verdict:?}");
    }
    assert_eq!(found[2].outcome, Outcome::RuntimeSignal);
}

#[test]
fn errors_name_no_folder_of_this_machine() {
    let sources = [
        "compile_error!(env!(\"TMPDIR\"));",
        "unsafe extern \"C\" { fn far_away() -> i64; } pub fn double(_: i64) -> i64 { unsafe { far_away() } }",
    ];
    let first = with_foreign_code(&sources);
    let second = with_foreign_code(&sources);
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first.outcome, Outcome::CompileError);
        assert_eq!(first.diagnostics, second.diagnostics);
        let said = serde_json::to_string(&first.diagnostics).unwrap();
        assert!(!said.contains("share-rs-") && !said.contains("/lib"), "{said}");
    }
    assert_eq!(first[1].diagnostics[0].message, "linking failed");
    assert!(serde_json::to_string(&first[1].diagnostics).unwrap().contains("far_away"));
}

#[test]
fn a_compiler_that_reads_its_own_pipes_is_ended_soon() {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let started = Instant::now();
    let source = format!("{FIXED}const X: &[u8] = include_bytes!(\"/proc/self/fd/1\");");
    let verdict = &judge(&pool, &[&source])[0];
    assert_eq!(verdict.outcome, Outcome::CompileTimeout, "{verdict:?}");
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[test]
fn a_runtime_that_the_disk_damaged_is_built_again() {
    let cache = tempfile::tempdir().unwrap();
    drop(Pool::new(settings(cache.path())).unwrap());
    let folder = std::fs::read_dir(cache.path().join("runtime")).unwrap().next().unwrap().unwrap().path();
    let library = folder.join("libprobe.rlib");
    let whole = std::fs::read(&library).unwrap();
    for bit in [0, whole.len() * 4, whole.len() * 8 - 1] {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&library, damaged).unwrap();
        let pool = Pool::new(settings(cache.path())).unwrap();
        assert_eq!(judge(&pool, &[&format!("{FIXED}// {bit}\n")])[0].outcome, Outcome::Pass);
        assert!(std::fs::read(&library).unwrap().starts_with(b"!<arch>"));
    }
}

#[test]
fn a_relative_cache_is_below_the_folder_of_the_start() {
    let here = std::env::current_dir().unwrap();
    let cache = tempfile::tempdir_in(&here).unwrap();
    let relative = cache.path().strip_prefix(&here).unwrap();
    let pool = Pool::new(settings(relative)).unwrap();
    assert_eq!(judge(&pool, &[FIXED])[0].outcome, Outcome::Pass);
    assert!(cache.path().join("verdicts").is_dir());
}
