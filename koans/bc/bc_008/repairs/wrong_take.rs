//! A roster from which names are called in turn.

/// Names in the order in which they are called.
pub struct Roster {
    pub names: Vec<String>,
    next: usize,
}

impl Roster {
    /// A roster that starts with its first name.
    pub fn new(names: Vec<String>) -> Self {
        Roster { names, next: 0 }
    }

    /// The name whose turn it is; after the last one the first follows. Nobody leaves the roster by being called.
    /// None where the roster is empty.
    pub fn call(&mut self) -> Option<String> {
        if self.names.is_empty() {
            return None;
        }
        let name = std::mem::take(&mut self.names[self.next]);
        self.next = (self.next + 1) % self.names.len();
        Some(name)
    }
}
