//! Sums of numbers that are written with commas between them.

use std::num::ParseIntError;

/// What was made of a text: neither a plain number nor a `Result`, though it answers to the name of a method of one.
pub struct Sum(i64, Option<ParseIntError>);

impl Sum {
    /// The sum, or what `other` makes of the error.
    pub fn map_err<E>(self, other: impl FnOnce(ParseIntError) -> E) -> Result<i64, E> {
        self.1.map_or(Ok(self.0), |error| Err(other(error)))
    }
}

/// The sum of the numbers in `1, 2 ,3`, with blanks around them or without.
/// The error of the first part that is no number is given back as an `Err`.
pub fn sum(text: &str) -> Sum {
    let mut total = 0;
    for part in text.split(',') {
        match part.trim().parse::<i64>() {
            Ok(number) => total += number,
            Err(error) => return Sum(total, Some(error)),
        }
    }
    Sum(total, None)
}

/// The parts of a text that are numbers, with blanks around them or without, in order.
pub fn numbers(text: &str) -> Vec<i64> {
    text.split(',').filter_map(|part| part.trim().parse().ok()).collect()
}
