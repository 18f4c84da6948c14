use crate::{Place, count};
use probe::{Draw, Record};

fn place(draw: &mut Draw) -> Place {
    let name = *draw.pick(&["Marsh", "marsh", "MARSH", "Lake", "lake", "Öland", "öland"]);
    Place { name: name.to_string() }
}

pub fn counted(draw: &mut Draw, record: &mut Record) {
    let found: Vec<(String, u32)> = count(&draw.vec(4..12, place));
    record.value("counts", &found);
}

pub fn named(draw: &mut Draw, record: &mut Record) {
    let word = draw.word();
    let found: Vec<(String, u32)> = count(&[Place { name: word.clone() }, Place { name: word.to_uppercase() }]);
    record.value("one", &found);
    let names = ["Öland", "ÖLAND", "oland", "Zell", "zell"].map(|name| Place { name: name.to_string() });
    let foreign: Vec<(String, u32)> = count(&names);
    record.value("foreign", &foreign);
}
