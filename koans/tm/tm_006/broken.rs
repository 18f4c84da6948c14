//! The stock of a small shop.

/// Goods with the number in stock.
#[derive(Clone, Debug)]
pub struct Stock {
    pub goods: Vec<(String, u32)>,
}

/// The number in stock of one kind of goods.
pub fn number(stock: &Stock, name: &str) -> u32 {
    stock.goods.iter().filter(|(goods, _)| goods == name).map(|(_, number)| number).sum()
}

/// Takes goods out, as many as are there, and returns how many were taken, by name in the order of the wishes.
pub fn take(stock: &mut Stock, wishes: &[(String, u32)]) -> Vec<u32> {
    let mut taken = Vec::new();
    for (name, wish) in wishes {
        let mut left = number(*stock, name).min(*wish);
        taken.push(left);
        for (_, number) in stock.goods.iter_mut().filter(|(goods, _)| goods == name) {
            let part = left.min(*number);
            *number -= part;
            left -= part;
        }
    }
    taken
}
