use crate::{Stock, number, take};
use probe::{Draw, Record};

fn goods(draw: &mut Draw) -> (String, u32) {
    let name = *draw.pick(&["nails", "glue", "rope"]);
    (name.to_string(), draw.int(0..6))
}

pub fn taken(draw: &mut Draw, record: &mut Record) {
    let mut stock = Stock { goods: draw.vec(2..6, goods) };
    let taken: Vec<u32> = take(&mut stock, &draw.vec(1..5, goods));
    let left: Vec<(String, u32)> = stock.goods;
    record.value("taken", &(taken, left));
}

pub fn numbers(draw: &mut Draw, record: &mut Record) {
    let stock = Stock { goods: draw.vec(0..6, goods) };
    let found: u32 = number(&stock, "glue");
    record.value("number", &found);
}
