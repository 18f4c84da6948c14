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
    let of = |name: &str, number: u32| (name.to_string(), number);
    let some: u32 = draw.int(2..9);
    let mut stock = Stock { goods: vec![of("glue", some), of("rope", 1), of("glue", some)] };
    let wishes = [of("glue", some + 1), of("rope", 0), of("glue", some), of("nails", 1), of("rope", 1)];
    let taken: Vec<u32> = take(&mut stock, &wishes);
    let left: Vec<(String, u32)> = stock.goods;
    record.value("edges", &(taken, left));
}
