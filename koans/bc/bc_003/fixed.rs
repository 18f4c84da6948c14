//! Price series of a market stall.

/// Prices in cents, oldest first.
pub struct Series {
    pub prices: Vec<i64>,
}

impl Series {
    /// Appends a correction so that the series ends where it began: the first price minus the last one.
    /// Returns the first price as it stood before. An empty series stays empty and gives 0.
    pub fn settle(&mut self) -> i64 {
        if self.prices.is_empty() {
            return 0;
        }
        let first = self.prices[0];
        let last = self.prices.last().copied().unwrap_or_default();
        self.prices.push(first - last);
        first
    }

    /// The sum of all prices and corrections.
    pub fn total(&self) -> i64 {
        self.prices.iter().sum()
    }
}
