use crate::Ledger;
use probe::{Draw, Record};

pub fn transfers(draw: &mut Draw, record: &mut Record) {
    let mut ledger = Ledger { balances: draw.vec(2..5, |draw| draw.int(0_i64..100)) };
    for _ in 0..8 {
        let done: bool = ledger.transfer(draw.int(0..5), draw.int(0..5), draw.int(0_i64..60));
        record.value("done", &done);
    }
    let balances: Vec<i64> = ledger.balances;
    record.value("balances", &balances);
}

pub fn to_itself_and_to_nobody(draw: &mut Draw, record: &mut Record) {
    let mut ledger = Ledger { balances: vec![draw.int(50..100), 7] };
    let itself: bool = ledger.transfer(0, 0, draw.int(1..50));
    let nobody: bool = ledger.transfer(0, 9, 10);
    let too_much: bool = ledger.transfer(0, 0, draw.int(200..300));
    record.value("done", &(itself, nobody, too_much));
    let balances: Vec<i64> = ledger.balances;
    record.value("balances", &balances);
}

/// All that an account has, to another and to itself; then a cent more, and nothing.
pub fn all_of_it(draw: &mut Draw, record: &mut Record) {
    let cents: i64 = draw.int(1..100);
    let mut ledger = Ledger { balances: vec![cents, draw.int(0..100), cents] };
    let all: bool = ledger.transfer(0, 1, cents);
    let own: bool = ledger.transfer(2, 2, cents);
    let more: bool = ledger.transfer(2, 1, cents + 1);
    let nothing: bool = ledger.transfer(0, 1, 0);
    record.value("done", &(all, own, more, nothing));
    let balances: Vec<i64> = ledger.balances;
    record.value("balances", &balances);
}
