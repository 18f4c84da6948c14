use crate::{Kitchen, place};
use probe::{Draw, Record};

pub fn placed(draw: &mut Draw, record: &mut Record) {
    let mut kitchen = Kitchen::default();
    for _ in 0..3 {
        let order: Vec<String> = draw.vec(0..6, |draw| if draw.chance(1, 3) { String::new() } else { draw.word() });
        let count: usize = place(&mut kitchen, order);
        record.value("count", &count);
    }
    let received: Vec<String> = kitchen.received;
    record.value("received", &received);
}

pub fn empty(draw: &mut Draw, record: &mut Record) {
    let mut kitchen = Kitchen::default();
    let blanks: usize = draw.int(0..4);
    let count: usize = place(&mut kitchen, vec![String::new(); blanks]);
    let received: Vec<String> = kitchen.received;
    record.value("empty", &(count, received));
    let one: usize = place(&mut Kitchen::default(), vec![draw.word()]);
    record.value("one", &(one, draw.word()));
}
