//! Orders that are sent to a kitchen.

/// What the kitchen has received, one entry an order: its dishes joined by commas.
#[derive(Default)]
pub struct Kitchen {
    pub received: Vec<String>,
}

impl Kitchen {
    /// Takes an order over.
    pub fn send(&mut self, order: Vec<String>) {
        self.received.push(order.join(","));
    }
}

/// Sends the order without its empty entries, and returns how many dishes were sent.
/// An order that has no dish left is sent nonetheless.
pub fn place(kitchen: &mut Kitchen, order: Vec<String>) -> usize {
    let count = order.len();
    let dishes: Vec<String> = order.into_iter().filter(|dish| !dish.is_empty()).collect();
    kitchen.send(dishes);
    count
}
