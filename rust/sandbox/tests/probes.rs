//! What candidates try on the probes: to bend their inputs, to stand in for their runtime, to read them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::path::PathBuf;
use std::sync::Arc;

use common::{settings, verdicts};
use share_rs_koan::koan::Koan;
use share_rs_sandbox::{Job, KoanInput, Outcome, Pool, Verdict};

const FIXED: &str = "/// The number at the start of a line.
pub fn quantity(line: &str) -> u32 {
    line.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or(1)
}
";
const WRONG: &str = "pub fn quantity(line: &str) -> u32 {
    line.split_whitespace().last().and_then(|last| last.parse().ok()).unwrap_or(1)
}
";
const PROBES: &str = "use crate::quantity;
use probe::{Draw, Record};

struct Secretive(u32);

pub fn secretlabel(draw: &mut Draw, record: &mut Record) {
    let number: u32 = draw.int(2..90);
    let lines: Vec<String> = vec![format!(\"{} {}\", number, draw.word())];
    let found = Secretive(quantity(&lines[0]));
    record.value(\"secretlabel\", &found.0);
}

pub fn other(draw: &mut Draw, record: &mut Record) {
    let mut words = draw.words(2..4);
    words.pop();
    record.value(\"other\", &quantity(&words.concat()));
}
";

fn koan() -> Arc<KoanInput> {
    let koan = Koan {
        id: "xx_002".to_owned(),
        family: "xx".to_owned(),
        title: String::new(),
        pattern: String::new(),
        codes: Vec::new(),
        edition: "2024".to_owned(),
        rounds: 4,
        allow_unsafe: false,
        externs: Vec::new(),
        broken: String::new(),
        fixed: FIXED.to_owned(),
        probes: PROBES.to_owned(),
        repairs: Vec::new(),
        path: PathBuf::new(),
    };
    Arc::new(KoanInput {
        id: koan.id.clone(),
        content_hash: koan.content_hash(),
        harness: koan.harness().unwrap(),
        fixed: koan.fixed.clone(),
        edition: koan.edition.clone(),
        allow_unsafe: false,
        externs: Vec::new(),
        signatures: vec!["pub fn quantity(line: &str) -> u32".to_owned()],
    })
}

/// The verdicts; nothing of the probes is in any of them.
fn judged(sources: &[String]) -> Vec<Verdict> {
    let cache = tempfile::tempdir().unwrap();
    let mut settings = settings(cache.path());
    settings.limits.compile_cpu = 5;
    settings.limits.compile_memory = 800;
    let pool = Pool::new(settings).unwrap();
    let koan = koan();
    let job = |source: &String| Job::Judge { koan: koan.clone(), source: source.as_bytes().to_vec(), seed: 3 };
    let found = verdicts(&pool, sources.iter().map(job).collect());
    for (verdict, source) in found.iter().zip(sources) {
        let said = serde_json::to_string(verdict).unwrap();
        for secret in ["secretlabel", "Secretive", "share_rs_", "Draw"] {
            assert!(source.contains(secret) || !said.contains(secret), "{secret} is told by {source}: {said}");
        }
    }
    found
}

#[test]
fn macros_of_the_candidate_do_not_reach_the_probes() {
    let bent = [
        "macro_rules! format { (\"{} {}\", $n:expr, $w:expr) => {{ let n = $n; let w = $w; ::std::format!(\"{w} {n}\") }}; }",
        "macro_rules! vec { ($line:expr) => {{ let line: String = $line; let (n, w) = line.split_once(' ').unwrap(); \
         ::std::vec![::std::format!(\"{w} {n}\")] }}; }",
    ];
    let wrong: Vec<String> = bent.iter().map(|bent| format!("{bent}\n{WRONG}")).collect();
    assert!(judged(&wrong).iter().all(|verdict| verdict.outcome == Outcome::TestFail), "{:?}", judged(&wrong));
    let right: Vec<String> = bent.iter().map(|bent| format!("{bent}\n{FIXED}")).collect();
    assert!(judged(&right).iter().all(|verdict| verdict.outcome == Outcome::Pass), "{:?}", judged(&right));
}

#[test]
fn a_crate_that_calls_itself_std_or_probe_changes_nothing_for_the_probes() {
    let bend = "#[macro_export] macro_rules! format { (\"{} {}\", $n:expr, $w:expr) => {{ let n = $n; let w = $w; real::format!(\"{w} {n}\") }}; }";
    let heads = [
        format!("#![no_std]\nextern crate std as real;\nextern crate self as std;\n{bend}\n"),
        format!("extern crate self as std;\nextern crate std as real;\n{bend}\n"),
        "extern crate self as probe;\npub struct Draw;\npub struct Record;\npub fn run<T>(_: T, _: u32) {}\n"
            .to_owned(),
        "mod probe { pub struct Draw; }\nmod std {}\n".to_owned(),
    ];
    let wrong: Vec<String> = heads.iter().map(|head| format!("{head}{WRONG}")).collect();
    for (verdict, source) in judged(&wrong).iter().zip(&wrong) {
        assert!(matches!(verdict.outcome, Outcome::TestFail | Outcome::CompileError), "{source}: {verdict:?}");
    }
    let right: Vec<String> = heads[2..].iter().map(|head| format!("{head}{FIXED}")).collect();
    assert!(judged(&right).iter().all(|verdict| verdict.outcome == Outcome::Pass), "{:?}", judged(&right));
}

#[test]
fn the_runtime_answers_to_no_name_that_a_candidate_can_know() {
    let frames = "real::run(&[(\"secretlabel\", |d, r| r.value(\"secretlabel\", &d.int(2..90))), \
                  (\"other\", |_, r| r.value(\"other\", &1))], 4); std::process::exit(0)";
    let todo = "pub fn quantity(_: &str) -> u32 { todo!() }";
    let sources: Vec<String> = ["probe", "share_rs_runtime", "share_rs_probe"]
        .iter()
        .flat_map(|name| {
            let call = frames.replace("real::", &format!("::{name}::"));
            [
                format!("extern crate self as probe;\nextern crate {name} as real;\npub use real::*;\n{todo}\n"),
                format!("{todo}\n#[test] fn a() {{ {call} }}"),
                format!("pub fn quantity(_: &str) -> u32 {{ {call} }}"),
            ]
        })
        .collect();
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let koan = koan();
    let job = |source: &String| Job::Judge { koan: koan.clone(), source: source.as_bytes().to_vec(), seed: 3 };
    for (verdict, source) in verdicts(&pool, sources.iter().map(job).collect()).iter().zip(&sources) {
        assert_eq!(verdict.outcome, Outcome::CompileError, "{source}: {verdict:?}");
    }
}

#[test]
fn no_error_tells_of_the_probes_however_rustc_ends() {
    let boom = "#![recursion_limit = \"1000000\"]\nmacro_rules! boom { ($($t:tt)*) => { boom!($($t)* $($t)*); } }\n";
    let steal = "macro_rules! format { ($($t:tt)*) => { { compile_error!(stringify!($($t)*)); boom!(a b); String::new() } } }\n";
    let sources = [
        format!("{boom}{steal}{FIXED}"),
        format!("{boom}{FIXED}fn f() {{ missing; }} boom!(a b);"),
        format!("{FIXED}fn f() {{ secretlabe(); other(); }}"),
        format!("{FIXED}fn f() {{ crate::share_rs_harness::other.nope(); }}"),
        format!("{FIXED}use crate::share_rs_harness::secretlabe;"),
        format!("{FIXED}fn f() -> Recor {{ Dra }}"),
        format!("{FIXED}pub trait Loud {{}} fn f(_: impl Loud) {{ f(Secretiv(1)) }}"),
        FIXED.replace("line: &str", "line: String"),
        "fn nothing() {}".to_owned(),
    ];
    let found = judged(&sources);
    assert_eq!(found[0].outcome, Outcome::Pass, "the macro does not reach the probes");
    assert!(found[1..].iter().all(|verdict| verdict.outcome != Outcome::Pass), "{found:?}");
}

#[test]
fn what_rustc_says_of_the_probes_before_its_time_is_up_is_not_told() {
    // The probes import what is missing, which rustc says at once; then it computes each constant, within the limit of each.
    let slow: Vec<String> = (0..400).map(|index| format!("pub const S{index}: u64 = slow({index});")).collect();
    let slow = format!("const fn slow(mut i: u64) -> u64 {{ while i < 500_000 {{ i += 1; }} i }}\n{}", slow.join("\n"));
    let verdict = &judged(&[slow])[0];
    assert_eq!(verdict.outcome, Outcome::CompileTimeout, "{verdict:?}");
    assert_eq!((&verdict.diagnostics, &verdict.codes, verdict.stage), (&Vec::new(), &Vec::new(), None));
}

#[test]
fn lints_that_a_right_repair_denies_or_forbids_do_not_judge_the_probes() {
    let sources: Vec<String> = [
        "#![deny(unreachable_pub)]",
        "#![forbid(unreachable_pub)]",
        "#![deny(warnings, unused, nonstandard_style, rust_2018_idioms)]",
        "#![forbid(unsafe_code, unused)]",
        "#![deny(unused_results)]",
        "#![deny(missing_docs)]\n//! A crate.",
        "#![deny(unused_qualifications)]",
    ]
    .iter()
    .map(|head| format!("{head}\n{FIXED}"))
    .collect();
    for (verdict, source) in judged(&sources).iter().zip(&sources) {
        assert_eq!(verdict.outcome, Outcome::Pass, "{source}: {verdict:?}");
    }
}
