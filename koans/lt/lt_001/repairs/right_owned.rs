//! Picks between two readings of a word.

/// The longer of two words, in characters; the first one when they are equally long.
pub fn longer(first: &str, second: &str) -> String {
    if second.chars().count() > first.chars().count() {
        second.to_string()
    } else {
        first.to_string()
    }
}

/// The longest word of a text, the earliest among equals; empty for a text without words.
pub fn longest(text: &str) -> String {
    let mut found = String::new();
    for word in text.split_whitespace() {
        found = longer(&found, word);
    }
    found
}
