//! What a test program of libtest says of its tests, one line each. The program can say what it likes.

use std::collections::BTreeMap;

/// Test and whether it passed; ignored ones are left out. None where it is no program of libtest.
pub(super) fn read(stdout: &[u8]) -> Option<BTreeMap<String, bool>> {
    let text = String::from_utf8_lossy(stdout);
    let is_libtest = text.lines().any(|line| {
        line.strip_prefix("running ").is_some_and(|rest| rest.ends_with(" tests") || rest.ends_with(" test"))
    });
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let Some((name, result)) = line.strip_prefix("test ").and_then(|rest| rest.rsplit_once(" ... ")) else {
            continue;
        };
        // "name - should panic", and "ok <0.1s>" where times are told.
        let name = name.strip_suffix(" - should panic").unwrap_or(name);
        let passed = match result.split_whitespace().next() {
            Some("ok") => true,
            Some("FAILED") => false,
            _ => continue,
        };
        // A name that is told twice is told by the program itself: the worse counts.
        found.entry(name.to_owned()).and_modify(|before| *before &= passed).or_insert(passed);
    }
    is_libtest.then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_read_by_name_and_a_failure_told_with_a_success_counts() {
        let text = b"\nrunning 3 tests\ntest a::b ... ok\ntest c - should panic ... ok\ntest d ... FAILED\ntest d ... ok\ntest e ... ignored\n\ntest result: FAILED\n";
        let found = read(text).unwrap();
        assert_eq!(found, BTreeMap::from([("a::b".to_owned(), true), ("c".to_owned(), true), ("d".to_owned(), false)]));
        assert_eq!(read(b"all is well\n"), None);
    }
}
