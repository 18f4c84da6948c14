//! Picks between two readings of a word.

/// The longer of two words, in characters; the first one when they are equally long.
pub fn longer<'a>(first: &'a str, second: &'a str) -> &'a str {
    if second.len() > first.len() {
        second
    } else {
        first
    }
}

/// The longest word of a text, the earliest among equals; empty for a text without words.
pub fn longest(text: &str) -> String {
    let mut found = "";
    for word in text.split_whitespace() {
        found = longer(found, word);
    }
    found.to_string()
}
