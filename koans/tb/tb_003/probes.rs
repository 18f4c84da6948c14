use crate::{Square, travel};
use probe::{Draw, Record};

fn square(draw: &mut Draw) -> Square {
    Square { column: draw.int(0..8), row: draw.int(0..8) }
}

pub fn way(draw: &mut Draw, record: &mut Record) {
    let (moves, end): (i32, Square) = travel(square(draw), draw.vec(0..5, square));
    let place: (i32, i32) = (end.column, end.row);
    record.value("way", &(moves, place));
}

pub fn one_stop(draw: &mut Draw, record: &mut Record) {
    let (moves, end): (i32, Square) = travel(square(draw), vec![square(draw)]);
    let place: (i32, i32) = (end.column, end.row);
    record.value("stop", &(moves, place));
}

pub fn no_stop(draw: &mut Draw, record: &mut Record) {
    let (moves, end): (i32, Square) = travel(square(draw), Vec::new());
    let place: (i32, i32) = (end.column, end.row);
    record.value("stayed", &(moves, place));
}
