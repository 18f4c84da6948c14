//! Orders that are sent to a kitchen.

/// One dish of an order, with how many portions of it are wanted.
pub struct Dish {
    pub name: String,
    pub portions: u32,
}

/// What the kitchen has received, one entry an order: `NAME PORTIONS`, joined by commas.
#[derive(Default)]
pub struct Kitchen {
    pub received: Vec<String>,
}

impl Kitchen {
    /// Takes an order over.
    pub fn send(&mut self, order: Vec<Dish>) {
        let lines: Vec<String> = order.iter().map(|dish| format!("{} {}", dish.name, dish.portions)).collect();
        self.received.push(lines.join(","));
    }
}

/// Sends the order without the dishes of which no portion is wanted, and returns how many dishes were sent.
/// An order that has no dish left is sent nonetheless.
pub fn place(kitchen: &mut Kitchen, order: Vec<Dish>) -> usize {
    let dishes: Vec<Dish> = order.into_iter().filter(|dish| dish.portions > 0).collect();
    let count = dishes.len();
    kitchen.send(dishes);
    count
}
