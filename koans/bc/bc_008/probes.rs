use crate::Waiting;
use probe::{Draw, Record};

/// What is called, who still waits and how many calls there were.
pub fn calls(draw: &mut Draw, record: &mut Record) {
    let mut waiting = Waiting::new(draw.words(3..8));
    let called: Vec<Option<String>> = (0..4).map(|_| waiting.call(draw.int(0..5))).collect();
    let calls: usize = waiting.calls();
    let names: Vec<String> = waiting.names;
    record.value("called", &(called, calls, names));
}

/// The first of four, who leaves three in their order, then a place that nobody has.
pub fn first_then_nobody(draw: &mut Draw, record: &mut Record) {
    let names: Vec<String> = ["ann", "bob", "cleo", "dan"].map(|name| format!("{name} {}", draw.word())).to_vec();
    let mut waiting = Waiting::new(names);
    let first: Option<String> = waiting.call(0);
    let nobody: Option<String> = waiting.call(3);
    let calls: usize = waiting.calls();
    let left: Vec<String> = waiting.names;
    record.value("called", &(first, nobody, calls, left));
}
