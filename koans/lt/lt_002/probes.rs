use crate::{Shortlist, add, read};
use probe::{Draw, Record};

pub fn added(draw: &mut Draw, record: &mut Record) {
    let words: Vec<String> = draw.vec(2..7, |draw| draw.pick(&["ann", "bob", "cleo", "dan"]).to_string());
    let mut list = Shortlist::default();
    let new: Vec<bool> = words.iter().map(|word| add(&mut list, word)).collect();
    let names: Vec<String> = list.names.iter().map(|name| name.to_string()).collect();
    record.value("list", &(new, names));
}

pub fn from_text(draw: &mut Draw, record: &mut Record) {
    let names: Vec<String> = read(&draw.words(0..6).join(" , "));
    record.value("names", &names);
}
