//! Reads quantities from a shopping list.

/// The quantity that is the first word of a line such as `3 apples`; any white space parts words.
/// A line whose first word is not a whole number that a `u32` can hold means 1.
pub fn quantity(line: &str) -> u32 {
    let first = line.split_whitespace().next().unwrap_or("");
    let number: u32 = first.parse::<u32>().unwrap();
    number
}

/// The number of things on a list with one entry a line; empty and blank lines do not count.
pub fn total(list: &str) -> u32 {
    let mut sum = 0;
    for line in list.lines() {
        if line.trim().is_empty() {
            continue;
        }
        sum += quantity(line);
    }
    sum
}
