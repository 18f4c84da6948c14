use crate::{Basket, Good};
use probe::{Draw, Record};

/// Each line names its good and counts it in.
pub fn lines(draw: &mut Draw, record: &mut Record) {
    let mut basket = Basket::default();
    for name in draw.words(2..6) {
        let line: String = basket.put(Good { name, cents: draw.int(1..500) });
        record.value("line", &line);
    }
}

/// The total is that of all goods that were put in.
pub fn totals(draw: &mut Draw, record: &mut Record) {
    let mut basket = Basket::default();
    let empty: u32 = basket.total();
    record.value("empty", &empty);
    for name in draw.words(1..8) {
        basket.put(Good { name, cents: draw.int(1..500) });
        let total: u32 = basket.total();
        record.value("total", &total);
    }
}
