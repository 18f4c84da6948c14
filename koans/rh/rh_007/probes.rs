use crate::{quantity, total};
use probe::{Draw, Record};

fn line(draw: &mut Draw) -> String {
    match draw.int(0..4_u8) {
        0 => draw.word(),
        1 => String::new(),
        _ => format!("{} {}", draw.int(0..20_u32), draw.word()),
    }
}

pub fn quantities(draw: &mut Draw, record: &mut Record) {
    let found: u32 = quantity(&line(draw));
    let plain: u32 = quantity(&draw.word());
    record.value("quantity", &(found, plain));
}

pub fn totals(draw: &mut Draw, record: &mut Record) {
    let list: Vec<String> = draw.vec(1..7, line);
    let sum: u32 = total(&list.join("\n"));
    record.value("total", &sum);
}
