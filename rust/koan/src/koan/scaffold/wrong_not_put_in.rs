//! A basket, and the line that a till prints for each good.

/// A good and its price in cents.
#[derive(Debug, Clone)]
pub struct Good {
    pub name: String,
    pub cents: u32,
}

/// Goods in the order in which they were put in.
#[derive(Debug, Default)]
pub struct Basket {
    goods: Vec<Good>,
}

impl Basket {
    /// Puts `good` in, and says what it is and what the basket costs now.
    pub fn put(&mut self, good: Good) -> String {
        format!("{}: {} cents", good.name, self.total() + good.cents)
    }

    /// The price of all goods, in cents.
    pub fn total(&self) -> u32 {
        self.goods.iter().map(|good| good.cents).sum()
    }
}
