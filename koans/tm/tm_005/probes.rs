use crate::{apply, step};
use probe::{Draw, Record};

pub fn steps(draw: &mut Draw, record: &mut Record) {
    let names: Vec<&str> = draw.vec(1..5, |draw| *draw.pick(&["trim", "upper", "double", "other"]));
    let steps: Vec<Box<dyn Fn(&str) -> String>> = names.into_iter().map(step).collect();
    let text: String = apply(&format!(" {} ", draw.word()), &steps);
    record.value("text", &text);
}

pub fn doubled(draw: &mut Draw, record: &mut Record) {
    let text: String = step("double")(&draw.word());
    let none: String = apply(&draw.word(), &[]);
    record.value("doubled", &(text, none));
    let upper: String = step("upper")(&format!("{} über café", draw.word()));
    record.value("upper", &upper);
}
