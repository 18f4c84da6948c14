//! What clippy says of programs in a real jail.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{settings, verdicts};
use share_rs_koan::diagnostic::{Level, Stage};
use share_rs_sandbox::{Job, Outcome, Pool, Verdict};

const FORMATTED: &str = "pub fn shown(count: u32) -> String { format!(\"{}\", count) }\n";
const LINT: &str = "clippy::uninlined_format_args";

fn lint(pool: &Pool, name: &str, sources: &[&str]) -> Vec<Verdict> {
    let lint = pool.lint(name).unwrap();
    let job = |source: &&str| Job::Lint {
        source: source.as_bytes().to_vec(),
        edition: "2024".to_owned(),
        lint: lint.clone(),
    };
    verdicts(pool, sources.iter().map(job).collect())
}

#[test]
fn the_lint_is_found_whatever_the_program_says_of_lints() {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let dressed = [
        "",
        "#![allow(warnings, clippy::all, clippy::pedantic)]\n",
        "#![allow(clippy::uninlined_format_args)]\n",
        "#![expect(clippy::uninlined_format_args)]\n",
        "#![forbid(clippy::uninlined_format_args)]\n",
        "#![deny(warnings, clippy::all, clippy::restriction)]\n#![allow(clippy::cyclomatic_complexity, clippy::gone)]\n",
    ];
    let texts = dressed.map(|attributes| format!("{attributes}{FORMATTED}"));
    for verdict in lint(&pool, LINT, &texts.each_ref().map(String::as_str)) {
        assert_eq!((verdict.outcome, verdict.codes.as_slice()), (Outcome::Compiles, [LINT.to_owned()].as_slice()));
        let [found] = verdict.diagnostics.as_slice() else { panic!("{verdict:?}") };
        assert_eq!((&found.level, found.stage), (&Level::Warning, Stage::Lint));
        assert!(found.spans.iter().any(|span| span.is_primary));
        assert!(found.children.iter().all(|child| !child.message.contains("--force-warn")), "{found:?}");
    }
}

#[test]
fn silence_errors_and_unsafe_code_have_their_own_verdicts() {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let sources = [
        "pub fn shown(count: u32) -> String { format!(\"{count}\") }",
        "pub fn copied(list: &[u32]) -> Vec<u32> { list.iter().map(|one| *one).collect() }",
        "pub fn shown(count: u32) -> u32 { format!(\"{}\", count) }",
        "#![deny(unused)] fn idle() {}",
        "pub fn first(list: &[u8]) -> u8 { unsafe { *list.as_ptr() } }",
        "pub fn broken(",
    ];
    let found = lint(&pool, LINT, &sources);
    let outcomes: Vec<(Outcome, usize)> = found.iter().map(|one| (one.outcome, one.diagnostics.len())).collect();
    let (fine, wrong) = ((Outcome::Compiles, 0), (Outcome::CompileError, 1));
    assert_eq!(outcomes, [fine, fine, wrong, wrong, fine, wrong]);
    assert_eq!(found[2].codes, ["E0308"]);
}

#[test]
fn a_program_that_pretends_to_be_for_an_older_toolchain_is_refused() {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let macros = "macro_rules! set { ($a:ident $b:ident $i:item) => { #[$a::$b = \"1.50\"] $i } }\n";
    let sources = [
        format!("#[clippy::msrv = \"1.50\"]\n{FORMATTED}"),
        format!("#[clippy::r#msrv = \"1.50\"]\n{FORMATTED}"),
        format!("{macros}set!{{ clippy msrv {FORMATTED} }}"),
    ];
    for verdict in lint(&pool, LINT, &sources.each_ref().map(String::as_str)) {
        assert_eq!(verdict.outcome, Outcome::PolicyReject, "{}", verdict.detail);
    }
}

#[test]
fn each_lint_has_an_entry_of_its_own_in_the_cache() {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let source = "pub fn copied(list: &[u32]) -> Vec<u32> { list.iter().map(|one| *one).collect() }";
    let first = lint(&pool, "clippy::map_clone", &[source]);
    let again = lint(&pool, "clippy::map_clone", &[source]);
    let other = lint(&pool, LINT, &[source]);
    assert_eq!((first[0].cached, again[0].cached, other[0].cached), (false, true, false));
    assert_eq!((first[0].codes.as_slice(), &other[0].codes), (["clippy::map_clone".to_owned()].as_slice(), &vec![]));
    assert_eq!(first[0].diagnostics, again[0].diagnostics);
}
