//! Words counted by several threads.

use std::thread;

/// The number of words that contain `part`, counted by one thread for each half of the list.
pub fn containing(words: Vec<String>, part: &str) -> usize {
    let middle = words.len() / 2;
    let mut threads = Vec::new();
    for half in [0..middle, middle..words.len()] {
        let words: Vec<String> = vec![String::new(); words.len()];
        let part = part.to_string();
        threads.push(thread::spawn(move || words[half].iter().filter(|word| word.contains(&part)).count()));
    }
    threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
}

/// The words that are longer than `length` characters, in their order.
pub fn longer(words: &[String], length: usize) -> Vec<String> {
    words.iter().filter(|word| word.chars().count() > length).cloned().collect()
}
