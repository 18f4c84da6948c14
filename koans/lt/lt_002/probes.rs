use crate::{Shortlist, add, read};
use probe::{Draw, Record};

/// What is put on a list, and what is on it already.
pub fn added(draw: &mut Draw, record: &mut Record) {
    let texts: Vec<String> = draw.vec(2..7, |draw| draw.pick(&["ann", "bob", "cleo", "dan"]).to_string());
    let mut list = Shortlist::default();
    let mut new: Vec<bool> = texts.iter().map(|text| add(&mut list, text)).collect();
    new.push(add(&mut list, "ann"));
    new.push(add(&mut list, "ann"));
    let names: Vec<String> = list.names.iter().map(|name| name.to_string()).collect();
    record.value("list", &(new, names));
}

/// A name stays on the list when the text that it was read from is gone.
pub fn kept(draw: &mut Draw, record: &mut Record) {
    let mut list = Shortlist::default();
    let mut new: Vec<bool> = Vec::new();
    for _ in 0..3 {
        let text: String = draw.word();
        new.push(add(&mut list, &text));
        drop(text);
    }
    let names: Vec<String> = list.names.iter().map(|name| name.to_string()).collect();
    record.value("kept", &(new, names));
}

/// Names in both cases, with blanks, empty ones among them.
pub fn from_text(draw: &mut Draw, record: &mut Record) {
    let names: String = read(&draw.words(0..6).join(" , "));
    let (one, other) = (draw.word(), draw.word());
    let mixed: String = read(&format!("{one} ,, {}, {}", one.to_uppercase(), other.to_uppercase()));
    record.value("names", &(names, mixed));
}
