use crate::Series;
use probe::{Draw, Record};

pub fn settled(draw: &mut Draw, record: &mut Record) {
    let mut series = Series { prices: draw.vec(1..6, |draw| draw.int(-500_i64..500)) };
    let first: i64 = series.settle();
    let again: i64 = series.settle();
    let total: i64 = series.total();
    record.value("returned", &(first, again, total));
    let prices: Vec<i64> = series.prices;
    record.value("prices", &prices);
}

pub fn empty_or_one(draw: &mut Draw, record: &mut Record) {
    let mut empty = Series { prices: Vec::new() };
    let nothing: i64 = empty.settle();
    let mut one = Series { prices: vec![draw.int(1..1000)] };
    let first: i64 = one.settle();
    let kept: (Vec<i64>, Vec<i64>) = (empty.prices, one.prices);
    record.value("edges", &(nothing, first));
    record.value("kept", &kept);
}
