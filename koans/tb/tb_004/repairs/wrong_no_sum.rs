//! Tables of text for a terminal.

/// The cells of one row as they read for a user, texts without quotes, separated by ` | `; a row without cells is `-`.
pub fn row<T: std::fmt::Display>(cells: &[T]) -> String {
    if cells.is_empty() {
        return "-".to_string();
    }
    let texts: Vec<String> = cells.iter().map(|cell| format!("{}", cell)).collect();
    texts.join(" | ")
}

/// The row of numbers, with the sum as its last cell.
pub fn summed(numbers: &[i64]) -> String {
    let mut cells = numbers.to_vec();
    cells.push(0);
    row(&cells)
}
