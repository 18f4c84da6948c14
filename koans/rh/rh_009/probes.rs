use crate::{Counter, name};
use probe::{Draw, Record};

pub fn guests(draw: &mut Draw, record: &mut Record) {
    let mut counter = Counter { given: draw.int(0..5) };
    let given: Vec<Option<String>> = draw.vec(2..7, |draw| draw.option(Draw::word));
    let names: Vec<String> = given.into_iter().map(|one| name(one, &mut counter)).collect();
    let used: u32 = counter.given;
    record.value("names", &(names, used));
}

pub fn counted(draw: &mut Draw, record: &mut Record) {
    let mut counter = Counter::default();
    let known: String = name(Some(draw.word()), &mut counter);
    let unused: u32 = counter.given;
    let next: u32 = counter.next();
    record.value("counter", &(known, unused, next));
    let given = [None, Some(String::new()), None, Some(draw.word()), None];
    let names: Vec<String> = given.into_iter().map(|one| name(one, &mut counter)).collect();
    record.value("all", &(names, counter.given));
}
