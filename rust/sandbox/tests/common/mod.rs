//! A pool over real workers and a small koan, for the tests of the sandbox.
#![allow(dead_code, reason = "no test needs all of it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use share_rs_sandbox::{Job, KoanInput, Limits, Pool, Settings, Verdict};

pub const FIXED: &str = "pub fn double(number: i64) -> i64 {\n    number * 2\n}\n";

const HARNESS: &str = "
#[cfg(test)]
/* share_rs_allowed */
mod share_rs_harness {
    use crate::double;
    fn doubles(draw: &mut ::share_rs_runtime::Draw, record: &mut ::share_rs_runtime::Record) {
        let doubled: i64 = double(draw.int(1..1000));
        record.value(\"secretlabel\", &doubled);
    }
    #[test]
    fn share_rs_probes() { ::share_rs_runtime::run(&[(\"doubles\", doubles)], 8); }
}
";

pub fn koan() -> Arc<KoanInput> {
    Arc::new(KoanInput {
        id: "xx_001".to_owned(),
        content_hash: "of the koan".to_owned(),
        harness: HARNESS.to_owned(),
        fixed: FIXED.to_owned(),
        edition: "2024".to_owned(),
        allow_unsafe: false,
        externs: Vec::new(),
        signatures: vec!["pub fn double(number: i64) -> i64".to_owned()],
    })
}

pub fn settings(cache: &Path) -> Settings {
    // Tests lie in target/<profile>/deps, examples beside it.
    let tests = std::env::current_exe().unwrap();
    let worker: PathBuf = tests.ancestors().nth(2).unwrap().join("examples").join("worker");
    Settings {
        command: vec![worker.to_str().unwrap().to_owned()],
        workers: 2,
        cache: cache.to_owned(),
        cache_bytes: 1 << 24,
        trusted: false,
        rustc: None,
        hidden: Vec::new(),
        limits: Limits { run_wall: 2, ..Limits::default() },
    }
}

pub fn judge(pool: &Pool, sources: &[&str]) -> Vec<Verdict> {
    let job = |source: &&str| Job::Judge { koan: koan(), source: source.as_bytes().to_vec(), seed: 7 };
    verdicts(pool, sources.iter().map(job).collect())
}

pub fn verdicts(pool: &Pool, jobs: Vec<Job>) -> Vec<Verdict> {
    let mut found = vec![None; jobs.len()];
    let mut batch = pool.submit(jobs);
    while let Some(verdict) = batch.next(Duration::from_millis(50)).unwrap() {
        if let Some((index, verdict)) = verdict {
            assert!(found[index].replace(verdict).is_none(), "one verdict for each job");
        }
    }
    found.into_iter().map(Option::unwrap).collect()
}
