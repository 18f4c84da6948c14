use crate::{row, summed};
use probe::{Draw, Record};

pub fn texts(draw: &mut Draw, record: &mut Record) {
    let words: Vec<String> = draw.words(0..5);
    let text: String = row(&words);
    record.value("row", &text);
}

pub fn numbers(draw: &mut Draw, record: &mut Record) {
    let numbers: Vec<i64> = draw.vec(0..5, |draw| draw.int(-50..50));
    let text: String = summed(&numbers);
    record.value("summed", &text);
}
