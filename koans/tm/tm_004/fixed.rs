//! Pages of search results.

/// Results are shown on pages of this many.
pub const PAGE: usize = 3;

/// The results on page `number`, from 1. Pages beyond the last one, and page 0, are empty.
pub fn page(results: &[String], number: usize) -> Vec<String> {
    let Some(start) = number.checked_sub(1).map(|before| before * PAGE) else {
        return Vec::new();
    };
    let end = results.len().min(start + PAGE);
    if start >= end {
        return Vec::new();
    }
    results[start..end].to_vec()
}

/// The number of pages.
pub fn pages(results: &[String]) -> usize {
    results.len().div_ceil(PAGE)
}
