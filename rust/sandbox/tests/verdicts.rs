//! What real programs get from a real rustc in a real jail.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{FIXED, judge, koan, settings, verdicts};
use share_rs_sandbox::{Job, Outcome, Pool};

fn outcomes(sources: &[&str]) -> Vec<Outcome> {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let verdicts = judge(&pool, sources);
    for verdict in &verdicts {
        assert!(!format!("{verdict:?}").contains("secretlabel"), "a byte of the probes in {verdict:?}");
    }
    verdicts.into_iter().map(|verdict| verdict.outcome).collect()
}

#[test]
fn a_repair_passes_in_whatever_clothes_cargo_test_would_accept() {
    let dressed = [
        FIXED.to_owned(),
        format!("//! A crate.\n#![allow(dead_code)]\n{FIXED}"),
        format!("\u{feff}{FIXED}"),
        format!("{FIXED}fn main() {{ println!(\"{{}}\", double(2)); }}"),
        format!("{FIXED}#[cfg(test)]\nmod tests {{ use super::*; #[test] fn two() {{ assert_eq!(double(1), 2); }} }}"),
        "pub fn double(number: i64) -> i64 { print!(\"no newline\"); eprint!(\"nor here\"); crate::two() * number }\nfn two() -> i64 { 2 }".to_owned(),
        "pub fn double(number: i64) -> i64 { std::thread::spawn(move || number * 2).join().unwrap() }".to_owned(),
    ];
    let sources: Vec<&str> = dressed.iter().map(String::as_str).collect();
    assert_eq!(outcomes(&sources), vec![Outcome::Pass; sources.len()]);
}

#[test]
fn every_way_to_fail_has_its_own_outcome() {
    let cases: &[(Outcome, &str)] = &[
        (Outcome::TestFail, "pub fn double(number: i64) -> i64 { number }"),
        (Outcome::TestFail, "pub fn double(_: i64) -> i64 { std::process::exit(0) }"),
        (Outcome::Panic, "pub fn double(_: i64) -> i64 { panic!() }"),
        (Outcome::RuntimeSignal, "pub fn double(_: i64) -> i64 { std::process::abort() }"),
        (
            Outcome::RuntimeSignal,
            "#[allow(unconditional_recursion)] pub fn double(number: i64) -> i64 { 1 + double(std::hint::black_box(number)) }",
        ),
        (Outcome::RuntimeTimeout, "pub fn double(_: i64) -> i64 { loop { std::hint::black_box(0); } }"),
        (
            Outcome::RuntimeTimeout,
            "pub fn double(_: i64) -> i64 { std::thread::sleep(std::time::Duration::from_secs(60)); 0 }",
        ),
        (
            Outcome::RuntimeOom,
            "pub fn double(number: i64) -> i64 { let mut all = Vec::new(); loop { all.push(vec![number; 1 << 20]); } }",
        ),
        (
            Outcome::OutputLimit,
            "use std::io::Write; pub fn double(_: i64) -> i64 { loop { let _ = std::io::stderr().write_all(&[b'x'; 4096]); } }",
        ),
        (Outcome::OutputLimit, "pub fn double(number: i64) -> i64 { loop { println!(\"{number}\"); } }"),
        (Outcome::OutputLimit, "pub fn double(number: i64) -> i64 { loop { dbg!(number); } }"),
        (Outcome::CompileError, "pub fn double(number: i64) -> i64 { \"two\" }"),
        (Outcome::CompileError, ""),
        (Outcome::CompileError, "#![no_main]\npub fn double(number: i64) -> i64 { number * 2 }"),
        (
            Outcome::PolicyReject,
            "#[link(name = \"z\")] unsafe extern \"C\" {} pub fn double(number: i64) -> i64 { number * 2 }",
        ),
        (
            Outcome::TestFail,
            "pub fn double(number: i64) -> i64 { number * 2 } #[test] fn wrong() { assert_eq!(double(1), 3); }",
        ),
    ];
    let sources: Vec<&str> = cases.iter().map(|case| case.1).collect();
    let found = outcomes(&sources);
    for (case, found) in cases.iter().zip(found) {
        assert_eq!(case.0, found, "{}", case.1);
    }
}

#[test]
fn a_program_whose_file_is_too_large_is_too_much_for_the_compiler_and_no_crash() {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let large = "pub static BIG: [u8; 200 << 20] = [1; 200 << 20]; pub fn double(number: i64) -> i64 { number * 2 }";
    let [found] = judge(&pool, &[large]).try_into().unwrap();
    assert_eq!((found.outcome, found.detail.as_str()), (Outcome::CompileOom, "rustc wrote a file of more than 64 MiB"));
}

#[test]
fn statics_that_leave_no_room_for_the_program_or_for_its_libraries_are_too_much_memory() {
    let cache = tempfile::tempdir().unwrap();
    let mut settings = settings(cache.path());
    settings.limits.run_memory = 100;
    let pool = Pool::new(settings).unwrap();
    let with_static = |mib: usize| {
        format!(
            "use std::sync::Mutex; static MUCH: Mutex<[u8; {mib} << 20]> = Mutex::new([0; {mib} << 20]);
            pub fn double(number: i64) -> i64 {{ MUCH.lock().unwrap()[0] = 1; number * 2 }}"
        )
    };
    let found = judge(&pool, &[&with_static(120), &with_static(98), &with_static(20)]);
    let outcomes: Vec<Outcome> = found.iter().map(|verdict| verdict.outcome).collect();
    assert_eq!(outcomes, [Outcome::RuntimeOom, Outcome::RuntimeOom, Outcome::Pass]);
}

#[test]
fn nothing_of_the_harness_is_swallowed_or_shown() {
    let swallowing = [
        format!("{FIXED}/*"),
        format!("{FIXED}#[cfg(any())]"),
        format!("{FIXED}#[allow(dead_code)]"),
        format!("{FIXED}pub"),
        format!("{FIXED}/// about what follows"),
        format!("{FIXED}macro_rules! eat {{ ($($all:tt)*) => {{}} }} eat! {{"),
        "pub fn double(number: &str) -> i64 { 0 }".to_owned(),
        "fn other() {}".to_owned(),
        format!("{FIXED}mod share_rs_harness {{}}"),
    ];
    let sources: Vec<&str> = swallowing.iter().map(String::as_str).collect();
    assert_eq!(outcomes(&sources)[..8], vec![Outcome::CompileError; 8]);
}

#[test]
fn bytes_that_are_no_program_get_a_verdict() {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let job = |source: Vec<u8>| Job::Judge { koan: koan(), source, seed: 7 };
    let deep = "(".repeat(30_000).into_bytes();
    let found = verdicts(
        &pool,
        vec![job(b"fn f() {}\xff".to_vec()), job(vec![b'x'; 10 << 20]), job(b"\0\0".to_vec()), job(deep)],
    );
    assert_eq!(found[0].outcome, Outcome::CompileError);
    assert_eq!(found[1].outcome, Outcome::PolicyReject);
    assert_eq!(found[2].outcome, Outcome::CompileError);
    assert!(matches!(found[3].outcome, Outcome::CompilerCrash | Outcome::CompileError), "{:?}", found[3]);
}

#[test]
fn equal_candidates_are_done_once_and_come_from_the_cache_in_another_pool() {
    let cache = tempfile::tempdir().unwrap();
    let first = judge(&Pool::new(settings(cache.path())).unwrap(), &[FIXED, FIXED, "fn f("]);
    assert_eq!(first[0], first[1]);
    assert!(first.iter().all(|verdict| !verdict.cached));
    let second = judge(&Pool::new(settings(cache.path())).unwrap(), &[FIXED, "fn f("]);
    assert!(second.iter().all(|verdict| verdict.cached));
    assert_eq!(second[0].outcome, Outcome::Pass);
    assert_eq!(second[1].diagnostics, first[2].diagnostics);
}

#[test]
fn a_trusted_program_runs_without_a_jail_and_the_verdict_says_so() {
    let cache = tempfile::tempdir().unwrap();
    let mut settings = settings(cache.path());
    settings.trusted = true;
    let verdict = &judge(&Pool::new(settings).unwrap(), &[FIXED])[0];
    assert_eq!((verdict.outcome, verdict.jail.as_str()), (Outcome::Pass, "trusted"));
}
