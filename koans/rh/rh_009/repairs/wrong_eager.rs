//! Names for guests who did not give one.

/// Hands out numbers, one after the other.
#[derive(Debug, Default)]
pub struct Counter {
    pub given: u32,
}

impl Counter {
    /// The next number, from 1.
    pub fn next(&mut self) -> u32 {
        self.given += 1;
        self.given
    }
}

/// The guest's name, or `guest NUMBER` with a number from the counter. A guest with a name uses up no number.
pub fn name(given: Option<String>, counter: &mut Counter) -> String {
    given.unwrap_or(format!("guest {}", counter.next()))
}
