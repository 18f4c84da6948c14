use crate::Roster;
use probe::{Draw, Record};

pub fn turns(draw: &mut Draw, record: &mut Record) {
    let mut roster = Roster::new(draw.words(1..5));
    let calls: usize = draw.int(3..9);
    let called: Vec<Option<String>> = (0..calls).map(|_| roster.call()).collect();
    record.value("called", &called);
    let names: Vec<String> = roster.names;
    record.value("names", &names);
}

pub fn empty_then_one(draw: &mut Draw, record: &mut Record) {
    let mut roster = Roster::new(Vec::new());
    let nobody: Option<String> = roster.call();
    roster.names.push(draw.word());
    let (first, again): (Option<String>, Option<String>) = (roster.call(), roster.call());
    record.value("called", &(nobody, first, again));
}
