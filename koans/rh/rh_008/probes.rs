use crate::{celsius, value};
use probe::{Draw, Record};

/// The error may be of any type, but the whole must be a `Result`: another type may have methods of the same names.
fn shown<E: ToString>(found: Result<i32, E>) -> Result<i32, String> {
    found.map_err(|error| error.to_string())
}

pub fn converted(draw: &mut Draw, record: &mut Record) {
    let text = if draw.chance(1, 4) { draw.word() } else { draw.int(-1000..2500).to_string() };
    let found: Result<i32, String> = shown(celsius(&text));
    record.value("celsius", &found);
}

pub fn commented(draw: &mut Draw, record: &mut Record) {
    let line = format!(" {} # {}", draw.int(300..900), draw.word());
    let text: String = value(&line).to_string();
    let found: Result<i32, String> = shown(celsius(value(&line)));
    let none: Result<i32, String> = shown(celsius(""));
    record.value("line", &(text, found, none));
}

/// Blanks on both sides, and what is rounded, above and below zero.
pub fn edges(draw: &mut Draw, record: &mut Record) {
    let nines: i32 = draw.int(1..100) * 9;
    let (above, below): (i32, i32) = (321 + nines, 319 - nines);
    for text in [above.to_string(), below.to_string(), format!(" {above}"), format!("{below}\t"), format!("{above}x ")]
    {
        let found: Result<i32, String> = shown(celsius(&text));
        record.value("celsius", &found);
    }
    let parts: Vec<String> = ["", "#", " # #", "a b#c #d"].iter().map(|line| value(line).to_string()).collect();
    record.value("value", &parts);
}
