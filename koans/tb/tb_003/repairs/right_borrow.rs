//! Moves on a board.

/// A square of the board; the corner at the top left is 0, 0.
pub struct Square {
    pub column: i32,
    pub row: i32,
}

/// The number of king's moves between two squares.
pub fn distance(from: &Square, to: &Square) -> i32 {
    (from.column - to.column).abs().max((from.row - to.row).abs())
}

/// The length of the way from `start` through all stops, in king's moves, and where it ends.
pub fn travel(start: Square, stops: Vec<Square>) -> (i32, Square) {
    let mut here = start;
    let mut moves = 0;
    for stop in stops {
        moves += distance(&here, &stop);
        here = stop;
    }
    (moves, here)
}
