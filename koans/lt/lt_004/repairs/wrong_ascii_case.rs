//! Reads the address of a letter.

/// The parts of an address.
#[derive(Debug, PartialEq)]
pub struct Address {
    pub street: String,
    pub town: String,
}

/// Reads `STREET, TOWN`; each part in lower case without blanks around it. A text without a comma is a street alone;
/// what follows a second comma is left out.
pub fn read(text: &str) -> Address {
    let lower = text.to_ascii_lowercase();
    let mut parts = lower.split(',');
    let street = parts.next().unwrap_or("").trim();
    let town = parts.next().unwrap_or("").trim();
    Address { street: street.to_string(), town: town.to_string() }
}

/// How many of the addresses lie in a town, whatever the case of its letters.
pub fn count(addresses: &[Address], town: &str) -> usize {
    addresses.iter().filter(|address| address.town == town.to_ascii_lowercase()).count()
}
