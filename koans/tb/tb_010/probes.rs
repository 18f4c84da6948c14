use crate::{Amount, bill, line};
use probe::{Draw, Record};

pub fn lines(draw: &mut Draw, record: &mut Record) {
    let large: String = line(&draw.word(), Amount { cents: draw.int(-20_000..20_000) });
    let small: String = line("tip", Amount { cents: draw.int(-99..100) });
    record.value("lines", &(large, small));
    let edges: [String; 7] = [0, 1, -1, 99, -99, 100, -100].map(|cents| line("edge", Amount { cents }));
    record.value("edges", &edges);
}

pub fn bills(draw: &mut Draw, record: &mut Record) {
    let items: Vec<(String, Amount)> = draw.vec(0..4, |draw| (draw.word(), Amount { cents: draw.int(-500..2000) }));
    let lines: Vec<String> = bill(&items);
    record.value("bill", &lines);
    let cents: i64 = draw.int(1..2000);
    let even: Vec<String> = bill(&[(draw.word(), Amount { cents }), ("back".to_string(), Amount { cents: -cents })]);
    record.value("even", &even);
}
