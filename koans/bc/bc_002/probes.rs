use crate::{Dish, Kitchen, place};
use probe::{Draw, Record};

/// The count and what the kitchen has, over several orders.
pub fn placed(draw: &mut Draw, record: &mut Record) {
    let mut kitchen = Kitchen::default();
    for _ in 0..3 {
        let order: Vec<Dish> = draw.vec(0..6, |draw| Dish { name: draw.word(), portions: draw.int(0..3) });
        let count: usize = place(&mut kitchen, order);
        record.value("count", &count);
    }
    let received: Vec<String> = kitchen.received;
    record.value("received", &received);
}

/// An order without a dish, and one with a name that holds a comma and a dish that is not wanted.
pub fn edges(draw: &mut Draw, record: &mut Record) {
    let mut kitchen = Kitchen::default();
    let unwanted: Vec<Dish> = draw.vec(0..4, |draw| Dish { name: draw.word(), portions: 0 });
    let none: usize = place(&mut kitchen, unwanted);
    let soup = Dish { name: format!("{}, hot", draw.word()), portions: draw.int(1..9) };
    let one: usize = place(&mut kitchen, vec![soup, Dish { name: draw.word(), portions: 0 }]);
    let received: Vec<String> = kitchen.received;
    record.value("edges", &(none, one, received));
}
