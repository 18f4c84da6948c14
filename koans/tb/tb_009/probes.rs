use crate::{containing, longer};
use probe::{Draw, Record};

pub fn contained(draw: &mut Draw, record: &mut Record) {
    let words: Vec<String> = draw.words(0..12);
    let part = *draw.pick(&["a", "e", "r", "x", "er"]);
    let count: usize = containing(words, part);
    record.value("count", &count);
}

pub fn long_words(draw: &mut Draw, record: &mut Record) {
    let words: Vec<String> = draw.words(1..8);
    let found: Vec<String> = longer(&words, 4);
    let all: usize = containing(words, "");
    record.value("longer", &(found, all));
    let foreign: Vec<String> = ["café", "cafés", "über", "naïve", "öö"].map(str::to_string).to_vec();
    let lengths: Vec<Vec<String>> = [0, 2, 4, 5].iter().map(|length| longer(&foreign, *length)).collect();
    let one: usize = containing(vec![draw.word()], "");
    record.value("foreign", &(lengths, one));
}
