use crate::{initial, initials};
use probe::{Draw, Record};

pub fn one(draw: &mut Draw, record: &mut Record) {
    let start = *draw.pick(&["", "1", "- ", "(", " "]);
    let name = format!("{start}{}", draw.word());
    let found: char = initial(&name);
    let nobody: char = initial(*draw.pick(&["", "42", " - "]));
    record.value("initials", &(found, nobody));
    let edges: [char; 6] = ["über uns", "7 Ärzte", "(é)", "42", "", "zoë"].map(initial);
    record.value("edges", &edges);
}

pub fn several(draw: &mut Draw, record: &mut Record) {
    let mut names: Vec<String> = draw.words(1..5);
    names.push("7".to_string());
    let text: String = initials(&names);
    record.value("text", &text);
}
