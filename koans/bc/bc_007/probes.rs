use crate::{Entry, longest, measure};
use probe::{Draw, Record};

fn entry(draw: &mut Draw) -> Entry {
    let note = draw.option(|draw| draw.words(0..4).join(" "));
    Entry { day: draw.int(1..366), note }
}

pub fn measured(draw: &mut Draw, record: &mut Record) {
    let (words, entry): (usize, Entry) = measure(entry(draw));
    let kept: (u32, Option<String>) = (entry.day, entry.note);
    record.value("measured", &(words, kept));
    let spaced = format!(" {}  of\n{} ", draw.word(), draw.word());
    let (words, entry): (usize, Entry) = measure(Entry { day: 7, note: Some(spaced) });
    let note: Option<String> = entry.note;
    record.value("spaced", &(words, note));
    let wide = format!("{}\u{3000}{}\u{a0}{}", draw.word(), draw.word(), draw.word());
    let (words, _): (usize, Entry) = measure(Entry { day: 8, note: Some(wide) });
    record.value("wide", &words);
}

pub fn longest_note(draw: &mut Draw, record: &mut Record) {
    let entries: Vec<Entry> = draw.vec(0..6, entry);
    let day: Option<u32> = longest(entries);
    record.value("day", &day);
    let one_word = |day: u32, word: String| Entry { day, note: Some(word) };
    let equal: Option<u32> =
        longest(vec![one_word(9, draw.word()), one_word(4, draw.word()), one_word(6, draw.word())]);
    record.value("equal", &equal);
}
