//! Applies lines of settings to a lamp.

use std::num::ParseIntError;

/// A lamp with its brightness and the number of lines that were applied.
#[derive(Debug, Default)]
pub struct Lamp {
    pub brightness: u8,
    pub applied: usize,
}

/// How the lines fared: no `Result`, though it answers to the names of methods of one.
pub struct Applied(Option<ParseIntError>);

impl Applied {
    /// What `other` makes of the error.
    pub fn map_err<E>(self, other: impl FnOnce(ParseIntError) -> E) -> Result<(), E> {
        self.0.map_or(Ok(()), |error| Err(other(error)))
    }

    /// Whether a line was no number.
    pub fn is_err(&self) -> bool {
        self.0.is_some()
    }
}

impl Lamp {
    /// Applies one number a line, in order, the last line with a line break or without. At the first line that is no
    /// number it stops, with the parse error as an `Err`; what was applied before stays.
    pub fn apply(&mut self, text: &str) -> Applied {
        for line in text.lines() {
            match brightness(line) {
                Ok(number) => self.brightness = number,
                Err(error) => return Applied(Some(error)),
            }
            self.applied += 1;
        }
        Applied(None)
    }
}

/// The brightness that a line asks for, with blanks around the number or without.
pub fn brightness(line: &str) -> Result<u8, ParseIntError> {
    line.trim().parse()
}
