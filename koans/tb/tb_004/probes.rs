use crate::{row, summed};
use probe::{Draw, Record};

pub fn texts(draw: &mut Draw, record: &mut Record) {
    let words: Vec<String> = draw.words(0..5);
    let text: String = row(&words);
    record.value("row", &text);
    let edges: [String; 3] = [row::<String>(&[]), row(&[String::new(), "a \"b\"".to_string()]), row(&["-", "|"])];
    record.value("edges", &edges);
}

pub fn numbers(draw: &mut Draw, record: &mut Record) {
    let numbers: Vec<i64> = draw.vec(0..5, |draw| draw.int(-50..50));
    let text: String = summed(&numbers);
    record.value("summed", &text);
    let edges: [String; 2] = [summed(&[]), summed(&[draw.int(1..9)])];
    record.value("edges", &edges);
}
