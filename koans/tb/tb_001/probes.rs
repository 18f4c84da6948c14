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
    let most: i32 = draw.int(-9..9);
    let readings = [(most - 1, "cold"), (most, "first"), (most, "second"), (most - 2, "last")];
    let readings = readings.map(|(celsius, station)| Reading { station: station.to_string(), celsius });
    let stations: [Option<String>; 3] =
        [&readings[..], &readings[1..3], &[]].map(|some| warmest(some).map(|one| one.station.clone()));
    let quoted: Vec<String> = trace(&[Reading { station: "a \"b\"".to_string(), celsius: -most }]);
    record.value("edges", &(stations, quoted));
}
