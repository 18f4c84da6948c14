use crate::{Lamp, brightness};
use probe::{Draw, Record};

/// The error may be of any type, but the whole must be a `Result`: another type may have methods of the same names.
fn shown<E: ToString>(found: Result<(), E>) -> Result<(), String> {
    found.map_err(|error| error.to_string())
}

pub fn applied(draw: &mut Draw, record: &mut Record) {
    let lines: Vec<String> =
        draw.vec(0..6, |draw| if draw.chance(1, 6) { draw.word() } else { draw.int(0..256_u32).to_string() });
    let mut lamp = Lamp::default();
    let result: Result<(), String> = shown(lamp.apply(&lines.join("\n")));
    let state: (u8, usize) = (lamp.brightness, lamp.applied);
    record.value("lamp", &(result, state));
}

pub fn stops(draw: &mut Draw, record: &mut Record) {
    let mut lamp = Lamp::default();
    let failed: bool = shown(lamp.apply(&format!("{}\n300\n7", draw.int(1..99)))).is_err();
    let state: (u8, usize) = (lamp.brightness, lamp.applied);
    let one: Option<u8> = brightness(&draw.int(200..300_u32).to_string()).ok();
    record.value("stopped", &(failed, state, one));
}

/// Blanks on both sides, a line break at the end, the limits, and the first of two different errors.
pub fn edges(draw: &mut Draw, record: &mut Record) {
    let number: u8 = draw.int(10..99);
    let spaced: [Option<u8>; 5] =
        [format!(" {number}"), format!("{number}\t"), "0".into(), " 255 ".into(), "256".into()]
            .map(|line| brightness(&line).ok());
    record.value("brightness", &spaced);
    let mut wrong = ["", "x", "256"];
    draw.shuffle(&mut wrong);
    for text in [format!("1\n  {number} \r\n"), format!("{number}\n{}\n3\n", wrong.join("\n"))] {
        let mut lamp = Lamp::default();
        let result: Result<(), String> = shown(lamp.apply(&text));
        let state: (u8, usize) = (lamp.brightness, lamp.applied);
        record.value("edges", &(result, state));
    }
}
