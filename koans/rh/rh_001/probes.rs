use crate::{numbers, sum};
use probe::{Draw, Record};

/// The error may be of any type, but the whole must be a `Result`: another type may have methods of the same names.
fn shown<E: ToString>(found: Result<i64, E>) -> Result<i64, String> {
    found.map_err(|error| error.to_string())
}

fn text(draw: &mut Draw) -> String {
    let parts: Vec<String> =
        draw.vec(1..5, |draw| if draw.chance(1, 6) { draw.word() } else { format!(" {}", draw.int(-99..99_i64)) });
    parts.join(",")
}

pub fn summed(draw: &mut Draw, record: &mut Record) {
    let found: Result<i64, String> = shown(sum(&text(draw)));
    record.value("sum", &found);
}

pub fn edges(draw: &mut Draw, record: &mut Record) {
    let empty: Result<i64, String> = shown(sum(""));
    let last: Result<i64, String> = shown(sum(&format!("{},x", draw.int(1..9))));
    let all: Vec<i64> = numbers(&text(draw));
    record.value("edges", &(empty, last, all));
}

/// Blanks on both sides, and the first of three different errors.
pub fn blanks_and_errors(draw: &mut Draw, record: &mut Record) {
    let (one, other): (i64, i64) = (draw.int(-99..0), draw.int(100..999));
    let spaced: Result<i64, String> = shown(sum(&format!(" {one} ,{other}\t")));
    let found: Vec<i64> = numbers(&format!(" {one} ,, {one}x ,{other} "));
    record.value("spaced", &(spaced, found));
    let mut wrong = ["", "x", "99999999999999999999"];
    draw.shuffle(&mut wrong);
    let first: Result<i64, String> = shown(sum(&format!("{one},{}", wrong.join(","))));
    record.value("first", &first);
}
