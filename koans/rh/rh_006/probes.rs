use crate::{Book, label, labels};
use probe::{Draw, Record};

fn book(draw: &mut Draw) -> Book {
    Book { title: draw.word(), shelf: draw.option(|draw| draw.int(0..40)) }
}

pub fn one(draw: &mut Draw, record: &mut Record) {
    let text: String = label(&book(draw));
    let other: String = label(&Book { title: draw.word(), shelf: None });
    record.value("labels", &(text, other));
}

pub fn several(draw: &mut Draw, record: &mut Record) {
    let found: Vec<String> = labels(&draw.vec(0..6, book));
    record.value("labels", &found);
    let book = |title: &str, shelf: Option<u32>| Book { title: title.to_string(), shelf };
    let mixed: Vec<String> =
        labels(&[book("a", None), book("b", Some(draw.int(1..40))), book("c", None), book("d", Some(0))]);
    record.value("mixed", &mixed);
}
