//! Finds the line of a log that mentions a word most often.

/// How often a word, given in lower case, appears in a line in any case. Any white space parts the words.
pub fn mentions(line: &str, word: &str) -> usize {
    line.to_lowercase().split(' ').filter(|part| *part == word).count()
}

/// The line that mentions `word` most often, in lower case, the first among equals; empty when no line does.
pub fn best(lines: &[String], word: &str) -> String {
    let mut found = String::new();
    let mut most = 0;
    for line in lines {
        let lower = line.to_lowercase();
        let count = mentions(&lower, word);
        if count > most {
            most = count;
            found = lower;
        }
    }
    found
}
