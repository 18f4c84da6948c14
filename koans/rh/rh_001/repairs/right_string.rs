//! Sums of numbers that are written with commas between them.

/// The sum of the numbers in `1, 2 ,3`, with blanks around them or without.
/// The error of the first part that is no number is given back as an `Err`.
pub fn sum(text: &str) -> Result<i64, String> {
    let mut total = 0;
    for part in text.split(',') {
        let number: i64 = part.trim().parse::<i64>().map_err(|error| error.to_string())?;
        total += number;
    }
    Ok(total)
}

/// The parts of a text that are numbers, with blanks around them or without, in order.
pub fn numbers(text: &str) -> Vec<i64> {
    text.split(',').filter_map(|part| part.trim().parse().ok()).collect()
}
