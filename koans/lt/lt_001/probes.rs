use crate::{longer, longest};
use probe::{Draw, Record};

pub fn of_two(draw: &mut Draw, record: &mut Record) {
    let (first, second) = (draw.word(), draw.word());
    let found: String = longer(&first, &second).to_string();
    let bytes: String = longer("über", "amber").to_string();
    record.value("longer", &(found, bytes));
}

pub fn of_many(draw: &mut Draw, record: &mut Record) {
    let found: String = longest(&draw.words(0..7).join(" "));
    record.value("longest", &found);
}
