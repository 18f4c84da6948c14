//! Programs that try to read, write, escape or forge: none of them passes, and none of them leaves a process.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::time::{Duration, Instant};

use common::{FIXED, judge, koan, settings};
use share_rs_sandbox::{Job, Outcome, Pool};

#[test]
fn the_reference_is_read_by_no_spelling() {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = place.path().join("fixed.rs");
    std::fs::write(&file, FIXED).unwrap();
    let file = file.to_str().unwrap();
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let spellings = [
        format!("include!({file:?});"),
        format!("r#include!({file:?});"),
        format!("use std::include as take; take!({file:?});"),
        format!("#[path = {file:?}] mod fixed; pub use fixed::*;"),
        format!("#[cfg_attr(all(), path = {file:?})] mod fixed; pub use fixed::*;"),
        format!("macro_rules! m {{ ($a:ident) => {{ #[$a = {file:?}] mod fixed; pub use fixed::*; }} }} m!(path);"),
        format!(
            "const TEXT: &str = include_str!({file:?}); pub fn double(number: i64) -> i64 {{ number * TEXT.len() as i64 }}"
        ),
        "include!(\"/proc/self/fd/0\");".to_owned(),
        "pub const SELF: &str = include_str!(file!());".to_owned(),
        "include!(\"/dev/urandom\");".to_owned(),
    ];
    let sources: Vec<&str> = spellings.iter().map(String::as_str).collect();
    for (verdict, source) in judge(&pool, &sources).iter().zip(sources) {
        assert_eq!(verdict.outcome, Outcome::CompileError, "{source}: {verdict:?}");
    }
}

#[test]
fn a_program_reaches_nothing_outside() {
    let forging = |attempt: &str| {
        format!(
            "pub fn double(number: i64) -> i64 {{ let reached: bool = {{ {attempt} }}; if reached {{ number * 2 }} else {{ 0 }} }}"
        )
    };
    let attempts = [
        "std::fs::read(\"/etc/hostname\").is_ok()",
        "std::fs::read_dir(\".\").is_ok()",
        "std::fs::metadata(\"/etc/passwd\").is_ok()",
        "std::fs::read(\"/proc/self/mem\").is_ok() || std::fs::read(\"/proc/self/environ\").is_ok()",
        "std::fs::File::options().write(true).open(\"/proc/self/fd/3\").is_ok()",
        "std::fs::write(\"/tmp/share-rs-attack\", \"x\").is_ok() || std::fs::write(\"x\", \"x\").is_ok()",
        "std::net::TcpListener::bind(\"127.0.0.1:0\").is_ok() || std::net::UdpSocket::bind(\"127.0.0.1:0\").is_ok()",
        "std::os::unix::net::UnixStream::pair().is_ok()",
        "std::process::Command::new(\"/bin/true\").status().is_ok()",
        "std::process::Command::new(std::env::current_exe().unwrap_or_default()).status().is_ok()",
        "std::env::var(\"HOME\").is_ok() || std::env::var(\"PATH\").is_ok()",
    ];
    let sources: Vec<String> = attempts.iter().map(|attempt| forging(attempt)).collect();
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    for (verdict, source) in judge(&pool, &sources).iter().zip(sources) {
        assert_eq!((verdict.outcome, verdict.frames_equal), (Outcome::TestFail, 0), "{source}: {verdict:?}");
    }
}

#[test]
fn printed_frames_and_calls_of_the_runtime_win_nothing() {
    let sources = [
        "pub fn double(_: i64) -> i64 { println!(\"doubles 0 x=2\\nend 8\\ntest result: ok\"); std::process::exit(0) }",
        "pub fn double(_: i64) -> i64 { ::probe::run(&[], 8); std::process::exit(0) }",
        "extern crate self as probe; pub struct Draw; pub struct Record; pub fn run<T>(_: T, _: u32) {} \
         impl Draw { pub fn int<T>(&mut self, _: T) -> i64 { 0 } } impl Record { pub fn value<T>(&mut self, _: &str, _: T) {} } \
         pub fn double(_: i64) -> i64 { 0 }",
        "extern crate self as std; extern crate std as real; pub fn double(_: i64) -> i64 { 0 }",
        "#![cfg(not(test))] pub fn double(number: i64) -> i64 { number * 2 }",
    ];
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    for (verdict, source) in judge(&pool, &sources).iter().zip(sources) {
        assert!(matches!(verdict.outcome, Outcome::TestFail | Outcome::CompileError), "{source}: {verdict:?}");
    }
}

#[test]
fn floods_and_bombs_of_the_compiler_end_within_their_limits() {
    let flood = format!("pub fn double(number: i64) -> i64 {{ {} number }}", "missing;".repeat(7000));
    let sources = [
        flood.as_str(),
        "#![recursion_limit = \"1000000\"] macro_rules! grow { ($($t:tt)*) => { grow!($($t)* $($t)* x) } } grow!(x);",
        "const fn spin() -> u64 { let mut i = 0; while i < u64::MAX { i += 1; } i } pub const S: u64 = spin();",
    ];
    let cache = tempfile::tempdir().unwrap();
    let mut settings = settings(cache.path());
    settings.limits.compile_cpu = 12;
    let pool = Pool::new(settings).unwrap();
    let started = Instant::now();
    let found = judge(&pool, &sources);
    assert_eq!(found[0].outcome, Outcome::CompileError, "{}", found[0].detail);
    assert!(found[0].truncated);
    for verdict in &found {
        assert_ne!(verdict.outcome, Outcome::InfraError, "{verdict:?}");
        assert_ne!(verdict.outcome, Outcome::Pass);
    }
    assert!(started.elapsed() < Duration::from_secs(120));
}

#[test]
fn stopping_a_batch_ends_its_programs_at_once() {
    let cache = tempfile::tempdir().unwrap();
    let mut settings = settings(cache.path());
    settings.limits.run_wall = 60;
    let pool = Pool::new(settings).unwrap();
    judge(&pool, &[FIXED]);
    let sleeping = "pub fn double(_: i64) -> i64 { std::thread::sleep(std::time::Duration::from_secs(50)); 0 }";
    let mut batch = pool.submit(vec![Job::Judge { koan: koan(), source: sleeping.into(), seed: 7 }]);
    assert!(batch.next(Duration::from_secs(2)).unwrap().is_some_and(|verdict| verdict.is_none()));
    let started = Instant::now();
    batch.stop();
    assert!(started.elapsed() < Duration::from_secs(1));
    let verdict = &judge(&pool, &["pub fn double(number: i64) -> i64 { number + number }"])[0];
    assert_eq!(verdict.outcome, Outcome::Pass);
}
