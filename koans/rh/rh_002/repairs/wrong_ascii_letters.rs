//! Initials of names.

/// The first letter of a name, in upper case where it is ASCII, and `?` for a name without one.
pub fn initial(name: &str) -> char {
    let first = name.chars().find(|letter| letter.is_ascii_alphabetic());
    first.map_or('?', |letter| letter.to_ascii_uppercase())
}

/// The initials of all names, each followed by a dot.
pub fn initials(names: &[String]) -> String {
    let mut text = String::new();
    for name in names {
        text.push(initial(name));
        text.push('.');
    }
    text
}
