//! Pages of print jobs.

/// A limit for cover sheets that no job exceeds.
pub const NEVER: usize = usize::MAX;

/// The number of sheets for jobs printed on both sides, with a cover sheet for every job of more than `most` pages.
/// Every limit is allowed, up to [`NEVER`].
pub fn sheets(pages: &[u32], most: usize) -> u32 {
    let mut total = 0;
    for &count in pages {
        let cover: u32 = if count as usize > most { 1 } else { 0 };
        total += count.div_ceil(2) + cover;
    }
    total
}

/// The largest job, 0 without one.
pub fn largest(pages: &[u32]) -> u32 {
    pages.iter().copied().max().unwrap_or(0)
}
