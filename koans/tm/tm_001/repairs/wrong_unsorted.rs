//! Tags of an article.

/// The tags of a line such as `#rust #Linker`: in lower case, without `#`, sorted, each once.
/// Any white space parts words. Those that do not begin with `#`, and `#` alone, are no tags.
pub fn tags(line: &str) -> Vec<String> {
    let words = line.split_whitespace().filter_map(|word| word.strip_prefix('#'));
    let mut found: Vec<String> = words.filter(|word| !word.is_empty()).map(|word| word.to_lowercase()).collect();
    found.dedup();
    found.reverse();
    found
}

/// The number of lines that have a tag.
pub fn tagged(lines: &[String], tag: &str) -> usize {
    lines.iter().filter(|line| tags(line).iter().any(|found| found == tag)).count()
}
