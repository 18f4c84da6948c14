use crate::{Filter, both, near, select};
use probe::{Draw, Record};

fn values(draw: &mut Draw) -> Vec<i64> {
    draw.vec(4..10, |draw| draw.int(-10..10))
}

pub fn one_filter(draw: &mut Draw, record: &mut Record) {
    let filter: Filter = near(draw.int(-5..5), draw.int(0..6));
    let found: Vec<i64> = select(&values(draw), &filter);
    record.value("selected", &found);
    let (center, limit): (i64, i64) = (draw.int(-50..50), draw.int(1..9));
    let around: Vec<i64> =
        [-1, 1].iter().flat_map(|side| [limit - 1, limit, limit + 1].map(|far| center + side * far)).collect();
    let edge: (Vec<i64>, Vec<i64>) =
        (select(&around, &near(center, limit)), select(&[center - 1, center, center + 1], &near(center, 0)));
    record.value("around", &edge);
}

pub fn two_filters(draw: &mut Draw, record: &mut Record) {
    let center: i64 = draw.int(-5..5);
    let filter: Filter = both(near(center, 4), near(center + 3, draw.int(0..5)));
    let found: Vec<i64> = select(&values(draw), &filter);
    let edge: (bool, bool) = (filter(center + 4), near(center, 4)(center - 4));
    record.value("selected", &(found, edge));
}
