//! A waiting list from which people are called.

/// Those who wait, first come first.
pub struct Waiting {
    pub names: Vec<String>,
    calls: usize,
}

impl Waiting {
    /// A list from which nobody has been called yet.
    pub fn new(names: Vec<String>) -> Self {
        Waiting { names, calls: 0 }
    }

    /// Takes the name at `place`, counted from 0, off the list and returns it; those behind move up in their order.
    /// None, and no call, where nobody has that place.
    pub fn call(&mut self, place: usize) -> Option<String> {
        if place >= self.names.len() {
            return None;
        }
        let name = self.names.drain(place..=place).next()?;
        self.calls += 1;
        Some(name)
    }

    /// How many names were called.
    pub fn calls(&self) -> usize {
        self.calls
    }
}
