//! Converts temperatures that are written as text.

use std::num::ParseIntError;

/// What was made of a text: neither a plain number nor a `Result`, though it answers to the name of a method of one.
pub struct Temperature(Option<i32>, Option<ParseIntError>);

impl Temperature {
    /// The tenths, or what `other` makes of the error.
    pub fn map_err<E>(self, other: impl FnOnce(ParseIntError) -> E) -> Result<i32, E> {
        match self.1 {
            Some(error) => Err(other(error)),
            None => Ok(self.0.unwrap_or_default()),
        }
    }
}

/// Tenths of a degree Celsius of a text in tenths of a degree Fahrenheit, rounded towards zero.
/// The text may have blanks around it. The error of a text that is no number is given back as an `Err`.
pub fn celsius(text: &str) -> Temperature {
    let fahrenheit: Result<i32, ParseIntError> = text.trim().parse();
    match fahrenheit {
        Ok(tenths) => Temperature(Some((tenths - 320) * 5 / 9), None),
        Err(error) => Temperature(None, Some(error)),
    }
}

/// The part of a line before its comment, which begins with `#`.
pub fn value(line: &str) -> &str {
    line.split('#').next().unwrap_or(line).trim()
}
