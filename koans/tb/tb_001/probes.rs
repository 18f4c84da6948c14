use crate::{Reading, trace, warmest};
use probe::{Draw, Record};

fn reading(draw: &mut Draw) -> Reading {
    Reading { station: draw.word(), celsius: draw.int(-5..5) }
}

pub fn traced(draw: &mut Draw, record: &mut Record) {
    let lines: Vec<String> = trace(&draw.vec(1..5, reading));
    record.value("lines", &lines);
}

pub fn warmest_one(draw: &mut Draw, record: &mut Record) {
    let readings = draw.vec(0..5, reading);
    let found: Option<(String, i32)> = warmest(&readings).map(|one| (one.station.clone(), one.celsius));
    record.value("warmest", &found);
}
