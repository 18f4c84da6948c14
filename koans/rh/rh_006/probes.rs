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
}
