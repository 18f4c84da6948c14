//! Programs that use crates, built in the jail from pinned sources.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use std::sync::Arc;

use common::{koan, settings, verdicts};
use share_rs_sandbox::{Job, KoanInput, Outcome, Pool, Verdict, runtimes};

const ALL: &str = "
use anyhow::Context;
#[derive(Debug, thiserror::Error)]
pub enum Failure { #[error(\"no {0}\")] Missing(String), #[error(transparent)] Number(#[from] std::num::ParseIntError) }
#[derive(fields::Fields)]
pub struct Item { #[field(rename = \"title\")] name: String, #[field(skip)] pub hidden: u8 }
pub fn port(text: &str) -> Result<u16, Failure> { Ok(text.parse::<u16>()?) }
pub fn first(items: &[Item]) -> anyhow::Result<&String> { Ok(items.first().context(\"no item\")?.title()) }
";

fn check(source: &str, externs: &[&str]) -> Job {
    let externs = externs.iter().map(|&name| name.to_owned()).collect();
    Job::Check { source: source.as_bytes().to_vec(), edition: "2024".to_owned(), allow_unsafe: false, externs }
}

fn codes(verdict: &Verdict) -> Vec<&str> {
    verdict.codes.iter().map(String::as_str).collect()
}

#[test]
fn a_program_sees_the_crates_that_it_asks_for_and_no_others() {
    let cache = tempfile::tempdir().unwrap();
    let pool = Pool::new(settings(cache.path())).unwrap();
    let derives = "#[derive(fields::Fields)]\nstruct Item(u8);";
    let counted = KoanInput {
        externs: vec!["anyhow".to_owned()],
        content_hash: "of a koan with a crate".to_owned(),
        fixed: "pub fn double(number: i64) -> i64 { anyhow::Ok(number * 2).unwrap() }\n".to_owned(),
        ..(*koan()).clone()
    };
    let source = b"use anyhow::Result;\nfn doubled(number: i64) -> Result<i64> { Ok(number + number) }\n\
                   pub fn double(number: i64) -> i64 { doubled(number).unwrap() }\n"
        .to_vec();
    let found = verdicts(
        &pool,
        vec![
            check(ALL, &["anyhow", "fields", "thiserror"]),
            check("pub use thiserror::Error;", &["thiserror"]),
            check("pub use anyhow::Error;", &["thiserror"]),
            check("extern crate thiserror_impl; extern crate anyhow;", &["thiserror"]),
            check("pub use thiserror::Error;", &[]),
            check(derives, &["fields"]),
            Job::Judge { koan: Arc::new(counted), source, seed: 3 },
        ],
    );
    for one in [&found[0], &found[1]] {
        assert_eq!((one.outcome, one.detail.as_str(), codes(one)), (Outcome::Compiles, "it compiles", vec![]));
    }
    assert_eq!(codes(&found[2]), ["E0432"]);
    assert_eq!(codes(&found[3]), ["E0463", "E0463"]);
    assert_eq!(codes(&found[4]), ["E0432"]);
    assert!(found[5].diagnostics[0].message.contains("named fields"), "{:?}", found[5].diagnostics);
    assert_eq!(found[6].outcome, Outcome::Pass, "{:?}", found[6]);
    // The runtime and the crates; another pool finds both.
    let built = runtimes::stats(cache.path());
    assert_eq!(built.entries, 2);
    let again = Pool::new(settings(cache.path())).unwrap();
    let fresh = format!("{ALL}pub fn more() {{}}\n");
    assert_eq!(verdicts(&again, vec![check(&fresh, &["anyhow", "fields", "thiserror"])])[0].outcome, Outcome::Compiles);
    assert_eq!(runtimes::stats(cache.path()), built);
}
