"""A crate to mine: several families, code that is cfg'd out, functions that tests run and one that they do not."""

BOOKS = """//! What is in stock.
use std::collections::BTreeMap;

/// A thing with a price.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub name: String,
    pub price: u32,
}

/// Adds up prices.
pub fn total(items: &[Item]) -> u32 {
    let mut sum = 0;
    for item in items {
        sum += item.price;
    }
    sum
}

/// Names by price.
pub fn by_price(items: &[Item]) -> BTreeMap<u32, Vec<String>> {
    let mut found: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for item in items {
        found.entry(item.price).or_default().push(item.name.clone());
    }
    found
}

/// The first with that name.
pub fn find<'a>(items: &'a [Item], name: &str) -> Option<&'a Item> {
    items.iter().find(|item| item.name == name)
}

/// Reads a price.
pub fn price(text: &str) -> Result<u32, std::num::ParseIntError> {
    let price = text.trim().parse::<u32>()?;
    Ok(price)
}

/// The largest price.
pub fn dearest(prices: &[u32]) -> Option<u32> {
    prices.iter().copied().max()
}

#[cfg(any())]
pub fn never() -> u32 {
    let mut sum = 0;
    sum += 1;
    sum
}
"""
LIB = """pub mod books;

#[cfg(test)]
mod tests {
    use crate::books::{Item, total};

    fn items() -> Vec<Item> {
        vec![Item { name: "Ink".to_owned(), price: 3 }, Item { name: "Nib".to_owned(), price: 4 }]
    }

    #[test]
    fn prices_are_added_up() {
        assert_eq!(total(&items()), 7);
    }

    #[test]
    fn a_network_is_found() {
        std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        assert_eq!(crate::books::price("3"), Ok(3));
    }
}
"""
OUTSIDE = """use shelf::books::{Item, by_price};

#[test]
fn names_are_found_by_price() {
    let items = [Item { name: "Ink".to_owned(), price: 3 }];
    assert_eq!(by_price(&items)[&3], ["Ink"]);
}
"""
