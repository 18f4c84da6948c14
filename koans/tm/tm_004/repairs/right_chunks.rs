//! Pages of search results.

/// Results are shown on pages of this many.
pub const PAGE: usize = 3;

/// The results on page `number`, from 1. Pages beyond the last one, and page 0, are empty.
pub fn page(results: &[String], number: usize) -> Vec<String> {
    let Some(before) = number.checked_sub(1) else {
        return Vec::new();
    };
    results.chunks(PAGE).nth(before).map(<[String]>::to_vec).unwrap_or_default()
}

/// The number of pages.
pub fn pages(results: &[String]) -> usize {
    results.len().div_ceil(PAGE)
}
