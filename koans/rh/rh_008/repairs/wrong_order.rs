//! Converts temperatures that are written as text.

use std::num::ParseIntError;

/// Tenths of a degree Celsius of a text in tenths of a degree Fahrenheit, rounded towards zero.
/// The text may have blanks around it. The error of a text that is no number is given back as an `Err`.
pub fn celsius(text: &str) -> Result<i32, ParseIntError> {
    let fahrenheit: Result<i32, ParseIntError> = text.trim().parse();
    fahrenheit.map(|tenths| (tenths - 320) / 9 * 5)
}

/// The part of a line before its comment, which begins with `#`.
pub fn value(line: &str) -> &str {
    line.split('#').next().unwrap_or(line).trim()
}
