use crate::Hall;
use probe::{Draw, Record};

pub fn parties(draw: &mut Draw, record: &mut Record) {
    let mut hall = Hall { seats: draw.vec(4..9, |draw| if draw.chance(1, 3) { Some(draw.word()) } else { None }) };
    for _ in 0..3 {
        let guests: Vec<String> = draw.words(0..4);
        let seated: bool = hall.seat(&guests);
        record.value("seated", &seated);
    }
    let seats: Vec<Option<String>> = hall.seats;
    record.value("seats", &seats);
}

pub fn full(draw: &mut Draw, record: &mut Record) {
    let mut hall = Hall { seats: vec![None, Some(draw.word()), None] };
    let many: bool = hall.seat(&draw.words(3..4));
    let kept: Vec<Option<String>> = hall.seats.clone();
    let two: bool = hall.seat(&draw.words(2..3));
    let seats: Vec<Option<String>> = hall.seats;
    record.value("full", &(many, kept, two, seats.clone()));
    let mut hall = Hall { seats };
    let nobody: bool = hall.seat(&[]);
    let one: bool = hall.seat(&[draw.word()]);
    let seats: Vec<Option<String>> = hall.seats;
    record.value("nobody", &(nobody, one, seats));
}
