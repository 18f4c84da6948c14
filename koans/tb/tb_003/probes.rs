use crate::{Square, distance, travel};
use probe::{Draw, Record};

fn square(draw: &mut Draw) -> Square {
    Square { column: draw.int(0..8), row: draw.int(0..8) }
}

pub fn way(draw: &mut Draw, record: &mut Record) {
    let (moves, end): (i32, Square) = travel(square(draw), draw.vec(0..5, square));
    let place: (i32, i32) = (end.column, end.row);
    record.value("way", &(moves, place));
}

pub fn one_move(draw: &mut Draw, record: &mut Record) {
    let moves: i32 = distance(square(draw), square(draw));
    record.value("moves", &moves);
}
