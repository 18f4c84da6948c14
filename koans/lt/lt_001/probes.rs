use crate::{after, values};
use probe::{Draw, Record};

fn settings(draw: &mut Draw) -> String {
    let lines: Vec<String> =
        draw.vec(1..6, |draw| format!("{}= {} ", draw.pick(&["size", "name", "mode"]), draw.word()));
    lines.join("\n")
}

/// The values of keys, some of which are not set.
pub fn of_keys(draw: &mut Draw, record: &mut Record) {
    let text = settings(draw);
    let keys: Vec<String> = ["mode", "size", "sizes", "name"].map(str::to_string).to_vec();
    let found: Vec<String> = values(&text, &keys).into_iter().map(|value| value.to_string()).collect();
    record.value("values", &found);
}

/// The first of two lines with the same key, a key inside of a line, and no line.
pub fn first_line(draw: &mut Draw, record: &mut Record) {
    let text = format!("rename=no\nname= {} b \nname=last", draw.word());
    let first: String = after(&text, "name=").to_string();
    let missing: String = after(&text, "ame=").to_string();
    let nothing: String = after("", "name=").to_string();
    record.value("after", &(first, missing, nothing));
}
