use crate::{Log, Parcel, heaviest, pack};
use probe::{Draw, Record};

pub fn packed(draw: &mut Draw, record: &mut Record) {
    let mut log = Log::default();
    for label in draw.words(1..5) {
        let grams: u32 = draw.int(1..5000);
        let parcel: Parcel = pack(&mut log, label, grams);
        let kept: (String, u32) = (parcel.label, parcel.grams);
        record.value("parcel", &kept);
    }
    let lines: Vec<String> = log.lines;
    record.value("log", &lines);
}

pub fn heaviest_of_some(draw: &mut Draw, record: &mut Record) {
    let mut log = Log::default();
    let words = draw.words(0..6);
    let parcels: Vec<Parcel> = words.into_iter().map(|word| pack(&mut log, word, draw.int(1..4))).collect();
    let label: String = heaviest(&parcels);
    record.value("heaviest", &label);
    let parcel = |label: &str, grams: u32| Parcel { label: label.to_string(), grams };
    let grams: u32 = draw.int(2..9000);
    let equal: String =
        heaviest(&[parcel("light", grams - 1), parcel("first", grams), parcel("second", grams), parcel("last", 0)]);
    let none: [String; 2] = [heaviest(&[]), heaviest(&[parcel("weightless", 0)])];
    record.value("edges", &(equal, none));
}
