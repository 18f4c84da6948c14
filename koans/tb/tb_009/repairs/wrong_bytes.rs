//! Words counted by several threads.

use std::sync::Arc;
use std::thread;

/// The number of words that contain `part`, counted by one thread for each half of the list.
pub fn containing(words: Vec<String>, part: &str) -> usize {
    let words = Arc::new(words);
    let middle = words.len() / 2;
    let mut threads = Vec::new();
    for half in [0..middle, middle..words.len()] {
        let words = Arc::clone(&words);
        let part = part.to_string();
        threads.push(thread::spawn(move || words[half].iter().filter(|word| word.contains(&part)).count()));
    }
    threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
}

/// The words that are longer than `length` characters, in their order.
pub fn longer(words: &[String], length: usize) -> Vec<String> {
    words.iter().filter(|word| word.len() > length).cloned().collect()
}
